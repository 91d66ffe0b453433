/* SPDX-License-Identifier: Apache-2.0
 * Primitives of a 16-bit type (generic.h) for instruction sets that have no better way. */
#define TFL_PLAIN_HALF_SUMS(H)                                                                     \
    TFL_INLINE f32v H##_round_mild(f32v a) { return H##_round_to(a); }                             \
    TFL_INLINE f32v H##_wide_add(f32v a, f32v b) { return f32v_add(a, b); }                        \
    TFL_INLINE f32v H##_wide_sub(f32v a, f32v b) { return f32v_sub(a, b); }
