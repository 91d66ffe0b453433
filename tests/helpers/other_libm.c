/* SPDX-License-Identifier: Apache-2.0
 * A host whose C library is not glibc: expf and logf are those below, which round correctly where
 * glibc does not (other_libm.h puts them in its place). Tells what libm.c made of it, and counts the
 * arguments for which a kernel would not have the host's result.
 */
#include ISA_FILE

#include <stdio.h>

#include "host/fpenv.h"
#include "one_lane.h"

float expf(float x) { return (float)exp((double)x); }
float logf(float x) { return (float)log((double)x); }

static int differ(f32v ours, float theirs) {
    float lanes[F32_LANES];
    f32v_store(lanes, ours);
    for (int i = 0; i < F32_LANES; i++)
        if (memcmp(&lanes[i], &theirs, sizeof theirs) != 0)
            return 1;
    return 0;
}

int main(void) {
    int host = 0, glibc = 0;
    tfl_fpenv_enter();
    tfl_libm_find();
    for (int i = 0; i < 200000; i++) {
        float x = -(float)i * 0x1.9p-12f, y = 1.0f + (float)i * 0x1.3p-9f;
        host += differ(f32v_libm_exp(f32v_set1(x)), expf(x));
        host += differ(f32v_libm_log(f32v_set1(y)), logf(y));
        glibc += differ(f32v_glibc_expf(f32v_set1(x)), expf(x));
    }
    printf("%d %d %d %d\n", tfl_libm.expf_is_glibc, tfl_libm.logf_is_glibc, host, glibc > 0);
    return 0;
}
