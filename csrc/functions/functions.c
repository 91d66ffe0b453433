/* SPDX-License-Identifier: Apache-2.0
 * Functions of one number, for any processor, in the vectors of isa/generic.h. */
#include "functions/functions.h"

#include <math.h>

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

#include "functions/any.h"
#include "functions/f32.h"
#include "functions/f64.h"

TFL_COMPOSED(f32v, float, 2, f32v_exp_2, f32v_log_2)
TFL_COMPOSED(f64v, double, 2, f64v_exp_2, f64v_log_2)

/* What is between a threshold's negative and it takes log1p(exp(x)), what is above is its own result,
 * what is below its exponential. The threshold is -2 - log(epsilon). */
#define TFL_SOFTPLUS(V, name, exp_of, log1p_of, threshold)                                         \
    TFL_MATH V V##_softplus_##name(V x) {                                                          \
        V above = V##_set1(threshold), e = exp_of(x);                                              \
        V y = V##_select(V##_lt(x, V##_neg(above)), e, log1p_of(e));                               \
        return V##_select(V##_lt(above, x), x, y);                                                 \
    }
#define F32_THRESHOLD 13.9423847198486328125f
#define F64_THRESHOLD 34.04365338911715
TFL_SOFTPLUS(f32v, 2, f32v_exp_2, f32v_log1p_2, F32_THRESHOLD)
TFL_SOFTPLUS(f64v, 2, f64v_exp_2, f64v_log1p_2, F64_THRESHOLD)

/* Lane by lane, by the C library or an instruction. */
#define TFL_LANES(V, T, LANES, name, of_one)                                                       \
    TFL_MATH V V##_##name(V x) {                                                                   \
        for (int i = 0; i < LANES; i++)                                                            \
            x[i] = of_one(x[i]);                                                                   \
        return x;                                                                                  \
    }

#define TFL_RESTS(T, flush, sqrt_of, exp_of, log1p_of, threshold)                                  \
    TFL_INLINE T T##_sqrt_rest(T x) { return flush(sqrt_of(flush(x))); }                           \
    TFL_INLINE T T##_rsqrt_rest(T x) { return flush(1 / T##_sqrt_rest(x)); }                       \
    TFL_INLINE T T##_reciprocal_rest(T x) { return flush(1 / flush(x)); }                          \
    TFL_INLINE T T##_sigmoid_rest(T x) {                                                           \
        T e = exp_of(x);                                                                           \
        return e == (T)INFINITY ? 1 : flush(e / (1 + e));                                          \
    }                                                                                              \
    TFL_INLINE T T##_softplus_rest(T x) {                                                          \
        return x > threshold ? x : x < -threshold ? exp_of(x) : log1p_of(exp_of(x));               \
    }
TFL_RESTS(float, tfl_flush_float, sqrtf, expf, log1pf, F32_THRESHOLD)
TFL_RESTS(double, tfl_flush_double, sqrt, exp, log1p, F64_THRESHOLD)

TFL_LANES(f32v, float, F32_LANES, sqrt_exact, float_sqrt_rest)
TFL_LANES(f64v, double, F64_LANES, sqrt_exact, double_sqrt_rest)
TFL_LANES(f64v, double, F64_LANES, rsqrt_exact, double_rsqrt_rest)
TFL_LANES(f64v, double, F64_LANES, reciprocal_exact, double_reciprocal_rest)
TFL_INLINE float f32_tanh_rest_2_21(float x) { return f32v_tanh_2_21(f32v_set1(x))[0]; }

/* The two loops of a function. */
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

F32_LOOPS(exp, f32v_exp_2, expf)
F32_LOOPS(log, f32v_log_2, logf)
F32_LOOPS(log1p, f32v_log1p_2, log1pf)
F32_LOOPS(expm1, f32v_expm1_2, expm1f)
F32_LOOPS(sqrt, f32v_sqrt_exact, float_sqrt_rest)
F32_LOOPS(rsqrt, f32v_rsqrt_2, float_rsqrt_rest)
F32_LOOPS(sigmoid_2_17, f32v_sigmoid_2_17, f32_sigmoid_rest_2_17)
F32_LOOPS(softplus, f32v_softplus_2, float_softplus_rest)
F32_LOOPS(tanh_2_21, f32v_tanh_2_21, f32_tanh_rest_2_21)
F32_LOOPS(reciprocal_2_21, f32v_reciprocal_2_21, float_reciprocal_rest)

F64_LOOPS(exp, f64v_exp_2, exp)
F64_LOOPS(log, f64v_log_2, log)
F64_LOOPS(log1p_2_21, f64v_log1p_2, log1p)
F64_LOOPS(expm1_2_21, f64v_expm1_2, expm1)
F64_LOOPS(sqrt, f64v_sqrt_exact, double_sqrt_rest)
F64_LOOPS(rsqrt, f64v_rsqrt_exact, double_rsqrt_rest)
F64_LOOPS(sigmoid, f64v_sigmoid_2, double_sigmoid_rest)
F64_LOOPS(softplus_2_21, f64v_softplus_2, double_softplus_rest)
F64_LOOPS(tanh_2_21, f64v_tanh_2_21, tanh)
F64_LOOPS(reciprocal, f64v_reciprocal_exact, double_reciprocal_rest)

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

