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
TFL_INLINE f32v f32v_rcp_estimate_whole(f32v x) { return (f32v)_mm_rcp_ps((__m128)x); }
#else
#include "host/rcpps.h"
/* Of 2^e * f as of f: Intel's processors, and AMD's, estimate the mantissa. */
TFL_INLINE f32v f32v_rcp_estimate_whole(f32v x) {
    for (int i = 0; i < F32_LANES; i++) {
        int e;
        float f = 2 * frexpf(x[i], &e), given = x[i];
        int is_number = isfinite(given) && tfl_flush_float(given) != 0;
        float estimate = ldexpf(tfl_estimate(TFL_VENDOR_INTEL, fabsf(f)), 1 - e);
        x[i] = is_number ? copysignf(tfl_flush_float(estimate), given) : 1 / given;
    }
    return x;
}
#endif

#include "functions/f32.h"

#define BOTH(function, T, V, LANES, in_packets, of_rest)                                           \
    static void V##_##function##_packets(int64_t n, const void *x, void *out) {                    \
        for (int64_t i = 0; i < n; i += LANES)                                                     \
            V##_store((T *)out + i, in_packets(V##_load((const T *)x + i)));                       \
    }                                                                                              \
    static void V##_##function##_rest(int64_t n, const void *x, void *out) {                       \
        for (int64_t i = 0; i < n; i++)                                                            \
            ((T *)out)[i] = of_rest(((const T *)x)[i]);                                            \
    }

TFL_INLINE f32v f32v_sqrt_whole(f32v x) {
    for (int i = 0; i < F32_LANES; i++)
        x[i] = tfl_flush_float(sqrtf(tfl_flush_float(x[i])));
    return x;
}

BOTH(exp, float, f32v, F32_LANES, f32v_exp_whole, expf)
BOTH(log, float, f32v, F32_LANES, f32v_log_whole, logf)
BOTH(sqrt, float, f32v, F32_LANES, f32v_sqrt_whole, sqrtf)
BOTH(logistic, float, f32v, F32_LANES, f32v_sigmoid_whole, f32_sigmoid_rest)

BOTH(reciprocal, float, f32v, F32_LANES, f32v_reciprocal_2_21, f32_reciprocal_rest)

#define PAIR(V, function) {V##_##function##_packets, V##_##function##_rest}

static const tfl_path_pair f32_functions[TFL_FUNCTIONS] = {
    [TFL_EXP] = PAIR(f32v, exp),
    [TFL_LOG] = PAIR(f32v, log),
    [TFL_SQRT] = PAIR(f32v, sqrt),
    [TFL_LOGISTIC] = PAIR(f32v, logistic),
    [TFL_RECIPROCAL] = PAIR(f32v, reciprocal),
};

const tfl_path_pair *tfl_function_of(tfl_version version, tfl_function function, tfl_dtype dtype) {
    (void)version;
    const tfl_path_pair *pair = dtype == TFL_F32 ? &f32_functions[function] : NULL;
    return pair && pair->packets ? pair : NULL;
}
