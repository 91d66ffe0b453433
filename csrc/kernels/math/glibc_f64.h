/* SPDX-License-Identifier: Apache-2.0
 * exp, log and log1p of float64 as glibc computes them, for the arguments that the losses need. FORM(x)
 * is the name of x in one of glibc's two sets; FORM(step)(a, b, c) its a*b + c: rounded once in the set
 * that is compiled for processors with FMA, else twice. (A compiler chose which products are fused;
 * f64v_mul stands where it did not.) Sources: glibc.h. */

/* power * (1 + rest), 2^512 times too large, from x = -512 downwards: glibc rounds the product by
 * itself, and what is subnormal once, at its last bit. */
TFL_MATH f64v FORM(far_exp)(f64v power, f64v rest) {
    f64v least = f64v_set1(0x1p-510), product = f64v_mul(power, rest); /* 2^-1022 */
    f64v y = f64v_add(power, product), low = f64v_add(f64v_sub(power, y), product);
    f64v high = f64v_add(least, y);
    low = f64v_add(f64v_add(f64v_sub(least, high), y), low);
    f64v rounded = f64v_sub(f64v_add(high, low), least);
    return f64v_select(f64v_lt(y, least), rounded, y);
}

/* 2^moved * exp(x) before its last rounding: power * (1 + rest), with 2^(k/128) * (1 + r + ...), k/128
 * nearest to x/ln2, r = x - k*ln2/128. Of 2^(k/128) the table holds a part of 1 that its bits lost, and
 * these less k/128 in the exponent. */
TFL_INLINE f64v FORM(exp_rest)(f64v x, int moved, f64v *of_power) {
    f64v shifter = f64v_set1(0x1.8p52 + moved * 128), lost, power;
    f64v shifted = FORM(step)(x, f64v_set1(0x1.71547652b82fep+7), shifter);
    f64v k = f64v_sub(shifted, shifter);
    f64v r = FORM(step)(k, f64v_set1(-0x1.62e42fefap-8), x);
    r = FORM(step)(k, f64v_set1(-0x1.cf79abc9e3b3ap-47), r);
    f64v_lookup_pairs(tfl_exp_pairs, shifted, 127, &lost, &power);
    power = f64v_add_exponent(power, shifted, 45);

    f64v square = f64v_mul(r, r);
    f64v low = FORM(step)(f64v_set1(0x1.555555555543cp-3), r, f64v_set1(0x1.ffffffffffdbdp-2));
    f64v high = FORM(step)(f64v_set1(0x1.1111167a4d017p-7), r, f64v_set1(0x1.55555cf172b91p-5));
    f64v rest = FORM(step)(low, square, f64v_add(lost, r));
    *of_power = power;
    return FORM(step)(f64v_mul(square, square), high, rest);
}

/* For x <= 0 or NaN; at -750 the result is 0. */
TFL_MATH f64v FORM(exp)(f64v x) {
    x = f64v_at_least(x, f64v_set1(-750.0));
    f64v power, rest = FORM(exp_rest)(x, 512, &power);
    f64v y = FORM(step)(power, rest, power);
    f64m far = f64v_ge(f64v_set1(-512.0), x);
    if (f64v_any(far)) /* seldom */
        y = f64v_select(far, FORM(far_exp)(power, rest), y);
    return f64v_mul(y, f64v_set1(0x1p-512));
}

/* log(1 + r) for |r| < 0.065, of which r - r^2/2 is computed in twice as many bits. */
TFL_MATH f64v FORM(log_near_1)(f64v r) {
    f64v square = f64v_mul(r, r), cube = f64v_mul(r, square);
    f64v a = FORM(step)(f64v_set1(-0x1.ffffffffffdcbp-3), r, f64v_set1(0x1.5555555555577p-2));
    f64v b = FORM(step)(f64v_set1(0x1.24924a344de30p-3), r, f64v_set1(-0x1.55555556745a7p-3));
    f64v c = FORM(step)(f64v_set1(-0x1.999eb43b068ffp-4), r, f64v_set1(0x1.c7184282ad6cap-4));
    a = FORM(step)(square, f64v_set1(0x1.999999995dd0cp-3), a);
    b = FORM(step)(square, f64v_set1(-0x1.fffffa4423d65p-4), b);
    c = FORM(step)(square, f64v_set1(0x1.78182f7afd085p-4), c);
    c = FORM(step)(cube, f64v_set1(-0x1.5521375d145cdp-4), c);
    f64v y = FORM(step)(FORM(step)(c, cube, b), cube, a);

    f64v moved = f64v_mul(r, f64v_set1(0x1p27)), half = f64v_set1(-0.5);
    f64v upper = f64v_sub(f64v_add(r, moved), moved), lower = f64v_sub(r, upper);
    f64v upper_square = f64v_mul(upper, upper), high = FORM(step)(upper_square, half, r);
    f64v low = FORM(step)(upper_square, half, f64v_sub(r, high));
    low = FORM(step)(f64v_mul(half, lower), f64v_add(r, upper), low);
    return f64v_add(high, FORM(step)(y, cube, low));
}

/* z/c - 1. */
TFL_INLINE f64v FORM(log_rest)(f64v z, f64v inverse, f64v shifted) {
#ifdef FORM_IS_FUSED
    (void)shifted;
    return f64v_fused(z, inverse, f64v_set1(-1.0));
#else
    f64v center, lost;
    f64v_lookup_pairs(tfl_log_centers, shifted, 127, &center, &lost);
    return f64v_mul(f64v_sub(f64v_sub(z, center), lost), inverse);
#endif
}

