/* SPDX-License-Identifier: Apache-2.0
 * exp and log1p of 16-bit numbers, good enough for 16 bits: rounded to its type, every result is what
 * exp.h and log1p.h give, for all arguments that occur: x <= 0 or NaN, and exp of these. (Both are the
 * 16-bit number next to the true value, but that exp is 0 where float32's is subnormal.)
 *
 * The polynomials are those whose values stay farthest within the intervals that round to the right
 * numbers, found by linear programming; fused products and products rounded by themselves lie in them
 * alike. tests/unit/test_half_functions.py tries every argument. */

/* y = terms[0] + terms[1]*x + ..., of each of some vectors. */
TFL_INLINE void f32v_polynomial_each(f32v *y, const f32v *x, const float *terms, int degree,
                                     int count) {
    TFL_EACH(k, count)
    y[k] = f32v_set1(terms[degree]);
    TFL_UNROLL
    for (int i = degree - 1; i >= 0; i--)
        TFL_EACH(k, count)
    y[k] = f32v_add_product(y[k], x[k], f32v_set1(terms[i]));
}

/* exp(x) = 2^m * P(x*log2(e) - m), of `count` (<= F32_UNROLL) vectors. exp of `least` is 0 in the type;
 * `normal` if it is a normal number in float32. */
#define TFL_HALF_EXP(H, least, normal, ...)                                                        \
    TFL_INLINE void H##_exp_each(f32v *x, int count) {                                             \
        static const float terms[] = {__VA_ARGS__};                                                \
        f32v m[F32_UNROLL], rest[F32_UNROLL];                                                      \
        TFL_EACH(k, count) {                                                                       \
            x[k] = f32v_at_least(x[k], f32v_set1(least));                                          \
            rest[k] = f32v_mul(x[k], f32v_set1(0x1.715476p+0f));                                   \
            m[k] = f32v_nearest(rest[k]);                                                          \
            rest[k] = f32v_sub(rest[k], m[k]);                                                     \
        }                                                                                          \
        f32v_polynomial_each(x, rest, terms, sizeof terms / sizeof *terms - 1, count);             \
        TFL_EACH(k, count)                                                                         \
        x[k] = normal ? f32v_scale_normal(x[k], m[k]) : f32v_scale(x[k], m[k]);                    \
    }
TFL_HALF_EXP(f16v, -30.0f, 1, 0x1.000002p+0f, 0x1.62e4bep-1f, 0x1.ebfdc2p-3f, 0x1.c63744p-5f,
             0x1.3ab09cp-7f, 0x1.7dac6ep-10f)
TFL_HALF_EXP(bf16v, -100.0f, 0, 0x1.000024p+0f, 0x1.62e8dcp-1f, 0x1.ec5ad4p-3f, 0x1.c4a082p-5f,
             0x1.00b3c2p-7f)
#undef TFL_HALF_EXP

/* log1p(x) = x*P(x), of `count` vectors. */
#define TFL_HALF_LOG1P(H, ...)                                                                     \
    TFL_INLINE void H##_log1p_each(f32v *x, int count) {                                           \
        static const float terms[] = {__VA_ARGS__};                                                \
        f32v y[F32_UNROLL];                                                                        \
        f32v_polynomial_each(y, x, terms, sizeof terms / sizeof *terms - 1, count);                \
        TFL_EACH(k, count)                                                                         \
        x[k] = f32v_mul(x[k], y[k]);                                                               \
    }
TFL_HALF_LOG1P(f16v, 0x1.fffffep-1f, -0x1.fff19ap-2f, 0x1.541974p-2f, -0x1.ebb472p-3f,
               0x1.47dbf6p-3f, -0x1.3b065ep-4f, 0x1.25015ap-6f)
TFL_HALF_LOG1P(bf16v, 0x1.0001e6p+0f, -0x1.0028eep-1f, 0x1.52a9ep-2f, -0x1.c45eacp-3f,
               0x1.b6da6ap-4f, -0x1.7e9688p-6f)
#undef TFL_HALF_LOG1P
