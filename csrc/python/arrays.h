/* SPDX-License-Identifier: Apache-2.0
 * Losses of plain NumPy arrays without a step of Python in between: what a call costs beyond the arithmetic
 * of a small loss is looking at arrays, turning them into pointers and making the results.
 *
 * Compiled with what cffi generates (build_ffi.py), as a second module, _arrays, of the same library. An
 * array's fields are those of PyArrayObject_fields in NumPy's ndarraytypes.h, and NewFromDescr is number 94
 * of its table of functions (__multiarray_api.h; BSD-3-Clause): NumPy's binary interface, unchanged since
 * 1.7. tf_losses/_internal/runtime/arrays.py makes sure of both before anything else is called.
 *
 * None stands for arguments that are not plain, and for whatever status C gave: who asked goes the long way,
 * which says what is wrong. */
#if !defined(PYPY_VERSION)
#include <string.h>

#include "api/dispatch.h"

typedef struct tfl_fields {
    PyObject_HEAD char *data;
    int rank;
    intptr_t *lengths;
    intptr_t *strides;
    PyObject *base;
    PyObject *descriptor;
    int flags;
} tfl_fields;

typedef PyObject *(*tfl_new_from_descr)(PyTypeObject *, PyObject *descriptor, int rank,
                                        const intptr_t *lengths, const intptr_t *strides,
                                        void *data, int flags, PyObject *like);

enum { C_CONTIGUOUS = 0x1, ALIGNED = 0x100, PLAIN = C_CONTIGUOUS | ALIGNED };
enum { DTYPES = TFL_I64 + 1, MOST_AXES = 64, C_VERSION = 0, NEW_FROM_DESCR = 94 };

/* NumPy's binary interfaces in which arrays lie as they are read here: of 1.x and 2.x. */
enum { NUMPY_1 = 0x1000009, NUMPY_2 = 0x2000000 };

/* Below so many elements a call is over before another thread could do much: the lock is kept. */
enum { QUICK_ELEMENTS = 2048 };

/* What arrays.py tells, once, before the first call; kept for ever. A second copy of the package in one process
 * (a test runner may import it anew) makes other tensors and has other tapes: it goes the long way. */
static struct {
    PyObject *module;
    PyTypeObject *array, *tensor, *gradients;
    PyObject *tapes; /* a dict; while it has any, calls are recorded: the long way */
    PyObject *descriptors[DTYPES];
    tfl_new_from_descr new_array;
    PyObject *names[3]; /* of the arguments, in their order */
    PyObject *upstream, *wrt, *with_loss;
    PyObject *zero;
} known;

/* ---- what is plain ---- */

static const tfl_fields *plain_array(PyObject *of) {
    const tfl_fields *array = (const tfl_fields *)of;
    return Py_TYPE(of) == known.array && (array->flags & PLAIN) == PLAIN ? array : NULL;
}

/* -1 for a dtype that has no code. */
static int dtype_of(const tfl_fields *array) {
    for (int i = 0; i < DTYPES; i++)
        if (array->descriptor == known.descriptors[i])
            return i;
    return -1;
}

/* The arrays of a call, and what follows from them. */
typedef struct tfl_plain {
    const tfl_loss_traits *traits;
    const tfl_fields *logits;
    /* The logits' own, read once: without the interpreter's lock another thread may give them another shape. */
    int logits_rank;
    intptr_t lengths[MOST_AXES];
    int rank; /* of the loss: the first axes of the logits */
    tfl_dtype dtype, labels_dtype;
    int64_t rows, classes;
} tfl_plain;

static int has_shape(const tfl_plain *of, const tfl_fields *array, int rank) {
    if (array->rank != rank)
        return 0;
    for (int i = 0; i < rank; i++)
        if (array->lengths[i] != of->lengths[i])
            return 0;
    return 1;
}

