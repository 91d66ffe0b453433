/* SPDX-License-Identifier: Apache-2.0
 * AVX-512 (F, BW, DQ, VL). The primitives are described in generic.h. */
#include "tf_losses.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "host/libm.h"
#include "host/x86.h"
#include "isa/plain_halves.h"

TFL_TARGET_BEGIN("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma,f16c,prfchw")

#define F32_UNROLL 4
#define COLUMNS_UNROLL 4
#define FUSED_QUOTIENT
#define VECTORS_UNROLL 8
#define F32_LANES 16
#define F64_LANES 8

typedef __m512 f32v;
typedef __mmask16 f32m;
typedef __m512d f64v;
typedef __mmask8 f64m;

#define TFL_AVX512_PRIMITIVES(V, M, T, suffix)                                                     \
    TFL_INLINE V V##_set1(T a) { return _mm512_set1_##suffix(a); }                                 \
    TFL_INLINE V V##_load(const T *p) { return _mm512_loadu_##suffix(p); }                         \
    TFL_INLINE void V##_store(T *p, V a) { _mm512_storeu_##suffix(p, a); }                         \
    TFL_INLINE M V##_below(int64_t n) { return (M)((1u << n) - 1); }                               \
    TFL_INLINE V V##_load_n(const T *p, int64_t n) {                                               \
        return _mm512_maskz_loadu_##suffix(V##_below(n), p);                                       \
    }                                                                                              \
    TFL_INLINE void V##_store_n(T *p, V a, int64_t n) {                                            \
        _mm512_mask_storeu_##suffix(p, V##_below(n), a);                                           \
    }                                                                                              \
    TFL_INLINE V V##_add(V a, V b) { return _mm512_add_##suffix(a, b); }                           \
    TFL_INLINE V V##_sub(V a, V b) { return _mm512_sub_##suffix(a, b); }                           \
    TFL_INLINE V V##_mul(V a, V b) { return _mm512_mul_##suffix(a, b); }                           \
    TFL_INLINE V V##_div(V a, V b) { return _mm512_div_##suffix(a, b); }                           \
    TFL_INLINE V V##_add_product(V a, V b, V c) { return _mm512_fmadd_##suffix(a, b, c); }         \
    TFL_INLINE V V##_mul_add(V a, V b, V c) { return _mm512_fmadd_##suffix(a, b, c); }             \
    TFL_INLINE V V##_fused(V a, V b, V c) { return _mm512_fmadd_##suffix(a, b, c); }               \
    TFL_INLINE V V##_max(V a, V b) { return _mm512_max_##suffix(a, b); }                           \
    /* Of two operands of which one is NaN, max gives the second. */                               \
    TFL_INLINE V V##_at_least(V a, V bound) { return _mm512_max_##suffix(bound, a); }              \
    TFL_INLINE void V##_stream(T *p, V a) { _mm512_stream_##suffix(p, a); }                        \
    TFL_INLINE M V##_lt(V a, V b) { return _mm512_cmp_##suffix##_mask(a, b, _CMP_LT_OQ); }         \
    TFL_INLINE M V##_ge(V a, V b) { return _mm512_cmp_##suffix##_mask(a, b, _CMP_GE_OQ); }         \
    TFL_INLINE M V##_eq(V a, V b) { return _mm512_cmp_##suffix##_mask(a, b, _CMP_EQ_OQ); }         \
    TFL_INLINE V V##_select(M m, V a, V b) { return _mm512_mask_blend_##suffix(m, b, a); }         \
    TFL_INLINE V V##_neg(V a) { return _mm512_xor_##suffix(a, _mm512_set1_##suffix((T) - 0.0)); }  \
    TFL_INLINE V V##_neg_abs(V a) {                                                                \
        return _mm512_or_##suffix(a, _mm512_set1_##suffix((T) - 0.0));                             \
    }                                                                                              \
    TFL_INLINE V V##_floor(V a) {                                                                  \
        return _mm512_roundscale_##suffix(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);           \
    }                                                                                              \
    TFL_INLINE V V##_nearest(V a) {                                                                \
        return _mm512_roundscale_##suffix(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);       \
    }                                                                                              \
    TFL_INLINE T V##_reduce_max(V a) { return _mm512_reduce_max_##suffix(a); }                     \
    TFL_INLINE V V##_min(V a, V b) { return _mm512_min_##suffix(a, b); }                           \
    TFL_INLINE V V##_scale(V y, V m) { return _mm512_scalef_##suffix(y, m); }                      \
    TFL_INLINE V V##_exponent(V x) {                                                               \
        return _mm512_add_##suffix(_mm512_getexp_##suffix(x), _mm512_set1_##suffix((T)1));         \
    }                                                                                              \
    TFL_INLINE V V##_mantissa(V x) {                                                               \
        return _mm512_getmant_##suffix(x, _MM_MANT_NORM_p5_1, _MM_MANT_SIGN_src);                  \
    }

