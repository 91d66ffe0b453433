/* SPDX-License-Identifier: Apache-2.0
 * float16 or bfloat16 with every operation rounded to it, as TensorFlow's own kernels for these
 * types compute: in float32, then to the nearest 16-bit value. HALF_PRIMITIVE(x) is the type's
 * primitive x; the names are explained in f32.h. */
#define MEM uint16_t
#define S float
#define V f32v
#define M f32m
#define LANES F32_LANES
#define PACKET 8
#define MOST_FINITE FLT_MAX
/* Rounded to 16 bits, exp in packets and exp of the C library agree for all arguments, so that it
 * does not matter where TensorFlow's tiles end. */
#define TILE(call) ((void)(call), 4507)
#define EXP_TILE(call) ((void)(call), 4507)

#define v_round HALF_PRIMITIVE(round_to)
#define v_set1 f32v_set1
#define v_wide_add HALF_PRIMITIVE(wide_add) /* not rounded */
#define v_wide_sub HALF_PRIMITIVE(wide_sub)
#define v_add(a, b) v_round(v_wide_add(a, b))
#define v_sub(a, b) v_round(v_wide_sub(a, b))
#define v_mild_add(a, b) HALF_PRIMITIVE(round_mild)(v_wide_add(a, b))
#define v_mild_sub(a, b) HALF_PRIMITIVE(round_mild)(v_wide_sub(a, b))
#define v_exact_mul f32v_mul
#define v_exact_add f32v_add
#define v_mul(a, b) v_round(f32v_mul(a, b))
#define v_div(a, b) v_round(f32v_div(a, b))
#define v_max f32v_max
#define v_min f32v_min
#define v_neg f32v_neg
#ifdef TFL_OLDER
#define v_negate(call, a, path)                                                                    \
    (ORDER == TFL_F16 && (call)->how->zero_minus_f16 && (path) == TFL_PACKET_PATH                  \
         ? f32v_sub(f32v_set1(0.0f), a)                                                            \
         : f32v_neg(a))
#else
#define v_negate(call, a, path) ((void)(call), (void)(path), f32v_neg(a))
#endif
#define v_minus_zero_added(call, positive, sum, path) (sum)
#define v_neg_abs f32v_neg_abs
#define v_lt f32v_lt
#define v_ge f32v_ge
#define v_eq f32v_eq
#define v_select f32v_select
#define v_packet_recip(call, a) v_div(v_set1(1), a)
/* Adding HALF_SHIFTER, 1.5*2^(24 - bits), rounds a number of [1, 2] to the type, half of it one of
 * [1/2, 1]. */
#define v_recip_one_plus(call, e, path) ((void)(call), (void)(path), NAME(recip_one_plus)(e))
TFL_INLINE V NAME(recip_one_plus)(V e) {
    V one = f32v_set1(1), shifter = f32v_set1(HALF_SHIFTER);
    V half = f32v_set1(HALF_SHIFTER / 2), sum = f32v_add(e, f32v_add(shifter, one));
    return f32v_sub(f32v_add(f32v_div(one, f32v_sub(sum, shifter)), half), half);
}
#define v_lane_store f32v_store
#define v_lane_load f32v_load
#define v_reduce_max f32v_reduce_max
#define v_upper f32v_upper
#define v_lower_halves f32v_lower_halves
#define v_upper_halves f32v_upper_halves
#define v_load_columns f32v_load_columns
#define v_store_columns f32v_store_columns
#define NORMAL_EXP 87
#define v_libm_exp(call, a) v_round(f32v_libm_exp(call, a))
#define v_libm_log(call, a) v_round(f32v_libm_log(call, a))
#define LOG1P_BY_LIBM(call) ((void)(call), 0)
#define v_flush f32v_flush
#define s_flush tfl_flush_float
#define v_packet_log(call, a) v_round(f32v_packet_log(call, a))
TFL_INLINE void NAME(exp_each)(const tfl_call *call, V *x, int count, int normal) {
#ifdef TFL_OLDER
    f32v_packet_exp_each(call, x, count, normal);
#else
    (void)call, (void)normal;
    HALF_PRIMITIVE(exp_each)(x, count);
#endif
    TFL_EACH(k, count)
    x[k] = v_round(x[k]);
}
TFL_INLINE void NAME(log1p_each)(const tfl_call *call, V *x, int count) {
#ifdef TFL_OLDER
    f32v_packet_log1p_each(call, x, count);
#else
    (void)call;
    HALF_PRIMITIVE(log1p_each)(x, count);
#endif
    TFL_EACH(k, count)
    x[k] = v_round(x[k]);
}
TFL_INLINE V NAME(exp)(const tfl_call *call, V x) {
    NAME(exp_each)(call, &x, 1, 0);
    return x;
}
#define v_packet_exp NAME(exp)
#define v_packet_exp_each NAME(exp_each)
#define v_packet_log1p_each NAME(log1p_each)
TFL_INLINE void NAME(libm_exp_each)(const tfl_call *call, V *x, int count) {
    f32v_libm_exp_each(call, x, count);
    TFL_EACH(k, count)
    x[k] = v_round(x[k]);
}
TFL_INLINE void NAME(libm_log1p_each)(const tfl_call *call, V *x, int count) {
    f32v_libm_log1p_each(call, x, count);
    TFL_EACH(k, count)
    x[k] = v_round(x[k]);
}
#define v_libm_exp_each NAME(libm_exp_each)
#define v_libm_log1p_each NAME(libm_log1p_each)
TFL_INLINE float NAME(round_scalar)(float a) {
    float lanes[F32_LANES];
    f32v_store(lanes, v_round(f32v_set1(s_flush(a))));
    return lanes[0];
}
#define s_round NAME(round_scalar)

#define v_load HALF_PRIMITIVE(load)
#define v_load_n HALF_PRIMITIVE(load_n)
#define v_stream HALF_PRIMITIVE(store_rounded_stream)
#define v_store HALF_PRIMITIVE(store_rounded)
#define v_store_n HALF_PRIMITIVE(store_rounded_n)
#define v_store_wide HALF_PRIMITIVE(store_wide) /* rounds */
#define v_store_wide_n HALF_PRIMITIVE(store_wide_n)

#ifdef TFL_OLDER
#define SCALAR_SUMS
#endif
#define LEAF(order) OF_ORDER(order, leaf, HALF_LEAF)
