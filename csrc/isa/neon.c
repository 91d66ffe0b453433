/* SPDX-License-Identifier: Apache-2.0
 * aarch64's Advanced SIMD, which every such processor has. The primitives are described in generic.h. */
#include "tf_losses.h"

#if defined(TFL_NEON)
#include <arm_neon.h>
#include <string.h>

#include "host/fpenv.h"
#include "host/rcpps.h"
#include "isa/plain_halves.h"

#define F32_UNROLL 4
#define COLUMNS_UNROLL 4
#define FUSED_QUOTIENT
#define VECTORS_UNROLL 4
#define F32_LANES 4
#define F64_LANES 2

typedef float32x4_t f32v;
typedef uint32x4_t f32m;
typedef float64x2_t f64v;
typedef uint64x2_t f64m;

#define TFL_NEON_PRIMITIVES(V, M, T, LANES, suffix, UINT, SIGN)                                    \
    TFL_INLINE V V##_set1(T a) { return vdupq_n_##suffix(a); }                                     \
    TFL_INLINE V V##_load(const T *p) { return vld1q_##suffix(p); }                                \
    TFL_INLINE void V##_store(T *p, V a) { vst1q_##suffix(p, a); }                                 \
    TFL_INLINE V V##_add(V a, V b) { return vaddq_##suffix(a, b); }                                \
    TFL_INLINE V V##_sub(V a, V b) { return vsubq_##suffix(a, b); }                                \
    TFL_INLINE V V##_mul(V a, V b) { return vmulq_##suffix(a, b); }                                \
    TFL_INLINE V V##_div(V a, V b) { return vdivq_##suffix(a, b); }                                \
    TFL_INLINE V V##_add_product(V a, V b, V c) { return vfmaq_##suffix(c, a, b); }                \
    TFL_INLINE V V##_mul_add(V a, V b, V c) { return vfmaq_##suffix(c, a, b); }                    \
    TFL_INLINE V V##_fused(V a, V b, V c) { return vfmaq_##suffix(c, a, b); }                      \
    /* All three give NaN where either operand is one. */                                          \
    TFL_INLINE V V##_max(V a, V b) { return vmaxq_##suffix(a, b); }                                \
    TFL_INLINE V V##_min(V a, V b) { return vminq_##suffix(a, b); }                                \
    TFL_INLINE V V##_at_least(V a, V bound) { return vmaxq_##suffix(a, bound); }                   \
    TFL_INLINE T V##_reduce_max(V a) { return vmaxvq_##suffix(a); }                                \
    TFL_INLINE void V##_stream(T *p, V a) { V##_store(p, a); }                                     \
    TFL_INLINE M V##_lt(V a, V b) { return vcltq_##suffix(a, b); }                                 \
    TFL_INLINE M V##_ge(V a, V b) { return vcgeq_##suffix(a, b); }                                 \
    TFL_INLINE M V##_eq(V a, V b) { return vceqq_##suffix(a, b); }                                 \
    TFL_INLINE V V##_select(M m, V a, V b) { return vbslq_##suffix(m, a, b); }                     \
    TFL_INLINE V V##_neg(V a) { return vnegq_##suffix(a); }                                        \
    TFL_INLINE V V##_neg_abs(V a) { return (V)((M)a | (UINT)SIGN); }                               \
    TFL_INLINE V V##_nearest(V a) { return vrndnq_##suffix(a); }                                   \
    TFL_INLINE V V##_floor(V a) { return vrndmq_##suffix(a); }

TFL_NEON_PRIMITIVES(f32v, f32m, float, F32_LANES, f32, uint32_t, INT32_MIN)
TFL_NEON_PRIMITIVES(f64v, f64m, double, F64_LANES, f64, uint64_t, INT64_MIN)
#undef TFL_NEON_PRIMITIVES

