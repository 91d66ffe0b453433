/* SPDX-License-Identifier: Apache-2.0
 * glibc's exp, log and log1p for every argument: the forms of kernels/math/glibc.h, which know those that
 * the losses need, and the other arguments around them. */
#include "functions/glibc.h"

#include <float.h>
#include <math.h>

#include "host/fpenv.h"
#include "isa/generic.h"
#include "kernels/math/log.h"
#include "kernels/math/glibc.h"

/* ---- exp ---- */

static float f32_exp(float x) { return f32v_glibc_exp(f32v_set1(x < 89 || x != x ? x : 89))[0]; }
/* Above 0 fused products show in another argument. */
static float f32_exp_fma(float x) {
    if (x == 0x1.04845ep+5f)
        return 0x1.f93e38p+46f;
    return f32v_glibc_exp_fma(f32v_set1(x < 89 || x != x ? x : 89))[0];
}

/* Above 0 the power of two is made smaller till the end, so that it does not overflow first. */
#define TFL_EXP(name, form, rest_of, step)                                                         \
    static double name(double x) {                                                                 \
        if (!(x > 0))                                                                              \
            return form(f64v_set1(x))[0];                                                          \
        f64v power, rest = rest_of(f64v_set1(x < 720 ? x : 720), -512, &power);                    \
        return step(power, rest, power)[0] * 0x1p512;                                              \
    }
TFL_EXP(f64_exp, f64v_glibc_exp, f64v_glibc_exp_rest, f64v_glibc_step)
TFL_EXP(f64_exp_fma, f64v_glibc_exp_fma, f64v_glibc_exp_rest_fma, f64v_glibc_step_fma)

/* ---- log ---- */

/* A subnormal number is scaled, which gives 0 where it is flushed; its bits then say 2^-150 in float and
 * 2^-1075 in double. */
#define TFL_LOG(name, T, BITS, least, of_subnormal, form)                                          \
    static T name(T x) {                                                                           \
        BITS bits;                                                                                 \
        memcpy(&bits, &x, sizeof bits);                                                            \
        BITS sign = (BITS)1 << (8 * sizeof bits - 1);                                              \
        if ((bits & ~sign) == 0)                                                                   \
            return -(T)INFINITY;                                                                   \
        if (x != x || x == (T)INFINITY)                                                            \
            return x;                                                                              \
        if (bits & sign)                                                                           \
            return (T)NAN;                                                                         \
        return bits < (least) ? (T)(of_subnormal) : form(x);                                       \
    }
#define TFL_NORMAL_LOG(name, near_1, far)                                                          \
    static double name(double x) {                                                                 \
        int is_near = x >= 1 - 0x1p-4 && x < 1 + 0x1.09p-4;                                        \
        return (is_near ? near_1(f64v_set1(x - 1)) : far(f64v_set1(x)))[0];                        \
    }
static float f32_normal_log(float x) { return f32v_glibc_log(f32v_set1(x))[0]; }
TFL_NORMAL_LOG(f64_normal_log, f64v_glibc_log_near_1, f64v_glibc_log_far)
TFL_NORMAL_LOG(f64_normal_log_fma, f64v_glibc_log_near_1_fma, f64v_glibc_log_far_fma)
TFL_LOG(f32_log, float, uint32_t, 0x00800000u, -0x1.9fe368p+6f, f32_normal_log)
TFL_LOG(f64_log, double, uint64_t, 0x0010000000000000u, -0x1.74910d52d3052p+9, f64_normal_log)
TFL_LOG(f64_log_fma, double, uint64_t, 0x0010000000000000u, -0x1.74910d52d3052p+9,
        f64_normal_log_fma)

/* ---- log1p ---- */

#define T float
#define FORM(x) f32_##x
#define FREXP frexpf
#define UPPER 0x1.a827aep-2f
#define LOWER 0x1.2bec4p-2f
#define ROOT 0x1.6a09eep+0f
#define SHORT 0x1.000002p+0f
#define LONG 0x1.fffffap+0f
#define LN2_HIGH 0x1.62e3p-1f
#define LN2_LOW 0x1.2fefa2p-17f
static float f32_step(float a, float b, float c) { return a * b + c; }
static float f32_polynomial(float z) {
    float y = z * 0x1.2f112ep-3f + 0x1.39a09ep-3f;
    y = y * z + 0x1.74664ap-3f;
    y = y * z + 0x1.c71c52p-3f;
    y = y * z + 0x1.24924ap-2f;
    y = y * z + 0x1.99999ap-2f;
    return (y * z + 0x1.555556p-1f) * z;
}
#include "functions/glibc_log1p.h"
#undef T
#undef FORM
#undef FREXP
#undef UPPER
#undef LOWER
#undef ROOT
#undef SHORT
#undef LONG
#undef LN2_HIGH
#undef LN2_LOW

