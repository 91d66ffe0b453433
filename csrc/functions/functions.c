/* SPDX-License-Identifier: Apache-2.0
 * Functions of one number, for any processor, in the vectors of isa/generic.h. */
#include "functions/functions.h"

#include <math.h>

#include "functions/glibc.h"
#include "host/fpenv.h"
#include "isa/generic.h"
#include "kernels/math/log.h"

#if defined(__SSE__)
#include <xmmintrin.h>
/* Unlike f32v_rcp_estimate, of any argument. */
TFL_INLINE f32v f32v_rcp_any(f32v x) { return (f32v)_mm_rcp_ps((__m128)x); }
TFL_INLINE f32v f32v_rsqrt_any(f32v x) { return (f32v)_mm_rsqrt_ps((__m128)x); }
#else
#include "host/rcpps.h"
/* Of 2^e * f as of f: Intel's processors, and AMD's, estimate the mantissa. */
TFL_INLINE f32v f32v_rcp_any(f32v x) {
    for (int i = 0; i < F32_LANES; i++) {
        int e;
        float f = 2 * frexpf(x[i], &e), given = x[i];
        int is_number = isfinite(given) && tfl_flush_float(given) != 0;
        float estimate = ldexpf(tfl_estimate(TFL_VENDOR_INTEL, fabsf(f)), 1 - e);
        x[i] = is_number ? copysignf(tfl_flush_float(estimate), given) : 1 / given;
    }
    return x;
}
/* There is no table of RSQRTPS here: the exact value may differ from it in the last bits. */
TFL_INLINE f32v f32v_rsqrt_any(f32v x) {
    for (int i = 0; i < F32_LANES; i++)
        x[i] = 1 / sqrtf(tfl_flush_float(x[i]));
    return x;
}
#endif

/* The C library's functions that the call in this thread takes. */
static _Thread_local tfl_libm_calls libm;

void tfl_functions_take(const tfl_libm_facts *facts) { libm = tfl_libm_calls_of(facts); }

#include "functions/any.h"
#include "functions/f32.h"
#include "functions/f64.h"
#include "kernels/math/older_functions.h"
#include "functions/tf_1_15.h"

TFL_COMPOSED(f32v, float, 2, f32v_exp_2, f32v_log_2, f32v_flushed)
TFL_COMPOSED(f64v, double, 2, f64v_exp_2, f64v_log_2, f64v_flushed)
TFL_COMPOSED(f32v, float, 1, f32v_exp_whole_1_15, f32v_log_whole_1_15, )

/* ---- by the C library, or an instruction ---- */

#define TFL_RESTS(T, flush, sqrt_of, exp_of, log_of, log1p_of, threshold)                          \
    TFL_INLINE T T##_sqrt(T x) { return flush(sqrt_of(flush(x))); }                                \
    TFL_INLINE T T##_rsqrt(T x) { return flush(1 / T##_sqrt(x)); }                                 \
    TFL_INLINE T T##_reciprocal(T x) { return flush(1 / flush(x)); }                               \
    /* Until 2.20 by an older entry of the C library, which asks for zero first. */                \
    TFL_INLINE T T##_log_2_20(T x) { return flush(x) == 0 ? -(T)INFINITY : log_of(x); }            \
    TFL_INLINE T T##_sigmoid(T x) {                                                                \
        T e = exp_of(x);                                                                           \
        return e == (T)INFINITY ? 1 : flush(e / (1 + e));                                          \
    }                                                                                              \
    TFL_INLINE T T##_softplus(T x) {                                                               \
        return x > threshold ? x : x < -threshold ? exp_of(x) : log1p_of(exp_of(x));               \
    }
#define FLOAT_THRESHOLD 13.9423847198486328125f
#define DOUBLE_THRESHOLD 34.04365338911715
TFL_RESTS(float, tfl_flush_float, sqrtf, libm.expf, libm.logf, libm.log1pf, FLOAT_THRESHOLD)
TFL_RESTS(double, tfl_flush_double, sqrt, libm.exp, libm.log, libm.log1p, DOUBLE_THRESHOLD)

