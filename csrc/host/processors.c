/* SPDX-License-Identifier: Apache-2.0
 * The processors this process may use: those of its affinity, less what its control group allows. */
#include <errno.h>
#include <stdio.h>

#include "host/processors.h"
#include "host/system.h"

int64_t tfl_quota_of(const char *text) {
    long long quota, period;
    if (sscanf(text, "%lld %lld", &quota, &period) != 2 || quota <= 0 || period <= 0)
        return INT64_MAX; /* "max 100000": no limit */
    return quota / period + (quota % period > 0);
}

int64_t tfl_available_processors(void) {
    int before = errno; /* of files that need not be there */
    int64_t processors = tfl_affine_processors(), limit = tfl_processors_limit();
    errno = before;
    return processors < limit ? processors : limit;
}