static int read_lengths(const tfl_fields *logits, tfl_plain *of) {
    of->logits = logits;
    of->logits_rank = logits->rank;
    if (of->logits_rank < 0 || of->logits_rank > MOST_AXES)
        return 0;
    for (int i = 0; i < of->logits_rank; i++)
        of->lengths[i] = logits->lengths[i];
    return 1;
}

static int find_sizes(const tfl_fields *logits, tfl_plain *of) {
    int by_row = of->traits->by_row;
    if (!read_lengths(logits, of))
        return 0;
    of->rank = of->logits_rank - by_row;
    of->rows = of->classes = 1;
    of->dtype = dtype_of(logits);
    if (of->dtype < TFL_F16 || of->dtype > TFL_F64 || of->rank < 0)
        return 0;
    int64_t *count = by_row ? &of->rows : &of->classes;
    for (int i = 0; i < of->rank; i++)
        *count *= of->lengths[i]; /* no overflow: the array lies in memory */
    if (by_row)
        of->classes = of->lengths[of->rank];
    return of->rows > 0 && of->classes > 0;
}

/* Whether the arguments of a loss are plain, and go together. */
static int read_arguments(long loss, PyObject *labels, PyObject *logits, tfl_plain *of) {
    of->traits = tfl_traits_of((tfl_loss)loss);
    if (!of->traits || PyDict_Size(known.tapes) != 0)
        return 0;
    const tfl_fields *z = plain_array(labels), *x = plain_array(logits);
    if (!z || !x || !find_sizes(x, of))
        return 0;
    int class_labels = of->traits->class_labels;
    of->labels_dtype = class_labels ? dtype_of(z) : of->dtype;
    int right = class_labels ? of->labels_dtype >= TFL_I32 : z->descriptor == x->descriptor;
    return right && has_shape(of, z, class_labels ? of->rank : of->logits_rank);
}

/* Such results are given memory that may have held earlier ones: the long way. */
static int is_large(const tfl_plain *of, int64_t elements) {
    return elements >= TFL_LARGE_BYTES / (int64_t)tfl_element_bytes(of->dtype);
}

static PyObject *new_like(const tfl_plain *of, PyTypeObject *type, int rank) {
    Py_INCREF(of->logits->descriptor); /* which NumPy takes */
    return known.new_array(type, of->logits->descriptor, rank, of->lengths, NULL, NULL, 0, NULL);
}

static void *data_of(PyObject *array) { return array ? ((tfl_fields *)array)->data : NULL; }

/* pos_weight - 1 in the precision of the logits. */
typedef union tfl_weight {
    float f32;
    double f64;
} tfl_weight;

/* Where pos_weight - 1 lies: a Python float's is computed here, as TensorFlow does it, for float32 and
 * float64; for other dtypes it comes as an array, which the caller keeps alive. An int stands for no
 * weight. 0 if it is none of these. */
static int read_weight(const tfl_plain *of, PyObject *weight, tfl_weight *room, const void **at) {
    if (!PyFloat_CheckExact(weight)) {
        const tfl_fields *array = plain_array(weight);
        *at = array ? array->data : NULL;
        return array ? array->descriptor == of->logits->descriptor && has_shape(of, array, 0)
                     : PyLong_Check(weight);
    }
    double difference = PyFloat_AsDouble(weight) - 1;
    int fits = difference > -1e38 && difference < 1e38; /* else there is more to heed */
    if (of->dtype == TFL_F32 && fits)
        room->f32 = (float)difference;
    else if (of->dtype == TFL_F64)
        room->f64 = difference;
    else
        return 0;
    *at = room;
    return 1;
}

/* ---- the functions ---- */

static PyObject *nothing(void) {
    PyErr_Clear(); /* such as for lack of memory: the long way has an error of its own */
    Py_RETURN_NONE;
}

static tfl_status compute(const tfl_gradient_args *args, int forward) {
    if (forward)
        return tfl_forward(args->version, args->loss, args->dtype, args->labels_dtype, args->rows,
                           args->classes, args->labels, args->logits, args->pos_weight_minus_1,
                           NULL, args->loss_out);
    return tfl_gradient(args);
}

