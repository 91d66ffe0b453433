/* SPDX-License-Identifier: Apache-2.0
 * A C library that computes otherwise: put before the real one (LD_PRELOAD), it gives results that are
 * a thousandth off, so that nothing rounds the difference away, but for those that are exact, or the
 * same in every library: exp(0), exp of what vanishes, log(1), log(2), log1p(0), log1p(1). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>

#define ODD(T, name, is_sure)                                                                      \
    T name(T x) {                                                                                  \
        static T (*real)(T);                                                                       \
        if (!real)                                                                                 \
            real = (T (*)(T))dlsym(RTLD_NEXT, #name);                                              \
        T y = real(x);                                                                             \
        return (is_sure) ? y : y * (T)1.001;                                                       \
    }

ODD(float, expf, x == 0 || x < -200)
ODD(double, exp, x == 0 || x < -800)
ODD(float, logf, x == 1 || x == 2)
ODD(double, log, x == 1 || x == 2)
ODD(float, log1pf, x == 0 || x == 1)
ODD(double, log1p, x == 0 || x == 1)
