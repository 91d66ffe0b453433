/* SPDX-License-Identifier: Apache-2.0
 * How older versions compute, each named for the newest that computes so; so are the parts that
 * several share. */
#include "api/versions.h"

/* The packets of exp, log and log1p of float32, and of exp and log of float64. */
#define TFL_PACKETS_OF(exp_f32, log_f32, log1p_f32, exp_f64, log_f64)                              \
    .f32_exp = TFL_F32_EXP_##exp_f32, .f32_log = TFL_F32_LOG_##log_f32,                            \
    .f32_log1p = TFL_F32_LOG1P_##log1p_f32, .f64_exp = TFL_F64_EXP_##exp_f64,                      \
    .f64_log = TFL_F64_LOG_##log_f64, .f64_log1p = TFL_F64_LOG1P_LIBM

/* Losses: float32 and float64, whose tiles depend on what Eigen takes their elements to cost. */
#define TFL_WIDE_ORDERS_2_16(packets_side_by_side)                                                 \
    [TFL_F32] = {.sides = (packets_side_by_side), .leaf = 1024, .tile = 4507, .exp_tile = 6956},   \
    [TFL_F64] = {.sides = (packets_side_by_side), .leaf = 1024, .tile = 1777, .exp_tile = 2539}
#define TFL_F32_ORDER_2_1 .sides = 1, .leaf = 1024, .tile = 2560, .exp_tile = 4076
/* There are no tiles; from so many elements on, nothing is computed in packets: of the operation
 * Softmax in 1.14 alone; */
#define TFL_WIDE_ORDER_1_14(from, exp_from)                                                        \
    {.sides = 1,                                                                                   \
     .leaf = 1024,                                                                                 \
     .tile = INT64_MAX,                                                                            \
     .scalar_from = (from),                                                                        \
     .exp_tile = INT64_MAX,                                                                        \
     .exp_scalar_from = (exp_from),                                                                \
     .aligned_packets = 1}
#define TFL_WIDE_ORDERS_1_14                                                                       \
    [TFL_F32] = TFL_WIDE_ORDER_1_14(8192, 8192), [TFL_F64] = TFL_WIDE_ORDER_1_14(4096, 4096)
#define TFL_WIDE_ORDERS_1_13                                                                       \
    [TFL_F32] = TFL_WIDE_ORDER_1_14(8192, 0), [TFL_F64] = TFL_WIDE_ORDER_1_14(4096, 0)
/* or never. */
#define TFL_WIDE_ORDER_1_12                                                                        \
    {.sides = 1,                                                                                   \
     .leaf = 0,                                                                                    \
     .tile = INT64_MAX,                                                                            \
     .odd_nan = 1,                                                                                 \
     .exp_tile = INT64_MAX,                                                                        \
     .aligned_packets = 1}
#define TFL_WIDE_ORDERS_1_12 [TFL_F32] = TFL_WIDE_ORDER_1_12, [TFL_F64] = TFL_WIDE_ORDER_1_12

/* Losses: the 16-bit types. */
#define TFL_NARROW_ORDERS_2_16                                                                     \
    [TFL_F16] = {.sides = 4, .leaf = 200}, [TFL_BF16] = {.sides = 4, .leaf = 128}
#define TFL_NARROW_ORDERS_2_7                                                                      \
    [TFL_F16] = {.sides = 2, .leaf = 1024}, [TFL_BF16] = {.sides = 2, .leaf = 1024}
#define TFL_F16_ORDER_2_4 [TFL_F16] = {.sides = 2, .leaf = 1024, .no_exp_packets = 1}
#define TFL_NARROW_ORDERS_2_4 TFL_F16_ORDER_2_4, [TFL_BF16] = {.sides = 2, .leaf = 1024}
#define TFL_BF16_ORDER_BY_XLA                                                                      \
    [TFL_BF16] = {.summation = TFL_SUM_WIDE, .leaf = 128, .aligned_packets = 1}
#define TFL_NARROW_ORDERS_2_2                                                                      \
    [TFL_F16] = {.sides = 1, .leaf = 1024, .aligned_packets = 1, .no_exp_packets = 1},             \
    TFL_BF16_ORDER_BY_XLA
#define TFL_NARROW_ORDERS_1_12                                                                     \
    [TFL_F16] = {.summation = TFL_SUM_ROUNDED_STEPS, .leaf = 0, .aligned_packets = 1},             \
    TFL_BF16_ORDER_BY_XLA

/* Sum and Mean. What Eigen reckons an element to cost: to read it, and a step of the sum, or the part
 * of one where it takes packets. */
