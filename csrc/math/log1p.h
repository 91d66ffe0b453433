/* SPDX-License-Identifier: Apache-2.0
 * log1p as TensorFlow's packets compute it, for 0 <= x <= 1 or NaN (no other argument occurs):
 * log(1 + x), mended by the part of x that 1 + x lost. Source: Eigen 5.0.1-dev, MPL-2.0,
 * Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h (generic_log1p).
 *
 * For 1 <= s <= 2 the reduction of log.h is known beforehand: below sqrt(2) it gives u = s - 1 and
 * e = 0, else u = s/2 - 1 and e = 1, both exactly. Eigen's third case, log(s) == s, is infinity
 * only and does not occur. */
#define TFL_LOG1P(V, SQRT_2, LN2)                                                                  \
    TFL_MATH V V##_log1p(V x) {                                                                    \
        V one = V##_set1(1), s = V##_add(x, one), kept = V##_sub(s, one);                          \
        V halved = V##_sub(V##_mul(s, V##_set1((float)0.5)), one);                                 \
        V u = V##_select(V##_lt(s, V##_set1(SQRT_2)), kept, halved);                               \
        V whole = V##_select(V##_lt(s, V##_set1(SQRT_2)), V##_set1(0), V##_set1(LN2));             \
        V log = V##_add(whole, V##_log_of_rest(u));                                                \
        V mended = V##_mul(x, V##_div(log, kept));                                                 \
        return V##_select(V##_eq(s, one), x, mended);                                              \
    }

TFL_LOG1P(f32v, 0x1.6a09e6p+0f, 0x1.62e43p-1f)
TFL_LOG1P(f64v, 0x1.6a09e667f3bcdp+0, 0x1.62e42fefa39efp-1)
#undef TFL_LOG1P
