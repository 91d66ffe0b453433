/* SPDX-License-Identifier: Apache-2.0
 * What abi.h allows, told once more than in csrc. */
#include "call.h"

enum { BAD = 1 << TFL_BAD_ARGUMENT, LARGE = 1 << TFL_TOO_LARGE };

static int meet(const void *a, size_t a_bytes, const void *b, size_t b_bytes) {
    uintptr_t x = (uintptr_t)a, y = (uintptr_t)b;
    return a_bytes > 0 && b_bytes > 0 && x < y + b_bytes && y < x + a_bytes;
}

static int meets_anything(const call *c, int output) {
    const array *a = &c->arrays[output], *b;
    for (int p = 0; p < PLACES; p++) {
        b = &c->arrays[p];
        if (p != output && b->is_given && meet(a->data, bytes_of(a), b->data, bytes_of(b)))
            return 1;
    }
    if (c->function == SUM && c->rank > 0)
        return meet(a->data, bytes_of(a), c->shape, (size_t)c->rank * sizeof *c->shape);
    return c->has_layout && meet(a->data, bytes_of(a), &c->layout, sizeof c->layout);
}

/* Of the places where the arrays lie. */
static unsigned int place_refusals(const call *c) {
    unsigned int found = 0;
    for (int p = 0; p < PLACES; p++) {
        const array *a = &c->arrays[p];
        if (a->is_given && (uintptr_t)a->data % width_of(a->dtype) != 0)
            found |= 1 << TFL_MISALIGNED;
        if (a->is_given && p >= FIRST_OUTPUT && meets_anything(c, p))
            found |= 1 << TFL_OVERLAP;
    }
    return found;
}

/* The mode without what is added to it. */
static int mode_alone(const call *c) { return c->mode & ~TFL_CONSTANT; }

static int dtypes_allowed(const call *c) {
    int is_half = c->dtype == TFL_F16 || c->dtype == TFL_BF16;
    if (c->dtype < TFL_F16 || c->dtype > TFL_F64)
        return 0;
    if (c->loss == TFL_SPARSE_SOFTMAX)
        return c->labels_dtype == TFL_I32 || c->labels_dtype == TFL_I64;
    if (c->loss == TFL_SOFTMAX && is_half && c->labels_dtype == TFL_F32)
        return c->function == FORWARD || mode_alone(c) != TFL_RAW_OP;
    return c->labels_dtype == c->dtype;
}

static int softmax_stride_allowed(const call *c, const int64_t *stride) {
    int64_t whole = stride[1] ? c->classes : 1;
    return (stride[1] == 0 || stride[1] == 1) && (stride[0] == 0 || stride[0] == whole);
}

static unsigned int layout_refusals(const call *c) {
    const tfl_layout *layout = &c->layout;
    if (!c->has_layout)
        return c->function == PRODUCTS ? BAD : 0;
    if (layout->rank < 1 || layout->rank > TFL_MAX_RANK)
        return BAD;
    for (int64_t i = 0; i < layout->rank; i++)
        if (layout->shape[i] < 0)
            return BAD;
    int64_t size = product_of(layout->shape, layout->rank, 0), whole = times(c->rows, c->classes);
    unsigned int found = size < 0 ? LARGE : 0;
    if (c->loss == TFL_SOFTMAX) {
        int fits = layout->rank == 2 && layout->shape[0] == c->rows &&
                   layout->shape[1] == c->classes &&
                   softmax_stride_allowed(c, layout->labels_stride) &&
                   softmax_stride_allowed(c, layout->logits_stride);
        return found | (fits ? 0 : BAD);
    }
    if (c->loss != TFL_WEIGHTED || (c->function == GRADIENT && size != whole))
        found |= BAD;
    if (c->loss == TFL_WEIGHTED && layout->weight_size >= 0 && times(layout->weight_size, 1) < 0)
        found |= LARGE;
    int64_t logits = size > 0 ? reach(layout, layout->logits_stride) : 0;
    int64_t weight = size > 0 ? reach(layout, layout->weight_stride) : 0;
    if (c->loss == TFL_WEIGHTED && size > 0 &&
        (logits < 0 || logits > whole || weight < 0 || weight > layout->weight_size))
        found |= BAD;
    return found;
}

/* A version, and a library's number added to it. */
static int is_version(tfl_version version) {
    return version >= 0 && version % TFL_LIBM_HOST < TFL_VERSIONS &&
           version / TFL_LIBM_HOST <= TFL_LIBM_GLIBC_2_41_NOFMA / TFL_LIBM_HOST;
}

