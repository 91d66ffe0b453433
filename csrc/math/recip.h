/* SPDX-License-Identifier: Apache-2.0
 * 1/a as TensorFlow's float32 packets compute it, for 1 <= a <= 2 or NaN: the processor's estimate
 * and one Newton step. Source: Eigen 5.0.1-dev, MPL-2.0,
 * Eigen/src/Core/MathFunctionsImpl.h (generic_reciprocal_newton_step). */
TFL_INLINE f32v f32v_recip(f32v a) {
    f32v y = f32v_rcp_estimate(a);
    f32v error = f32v_sub(f32v_set1(1.0f), f32v_mul(a, y));
    return f32v_add(f32v_mul(error, y), y);
}
