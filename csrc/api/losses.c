/* SPDX-License-Identifier: Apache-2.0
 * The table of what sets the losses apart. Their arithmetic is in kernels/losses/. */
#include "tf_losses.h"

#define TRAITS(NUMBER, name, KERNELS, ...) [TFL_##NUMBER] = {__VA_ARGS__},
static const tfl_loss_traits losses[TFL_LOSSES] = {TFL_LOSS_LIST(TRAITS)};
#undef TRAITS

const tfl_loss_traits *tfl_traits_of(tfl_loss loss) {
    return (unsigned int)loss < TFL_LOSSES ? &losses[loss] : NULL;
}
