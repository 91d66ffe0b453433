/* SPDX-License-Identifier: Apache-2.0
 * exp, log and log1p of float32 as glibc computes them, for the arguments that the losses need. Sources:
 * glibc.h. */

#ifndef EXP2_POWERS_OF_BOTH
/* 2^(k/32) of two vectors of 1.5*2^52 + k. The table holds 2^(i/32) less i/32 in the exponent, to which
 * k is added whole. */
TFL_INLINE f64v f64v_exp2_power(f64v shifted) {
    return f64v_add_exponent(f64v_lookup(tfl_exp2_table, shifted, 31), shifted, 47);
}
TFL_INLINE void f64v_exp2_powers(const f64v shifted[2], f64v powers[2]) {
    powers[0] = f64v_exp2_power(shifted[0]);
    powers[1] = f64v_exp2_power(shifted[1]);
}
#endif

/* 2^(k/32) * (1 + r*ln2/32 + ...) in double, rounded once; k/32 is nearest to x/ln2. */
TFL_MATH f32v f32v_glibc_exp_of_double(const f64v x[2]) {
    f64v shifted[2], r[2], powers[2];
    f64v shifter = f64v_set1(0x1.8p52), scale = f64v_set1(0x1.71547652b82fep+5);
    TFL_EACH(k, 2) {
        shifted[k] = f64v_mul_add(x[k], scale, shifter);
        r[k] = f64v_mul_add(x[k], scale, f64v_sub(shifter, shifted[k]));
    }
    f64v_exp2_powers(shifted, powers);
    TFL_EACH(k, 2) {
        f64v high =
            f64v_mul_add(f64v_set1(0x1.c6af84b912394p-20), r[k], f64v_set1(0x1.ebfce50fac4f3p-13));
        f64v low = f64v_mul_add(f64v_set1(0x1.62e42ff0c52d6p-6), r[k], f64v_set1(1.0));
        r[k] = f64v_mul(f64v_mul_add(high, f64v_mul(r[k], r[k]), low), powers[k]);
    }
    return f32v_join(r[0], r[1]);
}

/* For x <= 0 or NaN. Whether glibc was compiled with fused multiply-add shows in one of these arguments
 * only: its result is given. */
TFL_INLINE f32v f32v_glibc_exp_with(f32v x, float of_odd_one) {
    x = f32v_at_least(x, f32v_set1(-105.0f));
    const f64v both[2] = {f32v_low(x), f32v_high(x)};
    f32v y = f32v_glibc_exp_of_double(both);
    f32v odd_one = f32v_set1(-0x1.f8cbb2p+5f);
    return f32v_select(f32v_eq(x, odd_one), f32v_set1(of_odd_one), y);
}
TFL_MATH f32v f32v_glibc_exp(f32v x) { return f32v_glibc_exp_with(x, 0x1.f45324p-92f); }
TFL_MATH f32v f32v_glibc_exp_fma(f32v x) { return f32v_glibc_exp_with(x, 0x1.f45326p-92f); }

/* k*ln2 + log(c) + log1p(z/c - 1) in double, rounded once. */
TFL_MATH f64v f64v_glibc_logf(f64v z, f64v k, f64v place) {
    f64v shifted = f64v_add(place, f64v_set1(0x1.8p52));
    f64v inverse = f64v_lookup(tfl_log_inverses, shifted, 15);
    f64v log = f64v_lookup(tfl_log_table, shifted, 15);
    f64v r = f64v_mul_add(z, inverse, f64v_set1(-1.0)), square = f64v_mul(r, r);
    f64v base = f64v_mul_add(k, f64v_set1(0x1.62e42fefa39efp-1), log);
    f64v y = f64v_mul_add(f64v_set1(0x1.5575b0be00b6ap-2), r, f64v_set1(-0x1.ffffef20a4123p-2));
    y = f64v_mul_add(f64v_set1(-0x1.00ea348b88334p-2), square, y);
    return f64v_mul_add(y, square, f64v_add(base, r));
}

/* For x >= 1 or NaN. x = z * 2^k with 0.699 <= z < 1.398; the table has an entry for each sixteenth
 * of the mantissas, counted from 0.699 = 0.5 + 6.375/32 on and around: f is `place` of these from
 * there, and below it (place < 0) belongs to the next lower k. */
