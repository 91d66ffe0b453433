/* SPDX-License-Identifier: Apache-2.0
 * The functions that TensorFlow computes in packets, for a call: those of the newest versions, or what
 * the call's version says. The latter are called, not inlined: a few vectors together, which hides
 * what the call costs, so that the kernels around them are compiled once for all older versions. */
#ifdef TFL_OLDER
#define SPAN_UNROLL VECTORS_UNROLL
#include "kernels/math/older.h"
#else
#define SPAN_UNROLL F32_UNROLL
#define f32v_packet_exp(call, a) ((void)(call), f32v_exp(a))
#define f32v_packet_exp_each(call, x, count, normal) ((void)(call), f32v_exp_each(x, count, normal))
#define f32v_packet_log(call, a) ((void)(call), f32v_log(a))
#define f32v_packet_log1p_each(call, x, count) ((void)(call), f32v_log1p_each(x, count))
#define f32v_packet_negate(call, a, path) ((void)(call), (void)(path), f32v_neg(a))
#define f32v_minus_zero_added(call, positive, sum, path) ((void)(positive), (void)(path), (sum))
#define f32v_packet_recip f32v_recip
#define f64v_packet_exp(call, a) ((void)(call), f64v_exp(a))
#define f64v_packet_exp_each(call, x, count, normal) ((void)(call), f64v_exp_each(x, count, normal))
#define f64v_packet_log(call, a) ((void)(call), f64v_log(a))
#define f64v_packet_log1p_each(call, x, count) ((void)(call), f64v_log1p_each(x, count))
#define f64v_minus_zero_added(call, positive, sum, path) ((void)(positive), (void)(path), (sum))
#define f64v_packet_negate(call, a, path) ((void)(call), (void)(path), f64v_neg(a))
#endif
