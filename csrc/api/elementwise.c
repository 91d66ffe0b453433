/* SPDX-License-Identifier: Apache-2.0
 * Functions of one number on arrays: the checks, and TensorFlow's flat rule. */
#include <errno.h>

#include "api/dispatch.h"
#include "api/versions.h"
#include "functions/functions.h"
#include "host/fpenv.h"

tfl_status tfl_unary(tfl_version version, tfl_function function, tfl_dtype dtype, int64_t size,
                     const void *x, void *out) {
    if (function < 0 || function >= TFL_FUNCTIONS || dtype < TFL_F16 || dtype > TFL_F64 ||
        size < 0 || !tfl_profile_of(version))
        return TFL_BAD_ARGUMENT;
    version = version == TFL_VERSION_SET ? tfl_get_version() : version;
    const tfl_path_pair *pair = tfl_function_of(version, function, dtype);
    if (!pair)
        return TFL_BAD_ARGUMENT;
    if (tfl_product(size, 1) < 0)
        return TFL_TOO_LARGE;
    if (size == 0)
        return TFL_OK;
    if (!x || !out)
        return TFL_BAD_ARGUMENT;
    size_t bytes = tfl_element_bytes(dtype);
    if (((uintptr_t)x | (uintptr_t)out) % bytes != 0)
        return TFL_MISALIGNED;
    if (tfl_share(tfl_extent_of(x, size, dtype), tfl_extent_of(out, size, dtype)))
        return TFL_OVERLAP;
    int64_t rest = size % (dtype == TFL_F64 ? 4 : 8), packets = size - rest;
    int caller_errno = errno; /* the C library sets it */
    tfl_fpenv caller = tfl_fpenv_enter();
    pair->packets(packets, x, out);
    pair->rest(rest, (const char *)x + packets * (int64_t)bytes,
               (char *)out + packets * (int64_t)bytes);
    tfl_fpenv_leave(caller);
    errno = caller_errno;
    return TFL_OK;
}
