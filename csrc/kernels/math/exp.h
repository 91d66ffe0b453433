/* SPDX-License-Identifier: Apache-2.0
 * exp as TensorFlow's packets compute it, for x <= 0 or NaN (no other argument occurs).
 *
 * Cody-Waite reduction x = m*ln2 + r, then a polynomial (float32) or a rational function
 * (float64) in r. The coefficients are those of Eigen 5.0.1-dev, MPL-2.0,
 * Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h (pexp_float, pexp_double), which has
 * them from Cephes; every product and sum rounds by itself, or (add_product) is exact. */

/* exp(r) = 1 + r + r^2*(p2 + p3*r + ... + p6*r^4) with r = x - m*ln2, of `count` (<= F32_UNROLL)
 * vectors, each step for all of them: the steps of one wait for each other. Subnormal below -87.34,
 * thus 0; `normal` tells that all x are -87 or more, or NaN. */
TFL_INLINE void f32v_exp_each(f32v *x, int count, int normal) {
    f32v m[F32_UNROLL], r[F32_UNROLL], square[F32_UNROLL];
    f32v even[F32_UNROLL], odd[F32_UNROLL];
    TFL_EACH(k, count) {
        if (!normal) /* below -105 as good as at -105, and m stays small */
            x[k] = f32v_at_least(x[k], f32v_set1(-105.0f));
        /* Fused or not, the floor of it is the same, for every x: that has been tried. */
        m[k] = f32v_add_product(x[k], f32v_set1(0x1.715476p+0f), f32v_set1(0.5f));
    }
    TFL_EACH(k, count) {
        m[k] = f32v_floor(m[k]);
        r[k] = f32v_add_product(m[k], f32v_set1(-0x1.63p-1f), x[k]); /* 8 bits by 9 */
    }
    TFL_EACH(k, count)
    r[k] = f32v_add(f32v_mul(m[k], f32v_set1(0x1.bd0106p-13f)), r[k]);

    TFL_EACH(k, count) {
        square[k] = f32v_mul(r[k], r[k]);
        even[k] =
            f32v_add(f32v_mul(square[k], f32v_set1(0x1.6850e4p-10f)), f32v_set1(0x1.555b98p-5f));
        odd[k] =
            f32v_add(f32v_mul(square[k], f32v_set1(0x1.123bccp-7f)), f32v_set1(0x1.55548ep-3f));
    }
    TFL_EACH(k, count)
    even[k] = f32v_add(f32v_mul(square[k], even[k]), f32v_set1(0x1.fffff8p-2f));
    TFL_EACH(k, count)
    even[k] = f32v_add(f32v_mul(r[k], odd[k]), even[k]);
    TFL_EACH(k, count)
    r[k] = f32v_add(f32v_mul(square[k], even[k]), f32v_add(r[k], f32v_set1(1.0f)));
    TFL_EACH(k, count)
    x[k] = normal ? f32v_scale_normal(r[k], m[k]) : f32v_scale(r[k], m[k]);
}

TFL_MATH f32v f32v_exp(f32v x) {
    f32v_exp_each(&x, 1, 0);
    return x;
}

/* exp(r) = 1 + 2*r*P(r^2) / (Q(r^2) - r*P(r^2)); subnormal below -708.4, thus 0. */
TFL_MATH f64v f64v_exp(f64v x) {
    x = f64v_at_least(x, f64v_set1(-710.0));
    /* Fused or not, the floor is the same: it could differ only where the product is next to a half, and
     * every x within 3000 of one of these has been tried. */
    f64v m = f64v_floor(f64v_add_product(f64v_set1(0x1.71547652b82fep+0), x, f64v_set1(0.5)));
    f64v r = f64v_add_product(m, f64v_set1(-0x1.62e4p-1), x); /* 11 bits by 15 */
    r = f64v_sub(r, f64v_mul(m, f64v_set1(0x1.7f7d1cf79abcap-20)));

    f64v square = f64v_mul(r, r);
    f64v p = f64v_add(f64v_mul(f64v_set1(0x1.089cdd5e44be8p-13), square),
                      f64v_set1(0x1.f06d10cca2c7ep-6));
    p = f64v_add(f64v_mul(p, square), f64v_set1(1.0));
    p = f64v_mul(p, r);
    f64v q = f64v_add(f64v_mul(f64v_set1(0x1.92eb6bc365fa0p-19), square),
                      f64v_set1(0x1.4ae39b508b6c0p-9));
    q = f64v_add(f64v_mul(q, square), f64v_set1(0x1.d17099887e074p-3));
    q = f64v_add(f64v_mul(q, square), f64v_set1(2.0));
    f64v y = f64v_div(p, f64v_sub(q, p));
    y = f64v_add_product(f64v_set1(2.0), y, f64v_set1(1.0));

    return f64v_scale(y, m);
}

TFL_INLINE void f64v_exp_each(f64v *x, int count, int normal) {
    (void)normal;
    TFL_EACH(k, count)
    x[k] = f64v_exp(x[k]);
}
