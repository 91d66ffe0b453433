/* SPDX-License-Identifier: Apache-2.0
 * C libraries, as far as exp, log and log1p are concerned. */
#ifndef TF_LOSSES_LIBM_H
#define TF_LOSSES_LIBM_H

#include <stdint.h>

#include "tf_losses.h"

/* How a function computes, to the bit, all arguments that occur: one of the forms in
 * kernels/math/glibc.h. */
typedef enum tfl_libm_form {
    TFL_OF_HOST, /* another one: the host's is called */
    TFL_GLIBC,
    TFL_GLIBC_FMA, /* compiled for processors with FMA, where that shows */
    TFL_ROUNDED    /* correctly rounded */
} tfl_libm_form;

struct tfl_libm_facts {
    tfl_libm_form f32_exp;   /* for x <= 0 */
    tfl_libm_form f32_log;   /* for x >= 1 */
    tfl_libm_form f32_log1p; /* for 0 <= x <= 1 */
    tfl_libm_form f64_exp;
    tfl_libm_form f64_log;
    tfl_libm_form f64_log1p;
};

/* The host's, found by comparing; afterwards always the same. */
const tfl_libm_facts *tfl_host_libm_facts(void);

/* The forms, of so many elements, for whoever compares them. */
enum { TFL_FORM_COUNT = 16 };
typedef void (*tfl_f32_form)(float *x);
typedef void (*tfl_f64_form)(double *x);
void tfl_f32_glibc_exp(float *x);
void tfl_f32_glibc_exp_fma(float *x);
void tfl_f32_glibc_log(float *x);
void tfl_f32_glibc_log1p(float *x);
void tfl_f32_rounded_log1p(float *x);
void tfl_f64_glibc_exp(double *x);
void tfl_f64_glibc_exp_fma(double *x);
void tfl_f64_glibc_log(double *x);
void tfl_f64_glibc_log_fma(double *x);
void tfl_f64_glibc_log1p(double *x);
void tfl_f64_glibc_log1p_fma(double *x);

extern const uint64_t tfl_exp2_table[32];
extern const uint64_t tfl_log_inverses[16];
extern const uint64_t tfl_log_table[16];
extern const uint64_t tfl_log1p_inverses[32];
extern const uint64_t tfl_log1p_table[32];
extern const uint64_t tfl_exp_pairs[128][2];
extern const uint64_t tfl_log_pairs[128][2];
extern const uint64_t tfl_log_centers[128][2];

#endif
