/* SPDX-License-Identifier: Apache-2.0
 * Functions of float32 as the packets of TensorFlow 2 compute them, for every argument; math/exp.h and
 * math/log.h know some only, and are faster. Coefficients: Eigen 3.4.90 to 5.0.1-dev, MPL-2.0,
 * Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h (pexp_float, ptanh_float),
 * Eigen/src/Core/MathFunctionsImpl.h (generic_..._newton_step) and
 * Eigen/src/Core/functors/UnaryFunctors.h (scalar_logistic_op<float>); every product and sum rounds
 * by itself. */

/* x = m*ln2 + r, m*ln2 in two parts. */
TFL_INLINE f32v f32v_reduce_exp(f32v x, f32v *m) {
    f32v log2e = f32v_set1(1.44269504088896341f);
    *m = f32v_floor(f32v_add(f32v_mul(x, log2e), f32v_set1(0.5f)));
    f32v r = f32v_add(f32v_mul(*m, f32v_set1(-0.693359375f)), x);
    return f32v_add(f32v_mul(*m, f32v_set1(2.12194440e-4f)), r);
}

/* 1 + r + r^2*(even + r*odd), of even and odd each the coefficients c of r^0, r^2, ... */
TFL_INLINE f32v f32v_exp_series(f32v r, const float *even, int evens, const float *odd) {
    f32v one = f32v_set1(1.0f), s = f32v_mul(r, r), a = f32v_set1(even[evens - 1]);
    for (int k = evens - 2; k >= 0; k--)
        a = f32v_add(f32v_mul(s, a), f32v_set1(even[k]));
    f32v b = f32v_add(f32v_mul(s, f32v_set1(odd[1])), f32v_set1(odd[0]));
    return f32v_add(f32v_mul(s, f32v_add(f32v_mul(r, b), a)), f32v_add(r, one));
}

TFL_MATH f32v f32v_exp_2(f32v given) {
    static const float even[] = {0.49999988079071044921875f, 4.166965186595916748046875e-2f,
                                 1.37449637986719608306884765625e-3f};
    static const float odd[] = {0.16666518151760101318359375f, 8.36894474923610687255859375e-3f};
    f32v m, x = f32v_min(given, f32v_set1(88.723f));
    x = f32v_max(x, f32v_set1(-128.0f)); /* where the result has long been 0 */
    f32v r = f32v_reduce_exp(x, &m), y = f32v_scale_any(f32v_exp_series(r, even, 3, odd), m);
    return f32v_select(f32v_eq(given, given), y, given);
}

TFL_MATH f32v f32v_log_2(f32v x) { return f32v_log_cases(x, f32v_log(x)); }

/* From 2.17 on: e/(1 + e) with e = exp(x/2)^2. */
TFL_MATH f32v f32v_sigmoid_2_17(f32v given) {
    static const float even[] = {0.49999141693115234375f, 4.1898667812347412109375e-2f};
    static const float odd[] = {0.16666877269744873046875f, 8.33471305668354034423828125e-3f};
    f32v m, x = f32v_min(given, f32v_set1(16.6355324f)); /* where the result becomes 1 */
    x = f32v_mul(f32v_max(x, f32v_set1(-128.0f)), f32v_set1(0.5f));
    f32v r = f32v_reduce_exp(x, &m), e = f32v_scale_any(f32v_exp_series(r, even, 2, odd), m);
    e = f32v_mul(e, e);
    f32v y = f32v_div(e, f32v_add(f32v_set1(1.0f), e));
    y = f32v_select(f32v_lt(given, f32v_set1(-104.0f)), f32v_set1(0.0f), y);
    return f32v_select(f32v_eq(given, given), y, given);
}

TFL_INLINE float float_sigmoid_2_17(float x) {
    float e = libm.expf(16.6355324f < x ? 16.6355324f : x);
    return tfl_flush_float(e / (1.0f + e));
}

/* A rational function of x between -bound and bound, where it becomes 1. */
TFL_MATH f32v f32v_tanh_2_20(f32v given) {
    static const float p[] = {1.394553628e-8f, 2.102733560e-5f, 3.520756727e-3f, 1.340216100e-1f};
    static const float q[] = {8.015776984e-7f, 3.326951409e-4f, 2.597254514e-2f, 4.673548340e-1f,
                              1.0f};
    f32v bound = f32v_set1(7.90738964080810547f);
    f32v x = f32v_max(f32v_min(given, bound), f32v_neg(bound)), square = f32v_mul(x, x);
    f32v cube = f32v_mul(square, x);
    f32v above = f32v_add(f32v_mul(cube, f32v_series(square, p, 4)), x);
    f32v y = f32v_div(above, f32v_series(square, q, 5));
    return f32v_select(f32v_eq(given, given), y, given);
}

/* Until 2.19; 1.15 has another bound, and no other way for small arguments. */
TFL_INLINE f32v f32v_tanh_before(f32v given, float bound, float tiny) {
    static const float p[] = {-2.76076847742355e-16f, 2.00018790482477e-13f, -8.60467152213735e-11f,
                              5.12229709037114e-08f,  1.48572235717979e-05f, 6.37261928875436e-04f,
                              4.89352455891786e-03f};
    static const float q[] = {1.19825839466702e-06f, 1.18534705686654e-04f, 2.26843463243900e-03f,
                              4.89352518554385e-03f};
    f32v x = f32v_max(f32v_min(given, f32v_set1(bound)), f32v_set1(-bound));
    f32v square = f32v_mul(x, x);
    f32v above = f32v_mul(x, f32v_series(square, p, 7));
    f32v y = f32v_div(above, f32v_series(square, q, 4));
    f32m small = f32v_lt(f32v_neg(f32v_neg_abs(given)), f32v_set1(tiny));
    return f32v_select(f32v_eq(given, given), f32v_select(small, f32v_flushed(x), y), given);
}
TFL_MATH f32v f32v_tanh_2_19(f32v x) { return f32v_tanh_before(x, 7.90531110763549805f, 0.0004f); }
TFL_MATH f32v f32v_tanh_1_15(f32v x) { return f32v_tanh_before(x, 9.0f, 0.0f); }

/* 1/x from the processor's estimate y, and one step of Newton's method; an estimate of 0 or infinity
 * stands. */
TFL_INLINE f32v f32v_reciprocal_by(f32v x, int is_product) {
    f32v y = f32v_rcp_any(x), product = f32v_mul(x, y), one = f32v_set1(1.0f);
    f32v t = f32v_sub(is_product ? one + one : one, product);
    f32v refined = is_product ? f32v_mul(y, t) : f32v_add(f32v_mul(t, y), y);
    return f32v_select(f32v_eq(t, t), refined, y);
}
TFL_MATH f32v f32v_reciprocal_2_21(f32v x) { return f32v_reciprocal_by(x, 0); }
TFL_MATH f32v f32v_reciprocal_2_20(f32v x) { return f32v_reciprocal_by(x, 1); }

/* The same for 1/sqrt(x). */
TFL_MATH f32v f32v_rsqrt_2(f32v x) {
    f32v y = f32v_rsqrt_any(x), half = f32v_mul(y, f32v_set1(-0.5f));
    f32v h = f32v_add(f32v_mul(f32v_mul(x, y), y), f32v_set1(-1.0f));
    f32v refined = f32v_add(f32v_mul(half, h), y);
    return f32v_select(f32v_eq(refined, refined), refined, y);
}
