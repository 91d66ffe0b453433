/* SPDX-License-Identifier: Apache-2.0
 * float16 or bfloat16 in memory, as the call says, and float32 in between: TensorFlow casts before
 * and after softmax (both types), and sparse_softmax (float16). The names are explained in f32.h. */
#define MEM uint16_t
#define MIXED_MEMORY
#include "kernels/types/f32_arithmetic.h"
