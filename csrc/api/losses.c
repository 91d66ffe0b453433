/* SPDX-License-Identifier: Apache-2.0
 * The table of the losses. Their arithmetic is in kernels/losses/. */
#include "api/losses.h"

static const tfl_loss_traits losses[TFL_LOSSES] = {
    [TFL_SIGMOID] = {0},
    [TFL_WEIGHTED] = {.has_weight = 1},
    [TFL_SOFTMAX] = {.by_row = 1, .has_repeats = 1, .wide_labels = 1},
    [TFL_SPARSE_SOFTMAX] = {.by_row = 1, .class_labels = 1},
};

const tfl_loss_traits *tfl_traits_of(tfl_loss loss) {
    return (unsigned int)loss < TFL_LOSSES ? &losses[loss] : NULL;
}
