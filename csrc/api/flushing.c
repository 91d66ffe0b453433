/* SPDX-License-Identifier: Apache-2.0
 * Which calls of TensorFlow flushed subnormal numbers: all but some eager ones of 2.0 to 2.2. */
#include <math.h>

#include "api/dispatch.h"

/* Elements as Eigen's pool counts them where rows are broadcast against: tiles of 40,000 cycles are all
 * taken for whole. */
static double elements_in_tiles(int64_t rows, int64_t classes, double cost) {
    double tile = floor(40000 / cost), all = (double)rows * (double)classes;
    if (all <= tile)
        return all;
    if ((double)classes > tile)
        return (double)rows * ceil((double)classes / tile) * tile;
    double rows_of_tile = ceil(tile / (double)classes);
    return ceil((double)rows / rows_of_tile) * rows_of_tile * (double)classes;
}

/* What Eigen takes the dearest op of a loss for, in cycles. */
static double dearest_op(const tfl_flush_costs *costs, tfl_loss loss, int is_wide, int64_t rows,
                         int64_t classes) {
    double exps = (is_wide ? 15.5 : 5.625) * (double)rows * (double)classes;
    if (loss != TFL_SOFTMAX && loss != TFL_SPARSE_SOFTMAX)
        return is_wide ? exps : 11.546875 * (double)rows * (double)classes;
    double product = costs->product[is_wide], backprop = costs->backprop[is_wide];
    double most = fmax(exps, product * elements_in_tiles(rows, classes, product));
    return loss == TFL_SOFTMAX ? fmax(most, backprop * elements_in_tiles(rows, classes, backprop))
                               : most;
}

/* A release that did not flush subnormal numbers in the caller's thread did so where ops ran in the
 * pool, which they do from 210,000 cycles on. XLA, which compiled the losses of bfloat16, flushes as
 * well, but not softmax's, which is cast. */
tfl_flushing tfl_flushing_of(const tfl_profile *profile, tfl_loss loss, tfl_dtype dtype,
                             tfl_mode mode, int64_t rows, int64_t classes) {
    int by_xla = dtype == TFL_BF16 && (loss != TFL_SOFTMAX || mode == TFL_RAW_OP);
    if (!profile->flush_costs || mode == TFL_FUNCTION || by_xla)
        return TFL_FLUSHES_ALL;
    double dearest = dearest_op(profile->flush_costs, loss, dtype == TFL_F64, rows, classes);
    return dearest < 210000 ? TFL_FLUSHES_NOTHING : TFL_FLUSHES_BY_OP;
}

int tfl_flushes_by_op(tfl_version version, tfl_loss loss, tfl_dtype dtype, int64_t rows,
                      int64_t classes) {
    const tfl_profile *profile = tfl_profile_of(version);
    return profile &&
           tfl_flushing_of(profile, loss, dtype, TFL_EAGER, rows, classes) == TFL_FLUSHES_BY_OP;
}