TFL_AVX512_PRIMITIVES(f32v, f32m, float, ps)
TFL_AVX512_PRIMITIVES(f64v, f64m, double, pd)
#undef TFL_AVX512_PRIMITIVES

TFL_INLINE f32v f32v_scale_normal(f32v y, f32v m) {
    __m512i exponent = _mm512_slli_epi32(_mm512_cvtps_epi32(m), 23);
    return _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(y), exponent));
}

/* Four rows of 16 bytes, in a register's four lanes. */
TFL_INLINE __m512i four_rows(const void *a, const void *b, const void *c, const void *d) {
    __m512i rows = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)a));
    rows = _mm512_mask_broadcast_i32x4(rows, 0x00f0, _mm_loadu_si128((const __m128i *)b));
    rows = _mm512_mask_broadcast_i32x4(rows, 0x0f00, _mm_loadu_si128((const __m128i *)c));
    return _mm512_mask_broadcast_i32x4(rows, 0xf000, _mm_loadu_si128((const __m128i *)d));
}
TFL_INLINE void store_four_rows(void *a, void *b, void *c, void *d, __m512i rows) {
    _mm_storeu_si128((__m128i *)a, _mm512_castsi512_si128(rows));
    _mm_storeu_si128((__m128i *)b, _mm512_extracti32x4_epi32(rows, 1));
    _mm_storeu_si128((__m128i *)c, _mm512_extracti32x4_epi32(rows, 2));
    _mm_storeu_si128((__m128i *)d, _mm512_extracti32x4_epi32(rows, 3));
}
TFL_INLINE void f32v_transpose(f32v a[4]) {
    f64v ab = _mm512_castps_pd(_mm512_unpacklo_ps(a[0], a[1]));
    f64v AB = _mm512_castps_pd(_mm512_unpackhi_ps(a[0], a[1]));
    f64v cd = _mm512_castps_pd(_mm512_unpacklo_ps(a[2], a[3]));
    f64v CD = _mm512_castps_pd(_mm512_unpackhi_ps(a[2], a[3]));
    a[0] = _mm512_castpd_ps(_mm512_unpacklo_pd(ab, cd));
    a[1] = _mm512_castpd_ps(_mm512_unpackhi_pd(ab, cd));
    a[2] = _mm512_castpd_ps(_mm512_unpacklo_pd(AB, CD));
    a[3] = _mm512_castpd_ps(_mm512_unpackhi_pd(AB, CD));
}
TFL_INLINE void f32v_load_columns(const float *p, int64_t stride, f32v a[4]) {
    TFL_UNROLL
    for (int k = 0; k < 4; k++) {
        const float *q = p + k * stride;
        a[k] = _mm512_castsi512_ps(four_rows(q, q + 4 * stride, q + 8 * stride, q + 12 * stride));
    }
    f32v_transpose(a);
}
TFL_INLINE void f32v_store_columns(float *p, int64_t stride, const f32v columns[4]) {
    f32v a[4] = {columns[0], columns[1], columns[2], columns[3]};
    f32v_transpose(a);
    TFL_UNROLL
    for (int k = 0; k < 4; k++) {
        float *q = p + k * stride;
        store_four_rows(q, q + 4 * stride, q + 8 * stride, q + 12 * stride,
                        _mm512_castps_si512(a[k]));
    }
}
TFL_INLINE void f64v_load_columns(const double *p, int64_t stride, f64v a[2]) {
    const double *q = p + stride;
    f64v even = _mm512_castsi512_pd(four_rows(p, p + 2 * stride, p + 4 * stride, p + 6 * stride));
    f64v odd = _mm512_castsi512_pd(four_rows(q, q + 2 * stride, q + 4 * stride, q + 6 * stride));
    a[0] = _mm512_unpacklo_pd(even, odd);
    a[1] = _mm512_unpackhi_pd(even, odd);
}
TFL_INLINE void f64v_store_columns(double *p, int64_t stride, const f64v a[2]) {
    double *q = p + stride;
    store_four_rows(p, p + 2 * stride, p + 4 * stride, p + 6 * stride,
                    _mm512_castpd_si512(_mm512_unpacklo_pd(a[0], a[1])));
    store_four_rows(q, q + 2 * stride, q + 4 * stride, q + 6 * stride,
                    _mm512_castpd_si512(_mm512_unpackhi_pd(a[0], a[1])));
}

