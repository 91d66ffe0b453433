/* SPDX-License-Identifier: Apache-2.0
 * A host whose C library is not glibc: its functions are those below, which round correctly where
 * glibc does not (other_libm.h puts them in its place). Tells what libm.c made of it, and counts the
 * arguments for which a kernel would not have the host's result.
 */
#include ISA_FILE

#include <stdio.h>

#include "host/fpenv.h"
#include "own_forms.h"

float expf(float x) { return (float)expl((long double)x); }
float logf(float x) { return (float)logl((long double)x); }
/* (Correctly rounded it would be that of 2.41.) */
float log1pf(float x) { return nextafterf((float)log1pl((long double)x), 2); }
double exp(double x) { return (double)expl((long double)x); }
double log(double x) { return (double)logl((long double)x); }
double log1p(double x) { return (double)log1pl((long double)x); }

#define DIFFER(V, T, LANES)                                                                        \
    static int V##_differ(V ours, T theirs) {                                                      \
        T lanes[LANES];                                                                            \
        V##_store(lanes, ours);                                                                    \
        for (int i = 0; i < LANES; i++)                                                            \
            if (memcmp(&lanes[i], &theirs, sizeof theirs) != 0)                                    \
                return 1;                                                                          \
        return 0;                                                                                  \
    }
DIFFER(f32v, float, F32_LANES)
DIFFER(f64v, double, F64_LANES)

/* Differences between the library and what a kernel takes, and between it and a form of glibc. */
typedef struct differences {
    int host, glibc;
} differences;

#define COMPARE(V, T, name, form, function, first, step)                                           \
    do {                                                                                           \
        differences found = {0, 0};                                                                \
        for (int i = 0; i < 20000; i++) {                                                          \
            T x = (T)(first) + (T)i * (T)(step);                                                   \
            found.host += V##_differ(V##_libm_##name(&call, V##_set1(x)), function(x));            \
            found.glibc += V##_differ(V##_##form(V##_set1(x)), function(x));                       \
        }                                                                                          \
        printf("%d %d\n", found.host, found.glibc > 0);                                            \
    } while (0)

int main(void) {
    tfl_fpenv_enter();
    const tfl_libm_facts *host = tfl_host_libm_facts();
    tfl_call call = {.libm = host};
    printf("%d %d %d %d %d %d\n", host->f32_exp, host->f32_log, host->f32_log1p, host->f64_exp,
           host->f64_log, host->f64_log1p);
    COMPARE(f32v, float, exp, glibc_exp, expf, 0, -0x1.9p-8);
    COMPARE(f32v, float, log, glibc_log, logf, 1, 0x1.3p-9);
    COMPARE(f32v, float, log1p, glibc_log1p, log1pf, 0, 0x1.9p-15);
    COMPARE(f64v, double, exp, glibc_exp_fma, exp, 0, -0x1.9p-8);
    COMPARE(f64v, double, log, glibc_log_fma, log, 1, 0x1.3p-9);
    COMPARE(f64v, double, log1p, glibc_log1p_fma, log1p, 0, 0x1.9p-15);
    return 0;
}
