/* SPDX-License-Identifier: Apache-2.0
 * What sets one loss apart from another, for the checks of a call: one table, in losses.c. */
#ifndef TF_LOSSES_LOSSES_H
#define TF_LOSSES_LOSSES_H

#include "tf_losses.h"

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
