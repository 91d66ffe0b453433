/* SPDX-License-Identifier: Apache-2.0
 * 1/a as TensorFlow's float32 packets compute it, for 1 <= a <= 2 or NaN: the processor's estimate
 * and one Newton step, written y*(2 - a*y) until TensorFlow 2.20. Source: Eigen 5.0.1-dev, MPL-2.0,
 * Eigen/src/Core/MathFunctionsImpl.h (generic_reciprocal_newton_step). */
TFL_INLINE f32v f32v_recip(const tfl_call *call, f32v a) {
    f32v y = f32v_rcp_estimate(a, call->vendor), product = f32v_mul(a, y);
    if (call->recip_product)
        return f32v_mul(y, f32v_sub(f32v_set1(2.0f), product));
    return f32v_add(f32v_mul(f32v_sub(f32v_set1(1.0f), product), y), y);
}
