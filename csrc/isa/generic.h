/* SPDX-License-Identifier: Apache-2.0
 * The vector primitives in the vector extensions of gcc and clang: 16 bytes, any processor. They are
 * described here; avx2.c and avx512.c supply the same ones.
 *
 *   f32v, f64v       a vector of F32_LANES floats / F64_LANES doubles. So many go through each
 *                    step together, as measured: F32_UNROLL in exp and the like, COLUMNS_UNROLL
 *                    classes of rows of few, VECTORS_UNROLL in a step of a loss
 *   FUSED_QUOTIENT   defined where `fused` is one instruction: kernels/quotient.h
 *   f32m, f64m       a mask, one truth value a lane
 *   load_n, store_n  the first n lanes only (0 <= n <= lanes); the others read as 0
 *   max, min         either operand where one is NaN, either zero of +0 and -0
 *   add_product      a*b + c where a*b is exact: with or without an instruction that fuses them
 *   mul_add          a*b + c, the product rounded or not: where that has been proven not to show
 *   fused            a*b + c, rounded once
 *   at_least         the greater of a and bound; NaN where a is NaN
 *   any              whether the mask is set in some lane (float64 only)
 *   reduce_max       the greatest lane, or any if one is NaN
 *   upper            the upper half of the lanes in the place of the lower (only where a vector
 *                    holds two of TensorFlow's packets)
 *   scale            y * 2^m for integral m <= 127, rounded (so flushed) once; NaN where y is NaN
 *   scale_normal     the same where the result is known to be normal, or NaN
 *   exponent         e of x = f * 2^e, 0.5 <= f < 1, for normal x > 0
 *   mantissa         that f
 *   rcp_estimate     the estimate of 1/a (1 <= a <= 2) by RCPPS: the processor's, or the vendor's
 *   stream           store to a multiple of the vector's size, past the caches if there is a way
 *   load_columns     the first 16 bytes of LANES rows: vector k has element k of each
 *   store_columns    the same, written
 *   low, high, join  half a vector of floats as doubles, and back, rounded
 *   lookup           table[i & last] (last 15 or 31), i the last bits of shifted (1.5 * 2^52 + i)
 *   lookup_pairs     table[i & last] in two vectors: first elements, second ones (last is 127)
 *   add_exponent     the bits of y plus those of shifted, these moved left by `bits`
 *   nearest          to the nearest whole number, even on a tie
 *   f16v, bf16v      16-bit elements, widened to f32v; round_to: to the nearest 16-bit value, even
 *                    on a tie; store does the same and narrows; store_rounded takes values
 *                    that round_to gave, store_wide those that an operation gave. Any NaN narrows to
 *                    one; round_to, store_rounded and store_wide ask for a NaN that these types or
 *                    an operation gave
 *   round_mild       round_to of what neither overflows nor is -0, and is 0, of the type already or
 *                    normal in it; wide_add, wide_sub: without rounding
 *   bf16v_cut        the upper half of each element, as a bfloat16 that is widened
 */
#include <math.h>
#include <string.h>

#include "host/fpenv.h"
#include "isa/plain_halves.h"

/* The path for any processor need not be fast, but should be small. */
#undef TFL_UNROLL
#define TFL_UNROLL
#undef TFL_MATH
#define TFL_MATH static __attribute__((noinline, unused))

#define F32_UNROLL 1
#define COLUMNS_UNROLL 1
#define VECTORS_UNROLL 1
#define F32_LANES 4
#define F64_LANES 2

typedef float f32v __attribute__((vector_size(16)));
typedef int32_t f32m __attribute__((vector_size(16)));
typedef double f64v __attribute__((vector_size(16)));
typedef int64_t f64m __attribute__((vector_size(16)));
typedef uint32_t u32v __attribute__((vector_size(16)));
typedef uint64_t u64v __attribute__((vector_size(16)));