TFL_INLINE float float_tanh_2_20(float x) { return f32v_tanh_2_20(f32v_set1(x))[0]; }
TFL_INLINE float float_tanh_2_19(float x) { return f32v_tanh_2_19(f32v_set1(x))[0]; }
TFL_INLINE float float_tanh_1_15(float x) { return f32v_tanh_1_15(f32v_set1(x))[0]; }

/* Where a packet calls it lane by lane. */
#define TFL_LANES(V, T, LANES, name, of_one)                                                       \
    TFL_MATH V V##_##name##_lanes(V x) {                                                           \
        for (int i = 0; i < LANES; i++)                                                            \
            x[i] = of_one(x[i]);                                                                   \
        return x;                                                                                  \
    }
TFL_LANES(f32v, float, F32_LANES, sqrt, float_sqrt)
TFL_LANES(f32v, float, F32_LANES, reciprocal, float_reciprocal)
TFL_LANES(f64v, double, F64_LANES, sqrt, double_sqrt)
TFL_LANES(f64v, double, F64_LANES, rsqrt, double_rsqrt)
TFL_LANES(f64v, double, F64_LANES, reciprocal, double_reciprocal)
TFL_LANES(f64v, double, F64_LANES, log, double_log_2_20)
TFL_LANES(f64v, double, F64_LANES, log1p, libm.log1p)
TFL_LANES(f64v, double, F64_LANES, expm1, expm1)
TFL_LANES(f64v, double, F64_LANES, tanh, tanh)
TFL_LANES(f64v, double, F64_LANES, softplus, double_softplus)

/* ---- softplus ---- */

/* What is above a threshold is its own result, what is below its negative the exponential's, what is
 * between takes log1p(exp(x)). The threshold is -2 - log(epsilon). */
#define TFL_SOFTPLUS(V, name, exp_of, log1p_of, threshold)                                         \
    TFL_MATH V V##_softplus_##name(V x) {                                                          \
        V above = V##_set1(threshold), e = exp_of(x);                                              \
        V y = V##_select(V##_lt(x, V##_neg(above)), e, log1p_of(e));                               \
        return V##_select(V##_lt(above, x), x, y);                                                 \
    }
TFL_SOFTPLUS(f32v, 2, f32v_exp_2, f32v_log1p_2, FLOAT_THRESHOLD)
/* 1.15 takes log(exp(x) + 1). */
TFL_INLINE f32v f32v_log_of_one_more_1_15(f32v e) {
    return f32v_log_whole_1_15(f32v_add(e, f32v_set1(1.0f)));
}
TFL_SOFTPLUS(f32v, 1_15, f32v_exp_whole_1_15, f32v_log_of_one_more_1_15, FLOAT_THRESHOLD)
TFL_INLINE float float_softplus_1_15(float x) {
    float e = libm.expf(x);
    return x > FLOAT_THRESHOLD ? x : x < -FLOAT_THRESHOLD ? e : libm.logf(e + 1);
}
TFL_INLINE double double_softplus_1_15(double x) {
    double e = libm.exp(x);
    return x > DOUBLE_THRESHOLD ? x : x < -DOUBLE_THRESHOLD ? e : libm.log(e + 1);
}
TFL_LANES(f64v, double, F64_LANES, softplus_1_15, double_softplus_1_15)
TFL_SOFTPLUS(f64v, 2_21, f64v_exp_2, f64v_log1p_2, DOUBLE_THRESHOLD)

/* ---- loops ---- */

#define TFL_LOOPS(name, T, V, LANES, in_packets, of_rest)                                          \
    static void name##_packets(int64_t n, const void *x, void *out) {                              \
        for (int64_t i = 0; i < n; i += LANES)                                                     \
            V##_store((T *)out + i, in_packets(V##_load((const T *)x + i)));                       \
    }                                                                                              \
    static void name##_rest(int64_t n, const void *x, void *out) {                                 \
        for (int64_t i = 0; i < n; i++)                                                            \
            ((T *)out)[i] = of_rest(((const T *)x)[i]);                                            \
    }
