/* SPDX-License-Identifier: Apache-2.0
 * Arithmetic in float32, for float32 itself and for 16-bit elements that are widened. */
#define S float
#define V f32v
#define M f32m
#define LANES F32_LANES
#define PACKET 8
#define MOST_FINITE FLT_MAX

#define v_set1 f32v_set1
#define v_add f32v_add
#define v_exact_mul f32v_mul
#define v_exact_add f32v_add
#define v_wide_add f32v_add
#define v_sub f32v_sub
#define v_mild_add f32v_add
#define v_mild_sub f32v_sub
#define v_recip_one_plus(call, e, path) v_recip(call, f32v_add(f32v_set1(1), e), path)
#define v_mul f32v_mul
#define v_div f32v_div
#define v_max f32v_max
#define v_min f32v_min
#define v_neg f32v_neg
#define v_neg_abs f32v_neg_abs
#define v_lt f32v_lt
#define v_ge f32v_ge
#define v_eq f32v_eq
#define v_select f32v_select
#define v_lane_store f32v_store
#define NORMAL_EXP 87
#define v_libm_exp f32v_libm_exp
#define v_libm_log f32v_libm_log
#define v_libm_exp_each f32v_libm_exp_each
#define v_libm_log1p_each f32v_libm_log1p_each
#define LOG1P_BY_LIBM(call) ((void)(call), 0)
#define v_lane_load f32v_load
#define v_reduce_max f32v_reduce_max
#define v_upper f32v_upper
#define v_lower_halves f32v_lower_halves
#define v_upper_halves f32v_upper_halves
#define v_load_columns f32v_load_columns
#define v_store_columns f32v_store_columns
#define v_flush f32v_flush
#define s_flush tfl_flush_float
#define s_round s_flush
#define v_packet_recip f32v_packet_recip
#define v_negate f32v_packet_negate
#define v_minus_zero_added f32v_minus_zero_added
#define v_packet_exp f32v_packet_exp
#define v_packet_exp_each f32v_packet_exp_each
#define v_packet_log f32v_packet_log
#define v_packet_log1p_each f32v_packet_log1p_each

#define ORDER TFL_F32
#define LEAF(order) OF_ORDER(order, leaf, 1024)
#define TILE(call) OF_ORDER(ORDER_OF(call), tile, 4507)
#define EXP_TILE(call) OF_ORDER(ORDER_OF(call), exp_tile, 6956)