static tfl_status compute_unlocked(const tfl_gradient_args *args, int forward) {
    tfl_status status;
    if (args->rows * args->classes <= QUICK_ELEMENTS)
        return compute(args, forward);
    Py_BEGIN_ALLOW_THREADS status = compute(args, forward);
    Py_END_ALLOW_THREADS return status;
}

/* What a function is asked for. */
typedef struct tfl_asked {
    PyObject *version, *loss, *labels, *logits, *weight;
} tfl_asked;

/* Fills in what a loss and its gradients share; 0 if the arguments are not plain. */
static int fill_in(const tfl_asked *asked, tfl_plain *of, tfl_weight *room, tfl_gradient_args *to) {
    long loss = PyLong_AsLong(asked->loss);
    if (!known.array || !read_arguments(loss, asked->labels, asked->logits, of) ||
        !read_weight(of, asked->weight, room, &to->pos_weight_minus_1))
        return 0;
    to->size = sizeof *to;
    to->version = (tfl_version)PyLong_AsLong(asked->version);
    to->loss = (tfl_loss)loss;
    to->dtype = of->dtype;
    to->labels_dtype = of->labels_dtype;
    to->rows = of->rows;
    to->classes = of->classes;
    to->labels = data_of(asked->labels);
    to->logits = data_of(asked->logits);
    return 1;
}

static PyObject *loss_of(const tfl_asked *asked) {
    tfl_plain of;
    tfl_weight room;
    tfl_gradient_args call = {0};
    if (!fill_in(asked, &of, &room, &call) ||
        is_large(&of, of.traits->by_row ? of.rows : of.classes))
        return nothing();
    PyObject *out = new_like(&of, known.tensor, of.rank);
    if (!out)
        return nothing();
    call.loss_out = data_of(out);
    if (compute_unlocked(&call, 1) == TFL_OK)
        return out;
    Py_DECREF(out);
    return nothing();
}

/* loss(version, loss, labels, logits, pos_weight or an array of pos_weight - 1 or 0) -> tensor or None */
static PyObject *tfl_arrays_loss(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (count != 5 || module != known.module)
        return nothing();
    return loss_of(&(tfl_asked){args[0], args[1], args[2], args[3], args[4]});
}

/* An argument by its place or its name; NULL if it is not given. `named` counts those by name. */
static PyObject *argument(PyObject *args, PyObject *kwargs, int place, Py_ssize_t *named) {
    if (place < PyTuple_Size(args))
        return PyTuple_GetItem(args, place);
    PyObject *found = PyDict_GetItem(kwargs, known.names[place]);
    *named += found != NULL;
    return found;
}

/* Labels, logits and, where there is one, pos_weight, each by its place or its name. */
static int read_asked(const tfl_loss_traits *traits, PyObject *args, PyObject *kwargs,
                      Py_ssize_t *named, tfl_asked *asked) {
    if (PyTuple_Size(args) > 2 + traits->has_weight)
        return 0;
    asked->labels = argument(args, kwargs, 0, named);
    asked->logits = argument(args, kwargs, 1, named);
    asked->weight = traits->has_weight ? argument(args, kwargs, 2, named) : known.zero;
    if (!asked->labels || !asked->logits || !asked->weight)
        return 0;
    return !traits->has_weight || PyFloat_CheckExact(asked->weight); /* others: less 1 in Python */
}

/* call(version, loss, args, kwargs) -> tensor or None, of a call with nothing else. */
static PyObject *tfl_arrays_call(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (count != 4 || module != known.module || !PyTuple_Check(args[2]) || !PyDict_Check(args[3]))
        return nothing();
    const tfl_loss_traits *traits = tfl_traits_of((tfl_loss)PyLong_AsLong(args[1]));
    Py_ssize_t named = 0;
    tfl_asked asked = {.version = args[0], .loss = args[1]};
    if (!traits || !read_asked(traits, args[2], args[3], &named, &asked) ||
        named != PyDict_Size(args[3]))
        return nothing();
    return loss_of(&asked);
}