/* Correctly rounded; what is tiny is its own result, flushed. */
static float f32_rounded_log1p(float x) {
    if (!(x > -1 && x < INFINITY))
        return x == -1 ? -INFINITY : x < -1 ? NAN : x;
    if (fabsf(x) < FLT_MIN)
        return copysignf(0, x);
    for (int k = 0; k < TFL_LOG1P_ODD; k++)
        if (x == tfl_log1p_odd[k][0])
            return tfl_log1p_odd[k][1];
    return fabsf(x) < 0x1p-25f ? x : f32v_rounded_log1p(f32v_set1(x))[0];
}

#define T double
#define FREXP frexp
#define UPPER 0x1.a827ap-2
#define LOWER 0x1.2bec4p-2
#define ROOT 0x1.6a09ep+0
#define SHORT 0x1.00001p+0
#define LONG 0x1.ffffdp+0
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33
#define FORM(x) f64_fused_##x
static double FORM(step)(double a, double b, double c) { return fma(a, b, c); }
static double FORM(polynomial)(double z) { return f64v_glibc_log1p_rest_fma(f64v_set1(z))[0]; }
#include "functions/glibc_log1p.h"
#undef FORM
#define FORM(x) f64_##x
static double FORM(step)(double a, double b, double c) { return a * b + c; }
static double FORM(polynomial)(double z) { return f64v_glibc_log1p_rest(f64v_set1(z))[0]; }
#include "functions/glibc_log1p.h"

/* ---- which library computes what ---- */

/* Each function by its form. */
typedef float (*f32_call)(float);
typedef double (*f64_call)(double);
enum { FORMS = TFL_ROUNDED + 1 };
static const f32_call f32_exps[FORMS] = {
    [TFL_OF_HOST] = expf, [TFL_GLIBC] = f32_exp, [TFL_GLIBC_FMA] = f32_exp_fma};
static const f32_call f32_logs[FORMS] = {[TFL_OF_HOST] = logf, [TFL_GLIBC] = f32_log};
static const f32_call f32_log1ps[FORMS] = {
    [TFL_OF_HOST] = log1pf, [TFL_GLIBC] = f32_log1p, [TFL_ROUNDED] = f32_rounded_log1p};
static const f64_call f64_exps[FORMS] = {
    [TFL_OF_HOST] = exp, [TFL_GLIBC] = f64_exp, [TFL_GLIBC_FMA] = f64_exp_fma};
static const f64_call f64_logs[FORMS] = {
    [TFL_OF_HOST] = log, [TFL_GLIBC] = f64_log, [TFL_GLIBC_FMA] = f64_log_fma};
static const f64_call f64_log1ps[FORMS] = {
    [TFL_OF_HOST] = log1p, [TFL_GLIBC] = f64_log1p, [TFL_GLIBC_FMA] = f64_fused_log1p};

/* The host's own form is the host's function. */
#define CALL(functions, name) (functions)[libm->name == host->name ? TFL_OF_HOST : libm->name]

static tfl_libm_calls calls_of(const tfl_libm_facts *libm, const tfl_libm_facts *host) {
    return (tfl_libm_calls){
        .expf = CALL(f32_exps, f32_exp),
        .logf = CALL(f32_logs, f32_log),
        .log1pf = CALL(f32_log1ps, f32_log1p),
        .exp = CALL(f64_exps, f64_exp),
        .log = CALL(f64_logs, f64_log),
        .log1p = CALL(f64_log1ps, f64_log1p),
    };
}

tfl_libm_calls tfl_libm_calls_of(const tfl_libm_facts *libm) {
    return calls_of(libm, tfl_host_libm_facts());
}

tfl_libm_calls tfl_own_libm_calls_of(const tfl_libm_facts *libm) {
    return calls_of(libm, &(tfl_libm_facts){TFL_OF_HOST});
}
