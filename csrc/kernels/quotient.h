/* SPDX-License-Identifier: Apache-2.0
 * e/s for many e and one s: products of e and 1/s, mended until they are the quotient rounded once, in about
 * half of a division's time.
 *
 * With y = 1/s rounded once and q = e*y, the rest e - q*s is exact when fused, and q + rest*y rounded once is
 * the quotient where q is within an ulp of it (Markstein, IBM J. Res. Dev. 34, 1990). float64 gets there by one
 * step before. float32 needs none: tests/native/prove_quotient.c tries all of e and s for which the quotient lies
 * so near to the middle of two numbers that it could go wrong.
 *
 * No rest may be subnormal: it has up to 2*p - 1 bits below e's first one. Rows of which that is known, and
 * whose sum is finite, are called mild; others are divided. (So are rows of few classes and of 16-bit types,
 * where divisions are done beside other work, and the products would wait.) */
#if defined(FUSED_QUOTIENT) && defined(QUOTIENT_STEPS)
TFL_INLINE V NAME(mended)(V q, V e, V minus_s, V y) {
    return v_fused(v_fused(q, minus_s, e), y, q);
}

TFL_INLINE V NAME(quotient)(V e, V s, V y, int mild) {
    if (!mild)
        return v_div(e, s);
    V minus_s = v_neg(s), q = v_mul(e, y);
    TFL_UNROLL
    for (int k = 1; k < QUOTIENT_STEPS; k++)
        q = NAME(mended)(q, e, minus_s, y);
    return NAME(mended)(q, e, minus_s, y);
}

TFL_INLINE V NAME(inverse)(V s) { return v_div(v_set1(1), s); }

/* Of a row of so much between its greatest and least element. NaN is not mild. */
TFL_INLINE int NAME(is_mild)(S range, S sum) { return range <= MILD_RANGE && sum < (S)0x1p30; }
#else
TFL_INLINE V NAME(quotient)(V e, V s, V y, int mild) {
    (void)y, (void)mild;
    return v_div(e, s);
}

TFL_INLINE V NAME(inverse)(V s) { return s; } /* which nobody asks for */

TFL_INLINE int NAME(is_mild)(S range, S sum) {
    (void)range, (void)sum;
    return 0;
}
#endif