#define F32_LOOPS(name, in_packets, of_rest)                                                       \
    TFL_LOOPS(f32_##name, float, f32v, F32_LANES, in_packets, of_rest)
#define F64_LOOPS(name, in_packets, of_rest)                                                       \
    TFL_LOOPS(f64_##name, double, f64v, F64_LANES, in_packets, of_rest)

F32_LOOPS(exp, f32v_exp_2, libm.expf)
F32_LOOPS(exp_1_15, f32v_exp_whole_1_15, libm.expf)
F32_LOOPS(log_2_21, f32v_log_2, libm.logf)
F32_LOOPS(log_2_20, f32v_log_2, float_log_2_20)
F32_LOOPS(log_1_15, f32v_log_whole_1_15, float_log_2_20)
F32_LOOPS(log1p, f32v_log1p_2, libm.log1pf)
F32_LOOPS(log1p_1_15, f32v_log1p_1, libm.log1pf)
F32_LOOPS(expm1, f32v_expm1_2, expm1f)
F32_LOOPS(expm1_1_15, f32v_expm1_1, expm1f)
F32_LOOPS(sqrt, f32v_sqrt_lanes, float_sqrt)
F32_LOOPS(sqrt_1_15, f32v_sqrt_1_15, float_sqrt)
F32_LOOPS(rsqrt, f32v_rsqrt_2, float_rsqrt)
F32_LOOPS(rsqrt_1_15, f32v_rsqrt_1_15, float_rsqrt)
F32_LOOPS(sigmoid_2_17, f32v_sigmoid_2_17, float_sigmoid_2_17)
F32_LOOPS(sigmoid_2_16, f32v_sigmoid_2, float_sigmoid)
F32_LOOPS(sigmoid_1_15, f32v_sigmoid_1_15, float_sigmoid_rest_1_15)
F32_LOOPS(softplus, f32v_softplus_2, float_softplus)
F32_LOOPS(softplus_1_15, f32v_softplus_1_15, float_softplus_1_15)
F32_LOOPS(tanh_2_20, f32v_tanh_2_20, float_tanh_2_20)
F32_LOOPS(tanh_2_19, f32v_tanh_2_19, float_tanh_2_19)
F32_LOOPS(tanh_1_15, f32v_tanh_1_15, float_tanh_1_15)
F32_LOOPS(reciprocal_2_21, f32v_reciprocal_2_21, float_reciprocal)
F32_LOOPS(reciprocal_2_20, f32v_reciprocal_2_20, float_reciprocal)
F32_LOOPS(reciprocal_1_15, f32v_reciprocal_lanes, float_reciprocal)

F64_LOOPS(exp, f64v_exp_2, libm.exp)
F64_LOOPS(exp_1_15, f64v_exp_1_15, libm.exp)
F64_LOOPS(log_2_21, f64v_log_2, libm.log)
F64_LOOPS(log_2_20, f64v_log_2, double_log_2_20)
F64_LOOPS(log_1_15, f64v_log_lanes, double_log_2_20)
F64_LOOPS(log1p_2_21, f64v_log1p_2, libm.log1p)
F64_LOOPS(log1p_2_20, f64v_log1p_lanes, libm.log1p)
F64_LOOPS(expm1_2_21, f64v_expm1_2, expm1)
F64_LOOPS(expm1_2_20, f64v_expm1_lanes, expm1)
F64_LOOPS(sqrt, f64v_sqrt_lanes, double_sqrt)
F64_LOOPS(rsqrt, f64v_rsqrt_lanes, double_rsqrt)
F64_LOOPS(sigmoid, f64v_sigmoid_2, double_sigmoid)
F64_LOOPS(sigmoid_1_15, f64v_sigmoid_1_15, double_sigmoid_rest_1_15)
F64_LOOPS(softplus_2_21, f64v_softplus_2_21, double_softplus)
F64_LOOPS(softplus_2_20, f64v_softplus_lanes, double_softplus)
F64_LOOPS(softplus_1_15, f64v_softplus_1_15_lanes, double_softplus_1_15)
F64_LOOPS(tanh_2_20, f64v_tanh_2_20, tanh)
F64_LOOPS(tanh_2_19, f64v_tanh_lanes, tanh)
F64_LOOPS(reciprocal, f64v_reciprocal_lanes, double_reciprocal)

/* 16-bit types compute in float32 and round after every operation. */
#define TFL_HALF_LOOPS(H, name, in_packets, of_rest)                                               \
    static void H##_##name##_packets(int64_t n, const void *x, void *out) {                        \
        for (int64_t i = 0; i < n; i += F32_LANES)                                                 \
            H##_store((uint16_t *)out + i, in_packets(H##_load((const uint16_t *)x + i)));         \
    }                                                                                              \
    static void H##_##name##_rest(int64_t n, const void *x, void *out) {                           \
        for (int64_t i = 0; i < n; i++) {                                                          \
            float y = of_rest(H##_load_n((const uint16_t *)x + i, 1)[0]);                          \
            H##_store_n((uint16_t *)out + i, f32v_set1(y), 1);                                     \
        }                                                                                          \
    }

#define TFL_HALF_LANES(H, name, of_one)                                                            \
    TFL_MATH f32v H##_##name##_lanes(f32v x) {                                                     \
        for (int i = 0; i < F32_LANES; i++)                                                        \
            x[i] = of_one(x[i]);                                                                   \
        return x;                                                                                  \
    }

