/* SPDX-License-Identifier: Apache-2.0
 * The packet functions of older versions as tables, in the order of the enumerations in tf_losses.h. */
#include "kernels/math/older_functions.h"

/* exp of float64 as in exp.h, with that cut; it shows up to 2.2. */
TFL_MATH f64v f64v_exp_2_2(f64v x) {
    f64v m = f64v_floor(f64v_add(f64v_mul(f64v_set1(0x1.71547652b82fep+0), x), f64v_set1(0.5)));
    return f64v_select(f64v_lt(m, f64v_set1(-1022.0)), f64v_set1(0.0), f64v_exp(x));
}

typedef void (*f32v_function)(const tfl_call *call, f32v *x, int count);
typedef void (*f64v_function)(const tfl_call *call, f64v *x, int count);

/* A function of `count` vectors: their steps do not wait for each other, and a processor sees several
 * of them at once. */
#define TFL_OF_SEVERAL(V, function)                                                                \
    static void function##_of_several(const tfl_call *call, V *x, int count) {                     \
        (void)call;                                                                                \
        for (int k = 0; k < count; k++)                                                            \
            x[k] = function(x[k]);                                                                 \
    }
TFL_OF_SEVERAL(f32v, f32v_log)
TFL_OF_SEVERAL(f32v, f32v_log_2_4)
TFL_OF_SEVERAL(f32v, f32v_log_1_12)
TFL_OF_SEVERAL(f32v, f32v_log_2_8)
TFL_OF_SEVERAL(f32v, f32v_log1p_2_4)
TFL_OF_SEVERAL(f32v, f32v_log1p_2_8)
TFL_OF_SEVERAL(f64v, f64v_exp)
TFL_OF_SEVERAL(f64v, f64v_exp_2_2)
TFL_OF_SEVERAL(f64v, f64v_log)
TFL_OF_SEVERAL(f64v, f64v_log_2_4)
#undef TFL_OF_SEVERAL

/* The same where `steps` computes `step` vectors from x on, a number that the compiler knows. */
#define TFL_IN_STEPS(V, function, steps)                                                           \
    static void function##_of_several(const tfl_call *call, V *x, int count) {                     \
        (void)call;                                                                                \
        for (; count >= F32_UNROLL; x += F32_UNROLL, count -= F32_UNROLL) {                        \
            enum { step = F32_UNROLL };                                                            \
            steps;                                                                                 \
        }                                                                                          \
        for (; count > 0; x++, count--) {                                                          \
            enum { step = 1 };                                                                     \
            steps;                                                                                 \
        }                                                                                          \
    }
TFL_IN_STEPS(f32v, f32v_exp, f32v_exp_each(x, step, 0))
TFL_IN_STEPS(f32v, f32v_exp_2_4, f32v_exp_2_4_each(x, step))
TFL_IN_STEPS(f32v, f32v_exp_2_8, f32v_exp_2_8_each(x, step))
TFL_IN_STEPS(f32v, f32v_log1p, f32v_log1p_each(x, step))
TFL_IN_STEPS(f64v, f64v_log1p, f64v_log1p_each(x, step))
#undef TFL_IN_STEPS

static const f32v_function f32v_exps[TFL_F32_EXPS] = {
    [TFL_F32_EXP_2_21] = f32v_exp_of_several,
    [TFL_F32_EXP_2_8] = f32v_exp_2_8_of_several,
    [TFL_F32_EXP_2_4] = f32v_exp_2_4_of_several,
};
static const f32v_function f32v_logs[TFL_F32_LOGS] = {
    [TFL_F32_LOG_2_21] = f32v_log_of_several,
    [TFL_F32_LOG_2_8] = f32v_log_2_8_of_several,
    [TFL_F32_LOG_2_4] = f32v_log_2_4_of_several,
    [TFL_F32_LOG_1_12] = f32v_log_1_12_of_several,
};
static const f32v_function f32v_log1ps[TFL_F32_LOG1PS] = {
    [TFL_F32_LOG1P_2_21] = f32v_log1p_of_several,
    [TFL_F32_LOG1P_2_8] = f32v_log1p_2_8_of_several,
    [TFL_F32_LOG1P_2_4] = f32v_log1p_2_4_of_several,
    [TFL_F32_LOG1P_LIBM] = f32v_libm_log1p_each,
};
static const f64v_function f64v_exps[TFL_F64_EXPS] = {
    [TFL_F64_EXP_2_21] = f64v_exp_of_several,
    [TFL_F64_EXP_2_2] = f64v_exp_2_2_of_several,
};
static const f64v_function f64v_logs[TFL_F64_LOGS] = {
    [TFL_F64_LOG_2_21] = f64v_log_of_several,
    [TFL_F64_LOG_2_4] = f64v_log_2_4_of_several,
    [TFL_F64_LOG_LIBM] = f64v_libm_log_each,
};
static const f64v_function f64v_log1ps[TFL_F64_LOG1PS] = {
    [TFL_F64_LOG1P_2_21] = f64v_log1p_of_several,
    [TFL_F64_LOG1P_LIBM] = f64v_libm_log1p_each,
};

#define TFL_OLDER_PACKETS(V, t)                                                                    \
    TFL_INLINE void V##_packet_exp_each(const tfl_call *call, V *x, int count, int normal) {       \
        (void)normal;                                                                              \
        V##_exps[call->how->t##_exp](call, x, count);                                              \
    }                                                                                              \
    TFL_INLINE void V##_packet_log1p_each(const tfl_call *call, V *x, int count) {                 \
        V##_log1ps[call->how->t##_log1p](call, x, count);                                          \
    }                                                                                              \
    TFL_INLINE V V##_packet_exp(const tfl_call *call, V x) {                                       \
        V##_exps[call->how->t##_exp](call, &x, 1);                                                 \
        return x;                                                                                  \
    }                                                                                              \
    TFL_INLINE V V##_packet_log(const tfl_call *call, V x) {                                       \
        V##_logs[call->how->t##_log](call, &x, 1);                                                 \
        return x;                                                                                  \
    }                                                                                              \
    TFL_INLINE V V##_packet_negate(const tfl_call *call, V a, tfl_path path) {                     \
        return call->how->zero_minus && path == TFL_PACKET_PATH ? V##_sub(V##_set1(0), a)          \
                                                                : V##_neg(a);                      \
    }
#define TFL_MINUS_ZERO(V, M)                                                                       \
    /* The sum, to which the negative of 0 has been added where `positive` is not. */              \
    TFL_INLINE V V##_minus_zero_added(const tfl_call *call, M positive, V sum, tfl_path path) {    \
        return V##_select(positive, sum,                                                           \
                          V##_add(sum, V##_packet_negate(call, V##_set1(0), path)));               \
    }
TFL_OLDER_PACKETS(f32v, f32)
TFL_OLDER_PACKETS(f64v, f64)
#undef TFL_OLDER_PACKETS
TFL_MINUS_ZERO(f32v, f32m)
TFL_MINUS_ZERO(f64v, f64m)
#undef TFL_MINUS_ZERO

TFL_INLINE f32v f32v_packet_recip(const tfl_call *call, f32v a) {
    return call->how->divides ? f32v_div(f32v_set1(1.0f), a) : f32v_recip(call, a);
}
