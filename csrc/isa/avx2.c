/* SPDX-License-Identifier: Apache-2.0
 * AVX2 with FMA and F16C. The primitives are described in generic.h. */
#include "tf_losses.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "host/x86.h"
#include "isa/plain_halves.h"

TFL_TARGET_BEGIN("avx2,fma,f16c")

#define F32_UNROLL 4
#define COLUMNS_UNROLL 1
#define FUSED_QUOTIENT
#define VECTORS_UNROLL 8
#define F32_LANES 8
#define F64_LANES 4

typedef __m256 f32v;
typedef __m256 f32m;
typedef __m256d f64v;
typedef __m256d f64m;

#define TFL_AVX2_PRIMITIVES(V, M, T, suffix)                                                       \
    TFL_INLINE V V##_set1(T a) { return _mm256_set1_##suffix(a); }                                 \
    TFL_INLINE V V##_load(const T *p) { return _mm256_loadu_##suffix(p); }                         \
    TFL_INLINE void V##_store(T *p, V a) { _mm256_storeu_##suffix(p, a); }                         \
    TFL_INLINE V V##_add(V a, V b) { return _mm256_add_##suffix(a, b); }                           \
    TFL_INLINE V V##_sub(V a, V b) { return _mm256_sub_##suffix(a, b); }                           \
    TFL_INLINE V V##_mul(V a, V b) { return _mm256_mul_##suffix(a, b); }                           \
    TFL_INLINE V V##_div(V a, V b) { return _mm256_div_##suffix(a, b); }                           \
    TFL_INLINE V V##_add_product(V a, V b, V c) { return _mm256_fmadd_##suffix(a, b, c); }         \
    TFL_INLINE V V##_mul_add(V a, V b, V c) { return _mm256_fmadd_##suffix(a, b, c); }             \
    TFL_INLINE V V##_fused(V a, V b, V c) { return _mm256_fmadd_##suffix(a, b, c); }               \
    TFL_INLINE V V##_max(V a, V b) { return _mm256_max_##suffix(a, b); }                           \
    TFL_INLINE V V##_min(V a, V b) { return _mm256_min_##suffix(a, b); }                           \
    /* Of two operands of which one is NaN, max gives the second. */                               \
    TFL_INLINE V V##_at_least(V a, V bound) { return _mm256_max_##suffix(bound, a); }              \
    TFL_INLINE void V##_stream(T *p, V a) { _mm256_stream_##suffix(p, a); }                        \
    TFL_INLINE M V##_lt(V a, V b) { return _mm256_cmp_##suffix(a, b, _CMP_LT_OQ); }                \
    TFL_INLINE M V##_ge(V a, V b) { return _mm256_cmp_##suffix(a, b, _CMP_GE_OQ); }                \
    TFL_INLINE M V##_eq(V a, V b) { return _mm256_cmp_##suffix(a, b, _CMP_EQ_OQ); }                \
    TFL_INLINE V V##_select(M m, V a, V b) { return _mm256_blendv_##suffix(b, a, m); }             \
    TFL_INLINE V V##_neg(V a) { return _mm256_xor_##suffix(a, _mm256_set1_##suffix((T) - 0.0)); }  \
    TFL_INLINE V V##_neg_abs(V a) {                                                                \
        return _mm256_or_##suffix(a, _mm256_set1_##suffix((T) - 0.0));                             \
    }                                                                                              \
    TFL_INLINE V V##_nearest(V a) {                                                                \
        return _mm256_round_##suffix(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);            \
    }                                                                                              \
    TFL_INLINE V V##_floor(V a) { return _mm256_floor_##suffix(a); }

TFL_AVX2_PRIMITIVES(f32v, f32m, float, ps)
TFL_AVX2_PRIMITIVES(f64v, f64m, double, pd)
#undef TFL_AVX2_PRIMITIVES

TFL_INLINE __m256i f32_lanes_below(int64_t n) {
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
}
TFL_INLINE f32v f32v_load_n(const float *p, int64_t n) {
    return _mm256_maskload_ps(p, f32_lanes_below(n));
}
TFL_INLINE void f32v_store_n(float *p, f32v a, int64_t n) {
    _mm256_maskstore_ps(p, f32_lanes_below(n), a);
}
TFL_INLINE __m256i f64_lanes_below(int64_t n) {
    return _mm256_cmpgt_epi64(_mm256_set1_epi64x(n), _mm256_setr_epi64x(0, 1, 2, 3));
}
TFL_INLINE f64v f64v_load_n(const double *p, int64_t n) {
    return _mm256_maskload_pd(p, f64_lanes_below(n));
}
TFL_INLINE void f64v_store_n(double *p, f64v a, int64_t n) {
    _mm256_maskstore_pd(p, f64_lanes_below(n), a);
}

