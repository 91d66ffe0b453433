/* SPDX-License-Identifier: Apache-2.0
 * Whose C library stands for the host's. */
#ifndef TF_LOSSES_API_LIBM_H
#define TF_LOSSES_API_LIBM_H

#include "host/libm.h"

/* The version's part of a number that says whose bits are computed. */
#define TFL_VERSION_OF(version) ((version) % TFL_LIBM_HOST)

/* Whether a number names a library, or leaves it to the choice of the process. */
int tfl_names_libm(tfl_version version);

/* NULL if there is no such library. */
const tfl_libm_facts *tfl_libm_of(tfl_version version);

#endif
