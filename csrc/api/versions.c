/* SPDX-License-Identifier: Apache-2.0
 * The table of TensorFlow's versions, and the choice of one for the process. */
#include "api/versions.h"

#include <stdatomic.h>

#include "api/dispatch.h"

/* By number. A release that computes like one of these shares its row (tf_losses/versions.py). */
static const tfl_profile profiles[] = {
    [TFL_VERSION_2_21] = {.name = "2.21",
                          .recip = TFL_RECIP_RESIDUAL,
                          .log1p_f64 = TFL_LOG1P_PACKETS,
                          .weight_moves = TFL_MOVES_SMALLER,
                          .functions = TFL_FUNCTIONS_2_21},
    [TFL_VERSION_2_20] = {.name = "2.20",
                          .recip = TFL_RECIP_PRODUCT,
                          .log1p_f64 = TFL_LOG1P_LIBM,
                          .weight_moves = TFL_MOVES_SMALLER,
                          .functions = TFL_FUNCTIONS_2_20},
    [TFL_VERSION_2_16] = {.name = "2.16",
                          .softmax = tfl_softmax_2_16,
                          .recip = TFL_RECIP_PRODUCT,
                          .log1p_f64 = TFL_LOG1P_LIBM,
                          .weight_moves = TFL_MOVES_SMALLER,
                          .functions = TFL_FUNCTIONS_2_16},
    [TFL_VERSION_1_15] = {.name = "1.15",
                          .kernels = &tfl_kernels_1_15,
                          .recip = TFL_RECIP_PRODUCT,
                          .log1p_f64 = TFL_LOG1P_LIBM,
                          .in_sessions = 1,
                          .weight_moves = TFL_MOVES_CONSTANT,
                          .functions = TFL_FUNCTIONS_1_15},
    [TFL_VERSION_2_15] = {.name = "2.15",
                          .recip = TFL_RECIP_PRODUCT,
                          .log1p_f64 = TFL_LOG1P_LIBM,
                          .weight_moves = TFL_MOVES_SMALLER,
                          .functions = TFL_FUNCTIONS_2_16},
    [TFL_VERSION_2_19] = {.name = "2.19",
                          .recip = TFL_RECIP_PRODUCT,
                          .log1p_f64 = TFL_LOG1P_LIBM,
                          .weight_moves = TFL_MOVES_SMALLER,
                          .functions = TFL_FUNCTIONS_2_19},
};

enum { PROFILES = sizeof profiles / sizeof *profiles };

static atomic_int set_version = TFL_VERSION_2_21;

static int is_version(tfl_version version) {
    return version > TFL_VERSION_SET && version < PROFILES && profiles[version].name;
}

tfl_status tfl_set_version(tfl_version version) {
    if (!is_version(version))
        return TFL_BAD_ARGUMENT;
    atomic_store(&set_version, version);
    return TFL_OK;
}

tfl_version tfl_get_version(void) {
    return atomic_load_explicit(&set_version, memory_order_relaxed);
}

const tfl_profile *tfl_profile_of(tfl_version version) {
    version = version == TFL_VERSION_SET ? tfl_get_version() : version;
    return is_version(version) ? &profiles[version] : NULL;
}

const tfl_kernels *tfl_kernels_of(const tfl_profile *profile) {
    return profile->kernels ? profile->kernels : tfl_current_isa()->kernels;
}

int tfl_is_portable_only(const tfl_profile *profile, tfl_loss loss) {
    return profile->kernels || (profile->softmax && loss == TFL_SOFTMAX);
}
