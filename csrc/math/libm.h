/* SPDX-License-Identifier: Apache-2.0
 * exp, log and log1p of the host's C library, lane by lane: what TensorFlow calls for the elements
 * that do not fill a packet. The library is linked dynamically, since its bits differ between
 * hosts and TensorFlow uses the same one. */
#define TFL_LIBM(V, T, LANES, name, function)                                                      \
    TFL_INLINE V V##_libm_##name(V x) {                                                            \
        T lanes[LANES];                                                                            \
        V##_store(lanes, x);                                                                       \
        for (int i = 0; i < LANES; i++)                                                            \
            lanes[i] = function(lanes[i]);                                                         \
        return V##_load(lanes);                                                                    \
    }

TFL_LIBM(f32v, float, F32_LANES, exp, expf)
TFL_LIBM(f32v, float, F32_LANES, log1p, log1pf)
TFL_LIBM(f64v, double, F64_LANES, exp, exp)
TFL_LIBM(f64v, double, F64_LANES, log1p, log1p)
#undef TFL_LIBM
