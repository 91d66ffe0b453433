/* SPDX-License-Identifier: Apache-2.0
 * The C library's exp, log and log1p for every argument, one by one. */
#ifndef TF_LOSSES_FUNCTIONS_GLIBC_H
#define TF_LOSSES_FUNCTIONS_GLIBC_H

#include "host/libm.h"

typedef struct tfl_libm_calls {
    float (*expf)(float);
    float (*logf)(float);
    float (*log1pf)(float);
    double (*exp)(double);
    double (*log)(double);
    double (*log1p)(double);
} tfl_libm_calls;

/* Those of a library, as it computes them where subnormal numbers are flushed. The host's own are called
 * where they are the same. */
tfl_libm_calls tfl_libm_calls_of(const tfl_libm_facts *libm);

/* The same without the host's, for the test. */
tfl_libm_calls tfl_own_libm_calls_of(const tfl_libm_facts *libm);

#endif