TFL_INLINE f32v f32v_upper(f32v a) { return _mm512_shuffle_f32x4(a, a, _MM_SHUFFLE(3, 2, 3, 2)); }
TFL_INLINE f64v f64v_upper(f64v a) { return _mm512_shuffle_f64x2(a, a, _MM_SHUFFLE(3, 2, 3, 2)); }

#define TFL_AVX512_HALVES(V, shuffle)                                                              \
    TFL_INLINE V V##_lower_halves(V a, V b) { return shuffle(a, b, _MM_SHUFFLE(1, 0, 1, 0)); }     \
    TFL_INLINE V V##_upper_halves(V a, V b) { return shuffle(a, b, _MM_SHUFFLE(3, 2, 3, 2)); }
TFL_AVX512_HALVES(f32v, _mm512_shuffle_f32x4)
TFL_AVX512_HALVES(f64v, _mm512_shuffle_f64x2)
#undef TFL_AVX512_HALVES

TFL_INLINE int f64v_any(f64m m) { return m != 0; }

TFL_INLINE f64v f32v_low(f32v a) { return _mm512_cvtps_pd(_mm512_castps512_ps256(a)); }
TFL_INLINE f64v f32v_high(f32v a) { return _mm512_cvtps_pd(_mm512_extractf32x8_ps(a, 1)); }
TFL_INLINE f32v f32v_join(f64v low, f64v high) {
    __m512 wide = _mm512_castps256_ps512(_mm512_cvtpd_ps(low));
    return _mm512_insertf32x8(wide, _mm512_cvtpd_ps(high), 1);
}
/* A permutation of two registers is as good as a table of 16, and much faster than a gather. */
TFL_INLINE f64v f64v_lookup(const uint64_t *table, f64v shifted, int64_t last) {
    __m512i i = _mm512_castpd_si512(shifted);
    const double *t = (const double *)table;
    f64v low = _mm512_permutex2var_pd(f64v_load(t), i, f64v_load(t + 8));
    if (last == 15)
        return low;
    f64v high = _mm512_permutex2var_pd(f64v_load(t + 16), i, f64v_load(t + 24));
    return _mm512_mask_blend_pd(_mm512_test_epi64_mask(i, _mm512_set1_epi64(16)), low, high);
}
/* The same of 32 bits has a table of 32: one for the lower halves of the entries, one for the upper
 * ones, which k goes to. */
