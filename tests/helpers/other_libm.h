/* SPDX-License-Identifier: Apache-2.0
 * Read before a source file: it then calls the expf and logf of other_libm.c. */
#include <math.h>

float other_expf(float x);
float other_logf(float x);

#define expf other_expf
#define logf other_logf
