/* SPDX-License-Identifier: Apache-2.0
 * exp, log and log1p of the C library: what TensorFlow calls for the elements that do not fill a packet.
 *
 * Whose library is the caller's choice (call->libm). One of glibc's is computed in vectors, with the forms
 * of glibc.h; the host's is called lane by lane where no form has been found to be its own. Each is there
 * once, not inlined: a call is little against what it does. It takes several vectors: the steps of one
 * wait for each other, and a processor sees several of them at once. */
#include "kernels/math/glibc.h"

#define TFL_LIBM(V, T, LANES, t, name, function, SECOND, second)                                   \
    TFL_APART void V##_libm_##name##_each(const tfl_call *call, V *x, int count) {                 \
        switch (call->libm->t##_##name) {                                                          \
        case TFL_GLIBC:                                                                            \
            V##_glibc_##name##_each(x, count);                                                     \
            return;                                                                                \
        case SECOND:                                                                               \
            V##_##second##_each(x, count);                                                         \
            return;                                                                                \
        default:                                                                                   \
            break;                                                                                 \
        }                                                                                          \
        for (int k = 0; k < count; k++) {                                                          \
            T lanes[LANES];                                                                        \
            V##_store(lanes, x[k]);                                                                \
            for (int i = 0; i < LANES; i++)                                                        \
                lanes[i] = function(lanes[i]);                                                     \
            x[k] = V##_load(lanes);                                                                \
        }                                                                                          \
    }                                                                                              \
    TFL_INLINE V V##_libm_##name(const tfl_call *call, V x) {                                      \
        V##_libm_##name##_each(call, &x, 1);                                                       \
        return x;                                                                                  \
    }

/* (logf has one form in all of them.) */
TFL_LIBM(f32v, float, F32_LANES, f32, exp, expf, TFL_GLIBC_FMA, glibc_exp_fma)
TFL_LIBM(f32v, float, F32_LANES, f32, log, logf, TFL_GLIBC_FMA, glibc_log)
TFL_LIBM(f32v, float, F32_LANES, f32, log1p, log1pf, TFL_ROUNDED, rounded_log1p)
TFL_LIBM(f64v, double, F64_LANES, f64, exp, exp, TFL_GLIBC_FMA, glibc_exp_fma)
TFL_LIBM(f64v, double, F64_LANES, f64, log, log, TFL_GLIBC_FMA, glibc_log_fma)
TFL_LIBM(f64v, double, F64_LANES, f64, log1p, log1p, TFL_GLIBC_FMA, glibc_log1p_fma)
#undef TFL_LIBM
