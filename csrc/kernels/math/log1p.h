/* SPDX-License-Identifier: Apache-2.0
 * log1p as TensorFlow's packets compute it, for 0 <= x <= 1 or NaN (no other argument occurs):
 * log(1 + x), mended by the part of x that 1 + x lost. Source: Eigen 5.0.1-dev, MPL-2.0,
 * Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h (generic_log1p).
 *
 * For 1 <= s <= 2 the reduction of log.h is known beforehand: below sqrt(2) it gives u = s - 1 and
 * e = 0, else u = s/2 - 1 and e = 1, both exactly. Eigen's third case, log(s) == s, is infinity
 * only and does not occur. */
#define TFL_LOG1P(V, SQRT_2, LN2)                                                                  \
    /* Of `count` (<= F32_UNROLL) vectors, each step for all of them. */                           \
    TFL_INLINE void V##_log1p_each(V *x, int count) {                                              \
        V one = V##_set1(1), s[F32_UNROLL], kept[F32_UNROLL], u[F32_UNROLL];                       \
        TFL_EACH(k, count) {                                                                       \
            s[k] = V##_add(x[k], one);                                                             \
            kept[k] = V##_sub(s[k], one);                                                          \
            V halved = V##_add_product(s[k], V##_set1((float)0.5), V##_set1(-1));                  \
            u[k] = V##_select(V##_lt(s[k], V##_set1(SQRT_2)), kept[k], halved);                    \
        }                                                                                          \
        V##_log_of_rest_each(u, count);                                                            \
        TFL_EACH(k, count) {                                                                       \
            V whole = V##_select(V##_lt(s[k], V##_set1(SQRT_2)), V##_set1(0), V##_set1(LN2));      \
            u[k] = V##_div(V##_add(whole, u[k]), kept[k]);                                         \
        }                                                                                          \
        TFL_EACH(k, count)                                                                         \
        x[k] = V##_select(V##_eq(s[k], one), x[k], V##_mul(x[k], u[k]));                           \
    }

TFL_LOG1P(f32v, 0x1.6a09e6p+0f, 0x1.62e43p-1f)
TFL_LOG1P(f64v, 0x1.6a09e667f3bcdp+0, 0x1.62e42fefa39efp-1)
#undef TFL_LOG1P
