/* SPDX-License-Identifier: Apache-2.0
 * x^y as TensorFlow's packets compute it, for float32 and float64 (the names are explained in
 * kernels/types/f32.h): 2^(y*log2(x)), the exponent as the unevaluated sum of two numbers. Source:
 * Eigen 3.4.90 to 5.0.1-dev, MPL-2.0, Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h
 * (generic_pow and what it calls), after J.-M. Muller, Elementary Functions, and Joldes, Muller and
 * Popescu, Tight and rigorous error bounds for basic building blocks of double-word arithmetic. */

typedef struct NAME(pair) {
    V high, low;
} NAME(pair);

TFL_INLINE V NAME(mul_add)(V a, V b, V c) { return v_add(v_mul(a, b), c); }
TFL_INLINE V NAME(magnitude)(V a) { return v_neg(v_neg_abs(a)); }

/* a + b for |a| >= |b|. */
TFL_INLINE NAME(pair) NAME(quick_sum)(V a, V b) {
    V sum = v_add(a, b);
    return (NAME(pair)){sum, v_sub(b, v_sub(sum, a))};
}

/* Into two halves of the digits. */
TFL_INLINE NAME(pair) NAME(split)(V x) {
    V gamma = v_mul(v_set1(SPLITTER), x), rho = v_sub(x, gamma), high = v_add(rho, gamma);
    return (NAME(pair)){high, v_sub(x, high)};
}

TFL_INLINE NAME(pair) NAME(product)(V x, V y) {
    NAME(pair) a = NAME(split)(x), b = NAME(split)(y);
    V high = v_mul(x, y), low = NAME(mul_add)(a.high, b.high, v_neg(high));
    low = NAME(mul_add)(a.high, b.low, low);
    low = NAME(mul_add)(a.low, b.high, low);
    return (NAME(pair)){high, NAME(mul_add)(a.low, b.low, low)};
}

/* Of pairs, for |a| >= |b|. */
TFL_INLINE NAME(pair) NAME(pair_sum)(NAME(pair) a, NAME(pair) b) {
    NAME(pair) r = NAME(quick_sum)(a.high, b.high);
    return NAME(quick_sum)(r.high, v_add(v_add(b.low, r.low), a.low));
}

/* Of pairs, whichever is greater. */
TFL_INLINE NAME(pair) NAME(any_pair_sum)(NAME(pair) a, NAME(pair) b) {
    M greater = v_lt(NAME(magnitude)(b.high), NAME(magnitude)(a.high));
    NAME(pair) r1 = NAME(quick_sum)(a.high, b.high), r2 = NAME(quick_sum)(b.high, a.high);
    V s1 = v_add(v_add(b.low, r1.low), a.low), s2 = v_add(v_add(a.low, r2.low), b.low);
    return NAME(quick_sum)(v_select(greater, r1.high, r2.high), v_select(greater, s1, s2));
}

TFL_INLINE NAME(pair) NAME(pair_times)(NAME(pair) x, V y) {
    NAME(pair) c = NAME(product)(x.high, y), t = NAME(quick_sum)(c.high, v_mul(x.low, y));
    return NAME(quick_sum)(t.high, v_add(t.low, c.low));
}

#ifdef F64_POW
TFL_INLINE NAME(pair) NAME(pair_product)(NAME(pair) x, NAME(pair) y) {
    return NAME(pair_sum)(NAME(pair_times)(x, y.high), NAME(pair_times)(x, y.low));
}

TFL_INLINE NAME(pair) NAME(pair_quotient)(NAME(pair) x, V y) {
    V high = v_div(x.high, y);
    NAME(pair) back = NAME(product)(high, y);
    V rest = v_add(v_sub(v_sub(x.high, back.high), back.low), x.low);
    return NAME(quick_sum)(high, v_div(rest, y));
}