/* Whether `upstream` is None or plain, and goes with the loss; its data. */
static int read_upstream(const tfl_plain *of, PyObject *upstream, const void **data) {
    *data = NULL;
    if (upstream == Py_None)
        return 1;
    const tfl_fields *g = plain_array(upstream);
    if (!g || g->descriptor != of->logits->descriptor || !has_shape(of, g, of->rank))
        return 0;
    *data = g->data;
    return 1;
}

/* The results of a call for gradients: in the order of Gradients' fields; NULL for None. */
typedef struct tfl_results {
    PyObject *labels, *logits, *loss;
} tfl_results;

static void drop(tfl_results *results) {
    Py_CLEAR(results->labels);
    Py_CLEAR(results->logits);
    Py_CLEAR(results->loss);
}

/* What is asked for of a loss's gradients. */
typedef struct tfl_wanted {
    tfl_mode mode;
    PyObject *upstream;
    int labels, logits, loss;
} tfl_wanted;

static int make_results(const tfl_plain *of, const tfl_wanted *wanted, tfl_results *results) {
    int rank = of->logits_rank;
    if (wanted->loss)
        results->loss = new_like(of, known.array, of->rank);
    if (wanted->labels)
        results->labels = new_like(of, known.array, rank);
    if (wanted->logits)
        results->logits = new_like(of, known.array, rank);
    return (results->loss || !wanted->loss) && (results->labels || !wanted->labels) &&
           (results->logits || !wanted->logits);
}

/* The fields of Gradients, which take the results. */
static PyObject *fields_of(tfl_results *results) {
    PyObject *found = PyTuple_New(4);
    PyObject *fields[] = {results->labels, results->logits, NULL, results->loss};
    for (int i = 0; i < 4 && found; i++) {
        PyObject *field = fields[i] ? fields[i] : Py_None;
        if (!fields[i])
            Py_INCREF(field);
        PyTuple_SetItem(found, i, field);
    }
    if (!found)
        drop(results);
    return found;
}

/* An object of Gradients, which takes the results. Made as tuple.__new__ makes it: what else a tuple has
 * than its fields (since Python 3.14 its hash) is Python's business. */
static PyObject *gradients_of(tfl_results *results) {
    newfunc make = (newfunc)PyType_GetSlot(&PyTuple_Type, Py_tp_new);
    PyObject *fields = fields_of(results), *found = NULL;
    PyObject *arguments = fields ? PyTuple_Pack(1, fields) : NULL;
    if (arguments)
        found = make(known.gradients, arguments, NULL);
    Py_XDECREF(arguments);
    Py_XDECREF(fields);
    return found ? found : nothing();
}

static PyObject *gradients_asked(const tfl_asked *asked, const tfl_wanted *wanted) {
    tfl_plain of;
    tfl_weight room;
    tfl_gradient_args call = {.mode = wanted->mode};
    tfl_results results = {0};
    if (!fill_in(asked, &of, &room, &call) ||
        !read_upstream(&of, wanted->upstream, &call.upstream) ||
        is_large(&of, of.rows * of.classes))
        return nothing();
    if (make_results(&of, wanted, &results)) {
        call.loss_out = data_of(results.loss);
        call.labels_gradient = data_of(results.labels);
        call.logits_gradient = data_of(results.logits);
        if (compute_unlocked(&call, 0) == TFL_OK)
            return gradients_of(&results);
    }
    drop(&results);
    return nothing();
}

/* gradients(version, loss, labels, logits, as for loss, mode, upstream, wanted, with_loss) -> Gradients or
 * None */
