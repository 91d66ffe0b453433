/* SPDX-License-Identifier: Apache-2.0
 * One call of each loss and dtype, its arrays and its results. */
#ifndef TFL_TEST_CALLS_H
#define TFL_TEST_CALLS_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "losses.h"

enum { LOSSES = TFL_LOSSES, DTYPES = 4, MOST_OUTPUTS = 4 };

/* A loss of rows x classes elements, and its gradients if `gradient`. The arrays lie wherever the
 * test wants them. */
typedef struct loss_call {
    tfl_version version;
    tfl_loss loss;
    tfl_dtype dtype, labels_dtype;
    int gradient;
    int64_t rows, classes;
    void *labels, *logits, *weight, *upstream;
    void *outputs[MOST_OUTPUTS]; /* loss, labels' and logits' gradients, products for pos_weight */
} loss_call;

static inline size_t width_of(tfl_dtype dtype) {
    return dtype == TFL_F64 || dtype == TFL_I64 ? 8 : dtype == TFL_F32 || dtype == TFL_I32 ? 4 : 2;
}

static inline int by_row(const loss_call *c) { return tfl_traits_of(c->loss)->by_row; }

static inline int class_labels(const loss_call *c) { return tfl_traits_of(c->loss)->class_labels; }

static inline int has_weight(const loss_call *c) { return tfl_traits_of(c->loss)->has_weight; }

static inline loss_call describe_call(tfl_version version, tfl_loss loss, tfl_dtype dtype,
                                      int gradient, int64_t rows, int64_t classes) {
    return (loss_call){.version = version,
                       .loss = loss,
                       .dtype = dtype,
                       .labels_dtype = tfl_traits_of(loss)->class_labels ? TFL_I64 : dtype,
                       .gradient = gradient,
                       .rows = rows,
                       .classes = classes};
}

static inline size_t loss_bytes(const loss_call *c) {
    return (size_t)(by_row(c) ? c->rows : c->rows * c->classes) * width_of(c->dtype);
}

static inline size_t labels_bytes(const loss_call *c) {
    int64_t count = class_labels(c) ? c->rows : c->rows * c->classes;
    return (size_t)count * width_of(c->labels_dtype);
}

static inline size_t logits_bytes(const loss_call *c) {
    return (size_t)(c->rows * c->classes) * width_of(c->dtype);
}

/* Bytes of an output; 0 if the call has none of this kind. */
static inline size_t output_bytes(const loss_call *c, int output) {
    switch (output) {
    case 0:
        return loss_bytes(c);
    case 1:
        return c->gradient && !class_labels(c) ? labels_bytes(c) : 0;
    case 2:
        return c->gradient ? logits_bytes(c) : 0;
    default:
        return c->gradient && has_weight(c) ? logits_bytes(c) : 0;
    }
}

/* Small numbers in any dtype; 16-bit ones by their bits: 0x3a00 ... are numbers in both types. */
static inline void fill_numbers(void *to, size_t count, tfl_dtype dtype, uint32_t seed) {
    for (size_t i = 0; i < count; i++) {
        seed = seed * 1664525u + 1013904223u;
        double value = (double)(int32_t)seed / (1 << 28);
        if (dtype == TFL_F64)
            ((double *)to)[i] = value;
        else if (dtype == TFL_F32)
            ((float *)to)[i] = (float)value;
        else
            ((uint16_t *)to)[i] = (uint16_t)((seed >> 16 & 0x81ff) | 0x3c00);
    }
}

static inline void fill_inputs(loss_call *c) {
    size_t count = (size_t)(c->rows * c->classes);
    fill_numbers(c->logits, count, c->dtype, 1);
    if (class_labels(c))
        for (int64_t i = 0; i < c->rows; i++)
            ((int64_t *)c->labels)[i] = i % c->classes;
    else
        fill_numbers(c->labels, count, c->dtype, 2);
    if (c->weight)
        fill_numbers(c->weight, 1, c->dtype, 3);
    if (c->upstream)
        fill_numbers(c->upstream, loss_bytes(c) / width_of(c->dtype), c->dtype, 4);
}

/* Arrays from malloc, filled. */
static inline void allocate_call(loss_call *c) {
    c->labels = malloc(labels_bytes(c) + 1);
    c->logits = malloc(logits_bytes(c) + 1);
    c->weight = has_weight(c) ? malloc(8) : NULL;
    c->upstream = c->gradient ? malloc(loss_bytes(c) + 1) : NULL;
    for (int i = 0; i < MOST_OUTPUTS; i++)
        c->outputs[i] = output_bytes(c, i) ? malloc(output_bytes(c, i)) : NULL;
    fill_inputs(c);
}

static inline void free_call(loss_call *c) {
    free(c->labels);
    free(c->logits);
    free(c->weight);
    free(c->upstream);
    for (int i = 0; i < MOST_OUTPUTS; i++)
        free(c->outputs[i]);
}

static inline tfl_status make_call(const loss_call *c) {
    if (!c->gradient)
        return tfl_forward(c->version, c->loss, c->dtype, c->labels_dtype, c->rows, c->classes,
                           c->labels, c->logits, c->weight, NULL, c->outputs[0]);
    return tfl_gradient_positional(c->version, c->loss, c->dtype, c->labels_dtype, TFL_EAGER,
                                   c->rows, c->classes, c->labels, c->logits, c->weight, NULL,
                                   c->upstream, c->outputs[0], c->outputs[1], c->outputs[2],
                                   c->outputs[3]);
}

/* FNV-1a of the outputs' bytes: nothing in these calls is NaN. */
static inline uint64_t hash_outputs(const loss_call *c) {
    uint64_t hash = 0xcbf29ce484222325u;
    for (int i = 0; i < MOST_OUTPUTS; i++)
        for (size_t j = 0; j < output_bytes(c, i); j++)
            hash = (hash ^ ((const unsigned char *)c->outputs[i])[j]) * 0x100000001b3u;
    return hash;
}

static inline void fill_outputs(const loss_call *c, int with) {
    for (int i = 0; i < MOST_OUTPUTS; i++)
        if (output_bytes(c, i))
            memset(c->outputs[i], with, output_bytes(c, i));
}

/* For each supported instruction set. */
#define EACH_ISA(name)                                                                             \
    for (const char *name, *first = tfl_isa_known(0); first; first = NULL)                         \
        for (int64_t isa_ = 0; (name = tfl_isa_known(isa_)) != NULL; isa_++)                       \
            if (tfl_isa_select(name) == TFL_OK)

/* Some versions have none for bfloat16. */
static inline int has_kernel(int version, int loss, int dtype) {
    return tfl_self_check_hash(version, loss, dtype, TFL_EAGER, 0, 0) != 0;
}

/* For each loss, dtype, version and direction that there is. */
#define EACH_KIND(version, loss, dtype, gradient)                                                  \
    for (int version = TFL_VERSION_2_21; version < TFL_VERSIONS; version++)                        \
        for (int loss = 0; loss < LOSSES; loss++)                                                  \
            for (int dtype = 0; dtype < DTYPES; dtype++)                                           \
                if (has_kernel(version, loss, dtype))                                              \
                    for (int gradient = 0; gradient < 2; gradient++)

#endif
