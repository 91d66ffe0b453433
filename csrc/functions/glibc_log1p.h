/* SPDX-License-Identifier: Apache-2.0
 * log1p of one number as glibc computes it, for every argument; sources: kernels/math/glibc.h. With
 * 1 + x = (1 + f) * 2^k, sqrt(1/2) < 1 + f < sqrt(2), it is k*ln2 + log(1 + f) and a correction for what
 * 1 + x lost. T is the type, FORM(x) the name of x; FORM(polynomial)(s^2) is R of
 * log(1 + f) = f - (f^2/2 - s*(f^2/2 + R)), s = f/(2 + f). */

/* f, k and the correction; `is_short` where 1 + f is so near to 1 that R is left out. */
typedef struct FORM(parts) {
    T f, k, lost;
    int is_short;
} FORM(parts);

static FORM(parts) FORM(reduce)(T x) {
    FORM(parts) parts = {.f = x};
    if (x < UPPER && (x > 0 || -x < LOWER))
        return parts;
    T u = x < (T)0x1p53 ? 1 + x : x;
    int exponent;
    T mantissa = 2 * FREXP(u, &exponent);
    exponent--;
    if (x < (T)0x1p53)
        parts.lost = (exponent > 0 ? 1 - (u - x) : x - (u - 1)) / u;
    int is_below = mantissa < ROOT;
    parts.is_short = is_below ? mantissa < SHORT : mantissa >= LONG;
    parts.f = (is_below ? mantissa : mantissa / 2) - 1;
    parts.k = (T)(is_below ? exponent : exponent + 1);
    return parts;
}

static T FORM(log1p)(T x) {
    if (!(x > -1 && x < (T)INFINITY))
        return x == -1 ? -(T)INFINITY : x < -1 ? (T)NAN : x;
    T size = x < 0 ? -x : x;
    if (size < (T)0x1p-29)
        return size < (T)0x1p-54 ? x : x - x * x * (T)0.5;
    FORM(parts) parts = FORM(reduce)(x);
    T f = parts.f, half_square = (T)0.5 * f * f, small = half_square, product = 0;
    if (parts.is_short) {
        small = half_square * FORM(step)(-(T)0x1.5555555555555p-1, f, 1);
    } else {
        T s = f / (2 + f);
        product = s * (half_square + FORM(polynomial)(s * s));
    }
    if (parts.k == 0)
        return f - (small - product);
    T lost = FORM(step)(parts.k, LN2_LOW, parts.lost);
    return parts.k * LN2_HIGH - ((small - (product + lost)) - f);
}
