/* SPDX-License-Identifier: Apache-2.0
 * What is the same for float32 and float64. Source: Eigen 5.0.1-dev, MPL-2.0,
 * Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h (generic_log1p, generic_expm1),
 * Eigen/src/Core/functors/UnaryFunctors.h (scalar_logistic_op). */

#define TFL_ANY(V, M, T, SHIFTER, BIAS, MANTISSA_BITS)                                             \
    /* y * 2^m for integral |m| < 2*BIAS, rounded once. */                                         \
    TFL_INLINE V V##_scale_any(V y, V m) {                                                         \
        V shifter = V##_set1((T)SHIFTER);                                                          \
        M whole = (M)(m + shifter) - (M)shifter, half = whole >> 1;                                \
        V first = (V)((half + BIAS) << MANTISSA_BITS);                                             \
        V second = (V)((whole - half + BIAS) << MANTISSA_BITS);                                    \
        return V##_mul(V##_mul(y, first), second);                                                 \
    }                                                                                              \
    /* Subnormal numbers become zeros; 1*x would be compiled to x. */                              \
    TFL_INLINE V V##_flushed(V x) {                                                                \
        V sign = (V)((M)x & (M)V##_set1(-(T)0));                                                   \
        return V##_select(V##_eq(x, V##_set1(0)), sign, x);                                        \
    }                                                                                              \
    /* 0 gives -inf, less than 0 NaN; subnormal numbers are 0. */                                  \
    TFL_INLINE V V##_log_cases(V x, V log) {                                                       \
        V zero = V##_set1(0);                                                                      \
        log = V##_select(V##_lt(x, V##_set1((T)INFINITY)), log, x); /* also NaN */                 \
        log = V##_select(V##_lt(x, zero), V##_set1((T)NAN), log);                                  \
        return V##_select(V##_eq(x, zero), V##_set1(-(T)INFINITY), log);                           \
    }                                                                                              \
    /* c[0]*x^n + c[1]*x^(n-1) + ... */                                                            \
    TFL_INLINE V V##_series(V x, const T *c, int terms) {                                          \
        V y = V##_set1(c[0]);                                                                      \
        for (int k = 1; k < terms; k++)                                                            \
            y = V##_add(V##_mul(y, x), V##_set1(c[k]));                                            \
        return y;                                                                                  \
    }

TFL_ANY(f32v, f32m, float, 0x1.8p23f, 127, 23)
TFL_ANY(f64v, f64m, double, 0x1.8p52, 1023, 52)
#undef TFL_ANY

/* Of the exp and log of a version; log1p gives small_of(x) for itself. */
#define TFL_COMPOSED(V, T, version, exp_of, log_of, small_of)                                      \
    /* log(1 + x), mended by the part of x that 1 + x lost. */                                     \
    TFL_MATH V V##_log1p_##version(V x) {                                                          \
        V one = V##_set1(1), s = V##_add(x, one), log = log_of(s);                                 \
        V y = V##_mul(x, V##_div(log, V##_sub(s, one)));                                           \
        y = V##_select(V##_eq(s, log), x, y); /* infinity */                                       \
        return V##_select(V##_eq(s, one), small_of(x), y);                                         \
    }                                                                                              \
    /* exp(x) - 1, mended in the same way. */                                                      \
    TFL_MATH V V##_expm1_##version(V x) {                                                          \
        V one = V##_set1(1), u = exp_of(x), less = V##_sub(u, one), log = log_of(u);               \
        V y = V##_mul(less, V##_div(x, log));                                                      \
        y = V##_select(V##_eq(log, u), u, y); /* infinity */                                       \
        y = V##_select(V##_eq(less, V##_set1(-1)), V##_set1(-1), y);                               \
        return V##_select(V##_eq(u, one), x, y);                                                   \
    }                                                                                              \
    TFL_MATH V V##_sigmoid_##version(V x) {                                                        \
        V one = V##_set1(1), e = exp_of(x), y = V##_div(e, V##_add(one, e));                       \
        return V##_select(V##_eq(e, V##_set1((T)INFINITY)), one, y);                               \
    }