TFL_MATH f32v f32v_glibc_log(f32v x) {
    f32v f = f32v_mantissa(x), e = f32v_exponent(x), zero = f32v_set1(0.0f);
    f32v place =
        f32v_sub(f32v_mul(f32v_sub(f, f32v_set1(0.5f)), f32v_set1(32.0f)), f32v_set1(6.375f));
    f32m lower = f32v_lt(place, zero);
    f32v z = f32v_select(lower, f32v_add(f, f), f);
    f32v k = f32v_sub(e, f32v_select(lower, f32v_set1(1.0f), zero));
    place = f32v_floor(place);
    f64v low = f64v_glibc_logf(f32v_low(z), f32v_low(k), f32v_low(place));
    f64v high = f64v_glibc_logf(f32v_high(z), f32v_high(k), f32v_high(place));
    return f32v_log_special(x, f32v_join(low, high));
}

/* For 0 <= x <= 1 or NaN, as 2.28 to 2.40 compute it. log(1 + f) with f = x or, from sqrt(2) on,
 * f = (1 + x)/2 - 1, to which ln2 and what 1 + x lost are added. Which of the two is told by x, and
 * then by 1 + x: for four arguments the former is too small for f = x, and the latter for ln2. Of
 * `count` (<= F32_UNROLL) vectors, each step for all of them. */
TFL_INLINE void f32v_glibc_log1p_step(f32v *x, int count) {
    f32v one = f32v_set1(1.0f), zero = f32v_set1(0.0f);
    f32v u[F32_UNROLL], f[F32_UNROLL], low[F32_UNROLL], half_square[F32_UNROLL];
    f32v s[F32_UNROLL], z[F32_UNROLL] = {{0}}, y[F32_UNROLL];
    f32m halved[F32_UNROLL];
    TFL_EACH(k, count) {
        u[k] = f32v_add(x[k], one);
        halved[k] = f32v_ge(u[k], f32v_set1(0x1.6a09eep+0f));
        low[k] = f32v_div(f32v_sub(x[k], f32v_sub(u[k], one)), u[k]);
        low[k] = f32v_add(low[k], f32v_set1(0x1.2fefa2p-17f));
        low[k] = f32v_select(halved[k], low[k], zero);
        f32v half = f32v_select(halved[k], f32v_set1(0.5f), one);
        f32v above = f32v_add_product(u[k], half, f32v_set1(-1.0f));
        f[k] = f32v_select(f32v_ge(x[k], f32v_set1(0x1.a827aep-2f)), above, x[k]);
    }
    TFL_EACH(k, count) {
        half_square[k] = f32v_mul(f32v_mul(f32v_set1(0.5f), f[k]), f[k]);
        s[k] = f32v_div(f[k], f32v_add(f32v_set1(2.0f), f[k]));
        z[k] = f32v_mul(s[k], s[k]);
        y[k] = f32v_set1(0x1.2f112ep-3f);
    }
    f32v_horner_each(y, z, 0x1.39a09ep-3f, count);
    f32v_horner_each(y, z, 0x1.74664ap-3f, count);
    f32v_horner_each(y, z, 0x1.c71c52p-3f, count);
    f32v_horner_each(y, z, 0x1.24924ap-2f, count);
    f32v_horner_each(y, z, 0x1.99999ap-2f, count);
    f32v_horner_each(y, z, 0x1.555556p-1f, count);
    TFL_EACH(k, count)
    y[k] = f32v_mul(f32v_add(f32v_mul(y[k], z[k]), half_square[k]), s[k]);
    TFL_EACH(k, count) {
        f32v high = f32v_select(halved[k], f32v_set1(0x1.62e3p-1f), zero);
        y[k] = f32v_sub(f32v_sub(half_square[k], f32v_add(low[k], y[k])), f[k]);
        y[k] = f32v_sub(high, y[k]);
        x[k] = f32v_select(f32v_eq(u[k], f32v_set1(2.0f)), f32v_set1(0x1.62e43p-1f), y[k]);
    }
}
TFL_INLINE void f32v_glibc_log1p_each(f32v *x, int count) {
    for (; count >= F32_UNROLL; x += F32_UNROLL, count -= F32_UNROLL)
        f32v_glibc_log1p_step(x, F32_UNROLL);
    for (; count > 0; x++, count--)
        f32v_glibc_log1p_step(x, 1);
}
TFL_MATH f32v f32v_glibc_log1p(f32v x) {
    f32v_glibc_log1p_step(&x, 1);
    return x;
}

