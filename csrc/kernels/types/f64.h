/* SPDX-License-Identifier: Apache-2.0
 * float64; the names are explained in f32.h. */
#define NAME(x) f64_##x
#define MEM double
#define S double
#define V f64v
#define M f64m
#define LANES F64_LANES
#define PACKET 4
#define MOST_FINITE DBL_MAX

#define v_set1 f64v_set1
#define v_add f64v_add
#define v_wide_add f64v_add
#define v_sub f64v_sub
#define v_mild_add f64v_add
#define v_mild_sub f64v_sub
#define v_recip_one_plus(call, e, path) v_recip(call, f64v_add(f64v_set1(1), e), path)
#define v_mul f64v_mul
#define v_exact_mul f64v_mul
#define v_exact_add f64v_add
#define v_div f64v_div
#define v_fused f64v_fused
#define QUOTIENT_STEPS 2
#define MILD_RANGE 600 /* e >= 2^-866 */
#define v_max f64v_max
#define v_min f64v_min
#define v_neg f64v_neg
#define v_neg_abs f64v_neg_abs
#define v_lt f64v_lt
#define v_ge f64v_ge
#define v_eq f64v_eq
#define v_select f64v_select
#define v_packet_recip(call, a) f64v_div(f64v_set1(1), a)
#define v_lane_store f64v_store
#define v_libm_exp f64v_libm_exp
#define v_libm_log f64v_libm_log
#define v_libm_exp_each f64v_libm_exp_each
#define v_libm_log1p_each f64v_libm_log1p_each
#define LOG1P_BY_LIBM(call) ((call)->log1p_by_libm)
#define v_lane_load f64v_load
#define v_reduce_max f64v_reduce_max
#define v_upper f64v_upper
#define v_lower_halves f64v_lower_halves
#define v_upper_halves f64v_upper_halves
#define v_load_columns f64v_load_columns
#define v_store_columns f64v_store_columns
#define v_flush f64v_flush
#define s_flush tfl_flush_double
#define s_round s_flush

#define v_load f64v_load
#define v_load_n f64v_load_n
#define v_stream f64v_stream
#define v_store f64v_store
#define v_store_n f64v_store_n
#define v_store_wide f64v_store
#define v_store_wide_n f64v_store_n

#define v_negate f64v_packet_negate
#define v_minus_zero_added f64v_minus_zero_added
#define v_packet_exp f64v_packet_exp
#define v_packet_exp_each f64v_packet_exp_each
#define v_packet_log f64v_packet_log
#define v_packet_log1p_each f64v_packet_log1p_each

#define ORDER TFL_F64
#define LEAF(order) OF_ORDER(order, leaf, 1024)
#define TILE(call) OF_ORDER(ORDER_OF(call), tile, 1777)
#define EXP_TILE(call) OF_ORDER(ORDER_OF(call), exp_tile, 2539)