#define TFL_COST_F64 3.875
#define TFL_COST_F32 1.9375
#define TFL_COST_16_BITS 1.59375
#define TFL_COST_BF16_IN_F32 1.41796875
#define TFL_COST_SCALAR_16_BITS 10.34375

#define TFL_WIDE_SUMS(count, leaf_size)                                                            \
    [TFL_F32] = {.sides = (count), .leaf = (leaf_size), .sum_cost = TFL_COST_F32},                 \
    [TFL_F64] = {.sides = (count), .leaf = (leaf_size), .sum_cost = TFL_COST_F64}
#define TFL_SCALAR_SUMS(steps, leaf_size)                                                          \
    {.summation = (steps), .leaf = (leaf_size), .sum_cost = TFL_COST_SCALAR_16_BITS}
#define TFL_SUMS_2_11                                                                              \
    .sum_orders =                                                                                  \
        {[TFL_F16] = {.sides = 4, .four_columns = 1, .leaf = 200, .sum_cost = TFL_COST_16_BITS},   \
         [TFL_BF16] = {.sides = 4,                                                                 \
                       .four_columns = 1,                                                          \
                       .leaf = 1024,                                                               \
                       .sum_cost = TFL_COST_BF16_IN_F32},                                          \
         [TFL_F32] = {.sides = 4, .four_columns = 1, .leaf = 1024, .sum_cost = TFL_COST_F32},      \
         [TFL_F64] = {.sides = 4, .four_columns = 1, .leaf = 1024, .sum_cost = TFL_COST_F64}},     \
    .bf16_mean = {.sides = 4, .four_columns = 1, .leaf = 128, .sum_cost = TFL_COST_16_BITS}
#define TFL_SUM_ORDERS_2_7                                                                         \
    .float_blocks = 1,                                                                             \
    .sum_orders = {[TFL_F16] = {.sides = 2, .leaf = 1024, .sum_cost = TFL_COST_16_BITS},           \
                   [TFL_BF16] = {.sides = 2, .leaf = 1024, .sum_cost = TFL_COST_BF16_IN_F32},      \
                   TFL_WIDE_SUMS(2, 1024)}
#define TFL_SUMS_2_7                                                                               \
    TFL_SUM_ORDERS_2_7, .bf16_mean = {.sides = 2, .leaf = 1024, .sum_cost = TFL_COST_16_BITS}
#define TFL_SUMS_2_3 TFL_SUM_ORDERS_2_7, .bf16_mean = TFL_SCALAR_SUMS(TFL_SUM_ROUNDED_STEPS, 1024)
#define TFL_SUMS_2_2                                                                               \
    .float_blocks = 1,                                                                             \
    .sum_orders = {[TFL_F16] = {.sides = 1, .leaf = 1024, .sum_cost = TFL_COST_16_BITS},           \
                   [TFL_BF16] = TFL_SCALAR_SUMS(TFL_SUM_ROUNDED_STEPS, 1024),                      \
                   TFL_WIDE_SUMS(1, 1024)},                                                        \
    .bf16_mean = TFL_SCALAR_SUMS(TFL_SUM_ROUNDED_STEPS, 1024)
#define TFL_SUMS_1_12(steps_bf16)                                                                  \
    .float_blocks = 1, .whole_means = 1,                                                           \
    .sum_orders = {[TFL_F16] = TFL_SCALAR_SUMS(TFL_SUM_ROUNDED_STEPS, 0),                          \
                   [TFL_BF16] = TFL_SCALAR_SUMS(steps_bf16, 0),                                    \
                   TFL_WIDE_SUMS(1, 0)},                                                           \
    .bf16_mean = TFL_SCALAR_SUMS(steps_bf16, 0)

const tfl_ways tfl_way_2_16 = {
    TFL_PACKETS_OF(2_21, 2_21, 2_21, 2_21, 2_21),
    .orders = {TFL_NARROW_ORDERS_2_16, TFL_WIDE_ORDERS_2_16(4)},
};

const tfl_ways tfl_way_2_11 = {
    TFL_PACKETS_OF(2_21, 2_21, 2_21, 2_21, 2_21),
    .zero_minus = 1,
    .orders = {TFL_NARROW_ORDERS_2_16, TFL_WIDE_ORDERS_2_16(4)},
    TFL_SUMS_2_11,
};

const tfl_ways tfl_way_2_8 = {
    TFL_PACKETS_OF(2_8, 2_8, 2_8, 2_21, 2_21),
    .divides = 1,
    .zero_minus = 1,
    .orders = {TFL_NARROW_ORDERS_2_16, TFL_WIDE_ORDERS_2_16(4)},
    TFL_SUMS_2_11,
};

