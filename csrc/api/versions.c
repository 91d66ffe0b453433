/* SPDX-License-Identifier: Apache-2.0
 * The table of TensorFlow's versions, and the choice of one for the process. */
#include "api/versions.h"

#include <stdatomic.h>
#include <string.h>

#include "api/dispatch.h"
#include "api/libm.h"
#include "api/older.h"

/* Optimizers, named like versions. */
#define TFL_GRAPH_2_21                                                                             \
    .graph = {.sigmoid = TFL_STEP_H_SLOPE,                                                         \
              .weighted = TFL_LINEAR_LAST,                                                         \
              .smaller = TFL_WEIGHT_BEFORE_TAIL,                                                   \
              .constant = TFL_WEIGHT_TIMES_TAIL}
#define TFL_GRAPH_2_16                                                                             \
    .graph = {.sigmoid = TFL_STEP_H_SLOPE,                                                         \
              .weighted = TFL_LINEAR_LAST,                                                         \
              .smaller = TFL_WEIGHT_BEFORE_TAIL,                                                   \
              .constant = TFL_WEIGHT_TIMES_TAIL,                                                   \
              .one = TFL_WEIGHT_ZERO,                                                              \
              .narrow_one = TFL_WEIGHT_ZERO,                                                       \
              .weight_is_one = 1}
#define TFL_GRAPH_2_1 .graph = {.sigmoid = TFL_SLOPE_H_STEP, .constant = TFL_WEIGHT_TIMES_TAIL}
#define TFL_GRAPH_2_0                                                                              \
    .graph = {.sigmoid = TFL_SLOPE_H_STEP,                                                         \
              .constant = TFL_WEIGHT_TIMES_TAIL,                                                   \
              .narrow = TFL_WEIGHT_TIMES_TAIL}
#define TFL_GRAPH_1_15                                                                             \
    .graph = {.sigmoid = TFL_STEP_H_SLOPE,                                                         \
              .weighted = TFL_LINEAR_LAST,                                                         \
              .constant = TFL_WEIGHT_TIMES_TAIL}
#define TFL_GRAPH_1_14                                                                             \
    .graph = {.sigmoid = TFL_STEP_H_SLOPE,                                                         \
              .weighted = TFL_LINEAR_LAST,                                                         \
              .one = TFL_WEIGHT_ZERO,                                                              \
              .narrow_one = TFL_WEIGHT_ZERO}
#define TFL_GRAPH_1_7 .graph = {.one = TFL_WEIGHT_ZERO}
#define TFL_GRAPH_1_13 .graph = {.one = TFL_WEIGHT_ZERO, .narrow_one = TFL_WEIGHT_ZERO}

/* What is shared by many. */
#define TFL_BEFORE_2_21 .recip = TFL_RECIP_PRODUCT, .log1p_f64 = TFL_LOG1P_LIBM
#define TFL_BEFORE_2_16 TFL_BEFORE_2_21, TFL_GRAPH_2_16, .bf16_sums = TFL_MEANS_NATIVE
#define TFL_BEFORE_2_13 TFL_BEFORE_2_16, .functions = TFL_FUNCTIONS_UNKNOWN
#define TFL_BEFORE_2_3                                                                             \
    TFL_BEFORE_2_21, .bf16_sums = TFL_SUMS_NATIVE, .functions = TFL_FUNCTIONS_UNKNOWN,             \
        .products = TFL_PRODUCTS_HALVES

/* Losses without kernels for bfloat16. */
#define TFL_NO_SPARSE .no_bf16 = 1u << TFL_SPARSE_SOFTMAX, .no_raw_bf16 = 1
#define TFL_SOFTMAX_ALONE                                                                          \
    .no_bf16 = 1u << TFL_SPARSE_SOFTMAX | 1u << TFL_SIGMOID | 1u << TFL_WEIGHTED, .no_raw_bf16 = 1
#define TFL_NONE .no_bf16 = ~0u, .no_raw_bf16 = 1

#define TFL_BEFORE_1_15                                                                            \
    TFL_BEFORE_2_21, .bf16_sums = TFL_SUMS_NATIVE, .in_sessions = 1,                               \
        .functions = TFL_FUNCTIONS_UNKNOWN
#define TFL_BEFORE_1_14 TFL_BEFORE_1_15, .products = TFL_PRODUCTS_BLOCKS

static const tfl_flush_costs cost_2_2 = {.backprop = {8.875, 22.5}, .product = {1.5, 3}};
static const tfl_flush_costs cost_2_1 = {.backprop = {15.625, 36}, .product = {5.5625, 11.125}};

/* By number. A release that computes like one of these shares its row (tf_losses/_internal/runtime/releases.py).
 * How older ones compute stands in ways.c. */
