/* What the compiler's code needs to be safe and fast: setup.py includes this file in front of all of it.

   1. How compiled Values are freed: a long chain of them without deep recursion. A node holds its inputs, and they hold
      theirs, so freeing the last node of a chain frees the one before from inside its own freeing, and so on. CPython's
      macros of these names cut such recursion short: from some depth on an object is kept for later. They keep it in
      its garbage collector header, which a compiled Value has not; these keep it in an array.
   2. Properties that refuse to be deleted.
   3. Shorter ways to what the compiler's code does most: calling a class, asking what an object is, taking the number
      out of a float, appending to a list, making a tuple. Each does what its namesake of CPython does. */

#ifndef GATEWISE_COMPILED_H
#define GATEWISE_COMPILED_H

#include <Python.h>

#define DEEPEST 100
#define FEW 64

typedef struct {
    int depth;
    size_t count;
    size_t room;
    PyObject **waiting;
    PyObject *few[FEW]; /* enough for a chain, also when memory has run out */
} Deallocation;

#ifdef Py_GIL_DISABLED
#define DEALLOCATION static _Thread_local Deallocation
#else
#define DEALLOCATION static Deallocation
#endif

/* Whether there is room to keep one object more. */
static inline int make_room(Deallocation *state)
{
    size_t room = 2 * state->room;
    PyObject **larger;
    if (state->room == 0) {
        room = FEW;
        larger = state->few;
    } else if (state->waiting == state->few) {
        larger = (PyObject **)PyMem_RawMalloc(room * sizeof(PyObject *));
        if (larger != NULL)
            memcpy(larger, state->few, sizeof(state->few));
    } else {
        larger = (PyObject **)PyMem_RawRealloc(state->waiting, room * sizeof(PyObject *));
    }
    if (larger == NULL)
        return 0;
    state->waiting = larger;
    state->room = room;
    return 1;
}

/* Whether the object is kept for later. */
static inline int keep_for_later(Deallocation *state, PyObject *object)
{
    if (state->count == state->room && !make_room(state))
        return 0;
    state->waiting[state->count++] = object;
    return 1;
}

#undef Py_TRASHCAN_BEGIN
#undef Py_TRASHCAN_END

/* An object holds its class, which the compiler's code forgets to let go. */
#define Py_TRASHCAN_BEGIN(object, deallocate) \
    do { \
        DEALLOCATION state; \
        if (state.depth >= DEEPEST && keep_for_later(&state, (PyObject *)object)) \
            break; \
        destructor free_another = (destructor)deallocate; \
        PyTypeObject *kind = Py_TYPE(object); \
        state.depth++;

#define Py_TRASHCAN_END \
        while (state.depth == 1 && state.count > 0) \
            free_another(state.waiting[--state.count]); \
        state.depth--; \
        if (kind->tp_flags & Py_TPFLAGS_HEAPTYPE) \
            Py_DECREF(kind); \
    } while (0);

/* `del x.data`: the setters that the compiler writes for properties do not expect it and would crash. */
typedef struct {
    const char *name;
    setter set;
} Guarded;

static int set_or_refuse(PyObject *self, PyObject *value, void *guarded)
{
    if (value != NULL)
        return ((Guarded *)guarded)->set(self, value, NULL);
    PyErr_Format(PyExc_AttributeError, "the %s of a %s cannot be deleted",
                 ((Guarded *)guarded)->name, Py_TYPE(self)->tp_name);
    return -1;
}

/* Calling a class costs a tuple of the arguments, its parsing, and two calls of the class's own. A class with a static
   method `_of` is called by way of that where there is one argument, unless its constructor has been replaced.
   Subclasses do not inherit this. */
static vectorcallfunc of;
static PyTypeObject *made_by_of;
static initproc initialize;

