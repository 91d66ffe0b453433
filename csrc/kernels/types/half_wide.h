/* SPDX-License-Identifier: Apache-2.0
 * float16 or bfloat16 in memory, float32 in between: TensorFlow casts before and after softmax
 * (both), and sparse_softmax (float16). HALF is f16 or bf16; LABELS_F32 says that the labels are
 * float32 already. The names are explained in f32.h. */
#define MEM uint16_t
#include "kernels/types/f32_arithmetic.h"

#define v_load HALF_PRIMITIVE(load)
#define v_load_n HALF_PRIMITIVE(load_n)
#define v_stream HALF_PRIMITIVE(store_stream)
#define v_store HALF_PRIMITIVE(store)
#define v_store_n HALF_PRIMITIVE(store_n)
#ifdef LABELS_F32
#define LABEL_MEM float
#define z_load f32v_load
#define z_load_n f32v_load_n
#define z_store f32v_store
#define z_store_n f32v_store_n
#else
#define LABEL_MEM uint16_t
#define z_load HALF_PRIMITIVE(load)
#define z_load_n HALF_PRIMITIVE(load_n)
#define z_store HALF_PRIMITIVE(store)
#define z_store_n HALF_PRIMITIVE(store_n)
#endif
