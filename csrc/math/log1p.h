/* SPDX-License-Identifier: Apache-2.0
 * log1p as TensorFlow's packets compute it, for 0 <= x <= 1 or NaN (no other argument occurs):
 * log(1 + x), mended by the part of x that 1 + x lost. Source: Eigen 5.0.1-dev, MPL-2.0,
 * Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h (generic_log1p). Eigen's third case,
 * log(s) == s, is infinity only and needs no code here. */
#define TFL_LOG1P(V)                                                                               \
    TFL_INLINE V V##_log1p(V x) {                                                                  \
        V one = V##_set1(1), s = V##_add(x, one);                                                  \
        V mended = V##_mul(x, V##_div(V##_log(s), V##_sub(s, one)));                               \
        return V##_select(V##_eq(s, one), x, mended);                                              \
    }

TFL_LOG1P(f32v)
TFL_LOG1P(f64v)
#undef TFL_LOG1P
