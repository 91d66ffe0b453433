/* SPDX-License-Identifier: Apache-2.0
 * Functions of one number on arrays. */
#ifndef TF_LOSSES_FUNCTIONS_H
#define TF_LOSSES_FUNCTIONS_H

#include "tf_losses.h"

/* Releases that compute alike, each named for its newest. */
typedef enum tfl_family {
    TFL_FUNCTIONS_2_21,
    TFL_FUNCTIONS_2_20,
    TFL_FUNCTIONS_2_19, /* from 2.17 */
    TFL_FUNCTIONS_2_16, /* from 2.13 */
    TFL_FUNCTIONS_1_15,
    TFL_FAMILIES,
    TFL_FUNCTIONS_UNKNOWN = TFL_FAMILIES
} tfl_family;

/* out[i] = function(x[i]) for i < n, as the packets of a TensorFlow release compute it, or as its
 * leftovers. */
typedef void (*tfl_array_function)(int64_t n, const void *x, void *out);

typedef struct tfl_path_pair {
    tfl_array_function packets; /* n is a multiple of 8 (float64: of 4) */
    tfl_array_function rest;
} tfl_path_pair;

/* out[i] = x[i]^y[i], in the same way. */
typedef void (*tfl_array_power)(int64_t n, const void *x, const void *y, void *out);

typedef struct tfl_power_pair {
    tfl_array_power packets;
    tfl_array_power rest;
} tfl_power_pair;

/* Whose exp, log and log1p the functions take that are called next in this thread. */
void tfl_functions_take(const tfl_libm_facts *libm);

const tfl_power_pair *tfl_power_of(tfl_family family, tfl_dtype dtype);

const tfl_path_pair *tfl_function_of(tfl_family family, tfl_function function, tfl_dtype dtype);

#endif