/* Element by element: a copy of unknown length would be a call. */
TFL_INLINE f32v f32v_load_n(const float *p, int64_t n) {
    if (n == F32_LANES)
        return f32v_load(p);
    f32v a = f32v_set1(0);
    a = n > 0 ? vld1q_lane_f32(p, a, 0) : a;
    a = n > 1 ? vld1q_lane_f32(p + 1, a, 1) : a;
    return n > 2 ? vld1q_lane_f32(p + 2, a, 2) : a;
}
TFL_INLINE void f32v_store_n(float *p, f32v a, int64_t n) {
    if (n == F32_LANES)
        f32v_store(p, a);
    else if (n > 0) {
        vst1q_lane_f32(p, a, 0);
        if (n > 1)
            vst1q_lane_f32(p + 1, a, 1);
        if (n > 2)
            vst1q_lane_f32(p + 2, a, 2);
    }
}
TFL_INLINE f64v f64v_load_n(const double *p, int64_t n) {
    if (n == F64_LANES)
        return f64v_load(p);
    return n > 0 ? vld1q_lane_f64(p, f64v_set1(0), 0) : f64v_set1(0);
}
TFL_INLINE void f64v_store_n(double *p, f64v a, int64_t n) {
    if (n == F64_LANES)
        f64v_store(p, a);
    else if (n > 0)
        vst1q_lane_f64(p, a, 0);
}

TFL_INLINE f32v f32v_scale_normal(f32v y, f32v m) {
    return (f32v)vaddq_s32((int32x4_t)y, vshlq_n_s32(vcvtq_s32_f32(m), 23));
}
/* Below 2^-126 the product is subnormal, thus 0: so is then the power. */
TFL_INLINE f32v f32v_scale(f32v y, f32v m) {
    int32x4_t exponent = vmaxq_s32(vcvtq_s32_f32(m) + 127, vdupq_n_s32(0));
    return vmulq_f32(y, (f32v)vshlq_n_s32(exponent, 23));
}
TFL_INLINE f32v f32v_exponent(f32v x) {
    return vcvtq_f32_s32((int32x4_t)vshrq_n_u32((uint32x4_t)x, 23) - 126);
}
TFL_INLINE f32v f32v_mantissa(f32v x) {
    return vbslq_f32(vdupq_n_u32(0x007fffff), x, f32v_set1(0.5f));
}
TFL_INLINE f64v f64v_scale(f64v y, f64v m) {
    int64x2_t exponent = vcvtq_s64_f64(vmaxq_f64(m, f64v_set1(-1023.0))) + 1023;
    return vmulq_f64(y, (f64v)vshlq_n_s64(exponent, 52));
}
TFL_INLINE f64v f64v_exponent(f64v x) {
    return vcvtq_f64_s64((int64x2_t)vshrq_n_u64((uint64x2_t)x, 52) - 1022);
}
TFL_INLINE f64v f64v_mantissa(f64v x) {
    return vbslq_f64(vdupq_n_u64(0x000fffffffffffff), x, f64v_set1(0.5));
}

TFL_INLINE void f32v_transpose(f32v a[4]) {
    f64v ab = (f64v)vzip1q_f32(a[0], a[1]), AB = (f64v)vzip2q_f32(a[0], a[1]);
    f64v cd = (f64v)vzip1q_f32(a[2], a[3]), CD = (f64v)vzip2q_f32(a[2], a[3]);
    a[0] = (f32v)vzip1q_f64(ab, cd);
    a[1] = (f32v)vzip2q_f64(ab, cd);
    a[2] = (f32v)vzip1q_f64(AB, CD);
    a[3] = (f32v)vzip2q_f64(AB, CD);
}
TFL_INLINE void f32v_load_columns(const float *p, int64_t stride, f32v a[4]) {
    TFL_EACH(k, 4)
    a[k] = f32v_load(p + k * stride);
    f32v_transpose(a);
}
TFL_INLINE void f32v_store_columns(float *p, int64_t stride, const f32v columns[4]) {
    f32v a[4] = {columns[0], columns[1], columns[2], columns[3]};
    f32v_transpose(a);
    TFL_EACH(k, 4)
    f32v_store(p + k * stride, a[k]);
}
TFL_INLINE void f64v_load_columns(const double *p, int64_t stride, f64v a[2]) {
    f64v first = f64v_load(p), second = f64v_load(p + stride);
    a[0] = vzip1q_f64(first, second);
    a[1] = vzip2q_f64(first, second);
}
TFL_INLINE void f64v_store_columns(double *p, int64_t stride, const f64v a[2]) {
    f64v_store(p, vzip1q_f64(a[0], a[1]));
    f64v_store(p + stride, vzip2q_f64(a[0], a[1]));
}

