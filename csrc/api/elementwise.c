/* SPDX-License-Identifier: Apache-2.0
 * Functions of one number and powers, on arrays: the checks, and TensorFlow's flat rule. */
#include <errno.h>

#include "api/dispatch.h"
#include "api/versions.h"
#include "functions/functions.h"
#include "host/fpenv.h"

/* What is the same for every function; TFL_OK is that of nothing to compute. */
static tfl_status check(tfl_version version, tfl_dtype dtype, int64_t size) {
    if (dtype < TFL_F16 || dtype > TFL_F64 || size < 0 || !tfl_profile_of(version))
        return TFL_BAD_ARGUMENT;
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

tfl_status tfl_unary(tfl_version version, tfl_function function, tfl_dtype dtype, int64_t size,
                     const void *x, void *out) {
    tfl_status status = check(version, dtype, size);
    if (function < 0 || function >= TFL_FUNCTIONS)
        return TFL_BAD_ARGUMENT;
    if (status == TFL_OK && size > 0)
        status = check_input(dtype, size, x, out);
    if (status != TFL_OK || size == 0)
        return status;
    const tfl_path_pair *pair =
        tfl_function_of(tfl_profile_of(version)->functions, function, dtype);
    int64_t packets = in_packets(dtype, size), at = packets * (int64_t)tfl_element_bytes(dtype);
    int caller_errno = errno; /* the C library sets it */
    tfl_fpenv caller = tfl_fpenv_enter();
    pair->packets(packets, x, out);
    pair->rest(size - packets, (const char *)x + at, (char *)out + at);
    tfl_fpenv_leave(caller);
    errno = caller_errno;
    return TFL_OK;
}

tfl_status tfl_power(tfl_version version, tfl_dtype dtype, int64_t size, const void *x,
                     const void *y, void *out) {
    tfl_status status = check(version, dtype, size);
    if (status == TFL_OK && size > 0)
        status = check_input(dtype, size, x, out);
    if (status == TFL_OK && size > 0)
        status = check_input(dtype, size, y, out);
    if (status != TFL_OK || size == 0)
        return status;
    const tfl_power_pair *pair = tfl_power_of(tfl_profile_of(version)->functions, dtype);
    int64_t packets = in_packets(dtype, size), at = packets * (int64_t)tfl_element_bytes(dtype);
    int caller_errno = errno;
    tfl_fpenv caller = tfl_fpenv_enter();
    pair->packets(packets, x, y, out);
    pair->rest(size - packets, (const char *)x + at, (const char *)y + at, (char *)out + at);
    tfl_fpenv_leave(caller);
    errno = caller_errno;
    return TFL_OK;
}
