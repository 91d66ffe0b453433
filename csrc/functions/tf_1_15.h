/* SPDX-License-Identifier: Apache-2.0
 * Functions as the packets of TensorFlow 1.15 compute them. Source: Eigen 3.3.90, MPL-2.0,
 * Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h (pexp_float, pexp_double),
 * Eigen/src/Core/functors/UnaryFunctors.h (scalar_logistic_op) and
 * Eigen/src/Core/arch/AVX/MathFunctions.h (psqrt, prsqrt); every product and sum rounds by itself. */

TFL_MATH f32v f32v_exp_whole_1_15(f32v given) {
    static const float p[] = {1.9875691500E-4f, 1.3981999507E-3f, 8.3334519073E-3f,
                              4.1665795894E-2f, 1.6666665459E-1f, 5.0000001201E-1f};
    f32v bound = f32v_set1(88.3762626647950f);
    f32v m, x = f32v_max(f32v_min(given, bound), f32v_neg(bound)), r = f32v_reduce_exp(x, &m);
    f32v y = f32v_add(f32v_mul(f32v_series(r, p, 6), f32v_mul(r, r)), r);
    y = f32v_scale_any(f32v_add(y, f32v_set1(1.0f)), m);
    /* The power of two alone overflows first. */
    y = f32v_select(f32v_lt(f32v_set1(127.0f), m), f32v_set1(INFINITY), y);
    y = f32v_select(f32v_lt(m, f32v_set1(-126.0f)), f32v_set1(0.0f), y);
    return f32v_select(f32v_eq(given, given), f32v_max(y, given), given);
}

TFL_MATH f32v f32v_log_whole_1_15(f32v x) { return f32v_log_cases(x, f32v_log_2_4(x)); }

TFL_MATH f32v f32v_sqrt_1_15(f32v x) {
    f32v half = f32v_mul(x, f32v_set1(0.5f)), y = f32v_rsqrt_any(x);
    f32v h = f32v_sub(f32v_set1(1.5f), f32v_mul(half, f32v_mul(y, y)));
    y = f32v_mul(x, f32v_mul(y, h));
    return f32v_select(f32v_eq(x, f32v_set1(0.0f)), f32v_set1(0.0f), y);
}

TFL_MATH f32v f32v_rsqrt_1_15(f32v x) {
    f32v half = f32v_mul(x, f32v_set1(-0.5f)), zero = f32v_set1(0.0f), y = f32v_rsqrt_any(x);
    y = f32v_select(f32v_lt(x, f32v_set1(0x1p-126f)), zero, y);
    f32v h = f32v_add(f32v_mul(half, f32v_mul(y, y)), f32v_set1(1.5f));
    y = f32v_select(f32v_eq(x, zero), f32v_set1(INFINITY), f32v_mul(y, h));
    return f32v_select(f32v_lt(x, zero), f32v_set1(NAN), y);
}

/* 1/2 and a rational function of x between -18 and 18. */
TFL_MATH f32v f32v_sigmoid_1_15(f32v given) {
    static const float p[] = {4.37031012579801e-11f, 1.15627324459942e-07f, 6.08574864600143e-05f,
                              8.51377133304701e-03f, 2.48287947061529e-01f};
    static const float q[] = {6.10247389755681e-13f, 5.76102136993427e-09f, 6.29106785017040e-06f,
                              1.70198817374094e-03f, 1.16817656904453e-01f, 9.93151921023180e-01f};
    f32v x = f32v_max(f32v_min(given, f32v_set1(18.0f)), f32v_set1(-18.0f));
    f32v square = f32v_mul(x, x), above = f32v_mul(x, f32v_series(square, p, 5));
    f32v y = f32v_add(f32v_div(above, f32v_series(square, q, 6)), f32v_set1(0.5f));
    y = f32v_max(f32v_min(y, f32v_set1(1.0f)), f32v_set1(0.0f));
    return f32v_select(f32v_eq(given, given), y, given);
}

TFL_INLINE float float_sigmoid_rest_1_15(float x) {
    return x < -18 ? 0 : x > 18 ? 1 : tfl_flush_float(1 / (1 + libm.expf(-x)));
}

/* The power of two alone overflows first. */
TFL_MATH f64v f64v_exp_1_15(f64v x) {
    f64v y = f64v_exp_between(x, -709.436139303, 709.437);
    y = f64v_select(f64v_lt(x, f64v_set1(-708.396418532264)), f64v_set1(0), y);
    return f64v_select(f64v_lt(f64v_set1(709.436139303), x), f64v_set1(INFINITY), y);
}

TFL_MATH f64v f64v_sigmoid_1_15(f64v x) {
    f64v one = f64v_set1(1);
    return f64v_div(one, f64v_add(one, f64v_exp_1_15(f64v_neg(x))));
}

TFL_INLINE double double_sigmoid_rest_1_15(double x) {
    return tfl_flush_double(1 / (1 + libm.exp(-x)));
}