static const tfl_profile profiles[] = {
    [TFL_VERSION_2_21] = {.name = "2.21",
                          .recip = TFL_RECIP_RESIDUAL,
                          .log1p_f64 = TFL_LOG1P_PACKETS,
                          TFL_GRAPH_2_21,
                          .functions = TFL_FUNCTIONS_2_21},
    [TFL_VERSION_2_20] = {TFL_BEFORE_2_21, TFL_GRAPH_2_21, .name = "2.20",
                          .functions = TFL_FUNCTIONS_2_20},
    [TFL_VERSION_2_19] = {TFL_BEFORE_2_21, TFL_GRAPH_2_21, .name = "2.19",
                          .functions = TFL_FUNCTIONS_2_19},
    [TFL_VERSION_2_16] = {TFL_BEFORE_2_21, TFL_GRAPH_2_16, .name = "2.16",
                          .loops_softmax = &tfl_way_2_16, .functions = TFL_FUNCTIONS_2_16},
    [TFL_VERSION_2_15] = {TFL_BEFORE_2_16, .name = "2.15", .functions = TFL_FUNCTIONS_2_16},
    [TFL_VERSION_2_12] = {TFL_BEFORE_2_13, .name = "2.12"},
    [TFL_VERSION_2_11] = {TFL_BEFORE_2_13, .name = "2.11", .how = &tfl_way_2_11},
    [TFL_VERSION_2_8] = {TFL_BEFORE_2_13, .name = "2.8", .how = &tfl_way_2_8, .no_raw_bf16 = 1},
    [TFL_VERSION_2_7] = {TFL_BEFORE_2_13, TFL_NO_SPARSE, .name = "2.7", .how = &tfl_way_2_7},
    [TFL_VERSION_2_4] = {TFL_BEFORE_2_13, TFL_NO_SPARSE, .name = "2.4", .how = &tfl_way_2_4,
                         .products = TFL_PRODUCTS_HALVES},
    [TFL_VERSION_2_3] = {TFL_BEFORE_2_13, .name = "2.3", .how = &tfl_way_2_3,
                         .products = TFL_PRODUCTS_HALVES},
    [TFL_VERSION_2_2] = {TFL_BEFORE_2_3, TFL_GRAPH_2_16, .flush_costs = &cost_2_2, .name = "2.2",
                         .how = &tfl_way_2_2},
    [TFL_VERSION_2_1] = {TFL_BEFORE_2_3, TFL_GRAPH_2_1, .flush_costs = &cost_2_1, .name = "2.1",
                         .how = &tfl_way_2_1},
    [TFL_VERSION_2_0] = {TFL_BEFORE_2_3, TFL_GRAPH_2_0, .flush_costs = &cost_2_1, .name = "2.0",
                         .how = &tfl_way_2_0},
    [TFL_VERSION_1_14] = {TFL_BEFORE_1_15, TFL_GRAPH_1_14, .name = "1.14", .how = &tfl_way_1_14,
                          .products = TFL_PRODUCTS_PACKETS},
    [TFL_VERSION_1_13] = {TFL_BEFORE_1_14, TFL_GRAPH_1_13, TFL_SOFTMAX_ALONE, .name = "1.13",
                          .how = &tfl_way_1_13},
    [TFL_VERSION_1_12] = {TFL_BEFORE_1_14, TFL_GRAPH_1_13, TFL_SOFTMAX_ALONE, .name = "1.12",
                          .how = &tfl_way_1_12},
    [TFL_VERSION_1_10] = {TFL_BEFORE_1_14, TFL_GRAPH_1_13, TFL_SOFTMAX_ALONE, .name = "1.10",
                          .how = &tfl_way_1_10},
    [TFL_VERSION_1_7] = {TFL_BEFORE_1_14, TFL_GRAPH_1_7, TFL_NONE, .name = "1.7",
                         .how = &tfl_way_1_10},
    [TFL_VERSION_1_6] = {TFL_BEFORE_1_14, TFL_NONE, .name = "1.6", .how = &tfl_way_1_10},
    [TFL_VERSION_1_15] = {.name = "1.15",
                          .how = &tfl_way_1_15,
                          .recip = TFL_RECIP_PRODUCT,
                          .log1p_f64 = TFL_LOG1P_LIBM,
                          .in_sessions = 1,
                          .bf16_sums = TFL_SUMS_NATIVE,
                          TFL_GRAPH_1_15,
                          .functions = TFL_FUNCTIONS_1_15,
                          .products = TFL_PRODUCTS_HALVES},
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
    if (!tfl_names_libm(version))
        return NULL;
    version = TFL_VERSION_OF(version);
    version = version == TFL_VERSION_SET ? tfl_get_version() : version;
    return is_version(version) ? &profiles[version] : NULL;
}

int tfl_is_older(const tfl_profile *profile, tfl_loss loss) {
    return profile->how != NULL || (profile->loops_softmax != NULL && loss == TFL_SOFTMAX);
}

int tfl_in_sessions(tfl_version version) {
    const tfl_profile *profile = tfl_profile_of(version);
    return profile && profile->in_sessions;
}

int tfl_cuts_bf16(tfl_version version) {
    const tfl_profile *profile = tfl_profile_of(version);
    return profile && profile->how && profile->how->cuts_bf16;
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

/* Other vendors' estimates are looked up, which not all kernels do, but the portable ones. */
const tfl_kernels *tfl_kernels_of(const tfl_profile *profile) {
    int64_t isa = tfl_current_isa_number();
    if (tfl_estimates_by_table() && !tfl_isas[isa]->any_vendor)
        isa = 0;
    return profile->how ? older_kernels(isa) : tfl_isas[isa]->kernels;
}
