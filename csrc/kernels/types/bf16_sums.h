/* SPDX-License-Identifier: Apache-2.0
 * bfloat16 in memory, float32 in between: TensorFlow 2's sums. The names are explained in f32.h. */
#define NAME(x) bf16_wide_##x
#define MEM uint16_t
#include "kernels/types/f32_arithmetic.h"

#define v_load bf16v_load
#define v_load_n bf16v_load_n
#define v_stream bf16v_store_stream
#define v_store bf16v_store
#define v_store_n bf16v_store_n
