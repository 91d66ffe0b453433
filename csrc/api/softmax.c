/* SPDX-License-Identifier: Apache-2.0
 * The operations Softmax and LogSoftmax: checks a call and chooses its kernel. */
#include "api/dispatch.h"

static int is_bool(int a) { return a == 0 || a == 1; }

tfl_status tfl_softmax(tfl_version version, tfl_dtype dtype, int logarithm, tfl_onednn onednn,
                       int64_t rows, int64_t classes, const void *logits, void *out) {
    const tfl_profile *profile = tfl_profile_of(version);
    if (!profile || dtype < TFL_F16 || dtype > TFL_F64 || !is_bool(logarithm) ||
        onednn != TFL_ONEDNN_OFF || rows < 0 || classes < 0)
        return TFL_BAD_ARGUMENT;
    int64_t size = tfl_product(rows, classes);
    if (size < 0 || tfl_product(rows, 1) < 0 || tfl_product(classes, 1) < 0)
        return TFL_TOO_LARGE;
    if (size == 0)
        return TFL_OK;
    if (!logits || !out)
        return TFL_BAD_ARGUMENT;
    if (((uintptr_t)logits | (uintptr_t)out) % tfl_element_bytes(dtype) != 0)
        return TFL_MISALIGNED;
    if (tfl_share(tfl_extent_of(logits, size, dtype), tfl_extent_of(out, size, dtype)))
        return TFL_OVERLAP;
    const tfl_kernels *kernels = tfl_kernels_of(profile);
    tfl_kernel kernel = (logarithm ? kernels->log_probabilities : kernels->probabilities)[dtype];
    tfl_call call = {.rows = rows,
                     .classes = classes,
                     .logits_size = size,
                     .labels_dtype = dtype,
                     .logits = logits,
                     .logits_row_stride = classes,
                     .logits_column_stride = 1,
                     .out = out};
    return tfl_run_kernel(profile, kernel, dtype, rows, size, &call);
}
