/* SPDX-License-Identifier: Apache-2.0
 * What abi.h allows, told once more than in csrc. */
#include "call.h"

static int outputs_lie_apart(const call *c) {
    for (int p = FIRST_OUTPUT; p < PLACES; p++)
        for (int q = 0; q < PLACES; q++) {
            const array *a = &c->arrays[p], *b = &c->arrays[q];
            int given = a->is_given && b->is_given && a->elements > 0 && b->elements > 0;
            if (p != q && given && a->data < b->data + (size_t)b->elements * width_of(b->dtype) &&
                b->data < a->data + (size_t)a->elements * width_of(a->dtype))
                return 0;
        }
    return 1;
}

static int dtypes_allowed(const call *c) {
    int is_half = c->dtype == TFL_F16 || c->dtype == TFL_BF16;
    if (c->dtype < TFL_F16 || c->dtype > TFL_F64)
        return 0;
    if (c->loss == TFL_SPARSE_SOFTMAX)
        return c->labels_dtype == TFL_I32 || c->labels_dtype == TFL_I64;
    if (c->loss == TFL_SOFTMAX && is_half && c->labels_dtype == TFL_F32)
        return c->function == FORWARD || c->mode != TFL_RAW_OP;
    return c->labels_dtype == c->dtype;
}

static int softmax_stride_allowed(const call *c, const int64_t *stride) {
    int64_t whole = stride[1] ? c->classes : 1;
    return (stride[1] == 0 || stride[1] == 1) && (stride[0] == 0 || stride[0] == whole);
}

static int layout_allowed(const call *c) {
    const tfl_layout *layout = &c->layout;
    if (!c->has_layout)
        return c->function != PRODUCTS;
    if (layout->rank < 1 || layout->rank > TFL_MAX_RANK || c->function == FINISH)
        return 0;
    for (int64_t i = 0; i < layout->rank; i++)
        if (layout->shape[i] < 0)
            return 0;
    if (c->loss == TFL_SOFTMAX)
        return layout->rank == 2 && layout->shape[0] == c->rows && layout->shape[1] == c->classes &&
               softmax_stride_allowed(c, layout->labels_stride) &&
               softmax_stride_allowed(c, layout->logits_stride);
    int64_t size = result_size(c);
    if (c->loss != TFL_WEIGHTED || size < 0)
        return 0;
    if (c->function == GRADIENT && size != times(c->rows, c->classes))
        return 0;
    if (layout->weight_size >= 0 && times(layout->weight_size, 1) < 0)
        return 0;
    if (size == 0)
        return 1;
    int64_t logits = reach(layout, layout->logits_stride);
    int64_t weight = reach(layout, layout->weight_stride);
    return logits >= 0 && logits <= times(c->rows, c->classes) && weight >= 0 &&
           weight <= layout->weight_size;
}

static int has(const call *c, place p) { return c->arrays[p].is_given; }

static int arrays_allowed(const call *c, int64_t count) {
    int is_weighted = c->loss == TFL_WEIGHTED;
    for (int p = 0; p < PLACES && count > 0; p++)
        if (c->arrays[p].is_given && c->arrays[p].is_misaligned)
            return 0;
    if (c->function != FINISH && is_weighted != has(c, WEIGHT))
        return 0;
    if (c->function == FINISH && times(c->rows, c->classes) > 0 &&
        !(has(c, UPSTREAM) && has(c, TAIL_SUMS) && has(c, LABELS_SUMS)))
        return 0;
    if (count == 0)
        return 1;
    if (!outputs_lie_apart(c))
        return 0;
    if (times(c->rows, c->classes) > 0 && !(has(c, LABELS) && has(c, LOGITS)))
        return 0;
    if (c->loss == TFL_SPARSE_SOFTMAX && !has(c, LABELS))
        return 0;
    switch (c->function) {
    case FORWARD:
        return has(c, LOSS);
    case GRADIENT:
        return (is_weighted || !has(c, WEIGHT_PRODUCTS)) &&
               (c->loss != TFL_SPARSE_SOFTMAX || !has(c, LABELS_GRADIENT));
    case PRODUCTS:
        return has(c, TAIL_PRODUCTS) && has(c, LABELS_PRODUCTS) && has(c, WEIGHT_PRODUCTS);
    default:
        return has(c, LABELS_GRADIENT) && has(c, LOGITS_GRADIENT);
    }
}

static int sum_allowed(const call *c) {
    if (c->version < 0 || c->version > TFL_VERSION_1_15 || c->dtype < TFL_F16 ||
        c->dtype > TFL_F64 || c->rank < 0 || c->rank > 64 || c->intra_op_threads < 1 ||
        c->divisor < 1)
        return 0;
    for (int64_t i = 0; i < c->rank; i++)
        if (c->shape[i] < 0)
            return 0;
    int64_t size = product_of(c->shape, c->rank, 0),
            kept = product_of(c->shape, c->rank, c->reduced);
    if (size < 0 || kept < 0)
        return 0;
    return kept == 0 || (outputs_lie_apart(c) && has(c, LOSS) && (size == 0 || has(c, LOGITS)) &&
                         !(has(c, LOSS) && c->arrays[LOSS].is_misaligned) &&
                         !(has(c, LOGITS) && c->arrays[LOGITS].is_misaligned));
}

int allowed(const call *c) {
    if (c->function == SUM)
        return sum_allowed(c);
    int has_mode = c->function == GRADIENT || c->function == FINISH;
    if (c->version < 0 || c->version > TFL_VERSION_1_15 || c->loss < 0 ||
        c->loss > TFL_SPARSE_SOFTMAX || c->rows < 0 || c->classes < 0 || !dtypes_allowed(c))
        return 0;
    if (has_mode && (c->mode < 0 || c->mode > TFL_RAW_OP || (c->mode == TFL_RAW_OP && !by_row(c))))
        return 0;
    if (times(c->rows, c->classes) < 0 || times(c->rows, 1) < 0 || !layout_allowed(c))
        return 0;
    return arrays_allowed(c, by_row(c) ? c->rows : result_size(c));
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
