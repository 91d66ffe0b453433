/* SPDX-License-Identifier: Apache-2.0
 * float64; the words are explained in f32.h. */
#define NAME(x) f64_##x
#define MEM double
#define LABEL_MEM double
#define S double
#define V f64v
#define M f64m
#define LANES F64_LANES
#define PACKET 4
#define LEAF 1024

#define v_set1 f64v_set1
#define v_add f64v_add
#define v_sub f64v_sub
#define v_mul f64v_mul
#define v_div f64v_div
#define v_max f64v_max
#define v_neg f64v_neg
#define v_abs f64v_abs
#define v_lt f64v_lt
#define v_ge f64v_ge
#define v_eq f64v_eq
#define v_select f64v_select
#define v_packet_recip(a) f64v_div(f64v_set1(1), a)
#define TILE 1777
#define v_lane_store f64v_store
#define v_packet_exp f64v_exp
#define v_packet_log f64v_log
#define v_packet_log1p f64v_log1p
#define v_libm_exp f64v_libm_exp
#define v_libm_log1p f64v_libm_log1p
#define v_lane_load f64v_load
#define s_round(a) (a)
#define s_libm_log log

#define v_load f64v_load
#define v_load_n f64v_load_n
#define v_store f64v_store
#define v_store_n f64v_store_n
#define z_load f64v_load
#define z_load_n f64v_load_n
#define z_store f64v_store
#define z_store_n f64v_store_n