static PyObject *call_with_all(PyObject *type, PyObject *const *arguments, Py_ssize_t count, PyObject *names)
{
    PyObject *made = NULL;
    PyObject *positional = PyTuple_New(count);
    PyObject *named = PyDict_New();
    if (positional == NULL || named == NULL)
        goto done;
    for (Py_ssize_t i = 0; i < count; i++) {
        Py_INCREF(arguments[i]);
        PyTuple_SET_ITEM(positional, i, arguments[i]);
    }
    for (Py_ssize_t i = 0; names != NULL && i < PyTuple_GET_SIZE(names); i++) {
        if (PyDict_SetItem(named, PyTuple_GET_ITEM(names, i), arguments[count + i]) < 0)
            goto done;
    }
    made = PyType_Type.tp_call(type, positional, named);
done:
    Py_XDECREF(positional);
    Py_XDECREF(named);
    return made;
}

static PyObject *call(PyObject *type, PyObject *const *arguments, size_t count, PyObject *names)
{
    if (PyVectorcall_NARGS(count) == 1 && names == NULL && ((PyTypeObject *)type)->tp_init == initialize)
        return of(type, arguments, 1, NULL);
    return call_with_all(type, arguments, PyVectorcall_NARGS(count), names);
}

static inline int make_ready(PyTypeObject *type)
{
    for (PyMethodDef *method = type->tp_methods; method != NULL && method->ml_name != NULL; method++) {
        if (strcmp(method->ml_name, "_of") == 0) {
            of = (vectorcallfunc)(void (*)(void))method->ml_meth;
            type->tp_vectorcall = call;
            made_by_of = type;
            initialize = type->tp_init;
        }
    }
    for (PyGetSetDef *property = type->tp_getset; property != NULL && property->name != NULL; property++) {
        if (property->set == NULL || property->set == set_or_refuse)
            continue;
        Guarded *guarded = (Guarded *)PyMem_RawMalloc(sizeof(Guarded));
        if (guarded == NULL)
            return -1;
        guarded->name = property->name;
        guarded->set = property->set;
        property->set = set_or_refuse;
        property->closure = guarded;
    }
    return (PyType_Ready)(type);
}

#define PyType_Ready(type) make_ready(type)

/* A tuple of floats or of Values: the garbage collector stops to look at it once it has seen that nothing in it can be
   part of a cycle. Here it need not look even once, which is a good part of the time that many inputs take. */
static inline PyObject *as_tuple(PyObject *list)
{
    PyObject *tuple = (PyList_AsTuple)(list);
    if (tuple == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
        if (PyType_IS_GC(Py_TYPE(PyTuple_GET_ITEM(tuple, i))))
            return tuple;
    }
    if (PyObject_GC_IsTracked(tuple))
        PyObject_GC_UnTrack(tuple);
    return tuple;
}

#define PyList_AsTuple(list) as_tuple(list)

/* Whether an object is one of a class. A float or an int cannot say that it is something else, and is not asked: that is
   a search for its `__class__`. Nothing is asked whether it is a Value: the compiler's code for operators, which alone
   wants to know, looks at the type next, and forgets that asking can fail. */
static inline int is_instance(PyObject *object, PyObject *kind)
{
    if (PyType_CheckExact(kind)) {
        if (PyObject_TypeCheck(object, (PyTypeObject *)kind))
            return 1;
        if (PyFloat_CheckExact(object) || PyLong_CheckExact(object) || kind == (PyObject *)made_by_of)
            return 0;
    }
    return (PyObject_IsInstance)(object, kind);
}

#define PyObject_IsInstance(object, kind) is_instance(object, kind)

/* The number in a float, without a call. */
static inline double as_double(PyObject *object)
{
    return PyFloat_CheckExact(object) ? PyFloat_AS_DOUBLE(object) : (PyFloat_AsDouble)(object);
}

#define PyFloat_AsDouble(object) as_double(object)

#ifndef Py_GIL_DISABLED
/* One item more in a list, without a call where there is room. */
static inline int append(PyObject *list, PyObject *item)
{
    Py_ssize_t count = PyList_GET_SIZE(list);
    if (count >= ((PyListObject *)list)->allocated)
        return (PyList_Append)(list, item);
    Py_INCREF(item);
    PyList_SET_ITEM(list, count, item);
    Py_SET_SIZE(list, count + 1);
    return 0;
}

#define PyList_Append(list, item) append(list, item)
#endif

#endif