#define TFL_HALF(H, threshold)                                                                     \
    TFL_INLINE float H##_round_one(float x) { return H##_round_to(f32v_set1(x))[0]; }              \
    TFL_INLINE f32v H##_sigmoid_of(f32v e) {                                                       \
        f32v one = f32v_set1(1), y = f32v_div(e, H##_round_to(f32v_add(one, e)));                  \
        return f32v_select(f32v_eq(e, f32v_set1(INFINITY)), one, y);                               \
    }                                                                                              \
    TFL_MATH f32v H##_sigmoid_2(f32v x) { return H##_sigmoid_of(H##_round_to(f32v_exp_2(x))); }    \
    TFL_MATH float H##_one_sigmoid(float x) {                                                      \
        return H##_sigmoid_of(f32v_set1(H##_round_one(expf(x))))[0];                               \
    }                                                                                              \
    TFL_INLINE f32v H##_softplus_of(f32v x, f32v e, f32v log1p) {                                  \
        f32v y = f32v_select(f32v_lt(x, f32v_set1(-threshold)), e, log1p);                         \
        return f32v_select(f32v_lt(f32v_set1(threshold), x), x, y);                                \
    }                                                                                              \
    TFL_MATH f32v H##_softplus_2(f32v x) {                                                         \
        f32v e = H##_round_to(f32v_exp_2(x));                                                      \
        return H##_softplus_of(x, e, f32v_log1p_2(e));                                             \
    }                                                                                              \
    TFL_MATH float H##_one_softplus(float x) {                                                     \
        float e = H##_round_one(expf(x));                                                          \
        return H##_softplus_of(f32v_set1(x), f32v_set1(e), f32v_set1(log1pf(e)))[0];               \
    }                                                                                              \
    TFL_INLINE float H##_one_rsqrt(float x) {                                                      \
        return tfl_flush_float(1 / H##_round_one(float_sqrt_rest(x)));                             \
    }                                                                                              \
    TFL_HALF_LOOPS(H, exp, f32v_exp_2, expf)                                                       \
    TFL_HALF_LOOPS(H, log, f32v_log_2, logf)                                                       \
    TFL_HALF_LOOPS(H, log1p, f32v_log1p_2, log1pf)                                                 \
    TFL_HALF_LOOPS(H, expm1, f32v_expm1_2, expm1f)                                                 \
    TFL_HALF_LOOPS(H, sqrt, f32v_sqrt_exact, float_sqrt_rest)                                      \
    TFL_HALF_LOOPS(H, rsqrt, f32v_rsqrt_2, H##_one_rsqrt)                                          \
    TFL_HALF_LOOPS(H, sigmoid, H##_sigmoid_2, H##_one_sigmoid)                                     \
    TFL_HALF_LOOPS(H, softplus, H##_softplus_2, H##_one_softplus)                                  \
    TFL_HALF_LOOPS(H, tanh_2_21, f32v_tanh_2_21, tanhf)                                            \
    TFL_HALF_LOOPS(H, reciprocal_2_21, f32v_reciprocal_2_21, float_reciprocal_rest)                \
                                                                                                   \
    static const tfl_path_pair H##_functions[TFL_FUNCTIONS] = {                                    \
        [TFL_EXP] = PAIR(H##_exp),          [TFL_LOG] = PAIR(H##_log),                             \
        [TFL_LOG1P] = PAIR(H##_log1p),      [TFL_EXPM1] = PAIR(H##_expm1),                         \
        [TFL_SQRT] = PAIR(H##_sqrt),        [TFL_RSQRT] = PAIR(H##_rsqrt),                         \
        [TFL_LOGISTIC] = PAIR(H##_sigmoid), [TFL_SOFTPLUS] = PAIR(H##_softplus),                   \
        [TFL_TANH] = PAIR(H##_tanh_2_21),   [TFL_RECIPROCAL] = PAIR(H##_reciprocal_2_21),          \
    };

#define PAIR(name) {name##_packets, name##_rest}

TFL_HALF(f16v, 7.0078125f)
TFL_HALF(bf16v, 2.84375f)

static const tfl_path_pair f32_functions[TFL_FUNCTIONS] = {
    [TFL_EXP] = PAIR(f32_exp),
    [TFL_LOG] = PAIR(f32_log),
    [TFL_LOG1P] = PAIR(f32_log1p),
    [TFL_EXPM1] = PAIR(f32_expm1),
    [TFL_SQRT] = PAIR(f32_sqrt),
    [TFL_RSQRT] = PAIR(f32_rsqrt),
    [TFL_LOGISTIC] = PAIR(f32_sigmoid_2_17),
    [TFL_SOFTPLUS] = PAIR(f32_softplus),
    [TFL_TANH] = PAIR(f32_tanh_2_21),
    [TFL_RECIPROCAL] = PAIR(f32_reciprocal_2_21),
};

static const tfl_path_pair f64_functions[TFL_FUNCTIONS] = {
    [TFL_EXP] = PAIR(f64_exp),          [TFL_LOG] = PAIR(f64_log),
    [TFL_LOG1P] = PAIR(f64_log1p_2_21), [TFL_EXPM1] = PAIR(f64_expm1_2_21),
    [TFL_SQRT] = PAIR(f64_sqrt),        [TFL_RSQRT] = PAIR(f64_rsqrt),
    [TFL_LOGISTIC] = PAIR(f64_sigmoid), [TFL_SOFTPLUS] = PAIR(f64_softplus_2_21),
    [TFL_TANH] = PAIR(f64_tanh_2_21),   [TFL_RECIPROCAL] = PAIR(f64_reciprocal),
};

const tfl_path_pair *tfl_function_of(tfl_version version, tfl_function function, tfl_dtype dtype) {
    (void)version;
    static const tfl_path_pair *const tables[] = {[TFL_F16] = f16v_functions,
                                                  [TFL_BF16] = bf16v_functions,
                                                  [TFL_F32] = f32_functions,
                                                  [TFL_F64] = f64_functions};
    const tfl_path_pair *pair = &tables[dtype][function];
    return pair->packets ? pair : NULL;
}