static int has(const call *c, place p) { return c->arrays[p].is_given; }

static int has_outputs(const call *c) {
    switch (c->function) {
    case FORWARD:
        return has(c, LOSS);
    case GRADIENT:
        return (c->loss == TFL_WEIGHTED || !has(c, WEIGHT_PRODUCTS)) &&
               (c->loss != TFL_SPARSE_SOFTMAX || !has(c, LABELS_GRADIENT));
    case PRODUCTS:
        return has(c, TAIL_PRODUCTS) && has(c, LABELS_PRODUCTS);
    default:
        return has(c, LABELS_GRADIENT) && has(c, LOGITS_GRADIENT);
    }
}

/* Of the arrays of a call for so many rows or elements. */
static unsigned int array_refusals(const call *c, int64_t count) {
    int is_empty = times(c->rows, c->classes) == 0, is_weighted = c->loss == TFL_WEIGHTED;
    unsigned int found = count == 0 ? 0 : place_refusals(c);
    if (c->function != FINISH && is_weighted != has(c, WEIGHT))
        found |= BAD;
    if (c->function == FINISH && !is_empty &&
        !(has(c, UPSTREAM) && has(c, TAIL_SUMS) && has(c, LABELS_SUMS)))
        found |= BAD;
    if (count != 0 && !is_empty && !(has(c, LABELS) && has(c, LOGITS)))
        found |= BAD;
    if (count != 0 && c->loss == TFL_SPARSE_SOFTMAX && !has(c, LABELS))
        found |= BAD;
    return found | (count == 0 || has_outputs(c) ? 0 : BAD);
}

static unsigned int sum_refusals(const call *c) {
    unsigned int found = 0;
    if (!is_version(c->version) || c->dtype < TFL_F16 || c->dtype > TFL_F64 ||
        c->intra_op_threads < 1 || c->divisor < 1)
        found |= BAD;
    if (c->rank < 0 || c->rank > MOST_AXES)
        return BAD;
    for (int64_t i = 0; i < c->rank; i++)
        if (c->shape[i] < 0)
            found |= BAD;
    int64_t size = product_of(c->shape, c->rank, 0);
    int64_t kept = product_of(c->shape, c->rank, c->reduced);
    if (size < 0 || kept < 0)
        return found | LARGE;
    if (kept == 0)
        return found;
    if (!has(c, LOSS) || (size > 0 && !has(c, LOGITS)))
        found |= BAD;
    return found | place_refusals(c);
}

unsigned int refusals(const call *c) {
    if (c->function == SUM)
        return sum_refusals(c);
    int has_mode = c->function == GRADIENT || c->function == PRODUCTS || c->function == FINISH;
    unsigned int found = 0;
    if (!is_version(c->version) || c->loss < 0 || c->loss > TFL_SPARSE_SOFTMAX || c->rows < 0 ||
        c->classes < 0 || !dtypes_allowed(c))
        found |= BAD;
    int mode = mode_alone(c);
    if (has_mode && (mode < 0 || mode > TFL_RAW_OP || (mode == TFL_RAW_OP && !by_row(c))))
        found |= BAD;
    if (times(c->rows, c->classes) < 0 || times(c->rows, 1) < 0)
        found |= c->rows < 0 || c->classes < 0 ? BAD : LARGE;
    found |= layout_refusals(c);
    return found | array_refusals(c, by_row(c) ? c->rows : result_size(c));
}

int fits(const call *c) {
    if (c->function == SUM)
        return product_of(c->shape, c->rank, 0) <= MOST_ELEMENTS &&
               product_of(c->shape, c->rank, c->reduced) <= MOST_ELEMENTS;
    int64_t weight = c->has_layout && c->loss == TFL_WEIGHTED ? c->layout.weight_size : 1;
    return times(c->rows, c->classes) <= MOST_ELEMENTS && result_size(c) <= MOST_ELEMENTS &&
           weight <= MOST_ELEMENTS && (!by_row(c) || c->rows <= MOST_ELEMENTS);
}

int has_bad_label(const call *c) {
    const array *labels = &c->arrays[LABELS];
    if (c->function == SUM || c->loss != TFL_SPARSE_SOFTMAX)
        return 0;
    for (int64_t i = 0; i < labels->elements; i++) {
        int64_t label;
        if (labels->dtype == TFL_I32)
            label = ((const int32_t *)(const void *)labels->data)[i];
        else
            label = ((const int64_t *)(const void *)labels->data)[i];
        if (label < 0 || label >= c->classes)
            return 1;
    }
    return 0;
}
