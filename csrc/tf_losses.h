/* SPDX-License-Identifier: Apache-2.0
 * Types shared by the dispatcher and the instruction sets; nothing here is public. */
#ifndef TF_LOSSES_INTERNAL_H
#define TF_LOSSES_INTERNAL_H

#include <stddef.h>
#include <stdint.h>

#include "abi.h"
#include "host/environment.h"
#include "losses.h"

/* What a kernel is instantiated for: the dtype of the logits; or a 16-bit one with every operation
 * rounded to it, where the plain kernel computes in float32. */
typedef enum tfl_variant {
    TFL_VARIANT_F16 = TFL_F16,
    TFL_VARIANT_BF16 = TFL_BF16,
    TFL_VARIANT_F32 = TFL_F32,
    TFL_VARIANT_F64 = TFL_F64,
    TFL_VARIANT_F16_RAW,
    TFL_VARIANT_BF16_RAW,
    TFL_VARIANTS
} tfl_variant;

/* In which order the labels' gradient of weighted multiplies g, t and pos_weight - 1: graph
 * optimizers move a pos_weight that is smaller than the labels. */
typedef enum tfl_weight_order {
    TFL_WEIGHT_LAST,        /* (g*t)*k */
    TFL_WEIGHT_BEFORE_TAIL, /* (g*k)*t */
    TFL_WEIGHT_TIMES_TAIL,  /* g*(t*k) */
    TFL_WEIGHT_ZERO         /* 0, whatever g and t are: k is the constant 0 */
} tfl_weight_order;

/* In which order the parts of a logits' gradient are added, first to last: losses/sigmoid.h and
 * losses/weighted.h name them. */
typedef enum tfl_sigmoid_order {
    TFL_STEP_SLOPE_H,
    TFL_STEP_H_SLOPE,
    TFL_SLOPE_H_STEP
} tfl_sigmoid_order;
typedef enum tfl_weighted_order { TFL_LINEAR_FIRST, TFL_LINEAR_LAST } tfl_weighted_order;

/* The packet functions of an older version: TFL_F32_EXP_2_4 is exp of float32 up to 2.4. The kernels'
 * tables of them are in kernels/math/older.h. */
typedef enum tfl_f32_exp {
    TFL_F32_EXP_2_21,
    TFL_F32_EXP_2_8,
    TFL_F32_EXP_2_4,
    TFL_F32_EXPS
} tfl_f32_exp;
typedef enum tfl_f32_log {
    TFL_F32_LOG_2_21,
    TFL_F32_LOG_2_8,
    TFL_F32_LOG_2_4,
    TFL_F32_LOG_1_12,
    TFL_F32_LOGS
} tfl_f32_log;
typedef enum tfl_f32_log1p {
    TFL_F32_LOG1P_2_21,
    TFL_F32_LOG1P_2_8,
    TFL_F32_LOG1P_2_4,
    TFL_F32_LOG1P_LIBM, /* every element by the C library */
    TFL_F32_LOG1PS
} tfl_f32_log1p;
typedef enum tfl_f64_exp { TFL_F64_EXP_2_21, TFL_F64_EXP_2_2, TFL_F64_EXPS } tfl_f64_exp;
typedef enum tfl_f64_log {
    TFL_F64_LOG_2_21,
    TFL_F64_LOG_2_4,
    TFL_F64_LOG_LIBM,
    TFL_F64_LOGS
} tfl_f64_log;
typedef enum tfl_f64_log1p { TFL_F64_LOG1P_2_21, TFL_F64_LOG1P_LIBM, TFL_F64_LOG1PS } tfl_f64_log1p;

/* How the values of a row are added: reduce.h. */
typedef enum tfl_summation {
    TFL_SUM_PACKETS,
    /* 16-bit types, one value after the other: in float32, rounded once, */
    TFL_SUM_WIDE,
    TFL_SUM_ROUNDED_STEPS, /* or rounded at every step, */
    TFL_SUM_CUT_STEPS      /* or cut off at every step */
} tfl_summation;

/* In which order a dtype's elements are added, and where packets end, in an older version. */
typedef struct tfl_order {
    tfl_summation summation;
    int sides;    /* packets side by side: 1, 2 or 4; of 2 the odd packet comes before their sum */
    int64_t leaf; /* packets of a leaf of the summation tree; 0: there is no tree */
    int64_t
        tile; /* elements of a tile of the softmax gradient; 0: it is computed without packets */
    int64_t scalar_from; /* elements from which on it is computed so, whatever the tile; or 0 */
    int odd_nan;      /* exp of NaN is infinite in a packet, and a row's maximum passes over NaN */
    int64_t exp_tile; /* of the operation Softmax */
    int64_t exp_scalar_from; /* the same of its elements as scalar_from */
    int four_columns;        /* Sum over columns has SIDES sums side by side, else one */
    double sum_cost;         /* of an element, by TensorFlow's reckoning */
    int aligned_packets;     /* of the operation Softmax: they begin where its result is aligned */
    int steps_of_op; /* of 16-bit types: the operation Softmax adds one by one, each sum rounded */
    int no_exp_packets; /* 16-bit types: exp of a sum has none, and they are added one by one */
    int minus_zero;     /* a loss of one class is -0 */
} tfl_order;

