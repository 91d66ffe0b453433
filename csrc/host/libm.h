/* SPDX-License-Identifier: Apache-2.0
 * Which C library the host has, as far as its expf and logf are concerned. */
#ifndef TF_LOSSES_LIBM_H
#define TF_LOSSES_LIBM_H

#include <stdint.h>

#include "tf_losses.h"

typedef struct tfl_libm_facts {
    int expf_is_glibc; /* for all x <= 0, to the bit */
    int logf_is_glibc; /* for all x >= 1 */
    float expf_odd_one;
} tfl_libm_facts;

#define TFL_EXPF_ODD_ONE (-0x1.f8cbb2p+5f)

/* Filled in by tfl_libm_find, before the first kernel runs. (The library of older kernels has a copy:
 * api/older.h.) */
extern tfl_libm_facts TFL_NAME(libm);
void tfl_libm_find(void);

/* One lane of the vector functions of math/libm.h, for the test. */
float tfl_glibc_expf(float x);
float tfl_glibc_logf(float x);

extern const uint64_t tfl_exp2_table[32];
extern const uint64_t tfl_log_inverses[16];
extern const uint64_t tfl_log_table[16];

#endif
