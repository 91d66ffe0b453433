/* SPDX-License-Identifier: Apache-2.0
 * Functions of one number on arrays. */
#ifndef TF_LOSSES_FUNCTIONS_H
#define TF_LOSSES_FUNCTIONS_H

#include "tf_losses.h"

/* out[i] = function(x[i]) for i < n, as the packets of a TensorFlow release compute it, or as its
 * leftovers. */
typedef void (*tfl_array_function)(int64_t n, const void *x, void *out);

typedef struct tfl_path_pair {
    tfl_array_function packets; /* n is a multiple of 8 (float64: of 4) */
    tfl_array_function rest;
} tfl_path_pair;

/* NULL if there is no such function. */
const tfl_path_pair *tfl_function_of(tfl_version version, tfl_function function, tfl_dtype dtype);

#endif
