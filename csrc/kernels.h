/* SPDX-License-Identifier: Apache-2.0
 * Every loss for every type, in the verbs of the instruction set that includes this file. */
#include <math.h>
#include <stdlib.h>

#include "math/exp.h"
#include "math/libm.h"
#include "math/log.h"
#include "math/log1p.h"

/* How TensorFlow computes exp and log1p of an element: in a packet, or by the C library. */
typedef enum tfl_path { TFL_PACKET_PATH, TFL_LIBM_PATH } tfl_path;

#define v_exp(a, path) ((path) == TFL_PACKET_PATH ? v_packet_exp(a) : v_libm_exp(a))
#define v_log1p(a, path) ((path) == TFL_PACKET_PATH ? v_packet_log1p(a) : v_libm_log1p(a))

#include "types/f32.h"
#include "elementwise.h"
#include "reduce.h"
#include "row.h"
#include "losses/sigmoid.h"
#include "losses/weighted.h"
#include "losses/softmax.h"
#include "losses/sparse_softmax.h"
#include "types/end.h"

#include "types/f64.h"
#include "elementwise.h"
#include "reduce.h"
#include "row.h"
#include "losses/sigmoid.h"
#include "losses/weighted.h"
#include "losses/softmax.h"
#include "losses/sparse_softmax.h"
#include "types/end.h"

#define NAME(x) f16_##x
#define HALF_VERB(x) f16v_##x
#define HALF_LEAF 200
#include "types/half_native.h"
#include "elementwise.h"
#include "losses/sigmoid.h"
#include "losses/weighted.h"
#include "types/end.h"

#define NAME(x) bf16_##x
#define HALF_VERB(x) bf16v_##x
#define HALF_LEAF 128
#include "types/half_native.h"
#include "elementwise.h"
#include "reduce.h"
#include "row.h"
#include "losses/sigmoid.h"
#include "losses/weighted.h"
#include "losses/sparse_softmax.h"
#include "types/end.h"

#define NAME(x) f16_wide_##x
#define HALF_VERB(x) f16v_##x
#include "types/half_wide.h"
#include "reduce.h"
#include "row.h"
#include "losses/softmax.h"
#include "losses/sparse_softmax.h"
#include "types/end.h"

#define NAME(x) bf16_wide_##x
#define HALF_VERB(x) bf16v_##x
#include "types/half_wide.h"
#include "reduce.h"
#include "row.h"
#include "losses/softmax.h"
#include "types/end.h"

#define NAME(x) f16_labels_f32_##x
#define HALF_VERB(x) f16v_##x
#define LABELS_F32
#include "types/half_wide.h"
#include "reduce.h"
#include "row.h"
#include "losses/softmax.h"
#include "types/end.h"

#define NAME(x) bf16_labels_f32_##x
#define HALF_VERB(x) bf16v_##x
#define LABELS_F32
#include "types/half_wide.h"
#include "reduce.h"
#include "row.h"
#include "losses/softmax.h"
#include "types/end.h"

#define TFL_KERNEL_TABLE                                                                             \
    {                                                                                                \
        [TFL_SIGMOID] = {f16_sigmoid_forward, bf16_sigmoid_forward, f32_sigmoid_forward,             \
                         f64_sigmoid_forward, NULL, NULL},                                           \
        [TFL_WEIGHTED] = {f16_weighted_forward, bf16_weighted_forward, f32_weighted_forward,         \
                          f64_weighted_forward, NULL, NULL},                                         \
        [TFL_SOFTMAX] = {f16_wide_softmax_forward, bf16_wide_softmax_forward, f32_softmax_forward,   \
                         f64_softmax_forward, f16_labels_f32_softmax_forward,                        \
                         bf16_labels_f32_softmax_forward},                                           \
        [TFL_SPARSE_SOFTMAX] = {f16_wide_sparse_softmax_forward, bf16_sparse_softmax_forward,        \
                                f32_sparse_softmax_forward, f64_sparse_softmax_forward, NULL, NULL}, \
    }