#if defined(TFL_FLUSH_EACH)
#define TFL_GENERIC_FLUSH(V, M, INT, MANTISSA_BITS, SIGN)                                          \
    TFL_INLINE V V##_flush(V a) {                                                                  \
        if (tfl_unflushed)                                                                         \
            return a;                                                                              \
        M is_tiny = ((M)a & ~SIGN) < (M){0} + ((INT)1 << MANTISSA_BITS);                           \
        return (V)((M)a & (~is_tiny | SIGN));                                                      \
    }
TFL_GENERIC_FLUSH(f32v, f32m, int32_t, 23, INT32_MIN)
TFL_GENERIC_FLUSH(f64v, f64m, int64_t, 52, INT64_MIN)
#undef TFL_GENERIC_FLUSH
#endif

/* A product, quotient or cast as x86-64 rounds it, of the same on a larger scale: fpenv.h. (Where a
 * register flushes, it may also be told not to: what is less than the least is its business.) */
#if defined(TFL_FLUSH_EACH)
#define TFL_GENERIC_ROUND(V, M, SIGN, LEAST, SCALE)                                                \
    TFL_INLINE V V##_round(V result, V scaled) {                                                   \
        if (tfl_unflushed)                                                                         \
            return result;                                                                         \
        M is_tiny = (V)((M)scaled & ~SIGN) < (V){0} + LEAST * SCALE;                               \
        return (V)((M)result & (~is_tiny | SIGN));                                                 \
    }
#elif defined(TFL_TINY_BEFORE_ROUNDING)
#define TFL_GENERIC_ROUND(V, M, SIGN, LEAST, SCALE)                                                \
    TFL_INLINE V V##_round(V result, V scaled) {                                                   \
        M is_least = (V)((M)scaled & ~SIGN) == (V){0} + LEAST * SCALE;                             \
        return (V)((M)result | (is_least & (M)((V){0} + LEAST)));                                  \
    }
#endif
#if defined(TFL_GENERIC_ROUND)
TFL_GENERIC_ROUND(f32v, f32m, INT32_MIN, FLT_MIN, TFL_SCALE_float)
TFL_GENERIC_ROUND(f64v, f64m, INT64_MIN, DBL_MIN, TFL_SCALE_double)
#undef TFL_GENERIC_ROUND
#endif

/* Functions of some length where every operand is flushed as well. */
#if defined(TFL_FLUSH_EACH)
#define TFL_ROUNDING_MATH TFL_MATH
#else
#define TFL_ROUNDING_MATH TFL_INLINE
#endif

