/* SPDX-License-Identifier: Apache-2.0
 * Whether the outputs of a call lie apart. Kernels read inputs after they have written results, and
 * in another order on every instruction set: what came out of shared memory would be anybody's. */
#include "api/dispatch.h"

enum { INPUTS = 7, OUTPUTS = 6, LAYOUT_WORDS = sizeof(tfl_layout) / sizeof(int64_t) };

/* Elements of an operand that has these strides. */
static int64_t spread(const tfl_call *call, int64_t row_stride, int64_t column_stride) {
    if (call->logits_size == 0)
        return 0;
    return (call->rows - 1) * row_stride + (call->classes - 1) * column_stride + 1;
}

static int64_t labels_size(const tfl_call *call, const tfl_loss_traits *traits) {
    if (traits->class_labels)
        return call->rows;
    return traits->has_repeats ? spread(call, call->labels_row_stride, call->labels_column_stride)
                               : call->logits_size;
}

static int64_t logits_size(const tfl_call *call, const tfl_loss_traits *traits) {
    return traits->has_repeats ? spread(call, call->logits_row_stride, call->logits_column_stride)
                               : call->logits_size;
}

int tfl_overlaps(const tfl_call *call, const tfl_layout *layout, const tfl_loss_traits *traits,
                 tfl_dtype dtype, int64_t results) {
    int64_t whole = call->logits_size;
    /* What follows a loss has its shape; of sums, that of the logits. */
    int64_t upstreams = call->tail_sums ? whole : results;
    const tfl_extent outputs[OUTPUTS] = {
        tfl_extent_of(call->out, results, dtype),
        tfl_extent_of(call->labels_gradient, whole, call->labels_dtype),
        tfl_extent_of(call->logits_gradient, whole, dtype),
        tfl_extent_of(call->weight_products, results, dtype),
        tfl_extent_of(call->tail_products, results, dtype),
        tfl_extent_of(call->labels_products, results, dtype),
    };
    const tfl_extent inputs[INPUTS] = {
        tfl_extent_of(call->labels, labels_size(call, traits), call->labels_dtype),
        tfl_extent_of(call->logits, logits_size(call, traits), dtype),
        tfl_extent_of(call->weight, call->layout ? call->layout->weight_size : 1, dtype),
        tfl_extent_of(call->upstream, upstreams, dtype),
        tfl_extent_of(call->tail_sums, whole, dtype),
        tfl_extent_of(call->labels_sums, whole, dtype),
        tfl_extent_of(layout, LAYOUT_WORDS, TFL_I64),
    };
    for (int i = 0; i < OUTPUTS; i++) {
        if (outputs[i].begin == outputs[i].end)
            continue; /* which shares nothing */
        for (int j = 0; j < INPUTS; j++)
            if (tfl_share(outputs[i], inputs[j]))
                return 1;
        for (int j = i + 1; j < OUTPUTS; j++)
            if (tfl_share(outputs[i], outputs[j]))
                return 1;
    }
    return 0;
}
