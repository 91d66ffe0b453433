/* SPDX-License-Identifier: Apache-2.0
 * A call of the C interface with any arguments, for the fuzzer. */
#ifndef TFL_TEST_FUZZ_CALL_H
#define TFL_TEST_FUZZ_CALL_H

#include <stddef.h>

#include "abi.h"

enum { MOST_ELEMENTS = 8500, MOST_AXES = 64 };

typedef enum function { FORWARD, GRADIENT, PRODUCTS, FINISH, SUM, FUNCTIONS } function;

/* The arrays a call may have, in any order. */
typedef enum place {
    LABELS,
    LOGITS,
    WEIGHT,
    UPSTREAM,
    TAIL_SUMS,
    LABELS_SUMS,
    FIRST_OUTPUT,
    LOSS = FIRST_OUTPUT,
    LABELS_GRADIENT,
    LOGITS_GRADIENT,
    WEIGHT_PRODUCTS,
    TAIL_PRODUCTS,
    LABELS_PRODUCTS,
    PLACES
} place;

typedef struct array {
    int is_given;
    int is_misaligned;
    int is_shared; /* an output that lies in another array, or seems to */
    int shift;     /* elements before it in its block */
    int64_t elements;
    tfl_dtype dtype;
    unsigned char *block, *data, *copy;
} array;

typedef struct call {
    function function;
    tfl_version version;
    tfl_loss loss;
    tfl_dtype dtype, labels_dtype;
    tfl_mode mode;
    int64_t rows, classes;
    int has_layout;
    tfl_layout layout;
    /* of tfl_sum */
    int64_t rank, shape[MOST_AXES];
    uint64_t reduced;
    int64_t intra_op_threads, divisor;
    int contents; /* 0: any bits, 1: small numbers, 2: both, and labels at a boundary, 3: any labels */
    array arrays[PLACES];
} call;

/* ---- call.c ---- */

/* Prints all about a call, for a finding. */
void describe(const call *c);

static inline size_t width_of(tfl_dtype dtype) {
    return dtype == TFL_F64 || dtype == TFL_I64 ? 8 : dtype == TFL_F32 || dtype == TFL_I32 ? 4 : 2;
}

static inline size_t bytes_of(const array *a) { return (size_t)a->elements * width_of(a->dtype); }

static inline int by_row(const call *c) {
    return c->loss == TFL_SOFTMAX || c->loss == TFL_SPARSE_SOFTMAX;
}

/* a*b, or -1 where so many elements do not fit in 64 bits or a or b is negative. */
int64_t times(int64_t a, int64_t b);

/* The product of sizes without those whose bit is set in left_out; -1 if it is too large. */
int64_t product_of(const int64_t *sizes, int64_t count, uint64_t left_out);

/* Elements of the result; -1 if there are too many. */
int64_t result_size(const call *c);

/* Elements that an operand with these strides has at least; -1 if that is absurd. */
int64_t reach(const tfl_layout *layout, const int64_t *stride);

/* The elements that an array has in a call that is allowed. */
int64_t elements_of(const call *c, place p);

/* ---- allowed.c ---- */

/* The statuses by which the call may be refused, as bits 1 << status; 0 if it is as abi.h says, labels
 * of sparse_softmax apart. */
unsigned int refusals(const call *c);

/* Whether the arrays of an allowed call are small enough to be made, and no size is in doubt. */
int fits(const call *c);

/* Whether a label of sparse_softmax is no class. */
int has_bad_label(const call *c);

/* ---- drawn.c ---- */

struct source;

/* Draws the arguments, and makes the arrays: of just as many bytes as they have, some of them not
 * there, some in each other. Those of a call that is to fail, or does not fit, may be too small: it
 * must not look at them, or is not made. */
void draw_call(struct source *from, call *c);

void free_arrays(call *c);

#endif