#define TFL_HALF(H, threshold, threshold_1_15)                                                     \
    TFL_INLINE float H##_round_one(float x) { return H##_round_to(f32v_set1(x))[0]; }              \
    TFL_INLINE f32v H##_sigmoid_of(f32v e) {                                                       \
        f32v one = f32v_set1(1), y = f32v_div(e, H##_round_to(f32v_add(one, e)));                  \
        return f32v_select(f32v_eq(e, f32v_set1(INFINITY)), one, y);                               \
    }                                                                                              \
    TFL_MATH f32v H##_sigmoid_2(f32v x) { return H##_sigmoid_of(H##_round_to(f32v_exp_2(x))); }    \
    TFL_MATH float H##_one_sigmoid(float x) {                                                      \
        return H##_sigmoid_of(f32v_set1(H##_round_one(libm.expf(x))))[0];                          \
    }                                                                                              \
    TFL_MATH float H##_one_sigmoid_1_15(float x) {                                                 \
        float e = H##_round_one(libm.expf(-x));                                                    \
        return tfl_flush_float(1 / H##_round_one(1 + e));                                          \
    }                                                                                              \
    TFL_HALF_LANES(H, sigmoid_1_15, H##_one_sigmoid_1_15)                                          \
    TFL_INLINE f32v H##_softplus_of(f32v x, f32v e, f32v log1p, float bound) {                     \
        f32v y = f32v_select(f32v_lt(x, f32v_set1(-bound)), e, log1p);                             \
        return f32v_select(f32v_lt(f32v_set1(bound), x), x, y);                                    \
    }                                                                                              \
    TFL_MATH f32v H##_softplus_2(f32v x) {                                                         \
        f32v e = H##_round_to(f32v_exp_2(x));                                                      \
        return H##_softplus_of(x, e, f32v_log1p_2(e), threshold);                                  \
    }                                                                                              \
    TFL_MATH float H##_one_softplus(float x) {                                                     \
        float e = H##_round_one(libm.expf(x));                                                     \
        return H##_softplus_of(f32v_set1(x), f32v_set1(e), f32v_set1(libm.log1pf(e)),              \
                               threshold)[0];                                                      \
    }                                                                                              \
    TFL_MATH float H##_one_softplus_1_15(float x) {                                                \
        float e = H##_round_one(libm.expf(x)), log = libm.logf(H##_round_one(e + 1));              \
        return H##_softplus_of(f32v_set1(x), f32v_set1(e), f32v_set1(log), threshold_1_15)[0];     \
    }                                                                                              \
    TFL_HALF_LANES(H, softplus_1_15, H##_one_softplus_1_15)                                        \
    TFL_INLINE float H##_one_rsqrt(float x) {                                                      \
        return tfl_flush_float(1 / H##_round_one(float_sqrt(x)));                                  \
    }                                                                                              \
    TFL_HALF_LOOPS(H, exp, f32v_exp_2, libm.expf)                                                  \
    TFL_HALF_LOOPS(H, log_2_21, f32v_log_2, libm.logf)                                             \
    TFL_HALF_LOOPS(H, log_2_20, f32v_log_2, float_log_2_20)                                        \
    TFL_HALF_LOOPS(H, log1p, f32v_log1p_2, libm.log1pf)                                            \
    TFL_HALF_LOOPS(H, expm1, f32v_expm1_2, expm1f)                                                 \
    TFL_HALF_LOOPS(H, sqrt, f32v_sqrt_lanes, float_sqrt)                                           \
    TFL_HALF_LOOPS(H, rsqrt, f32v_rsqrt_2, H##_one_rsqrt)                                          \
    TFL_HALF_LOOPS(H, sigmoid, H##_sigmoid_2, H##_one_sigmoid)                                     \
    TFL_HALF_LOOPS(H, sigmoid_1_15, H##_sigmoid_1_15_lanes, H##_one_sigmoid_1_15)                  \
    TFL_HALF_LOOPS(H, softplus_1_15, H##_softplus_1_15_lanes, H##_one_softplus_1_15)               \
    TFL_HALF_LOOPS(H, softplus, H##_softplus_2, H##_one_softplus)                                  \
    TFL_HALF_LOOPS(H, tanh_2_20, f32v_tanh_2_20, tanhf)                                            \
    TFL_HALF_LOOPS(H, tanh_2_19, f32v_tanh_2_19, tanhf)                                            \
    TFL_HALF_LOOPS(H, reciprocal_2_21, f32v_reciprocal_2_21, float_reciprocal)                     \
    TFL_HALF_LOOPS(H, reciprocal_2_20, f32v_reciprocal_2_20, float_reciprocal)
/* 1.15 knows no epsilon of bfloat16. */
TFL_HALF(f16v, 7.0078125f, 7.0078125f)
TFL_HALF(bf16v, 2.84375f, INFINITY)

/* ---- which release computes what ---- */

#define PAIR(name) {name##_packets, name##_rest}
/* Releases without packets of a type. */
#define SINGLE(name) {name##_rest, name##_rest}

#define F32_ROW(log_name, tanh_name, reciprocal_name, sigmoid_name)                                \
    {                                                                                              \
        [TFL_EXP] = PAIR(f32_exp),                                                                 \
        [TFL_LOG] = PAIR(f32_##log_name),                                                          \
        [TFL_LOG1P] = PAIR(f32_log1p),                                                             \
        [TFL_EXPM1] = PAIR(f32_expm1),                                                             \
        [TFL_SQRT] = PAIR(f32_sqrt),                                                               \
        [TFL_RSQRT] = PAIR(f32_rsqrt),                                                             \
        [TFL_LOGISTIC] = PAIR(f32_##sigmoid_name),                                                 \
        [TFL_SOFTPLUS] = PAIR(f32_softplus),                                                       \
        [TFL_TANH] = PAIR(f32_##tanh_name),                                                        \
        [TFL_RECIPROCAL] = PAIR(f32_##reciprocal_name),                                            \
    }

#define F64_ROW(log_name, log1p_name, expm1_name, softplus_name, tanh_name)                        \
    {                                                                                              \
        [TFL_EXP] = PAIR(f64_exp),                                                                 \
        [TFL_LOG] = PAIR(f64_##log_name),                                                          \
        [TFL_LOG1P] = PAIR(f64_##log1p_name),                                                      \
        [TFL_EXPM1] = PAIR(f64_##expm1_name),                                                      \
        [TFL_SQRT] = PAIR(f64_sqrt),                                                               \
        [TFL_RSQRT] = PAIR(f64_rsqrt),                                                             \
        [TFL_LOGISTIC] = PAIR(f64_sigmoid),                                                        \
        [TFL_SOFTPLUS] = PAIR(f64_##softplus_name),                                                \
        [TFL_TANH] = PAIR(f64_##tanh_name),                                                        \
        [TFL_RECIPROCAL] = PAIR(f64_reciprocal),                                                   \
    }

#define HALF_ROW(H, log_name, tanh_name, reciprocal_name)                                          \
    {                                                                                              \
        [TFL_EXP] = PAIR(H##_exp),          [TFL_LOG] = PAIR(H##_##log_name),                      \
        [TFL_LOG1P] = PAIR(H##_log1p),      [TFL_EXPM1] = PAIR(H##_expm1),                         \
        [TFL_SQRT] = PAIR(H##_sqrt),        [TFL_RSQRT] = PAIR(H##_rsqrt),                         \
        [TFL_LOGISTIC] = PAIR(H##_sigmoid), [TFL_SOFTPLUS] = PAIR(H##_softplus),                   \
        [TFL_TANH] = PAIR(H##_##tanh_name), [TFL_RECIPROCAL] = PAIR(H##_##reciprocal_name),        \
    }

#define HALF_ROW_1_15(H)                                                                           \
    {                                                                                              \
        [TFL_EXP] = SINGLE(H##_exp),                                                               \
        [TFL_LOG] = SINGLE(H##_log_2_20),                                                          \
        [TFL_LOG1P] = SINGLE(H##_log1p),                                                           \
        [TFL_EXPM1] = SINGLE(H##_expm1),                                                           \
        [TFL_SQRT] = SINGLE(H##_sqrt),                                                             \
        [TFL_RSQRT] = SINGLE(H##_rsqrt),                                                           \
        [TFL_LOGISTIC] = PAIR(H##_sigmoid_1_15),                                                   \
        [TFL_SOFTPLUS] = PAIR(H##_softplus_1_15),                                                  \
        [TFL_TANH] = SINGLE(H##_tanh_2_20),                                                        \
        [TFL_RECIPROCAL] = SINGLE(H##_reciprocal_2_20),                                            \
    }

static const tfl_path_pair
    functions[TFL_FAMILIES][TFL_F64 + 1]
             [TFL_FUNCTIONS] = {
                 [TFL_FUNCTIONS_2_21] =
                     {
                         [TFL_F16] = HALF_ROW(f16v, log_2_21, tanh_2_20, reciprocal_2_21),
                         [TFL_BF16] = HALF_ROW(bf16v, log_2_21, tanh_2_20, reciprocal_2_21),
                         [TFL_F32] = F32_ROW(log_2_21, tanh_2_20, reciprocal_2_21, sigmoid_2_17),
                         [TFL_F64] =
                             F64_ROW(log_2_21, log1p_2_21, expm1_2_21, softplus_2_21, tanh_2_20),
                     },
                 [TFL_FUNCTIONS_2_20] =
                     {
                         [TFL_F16] = HALF_ROW(f16v, log_2_20, tanh_2_20, reciprocal_2_20),
                         [TFL_BF16] = HALF_ROW(bf16v, log_2_20, tanh_2_20, reciprocal_2_20),
                         [TFL_F32] = F32_ROW(log_2_20, tanh_2_20, reciprocal_2_20, sigmoid_2_17),
                         [TFL_F64] =
                             F64_ROW(log_2_20, log1p_2_20, expm1_2_20, softplus_2_20, tanh_2_20),
                     },
                 [TFL_FUNCTIONS_2_19] =
                     {
                         [TFL_F16] = HALF_ROW(f16v, log_2_20, tanh_2_19, reciprocal_2_20),
                         [TFL_BF16] = HALF_ROW(bf16v, log_2_20, tanh_2_19, reciprocal_2_20),
                         [TFL_F32] = F32_ROW(log_2_20, tanh_2_19, reciprocal_2_20, sigmoid_2_17),
                         [TFL_F64] =
                             F64_ROW(log_2_20, log1p_2_20, expm1_2_20, softplus_2_20, tanh_2_19),
                     },
                 [TFL_FUNCTIONS_2_16] =
                     {
                         [TFL_F16] = HALF_ROW(f16v, log_2_20, tanh_2_19, reciprocal_2_20),
                         [TFL_BF16] = HALF_ROW(bf16v, log_2_20, tanh_2_19, reciprocal_2_20),
                         [TFL_F32] = F32_ROW(log_2_20, tanh_2_19, reciprocal_2_20, sigmoid_2_16),
                         [TFL_F64] =
                             F64_ROW(log_2_20, log1p_2_20, expm1_2_20, softplus_2_20, tanh_2_19),
                     },
                 [TFL_FUNCTIONS_1_15] =
                     {
                         [TFL_F16] = HALF_ROW_1_15(f16v),
                         [TFL_BF16] = HALF_ROW_1_15(bf16v),
                         [TFL_F32] =
                             {
                                 [TFL_EXP] = PAIR(f32_exp_1_15),
                                 [TFL_LOG] = PAIR(f32_log_1_15),
                                 [TFL_LOG1P] = PAIR(f32_log1p_1_15),
                                 [TFL_EXPM1] = PAIR(f32_expm1_1_15),
                                 [TFL_SQRT] = PAIR(f32_sqrt_1_15),
                                 [TFL_RSQRT] = PAIR(f32_rsqrt_1_15),
                                 [TFL_LOGISTIC] = PAIR(f32_sigmoid_1_15),
                                 [TFL_SOFTPLUS] = PAIR(f32_softplus_1_15),
                                 [TFL_TANH] = PAIR(f32_tanh_1_15),
                                 [TFL_RECIPROCAL] = PAIR(f32_reciprocal_1_15),
                             },
                         [TFL_F64] =
                             {
                                 [TFL_EXP] = PAIR(f64_exp_1_15),
                                 [TFL_LOG] = PAIR(f64_log_1_15),
                                 [TFL_LOG1P] = PAIR(f64_log1p_2_20),
                                 [TFL_EXPM1] = PAIR(f64_expm1_2_20),
                                 [TFL_SQRT] = PAIR(f64_sqrt),
                                 [TFL_RSQRT] = PAIR(f64_rsqrt),
                                 [TFL_LOGISTIC] = PAIR(f64_sigmoid_1_15),
                                 [TFL_SOFTPLUS] = PAIR(f64_softplus_1_15),
                                 [TFL_TANH] = PAIR(f64_tanh_2_19),
                                 [TFL_RECIPROCAL] = PAIR(f64_reciprocal),
                             },
                     },
};

const tfl_path_pair *tfl_function_of(tfl_family family, tfl_function function, tfl_dtype dtype) {
    return &functions[family][dtype][function];
}

/* ---- powers ---- */

/* Names that kernels/types does not have. */
#define v_series f32v_series
#define v_exp f32v_exp_2
#define v_scale_any f32v_scale_any
#define v_mantissa f32v_mantissa
#define v_exponent f32v_exponent
#define SPLITTER 0x1.001p12f /* 2^12 + 1 */
#define LN2 0x1.62e43p-1f
#define WHOLE 0x1p23f
#define BELOW_HALF 0x1.fffffep-2f
#define SQRT_HALF 0x1.6a09e6p-1f
#define FAR 250.0f
#define HUGE_EXPONENT (128.0f * LN2 / 0x1p-23f)
#include "kernels/types/f32.h"
#include "functions/pow.h"
#include "kernels/types/end.h"
#undef v_series
#undef v_exp
#undef v_scale_any
#undef v_mantissa
#undef v_exponent
#undef SPLITTER
#undef LN2
#undef WHOLE
#undef BELOW_HALF
#undef SQRT_HALF
#undef FAR
#undef HUGE_EXPONENT

#define v_series f64v_series
#define v_exp f64v_exp_2
#define v_scale_any f64v_scale_any
#define v_mantissa f64v_mantissa
#define v_exponent f64v_exponent
#define SPLITTER 0x1.0000002p27 /* 2^27 + 1 */
#define LN2 0x1.62e42fefa39efp-1
#define WHOLE 0x1p52
#define BELOW_HALF 0x1.fffffffffffffp-2
#define SQRT_HALF 0x1.6a09e667f3bcdp-1
#define FAR 2040.0
#define HUGE_EXPONENT (1024.0 * LN2 / 0x1p-52)
#define F64_POW
#include "kernels/types/f64.h"
#include "functions/pow.h"
#include "kernels/types/end.h"

#define TFL_POWER_PACKETS(name, T, V, LANES, of)                                                   \
    static void name(int64_t n, const void *x, const void *y, void *out) {                         \
        for (int64_t i = 0; i < n; i += LANES)                                                     \
            V##_store((T *)out + i, of(V##_load((const T *)x + i), V##_load((const T *)y + i)));   \
    }
#define TFL_POWER_REST(name, T, of)                                                                \
    static void name(int64_t n, const void *x, const void *y, void *out) {                         \
        for (int64_t i = 0; i < n; i++)                                                            \
            ((T *)out)[i] = of(((const T *)x)[i], ((const T *)y)[i]);                              \
    }
#define TFL_HALF_POWER(H)                                                                          \
    static void H##_power(int64_t n, const void *x, const void *y, void *out) {                    \
        for (int64_t i = 0; i < n; i++) {                                                          \
            float a = H##_load_n((const uint16_t *)x + i, 1)[0];                                   \
            float b = H##_load_n((const uint16_t *)y + i, 1)[0];                                   \
            H##_store_n((uint16_t *)out + i, f32v_set1(powf(a, b)), 1);                            \
        }                                                                                          \
    }

TFL_POWER_PACKETS(f32_power_2_20, float, f32v, F32_LANES, f32_power_2_20_of)
TFL_POWER_PACKETS(f64_power_2_20, double, f64v, F64_LANES, f64_power_2_20_of)
TFL_POWER_PACKETS(f32_power_2_19, float, f32v, F32_LANES, f32_power_2_19_of)
TFL_POWER_PACKETS(f64_power_2_19, double, f64v, F64_LANES, f64_power_2_19_of)
TFL_POWER_REST(f32_power_rest, float, powf)
TFL_POWER_REST(f64_power_rest, double, pow)
TFL_HALF_POWER(f16v)
TFL_HALF_POWER(bf16v)

#define POWER_ROW(f32, f64)                                                                        \
    {                                                                                              \
        [TFL_F16] = {f16v_power, f16v_power},                                                      \
        [TFL_BF16] = {bf16v_power, bf16v_power},                                                   \
        [TFL_F32] = {f32, f32_power_rest},                                                         \
        [TFL_F64] = {f64, f64_power_rest},                                                         \
    }

static const tfl_power_pair powers[TFL_FAMILIES][TFL_F64 + 1] = {
    [TFL_FUNCTIONS_2_21] = POWER_ROW(f32_power_2_20, f64_power_2_20),
    [TFL_FUNCTIONS_2_20] = POWER_ROW(f32_power_2_20, f64_power_2_20),
    [TFL_FUNCTIONS_2_19] = POWER_ROW(f32_power_2_19, f64_power_2_19),
    [TFL_FUNCTIONS_2_16] = POWER_ROW(f32_power_2_19, f64_power_2_19),
    [TFL_FUNCTIONS_1_15] = POWER_ROW(f32_power_rest, f64_power_rest),
};

const tfl_power_pair *tfl_power_of(tfl_family family, tfl_dtype dtype) {
    return &powers[family][dtype];
}