#define EXP2_POWERS_OF_BOTH
TFL_INLINE __m512i half_entries(const uint64_t *entries, int upper) {
    const __m512i every_other =
        _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    return _mm512_permutex2var_epi32(_mm512_loadu_si512(entries),
                                     _mm512_add_epi32(every_other, _mm512_set1_epi32(upper)),
                                     _mm512_loadu_si512(entries + 8));
}
TFL_INLINE void f64v_exp2_powers(const f64v shifted[2], f64v powers[2]) {
    const uint64_t *table = tfl_exp2_table;
    __m512i k = _mm512_castps_si512(_mm512_shuffle_ps(
        _mm512_castpd_ps(shifted[0]), _mm512_castpd_ps(shifted[1]), _MM_SHUFFLE(2, 0, 2, 0)));
    __m512i lower =
        _mm512_permutex2var_epi32(half_entries(table, 0), k, half_entries(table + 16, 0));
    __m512i upper =
        _mm512_permutex2var_epi32(half_entries(table, 1), k, half_entries(table + 16, 1));
    upper = _mm512_add_epi32(upper, _mm512_slli_epi32(k, 15));
    powers[0] = _mm512_castsi512_pd(_mm512_unpacklo_epi32(lower, upper));
    powers[1] = _mm512_castsi512_pd(_mm512_unpackhi_epi32(lower, upper));
}
/* Entries are loaded one by one: less work than two gathers, which some processors do slowly. */
TFL_INLINE void f64v_lookup_pairs(const uint64_t (*table)[2], f64v shifted, int64_t last,
                                  f64v *first, f64v *second) {
    uint64_t i[F64_LANES];
    __m512i all = _mm512_and_si512(_mm512_castpd_si512(shifted), _mm512_set1_epi64(last));
    _mm512_storeu_si512(i, all);
    __m512i even = four_rows(table[i[0]], table[i[2]], table[i[4]], table[i[6]]);
    __m512i odd = four_rows(table[i[1]], table[i[3]], table[i[5]], table[i[7]]);
    *first = _mm512_unpacklo_pd(_mm512_castsi512_pd(even), _mm512_castsi512_pd(odd));
    *second = _mm512_unpackhi_pd(_mm512_castsi512_pd(even), _mm512_castsi512_pd(odd));
}
TFL_INLINE f64v f64v_add_exponent(f64v y, f64v shifted, int bits) {
    __m512i moved = _mm512_slli_epi64(_mm512_castpd_si512(shifted), (unsigned int)bits);
    return _mm512_castsi512_pd(_mm512_add_epi64(_mm512_castpd_si512(y), moved));
}

/* RCP14PS is another estimate than RCPPS, so the older instruction, twice. */
TFL_INLINE f32v f32v_rcp_estimate(f32v a, tfl_vendor own) {
    (void)own;
    __m256 low = _mm256_rcp_ps(_mm512_castps512_ps256(a));
    __m256 high = _mm256_rcp_ps(_mm512_extractf32x8_ps(a, 1));
    return _mm512_insertf32x8(_mm512_castps256_ps512(low), high, 1);
}

TFL_INLINE f32v f16v_widen(__m256i half) { return _mm512_cvtph_ps(half); }
TFL_INLINE __m256i f16v_narrow(f32v a) {
    return _mm512_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

TFL_INLINE f32v bf16v_widen(__m256i half) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
}
/* The rounded value in the upper half of each lane; the lower half is not cleared. A NaN stays one
 * only if the lower half is clear, as it is wherever it comes from a bfloat16 or an operation. */
TFL_INLINE __m512i bf16v_round_bits(f32v a) {
    __m512i bits = _mm512_castps_si512(a);
    __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    return _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
}
TFL_INLINE __m256i bf16v_upper_halves(__m512i bits) {
    return _mm512_cvtepi32_epi16(_mm512_srli_epi32(bits, 16));
}
TFL_INLINE __m256i bf16v_narrow(f32v a) {
    __mmask16 is_nan = _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q);
    __m512i nan = _mm512_set1_epi32(0x7fc00000);
    return bf16v_upper_halves(_mm512_mask_mov_epi32(bf16v_round_bits(a), is_nan, nan));
}
TFL_INLINE __m256i bf16v_narrow_rounded(f32v a) {
    return bf16v_upper_halves(_mm512_castps_si512(a));
}
TFL_INLINE __m256i bf16v_narrow_wide(f32v a) { return bf16v_upper_halves(bf16v_round_bits(a)); }

