/* SPDX-License-Identifier: Apache-2.0
 * What the library of older kernels gives to this one. */
#ifndef TF_LOSSES_OLDER_H
#define TF_LOSSES_OLDER_H

#include "tf_losses.h"

/* What the two libraries were compiled from, as the build says. */
#if !defined(TFL_SOURCES)
#define TFL_SOURCES "unknown"
#endif

typedef struct tfl_older {
    size_t size;                /* of this struct, and */
    const char *build;          /* the sources it was compiled from: those of the other library */
    const tfl_isa *const *isas; /* the same sets in the same order as tfl_isas */
} tfl_older;

#endif
