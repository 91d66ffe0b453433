/* SPDX-License-Identifier: Apache-2.0
 * float32: a type header gives the names that the losses are written in.
 *
 *   NAME(x)        x with the type's name in front: every loss is compiled once a type
 *   MEM, S, V, M   an element in memory, a scalar, a vector, a mask
 *   LANES          elements of V; PACKET elements of TensorFlow's packet; LEAF packets of a leaf
 *                  of its summation tree, in which SIDES packets are added up side by side
 *   v_..., s_...   arithmetic that rounds to the type after every operation
 *   v_mild_...     the same where the result is 0, of the type already or a normal number of it, and not -0
 *   v_wide_...     without rounding to a 16-bit type: its additions, and the stores that round instead
 *   v_recip_one_plus  1/(1 + e) for 0 <= e <= 1 or NaN
 *   v_flush, ...   subnormals as zeros, where no register sees to it (fpenv.h)
 *   v_load...      elements in memory
 */
#define NAME(x) f32_##x
#define MEM float
#include "kernels/types/f32_arithmetic.h"

#define v_load f32v_load
#define v_load_n f32v_load_n
#define v_stream f32v_stream
#define v_store f32v_store
#define v_store_n f32v_store_n
#define v_store_wide f32v_store
#define v_store_wide_n f32v_store_n

#define v_fused f32v_fused
#define QUOTIENT_STEPS 1
#define MILD_RANGE 53 /* e >= 2^-77 */