#define TFL_AVX512_HALF_LOADS(H)                                                                   \
    TFL_INLINE f32v H##_load(const uint16_t *p) {                                                  \
        return H##_widen(_mm256_loadu_si256((const __m256i *)p));                                  \
    }                                                                                              \
    TFL_INLINE f32v H##_load_n(const uint16_t *p, int64_t n) {                                     \
        return H##_widen(_mm256_maskz_loadu_epi16(f32v_below(n), p));                              \
    }
/* clang 22 writes four bytes where it knows that two are to be written: it is not to know. */
TFL_INLINE __mmask16 half_below(int64_t n) {
    __mmask16 mask = f32v_below(n);
#if defined(__clang__)
    __asm__("" : "+k"(mask));
#endif
    return mask;
}
#define TFL_AVX512_HALF_STORES(store, narrow)                                                      \
    TFL_INLINE void store##_stream(uint16_t *p, f32v a) {                                          \
        _mm256_stream_si256((__m256i *)p, narrow(a));                                              \
    }                                                                                              \
    TFL_INLINE void store(uint16_t *p, f32v a) { _mm256_storeu_si256((__m256i *)p, narrow(a)); }   \
    TFL_INLINE void store##_n(uint16_t *p, f32v a, int64_t n) {                                    \
        _mm256_mask_storeu_epi16(p, half_below(n), narrow(a));                                     \
    }

TFL_AVX512_HALF_LOADS(f16v)
TFL_AVX512_HALF_LOADS(bf16v)
TFL_AVX512_HALF_STORES(f16v_store, f16v_narrow)
TFL_AVX512_HALF_STORES(f16v_store_rounded, f16v_narrow)
TFL_AVX512_HALF_STORES(f16v_store_wide, f16v_narrow)
TFL_AVX512_HALF_STORES(bf16v_store, bf16v_narrow)
TFL_AVX512_HALF_STORES(bf16v_store_rounded, bf16v_narrow_rounded)
TFL_AVX512_HALF_STORES(bf16v_store_wide, bf16v_narrow_wide)
#undef TFL_AVX512_HALF_LOADS
#undef TFL_AVX512_HALF_STORES

TFL_INLINE f32v f16v_round_to(f32v a) { return f16v_widen(f16v_narrow(a)); }
/* Adding 1.5*2^13 times a's power of two rounds at the last of 11 bits; the sums are fused products, as
 * what converts keeps the adders busy. Infinity's exponent wraps around, and does no harm. */
TFL_INLINE f32v f16v_round_mild(f32v a) {
    const __m512i exponent = _mm512_set1_epi32(0x7f800000), half = _mm512_set1_epi32(0x00400000);
    __m512i shifter = _mm512_ternarylogic_epi32(_mm512_castps_si512(a), exponent, half, 0xea);
    f32v shift = _mm512_castsi512_ps(_mm512_add_epi32(shifter, _mm512_set1_epi32(13 << 23)));
    f32v one = f32v_set1(1.0f);
    return _mm512_fmsub_ps(_mm512_fmadd_ps(a, one, shift), one, shift);
}
TFL_INLINE f32v f16v_wide_add(f32v a, f32v b) { return _mm512_fmadd_ps(a, f32v_set1(1.0f), b); }
TFL_INLINE f32v f16v_wide_sub(f32v a, f32v b) { return _mm512_fmsub_ps(a, f32v_set1(1.0f), b); }
TFL_INLINE f32v bf16v_cut(f32v a) {
    __m512i upper = _mm512_set1_epi32((int)0xffff0000);
    return _mm512_castsi512_ps(_mm512_and_si512(_mm512_castps_si512(a), upper));
}
TFL_INLINE f32v bf16v_round_to(f32v a) {
    __m512i upper = _mm512_set1_epi32((int)0xffff0000);
    return _mm512_castsi512_ps(_mm512_and_si512(bf16v_round_bits(a), upper));
}

TFL_PLAIN_HALF_SUMS(bf16v)

#include "kernels/kernels.h"

TFL_TARGET_END

static int supported(void) { return (TFL_NAME(x86_features)() & TFL_X86_AVX512) != 0; }

static const tfl_kernels kernels = TFL_KERNEL_TABLE;

const tfl_isa TFL_NAME(isa_avx512) = {"avx512", supported, &kernels, 0};
#endif
