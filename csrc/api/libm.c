/* SPDX-License-Identifier: Apache-2.0
 * Whose C library stands for the host's: the sets of functions that can be chosen, and the choice. */
#include "api/libm.h"

#include <stdatomic.h>
#include <string.h>

/* exp and log have been the same since 2.28; log1p of float64 was compiled for FMA as well from 2.39 on,
 * and on the branches of 2.34 to 2.38 since August 2023; that of float32 has been rounded correctly since
 * 2.41. Where a processor has no FMA, or glibc is told to leave it alone, the others are taken. */
#define TFL_FUSED_SET(log1pf, log1p)                                                               \
    {.f32_exp = TFL_GLIBC_FMA,                                                                     \
     .f32_log = TFL_GLIBC,                                                                         \
     .f32_log1p = (log1pf),                                                                        \
     .f64_exp = TFL_GLIBC_FMA,                                                                     \
     .f64_log = TFL_GLIBC_FMA,                                                                     \
     .f64_log1p = (log1p)}
#define TFL_PLAIN_SET(log1pf)                                                                      \
    {.f32_exp = TFL_GLIBC,                                                                         \
     .f32_log = TFL_GLIBC,                                                                         \
     .f32_log1p = (log1pf),                                                                        \
     .f64_exp = TFL_GLIBC,                                                                         \
     .f64_log = TFL_GLIBC,                                                                         \
     .f64_log1p = TFL_GLIBC}

/* A library's place among the sets. */
#define NUMBER(libm) ((libm) / TFL_LIBM_HOST)

static const tfl_libm_facts sets[] = {
    [NUMBER(TFL_LIBM_GLIBC_2_28)] = TFL_FUSED_SET(TFL_GLIBC, TFL_GLIBC),
    [NUMBER(TFL_LIBM_GLIBC_2_34)] = TFL_FUSED_SET(TFL_GLIBC, TFL_GLIBC_FMA),
    [NUMBER(TFL_LIBM_GLIBC_2_41)] = TFL_FUSED_SET(TFL_ROUNDED, TFL_GLIBC_FMA),
    [NUMBER(TFL_LIBM_GLIBC_2_28_NOFMA)] = TFL_PLAIN_SET(TFL_GLIBC),
    [NUMBER(TFL_LIBM_GLIBC_2_34_NOFMA)] = TFL_PLAIN_SET(TFL_GLIBC),
    [NUMBER(TFL_LIBM_GLIBC_2_41_NOFMA)] = TFL_PLAIN_SET(TFL_ROUNDED),
};

enum { SETS = sizeof sets / sizeof *sets };

/* At first the host's, if it is glibc's: TensorFlow would call it. */
#if defined(__GLIBC__)
#define TFL_LIBM_AT_FIRST TFL_LIBM_HOST
#else
#define TFL_LIBM_AT_FIRST TFL_LIBM_GLIBC_2_41
#endif

static atomic_int set_libm = TFL_LIBM_AT_FIRST;

static int is_set(tfl_version libm) {
    return libm % TFL_LIBM_HOST == 0 && libm >= TFL_LIBM_HOST && NUMBER(libm) < SETS;
}

tfl_status tfl_set_libm(tfl_version libm) {
    if (!is_set(libm))
        return TFL_BAD_ARGUMENT;
    atomic_store(&set_libm, libm);
    return TFL_OK;
}

tfl_version tfl_get_libm(void) { return atomic_load_explicit(&set_libm, memory_order_relaxed); }

tfl_version tfl_host_libm(void) {
    const tfl_libm_facts *host = tfl_host_libm_facts();
    for (tfl_version libm = TFL_LIBM_GLIBC_2_28; is_set(libm); libm += TFL_LIBM_HOST)
        if (memcmp(host, &sets[NUMBER(libm)], sizeof *host) == 0)
            return libm;
    return TFL_LIBM_HOST;
}

int tfl_names_libm(tfl_version version) {
    tfl_version libm = version - TFL_VERSION_OF(version);
    return libm == TFL_LIBM_SET || is_set(libm);
}

const tfl_libm_facts *tfl_libm_of(tfl_version version) {
    tfl_version libm = version - TFL_VERSION_OF(version);
    libm = libm == TFL_LIBM_SET ? tfl_get_libm() : libm;
    if (!is_set(libm))
        return NULL;
    return libm == TFL_LIBM_HOST ? tfl_host_libm_facts() : &sets[NUMBER(libm)];
}