/* log2(x) for sqrt(1/2) <= x < sqrt(2), a series in r = c*(x-1)/(x+1) with c = 2/ln2. */
TFL_INLINE NAME(pair) NAME(log2)(V x) {
    static const double even[] = {2.87074255468000586e-9, 2.31032094540014656e-7,
                                  2.31271023278625638e-5, 2.88543873228900172e-3};
    static const double odd[] = {2.38957980901884082e-8, 2.27279857398537278e-6,
                                 2.47556738444535513e-4};
    NAME(pair) c = {v_set1(2.88539008177792677), v_set1(4.07660016854549667e-17)};
    NAME(pair) c1 = {v_set1(0.0400377511598501157), v_set1(-4.77726582251425391e-19)};
    V one = v_set1(1);
    NAME(pair) r = NAME(pair_quotient)(NAME(pair_times)(c, v_sub(x, one)), v_add(x, one));
    NAME(pair) r2 = NAME(pair_product)(r, r), r4 = NAME(pair_product)(r2, r2);
    V q = NAME(mul_add)(v_series(r4.high, odd, 3), r2.high, v_series(r4.high, even, 4));
    NAME(pair) p = NAME(pair_sum)(c1, NAME(pair_times)(r2, q));
    p = NAME(pair_product)(r2, p);
    NAME(pair) whole = NAME(quick_sum)(one, p.high);
    whole = NAME(quick_sum)(whole.high, v_add(p.low, whole.low));
    return NAME(pair_product)(whole, r);
}
#define NAME_LOG2_NOW NAME(log2)
#define NAME_LOG2_BEFORE NAME(log2)
#else
/* log2(1 + x) / x, the constants of c in pairs. */
TFL_INLINE NAME(pair) NAME(log2_of)(V x, V p, const float (*c)[2], int terms) {
    NAME(pair) q = NAME(product)(x, p);
    for (int k = 0; k < terms; k++) {
        q = NAME(pair_sum)((NAME(pair)){v_set1(c[k][0]), v_set1(c[k][1])}, q);
        q = NAME(pair_times)(q, x);
    }
    return q;
}

TFL_INLINE NAME(pair) NAME(log2_2_20)(V z) {
    static const float p[] = {9.7010828554630279541015625e-02f, -1.6896486282348632812500000e-01f,
                              1.7200836539268493652343750e-01f, -1.7892272770404815673828125e-01f,
                              2.0505344867706298828125000e-01f, -2.4046677350997924804687500e-01f,
                              2.8857553005218505859375000e-01f, -3.6067414283752441406250000e-01f,
                              4.8089790344238281250000000e-01f};
    const double c1 = -7.2134751588268664068692714863573201000690460205078125e-01;
    const double c0 = 1.442695041742110273474963832995854318141937255859375e+00;
    const float c[][2] = {{(float)c1, (float)(c1 - (double)(float)c1)},
                          {(float)c0, (float)(c0 - (double)(float)c0)}};
    V x = v_sub(z, v_set1(1));
    return NAME(log2_of)(x, v_series(x, p, 9), c, 2);
}

TFL_INLINE NAME(pair) NAME(log2_2_19)(V z) {
    static const float even[] = {9.703654795885e-2f, 0.1720575392246f, 0.2050433009862f,
                                 0.2885761857032f};
    static const float odd[] = {-0.1690667718648f, -0.1789081543684f, -0.2404672354459f};
    static const float c[][2] = {{-0.360674142838f, -6.13283912543e-09f},
                                 {0.480897903442f, -1.44861207474e-08f},
                                 {-0.721347510815f, -4.84483164698e-09f},
                                 {1.44269502163f, 2.01711713999e-08f}};
    V x = v_sub(z, v_set1(1)), s = v_mul(x, x);
    V p = NAME(mul_add)(v_series(s, odd, 3), x, v_series(s, even, 4));
    return NAME(log2_of)(x, p, c, 4);
}
#define NAME_LOG2_NOW NAME(log2_2_20)
#define NAME_LOG2_BEFORE NAME(log2_2_19)
#endif

/* 2^x for |x| <= 1/2: exp(x*ln2), or until 2.19 a polynomial of its own, by its coefficients of even
 * and odd powers of x after the constants. */
TFL_INLINE V NAME(exp2_2_20)(V x) {
    NAME(pair) p = NAME(product)(v_set1(LN2), x);
    return v_mul(v_exp(p.high), v_add(v_set1(1), p.low));
}

TFL_INLINE V NAME(exp2_2_19)(V x) {
#ifdef F64_POW
    static const double even[] = {7.073829923303358410e-9, 1.321543498017646657e-6,
                                  1.540353045780084423e-4, 9.618129107593478832e-3,
                                  0.240226506959101332};
    static const double odd[] = {4.431642109085495276e-10, 1.017822306737031311e-7,
                                 1.525273342728892877e-5, 1.333355814685869807e-3,
                                 5.550410866481961247e-2};
    NAME(pair) c = {v_set1(0.693147180559945286), v_set1(4.81927865669806721e-17)};
    enum { EVENS = 5, ODDS = 5 };
#else
    static const float even[] = {1.539513905e-4f, 9.618283249e-3f, 0.2402264923f};
    static const float odd[] = {1.340007293e-3f, 5.550328270e-2f};
    NAME(pair) c = {v_set1(0.6931471825f), v_set1(2.36836577e-08f)};
    enum { EVENS = 3, ODDS = 2 };
#endif
    V s = v_mul(x, x);
    V p = NAME(mul_add)(v_series(s, odd, ODDS), x, v_series(s, even, EVENS));
    NAME(pair) q = NAME(pair_times)(NAME(any_pair_sum)(NAME(product)(p, x), c), x);
    NAME(pair) whole = NAME(quick_sum)(v_set1(1), q.high);
    return v_add(whole.high, v_add(q.low, whole.low));
}

