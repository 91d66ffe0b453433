/* SPDX-License-Identifier: Apache-2.0
 * Read before a source file: it then calls the functions of other_libm.c. */
#include <math.h>

float other_expf(float x);
float other_logf(float x);
float other_log1pf(float x);
double other_exp(double x);
double other_log(double x);
double other_log1p(double x);

#define expf other_expf
#define logf other_logf
#define log1pf other_log1pf
#define exp other_exp
#define log other_log
#define log1p other_log1p
