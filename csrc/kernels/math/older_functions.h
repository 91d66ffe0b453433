/* SPDX-License-Identifier: Apache-2.0
 * exp, log and log1p as the packets of older TensorFlows compute them, for the arguments that exp.h,
 * log.h and log1p.h name. Each function has the name of the newest release that computes so.
 *
 * What differs is the polynomials: the reductions are those of exp.h and log.h. Coefficients:
 * Eigen 3.3.90 to 3.4.90, MPL-2.0, Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h
 * (pexp_float, plog_float, plog_double, generic_plog1p), which has them from Cephes; every product
 * and sum rounds by itself, or (add_product) is exact. */

/* m and r of x = m*ln2 + r, of `count` (<= F32_UNROLL) vectors, as in exp.h; x becomes r. Below -105 as
 * good as at -105, and m stays small. (Called by exp.h as well, it makes the newest versions' softmax 4%
 * slower: gcc orders the steps otherwise.) */
TFL_INLINE void f32v_exp_reduce_each(f32v *x, f32v *m, int count) {
    TFL_EACH(k, count) {
        x[k] = f32v_at_least(x[k], f32v_set1(-105.0f));
        m[k] = f32v_add(f32v_mul(x[k], f32v_set1(0x1.715476p+0f)), f32v_set1(0.5f));
    }
    TFL_EACH(k, count) {
        m[k] = f32v_floor(m[k]);
        x[k] = f32v_add_product(m[k], f32v_set1(-0x1.63p-1f), x[k]); /* 8 bits by 9 */
    }
    TFL_EACH(k, count)
    x[k] = f32v_add(f32v_mul(m[k], f32v_set1(0x1.bd0106p-13f)), x[k]);
}

/* y * 2^m, where 2^m is normal; else 0. (It shows where subnormal numbers are not flushed.) */
TFL_INLINE f32v f32v_scale_cut(f32v y, f32v m) {
    return f32v_select(f32v_lt(m, f32v_set1(-126.0f)), f32v_set1(0.0f), f32v_scale(y, m));
}

/* ((a*r + b)*r + c) */
TFL_INLINE f32v f32v_quadratic(f32v a, float b, float c, f32v r) {
    a = f32v_add(f32v_mul(a, r), f32v_set1(b));
    return f32v_add(f32v_mul(a, r), f32v_set1(c));
}

/* exp(r) = 1 + (r + r^2*(p5 + p4*r + ... + p0*r^5)); from 1.15 (and before) to 2.4. */
TFL_INLINE void f32v_exp_2_4_each(f32v *r, int count) {
    f32v m[F32_UNROLL], y[F32_UNROLL];
    f32v_exp_reduce_each(r, m, count);
    TFL_EACH(k, count)
    y[k] = f32v_set1(0x1.a0d2cep-13f);
    f32v_horner_each(y, r, 0x1.6e879cp-10f, count);
    f32v_horner_each(y, r, 0x1.11121p-7f, count);
    f32v_horner_each(y, r, 0x1.555382p-5f, count);
    f32v_horner_each(y, r, 0x1.555554p-3f, count);
    f32v_horner_each(y, r, 0.5f, count);
    TFL_EACH(k, count)
    y[k] = f32v_add(f32v_mul(y[k], f32v_mul(r[k], r[k])), r[k]);
    TFL_EACH(k, count)
    r[k] = f32v_scale_cut(f32v_add(y[k], f32v_set1(1.0f)), m[k]);
}

/* The same polynomial, cut in two at r^3, and 1 + r added last; from 2.5 to 2.8. */
TFL_INLINE void f32v_exp_2_8_each(f32v *r, int count) {
    f32v m[F32_UNROLL], high[F32_UNROLL], low[F32_UNROLL], square[F32_UNROLL];
    f32v_exp_reduce_each(r, m, count);
    TFL_EACH(k, count) {
        square[k] = f32v_mul(r[k], r[k]);
        high[k] = f32v_set1(0x1.a0d2cep-13f);
        low[k] = f32v_set1(0x1.555382p-5f);
    }
    f32v_horner_each(high, r, 0x1.6e879cp-10f, count);
    f32v_horner_each(low, r, 0x1.555554p-3f, count);
    f32v_horner_each(high, r, 0x1.11121p-7f, count);
    f32v_horner_each(low, r, 0.5f, count);
    TFL_EACH(k, count)
    high[k] = f32v_add(f32v_mul(high[k], f32v_mul(square[k], r[k])), low[k]);
    TFL_EACH(k, count) {
        f32v y = f32v_mul(high[k], square[k]);
        r[k] = f32v_scale(f32v_add(y, f32v_add(r[k], f32v_set1(1.0f))), m[k]);
    }
}

