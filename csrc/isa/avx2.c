/* SPDX-License-Identifier: Apache-2.0
 * AVX2 with F16C. The verbs are described in generic.h. */
#include "../tf_losses.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

TFL_TARGET_BEGIN("avx2,f16c")

#define F32_LANES 8
#define F64_LANES 4

typedef __m256 f32v;
typedef __m256 f32m;
typedef __m256d f64v;
typedef __m256d f64m;

#define TFL_AVX2_VERBS(V, M, T, suffix)                                                            \
    TFL_INLINE V V##_set1(T a) { return _mm256_set1_##suffix(a); }                                 \
    TFL_INLINE V V##_load(const T *p) { return _mm256_loadu_##suffix(p); }                         \
    TFL_INLINE void V##_store(T *p, V a) { _mm256_storeu_##suffix(p, a); }                         \
    TFL_INLINE V V##_add(V a, V b) { return _mm256_add_##suffix(a, b); }                           \
    TFL_INLINE V V##_sub(V a, V b) { return _mm256_sub_##suffix(a, b); }                           \
    TFL_INLINE V V##_mul(V a, V b) { return _mm256_mul_##suffix(a, b); }                           \
    TFL_INLINE V V##_div(V a, V b) { return _mm256_div_##suffix(a, b); }                           \
    TFL_INLINE V V##_max(V a, V b) { return _mm256_max_##suffix(a, b); }                           \
    /* Of two operands of which one is NaN, max gives the second. */                               \
    TFL_INLINE V V##_at_least(V a, V bound) { return _mm256_max_##suffix(bound, a); }              \
    TFL_INLINE M V##_lt(V a, V b) { return _mm256_cmp_##suffix(a, b, _CMP_LT_OQ); }                \
    TFL_INLINE M V##_ge(V a, V b) { return _mm256_cmp_##suffix(a, b, _CMP_GE_OQ); }                \
    TFL_INLINE M V##_eq(V a, V b) { return _mm256_cmp_##suffix(a, b, _CMP_EQ_OQ); }                \
    TFL_INLINE V V##_select(M m, V a, V b) { return _mm256_blendv_##suffix(b, a, m); }             \
    TFL_INLINE V V##_neg(V a) { return _mm256_xor_##suffix(a, _mm256_set1_##suffix((T) - 0.0)); }  \
    TFL_INLINE V V##_abs(V a) {                                                                    \
        return _mm256_andnot_##suffix(_mm256_set1_##suffix((T) - 0.0), a);                         \
    }                                                                                              \
    TFL_INLINE V V##_floor(V a) { return _mm256_floor_##suffix(a); }

TFL_AVX2_VERBS(f32v, f32m, float, ps)
TFL_AVX2_VERBS(f64v, f64m, double, pd)
#undef TFL_AVX2_VERBS

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

TFL_INLINE f32v f32v_gather(const float *p, int64_t stride) {
    __m256i step = _mm256_mullo_epi32(_mm256_set1_epi32((int)stride),
                                      _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7));
    return _mm256_i32gather_ps(p, step, 4);
}
TFL_INLINE void f32v_scatter(float *p, int64_t stride, f32v a) {
    float lanes[F32_LANES];
    f32v_store(lanes, a);
    for (int i = 0; i < F32_LANES; i++)
        p[i * stride] = lanes[i];
}
TFL_INLINE f64v f64v_gather(const double *p, int64_t stride) {
    return _mm256_setr_pd(p[0], p[stride], p[2 * stride], p[3 * stride]);
}
TFL_INLINE void f64v_scatter(double *p, int64_t stride, f64v a) {
    double lanes[F64_LANES];
    f64v_store(lanes, a);
    for (int i = 0; i < F64_LANES; i++)
        p[i * stride] = lanes[i];
}

