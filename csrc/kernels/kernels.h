/* SPDX-License-Identifier: Apache-2.0
 * Every loss for every type, in the primitives of the instruction set that includes this file. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "host/fpenv.h"
#include "host/libm.h"

#include "kernels/math/exp.h"
#include "kernels/math/log.h"
#include "kernels/math/libm.h"
#include "kernels/math/log1p.h"
#include "kernels/math/half.h"
#include "kernels/math/recip.h"
/* How TensorFlow computes exp and log1p of an element: in a packet, or by the C library. */
typedef enum tfl_path { TFL_PACKET_PATH, TFL_LIBM_PATH } tfl_path;

#include "kernels/math/packets.h"

#define v_exp(call, a, path)                                                                       \
    ((path) == TFL_PACKET_PATH ? v_packet_exp(call, a) : v_libm_exp(call, a))
#define v_recip(call, a, path)                                                                     \
    ((path) == TFL_PACKET_PATH ? v_packet_recip(call, a) : v_div(v_set1(1), a))

/* A number of a version's order of additions: the newest versions' is known when this is compiled. */
#ifdef TFL_OLDER
#define OF_ORDER(order, number, newest) ((order)->number)
#define ORDER_OF(call) (&(call)->how->orders[ORDER])
#else
#define OF_ORDER(order, number, newest) ((void)(order), (newest))
#define ORDER_OF(call) ((void)(call), (const tfl_order *)NULL)
#endif

#define TYPE_HEADER "kernels/types/f32.h"
#define SUM_COST 1.9375
#ifndef TFL_OLDER
#define ONEDNN_KERNELS
#endif
#define ELEMENT_KERNELS
#define ROW_KERNELS
#include "kernels/instantiate.h"

#define TYPE_HEADER "kernels/types/f64.h"
#define SUM_COST 3.875
#define ELEMENT_KERNELS
#define ROW_KERNELS
#include "kernels/instantiate.h"

/* 16-bit types with every operation rounded to them. */
#define TYPE_HEADER "kernels/types/half_native.h"
#define NAME(x) f16_##x
#define HALF_PRIMITIVE(x) f16v_##x
#define ORDER TFL_F16
#define HALF_LEAF 200
#define HALF_SHIFTER 0x1.8p13f
#define SUM_COST 1.59375
#define ELEMENT_KERNELS
#define ROW_KERNELS
#include "kernels/instantiate.h"

#define TYPE_HEADER "kernels/types/half_native.h"
#define NAME(x) bf16_##x
#define HALF_PRIMITIVE(x) bf16v_##x
#define ORDER TFL_BF16
#define HALF_LEAF 128
#define HALF_SHIFTER 0x1.8p16f
#define SUM_COST 1.59375
#define ELEMENT_KERNELS
#define ROW_KERNELS
#include "kernels/instantiate.h"

/* The same in memory, computed in float32. */
#define TYPE_HEADER "kernels/types/half_mixed.h"
#define NAME(x) mixed_##x
#define ROW_KERNELS
#include "kernels/instantiate.h"

/* TensorFlow sums bfloat16 in float32 from 2.3 on; oneDNN computes in it. */
#define TYPE_HEADER "kernels/types/bf16_sums.h"
#define SUM_COST 1.41796875
#ifndef TFL_OLDER
#define ONEDNN_KERNELS
#endif
#include "kernels/instantiate.h"

#ifdef TFL_OLDER
#define TFL_ONEDNN_VARIANTS {NULL}
#define TFL_LOOPED_VARIANTS TFL_SOFTMAX_VARIANTS(looped_softmax)
#else
#define TFL_LOOPED_VARIANTS {NULL}
#define TFL_ONEDNN_VARIANTS                                                                        \
    {                                                                                              \
        [TFL_VARIANT_BF16] = bf16_wide_onednn_softmax,                                             \
        [TFL_VARIANT_F32] = f32_onednn_softmax,                                                    \
    }
#endif

/* Most losses take one form of each dtype. */
#define TFL_PLAIN_VARIANTS(kernel)                                                                 \
    {                                                                                              \
        [TFL_VARIANT_F16] = f16_##kernel,                                                          \
        [TFL_VARIANT_BF16] = bf16_##kernel,                                                        \
        [TFL_VARIANT_F32] = f32_##kernel,                                                          \
        [TFL_VARIANT_F64] = f64_##kernel,                                                          \
    }

#define TFL_SOFTMAX_VARIANTS(kernel)                                                               \
    {                                                                                              \
        [TFL_VARIANT_F16] = mixed_##kernel,   [TFL_VARIANT_BF16] = mixed_##kernel,                 \
        [TFL_VARIANT_F32] = f32_##kernel,     [TFL_VARIANT_F64] = f64_##kernel,                    \
        [TFL_VARIANT_F16_RAW] = f16_##kernel, [TFL_VARIANT_BF16_RAW] = bf16_##kernel,              \
    }

#define TFL_SPARSE_SOFTMAX_VARIANTS(kernel)                                                        \
    {                                                                                              \
        [TFL_VARIANT_F16] = mixed_##kernel,   [TFL_VARIANT_BF16] = bf16_##kernel,                  \
        [TFL_VARIANT_F32] = f32_##kernel,     [TFL_VARIANT_F64] = f64_##kernel,                    \
        [TFL_VARIANT_F16_RAW] = f16_##kernel, [TFL_VARIANT_BF16_RAW] = bf16_##kernel,              \
    }

/* The kernels of each loss, by variant. */
#define TFL_FORWARD(NUMBER, name, KERNELS, ...)                                                    \
    [TFL_##NUMBER] = TFL_##KERNELS##_VARIANTS(name##_forward),
#define TFL_GRADIENT(NUMBER, name, KERNELS, ...)                                                   \
    [TFL_##NUMBER] = TFL_##KERNELS##_VARIANTS(name##_gradient),

#define TFL_KERNEL_TABLE                                                                           \
    {.exact = &TFL_NAME(kernels_portable),                                                         \
     .set_unflushed = tfl_set_unflushed,                                                           \
     .forward = {TFL_LOSS_LIST(TFL_FORWARD)},                                                      \
     .gradient = {TFL_LOSS_LIST(TFL_GRADIENT)},                                                    \
     .weighted_products = TFL_PLAIN_VARIANTS(weighted_broadcast),                                  \
     .weighted_finish = TFL_PLAIN_VARIANTS(weighted_finish),                                       \
     .probabilities = TFL_PLAIN_VARIANTS(probabilities),                                           \
     .log_probabilities = TFL_PLAIN_VARIANTS(log_probabilities),                                   \
     .onednn_softmax = TFL_ONEDNN_VARIANTS,                                                        \
     .sum = {[TFL_VARIANT_F16] = f16_sum,                                                          \
             [TFL_VARIANT_BF16] = bf16_wide_sum,                                                   \
             [TFL_VARIANT_BF16_RAW] = bf16_sum,                                                    \
             [TFL_VARIANT_F32] = f32_sum,                                                          \
             [TFL_VARIANT_F64] = f64_sum},                                                         \
     .looped_softmax = TFL_LOOPED_VARIANTS}