/* Towards zero; a whole number has no digit after the point, from WHOLE on every number is one. */
TFL_INLINE V NAME(truncate)(V x) {
    V size = NAME(magnitude)(x), whole = v_set1(WHOLE);
    V near = v_sub(v_add(size, whole), whole);
    near = v_select(v_lt(size, near), v_sub(near, v_set1(1)), near);
    V sign = (V)((M)x & (M)v_set1(-(S)0));
    return v_select(v_lt(size, whole), (V)((M)near | (M)sign), x);
}

/* To the nearest whole number, away from zero on a tie. */
TFL_INLINE V NAME(nearest)(V x) {
    V sign = (V)((M)x & (M)v_set1(-(S)0));
    return NAME(truncate)(v_add((V)((M)sign | (M)v_set1(BELOW_HALF)), x));
}

/* x^y for x > 0. */
TFL_INLINE V NAME(power_of_positive)(V x, V y, int before) {
    V m = v_mantissa(x), e = v_exponent(x), one = v_set1(1);
    M low = v_lt(m, v_set1(SQRT_HALF));
    m = v_select(low, v_mul(v_set1(2), m), m);
    e = v_select(low, v_sub(e, one), e);
    NAME(pair) log = before ? NAME_LOG2_BEFORE(m) : NAME_LOG2_NOW(m);
    NAME(pair) f = NAME(pair_sum)(NAME(product)(e, y), NAME(pair_times)(log, y));
    V n = NAME(nearest)(f.high), r = v_add(v_sub(f.high, n), f.low), more = NAME(nearest)(r);
    r = v_sub(r, more);
    n = v_max(v_min(v_add(n, more), v_set1(FAR)), v_set1(-FAR));
    return v_scale_any(before ? NAME(exp2_2_19)(r) : NAME(exp2_2_20)(r), n);
}

/* C's pow, as far as zeros, infinities, NaN and negative x go. */
TFL_INLINE V NAME(power_of_any)(V x, V y, int before) {
    V one = v_set1(1), zero = v_set1(0), infinity = v_set1((S)INFINITY), nan = v_set1((S)NAN);
    V size = NAME(magnitude)(x), y_size = NAME(magnitude)(y), half = v_mul(y, v_set1((S)0.5));
    V power = NAME(power_of_positive)(size, y, before);
    M y_negative = v_lt(y, zero), x_negative = v_lt(x, zero), x_zero = v_eq(x, zero);
    M x_infinite = v_eq(size, infinity), x_signed = (M)x < (M){0};
    M y_whole = v_eq(NAME(truncate)(y), y) & ~v_eq(y_size, infinity);
    M y_odd = y_whole & ~v_eq(NAME(nearest)(half), half);
    M y_huge = v_ge(y_size, v_set1(HUGE_EXPONENT));

    power = v_select(x_negative & ~y_whole, nan, power);
    power = v_select(x_zero, v_select(y_negative, infinity, zero), power);
    power = v_select(x_signed & y_odd, v_neg(power), power);
    M grows = (y_negative & x_zero) | (y_negative ^ v_lt(one, size));
    V limit = v_select(v_eq(x, v_set1(-1)), one, v_select(grows, infinity, zero));
    power = v_select(y_huge, limit, power);
    V of_infinity = v_select(y_negative, zero, infinity);
    of_infinity = v_select(x_negative & y_odd, v_neg(of_infinity), of_infinity);
    power = v_select(x_infinite, of_infinity, power);
    power = v_select(v_eq(x, x) & v_eq(y, y), power, nan);
    power = v_select(v_eq(x, one) | v_eq(y, zero), one, power);
    return v_select(v_eq(y, one), x, power);
}

TFL_MATH V NAME(power_2_20_of)(V x, V y) { return NAME(power_of_any)(x, y, 0); }
TFL_MATH V NAME(power_2_19_of)(V x, V y) { return NAME(power_of_any)(x, y, 1); }

#undef NAME_LOG2_NOW
#undef NAME_LOG2_BEFORE
