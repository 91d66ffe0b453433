/* SPDX-License-Identifier: Apache-2.0
 * One call of the C core, for counted.py to count its instructions:
 *
 *     work ISA LOSS DTYPE WHAT ROWS CLASSES
 *
 * LOSS and DTYPE are numbers of abi.h; WHAT is 0 for the loss, 1 for the logits' gradient, 2 for
 * neither, which is to be subtracted. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi.h"
#include "isas.h"

enum { MOST = 65536 };
static double logits[MOST], labels[MOST], out[MOST];

/* A multiple of 1/8 below 16, as an element of the type. */
static void put(void *array, int64_t i, tfl_dtype dtype, float value) {
    double wide = value;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
    uint16_t half = (uint16_t)(sign | (magnitude ? (magnitude - (112u << 23)) >> 13 : 0));
    uint16_t bf16 = (uint16_t)(bits >> 16);
    if (dtype == TFL_F64)
        ((double *)array)[i] = wide;
    else if (dtype == TFL_F32)
        ((float *)array)[i] = value;
    else
        ((uint16_t *)array)[i] = dtype == TFL_F16 ? half : bf16;
}

static float drawn(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return (float)((int)(*state >> 25) - 64) * 0.125f;
}

int main(int count, char **arguments) {
    if (count == 1)
        return list_isas();
    if (count != 7 || tfl_isa_select(arguments[1]) != TFL_OK)
        return 2;
    tfl_loss loss = atoi(arguments[2]);
    tfl_dtype dtype = atoi(arguments[3]);
    int what = atoi(arguments[4]), by_class = loss == TFL_SPARSE_SOFTMAX;
    int64_t rows = atoll(arguments[5]), classes = atoll(arguments[6]), size = rows * classes;
    if (rows < 1 || classes < 1 || rows > MOST || classes > MOST || size > MOST)
        return 2;
    double weight = 0;
    uint32_t state = 1;
    put(&weight, 0, dtype, 1.5f);
    for (int64_t i = 0; i < size; i++) {
        put(logits, i, dtype, drawn(&state));
        if (!by_class)
            put(labels, i, dtype, i % 4 == 0 ? 0.25f : 0.5f);
    }
    for (int64_t row = 0; by_class && row < rows; row++)
        ((int64_t *)(void *)labels)[row] = row % classes;
    if (what == 2)
        return 0;
    const void *weights = loss == TFL_WEIGHTED ? &weight : NULL;
    tfl_dtype labels_dtype = by_class ? TFL_I64 : dtype;
    tfl_gradient_args args = {
        .size = sizeof args,
        .loss = loss,
        .dtype = dtype,
        .labels_dtype = labels_dtype,
        .rows = rows,
        .classes = classes,
        .labels = labels,
        .logits = logits,
        .pos_weight_minus_1 = weights,
        .logits_gradient = out,
    };
    tfl_status status = what ? tfl_gradient(&args)
                             : tfl_forward(TFL_VERSION_SET, loss, dtype, labels_dtype, rows,
                                           classes, labels, logits, weights, NULL, out);
    return status == TFL_OK ? 0 : 1;
}
