/* SPDX-License-Identifier: Apache-2.0
 * What an element costs, beside one of the cheapest kind: how early a call is worth a thread. */
#ifndef TF_LOSSES_COSTS_H
#define TF_LOSSES_COSTS_H

#include "losses.h"

/* The cheapest kind's, which is sparse_softmax of float32: 28 us for the elements that a thread is
 * worth at first. */
enum { TFL_LEAST_COST = 4 };

/* Measured by `python -m bench.threads` with one thread, rows of 64 classes, AVX-512 of a Zen 4. What
 * older versions, narrow rows and other instruction sets cost more is not in it: they are split a
 * little late, never too early. */
static inline int tfl_cost_of(tfl_loss loss, tfl_dtype dtype, int is_gradient) {
    static const unsigned char costs[TFL_LOSSES][2][TFL_F64 + 1] = {
        [TFL_SIGMOID] = {{[TFL_F16] = 9, [TFL_BF16] = 8, [TFL_F32] = 5, [TFL_F64] = 14},
                         {[TFL_F16] = 9, [TFL_BF16] = 9, [TFL_F32] = 4, [TFL_F64] = 9}},
        [TFL_WEIGHTED] = {{[TFL_F16] = 11, [TFL_BF16] = 11, [TFL_F32] = 6, [TFL_F64] = 16},
                          {[TFL_F16] = 21, [TFL_BF16] = 20, [TFL_F32] = 10, [TFL_F64] = 24}},
        [TFL_SOFTMAX] = {{[TFL_F16] = 6, [TFL_BF16] = 6, [TFL_F32] = 5, [TFL_F64] = 11},
                         {[TFL_F16] = 8, [TFL_BF16] = 8, [TFL_F32] = 7, [TFL_F64] = 14}},
        [TFL_SPARSE_SOFTMAX] = {{[TFL_F16] = 4, [TFL_BF16] = 7, [TFL_F32] = 4, [TFL_F64] = 8},
                                {[TFL_F16] = 6, [TFL_BF16] = 10, [TFL_F32] = 6, [TFL_F64] = 13}},
    };
    return costs[loss][is_gradient][dtype];
}

#endif
