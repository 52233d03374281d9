/* The peer to be measured against: value and gradients by hand, eight rows side by side in the lanes of a vector.
   data: blocks of (columns of X, label, weight 1 or 0) × 8 rows; out: the value, then the gradients. */

#include <math.h>
#include <string.h>

typedef double lanes __attribute__((vector_size(64)));
typedef long long truth __attribute__((vector_size(64)));

static inline lanes spread(double x) { return (lanes){x, x, x, x, x, x, x, x}; }
static inline lanes where(truth taken, lanes x) { return (lanes)(taken & (truth)x); }
static inline double total(lanes x) { return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7])); }

enum { H = 16, PARAMETERS = 337 };

void moons(const double *p, const double *data, long blocks, long count, double *out) {
  const double *p1 = p, *p2 = p + 3 * H, *p3 = p2 + (H + 1) * H;
  const lanes zero = spread(0.0);
  lanes g[PARAMETERS], loss = zero;
  memset(g, 0, sizeof g);
  lanes *g1 = g, *g2 = g + 3 * H, *g3 = g2 + (H + 1) * H;
  for (long b = 0; b < blocks; b++) {
    const lanes *in = (const lanes *)data + 4 * b;
    const lanes x0 = in[0], x1 = in[1], y = in[2], weight = in[3];
    lanes h1[H], h2[H], d1[H];
    for (int i = 0; i < H; i++) {
      lanes z = p1[3 * i] * x0 + p1[3 * i + 1] * x1 + p1[3 * i + 2];
      h1[i] = where(z > zero, z);
    }
    lanes score = spread(p3[H]);
    for (int i = 0; i < H; i++) {
      lanes z = spread(p2[(H + 1) * i + H]);
      for (int j = 0; j < H; j++) z += p2[(H + 1) * i + j] * h1[j];
      h2[i] = where(z > zero, z);
      score += p3[i] * h2[i];
    }
    const lanes margin = weight - y * score;
    const truth active = margin > zero;
    loss += where(active, margin);
    const lanes s = where(active, -y);
    g3[H] += s;
    for (int j = 0; j < H; j++) d1[j] = zero;
    for (int i = 0; i < H; i++) {
      g3[i] += s * h2[i];
      const lanes d = where(h2[i] > zero, p3[i] * s);
      g2[(H + 1) * i + H] += d;
      for (int j = 0; j < H; j++) {
        g2[(H + 1) * i + j] += d * h1[j];
        d1[j] += p2[(H + 1) * i + j] * d;
      }
    }
    for (int i = 0; i < H; i++) {
      const lanes d = where(h1[i] > zero, d1[i]);
      g1[3 * i] += d * x0;
      g1[3 * i + 1] += d * x1;
      g1[3 * i + 2] += d;
    }
  }
  double decay = 0.0;
  for (int k = 0; k < PARAMETERS; k++) {
    decay += p[k] * p[k];
    out[1 + k] = total(g[k]) / count + 2e-4 * p[k];
  }
  out[0] = total(loss) / count + 1e-4 * decay;
}

enum { FEATURES = 30 };

void logistic(const double *p, const double *data, long blocks, long count, double *out) {
  lanes g[FEATURES + 1], loss = spread(0.0);
  memset(g, 0, sizeof g);
  for (long b = 0; b < blocks; b++) {
    const lanes *in = (const lanes *)data + (FEATURES + 2) * b;
    const lanes y = in[FEATURES], weight = in[FEATURES + 1];
    lanes z = spread(p[FEATURES]), s, softplus;
    for (int j = 0; j < FEATURES; j++) z += p[j] * in[j];
    for (int k = 0; k < 8; k++) {
      const double margin = -y[k] * z[k], e = exp(-fabs(margin));
      softplus[k] = fmax(margin, 0.0) + log1p(e);
      s[k] = (margin >= 0.0 ? 1.0 : e) / (1.0 + e) * -y[k];
    }
    loss += weight * softplus;
    for (int j = 0; j < FEATURES; j++) g[j] += s * in[j];
    g[FEATURES] += s;
  }
  for (int j = 0; j <= FEATURES; j++) out[1 + j] = total(g[j]) / count;
  out[0] = total(loss) / count;
}
