/* SPDX-License-Identifier: Apache-2.0
 * exp, log and log1p of float32 as the packets of TensorFlow 1.15 compute them, for the arguments
 * that exp.h, log.h and log1p.h name. Coefficients: Eigen 3.3.90, MPL-2.0,
 * Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h (pexp_float, plog_float,
 * generic_plog1p), which has them from Cephes; every product and sum rounds by itself. */

/* c0*x^n + c1*x^(n-1) + ... */
TFL_INLINE f32v f32v_polynomial(f32v x, const float *c, int terms) {
    f32v y = f32v_set1(c[0]);
    TFL_EACH(k, terms - 1)
    y = f32v_add(f32v_mul(y, x), f32v_set1(c[k + 1]));
    return y;
}

/* exp(r) = 1 + (r + r^2*(p5 + p4*r + ...)) with r = x - m*ln2; 0 below -87.34. */
TFL_MATH f32v f32v_exp_1_15(f32v given) {
    static const float p[] = {0x1.a0d2cep-13f, 0x1.6e879cp-10f, 0x1.11121p-7f,
                              0x1.555382p-5f,  0x1.555554p-3f,  0x1.0p-1f};
    f32v x = f32v_at_least(given, f32v_set1(-0x1.61814ap+6f));
    f32v m = f32v_floor(f32v_add(f32v_mul(x, f32v_set1(0x1.715476p+0f)), f32v_set1(0.5f)));
    f32v r = f32v_sub(x, f32v_mul(m, f32v_set1(0x1.63p-1f)));
    r = f32v_sub(r, f32v_mul(m, f32v_set1(-0x1.bd0106p-13f)));
    f32v y = f32v_polynomial(r, p, 6);
    y = f32v_add(f32v_mul(y, f32v_mul(r, r)), r);
    y = f32v_scale(f32v_add(y, f32v_set1(1.0f)), m);
    return f32v_select(f32v_eq(given, given), y, given);
}

/* log(1 + u) = u - u^2/2 + u^3*P(u), P in three parts. */
TFL_MATH f32v f32v_log_1_15(f32v x) {
    static const float high[] = {0x1.204376p-4f, -0x1.d7a37p-4f, 0x1.de4a34p-4f};
    static const float middle[] = {-0x1.fcba9ep-4f, 0x1.23d37ep-3f, -0x1.555ca0p-3f};
    static const float low[] = {0x1.999d58p-3f, -0x1.fffff8p-3f, 0x1.555554p-2f};
    f32v u, e;
    f32v_log_reduce(x, f32v_set1(0x1.6a09e6p-1f), &u, &e);
    f32v square = f32v_mul(u, u), cube = f32v_mul(square, u);
    f32v y = f32v_add(f32v_mul(f32v_polynomial(u, high, 3), cube), f32v_polynomial(u, middle, 3));
    y = f32v_mul(f32v_add(f32v_mul(y, cube), f32v_polynomial(u, low, 3)), cube);
    y = f32v_add(y, f32v_mul(e, f32v_set1(-0x1.bd0106p-13f)));
    f32v log = f32v_add(f32v_sub(u, f32v_mul(square, f32v_set1(0.5f))), y);
    log = f32v_add(log, f32v_mul(e, f32v_set1(0x1.63p-1f)));
    return f32v_log_special(x, log);
}

TFL_MATH f32v f32v_log1p_1_15(f32v x) {
    f32v one = f32v_set1(1.0f), s = f32v_add(x, one);
    f32v y = f32v_mul(x, f32v_div(f32v_log_1_15(s), f32v_sub(s, one)));
    return f32v_select(f32v_eq(s, one), x, y);
}