#define TFL_GENERIC_PRIMITIVES(V, M, T, LANES, INT, MANTISSA_BITS, BIAS, SIGN, HALF_BITS, SHIFTER) \
    TFL_INLINE V V##_set1(T a) { return a - (V){0}; }                                              \
    TFL_INLINE V V##_load(const T *p) {                                                            \
        V a;                                                                                       \
        memcpy(&a, p, sizeof a);                                                                   \
        return a;                                                                                  \
    }                                                                                              \
    TFL_INLINE void V##_store(T *p, V a) { memcpy(p, &a, sizeof a); }                              \
    TFL_INLINE V V##_load_n(const T *p, int64_t n) {                                               \
        V a = {0};                                                                                 \
        memcpy(&a, p, (size_t)n * sizeof *p);                                                      \
        return a;                                                                                  \
    }                                                                                              \
    TFL_INLINE void V##_store_n(T *p, V a, int64_t n) { memcpy(p, &a, (size_t)n * sizeof *p); }    \
    TFL_INLINE void V##_load_columns(const T *p, int64_t stride, V *a) {                           \
        for (int k = 0; k < LANES; k++) {                                                          \
            T lanes[LANES];                                                                        \
            for (int i = 0; i < LANES; i++)                                                        \
                lanes[i] = p[i * stride + k];                                                      \
            a[k] = V##_load(lanes);                                                                \
        }                                                                                          \
    }                                                                                              \
    TFL_INLINE void V##_store_columns(T *p, int64_t stride, const V *a) {                          \
        for (int k = 0; k < LANES; k++)                                                            \
            for (int i = 0; i < LANES; i++)                                                        \
                p[i * stride + k] = a[k][i];                                                       \
    }                                                                                              \
    TFL_INLINE void V##_stream(T *p, V a) { V##_store(p, a); }                                     \
    TFL_INLINE V V##_add(V a, V b) { return V##_flush(V##_flush(a) + V##_flush(b)); }              \
    TFL_INLINE V V##_sub(V a, V b) { return V##_flush(V##_flush(a) - V##_flush(b)); }              \
    TFL_ROUNDING_MATH V V##_mul(V a, V b) {                                                        \
        a = V##_flush(a), b = V##_flush(b);                                                        \
        return V##_round(a * b, (a * TFL_SCALE_##T) * b);                                          \
    }                                                                                              \
    TFL_ROUNDING_MATH V V##_div(V a, V b) {                                                        \
        a = V##_flush(a), b = V##_flush(b);                                                        \
        return V##_round(a / b, (a * TFL_SCALE_##T) / b);                                          \
    }                                                                                              \
    TFL_INLINE V V##_add_product(V a, V b, V c) { return V##_add(V##_mul(a, b), c); }              \
    TFL_INLINE V V##_mul_add(V a, V b, V c) { return V##_add(V##_mul(a, b), c); }                  \
    TFL_INLINE M V##_lt(V a, V b) { return V##_flush(a) < V##_flush(b); }                          \
    TFL_INLINE M V##_ge(V a, V b) { return V##_flush(a) >= V##_flush(b); }                         \
    TFL_INLINE M V##_eq(V a, V b) { return V##_flush(a) == V##_flush(b); }                         \
    TFL_INLINE V V##_select(M m, V a, V b) { return (V)((m & (M)a) | (~m & (M)b)); }               \
    TFL_INLINE V V##_min(V a, V b) { return V##_select(V##_lt(a, b), a, b); }                      \
    TFL_INLINE V V##_max(V a, V b) { return V##_select(V##_lt(b, a), a, b); }                      \
    TFL_INLINE T V##_reduce_max(V a) {                                                             \
        T max = a[0];                                                                              \
        for (int i = 1; i < LANES; i++)                                                            \
            max = a[i] > max ? a[i] : max;                                                         \
        return max;                                                                                \
    }                                                                                              \
    TFL_INLINE V V##_at_least(V a, V bound) { return V##_select(V##_lt(a, bound), bound, a); }     \
    TFL_INLINE V V##_neg(V a) { return (V)((M)a ^ SIGN); }                                         \
    TFL_INLINE V V##_neg_abs(V a) { return (V)((M)a | SIGN); }                                     \
    /* Adding SHIFTER rounds |a| < SHIFTER/3 to an integer. */                                     \
    TFL_INLINE V V##_nearest(V a) { return (V##_flush(a) + (T)SHIFTER) - (T)SHIFTER; }             \
    /* A step down where that went up. */                                                          \
    TFL_INLINE V V##_floor(V a) {                                                                  \
        V nearest = V##_nearest(a);                                                                \
        V lower = nearest - (T)1;                                                                  \
        return V##_select(V##_lt(a, nearest), lower, nearest);                                     \
    }                                                                                              \
    TFL_INLINE V V##_scale(V y, V m) {                                                             \
        /* 2^m for m >= 1 - BIAS; below that the product is subnormal, thus 0. */                  \
        M in_range = m >= (T)(1 - BIAS);                                                           \
        V shifted = V##_select(in_range, m, (V){0}) + (T)SHIFTER;                                  \
        M power = (((M)shifted + BIAS) << MANTISSA_BITS) & in_range;                               \
        return V##_mul(y, (V)power);                                                               \
    }                                                                                              \
    TFL_INLINE V V##_exponent(V x) {                                                               \
        /* The biased exponent, put below SHIFTER's last bit, is SHIFTER + exponent. */            \
        M biased = ((M)x >> MANTISSA_BITS) & (2 * BIAS + 1);                                       \
        V shifted = (V)(biased + (M)V##_set1((T)SHIFTER));                                         \
        return (shifted - (T)SHIFTER) - (T)(BIAS - 1);                                             \
    }                                                                                              \
    TFL_INLINE V V##_mantissa(V x) {                                                               \
        return (V)(((M)x & (((INT)1 << MANTISSA_BITS) - 1)) | HALF_BITS);                          \
    }