TFL_INLINE f32v f32v_scale_normal(f32v y, f32v m) {
    __m256i exponent = _mm256_slli_epi32(_mm256_cvtps_epi32(m), 23);
    return _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(y), exponent));
}
TFL_INLINE f32v f32v_scale(f32v y, f32v m) {
    /* Below 2^-126 the product is subnormal, thus 0: so is then the power. */
    __m256i exponent = _mm256_add_epi32(_mm256_cvttps_epi32(m), _mm256_set1_epi32(127));
    exponent = _mm256_max_epi32(exponent, _mm256_setzero_si256());
    return _mm256_mul_ps(y, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
}
TFL_INLINE f32v f32v_exponent(f32v x) {
    __m256i biased = _mm256_srli_epi32(_mm256_castps_si256(x), 23);
    return _mm256_cvtepi32_ps(_mm256_sub_epi32(biased, _mm256_set1_epi32(126)));
}
TFL_INLINE f32v f32v_mantissa(f32v x) {
    x = _mm256_and_ps(x, _mm256_castsi256_ps(_mm256_set1_epi32(0x007fffff)));
    return _mm256_or_ps(x, _mm256_set1_ps(0.5f));
}
TFL_INLINE f64v f64v_scale(f64v y, f64v m) {
    __m256d in_range = _mm256_cmp_pd(m, _mm256_set1_pd(-1022.0), _CMP_GE_OQ);
    __m256d shifted = _mm256_add_pd(_mm256_and_pd(m, in_range), _mm256_set1_pd(0x1.8p52));
    __m256i biased = _mm256_add_epi64(_mm256_castpd_si256(shifted), _mm256_set1_epi64x(1023));
    __m256d power = _mm256_castsi256_pd(_mm256_slli_epi64(biased, 52));
    return _mm256_mul_pd(y, _mm256_and_pd(power, in_range));
}
TFL_INLINE f64v f64v_exponent(f64v x) {
    /* The biased exponent, added to the last bits of 1.5 * 2^52, converts to double. */
    __m256i biased = _mm256_srli_epi64(_mm256_castpd_si256(x), 52);
    __m256d shifter = _mm256_set1_pd(0x1.8p52);
    __m256d shifted = _mm256_castsi256_pd(_mm256_add_epi64(biased, _mm256_castpd_si256(shifter)));
    return _mm256_sub_pd(_mm256_sub_pd(shifted, shifter), _mm256_set1_pd(1022.0));
}
TFL_INLINE f64v f64v_mantissa(f64v x) {
    x = _mm256_and_pd(x, _mm256_castsi256_pd(_mm256_set1_epi64x(0x000fffffffffffff)));
    return _mm256_or_pd(x, _mm256_set1_pd(0.5));
}

/* Two rows of 16 bytes, in a register's two lanes. */
TFL_INLINE __m256i two_rows(const void *a, const void *b) {
    __m256i rows = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)a));
    return _mm256_inserti128_si256(rows, _mm_loadu_si128((const __m128i *)b), 1);
}
TFL_INLINE void store_two_rows(void *a, void *b, __m256i rows) {
    _mm_storeu_si128((__m128i *)a, _mm256_castsi256_si128(rows));
    _mm_storeu_si128((__m128i *)b, _mm256_extracti128_si256(rows, 1));
}
TFL_INLINE void f32v_transpose(f32v a[4]) {
    f64v ab = _mm256_castps_pd(_mm256_unpacklo_ps(a[0], a[1]));
    f64v AB = _mm256_castps_pd(_mm256_unpackhi_ps(a[0], a[1]));
    f64v cd = _mm256_castps_pd(_mm256_unpacklo_ps(a[2], a[3]));
    f64v CD = _mm256_castps_pd(_mm256_unpackhi_ps(a[2], a[3]));
    a[0] = _mm256_castpd_ps(_mm256_unpacklo_pd(ab, cd));
    a[1] = _mm256_castpd_ps(_mm256_unpackhi_pd(ab, cd));
    a[2] = _mm256_castpd_ps(_mm256_unpacklo_pd(AB, CD));
    a[3] = _mm256_castpd_ps(_mm256_unpackhi_pd(AB, CD));
}
TFL_INLINE void f32v_load_columns(const float *p, int64_t stride, f32v a[4]) {
    TFL_UNROLL
    for (int k = 0; k < 4; k++)
        a[k] = _mm256_castsi256_ps(two_rows(p + k * stride, p + (k + 4) * stride));
    f32v_transpose(a);
}
TFL_INLINE void f32v_store_columns(float *p, int64_t stride, const f32v columns[4]) {
    f32v a[4] = {columns[0], columns[1], columns[2], columns[3]};
    f32v_transpose(a);
    TFL_UNROLL
    for (int k = 0; k < 4; k++)
        store_two_rows(p + k * stride, p + (k + 4) * stride, _mm256_castps_si256(a[k]));
}
TFL_INLINE void f64v_load_columns(const double *p, int64_t stride, f64v a[2]) {
    f64v even = _mm256_castsi256_pd(two_rows(p, p + 2 * stride));
    f64v odd = _mm256_castsi256_pd(two_rows(p + stride, p + 3 * stride));
    a[0] = _mm256_unpacklo_pd(even, odd);
    a[1] = _mm256_unpackhi_pd(even, odd);
}
TFL_INLINE void f64v_store_columns(double *p, int64_t stride, const f64v a[2]) {
    store_two_rows(p, p + 2 * stride, _mm256_castpd_si256(_mm256_unpacklo_pd(a[0], a[1])));
    store_two_rows(p + stride, p + 3 * stride, _mm256_castpd_si256(_mm256_unpackhi_pd(a[0], a[1])));
}

