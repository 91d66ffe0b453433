/* SPDX-License-Identifier: Apache-2.0
 * exp, log and log1p of glibc, from 2.28 on, in vectors: its very bits, for the arguments that the losses
 * need. Which releases have which is told by the table of sets, api/libm.c.
 *
 * Coefficients and tables of exp and log: Arm Optimized Routines, MIT, math/exp2f_data.c,
 * logf_data.c, exp_data.c and log_data.c. Those of log1p: fdlibm, s_log1p.c and s_log1pf.c; of its
 * float32 form that is rounded correctly: CORE-MATH, MIT, src/binary32/log1p/log1pf.c. All three
 * licences stand in LICENSE.
 *
 * glibc compiles exp, log and log1p of float64 once more for processors with FMA (_fma); which
 * products are then rounded by themselves has been read off its machine code. */
#include "kernels/math/glibc_f32.h"

#define FORM_IS_FUSED
#define FORM(x) f64v_glibc_##x##_fma
TFL_INLINE f64v FORM(step)(f64v a, f64v b, f64v c) { return f64v_fused(a, b, c); }
#include "kernels/math/glibc_f64.h"
#undef FORM
#undef FORM_IS_FUSED

#define FORM(x) f64v_glibc_##x
TFL_INLINE f64v FORM(step)(f64v a, f64v b, f64v c) { return f64v_add(f64v_mul(a, b), c); }
#include "kernels/math/glibc_f64.h"
#undef FORM

/* Those of which several vectors at once gain nothing. */
#define TFL_ONE_BY_ONE(V, form)                                                                    \
    TFL_INLINE void V##_##form##_each(V *x, int count) {                                           \
        for (int k = 0; k < count; k++)                                                            \
            x[k] = V##_##form(x[k]);                                                               \
    }
TFL_ONE_BY_ONE(f32v, glibc_exp)
TFL_ONE_BY_ONE(f32v, glibc_exp_fma)
TFL_ONE_BY_ONE(f32v, glibc_log)
TFL_ONE_BY_ONE(f32v, rounded_log1p)
TFL_ONE_BY_ONE(f64v, glibc_exp)
TFL_ONE_BY_ONE(f64v, glibc_exp_fma)
TFL_ONE_BY_ONE(f64v, glibc_log)
TFL_ONE_BY_ONE(f64v, glibc_log_fma)
TFL_ONE_BY_ONE(f64v, glibc_log1p)
TFL_ONE_BY_ONE(f64v, glibc_log1p_fma)
#undef TFL_ONE_BY_ONE
