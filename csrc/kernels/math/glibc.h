/* SPDX-License-Identifier: Apache-2.0
 * exp, log and log1p of glibc, from 2.28 on, in vectors: its very bits, for the arguments that occur.
 *
 * Coefficients and tables of exp and log: Arm Optimized Routines, MIT, math/exp2f_data.c,
 * logf_data.c, exp_data.c and log_data.c. Those of log1p: fdlibm, s_log1p.c and s_log1pf.c:
 *
 *   Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun
 *   Microsystems, Inc. business. Permission to use, copy, modify, and distribute this software is
 *   freely granted, provided that this notice is preserved.
 *
 * glibc compiles exp, log and log1p of float64 once more for processors with FMA (_fma); which
 * products are then rounded by themselves has been read off its machine code. */

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

/* For x <= 0 or NaN. Whether glibc was compiled with fused multiply-add shows in one argument
 * only, of all; its result is the host's own. */
TFL_MATH f32v f32v_glibc_exp(f32v x) {
    x = f32v_at_least(x, f32v_set1(-105.0f));
    const f64v both[2] = {f32v_low(x), f32v_high(x)};
    f32v y = f32v_glibc_exp_of_double(both);
    f32v odd_one = f32v_set1(TFL_EXP_ODD_ONE);
    return f32v_select(f32v_eq(x, odd_one), f32v_set1(TFL_NAME(libm).exp_odd_one), y);
}

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

/* power * (1 + rest), 2^512 times too large, from x = -512 downwards: glibc rounds the product by
 * itself, and what is subnormal once, at its last bit. */
TFL_MATH f64v f64v_glibc_far_exp_fma(f64v power, f64v rest) {
    f64v least = f64v_set1(0x1p-510), product = f64v_mul(power, rest); /* 2^-1022 */
    f64v y = f64v_add(power, product), low = f64v_add(f64v_sub(power, y), product);
    f64v high = f64v_add(least, y);
    low = f64v_add(f64v_add(f64v_sub(least, high), y), low);
    f64v rounded = f64v_sub(f64v_add(high, low), least);
    return f64v_select(f64v_lt(y, least), rounded, y);
}

/* For x <= 0 or NaN. 2^(k/128) * (1 + r + ...), k/128 nearest to x/ln2, r = x - k*ln2/128. Of
 * 2^(k/128) the table holds a part of 1 that its bits lost, and these less k/128 in the exponent;
 * 512 more are in the exponent till the end. At -750 the result is 0. */
TFL_MATH f64v f64v_glibc_exp_fma(f64v x) {
    x = f64v_at_least(x, f64v_set1(-750.0));
    f64v shifter = f64v_set1(0x1.8p52 + 512 * 128), lost, power;
    f64v shifted = f64v_fused(x, f64v_set1(0x1.71547652b82fep+7), shifter);
    f64v k = f64v_sub(shifted, shifter);
    f64v r = f64v_fused(k, f64v_set1(-0x1.62e42fefap-8), x);
    r = f64v_fused(k, f64v_set1(-0x1.cf79abc9e3b3ap-47), r);
    f64v_lookup_pairs(tfl_exp_pairs, shifted, 127, &lost, &power);
    power = f64v_add_exponent(power, shifted, 45);

    f64v square = f64v_mul(r, r);
    f64v low = f64v_fused(f64v_set1(0x1.555555555543cp-3), r, f64v_set1(0x1.ffffffffffdbdp-2));
    f64v high = f64v_fused(f64v_set1(0x1.1111167a4d017p-7), r, f64v_set1(0x1.55555cf172b91p-5));
    f64v rest = f64v_fused(low, square, f64v_add(lost, r));
    rest = f64v_fused(f64v_mul(square, square), high, rest);
    f64v y = f64v_fused(power, rest, power);
    f64m far = f64v_ge(f64v_set1(-512.0), x);
    if (f64v_any(far)) /* seldom */
        y = f64v_select(far, f64v_glibc_far_exp_fma(power, rest), y);
    return f64v_mul(y, f64v_set1(0x1p-512));
}

/* log(1 + r) for 0 <= r < 0.065, of which r - r^2/2 is computed in twice as many bits. */
TFL_MATH f64v f64v_glibc_log_near_1_fma(f64v r) {
    f64v square = f64v_mul(r, r), cube = f64v_mul(r, square);
    f64v a = f64v_fused(f64v_set1(-0x1.ffffffffffdcbp-3), r, f64v_set1(0x1.5555555555577p-2));
    f64v b = f64v_fused(f64v_set1(0x1.24924a344de30p-3), r, f64v_set1(-0x1.55555556745a7p-3));
    f64v c = f64v_fused(f64v_set1(-0x1.999eb43b068ffp-4), r, f64v_set1(0x1.c7184282ad6cap-4));
    a = f64v_fused(square, f64v_set1(0x1.999999995dd0cp-3), a);
    b = f64v_fused(square, f64v_set1(-0x1.fffffa4423d65p-4), b);
    c = f64v_fused(square, f64v_set1(0x1.78182f7afd085p-4), c);
    c = f64v_fused(cube, f64v_set1(-0x1.5521375d145cdp-4), c);
    f64v y = f64v_fused(f64v_fused(c, cube, b), cube, a);

    f64v moved = f64v_mul(r, f64v_set1(0x1p27)), half = f64v_set1(-0.5);
    f64v upper = f64v_sub(f64v_add(r, moved), moved), lower = f64v_sub(r, upper);
    f64v upper_square = f64v_mul(upper, upper), high = f64v_fused(upper_square, half, r);
    f64v low = f64v_fused(upper_square, half, f64v_sub(r, high));
    low = f64v_fused(f64v_mul(half, lower), f64v_add(r, upper), low);
    return f64v_add(high, f64v_fused(y, cube, low));
}

