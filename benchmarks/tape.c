/* The floor: a tape written by hand. Every operation is recorded, 24 bytes of it, and swept back in turn; nothing is
   folded, vectorised or known beforehand but the program itself. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct { double value; int place; } number;
typedef struct { int first, second; double first_gradient, second_gradient; } operation;

static operation *tape;
static long count, room;
static double *gradients;

static number record(double value, int first, double first_gradient, int second, double second_gradient) {
  if (count == room) tape = realloc(tape, (room = 2 * room + 1024) * sizeof *tape);
  tape[count] = (operation){first, second, first_gradient, second_gradient};
  return (number){value, (int)count++};
}

static number leaf(double x) { return record(x, 0, 0.0, 0, 0.0); }
static number add(number a, number b) { return record(a.value + b.value, a.place, 1.0, b.place, 1.0); }
static number multiply(number a, number b) { return record(a.value * b.value, a.place, b.value, b.place, a.value); }
static number scale(double k, number a) { return record(k * a.value, a.place, k, 0, 0.0); }
static number shift(double k, number a) { return record(k + a.value, a.place, 1.0, 0, 0.0); }
static number relu(number a) { return record(a.value > 0 ? a.value : 0.0, a.place, a.value > 0, 0, 0.0); }
static number softplus(number a) {
  const double e = exp(-fabs(a.value)), sigmoid = (a.value >= 0 ? 1.0 : e) / (1.0 + e);
  return record(fmax(a.value, 0.0) + log1p(e), a.place, sigmoid, 0, 0.0);
}

static number *leaves(const double *inputs, long n) {
  number *x = malloc(n * sizeof *x);
  count = 0;
  for (long i = 0; i < n; i++) x[i] = leaf(inputs[i]);
  return x;
}

enum { H = 16, WIDTH = 100 };

static number neuron(const number *p, const number *x, int n) {
  number z = p[n];
  for (int j = 0; j < n; j++) z = add(z, multiply(p[j], x[j]));
  return z;
}

double moons(const double *inputs, long n, const double *data, long rows) {
  number *p = leaves(inputs, n), h1[H], h2[H], total = leaf(0.0), decay = leaf(0.0);
  for (long r = 0; r < rows; r++) {
    const number x[2] = {leaf(data[3 * r]), leaf(data[3 * r + 1])};
    for (int i = 0; i < H; i++) h1[i] = relu(neuron(p + 3 * i, x, 2));
    for (int i = 0; i < H; i++) h2[i] = relu(neuron(p + 3 * H + (H + 1) * i, h1, H));
    const number score = neuron(p + 3 * H + (H + 1) * H, h2, H);
    total = add(total, relu(shift(1.0, scale(-data[3 * r + 2], score))));
  }
  for (long k = 0; k < n; k++) decay = add(decay, multiply(p[k], p[k]));
  free(p);
  return add(scale(1.0 / rows, total), scale(1e-4, decay)).value;
}

double logistic(const double *inputs, long n, const double *data, long rows) {
  number *p = leaves(inputs, n), x[WIDTH], total = leaf(0.0);
  for (long r = 0; r < rows; r++, data += n) {
    for (long j = 0; j + 1 < n; j++) x[j] = leaf(data[j]);
    total = add(total, softplus(scale(-data[n - 1], neuron(p, x, (int)n - 1))));
  }
  free(p);
  return scale(1.0 / rows, total).value;
}

double chain(const double *inputs, long n, const double *data, long steps) {
  number *p = leaves(inputs, n), x = p[0];
  (void)data;
  for (long k = 0; k < steps; k++) x = add(multiply(x, p[1]), p[2]);
  free(p);
  return x.value;
}

double lattice(const double *inputs, long n, const double *data, long layers) {
  number *p = leaves(inputs, n), *x = p + 2, next[WIDTH], total = leaf(0.0);
  (void)data;
  for (long k = 0; k < layers; k++) {
    for (int i = 0; i < WIDTH; i++) next[i] = add(multiply(p[0], x[i]), multiply(p[1], x[(i + 1) % WIDTH]));
    memcpy(x, next, sizeof next);
  }
  for (int i = 0; i < WIDTH; i++) total = add(total, multiply(x[i], x[i]));
  free(p);
  return total.value;
}

/* The gradients of the last operation with respect to the first n: the inputs. */
void sweep(double *out, long n) {
  gradients = realloc(gradients, count * sizeof *gradients);
  memset(gradients, 0, count * sizeof *gradients);
  gradients[count - 1] = 1.0;
  for (long k = count; k-- > n;) {
    const double gradient = gradients[k];
    if (gradient != 0.0) {
      gradients[tape[k].first] += tape[k].first_gradient * gradient;
      gradients[tape[k].second] += tape[k].second_gradient * gradient;
    }
  }
  memcpy(out, gradients, n * sizeof *out);
}

/* L = c·(a + 2b), again and again from fresh leaves. */
double latency(double *out, long times) {
  number L = {0.0, 0};
  for (long k = 0; k < times; k++) {
    count = 0;
    const number a = leaf(3.0), b = leaf(1.0), c = leaf(-2.0);
    L = multiply(c, add(a, scale(2.0, b)));
    sweep(out, 3);
  }
  return L.value;
}