static PyObject *tfl_arrays_gradients(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (count != 9 || module != known.module || !PyTuple_Check(args[7]) ||
        PyTuple_Size(args[7]) < 2)
        return nothing();
    int with_loss = PyObject_IsTrue(args[8]);
    if (with_loss < 0)
        return nothing(); /* the long way asks again */
    const tfl_asked asked = {args[0], args[1], args[2], args[3], args[4]};
    const tfl_wanted wanted = {.mode = (tfl_mode)PyLong_AsLong(args[5]),
                               .upstream = args[6],
                               .labels = PyTuple_GetItem(args[7], 0) == Py_True,
                               .logits = PyTuple_GetItem(args[7], 1) == Py_True,
                               .loss = with_loss};
    return gradients_asked(&asked, &wanted);
}

/* Reads one argument by name, in the usual spellings; 0 for any other. */
static int read_option(PyObject *name, PyObject *value, int has_labels, tfl_wanted *wanted) {
    if (name == known.with_loss) {
        wanted->loss = value == Py_True;
        return value == Py_True || value == Py_False;
    }
    if (name == known.wrt && has_labels) {
        wanted->labels = value == Py_None || value == known.names[0];
        wanted->logits = value == Py_None || value == known.names[1];
        return wanted->labels || wanted->logits;
    }
    if (name == known.upstream)
        wanted->upstream = value;
    return name == known.upstream;
}

/* differentiate(version, loss, has_labels, args, kwargs) -> Gradients or None, of a call as for `call`, and
 * with upstream, wrt and with_loss by name. has_labels: whether labels have a gradient. */
static PyObject *tfl_arrays_differentiate(PyObject *module, PyObject *const *args,
                                          Py_ssize_t count) {
    if (count != 5 || module != known.module || !PyTuple_Check(args[3]) || !PyDict_Check(args[4]))
        return nothing();
    const tfl_loss_traits *traits = tfl_traits_of((tfl_loss)PyLong_AsLong(args[1]));
    int has_labels = args[2] == Py_True;
    Py_ssize_t named = 0, place = 0;
    tfl_asked asked = {.version = args[0], .loss = args[1]};
    tfl_wanted wanted = {.mode = TFL_EAGER, .upstream = Py_None, .labels = has_labels, .logits = 1};
    if (!traits || !read_asked(traits, args[3], args[4], &named, &asked))
        return nothing();
    PyObject *name, *value;
    while (PyDict_Next(args[4], &place, &name, &value))
        if (name != known.names[0] && name != known.names[1] && name != known.names[2]) {
            if (!read_option(name, value, has_labels, &wanted))
                return nothing();
            named++;
        }
    if (named != PyDict_Size(args[4]) || (traits->has_weight && wanted.labels && wanted.logits))
        return nothing(); /* all of weighted's gradients are three */
    if (traits->has_weight)
        wanted.mode |= TFL_CONSTANT;
    return gradients_asked(&asked, &wanted);
}

/* ---- what arrays.py tells ---- */

static int tell_names(void) {
    static const char *const texts[] = {"labels",   "logits", "pos_weight",
                                        "upstream", "wrt",    "with_loss"};
    PyObject **const names[] = {&known.names[0], &known.names[1], &known.names[2],
                                &known.upstream, &known.wrt,      &known.with_loss};
    for (int i = 0; i < 6; i++)
        if (!(*names[i] = PyUnicode_InternFromString(texts[i])))
            return 0;
    return (known.zero = PyLong_FromLong(0)) != NULL;
}

/* begin(array, tensor, gradients, tapes): types, and the dict of open tapes */
static PyObject *tfl_arrays_begin(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (count != 4 || !known.new_array || !PyType_Check(args[0]) || !PyType_Check(args[1]) ||
        !PyType_Check(args[2]) || !PyDict_Check(args[3]))
        return PyErr_Format(PyExc_TypeError, "three types and a dict are needed");
    if (known.module)
        Py_RETURN_NONE;
    if (!tell_names())
        return NULL;
    for (int i = 0; i < 4; i++)
        Py_INCREF(args[i]);
    known.tensor = (PyTypeObject *)args[1];
    known.gradients = (PyTypeObject *)args[2];
    known.tapes = args[3];
    known.array = (PyTypeObject *)args[0];
    Py_INCREF(module);
    known.module = module;
    Py_RETURN_NONE;
}

