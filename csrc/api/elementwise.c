/* SPDX-License-Identifier: Apache-2.0
 * Functions of one number and powers, on arrays: the checks, and TensorFlow's flat rule. */
#include <errno.h>

#include "api/dispatch.h"
#include "api/libm.h"
#include "api/versions.h"
#include "functions/functions.h"
#include "host/fpenv.h"

/* What is the same for every function; TFL_OK is that of nothing to compute. */
static tfl_status check(tfl_version version, tfl_dtype dtype, int64_t size) {
    const tfl_profile *profile = tfl_profile_of(version);
    if (dtype < TFL_F16 || dtype > TFL_F64 || size < 0 || !profile)
        return TFL_BAD_ARGUMENT;
    if (profile->functions == TFL_FUNCTIONS_UNKNOWN)
        return TFL_NOT_KNOWN;
    return tfl_product(size, 1) < 0 ? TFL_TOO_LARGE : TFL_OK;
}

static tfl_status check_input(tfl_dtype dtype, int64_t size, const void *x, const void *out) {
    if (!x || !out)
        return TFL_BAD_ARGUMENT;
    if (((uintptr_t)x | (uintptr_t)out) % tfl_element_bytes(dtype) != 0)
        return TFL_MISALIGNED;
    int share = tfl_share(tfl_extent_of(x, size, dtype), tfl_extent_of(out, size, dtype));
    return share ? TFL_OVERLAP : TFL_OK;
}

static int64_t in_packets(tfl_dtype dtype, int64_t size) {
    return size - size % (dtype == TFL_F64 ? 4 : 8);
}

/* Whether a function rests on an estimate of the processor that is not known of other vendors'. */
static int has_no_table(tfl_version version, tfl_function function, tfl_dtype dtype) {
    int estimates_root = tfl_profile_of(version)->functions == TFL_FUNCTIONS_1_15;
    return dtype == TFL_F32 && (function == TFL_RSQRT || function == TFL_RECIPROCAL ||
                                (function == TFL_SQRT && estimates_root));
}

tfl_status tfl_unary(tfl_version version, tfl_function function, tfl_dtype dtype, int64_t size,
                     const void *x, void *out) {
    tfl_status status = check(version, dtype, size);
    if (function < 0 || function >= TFL_FUNCTIONS)
        return TFL_BAD_ARGUMENT;
    if (status == TFL_OK && size > 0)
        status = check_input(dtype, size, x, out);
    if (status != TFL_OK || size == 0)
        return status;
    if (tfl_estimates_by_table() && has_no_table(version, function, dtype))
        return TFL_NOT_KNOWN;
    const tfl_path_pair *pair =
        tfl_function_of(tfl_profile_of(version)->functions, function, dtype);
    int64_t packets = in_packets(dtype, size), at = packets * (int64_t)tfl_element_bytes(dtype);
    int caller_errno = errno; /* the C library sets it */
    tfl_fpenv caller = tfl_fpenv_enter();
    tfl_functions_take(tfl_libm_of(version));
    pair->packets(packets, x, out);
    pair->rest(size - packets, (const char *)x + at, (char *)out + at);
    tfl_fpenv_leave(caller);
    errno = caller_errno;
    return TFL_OK;
}

/* A run of elements that lie together: those that fill packets, then the rest. */
static void power_run(const tfl_power_pair *pair, tfl_dtype dtype, int64_t at, int64_t n,
                      const char *x, const char *y, char *out) {
    int64_t bytes = (int64_t)tfl_element_bytes(dtype), packets = in_packets(dtype, n);
    int64_t first = at * bytes, rest = (at + packets) * bytes;
    pair->packets(packets, x + first, y + first, out + first);
    pair->rest(n - packets, x + rest, y + rest, out + rest);
}

/* What an operand is repeated for is computed block by block: blocks take the innermost axes whole,
 * as far as they go into the elements that TensorFlow thinks cost 40,000 cycles. */