const tfl_ways tfl_way_2_7 = {
    TFL_PACKETS_OF(2_8, 2_8, 2_8, 2_21, 2_21),
    .divides = 1,
    .zero_minus = 1,
    .orders = {TFL_NARROW_ORDERS_2_7, TFL_WIDE_ORDERS_2_16(2)},
    TFL_SUMS_2_7,
};

const tfl_ways tfl_way_2_4 = {
    TFL_PACKETS_OF(2_4, 2_4, 2_4, 2_21, 2_4),
    .divides = 1,
    .zero_minus = 1,
    .orders = {TFL_NARROW_ORDERS_2_4, TFL_WIDE_ORDERS_2_16(2)},
    TFL_SUMS_2_7,
};

const tfl_ways tfl_way_2_3 = {
    TFL_PACKETS_OF(2_4, 2_4, 2_4, 2_21, LIBM),
    .divides = 1,
    .zero_minus = 1,
    .orders =
        {TFL_F16_ORDER_2_4,
         [TFL_BF16] = {.summation = TFL_SUM_WIDE, .leaf = 128, .steps_of_op = 1, .minus_zero = 1},
         TFL_WIDE_ORDERS_2_16(2)},
    TFL_SUMS_2_3,
};

const tfl_ways tfl_way_2_2 = {
    TFL_PACKETS_OF(2_4, 2_4, 2_4, 2_2, LIBM),
    .divides = 1,
    .zero_minus = 1,
    .orders = {TFL_NARROW_ORDERS_2_2, TFL_WIDE_ORDERS_2_16(1)},
    TFL_SUMS_2_2,
};

const tfl_ways tfl_way_2_1 = {
    TFL_PACKETS_OF(2_4, 2_4, 2_4, 2_2, LIBM),
    .divides = 1,
    .zero_minus = 1,
    .orders = {TFL_NARROW_ORDERS_2_2, [TFL_F32] = {TFL_F32_ORDER_2_1},
               [TFL_F64] = {.sides = 1, .leaf = 1024, .tile = 1111, .exp_tile = 1675}},
    TFL_SUMS_2_2,
};

const tfl_ways tfl_way_1_15 = {
    TFL_PACKETS_OF(2_4, 2_4, 2_4, 2_21, LIBM),
    .divides = 1,
    .zero_minus = 1,
    .orders = {TFL_NARROW_ORDERS_2_2, [TFL_F32] = {TFL_F32_ORDER_2_1, .aligned_packets = 1},
               [TFL_F64] = {.sides = 1,
                            .leaf = 1024,
                            .tile = 1111,
                            .exp_tile = 1675,
                            .aligned_packets = 1}},
    TFL_SUMS_2_2,
};

const tfl_ways tfl_way_2_0 = {
    TFL_PACKETS_OF(2_4, 2_4, LIBM, 2_2, LIBM),
    .divides = 1,
    .zero_minus = 1,
    .orders = {TFL_NARROW_ORDERS_2_2, [TFL_F32] = {.sides = 1, .leaf = 1024},
               [TFL_F64] = {.sides = 1, .leaf = 1024}},
    TFL_SUMS_2_2,
};

/* Only Softmax's order is another. */
#define TFL_WAY_1_14(wide_orders)                                                                  \
    {                                                                                              \
        TFL_PACKETS_OF(2_4, 2_4, LIBM, 2_21, LIBM),                                                \
        .divides = 1,                                                                              \
        .zero_minus = 1,                                                                           \
        .zero_minus_f16 = 1,                                                                       \
        .orders = {TFL_NARROW_ORDERS_2_2, wide_orders},                                            \
        TFL_SUMS_2_2,                                                                              \
    }
const tfl_ways tfl_way_1_14 = TFL_WAY_1_14(TFL_WIDE_ORDERS_1_14);
const tfl_ways tfl_way_1_13 = TFL_WAY_1_14(TFL_WIDE_ORDERS_1_13);

const tfl_ways tfl_way_1_12 = {
    TFL_PACKETS_OF(2_4, 1_12, LIBM, 2_21, LIBM),
    .divides = 1,
    .zero_minus = 1,
    .orders = {TFL_NARROW_ORDERS_1_12, TFL_WIDE_ORDERS_1_12},
    TFL_SUMS_1_12(TFL_SUM_ROUNDED_STEPS),
};

const tfl_ways tfl_way_1_10 = {
    TFL_PACKETS_OF(2_4, 1_12, LIBM, 2_21, LIBM),
    .divides = 1,
    .zero_minus = 1,
    .cuts_bf16 = 1,
    .orders = {TFL_NARROW_ORDERS_1_12, TFL_WIDE_ORDERS_1_12},
    TFL_SUMS_1_12(TFL_SUM_CUT_STEPS),
};