TFL_GENERIC_PRIMITIVES(f32v, f32m, float, F32_LANES, int32_t, 23, 127, INT32_MIN, 0x3f000000,
                       0x1.8p23f)
TFL_GENERIC_PRIMITIVES(f64v, f64m, double, F64_LANES, int64_t, 52, 1023, INT64_MIN,
                       0x3fe0000000000000, 0x1.8p52)
#undef TFL_GENERIC_PRIMITIVES

#define TFL_GENERIC_FUSED(V, T, LANES, fma)                                                        \
    TFL_MATH V V##_fused_lanes(V a, V b, V c) {                                                    \
        for (int i = 0; i < LANES; i++)                                                            \
            c[i] = fma(a[i], b[i], c[i]);                                                          \
        return c;                                                                                  \
    }                                                                                              \
    TFL_MATH V V##_fused(V a, V b, V c) {                                                          \
        a = V##_flush(a), b = V##_flush(b), c = V##_flush(c);                                      \
        return V##_round(V##_fused_lanes(a, b, c),                                                 \
                         V##_fused_lanes(a * TFL_SCALE_##T, b, c * TFL_SCALE_##T));                \
    }
TFL_GENERIC_FUSED(f32v, float, F32_LANES, fmaf)
TFL_GENERIC_FUSED(f64v, double, F64_LANES, fma)
#undef TFL_GENERIC_FUSED

TFL_INLINE f32v f32v_scale_normal(f32v y, f32v m) { return f32v_scale(y, m); }

TFL_INLINE f64v f32v_low(f32v a) { return (f64v){a[0], a[1]}; }
TFL_INLINE f64v f32v_high(f32v a) { return (f64v){a[2], a[3]}; }
TFL_INLINE f32v f32v_narrowed(f64v low, f64v high) {
    return (f32v){(float)low[0], (float)low[1], (float)high[0], (float)high[1]};
}
TFL_INLINE f32v f32v_join(f64v low, f64v high) {
    return f32v_round(f32v_narrowed(low, high),
                      f32v_narrowed(low * (double)TFL_SCALE_float, high * (double)TFL_SCALE_float));
}
TFL_INLINE f64v f64v_lookup(const uint64_t *table, f64v shifted, int64_t last) {
    f64m i = (f64m)shifted & last;
    return (f64v)(f64m){(int64_t)table[i[0]], (int64_t)table[i[1]]};
}
TFL_INLINE void f64v_lookup_pairs(const uint64_t (*table)[2], f64v shifted, int64_t last,
                                  f64v *first, f64v *second) {
    f64m i = (f64m)shifted & last;
    *first = (f64v)(f64m){(int64_t)table[i[0]][0], (int64_t)table[i[1]][0]};
    *second = (f64v)(f64m){(int64_t)table[i[0]][1], (int64_t)table[i[1]][1]};
}
TFL_INLINE f64v f64v_add_exponent(f64v y, f64v shifted, int bits) {
    return (f64v)((u64v)y + ((u64v)shifted << bits)); /* unsigned: bits are meant to fall off */
}

TFL_INLINE int f64v_any(f64m m) { return (m[0] | m[1]) != 0; }

TFL_INLINE u32v u32v_select(u32v m, u32v a, u32v b) { return (m & a) | (~m & b); }

TFL_MATH f32v f16v_widen(u32v half) {
    const u32v exponent_field = (u32v){0} + (0x7c00u << 13);
    u32v magnitude = (half & 0x7fff) << 13;
    u32v exponent = magnitude & exponent_field;
    u32v normal = magnitude + ((127u - 15u) << 23);
    u32v special = normal + ((128u - 16u) << 23);
    /* A subnormal half is (2^-14 + value) - 2^-14, exactly. */
    u32v subnormal = (u32v)((f32v)(normal + (1u << 23)) - 0x1p-14f);
    u32v bits = u32v_select((u32v)(exponent == exponent_field), special, normal);
    bits = u32v_select((u32v)(exponent == 0), subnormal, bits);
    return (f32v)(bits | ((half & 0x8000) << 16));
}

