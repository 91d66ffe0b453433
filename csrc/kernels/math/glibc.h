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
