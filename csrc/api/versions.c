/* SPDX-License-Identifier: Apache-2.0
 * The table of TensorFlow's versions, and the choice of one for the process. */
#include "api/versions.h"

#include <stdatomic.h>
#include <string.h>

#include "api/dispatch.h"
#include "api/older.h"

/* bfloat16 is added in float32 in the losses, step by step in Sum. */
static const tfl_ways how_1_15 = {
    .f32_exp = TFL_F32_EXP_1_15,
    .f32_log = TFL_F32_LOG_1_15,
    .f32_log1p = TFL_F32_LOG1P_1_15,
    .f64_exp = TFL_F64_EXP_2_21,
    .f64_log = TFL_F64_LOG_LIBM,
    .f64_log1p = TFL_F64_LOG1P_LIBM,
    .divides = 1,
    .zero_minus = 1,
    .orders = {[TFL_F16] = {.sides = 1, .leaf = 1024, .aligned_packets = 1, .no_exp_packets = 1},
               [TFL_BF16] = {.summation = TFL_SUM_WIDE, .sides = 1, .aligned_packets = 1},
               [TFL_F32] = {.sides = 1, .leaf = 1024, .tile = 2560, .exp_tile = 4076, .aligned_packets = 1},
               [TFL_F64] = {.sides = 1, .leaf = 1024, .tile = 1111, .exp_tile = 1675, .aligned_packets = 1}},
    .sum_orders = {[TFL_F16] = {.sides = 1, .leaf = 1024, .sum_cost = 1.59375},
                   [TFL_BF16] = {.summation = TFL_SUM_ROUNDED_STEPS, .sides = 1, .sum_cost = 1.0},
                   [TFL_F32] = {.sides = 1, .leaf = 1024, .sum_cost = 1.9375},
                   [TFL_F64] = {.sides = 1, .leaf = 1024, .sum_cost = 3.875}},
};

static const tfl_ways how_2_16 = {
    .f32_exp = TFL_F32_EXP_2_21,
    .f32_log = TFL_F32_LOG_2_21,
    .f32_log1p = TFL_F32_LOG1P_2_21,
    .f64_exp = TFL_F64_EXP_2_21,
    .f64_log = TFL_F64_LOG_2_21,
    .f64_log1p = TFL_F64_LOG1P_LIBM,
    .orders = {[TFL_F16] = {.sides = 4, .leaf = 200},
               [TFL_BF16] = {.sides = 4, .leaf = 128},
               [TFL_F32] = {.sides = 4, .leaf = 1024, .tile = 4507, .exp_tile = 6956},
               [TFL_F64] = {.sides = 4, .leaf = 1024, .tile = 1777, .exp_tile = 2539}},
};

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
                          .loops_softmax = &how_2_16,
                          .recip = TFL_RECIP_PRODUCT,
                          .log1p_f64 = TFL_LOG1P_LIBM,
                          .weight_moves = TFL_MOVES_SMALLER,
                          .functions = TFL_FUNCTIONS_2_16},
    [TFL_VERSION_1_15] = {.name = "1.15",
                          .how = &how_1_15,
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

int tfl_is_older(const tfl_profile *profile, tfl_loss loss) {
    return profile->how != NULL || (profile->loops_softmax != NULL && loss == TFL_SOFTMAX);
}

int tfl_needs_older(tfl_version version) {
    const tfl_profile *profile = tfl_profile_of(version);
    return profile && (profile->how != NULL || profile->loops_softmax != NULL);
}

static _Atomic(const tfl_older *) added;

tfl_status tfl_add_older(const void *given) {
    const tfl_older *older = given;
    if (!older || older->size != sizeof *older || strcmp(older->build, TFL_SOURCES) != 0)
        return TFL_BAD_ARGUMENT;
    tfl_libm_find();
    *older->libm = tfl_libm;
    atomic_store_explicit(&added, older, memory_order_release);
    return TFL_OK;
}

static const tfl_kernels *older_kernels(int64_t isa) {
    const tfl_older *older = atomic_load_explicit(&added, memory_order_acquire);
    return older ? older->isas[isa]->kernels : NULL;
}

const tfl_kernels *tfl_older_kernels_in_use(void) {
    return older_kernels(tfl_current_isa_number());
}

/* Other vendors' estimates are looked up, which the portable kernels do. */
const tfl_kernels *tfl_kernels_of(const tfl_profile *profile) {
    int64_t isa = tfl_estimates_by_table() ? 0 : tfl_current_isa_number();
    return profile->how ? older_kernels(isa) : tfl_isas[isa]->kernels;
}
