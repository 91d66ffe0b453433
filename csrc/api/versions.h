/* SPDX-License-Identifier: Apache-2.0
 * How the versions of TensorFlow differ: one table, in versions.c. Nothing else compares versions. */
#ifndef TF_LOSSES_VERSIONS_H
#define TF_LOSSES_VERSIONS_H

#include "functions/functions.h"
#include "tf_losses.h"

/* The last step of float32's reciprocal, from the estimate y of 1/a. */
typedef enum tfl_recip {
    TFL_RECIP_RESIDUAL, /* (1 - a*y)*y + y */
    TFL_RECIP_PRODUCT   /* y*(2 - a*y) */
} tfl_recip;

/* log1p of float64. */
typedef enum tfl_log1p {
    TFL_LOG1P_PACKETS,
    TFL_LOG1P_LIBM /* every element by the C library */
} tfl_log1p;

/* How a graph's optimizer changes gradients: in a tf.function, or in a session. */
typedef struct tfl_graph {
    tfl_sigmoid_order sigmoid;
    tfl_weighted_order weighted;
    /* Where it moves pos_weight - 1 in the product of the labels' gradient. */
    tfl_weight_order smaller;    /* a weight of fewer elements than the labels, */
    tfl_weight_order constant;   /* a constant of float32 or float64, */
    tfl_weight_order narrow;     /* one of a 16-bit type, */
    tfl_weight_order one;        /* the constant 1, */
    tfl_weight_order narrow_one; /* that of a 16-bit type */
    int weight_is_one;           /* for which w is 1 too */
} tfl_graph;

/* What Eigen takes an element of two ops to cost, in float32 and float64: exp(d)/s - z, and the product
 * with a row's upstream. */
typedef struct tfl_flush_costs {
    double backprop[2], product[2];
} tfl_flush_costs;

/* In what Sum and Mean add bfloat16: in float32, or in bfloat16 itself. */
typedef enum tfl_bf16_sums { TFL_SUMS_WIDE, TFL_MEANS_NATIVE, TFL_SUMS_NATIVE } tfl_bf16_sums;

/* How the product of a row and a column is added: row_products.c. */
typedef enum tfl_products {
    TFL_PRODUCTS_IN_TURN, /* one after the other, */
    TFL_PRODUCTS_HALVES,  /* in packets, and what is left over in one of half their size, */
    TFL_PRODUCTS_PACKETS, /* in packets alone, */
    TFL_PRODUCTS_BLOCKS   /* or of long rows the sums of blocks of 16 */
} tfl_products;

typedef struct tfl_profile {
    const char *name;    /* the newest release that computes so */
    const tfl_ways *how; /* for the older kernels; NULL: the newest ones serve it */
    /* softmax alone is an older kernel's, in plain loops, and its labels' gradient computed so; or NULL */
    const tfl_ways *loops_softmax;
    /* Of a release whose eager mode does not flush subnormal numbers in the caller's thread; or NULL. */
    const tfl_flush_costs *flush_costs;
    tfl_recip recip;
    tfl_log1p log1p_f64;
    int in_sessions; /* gradients are those of graphs: there is no eager mode */
    tfl_graph graph;
    tfl_bf16_sums bf16_sums;
    unsigned int no_bf16; /* the losses, a bit each, that have no kernel for bfloat16, */
    int no_raw_bf16;      /* and whether softmax's own op has none */
    tfl_family functions; /* of exp, tanh, ... */
    tfl_products products;
} tfl_profile;

extern const tfl_ways tfl_way_2_16, tfl_way_2_11, tfl_way_2_8, tfl_way_2_7, tfl_way_2_4,
    tfl_way_2_3, tfl_way_2_2, tfl_way_2_1, tfl_way_1_15, tfl_way_2_0, tfl_way_1_14, tfl_way_1_13,
    tfl_way_1_12, tfl_way_1_10;

/* NULL if there is no such version. */
const tfl_profile *tfl_profile_of(tfl_version version);

/* What computes in the way of a profile, whose vendor's estimates are to be had; NULL if its kernels
 * are not loaded. */
const tfl_kernels *tfl_kernels_of(const tfl_profile *profile);

/* The older kernels of the instruction set in use; NULL if they are not loaded. */
const tfl_kernels *tfl_older_kernels_in_use(void);

/* Whether a loss is computed by older kernels. */
int tfl_is_older(const tfl_profile *profile, tfl_loss loss);

#endif
