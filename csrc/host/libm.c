/* SPDX-License-Identifier: Apache-2.0
 * The tables of glibc's expf and logf, and the test whether the host's library is glibc's.
 *
 * The test compares arguments at which another algorithm would show: those that glibc rounds the
 * wrong way, which a more exact library does not, and a walk over the whole range. All arguments
 * there are are compared by tests/unit/test_libm.py. */
#include <math.h>
#include <pthread.h>
#include <string.h>

#include "host/fpenv.h"
#include "host/libm.h"
#include "tf_losses.h"

const uint64_t tfl_exp2_table[32] = {
    0x3ff0000000000000, 0x3fefd9b0d3158574, 0x3fefb5586cf9890f, 0x3fef9301d0125b51,
    0x3fef72b83c7d517b, 0x3fef54873168b9aa, 0x3fef387a6e756238, 0x3fef1e9df51fdee1,
    0x3fef06fe0a31b715, 0x3feef1a7373aa9cb, 0x3feedea64c123422, 0x3feece086061892d,
    0x3feebfdad5362a27, 0x3feeb42b569d4f82, 0x3feeab07dd485429, 0x3feea47eb03a5585,
    0x3feea09e667f3bcd, 0x3fee9f75e8ec5f74, 0x3feea11473eb0187, 0x3feea589994cce13,
    0x3feeace5422aa0db, 0x3feeb737b0cdc5e5, 0x3feec49182a3f090, 0x3feed503b23e255d,
    0x3feee89f995ad3ad, 0x3feeff76f2fb5e47, 0x3fef199bdd85529c, 0x3fef3720dcef9069,
    0x3fef5818dcfba487, 0x3fef7c97337b9b5f, 0x3fefa4afa2a490da, 0x3fefd0765b6e4540,
};

const uint64_t tfl_log_inverses[16] = {
    0x3ff661ec79f8f3be, 0x3ff571ed4aaf883d, 0x3ff49539f0f010b0, 0x3ff3c995b0b80385,
    0x3ff30d190c8864a5, 0x3ff25e227b0b8ea0, 0x3ff1bb4a4a1a343f, 0x3ff12358f08ae5ba,
    0x3ff0953f419900a7, 0x3ff0000000000000, 0x3fee608cfd9a47ac, 0x3feca4b31f026aa0,
    0x3feb2036576afce6, 0x3fe9c2d163a1aa2d, 0x3fe886e6037841ed, 0x3fe767dcf5534862,
};

const uint64_t tfl_log_table[16] = {
    0xbfd57bf7808caade, 0xbfd2bef0a7c06ddb, 0xbfd01eae7f513a67, 0xbfcb31d8a68224e9,
    0xbfc6574f0ac07758, 0xbfc1aa2bc79c8100, 0xbfba4e76ce8c0e5e, 0xbfb1973c5a611ccc,
    0xbfa252f438e10c1e, 0x0000000000000000, 0x3faaa5aa5df25984, 0x3fbc5e53aa362eb4,
    0x3fc526e57720db08, 0x3fcbc2860d224770, 0x3fd1058bc8a07ee1, 0x3fd4043057b6ee09,
};

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