TFL_INLINE float f32v_reduce_max(f32v a) {
    __m128 max = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    max = _mm_max_ps(max, _mm_movehl_ps(max, max));
    return _mm_cvtss_f32(_mm_max_ss(max, _mm_movehdup_ps(max)));
}
TFL_INLINE double f64v_reduce_max(f64v a) {
    __m128d max = _mm_max_pd(_mm256_castpd256_pd128(a), _mm256_extractf128_pd(a, 1));
    return _mm_cvtsd_f64(_mm_max_sd(max, _mm_unpackhi_pd(max, max)));
}

TFL_INLINE int f64v_any(f64m m) { return _mm256_movemask_pd(m) != 0; }

TFL_INLINE f64v f32v_low(f32v a) { return _mm256_cvtps_pd(_mm256_castps256_ps128(a)); }
TFL_INLINE f64v f32v_high(f32v a) { return _mm256_cvtps_pd(_mm256_extractf128_ps(a, 1)); }
TFL_INLINE f32v f32v_join(f64v low, f64v high) {
    return _mm256_set_m128(_mm256_cvtpd_ps(high), _mm256_cvtpd_ps(low));
}
TFL_INLINE f64v f64v_lookup(const uint64_t *table, f64v shifted, int64_t last) {
    __m256i i = _mm256_and_si256(_mm256_castpd_si256(shifted), _mm256_set1_epi64x(last));
    return _mm256_i64gather_pd((const double *)table, i, 8);
}
/* Entries are loaded one by one: less work than two gathers, which some processors do slowly. */
TFL_INLINE void f64v_lookup_pairs(const uint64_t (*table)[2], f64v shifted, int64_t last,
                                  f64v *first, f64v *second) {
    uint64_t i[F64_LANES];
    __m256i all = _mm256_and_si256(_mm256_castpd_si256(shifted), _mm256_set1_epi64x(last));
    _mm256_storeu_si256((__m256i *)i, all);
    f64v even = _mm256_castsi256_pd(two_rows(table[i[0]], table[i[2]]));
    f64v odd = _mm256_castsi256_pd(two_rows(table[i[1]], table[i[3]]));
    *first = _mm256_unpacklo_pd(even, odd);
    *second = _mm256_unpackhi_pd(even, odd);
}
TFL_INLINE f64v f64v_add_exponent(f64v y, f64v shifted, int bits) {
    __m256i moved = _mm256_slli_epi64(_mm256_castpd_si256(shifted), bits);
    return _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(y), moved));
}

TFL_INLINE f32v f32v_rcp_estimate(f32v a, tfl_vendor own) {
    (void)own;
    return _mm256_rcp_ps(a);
}

TFL_INLINE f32v f16v_widen(__m128i half) { return _mm256_cvtph_ps(half); }
TFL_INLINE __m128i f16v_narrow(f32v a) { return _mm256_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT); }

