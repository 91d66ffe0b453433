/* SPDX-License-Identifier: Apache-2.0
 * exp, log and sigmoid of float32 as TensorFlow's packets compute them, for every argument; math/exp.h
 * and math/log.h know some only, and are faster. Coefficients: Eigen 5.0.1-dev, MPL-2.0,
 * Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h (pexp_float, plog_impl_float) and
 * Eigen/src/Core/functors/UnaryFunctors.h (scalar_logistic_op<float>); every product and sum rounds
 * by itself. */

/* y * 2^m for integral |m| < 250, rounded once. */
TFL_INLINE f32v f32v_scale_any(f32v y, f32v m) {
    f32v shifter = f32v_set1(0x1.8p23f);
    f32m whole = (f32m)(m + shifter) - (f32m)shifter, half = whole >> 1;
    f32v first = (f32v)((half + 127) << 23), second = (f32v)((whole - half + 127) << 23);
    return f32v_mul(f32v_mul(y, first), second);
}

/* x = m*ln2 + r, m*ln2 in two parts. */
TFL_INLINE f32v f32v_reduce_exp(f32v x, f32v *m) {
    f32v log2e = f32v_set1(1.44269504088896341f);
    *m = f32v_floor(f32v_add(f32v_mul(x, log2e), f32v_set1(0.5f)));
    f32v r = f32v_add(f32v_mul(*m, f32v_set1(-0.693359375f)), x);
    return f32v_add(f32v_mul(*m, f32v_set1(2.12194440e-4f)), r);
}

TFL_INLINE f32v f32v_exp_whole(f32v given) {
    f32v one = f32v_set1(1.0f), m, x = f32v_min(given, f32v_set1(88.723f));
    x = f32v_max(x, f32v_set1(-128.0f)); /* where the result has long been 0 */
    f32v r = f32v_reduce_exp(x, &m), s = f32v_mul(r, r);
    f32v even = f32v_set1(1.37449637986719608306884765625e-3f);
    even = f32v_add(f32v_mul(s, even), f32v_set1(4.166965186595916748046875e-2f));
    f32v odd = f32v_set1(8.36894474923610687255859375e-3f);
    odd = f32v_add(f32v_mul(s, odd), f32v_set1(0.16666518151760101318359375f));
    even = f32v_add(f32v_mul(s, even), f32v_set1(0.49999988079071044921875f));
    f32v y = f32v_add(f32v_mul(r, odd), even);
    y = f32v_add(f32v_mul(s, y), f32v_add(r, one));
    return f32v_select(f32v_eq(given, given), f32v_scale_any(y, m), given);
}

/* 0 gives -inf, less than 0 NaN; subnormal numbers are 0. */
TFL_INLINE f32v f32v_log_cases(f32v x, f32v log) {
    f32v zero = f32v_set1(0.0f);
    log = f32v_select(f32v_lt(x, f32v_set1(INFINITY)), log, x); /* also NaN */
    log = f32v_select(f32v_lt(x, zero), f32v_set1(NAN), log);
    return f32v_select(f32v_eq(x, zero), f32v_set1(-INFINITY), log);
}

TFL_INLINE f32v f32v_log_whole(f32v x) { return f32v_log_cases(x, f32v_log(x)); }

/* e/(1 + e) with e = exp(x/2)^2. */
TFL_INLINE f32v f32v_sigmoid_whole(f32v given) {
    f32v one = f32v_set1(1.0f), m, x = f32v_min(given, f32v_set1(16.6355324f));
    x = f32v_mul(f32v_max(x, f32v_set1(-128.0f)), f32v_set1(0.5f));
    f32v r = f32v_reduce_exp(x, &m), s = f32v_mul(r, r);
    f32v even = f32v_set1(4.1898667812347412109375e-2f);
    even = f32v_add(f32v_mul(s, even), f32v_set1(0.49999141693115234375f));
    f32v odd = f32v_set1(8.33471305668354034423828125e-3f);
    odd = f32v_add(f32v_mul(s, odd), f32v_set1(0.16666877269744873046875f));
    f32v p = f32v_add(f32v_mul(r, odd), even);
    p = f32v_add(f32v_mul(s, p), f32v_add(r, one));
    f32v e = f32v_scale_any(p, m);
    e = f32v_mul(e, e);
    f32v y = f32v_div(e, f32v_add(one, e));
    y = f32v_select(f32v_lt(given, f32v_set1(-104.0f)), f32v_set1(0.0f), y);
    return f32v_select(f32v_eq(given, given), y, given);
}

TFL_INLINE float f32_sigmoid_rest(float x) {
    float e = expf(16.6355324f < x ? 16.6355324f : x);
    return tfl_flush_float(e / (1.0f + e));
}

/* 1/x from the processor's estimate, which has 0 for infinity and the reverse. */
TFL_INLINE f32v f32v_reciprocal_whole(f32v x, int is_product) {
    f32v y = f32v_rcp_estimate_whole(x), product = f32v_mul(x, y), one = f32v_set1(1.0f);
    f32v t = f32v_sub(is_product ? one + one : one, product);
    f32v refined = is_product ? f32v_mul(y, t) : f32v_add(f32v_mul(t, y), y);
    return f32v_select(f32v_eq(t, t), refined, y);
}
TFL_INLINE f32v f32v_reciprocal_2_21(f32v x) { return f32v_reciprocal_whole(x, 0); }
TFL_INLINE f32v f32v_reciprocal_2_20(f32v x) { return f32v_reciprocal_whole(x, 1); }
TFL_INLINE float f32_reciprocal_rest(float x) { return tfl_flush_float(1 / tfl_flush_float(x)); }
