/* SPDX-License-Identifier: Apache-2.0
 * The test whether the host's expf and logf are glibc's.
 *
 * The test compares arguments at which another algorithm would show: those that glibc rounds the
 * wrong way, which a more exact library does not, and a walk over the whole range. All arguments
 * there are are compared by tests/unit/test_libm.py. */
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "host/fpenv.h"
#include "host/libm.h"

/* Arguments whose results glibc 2.36 rounds the wrong way, found by comparing every 37th float with
 * expl and logl. */
static const float exp_witnesses[] = {
    -0x1.c97cc6p-13f, -0x1.a5d294p-9f, -0x1.3b4856p-8f, -0x1.940eb8p-8f, -0x1.e2277p-8f,
    -0x1.32cc48p-7f,  -0x1.d287eep-7f, -0x1.3641eep-6f, -0x1.e40aacp-6f, -0x1.8fc3ep-5f,
    -0x1.108bbep-4f,  -0x1.aaa3dp-4f,  -0x1.5e7754p-3f, -0x1.fd8abep-3f, -0x1.de8e4p-2f,
    -0x1.8d1e28p-1f,  -0x1.2cee54p+0f, -0x1.f4fc66p+0f, -0x1.bab182p+1f, -0x1.7a31eep+2f,
    -0x1.3b3c58p+3f,  -0x1.19323ap+4f, -0x1.e25098p+4f, -0x1.b145b4p+5f,
};

static const float log_witnesses[] = {
    0x1.003aaep+0f,  0x1.03206ap+0f, 0x1.04335p+0f,   0x1.05b8aep+0f,  0x1.07e56ap+0f,
    0x1.0ff508p+0f,  0x1.158ec8p+0f, 0x1.1916f8p+0f,  0x1.2a0c1cp+0f,  0x1.43d118p+0f,
    0x1.673a62p+0f,  0x1.99ebd8p+0f, 0x1.153772p+1f,  0x1.8668cep+1f,  0x1.487d28p+2f,
    0x1.61334p+3f,   0x1.173782p+5f, 0x1.1600fp+8f,   0x1.15d1aap+12f, 0x1.876e08p+18f,
    0x1.e6638cp+27f, 0x1.7a188p+40f, 0x1.672ad2p+58f, 0x1.157be4p+84f,
};

tfl_libm_facts tfl_libm;

typedef float (*function)(float);

static int same(float a, float b) { return memcmp(&a, &b, sizeof a) == 0; }

static float from_bits(uint32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Whether ours equals the host's on the witnesses and on every `step`-th float between two. */
static int agree(function ours, function host, const float *witnesses, int count, uint32_t first,
                 uint32_t last, uint32_t step) {
    for (int i = 0; i < count; i++)
        if (!same(ours(witnesses[i]), host(witnesses[i])))
            return 0;
    for (uint32_t bits = first; bits <= last; bits += step)
        if (!same(ours(from_bits(bits)), host(from_bits(bits))))
            return 0;
    return 1;
}

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))

static void find(void) {
    tfl_fpenv caller = tfl_fpenv_enter();
    volatile float odd_one = TFL_EXPF_ODD_ONE; /* or the compiler's own exp would be asked */
    tfl_libm.expf_odd_one = expf(odd_one);
    /* Steps are odd, so that all last bits occur: some 5,000 arguments each. */
    tfl_libm.expf_is_glibc = agree(tfl_glibc_expf, expf, exp_witnesses, COUNT(exp_witnesses),
                                   0x80000000u, 0xc2d20000u, 224737u);
    tfl_libm.logf_is_glibc = agree(tfl_glibc_logf, logf, log_witnesses, COUNT(log_witnesses),
                                   0x3f800000u, 0x7f7fffffu, 214741u);
    tfl_fpenv_leave(caller);
}

void tfl_libm_find(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find);
}
