/* SPDX-License-Identifier: Apache-2.0
 * The library of older kernels: the files of isa/, compiled with TFL_OLDER, and this one. */
#define TFL_OLDER
#include "api/older.h"
#include "older/older_abi.h"

static const tfl_older older = {
    .size = sizeof(tfl_older),
    .build = TFL_SOURCES,
    .isas = tfl_older_isas,
};

const void *tfl_older_kernels(void) { return &older; }