/* u^3*P(u) of log(1 + u) = u - u^2/2 + u^3*P(u), P in three parts; writes u^2. */
TFL_INLINE f32v f32v_log_of_cube(f32v u, f32v *square) {
    *square = f32v_mul(u, u);
    f32v cube = f32v_mul(*square, u);
    f32v high = f32v_quadratic(f32v_set1(0x1.204376p-4f), -0x1.d7a37p-4f, 0x1.de4a34p-4f, u);
    f32v middle = f32v_quadratic(f32v_set1(-0x1.fcba9ep-4f), 0x1.23d37ep-3f, -0x1.555ca0p-3f, u);
    f32v low = f32v_quadratic(f32v_set1(0x1.999d58p-3f), -0x1.fffff8p-3f, 0x1.555554p-2f, u);
    f32v y = f32v_add(f32v_mul(high, cube), middle);
    return f32v_mul(f32v_add(f32v_mul(y, cube), low), cube);
}

/* e*ln2 in two parts: `low` (rounded) joins the small terms, `high` (exact) comes last; from 1.15 (and
 * before) to 2.4. */
TFL_INLINE f32v f32v_log_sum_2_4(f32v u, f32v high, f32v low) {
    f32v square, y = f32v_add(f32v_log_of_cube(u, &square), low);
    f32v rest = f32v_add_product(f32v_set1(-0.5f), square, u);
    return f32v_add(f32v_add(rest, y), high);
}

TFL_MATH f32v f32v_log_2_4(f32v x) {
    f32v u, e;
    f32v_log_reduce(x, f32v_set1(0x1.6a09e6p-1f), &u, &e);
    f32v high = f32v_mul(e, f32v_set1(0x1.63p-1f)), low = f32v_mul(e, f32v_set1(-0x1.bd0106p-13f));
    return f32v_log_special(x, f32v_log_sum_2_4(u, high, low));
}

/* Of infinity the greatest number's. Up to 1.12. */
TFL_MATH f32v f32v_log_1_12(f32v x) {
    f32m infinite = f32v_eq(x, f32v_set1(INFINITY));
    return f32v_select(infinite, f32v_set1(0x1.62e43p+6f), f32v_log_2_4(x));
}

/* e*ln2 whole; from 2.5 to 2.8. */
TFL_INLINE f32v f32v_log_sum_2_8(f32v u, f32v whole) {
    f32v square, y = f32v_log_of_cube(u, &square);
    y = f32v_add_product(f32v_set1(-0.5f), square, y);
    return f32v_add(whole, f32v_add(u, y));
}

TFL_MATH f32v f32v_log_2_8(f32v x) {
    f32v u, e;
    f32v_log_reduce(x, f32v_set1(0x1.6a09e6p-1f), &u, &e);
    return f32v_log_special(x, f32v_log_sum_2_8(u, f32v_mul(e, f32v_set1(0x1.62e43p-1f))));
}

/* log1p(x) = x * (log(1 + x) / ((1 + x) - 1)), x where 1 + x is 1; the reduction is known beforehand,
 * as in log1p.h. From 2.1 on (1.15 as well); 2.0 has libm's. */
TFL_INLINE f32v f32v_log1p_reduce(f32v x, f32v *kept, f32m *below) {
    f32v s = f32v_add(x, f32v_set1(1.0f));
    *kept = f32v_sub(s, f32v_set1(1.0f));
    *below = f32v_lt(s, f32v_set1(0x1.6a09e6p+0f));
    f32v halved = f32v_add_product(s, f32v_set1(0.5f), f32v_set1(-1.0f));
    return f32v_select(*below, *kept, halved);
}

TFL_INLINE f32v f32v_log1p_of(f32v x, f32v kept, f32v log) {
    f32v y = f32v_mul(x, f32v_div(log, kept));
    return f32v_select(f32v_eq(kept, f32v_set1(0.0f)), x, y);
}

TFL_MATH f32v f32v_log1p_2_4(f32v x) {
    f32m below;
    f32v kept, zero = f32v_set1(0.0f), u = f32v_log1p_reduce(x, &kept, &below);
    f32v high = f32v_select(below, zero, f32v_set1(0x1.63p-1f));
    f32v low = f32v_select(below, zero, f32v_set1(-0x1.bd0106p-13f));
    return f32v_log1p_of(x, kept, f32v_log_sum_2_4(u, high, low));
}

TFL_MATH f32v f32v_log1p_2_8(f32v x) {
    f32m below;
    f32v kept, u = f32v_log1p_reduce(x, &kept, &below);
    f32v whole = f32v_select(below, f32v_set1(0.0f), f32v_set1(0x1.62e43p-1f));
    return f32v_log1p_of(x, kept, f32v_log_sum_2_8(u, whole));
}

/* e*ln2 in two parts; 2.4 alone. (Before it libm's in every element, after it that of log.h.) */
TFL_MATH f64v f64v_log_2_4(f64v x) {
    f64v u, e, square;
    f64v_log_reduce(x, f64v_set1(0x1.6a09e667f3bcdp-1), &u, &e);
    f64v y = f64v_log_of_cube(u, &square);
    y = f64v_add(y, f64v_mul(e, f64v_set1(-0x1.bd0105c610ca8p-13)));
    f64v rest = f64v_add_product(f64v_set1(-0.5), square, u);
    f64v log = f64v_add(f64v_add(rest, y), f64v_mul(e, f64v_set1(0x1.63p-1)));
    return f64v_log_special(x, log);
}