TFL_INLINE int f64v_any(f64m m) { return vmaxvq_u32((uint32x4_t)m) != 0; }

TFL_INLINE f64v f32v_low(f32v a) { return vcvt_f64_f32(vget_low_f32(a)); }
TFL_INLINE f64v f32v_high(f32v a) { return vcvt_high_f64_f32(a); }
TFL_INLINE f32v f32v_join(f64v low, f64v high) {
    return vcvt_high_f32_f64(vcvt_f32_f64(low), high);
}
TFL_INLINE f64v f64v_lookup(const uint64_t *table, f64v shifted, int64_t last) {
    int64x2_t i = (int64x2_t)shifted & last;
    return (f64v)vcombine_u64(vld1_u64(table + i[0]), vld1_u64(table + i[1]));
}
TFL_INLINE void f64v_lookup_pairs(const uint64_t (*table)[2], f64v shifted, int64_t last,
                                  f64v *first, f64v *second) {
    int64x2_t i = (int64x2_t)shifted & last;
    f64v a = (f64v)vld1q_u64(table[i[0]]), b = (f64v)vld1q_u64(table[i[1]]);
    *first = vzip1q_f64(a, b);
    *second = vzip2q_f64(a, b);
}
TFL_INLINE f64v f64v_add_exponent(f64v y, f64v shifted, int bits) {
    return (f64v)((uint64x2_t)y + ((uint64x2_t)shifted << bits));
}

/* Intel's RCPPS, as rcpps.c has it: of the middle of each interval of 2^-11, the inverse in units of
 * 2^-13. The quotient's error may have rounded it to the wrong one of two; what is left of the
 * product, computed without a rounding, tells. */
TFL_INLINE f32v f32v_intel_estimate(f32v a) {
    f32v middle = vbslq_f32(vdupq_n_u32(0xfff), (f32v)vdupq_n_u32(0x800), a);
    f32v units = f32v_set1(0x1p13f), one = f32v_set1(1.0f);
    f32v nearest = vrndnq_f32(vdivq_f32(units, middle));
    f32v left = vfmsq_f32(units, nearest, middle), twice = vaddq_f32(left, left);
    f32v up = (f32v)((uint32x4_t)one & vcgtq_f32(twice, middle));
    f32v down = (f32v)((uint32x4_t)one & vcltq_f32(twice, vnegq_f32(middle)));
    return vmulq_f32(vsubq_f32(vaddq_f32(nearest, up), down), f32v_set1(0x1p-13f));
}
TFL_INLINE f32v f32v_rcp_estimate(f32v a, tfl_vendor vendor) {
    if (vendor != TFL_VENDOR_AMD)
        return f32v_intel_estimate(a);
    for (int i = 0; i < F32_LANES; i++)
        a[i] = tfl_estimate(vendor, a[i]);
    return a;
}

TFL_INLINE f32v f16v_widen(uint16x4_t half) { return vcvt_f32_f16((float16x4_t)half); }
TFL_INLINE uint16x4_t f16v_narrow(f32v a) { return (uint16x4_t)vcvt_f16_f32(a); }

TFL_INLINE f32v bf16v_widen(uint16x4_t half) { return (f32v)vshll_n_u16(half, 16); }
/* The rounded value in the upper half of each lane; the lower half is not cleared. A NaN stays one
 * only if the lower half is clear, as it is wherever it comes from a bfloat16 or an operation. */