TFL_INLINE f64v f32v_low(f32v a) { return _mm256_cvtps_pd(_mm256_castps256_ps128(a)); }
TFL_INLINE f64v f32v_high(f32v a) { return _mm256_cvtps_pd(_mm256_extractf128_ps(a, 1)); }
TFL_INLINE f32v f32v_join(f64v low, f64v high) {
    return _mm256_set_m128(_mm256_cvtpd_ps(high), _mm256_cvtpd_ps(low));
}
TFL_INLINE f64v f64v_lookup(const uint64_t *table, f64v shifted, int64_t last) {
    __m256i i = _mm256_and_si256(_mm256_castpd_si256(shifted), _mm256_set1_epi64x(last));
    return _mm256_i64gather_pd((const double *)table, i, 8);
}
TFL_INLINE f64v f64v_add_exponent(f64v y, f64v shifted, int bits) {
    __m256i moved = _mm256_slli_epi64(_mm256_castpd_si256(shifted), bits);
    return _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(y), moved));
}

TFL_INLINE f32v f32v_rcp_estimate(f32v a) { return _mm256_rcp_ps(a); }

TFL_INLINE f32v f16v_widen(__m128i half) { return _mm256_cvtph_ps(half); }
TFL_INLINE __m128i f16v_narrow(f32v a) { return _mm256_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT); }

TFL_INLINE f32v bf16v_widen(__m128i half) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(half), 16));
}
/* The rounded value in the upper half of each lane; the lower half is not cleared. */
TFL_INLINE __m256i bf16v_round_bits(f32v a) {
    __m256i bits = _mm256_castps_si256(a);
    __m256i odd = _mm256_and_si256(_mm256_srli_epi32(bits, 16), _mm256_set1_epi32(1));
    __m256i up = _mm256_add_epi32(_mm256_add_epi32(bits, _mm256_set1_epi32(0x7fff)), odd);
    __m256 is_nan = _mm256_cmp_ps(a, a, _CMP_UNORD_Q);
    __m256 nan = _mm256_castsi256_ps(_mm256_set1_epi32(0x7fc00000));
    return _mm256_castps_si256(_mm256_blendv_ps(_mm256_castsi256_ps(up), nan, is_nan));
}
TFL_INLINE __m128i bf16v_narrow(f32v a) {
    __m256i wide = _mm256_srli_epi32(bf16v_round_bits(a), 16);
    return _mm_packus_epi32(_mm256_castsi256_si128(wide), _mm256_extracti128_si256(wide, 1));
}

#define TFL_AVX2_HALF_VERBS(H)                                                                     \
    TFL_INLINE f32v H##_load(const uint16_t *p) {                                                  \
        return H##_widen(_mm_loadu_si128((const __m128i *)p));                                     \
    }                                                                                              \
    TFL_INLINE f32v H##_load_n(const uint16_t *p, int64_t n) {                                     \
        uint16_t lanes[F32_LANES] = {0};                                                           \
        memcpy(lanes, p, (size_t)n * sizeof *p);                                                   \
        return H##_load(lanes);                                                                    \
    }                                                                                              \
    TFL_INLINE void H##_store(uint16_t *p, f32v a) {                                               \
        _mm_storeu_si128((__m128i *)p, H##_narrow(a));                                             \
    }                                                                                              \
    TFL_INLINE void H##_store_n(uint16_t *p, f32v a, int64_t n) {                                  \
        uint16_t lanes[F32_LANES];                                                                 \
        H##_store(lanes, a);                                                                       \
        memcpy(p, lanes, (size_t)n * sizeof *p);                                                   \
    }

TFL_AVX2_HALF_VERBS(f16v)
TFL_AVX2_HALF_VERBS(bf16v)
#undef TFL_AVX2_HALF_VERBS

#include "half_rows.h"

TFL_INLINE f32v f16v_round_to(f32v a) { return f16v_widen(f16v_narrow(a)); }
TFL_INLINE f32v bf16v_round_to(f32v a) {
    __m256i upper = _mm256_set1_epi32((int)0xffff0000);
    return _mm256_castsi256_ps(_mm256_and_si256(bf16v_round_bits(a), upper));
}

#include "../kernels.h"

TFL_TARGET_END

static int supported(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("f16c");
}

const tfl_isa tfl_isa_avx2 = {"avx2", supported, TFL_KERNEL_TABLE};
#endif