/* For x >= 1 or NaN: as f32v_glibc_log, with 0.6875 <= z < 1.375 in 128 intervals. */
TFL_MATH f64v f64v_glibc_log_fma(f64v x) {
    f64v f = f64v_mantissa(x), k = f64v_exponent(x), zero = f64v_set1(0.0), inverse, log;
    f64v place = f64v_add_product(f, f64v_set1(256.0), f64v_set1(-176.0)); /* exact, both */
    f64m lower = f64v_lt(place, zero);
    f64v z = f64v_select(lower, f64v_add(f, f), f);
    k = f64v_sub(k, f64v_select(lower, f64v_set1(1.0), zero));
    f64v_lookup_pairs(tfl_log_pairs, f64v_add(f64v_floor(place), f64v_set1(0x1.8p52)), 127,
                      &inverse, &log);
    f64v r = f64v_fused(z, inverse, f64v_set1(-1.0)), square = f64v_mul(r, r);
    f64v base = f64v_fused(k, f64v_set1(0x1.62e42fefa38p-1), log), high = f64v_add(base, r);
    f64v low = f64v_add(f64v_sub(base, high), r);
    low = f64v_fused(k, f64v_set1(0x1.ef35793c7673p-45), low);
    low = f64v_fused(square, f64v_set1(-0x1.0000000000001p-1), low);
    f64v a = f64v_fused(f64v_set1(-0x1.fffffffeb459p-3), r, f64v_set1(0x1.555555551305bp-2));
    f64v b = f64v_fused(r, f64v_set1(-0x1.55575e506c89fp-3), f64v_set1(0x1.999b324f10111p-3));
    f64v y = f64v_fused(f64v_mul(r, square), f64v_fused(b, square, a), low);
    y = f64v_add(y, high);

    f64v near_1 = f64v_glibc_log_near_1_fma(f64v_sub(x, f64v_set1(1.0)));
    y = f64v_select(f64v_lt(x, f64v_set1(1.0 + 0x1.09p-4)), near_1, y);
    return f64v_log_special(x, y);
}

/* For 0 <= x <= 1 or NaN: as f32v_glibc_log1p, but that in float64 no argument lies between. The
 * polynomial is left out below 2^-29, and another one taken within 3*2^-20 of 1. */
TFL_MATH f64v f64v_glibc_log1p_fma(f64v x) {
    f64v one = f64v_set1(1.0), zero = f64v_set1(0.0), u = f64v_add(x, one);
    f64v lost = f64v_div(f64v_sub(x, f64v_sub(u, one)), u);
    f64m halved = f64v_ge(x, f64v_set1(0x1.a827ap-2));
    f64v f = f64v_select(halved, f64v_add_product(u, f64v_set1(0.5), f64v_set1(-1.0)), x);

    f64v half_square = f64v_mul(f64v_mul(f64v_set1(0.5), f), f);
    f64v s = f64v_div(f, f64v_add(f, f64v_set1(2.0))), z = f64v_mul(s, s);
    f64v a = f64v_fused(f64v_set1(0x1.2492494229359p-2), z, f64v_set1(0x1.999999997fa04p-2));
    f64v b = f64v_fused(f64v_set1(0x1.7466496cb03dep-3), z, f64v_set1(0x1.c71c51d8e78afp-3));
    f64v c = f64v_fused(f64v_set1(0x1.2f112df3e5244p-3), z, f64v_set1(0x1.39a09d078c69fp-3));
    f64v z2 = f64v_mul(z, z), z4 = f64v_mul(z2, z2);
    f64v y = f64v_fused(z, f64v_set1(0x1.5555555555593p-1), f64v_mul(z2, a));
    y = f64v_fused(f64v_mul(z2, z4), c, f64v_fused(z4, b, y));
    y = f64v_mul(f64v_add(y, half_square), s);
    y = f64v_select(f64v_lt(x, f64v_set1(0x1p-29)), zero, y);

    f64m near_1 = f64v_ge(u, f64v_set1(0x1.ffffdp+0));
    f64v short_one = f64v_mul(f64v_fused(f64v_set1(-0x1.5555555555555p-1), f, one), half_square);
    half_square = f64v_select(near_1, short_one, half_square);
    y = f64v_select(near_1, zero, y);

    f64v small = f64v_sub(f, f64v_sub(half_square, y));
    y = f64v_sub(half_square, f64v_add(f64v_add(lost, f64v_set1(0x1.a39ef35793c76p-33)), y));
    y = f64v_sub(f64v_set1(0x1.62e42feep-1), f64v_sub(y, f));
    y = f64v_select(halved, y, small);
    return f64v_select(f64v_eq(u, f64v_set1(2.0)), f64v_set1(0x1.62e42fefa39efp-1), y);
}

/* Those of which several vectors at once gain nothing. */
#define TFL_ONE_BY_ONE(V, form)                                                                    \
    TFL_INLINE void V##_##form##_each(V *x, int count) {                                           \
        for (int k = 0; k < count; k++)                                                            \
            x[k] = V##_##form(x[k]);                                                               \
    }
TFL_ONE_BY_ONE(f32v, glibc_exp)
TFL_ONE_BY_ONE(f32v, glibc_log)
TFL_ONE_BY_ONE(f64v, glibc_exp_fma)
TFL_ONE_BY_ONE(f64v, glibc_log_fma)
TFL_ONE_BY_ONE(f64v, glibc_log1p_fma)
#undef TFL_ONE_BY_ONE