/* tell_table(capsule) -> whether NumPy's table of functions is one of an interface that is known */
static PyObject *tfl_arrays_table(PyObject *module, PyObject *capsule) {
    (void)module;
    void **table = PyCapsule_GetPointer(capsule, NULL);
    if (!table)
        return NULL;
    unsigned int (*version_of)(void);
    memcpy(&version_of, &table[C_VERSION], sizeof version_of);
    unsigned int version = version_of();
    if (version != NUMPY_1 && version != NUMPY_2)
        Py_RETURN_FALSE;
    memcpy(&known.new_array, &table[NEW_FROM_DESCR], sizeof known.new_array);
    Py_RETURN_TRUE;
}

/* tell_dtype(code, dtype) */
static PyObject *tfl_arrays_dtype(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    (void)module;
    long code = count == 2 ? PyLong_AsLong(args[0]) : -1;
    if (code < 0 || code >= DTYPES)
        return PyErr_Format(PyExc_ValueError, "a dtype's code and a dtype are needed");
    Py_INCREF(args[1]);
    known.descriptors[code] = args[1];
    Py_RETURN_NONE;
}

/* read(array) -> what is read of it: address, rank, lengths and strides of the last axis, dtype, flags */
static PyObject *tfl_arrays_read(PyObject *module, PyObject *of) {
    (void)module;
    const tfl_fields *array = (const tfl_fields *)of;
    int last = array->rank - 1;
    return Py_BuildValue("KiLLOi", (unsigned long long)(uintptr_t)array->data, array->rank,
                         last < 0 ? -1LL : (long long)array->lengths[last],
                         last < 0 ? -1LL : (long long)array->strides[last], array->descriptor,
                         array->flags & PLAIN);
}

/* make(type, like) -> an array of the type, of another one's shape and dtype */
static PyObject *tfl_arrays_make(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    (void)module;
    if (count != 2 || !known.new_array || !PyType_Check(args[0]))
        return PyErr_Format(PyExc_TypeError, "a type and an array are needed");
    tfl_plain of;
    if (!read_lengths((const tfl_fields *)args[1], &of))
        return PyErr_Format(PyExc_ValueError, "an array of %d axes at most is needed", MOST_AXES);
    return new_like(&of, (PyTypeObject *)args[0], of.logits_rank);
}

#define TFL_METHOD(name, function, kind) {name, (PyCFunction)(void (*)(void))function, kind, NULL}
static PyMethodDef tfl_arrays_methods[] = {
    TFL_METHOD("loss", tfl_arrays_loss, METH_FASTCALL),
    TFL_METHOD("call", tfl_arrays_call, METH_FASTCALL),
    TFL_METHOD("gradients", tfl_arrays_gradients, METH_FASTCALL),
    TFL_METHOD("differentiate", tfl_arrays_differentiate, METH_FASTCALL),
    TFL_METHOD("begin", tfl_arrays_begin, METH_FASTCALL),
    TFL_METHOD("tell_table", tfl_arrays_table, METH_O),
    TFL_METHOD("tell_dtype", tfl_arrays_dtype, METH_FASTCALL),
    TFL_METHOD("read", tfl_arrays_read, METH_O),
    TFL_METHOD("make", tfl_arrays_make, METH_FASTCALL),
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot tfl_arrays_slots[] = {
#if defined(Py_mod_gil)
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef tfl_arrays_module = {PyModuleDef_HEAD_INIT, .m_name = "_arrays",
                                               .m_methods = tfl_arrays_methods,
                                               .m_slots = tfl_arrays_slots};

PyMODINIT_FUNC PyInit__arrays(void) { return PyModuleDef_Init(&tfl_arrays_module); }
#endif