typedef struct tfl_blocks {
    int64_t rank;
    int64_t shape[TFL_POWER_MAX_RANK];
    int64_t block[TFL_POWER_MAX_RANK];
} tfl_blocks;

static void cut_blocks(tfl_blocks *blocks, tfl_dtype dtype, int repeated) {
    double bytes = (double)tfl_element_bytes(dtype), lanes = dtype == TFL_F64 ? 4 : 8;
    /* Cycles of the bytes that an operand's repetition loads and stores, and of a power. */
    double cost = repeated * 2 * bytes * 11 / 64 + 5 / lanes;
    int64_t left = (int64_t)(40000 / cost);
    for (int64_t axis = blocks->rank - 1; axis >= 0; axis--) {
        int64_t length = blocks->shape[axis];
        blocks->block[axis] = left < length ? left : length;
        left = (left + blocks->block[axis] - 1) / blocks->block[axis];
    }
}

/* The block that begins at these indices. Its elements lie together: only where its part of the outer
 * axes is one element is an axis cut. */
static void power_block(const tfl_blocks *blocks, const int64_t *begin, const tfl_power_pair *pair,
                        tfl_dtype dtype, const char *x, const char *y, char *out) {
    int64_t at = 0, size = 1, whole = 1;
    for (int64_t axis = blocks->rank - 1; axis >= 0; axis--) {
        int64_t left = blocks->shape[axis] - begin[axis];
        size *= left < blocks->block[axis] ? left : blocks->block[axis];
        at += begin[axis] * whole;
        whole *= blocks->shape[axis];
    }
    power_run(pair, dtype, at, size, x, y, out);
}

static void power_blocks(const tfl_blocks *blocks, const tfl_power_pair *pair, tfl_dtype dtype,
                         const char *x, const char *y, char *out) {
    int64_t begin[TFL_POWER_MAX_RANK] = {0}, axis;
    do {
        power_block(blocks, begin, pair, dtype, x, y, out);
        for (axis = blocks->rank - 1; axis >= 0; axis--) {
            begin[axis] += blocks->block[axis];
            if (begin[axis] < blocks->shape[axis])
                break;
            begin[axis] = 0;
        }
    } while (axis >= 0);
}

tfl_status tfl_power(tfl_version version, tfl_dtype dtype, int64_t rank, const int64_t *shape,
                     int repeated, const void *x, const void *y, void *out) {
    if (rank < 0 || rank > TFL_POWER_MAX_RANK || (rank > 0 && !shape) || repeated < 0 ||
        repeated > 2)
        return TFL_BAD_ARGUMENT;
    tfl_blocks blocks = {.rank = rank};
    int64_t size = 1;
    for (int64_t axis = 0; axis < rank; axis++) {
        blocks.shape[axis] = shape[axis];
        if (blocks.shape[axis] < 0)
            return TFL_BAD_ARGUMENT;
        size = tfl_product(size, blocks.shape[axis]);
        if (size < 0)
            return TFL_TOO_LARGE;
    }
    tfl_status status = check(version, dtype, size);
    if (status == TFL_OK && size > 0)
        status = check_input(dtype, size, x, out);
    if (status == TFL_OK && size > 0)
        status = check_input(dtype, size, y, out);
    if (status != TFL_OK || size == 0)
        return status;
    const tfl_power_pair *pair = tfl_power_of(tfl_profile_of(version)->functions, dtype);
    int caller_errno = errno;
    tfl_fpenv caller = tfl_fpenv_enter();
    if (rank < 2 || repeated == 0) {
        power_run(pair, dtype, 0, size, x, y, out);
    } else {
        cut_blocks(&blocks, dtype, repeated);
        power_blocks(&blocks, pair, dtype, x, y, out);
    }
    tfl_fpenv_leave(caller);
    errno = caller_errno;
    return TFL_OK;
}
