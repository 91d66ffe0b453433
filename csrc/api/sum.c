/* SPDX-License-Identifier: Apache-2.0
 * Checks a sum and finds its pattern; the arithmetic is in sum.h. */
#include <errno.h>
#include <string.h>

#include "api/dispatch.h"
#include "host/fpenv.h"
#include "api/versions.h"

/* Drops axes of size 1 and merges neighbours of one kind. */
static void merge_axes(tfl_sum_plan *plan, int64_t rank, const int64_t *shape, uint64_t reduced) {
    for (int64_t axis = 0; axis < rank; axis++) {
        int kind = (int)(reduced >> axis & 1);
        if (shape[axis] == 1)
            continue;
        if (plan->rank > 0 && plan->reduced[plan->rank - 1] == kind) {
            plan->shape[plan->rank - 1] *= shape[axis];
        } else {
            plan->shape[plan->rank] = shape[axis];
            plan->reduced[plan->rank++] = kind;
        }
    }
}

static void find_pattern(tfl_sum_plan *plan) {
    const int64_t *shape = plan->shape;
    int64_t rank = plan->rank, first_reduced = rank > 0 && plan->reduced[0];
    if (rank == 0 || (rank == 1 && !first_reduced)) {
        plan->pattern = TFL_SUM_COPY;
    } else if (rank == 1) {
        plan->pattern = TFL_SUM_ALL;
    } else if (rank == 2 && !first_reduced) {
        plan->pattern = TFL_SUM_ROWS;
        plan->outer = shape[0];
        plan->inner = shape[1];
    } else if (rank == 2 || (rank == 3 && !first_reduced)) {
        plan->pattern = TFL_SUM_COLUMNS;
        plan->outer = rank == 3 ? shape[0] : 1;
        plan->middle = shape[rank - 2];
        plan->inner = shape[rank - 1];
    } else if (rank == 3) {
        plan->pattern = TFL_SUM_BOTH_ENDS;
        plan->outer = shape[0];
        plan->middle = shape[1];
        plan->inner = shape[2];
    } else {
        plan->pattern = TFL_SUM_TRANSPOSED;
    }
}

/* The kernel of a sum or, where it is divided, of a mean; and the order of an older version. */
static tfl_sum_kernel find_sum(const tfl_profile *profile, const tfl_kernels *kernels,
                               tfl_dtype dtype, tfl_sum_plan *plan) {
    int is_mean = plan->divisor != 1, is_bf16 = dtype == TFL_BF16;
    int is_native = profile->bf16_sums == TFL_SUMS_NATIVE ||
                    (profile->bf16_sums == TFL_MEANS_NATIVE && is_mean);
    const tfl_ways *how = profile->how;
    if (how) {
        plan->order = is_bf16 && is_mean ? &how->bf16_mean : &how->sum_orders[dtype];
        plan->float_blocks = how->float_blocks;
        plan->intra_op_threads = is_mean && how->whole_means ? 1 : plan->intra_op_threads;
    }
    return kernels->sum[is_bf16 && is_native ? TFL_VARIANT_BF16_RAW : (tfl_variant)dtype];
}

tfl_status tfl_sum(tfl_version version, tfl_dtype dtype, int64_t rank, const int64_t *shape,
                   uint64_t reduced, int64_t intra_op_threads, int64_t divisor, const void *in,
                   void *out) {
    const tfl_profile *profile = tfl_profile_of(version);
    if (dtype < TFL_F16 || dtype > TFL_F64 || rank < 0 || rank > TFL_SUM_MAX_RANK ||
        (rank > 0 && !shape) || !profile || intra_op_threads < 1 || divisor < 1)
        return TFL_BAD_ARGUMENT;
    int64_t sizes[TFL_SUM_MAX_RANK]; /* which nobody changes after they were checked */
    if (rank > 0)
        memcpy(sizes, shape, (size_t)rank * sizeof *sizes);
    tfl_sum_plan plan = {.size = 1, .divisor = divisor, .intra_op_threads = intra_op_threads};
    int64_t kept = 1;
    for (int64_t axis = 0; axis < rank; axis++) {
        if (sizes[axis] < 0)
            return TFL_BAD_ARGUMENT;
        plan.size = tfl_product(plan.size, sizes[axis]);
        kept = reduced >> axis & 1 ? kept : tfl_product(kept, sizes[axis]);
        if (plan.size < 0 || kept < 0)
            return TFL_TOO_LARGE;
    }
    if (kept == 0)
        return TFL_OK;
    if (!out || (plan.size > 0 && !in))
        return TFL_BAD_ARGUMENT;
    if (((uintptr_t)in | (uintptr_t)out) % tfl_element_bytes(dtype) != 0)
        return TFL_MISALIGNED;
    tfl_extent written = tfl_extent_of(out, kept, dtype);
    if (tfl_share(tfl_extent_of(in, plan.size, dtype), written) ||
        tfl_share(tfl_extent_of(shape, rank, TFL_I64), written))
        return TFL_OVERLAP;
    if (plan.size == 0) {
        memset(out, 0, (size_t)kept * tfl_element_bytes(dtype));
        return TFL_OK;
    }
    merge_axes(&plan, rank, sizes, reduced);
    find_pattern(&plan);
    const tfl_kernels *kernels = tfl_kernels_of(profile);
    if (!kernels)
        return TFL_NOT_LOADED;
    int caller_errno = errno; /* malloc may set it */
    tfl_fpenv caller = tfl_fpenv_enter();
    tfl_status status = find_sum(profile, kernels, dtype, &plan)(&plan, in, out);
    tfl_fpenv_leave(caller);
    errno = caller_errno;
    return status;
}
