/* SPDX-License-Identifier: Apache-2.0
 * AVX-512 (F, BW, DQ, VL). The verbs are described in generic.h. */
#include "../tf_losses.h"

#if defined(__x86_64__)
#include <immintrin.h>

TFL_TARGET_BEGIN("avx512f,avx512bw,avx512dq,avx512vl,avx2,f16c")

#define F32_LANES 16
#define F64_LANES 8

typedef __m512 f32v;
typedef __mmask16 f32m;
typedef __m512d f64v;
typedef __mmask8 f64m;

#define TFL_AVX512_VERBS(V, M, T, suffix)                                                          \
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
    TFL_INLINE V V##_max(V a, V b) { return _mm512_max_##suffix(a, b); }                           \
    /* Of two operands of which one is NaN, max gives the second. */                               \
    TFL_INLINE V V##_at_least(V a, V bound) { return _mm512_max_##suffix(bound, a); }              \
    TFL_INLINE M V##_lt(V a, V b) { return _mm512_cmp_##suffix##_mask(a, b, _CMP_LT_OQ); }         \
    TFL_INLINE M V##_ge(V a, V b) { return _mm512_cmp_##suffix##_mask(a, b, _CMP_GE_OQ); }         \
    TFL_INLINE M V##_eq(V a, V b) { return _mm512_cmp_##suffix##_mask(a, b, _CMP_EQ_OQ); }         \
    TFL_INLINE V V##_select(M m, V a, V b) { return _mm512_mask_blend_##suffix(m, b, a); }         \
    TFL_INLINE V V##_neg(V a) { return _mm512_xor_##suffix(a, _mm512_set1_##suffix((T) - 0.0)); }  \
    TFL_INLINE V V##_abs(V a) {                                                                    \
        return _mm512_andnot_##suffix(_mm512_set1_##suffix((T) - 0.0), a);                         \
    }                                                                                              \
    TFL_INLINE V V##_floor(V a) {                                                                  \
        return _mm512_roundscale_##suffix(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);           \
    }                                                                                              \
    TFL_INLINE V V##_scale(V y, V m) { return _mm512_scalef_##suffix(y, m); }                      \
    TFL_INLINE V V##_exponent(V x) {                                                               \
        return _mm512_add_##suffix(_mm512_getexp_##suffix(x), _mm512_set1_##suffix((T)1));         \
    }                                                                                              \
    TFL_INLINE V V##_mantissa(V x) {                                                               \
        return _mm512_getmant_##suffix(x, _MM_MANT_NORM_p5_1, _MM_MANT_SIGN_src);                  \
    }

TFL_AVX512_VERBS(f32v, f32m, float, ps)
TFL_AVX512_VERBS(f64v, f64m, double, pd)
#undef TFL_AVX512_VERBS

TFL_INLINE __m512i f32_steps(int64_t stride) {
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    return _mm512_mullo_epi32(_mm512_set1_epi32((int)stride), lane);
}
TFL_INLINE f32v f32v_gather(const float *p, int64_t stride) {
    return _mm512_i32gather_ps(f32_steps(stride), p, 4);
}
TFL_INLINE void f32v_scatter(float *p, int64_t stride, f32v a) {
    _mm512_i32scatter_ps(p, f32_steps(stride), a, 4);
}
TFL_INLINE __m512i f64_steps(int64_t stride) {
    const __m512i lane = _mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm512_mullo_epi64(_mm512_set1_epi64(stride), lane);
}
TFL_INLINE f64v f64v_gather(const double *p, int64_t stride) {
    return _mm512_i64gather_pd(f64_steps(stride), p, 8);
}
TFL_INLINE void f64v_scatter(double *p, int64_t stride, f64v a) {
    _mm512_i64scatter_pd(p, f64_steps(stride), a, 8);
}

TFL_INLINE f64v f32v_low(f32v a) { return _mm512_cvtps_pd(_mm512_castps512_ps256(a)); }
TFL_INLINE f64v f32v_high(f32v a) { return _mm512_cvtps_pd(_mm512_extractf32x8_ps(a, 1)); }
TFL_INLINE f32v f32v_join(f64v low, f64v high) {
    __m512 wide = _mm512_castps256_ps512(_mm512_cvtpd_ps(low));
    return _mm512_insertf32x8(wide, _mm512_cvtpd_ps(high), 1);
}
TFL_INLINE f64v f64v_lookup(const uint64_t *table, f64v shifted, int64_t last) {
    __m512i i = _mm512_and_si512(_mm512_castpd_si512(shifted), _mm512_set1_epi64(last));
    return _mm512_i64gather_pd(i, table, 8);
}
TFL_INLINE f64v f64v_add_exponent(f64v y, f64v shifted, int bits) {
    __m512i moved = _mm512_slli_epi64(_mm512_castpd_si512(shifted), (unsigned int)bits);
    return _mm512_castsi512_pd(_mm512_add_epi64(_mm512_castpd_si512(y), moved));
}

/* RCP14PS is another estimate than RCPPS, so the older instruction, twice. */
TFL_INLINE f32v f32v_rcp_estimate(f32v a) {
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
/* The rounded value in the upper half of each lane; the lower half is not cleared. */
TFL_INLINE __m512i bf16v_round_bits(f32v a) {
    __m512i bits = _mm512_castps_si512(a);
    __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    __m512i up = _mm512_add_epi32(_mm512_add_epi32(bits, _mm512_set1_epi32(0x7fff)), odd);
    __mmask16 is_nan = _mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q);
    return _mm512_mask_mov_epi32(up, is_nan, _mm512_set1_epi32(0x7fc00000));
}
TFL_INLINE __m256i bf16v_narrow(f32v a) {
    return _mm512_cvtepi32_epi16(_mm512_srli_epi32(bf16v_round_bits(a), 16));
}

#define TFL_AVX512_HALF_VERBS(H)                                                                   \
    TFL_INLINE f32v H##_load(const uint16_t *p) {                                                  \
        return H##_widen(_mm256_loadu_si256((const __m256i *)p));                                  \
    }                                                                                              \
    TFL_INLINE f32v H##_load_n(const uint16_t *p, int64_t n) {                                     \
        return H##_widen(_mm256_maskz_loadu_epi16(f32v_below(n), p));                              \
    }                                                                                              \
    TFL_INLINE void H##_store(uint16_t *p, f32v a) {                                               \
        _mm256_storeu_si256((__m256i *)p, H##_narrow(a));                                          \
    }                                                                                              \
    TFL_INLINE void H##_store_n(uint16_t *p, f32v a, int64_t n) {                                  \
        _mm256_mask_storeu_epi16(p, f32v_below(n), H##_narrow(a));                                 \
    }

TFL_AVX512_HALF_VERBS(f16v)
TFL_AVX512_HALF_VERBS(bf16v)
#undef TFL_AVX512_HALF_VERBS

#include "half_rows.h"

TFL_INLINE f32v f16v_round_to(f32v a) { return f16v_widen(f16v_narrow(a)); }
TFL_INLINE f32v bf16v_round_to(f32v a) {
    __m512i upper = _mm512_set1_epi32((int)0xffff0000);
    return _mm512_castsi512_ps(_mm512_and_si512(bf16v_round_bits(a), upper));
}

#include "../kernels.h"

TFL_TARGET_END

static int supported(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("f16c");
}

const tfl_isa tfl_isa_avx512 = {"avx512", supported, TFL_KERNEL_TABLE};
#endif
