/* SPDX-License-Identifier: Apache-2.0
 * Sizes of a call, told once more than in csrc. */
#include <stdio.h>

#include "call.h"

void describe(const call *c) {
    fprintf(stderr,
            "function %d, version %d, loss %d, dtype %d, labels_dtype %d, mode %d, rows %lld, "
            "classes %lld, isa %s, threads %lld\n",
            (int)c->function, c->version, c->loss, c->dtype, c->labels_dtype, c->mode,
            (long long)c->rows, (long long)c->classes, tfl_isa_name(),
            (long long)tfl_get_num_threads());
    for (int i = 0; i < 8 && c->has_layout; i++)
        fprintf(stderr, "axis %d of %lld: %lld, strides %lld %lld %lld of %lld\n", i,
                (long long)c->layout.rank, (long long)c->layout.shape[i],
                (long long)c->layout.labels_stride[i], (long long)c->layout.logits_stride[i],
                (long long)c->layout.weight_stride[i], (long long)c->layout.weight_size);
    for (int i = 0; i < c->rank && i < MOST_AXES; i++)
        fprintf(stderr, "axis %d: %lld %s\n", i, (long long)c->shape[i],
                c->reduced >> i & 1 ? "reduced" : "");
    for (int p = 0; p < PLACES; p++)
        if (c->arrays[p].is_given)
            fprintf(stderr, "array %d: %lld elements of dtype %d%s\n", p,
                    (long long)c->arrays[p].elements, c->arrays[p].dtype,
                    c->arrays[p].is_misaligned ? ", misaligned" : "");
}

int64_t times(int64_t a, int64_t b) {
    int64_t product;
    if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &product) || product > INT64_MAX / 8)
        return -1;
    return product;
}

int64_t product_of(const int64_t *sizes, int64_t count, uint64_t left_out) {
    int64_t product = count < 0 || count > MOST_AXES ? -1 : 1;
    for (int64_t i = 0; i < count && product >= 0; i++)
        product = times(product, left_out >> i & 1 ? 1 : sizes[i]);
    return product;
}

int64_t result_size(const call *c) {
    if (c->has_layout && c->layout.rank >= 1 && c->layout.rank <= TFL_MAX_RANK &&
        c->loss == TFL_WEIGHTED)
        return product_of(c->layout.shape, c->layout.rank, 0);
    return times(c->rows, c->classes);
}

int64_t reach(const tfl_layout *layout, const int64_t *stride) {
    int64_t last = 0;
    if (layout->rank < 1 || layout->rank > TFL_MAX_RANK)
        return -1;
    for (int64_t i = 0; i < layout->rank; i++) {
        int64_t step = layout->shape[i] < 1 ? 0 : times(layout->shape[i] - 1, stride[i]);
        if (stride[i] < 0 || step < 0 || __builtin_add_overflow(last, step, &last))
            return -1;
    }
    return last + 1;
}

int64_t elements_of(const call *c, place p) {
    int64_t whole = times(c->rows, c->classes), result = result_size(c);
    int spread = c->has_layout && c->loss == TFL_SOFTMAX;
    if (c->function == SUM)
        return p == LOSS ? product_of(c->shape, c->rank, c->reduced)
                         : product_of(c->shape, c->rank, 0);
    switch (p) {
    case LABELS:
        if (c->loss == TFL_SPARSE_SOFTMAX)
            return c->rows;
        return spread && whole ? reach(&c->layout, c->layout.labels_stride) : whole;
    case LOGITS:
        return spread && whole ? reach(&c->layout, c->layout.logits_stride) : whole;
    case WEIGHT:
        return c->has_layout ? c->layout.weight_size : 1;
    case UPSTREAM:
    case LOSS:
        return c->function == FINISH ? whole : by_row(c) ? c->rows : result;
    case LABELS_GRADIENT:
    case LOGITS_GRADIENT:
    case TAIL_SUMS:
    case LABELS_SUMS:
        return whole;
    default:
        return result;
    }
}
