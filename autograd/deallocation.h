/* What the compiler's code needs to be safe: setup.py includes this file in front of all of it.

   First, how a compiled Value is freed: a long chain of them without deep recursion. A node holds its inputs, and they hold theirs, so freeing the last node of a chain frees the one before from inside
   its own freeing, and so on. CPython's macros of these names cut such recursion short: from some depth on an object is
   kept for later. They keep it in its garbage collector header, which a compiled Value has not; these keep it in an
   array. Then, properties that refuse to be deleted. */

#ifndef GATEWISE_DEALLOCATION_H
#define GATEWISE_DEALLOCATION_H

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

static inline int make_ready(PyTypeObject *type)
{
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

#endif
