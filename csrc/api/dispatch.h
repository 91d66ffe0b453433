/* SPDX-License-Identifier: Apache-2.0
 * What the entry points share. */
#ifndef TF_LOSSES_DISPATCH_H
#define TF_LOSSES_DISPATCH_H

#include "api/versions.h"
#include "losses.h"
#include "tf_losses.h"

/* The instruction set in use. */
const tfl_isa *tfl_current_isa(void);
int64_t tfl_current_isa_number(void);

/* One that has been found to compute other bits: it is not used again in this process. */
void tfl_refuse_isa(const tfl_isa *isa);
int tfl_isa_is_refused(const tfl_isa *isa);

/* Whether RCPPS of the vendor whose results are wanted is not this processor's own. */
int tfl_estimates_by_table(void);

/* Use another one (NULL: the best is chosen when it is needed); gives what was set before. */
const tfl_isa *tfl_exchange_isa(const tfl_isa *isa);

static inline size_t tfl_element_bytes(tfl_dtype dtype) {
    return dtype == TFL_F64 || dtype == TFL_I64 ? 8 : dtype == TFL_F32 || dtype == TFL_I32 ? 4 : 2;
}

/* Where an array lies; nowhere if it is missing or empty. */
typedef struct tfl_extent {
    uintptr_t begin, end;
} tfl_extent;

static inline tfl_extent tfl_extent_of(const void *array, int64_t elements, tfl_dtype dtype) {
    uintptr_t begin = (uintptr_t)array;
    uintptr_t bytes = array ? (uintptr_t)elements * tfl_element_bytes(dtype) : 0;
    return (tfl_extent){begin, begin + bytes};
}

static inline int tfl_share(tfl_extent a, tfl_extent b) {
    return a.begin < b.end && b.begin < a.end && a.begin < a.end && b.begin < b.end;
}

/* Checks two inputs of `size` elements and an output of `count`, which is not 0. */
static inline tfl_status tfl_check_operands(tfl_dtype dtype, int64_t size, const void *a,
                                            const void *b, int64_t count, const void *out) {
    if (!out || (size > 0 && (!a || !b)))
        return TFL_BAD_ARGUMENT;
    if (((uintptr_t)a | (uintptr_t)b | (uintptr_t)out) % tfl_element_bytes(dtype) != 0)
        return TFL_MISALIGNED;
    tfl_extent written = tfl_extent_of(out, count, dtype);
    int shared = tfl_share(tfl_extent_of(a, size, dtype), written) ||
                 tfl_share(tfl_extent_of(b, size, dtype), written);
    return shared ? TFL_OVERLAP : TFL_OK;
}

/* Whether an output of a checked call shares memory with anything, its caller's layout (or NULL)
 * included; `results` counts the elements of the loss. */
int tfl_overlaps(const tfl_call *call, const tfl_layout *layout, const tfl_loss_traits *traits,
                 tfl_dtype dtype, int64_t results);

/* What of a call TensorFlow flushed where it was subnormal. */
typedef enum tfl_flushing {
    TFL_FLUSHES_NOTHING,
    TFL_FLUSHES_ALL,
    TFL_FLUSHES_BY_OP /* which is not reproduced */
} tfl_flushing;
tfl_flushing tfl_flushing_of(const tfl_profile *profile, tfl_loss loss, tfl_dtype dtype,
                             tfl_mode mode, int64_t rows, int64_t classes);

/* Runs one of the kernels for a checked call over `count` (> 0) rows or elements, on as many threads
 * as so many elements are worth. */
tfl_status tfl_run_kernel(const tfl_profile *profile, const tfl_kernels *kernels,
                          const tfl_kernel *kernel, tfl_dtype dtype, int64_t count,
                          int64_t elements, tfl_call *call);

/* a*b of sizes, or -1 if that many elements of 8 bytes do not fit in 64 bits; a may be -1. */
static inline int64_t tfl_product(int64_t a, int64_t b) {
    int64_t product;
    if (a < 0 || __builtin_mul_overflow(a, b, &product) || product > INT64_MAX / 8)
        return -1;
    return product;
}

#endif