TFL_INLINE f32v bf16v_widen(__m128i half) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16));
}
/* The rounded value in the upper half of each lane; the lower half is not cleared. A NaN stays one
 * only if the lower half is clear, as it is wherever it comes from a bfloat16 or an operation. */
TFL_INLINE __m256i bf16v_round_bits(f32v a) {
    __m256i bits = _mm256_castps_si256(a);
    __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    return _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
}
TFL_INLINE __m128i bf16v_upper_halves(__m256i bits) {
    __m256i wide = _mm256_srli_epi32(bits, 16);
    return _mm_packus_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
}
TFL_INLINE __m128i bf16v_narrow(f32v a) {
    f32v nan = _mm256_castsi256_ps(_mm256_set1_epi32(0x7fc00000));
    f32v rounded = _mm256_castsi256_ps(bf16v_round_bits(a));
    rounded = _mm256_blendv_ps(rounded, nan, _mm256_cmp_ps(a, a, _CMP_UNORD_Q));
    return bf16v_upper_halves(_mm256_castps_si256(rounded));
}
TFL_INLINE __m128i bf16v_narrow_rounded(f32v a) {
    return bf16v_upper_halves(_mm256_castps_si256(a));
}
TFL_INLINE __m128i bf16v_narrow_wide(f32v a) { return bf16v_upper_halves(bf16v_round_bits(a)); }

#define TFL_AVX2_HALF_LOADS(H)                                                                     \
    TFL_INLINE f32v H##_load(const uint16_t *p) {                                                  \
        return H##_widen(_mm_loadu_si128((const __m128i *)p));                                     \
    }                                                                                              \
    TFL_INLINE f32v H##_load_n(const uint16_t *p, int64_t n) {                                     \
        uint16_t lanes[F32_LANES] = {0};                                                           \
        memcpy(lanes, p, (size_t)n * sizeof *p);                                                   \
        return H##_load(lanes);                                                                    \
    }
#define TFL_AVX2_HALF_STORES(store, narrow)                                                        \
    TFL_INLINE void store(uint16_t *p, f32v a) { _mm_storeu_si128((__m128i *)p, narrow(a)); }      \
    TFL_INLINE void store##_stream(uint16_t *p, f32v a) {                                          \
        _mm_stream_si128((__m128i *)p, narrow(a));                                                 \
    }                                                                                              \
    TFL_INLINE void store##_n(uint16_t *p, f32v a, int64_t n) {                                    \
        uint16_t lanes[F32_LANES];                                                                 \
        store(lanes, a);                                                                           \
        memcpy(p, lanes, (size_t)n * sizeof *p);                                                   \
    }

TFL_AVX2_HALF_LOADS(f16v)
TFL_AVX2_HALF_LOADS(bf16v)
TFL_AVX2_HALF_STORES(f16v_store, f16v_narrow)
TFL_AVX2_HALF_STORES(f16v_store_rounded, f16v_narrow)
TFL_AVX2_HALF_STORES(f16v_store_wide, f16v_narrow)
TFL_AVX2_HALF_STORES(bf16v_store, bf16v_narrow)
TFL_AVX2_HALF_STORES(bf16v_store_rounded, bf16v_narrow_rounded)
TFL_AVX2_HALF_STORES(bf16v_store_wide, bf16v_narrow_wide)
#undef TFL_AVX2_HALF_LOADS
#undef TFL_AVX2_HALF_STORES

TFL_INLINE f32v f16v_round_to(f32v a) { return f16v_widen(f16v_narrow(a)); }
TFL_INLINE f32v bf16v_cut(f32v a) {
    __m256i upper = _mm256_set1_epi32((int)0xffff0000);
    return _mm256_castsi256_ps(_mm256_and_si256(_mm256_castps_si256(a), upper));
}
TFL_INLINE f32v bf16v_round_to(f32v a) {
    __m256i upper = _mm256_set1_epi32((int)0xffff0000);
    return _mm256_castsi256_ps(_mm256_and_si256(bf16v_round_bits(a), upper));
}

TFL_PLAIN_HALF_SUMS(bf16v)
TFL_PLAIN_HALF_SUMS(f16v)

#include "kernels/kernels.h"

TFL_TARGET_END

static int supported(void) { return (TFL_NAME(x86_features)() & TFL_X86_AVX2) != 0; }

static const tfl_kernels kernels = TFL_KERNEL_TABLE;

const tfl_isa TFL_NAME(isa_avx2) = {"avx2", supported, &kernels, 0};
#endif