/* What an older version computes otherwise than the newest. */
typedef struct tfl_ways {
    tfl_f32_exp f32_exp;
    tfl_f32_log f32_log;
    tfl_f32_log1p f32_log1p;
    tfl_f64_exp f64_exp;
    tfl_f64_log f64_log;
    tfl_f64_log1p f64_log1p;
    int divides;                       /* the reciprocal is a division */
    int zero_minus;                    /* a packet is negated as 0 - a, so that 0 comes out as 0 */
    int cuts_bf16;                     /* a cast to bfloat16 does not round */
    int zero_minus_f16;                /* the same of float16 */
    tfl_order orders[TFL_F64 + 1];     /* of the losses, by dtype */
    tfl_order sum_orders[TFL_F64 + 1]; /* of the operations Sum and Mean, */
    tfl_order bf16_mean;               /* but for Mean of bfloat16 */
    int whole_means;                   /* threads never share a Mean over everything */
    int float_blocks;                  /* blocks that they share are counted in float32 */
} tfl_ways;

/* Whose C library, as far as exp, log and log1p are concerned (host/libm.h). */
typedef struct tfl_libm_facts tfl_libm_facts;

/* One checked call; the same for every thread that works on it. Strides count elements. */
typedef struct tfl_call {
    int64_t rows;
    int64_t classes;
    int64_t logits_size; /* rows * classes, except where broadcasting makes the logits smaller */
    tfl_dtype dtype;
    tfl_dtype labels_dtype;
    const void *labels;
    const void *logits;
    const void *weight; /* pos_weight - 1 */
    const tfl_layout *layout;
    int64_t labels_row_stride;
    int64_t labels_column_stride;
    int64_t logits_row_stride;
    int64_t logits_column_stride;
    tfl_mode mode; /* without TFL_CONSTANT, which is here: */
    int constant_weight;
    const tfl_ways *how;        /* of an older version, whose kernels alone look at it */
    const tfl_libm_facts *libm; /* whose exp, log and log1p stand for the C library's */
    tfl_vendor vendor;          /* whose table of estimates is asked; HOST: the processor */
    int recip_product;          /* of the version's profile, versions.h */
    int log1p_by_libm;          /* the same */
    int unflushed;              /* subnormal numbers stay */
    int stream;                 /* results go past the caches, which they would not fit in */
    int cost;                   /* of an element, api/costs.h; 0 for the least */
    tfl_onednn onednn;          /* whose softmax, with vectors of so many lanes */
    int onednn_lanes;
    tfl_sigmoid_order sigmoid_order;
    tfl_weighted_order weighted_order;
    tfl_weight_order weight_order;
    int weight_is_one;    /* pos_weight is the constant 1, and w = 1 + 0*z has become 1 */
    const void *upstream; /* NULL: ones */
    double one;           /* 1, which no compiler knows: 1*x is not x where x is subnormal */
    void *out;            /* the loss; may be NULL where gradients are computed */
    void *labels_gradient;
    void *logits_gradient;
    void *weight_products;
    /* weighted with an enlarged result: before and after the sums over its repeated axes */
    const void *tail_sums;
    const void *labels_sums;
    void *tail_products;
    void *labels_products;
} tfl_call;

/* Computes the elements (sigmoid, weighted) or rows (softmax, sparse_softmax) [begin, end).
 * begin is a multiple of TFL_SPLIT, and so is end unless it is the last. */
typedef tfl_status (*tfl_kernel)(const tfl_call *call, int64_t begin, int64_t end);

/* A sum over some axes, after axes of size 1 are dropped and neighbours of one kind are merged.
 * K stands for a kept axis, R for a reduced one. */
typedef enum tfl_sum_pattern {
    TFL_SUM_COPY,      /* nothing is reduced */
    TFL_SUM_ALL,       /* R, in blocks of TensorFlow's threads */
    TFL_SUM_ROWS,      /* KR */
    TFL_SUM_COLUMNS,   /* KRK; RK with outer = 1 */
    TFL_SUM_BOTH_ENDS, /* RKR */
    TFL_SUM_TRANSPOSED /* longer ones: reduced axes last, then KR */
} tfl_sum_pattern;

enum { TFL_SUM_MAX_RANK = 64 };

typedef struct tfl_sum_plan {
    tfl_sum_pattern pattern;
    int64_t size;    /* of the input */
    int64_t divisor; /* of every sum */
    /* Sizes of the axes of ROWS, COLUMNS and BOTH_ENDS, in order. */
    int64_t outer, middle, inner;
    /* ALL */
    int64_t intra_op_threads;
    int float_blocks;       /* see tfl_ways */
    const tfl_order *order; /* of an older version */
    /* TRANSPOSED: the merged axes, and which are reduced. */
    int64_t rank;
    int64_t shape[TFL_SUM_MAX_RANK];
    int reduced[TFL_SUM_MAX_RANK];
} tfl_sum_plan;

