/* SPDX-License-Identifier: Apache-2.0
 * log as TensorFlow's packets compute it, for x >= 1 or NaN (no other argument matters).
 *
 * x = f * 2^e with 0.5 <= f < 1, moved to sqrt(1/2) <= f < sqrt(2); then a rational function of
 * u = f - 1. Coefficients: Eigen 5.0.1-dev, MPL-2.0,
 * Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h (plog_impl_float, plog_impl_double);
 * every product and sum rounds by itself. */

/* Writes u and e of x. */
#define TFL_LOG_REDUCE(V)                                                                          \
    TFL_INLINE void V##_log_reduce(V x, V sqrt_half, V *u, V *e) {                                 \
        V f = V##_mantissa(x), one = V##_set1(1), zero = V##_set1(0), below = V##_sub(f, one);     \
        V exponent = V##_exponent(x), down = V##_select(V##_lt(f, sqrt_half), one, zero);          \
        *e = V##_sub(exponent, down);                                                              \
        *u = V##_select(V##_lt(f, sqrt_half), V##_add(below, f), below);                           \
    }                                                                                              \
    /* The reduction reads NaN and infinity as numbers; both are their own logarithm. */           \
    TFL_INLINE V V##_log_special(V x, V log) {                                                     \
        return V##_select(V##_lt(x, V##_set1(INFINITY)), log, x);                                  \
    }

TFL_LOG_REDUCE(f32v)
TFL_LOG_REDUCE(f64v)
#undef TFL_LOG_REDUCE

/* y becomes y*r + c, of each of some vectors. */
TFL_INLINE void f32v_horner_each(f32v *y, const f32v *r, float c, int count) {
    TFL_EACH(k, count)
    y[k] = f32v_add(f32v_mul(y[k], r[k]), f32v_set1(c));
}

/* log(1 + u) = u*(1 + u + l*u^2) / (1 + 3/2*u + ...), of `count` (<= F32_UNROLL) vectors, each step
 * for all of them. */
TFL_INLINE void f32v_log_of_rest_each(f32v *u, int count) {
    f32v one = f32v_set1(1.0f), p[F32_UNROLL], w[F32_UNROLL];
    TFL_EACH(k, count) {
        p[k] = f32v_add(f32v_mul(f32v_set1(0x1.75e392p-3f), u[k]), one);
        w[k] = f32v_add(f32v_mul(f32v_set1(0x1.9674dp-5f), u[k]), f32v_set1(0x1.32ce9ap-1f));
    }
    TFL_EACH(k, count) {
        p[k] = f32v_add(f32v_mul(p[k], u[k]), one);
        w[k] = f32v_add(f32v_mul(w[k], u[k]), f32v_set1(1.5f));
    }
    TFL_EACH(k, count) {
        p[k] = f32v_mul(u[k], p[k]);
        w[k] = f32v_add(f32v_mul(w[k], u[k]), one);
    }
    TFL_EACH(k, count)
    u[k] = f32v_div(p[k], w[k]);
}

TFL_MATH f32v f32v_log(f32v x) {
    f32v u, e;
    f32v_log_reduce(x, f32v_set1(0x1.6a09e6p-1f), &u, &e);
    f32v_log_of_rest_each(&u, 1);
    return f32v_log_special(x, f32v_add(f32v_mul(e, f32v_set1(0x1.62e43p-1f)), u));
}

/* ((a*u + b)*u + c) */
TFL_INLINE f64v f64v_quadratic(f64v a, double b, double c, f64v u) {
    a = f64v_add(f64v_mul(a, u), f64v_set1(b));
    return f64v_add(f64v_mul(a, u), f64v_set1(c));
}

/* u^3*P(u)/Q(u) of log(1 + u) = u - u^2/2 + u^3*P(u)/Q(u), P and Q split at u^3; writes u^2. */
TFL_INLINE f64v f64v_log_of_cube(f64v u, f64v *square) {
    *square = f64v_mul(u, u);
    f64v cube = f64v_mul(*square, u);
    f64v high = f64v_quadratic(f64v_set1(0x1.ab4c293c31bb0p-14), 0x1.fd6f53f5652f2p-2,
                               0x1.2d2baed926911p+2, u);
    f64v low = f64v_quadratic(f64v_set1(0x1.cff72c63eeb2ep+3), 0x1.1efd6924bc84dp+4,
                              0x1.ed5637d7edcf8p+2, u);
    f64v p = f64v_mul(f64v_add(f64v_mul(high, cube), low), cube);
    high = f64v_add(u, f64v_set1(0x1.69320ae97ef8ep+3));
    high = f64v_add(f64v_mul(high, u), f64v_set1(0x1.69d2c4e19c033p+5));
    low = f64v_quadratic(f64v_set1(0x1.4bf33a326bdbdp+6), 0x1.1c9e2eb5eae21p+6,
                         0x1.7200a9e1f25b2p+4, u);
    return f64v_div(p, f64v_add(f64v_mul(high, cube), low));
}

TFL_MATH f64v f64v_log_of_rest(f64v u) {
    f64v square, y = f64v_log_of_cube(u, &square);
    return f64v_add(u, f64v_add_product(f64v_set1(-0.5), square, y));
}

TFL_INLINE void f64v_log_of_rest_each(f64v *u, int count) {
    TFL_EACH(k, count)
    u[k] = f64v_log_of_rest(u[k]);
}

TFL_MATH f64v f64v_log(f64v x) {
    f64v u, e;
    f64v_log_reduce(x, f64v_set1(0x1.6a09e667f3bcdp-1), &u, &e);
    f64v log = f64v_add(f64v_mul(e, f64v_set1(0x1.62e42fefa39efp-1)), f64v_log_of_rest(u));
    return f64v_log_special(x, log);
}
