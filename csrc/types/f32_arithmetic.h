/* SPDX-License-Identifier: Apache-2.0
 * Arithmetic in float32, for float32 itself and for 16-bit elements that are widened. */
#define S float
#define V f32v
#define M f32m
#define LANES F32_LANES
#define PACKET 8
#define LEAF 1024

#define v_set1 f32v_set1
#define v_add f32v_add
#define v_sub f32v_sub
#define v_mul f32v_mul
#define v_max f32v_max
#define v_neg f32v_neg
#define v_abs f32v_abs
#define v_lane_store f32v_store
#define v_packet_exp f32v_exp
#define v_packet_log f32v_log
#define v_packet_log1p f32v_log1p
#define v_libm_exp f32v_libm_exp
#define v_libm_log1p f32v_libm_log1p
#define v_lane_load f32v_load
#define s_round(a) (a)
#define s_libm_log logf