TFL_INLINE uint32x4_t bf16v_round_bits(f32v a) {
    uint32x4_t bits = (uint32x4_t)a;
    return vsraq_n_u32(bits + 0x7fff, vshlq_n_u32(bits, 15), 31); /* and the last bit that stays */
}
TFL_INLINE uint16x4_t bf16v_narrow_rounded(f32v a) { return vshrn_n_u32((uint32x4_t)a, 16); }
TFL_INLINE uint16x4_t bf16v_narrow(f32v a) {
    uint32x4_t bits = vbslq_u32(vceqq_f32(a, a), bf16v_round_bits(a), vdupq_n_u32(0x7fc00000));
    return bf16v_narrow_rounded((f32v)bits);
}
TFL_INLINE uint16x4_t bf16v_narrow_wide(f32v a) {
    return bf16v_narrow_rounded((f32v)bf16v_round_bits(a));
}

#define TFL_NEON_HALF_LOADS(H)                                                                     \
    TFL_INLINE f32v H##_load(const uint16_t *p) { return H##_widen(vld1_u16(p)); }                 \
    TFL_INLINE f32v H##_load_n(const uint16_t *p, int64_t n) {                                     \
        uint16x4_t a = n < F32_LANES ? vdup_n_u16(0) : vld1_u16(p);                                \
        if (n < F32_LANES) {                                                                       \
            a = n > 0 ? vld1_lane_u16(p, a, 0) : a;                                                \
            a = n > 1 ? vld1_lane_u16(p + 1, a, 1) : a;                                            \
            a = n > 2 ? vld1_lane_u16(p + 2, a, 2) : a;                                            \
        }                                                                                          \
        return H##_widen(a);                                                                       \
    }
#define TFL_NEON_HALF_STORES(store, narrow)                                                        \
    TFL_INLINE void store(uint16_t *p, f32v a) { vst1_u16(p, narrow(a)); }                         \
    TFL_INLINE void store##_stream(uint16_t *p, f32v a) { store(p, a); }                           \
    TFL_INLINE void store##_n(uint16_t *p, f32v a, int64_t n) {                                    \
        uint16x4_t half = narrow(a);                                                               \
        if (n == F32_LANES)                                                                        \
            vst1_u16(p, half);                                                                     \
        else if (n > 0) {                                                                          \
            vst1_lane_u16(p, half, 0);                                                             \
            if (n > 1)                                                                             \
                vst1_lane_u16(p + 1, half, 1);                                                     \
            if (n > 2)                                                                             \
                vst1_lane_u16(p + 2, half, 2);                                                     \
        }                                                                                          \
    }

TFL_NEON_HALF_LOADS(f16v)
TFL_NEON_HALF_LOADS(bf16v)
TFL_NEON_HALF_STORES(f16v_store, f16v_narrow)
TFL_NEON_HALF_STORES(f16v_store_rounded, f16v_narrow)
TFL_NEON_HALF_STORES(f16v_store_wide, f16v_narrow)
TFL_NEON_HALF_STORES(bf16v_store, bf16v_narrow)
TFL_NEON_HALF_STORES(bf16v_store_rounded, bf16v_narrow_rounded)
TFL_NEON_HALF_STORES(bf16v_store_wide, bf16v_narrow_wide)
#undef TFL_NEON_HALF_LOADS
#undef TFL_NEON_HALF_STORES

TFL_INLINE f32v f16v_round_to(f32v a) { return f16v_widen(f16v_narrow(a)); }
TFL_INLINE f32v bf16v_cut(f32v a) { return (f32v)((uint32x4_t)a & 0xffff0000); }
TFL_INLINE f32v bf16v_round_to(f32v a) { return (f32v)(bf16v_round_bits(a) & 0xffff0000); }

TFL_PLAIN_HALF_SUMS(bf16v)
TFL_PLAIN_HALF_SUMS(f16v)

#include "kernels/kernels.h"

static int supported(void) { return 1; }

static const tfl_kernels kernels = TFL_KERNEL_TABLE;

const tfl_isa TFL_NAME(isa_neon) = {"neon", supported, &kernels, 1};
#endif