typedef tfl_status (*tfl_sum_kernel)(const tfl_sum_plan *plan, const void *in, void *out);

/* TensorFlow's packets hold 8 or 4 elements, counted from the start of the whole array; work that
 * is split at multiples of 8 therefore keeps every element in its packet. Multiples of 16 keep
 * every vector of an aligned array aligned as well. */
enum { TFL_SPLIT = 16 };

/* Every kernel of one build of kernels.h; and those that round tiny results as x86-64 does on any
 * processor (host/fpenv.h): the portable ones. */
typedef struct tfl_kernels {
    const struct tfl_kernels *exact;
    void (*set_unflushed)(int unflushed); /* of the calling thread */
    tfl_kernel forward[TFL_LOSSES][TFL_VARIANTS];
    tfl_kernel gradient[TFL_LOSSES][TFL_VARIANTS];
    tfl_kernel weighted_products[TFL_VARIANTS];
    tfl_kernel weighted_finish[TFL_VARIANTS];
    tfl_kernel probabilities[TFL_VARIANTS];
    tfl_kernel log_probabilities[TFL_VARIANTS];
    tfl_kernel onednn_softmax[TFL_VARIANTS];
    tfl_sum_kernel sum[TFL_VARIANTS];
    tfl_kernel looped_softmax[TFL_VARIANTS]; /* 2.16's, with gradients; of older kernels only */
} tfl_kernels;

typedef struct tfl_isa {
    const char *name;
    int (*supported)(void);
    const tfl_kernels *kernels;
    int any_vendor; /* RCPPS is that of the call's vendor, not the processor's own */
} tfl_isa;

/* Where isa/neon.c is compiled. (Big-endian processors number the lanes of intrinsics otherwise.) */
#if defined(__aarch64__) && !defined(__AARCH64EB__)
#define TFL_NEON
#endif

/* The files in isa/ are compiled twice: for the newest versions, and (older/) for older ones, into a
 * library of its own, which is loaded when one of them is chosen. */
#ifdef TFL_OLDER
#define TFL_NAME(x) tfl_older_##x
#else
#define TFL_NAME(x) tfl_##x
#endif

/* For any processor. */
extern const tfl_kernels TFL_NAME(kernels_portable);

/* The instruction sets of this build, slowest first, NULL at the end. */
extern const tfl_isa *const TFL_NAME(isas)[];

/* Runs work(context, begin, end) over [0, count) on at most so many threads of the pool, split at
 * multiples of grain (itself a multiple of TFL_SPLIT). The first status that is not TFL_OK is
 * returned. */
typedef tfl_status (*tfl_work)(const void *context, int64_t begin, int64_t end);
tfl_status tfl_parallel_for(tfl_work work, const void *context, int64_t count, int64_t grain,
                            int64_t most_threads);

/* The place of the result's i-th element in an operand with these strides. */
static inline int64_t tfl_layout_offset(const tfl_layout *layout, const int64_t *stride,
                                        int64_t i) {
    int64_t offset = 0;
    for (int64_t axis = layout->rank - 1; axis >= 0; axis--) {
        offset += i % layout->shape[axis] * stride[axis];
        i /= layout->shape[axis];
    }
    return offset;
}

/* The label of row b, read from memory once: another thread may be writing to it. */
static inline int64_t tfl_label(const tfl_call *call, int64_t b) {
    if (call->labels_dtype == TFL_I32)
        return ((const volatile int32_t *)call->labels)[b];
    return ((const volatile int64_t *)call->labels)[b];
}

/* Code between these two lines may use the named x86 extensions, whatever the compiler's flags. */
#define TFL_PRAGMA(text) _Pragma(#text)
#if defined(__clang__)
#define TFL_TARGET_BEGIN(features)                                                                 \
    TFL_PRAGMA(clang attribute push(__attribute__((target(features))), apply_to = function))
#define TFL_TARGET_END _Pragma("clang attribute pop")
#else
#define TFL_TARGET_BEGIN(features) _Pragma("GCC push_options") TFL_PRAGMA(GCC target(features))
#define TFL_TARGET_END _Pragma("GCC pop_options")
#endif

/* Before a loop over a few vectors that are to stay in registers. */
#if defined(__clang__)
#define TFL_UNROLL _Pragma("clang loop unroll(full)")
#else
#define TFL_UNROLL _Pragma("GCC unroll 8")
#endif

/* Each of a few vectors. */
#define TFL_EACH(k, count) TFL_UNROLL for (int k = 0; k < (count); k++)

/* Helpers that take a function as an argument are only fast where both are inlined. Builds with
 * sanitizers, which add to every copy, would take a compiler hours that way. */
#if defined(TFL_OUT_OF_LINE)
#define TFL_INLINE static __attribute__((unused))
#else
#define TFL_INLINE static inline __attribute__((always_inline))
#endif

/* Functions with many variables: were two of them inlined in one, a stack would hold both. */
#define TFL_APART static __attribute__((noinline))

/* Functions of some length that are used in many places: inlined where speed matters. */
#define TFL_MATH TFL_INLINE

#endif
