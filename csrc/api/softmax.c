/* SPDX-License-Identifier: Apache-2.0
 * The operations Softmax and LogSoftmax: checks a call and chooses its kernel. */
#include "api/dispatch.h"
#include "api/libm.h"

/* Checks sizes and arrays; the status is TFL_OK and the call has elements, or nothing is to be done. */
static tfl_status prepare(tfl_dtype dtype, tfl_call *call) {
    int64_t rows = call->rows, classes = call->classes;
    if (dtype < TFL_F16 || dtype > TFL_F64 || rows < 0 || classes < 0)
        return TFL_BAD_ARGUMENT;
    call->logits_size = tfl_product(rows, classes);
    if (call->logits_size < 0 || tfl_product(rows, 1) < 0 || tfl_product(classes, 1) < 0)
        return TFL_TOO_LARGE;
    if (call->logits_size == 0)
        return TFL_OK;
    if (!call->logits || !call->out)
        return TFL_BAD_ARGUMENT;
    if (((uintptr_t)call->logits | (uintptr_t)call->out) % tfl_element_bytes(dtype) != 0)
        return TFL_MISALIGNED;
    if (tfl_share(tfl_extent_of(call->logits, call->logits_size, dtype),
                  tfl_extent_of(call->out, call->logits_size, dtype)))
        return TFL_OVERLAP;
    call->labels_dtype = dtype;
    call->logits_row_stride = classes;
    return TFL_OK;
}

static tfl_status run(const tfl_profile *profile, const tfl_kernels *kernels,
                      const tfl_kernel *kernel, tfl_dtype dtype, tfl_call *call) {
    if (call->logits_size == 0)
        return TFL_OK;
    return tfl_run_kernel(profile, kernels, kernel, dtype, call->rows, call->logits_size, call);
}

tfl_status tfl_softmax(tfl_version version, tfl_dtype dtype, int logarithm, int64_t rows,
                       int64_t classes, const void *logits, void *out) {
    const tfl_profile *profile = tfl_profile_of(version);
    tfl_call call = {.rows = rows,
                     .classes = classes,
                     .logits = logits,
                     .libm = tfl_libm_of(version),
                     .out = out};
    if (!profile || (logarithm != 0 && logarithm != 1))
        return TFL_BAD_ARGUMENT;
    tfl_status status = prepare(dtype, &call);
    if (status != TFL_OK)
        return status;
    const tfl_kernels *kernels = tfl_kernels_of(profile);
    if (!kernels)
        return TFL_NOT_LOADED;
    const tfl_kernel *made = logarithm ? kernels->log_probabilities : kernels->probabilities;
    return run(profile, kernels, &made[dtype], dtype, &call);
}

tfl_status tfl_onednn_softmax(tfl_onednn onednn, tfl_onednn_isa isa, tfl_dtype dtype, int64_t rows,
                              int64_t classes, const void *logits, void *out) {
    static const int lanes[] = {
        [TFL_ONEDNN_SSE41] = 4, [TFL_ONEDNN_AVX2] = 8, [TFL_ONEDNN_AVX512] = 16};
    if (isa < TFL_ONEDNN_SSE41 || isa > TFL_ONEDNN_AVX512 || onednn < TFL_ONEDNN_2_7 ||
        (dtype != TFL_F32 && dtype != TFL_BF16))
        return TFL_BAD_ARGUMENT;
    tfl_call call = {.rows = rows,
                     .classes = classes,
                     .logits = logits,
                     .libm = tfl_libm_of(TFL_LIBM_SET),
                     .out = out,
                     .onednn = onednn,
                     .onednn_lanes = lanes[isa]};
    tfl_status status = prepare(dtype, &call);
    if (status != TFL_OK)
        return status;
    /* What it takes of a profile or library does not show in these kernels. */
    const tfl_kernels *kernels = tfl_current_isa()->kernels;
    return run(tfl_profile_of(TFL_VERSION_2_21), kernels, &kernels->onednn_softmax[dtype], dtype,
               &call);
}