TFL_MATH u32v f16v_narrow(f32v a) {
    u32v sign = (u32v)a & 0x80000000u;
    u32v bits = (u32v)a ^ sign;
    u32v normal = (bits + ((15u - 127u) << 23) + 0xfffu + ((bits >> 13) & 1)) >> 13;
    /* Below 2^-14, adding 0.5 rounds at the last place of a subnormal half. */
    u32v subnormal = (u32v)((f32v)bits + 0.5f) - 0x3f000000u;
    u32v infinite = (u32v)((f32m)bits >= (f32m){0} + 0x47800000);
    u32v nan = (u32v)((f32m)bits > (f32m){0} + 0x7f800000);
    u32v half = u32v_select((u32v)((f32m)bits < (f32m){0} + 0x38800000), subnormal, normal);
    half = u32v_select(infinite, (u32v){0} + 0x7c00u, half);
    half = u32v_select(nan, (u32v){0} + 0x7e00u, half);
    return half | (sign >> 16);
}

TFL_INLINE f32v bf16v_widen(u32v half) { return (f32v)(half << 16); }

TFL_INLINE f32v bf16v_cut(f32v a) { return (f32v)((u32v)a & 0xffff0000u); }

TFL_MATH u32v bf16v_narrow(f32v a) {
    u32v bits = (u32v)a;
    u32v rounded = (bits + 0x7fffu + ((bits >> 16) & 1)) >> 16;
    return u32v_select((u32v)(a == a), rounded, (u32v){0} + 0x7fc0u);
}

#define TFL_GENERIC_HALF_PRIMITIVES(H)                                                             \
    TFL_INLINE f32v H##_load_n(const uint16_t *p, int64_t n) {                                     \
        uint32_t wide[F32_LANES] = {0};                                                            \
        for (int64_t i = 0; i < n; i++)                                                            \
            wide[i] = p[i];                                                                        \
        u32v bits;                                                                                 \
        memcpy(&bits, wide, sizeof bits);                                                          \
        return H##_widen(bits);                                                                    \
    }                                                                                              \
    TFL_INLINE f32v H##_load(const uint16_t *p) { return H##_load_n(p, F32_LANES); }               \
    TFL_INLINE void H##_store_n(uint16_t *p, f32v a, int64_t n) {                                  \
        uint32_t wide[F32_LANES];                                                                  \
        u32v bits = H##_narrow(a);                                                                 \
        memcpy(wide, &bits, sizeof bits);                                                          \
        for (int64_t i = 0; i < n; i++)                                                            \
            p[i] = (uint16_t)wide[i];                                                              \
    }                                                                                              \
    TFL_INLINE void H##_store(uint16_t *p, f32v a) { H##_store_n(p, a, F32_LANES); }               \
    TFL_INLINE void H##_store_stream(uint16_t *p, f32v a) { H##_store(p, a); }                     \
    TFL_INLINE void H##_store_rounded_stream(uint16_t *p, f32v a) { H##_store(p, a); }             \
    TFL_INLINE void H##_store_rounded(uint16_t *p, f32v a) { H##_store(p, a); }                    \
    TFL_INLINE void H##_store_rounded_n(uint16_t *p, f32v a, int64_t n) { H##_store_n(p, a, n); }  \
    TFL_INLINE void H##_store_wide(uint16_t *p, f32v a) { H##_store(p, a); }                       \
    TFL_INLINE void H##_store_wide_n(uint16_t *p, f32v a, int64_t n) { H##_store_n(p, a, n); }     \
    TFL_INLINE f32v H##_round_to(f32v a) { return H##_widen(H##_narrow(a)); }

TFL_GENERIC_HALF_PRIMITIVES(f16v)
TFL_GENERIC_HALF_PRIMITIVES(bf16v)
#undef TFL_GENERIC_HALF_PRIMITIVES
TFL_PLAIN_HALF_SUMS(f16v)
TFL_PLAIN_HALF_SUMS(bf16v)
