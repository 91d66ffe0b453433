/* SPDX-License-Identifier: Apache-2.0
 * exp, log and log1p of the host's C library: what TensorFlow calls for the elements that do not
 * fill a packet. The library is linked dynamically, since its bits differ between hosts and
 * TensorFlow uses the same one.
 *
 * Where a function has been found to be one of those in glibc.h (tfl_libm, libm.c), it is computed in
 * vectors, else lane by lane. Each is there once, not inlined: a call is little against what it does.
 * It takes several vectors: the steps of one wait for each other, and a processor sees several of them
 * at once. */
#include "kernels/math/glibc.h"

#define TFL_LIBM(V, T, LANES, t, name, function, form, FORM)                                       \
    TFL_APART void V##_libm_##name##_each(V *x, int count) {                                       \
        if (TFL_NAME(libm).t##_##name == FORM) {                                                   \
            V##_##form##_each(x, count);                                                           \
            return;                                                                                \
        }                                                                                          \
        for (int k = 0; k < count; k++) {                                                          \
            T lanes[LANES];                                                                        \
            V##_store(lanes, x[k]);                                                                \
            for (int i = 0; i < LANES; i++)                                                        \
                lanes[i] = function(lanes[i]);                                                     \
            x[k] = V##_load(lanes);                                                                \
        }                                                                                          \
    }                                                                                              \
    TFL_INLINE V V##_libm_##name(V x) {                                                            \
        V##_libm_##name##_each(&x, 1);                                                             \
        return x;                                                                                  \
    }

TFL_LIBM(f32v, float, F32_LANES, f32, exp, expf, glibc_exp, TFL_GLIBC)
TFL_LIBM(f32v, float, F32_LANES, f32, log, logf, glibc_log, TFL_GLIBC)
TFL_LIBM(f32v, float, F32_LANES, f32, log1p, log1pf, glibc_log1p, TFL_GLIBC)
TFL_LIBM(f64v, double, F64_LANES, f64, exp, exp, glibc_exp_fma, TFL_GLIBC_FMA)
TFL_LIBM(f64v, double, F64_LANES, f64, log, log, glibc_log_fma, TFL_GLIBC_FMA)
TFL_LIBM(f64v, double, F64_LANES, f64, log1p, log1p, glibc_log1p_fma, TFL_GLIBC_FMA)
#undef TFL_LIBM
