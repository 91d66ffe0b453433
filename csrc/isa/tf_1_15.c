/* SPDX-License-Identifier: Apache-2.0
 * TensorFlow 1.15 on any processor: an older Eigen, with other polynomials and one packet at a time
 * in a sum. Compiled once, for any processor, as it is asked for where speed is not. */
#include "tf_losses.h"

#if !defined(__clang__)
#pragma GCC optimize("Os") /* a third smaller */
#endif
#define TFL_1_15
#include "isa/generic.h"

/* Its reciprocal is a division: the estimate is not asked for. */
TFL_INLINE f32v f32v_rcp_estimate(f32v a, tfl_vendor vendor) {
    (void)vendor;
    return a;
}

#include "kernels/kernels.h"

const tfl_kernels tfl_kernels_1_15 = TFL_KERNEL_TABLE;