/* For normal x > 0 that is not near 1: as f32v_glibc_log, with 0.6875 <= z < 1.375 in 128 intervals. */
TFL_INLINE f64v FORM(log_far)(f64v x) {
    f64v f = f64v_mantissa(x), k = f64v_exponent(x), zero = f64v_set1(0.0), inverse, log;
    f64v place = f64v_add_product(f, f64v_set1(256.0), f64v_set1(-176.0)); /* exact, both */
    f64m lower = f64v_lt(place, zero);
    f64v z = f64v_select(lower, f64v_add(f, f), f);
    k = f64v_sub(k, f64v_select(lower, f64v_set1(1.0), zero));
    f64v shifted = f64v_add(f64v_floor(place), f64v_set1(0x1.8p52));
    f64v_lookup_pairs(tfl_log_pairs, shifted, 127, &inverse, &log);
    f64v r = FORM(log_rest)(z, inverse, shifted), square = f64v_mul(r, r);
    f64v base = FORM(step)(k, f64v_set1(0x1.62e42fefa38p-1), log), high = f64v_add(base, r);
    f64v low = f64v_add(f64v_sub(base, high), r);
    low = FORM(step)(k, f64v_set1(0x1.ef35793c7673p-45), low);
    low = FORM(step)(square, f64v_set1(-0x1.0000000000001p-1), low);
    f64v a = FORM(step)(f64v_set1(-0x1.fffffffeb459p-3), r, f64v_set1(0x1.555555551305bp-2));
    f64v b = FORM(step)(r, f64v_set1(-0x1.55575e506c89fp-3), f64v_set1(0x1.999b324f10111p-3));
    f64v y = FORM(step)(f64v_mul(r, square), FORM(step)(b, square, a), low);
    return f64v_add(y, high);
}

/* For x >= 1 or NaN. */
TFL_MATH f64v FORM(log)(f64v x) {
    f64v y = FORM(log_far)(x);
    f64v near_1 = FORM(log_near_1)(f64v_sub(x, f64v_set1(1.0)));
    y = f64v_select(f64v_lt(x, f64v_set1(1.0 + 0x1.09p-4)), near_1, y);
    return f64v_log_special(x, y);
}

/* R of log(1 + f) = f - (f^2/2 - s*(f^2/2 + R)), s = f/(2 + f), z = s^2. */
TFL_INLINE f64v FORM(log1p_rest)(f64v z) {
    f64v a = FORM(step)(f64v_set1(0x1.2492494229359p-2), z, f64v_set1(0x1.999999997fa04p-2));
    f64v b = FORM(step)(f64v_set1(0x1.7466496cb03dep-3), z, f64v_set1(0x1.c71c51d8e78afp-3));
    f64v c = FORM(step)(f64v_set1(0x1.2f112df3e5244p-3), z, f64v_set1(0x1.39a09d078c69fp-3));
    f64v z2 = f64v_mul(z, z), z4 = f64v_mul(z2, z2);
    f64v y = FORM(step)(z, f64v_set1(0x1.5555555555593p-1), f64v_mul(z2, a));
    return FORM(step)(f64v_mul(z2, z4), c, FORM(step)(z4, b, y));
}

/* For 0 <= x <= 1 or NaN: as f32v_glibc_log1p, but that in float64 no argument lies between. The
 * polynomial is left out below 2^-29, and another one taken within 3*2^-20 of 1. */
TFL_MATH f64v FORM(log1p)(f64v x) {
    f64v one = f64v_set1(1.0), zero = f64v_set1(0.0), u = f64v_add(x, one);
    f64v lost = f64v_div(f64v_sub(x, f64v_sub(u, one)), u);
    f64m halved = f64v_ge(x, f64v_set1(0x1.a827ap-2));
    f64v f = f64v_select(halved, f64v_add_product(u, f64v_set1(0.5), f64v_set1(-1.0)), x);

    f64v half_square = f64v_mul(f64v_mul(f64v_set1(0.5), f), f);
    f64v s = f64v_div(f, f64v_add(f, f64v_set1(2.0))), y = FORM(log1p_rest)(f64v_mul(s, s));
    y = f64v_mul(f64v_add(y, half_square), s);
    y = f64v_select(f64v_lt(x, f64v_set1(0x1p-29)), zero, y);

    f64m near_1 = f64v_ge(u, f64v_set1(0x1.ffffdp+0));
    f64v short_one = f64v_mul(FORM(step)(f64v_set1(-0x1.5555555555555p-1), f, one), half_square);
    half_square = f64v_select(near_1, short_one, half_square);
    y = f64v_select(near_1, zero, y);

    f64v small = f64v_sub(f, f64v_sub(half_square, y));
    y = f64v_sub(half_square, f64v_add(f64v_add(lost, f64v_set1(0x1.a39ef35793c76p-33)), y));
    y = f64v_sub(f64v_set1(0x1.62e42feep-1), f64v_sub(y, f));
    y = f64v_select(halved, y, small);
    return f64v_select(f64v_eq(u, f64v_set1(2.0)), f64v_set1(0x1.62e42fefa39efp-1), y);
}