/* log(1 + r) for small r, the first term apart. */
TFL_INLINE f64v f64v_log1p_series(f64v r) {
    f64v square = f64v_mul(r, r);
    f64v a = f64v_mul_add(f64v_set1(0x1.5555555556f6bp-2), r, f64v_set1(-0.5));
    f64v b = f64v_mul_add(f64v_set1(0x1.9999988d176e4p-3), r, f64v_set1(-0x1.00000000029b9p-2));
    f64v c = f64v_mul_add(f64v_set1(0x1.24adeca50e2bcp-3), r, f64v_set1(-0x1.55555418889a7p-3));
    c = f64v_mul_add(f64v_set1(-0x1.001ba33bf57cfp-3), square, c);
    b = f64v_mul_add(c, square, b);
    a = f64v_mul_add(b, square, a);
    return f64v_mul_add(a, square, r);
}

/* log(1 + x) in double: with u = 1 + x = c*(1 + r)*2^e the sum of log(1 + r), log(c) and e*ln2; where x is
 * small, of r = x alone. */
TFL_MATH f64v f64v_rounded_log1pf(f64v x) {
    f64v u = f64v_add(x, f64v_set1(1.0)), f = f64v_mantissa(u), zero = f64v_set1(0.0);
    f64v e = f64v_sub(f64v_exponent(u), f64v_set1(1.0));
    f64v place = f64v_floor(f64v_mul(f, f64v_set1(64.0))); /* 32 to 63: its last bits count */
    f64v shifted = f64v_add(place, f64v_set1(0x1.8p52));
    f64v inverse = f64v_lookup(tfl_log1p_inverses, shifted, 31);
    f64v log = f64v_lookup(tfl_log1p_table, shifted, 31);
    f64m small = f64v_lt(f64v_set1(-0x1.1p-6), f64v_neg_abs(x));
    f64v r = f64v_mul_add(f64v_add(f, f), inverse, f64v_set1(-1.0));
    f64v low = f64v_mul_add(e, f64v_set1(0x1.7f7d1cf79abcap-20), log);
    low = f64v_add(f64v_select(small, zero, low), f64v_log1p_series(f64v_select(small, x, r)));
    return f64v_add(f64v_select(small, zero, f64v_mul(e, f64v_set1(0x1.62e4p-1))), low);
}

/* Arguments whose logarithm lies so near to the middle between two floats that double, with fused products
 * or without, takes it for the other side, and the nearest float; those from 0 to 1 first. */
enum { TFL_LOG1P_ODD = 10, TFL_LOG1P_ODD_TO_1 = 4 };
static const float tfl_log1p_odd[TFL_LOG1P_ODD][2] = {
    {0x1.800006p-21f, 0x1.7ffffep-21f},   {0x1.200036p-17f, 0x1.1fffe6p-17f},
    {0x1.b7fd86p-4f, 0x1.a1ece2p-4f},     {0x1.fb035ap-2f, 0x1.9bddc2p-2f},
    {0x1.0f1fd6p+3f, 0x1.1fcbcep+1f},     {0x1.b121a6p+76f, 0x1.a9a3f2p+5f},
    {0x1.6351d8p+95f, 0x1.08b512p+6f},    {-0x1.7ffffap-21f, -0x1.800002p-21f},
    {-0x1.1fffcap-17f, -0x1.20001ap-17f}, {-0x1.1d9188p-9f, -0x1.1de14ap-9f},
};

/* For 0 <= x <= 1 or NaN: the float nearest to log(1 + x), as 2.41 and later give it. */
TFL_MATH f32v f32v_rounded_log1p(f32v x) {
    f32v y = f32v_join(f64v_rounded_log1pf(f32v_low(x)), f64v_rounded_log1pf(f32v_high(x)));
    TFL_EACH(k, TFL_LOG1P_ODD_TO_1)
    y = f32v_select(f32v_eq(x, f32v_set1(tfl_log1p_odd[k][0])), f32v_set1(tfl_log1p_odd[k][1]), y);
    return f32v_select(f32v_eq(x, x), y, x);
}
