/* SPDX-License-Identifier: Apache-2.0
 * The forms of glibc.h for the test of libm.c, in the primitives of the file that includes this one. */
#define TFL_FORM(V, T, LANES, t, form)                                                             \
    void tfl_##t##_##form(T *x) {                                                                  \
        for (int i = 0; i < TFL_FORM_COUNT; i += LANES)                                            \
            V##_store(x + i, V##_##form(V##_load(x + i)));                                         \
    }
TFL_FORM(f32v, float, F32_LANES, f32, glibc_exp)
TFL_FORM(f32v, float, F32_LANES, f32, glibc_exp_fma)
TFL_FORM(f32v, float, F32_LANES, f32, glibc_log)
TFL_FORM(f32v, float, F32_LANES, f32, glibc_log1p)
TFL_FORM(f32v, float, F32_LANES, f32, rounded_log1p)
TFL_FORM(f64v, double, F64_LANES, f64, glibc_exp)
TFL_FORM(f64v, double, F64_LANES, f64, glibc_exp_fma)
TFL_FORM(f64v, double, F64_LANES, f64, glibc_log)
TFL_FORM(f64v, double, F64_LANES, f64, glibc_log_fma)
TFL_FORM(f64v, double, F64_LANES, f64, glibc_log1p)
TFL_FORM(f64v, double, F64_LANES, f64, glibc_log1p_fma)
#undef TFL_FORM
