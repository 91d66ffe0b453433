/* SPDX-License-Identifier: Apache-2.0
 * The list of the losses, and what sets one apart from another. */
#ifndef TF_LOSSES_LOSSES_H
#define TF_LOSSES_LOSSES_H

#include "abi.h"

/* LOSS(NUMBER, name, KERNELS, traits): TFL_NUMBER in abi.h; name_forward and name_gradient are its
 * kernels, in kernels/losses/name.h, which kernels/instantiate.h includes; TFL_KERNELS_VARIANTS in
 * kernels/kernels.h says which of them serves which variant. */
#define TFL_LOSS_LIST(LOSS)                                                                        \
    LOSS(SIGMOID, sigmoid, PLAIN, .by_row = 0)                                                     \
    LOSS(WEIGHTED, weighted, PLAIN, .has_weight = 1)                                               \
    LOSS(SOFTMAX, softmax, SOFTMAX, .by_row = 1, .has_repeats = 1, .wide_labels = 1)               \
    LOSS(SPARSE_SOFTMAX, sparse_softmax, SPARSE_SOFTMAX, .by_row = 1, .class_labels = 1)

#define TFL_COUNT_LOSS(...) +1
enum { TFL_LOSSES = 0 TFL_LOSS_LIST(TFL_COUNT_LOSS) };
#undef TFL_COUNT_LOSS

typedef struct tfl_loss_traits {
    int by_row;       /* one loss a row of classes, else one an element */
    int class_labels; /* labels are class numbers, one a row, and have no gradient */
    int has_weight;   /* takes pos_weight, which may broadcast */
    int has_repeats;  /* labels or logits may repeat along rows or classes */
    int wide_labels;  /* 16-bit logits may go with float32 labels */
} tfl_loss_traits;

/* NULL for a number that is no loss. */
const tfl_loss_traits *tfl_traits_of(tfl_loss loss);

#endif
