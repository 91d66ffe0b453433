/* SPDX-License-Identifier: Apache-2.0
 * The test which forms the host's functions have.
 *
 * It compares arguments at which another algorithm would show: those that glibc rounds the wrong way,
 * which a more exact library does not; those at which a fused product shows; and a walk over the
 * range. More of them, of float32 all there are, are compared by tests/unit/test_libm.py. */
#include <math.h>
#include <string.h>

#include "host/fpenv.h"
#include "host/libm.h"
#include "host/system.h"

/* Arguments whose results glibc 2.36 rounds the wrong way, found by comparing every 37th float with
 * more digits; of log1p also those where the branches begin. */
static const float f32_exp_witnesses[] = {
    -0x1.f8cbb2p+5f, /* the one at which fused products show */
    -0x1.c97cc6p-13f, -0x1.a5d294p-9f, -0x1.3b4856p-8f, -0x1.940eb8p-8f, -0x1.e2277p-8f,
    -0x1.32cc48p-7f,  -0x1.d287eep-7f, -0x1.3641eep-6f, -0x1.e40aacp-6f, -0x1.8fc3ep-5f,
    -0x1.108bbep-4f,  -0x1.aaa3dp-4f,  -0x1.5e7754p-3f, -0x1.fd8abep-3f, -0x1.de8e4p-2f,
    -0x1.8d1e28p-1f,  -0x1.2cee54p+0f, -0x1.f4fc66p+0f, -0x1.bab182p+1f, -0x1.7a31eep+2f,
    -0x1.3b3c58p+3f,  -0x1.19323ap+4f, -0x1.e25098p+4f, -0x1.b145b4p+5f,
};

static const float f32_log_witnesses[] = {
    0x1.003aaep+0f,  0x1.03206ap+0f, 0x1.04335p+0f,   0x1.05b8aep+0f,  0x1.07e56ap+0f,
    0x1.0ff508p+0f,  0x1.158ec8p+0f, 0x1.1916f8p+0f,  0x1.2a0c1cp+0f,  0x1.43d118p+0f,
    0x1.673a62p+0f,  0x1.99ebd8p+0f, 0x1.153772p+1f,  0x1.8668cep+1f,  0x1.487d28p+2f,
    0x1.61334p+3f,   0x1.173782p+5f, 0x1.1600fp+8f,   0x1.15d1aap+12f, 0x1.876e08p+18f,
    0x1.e6638cp+27f, 0x1.7a188p+40f, 0x1.672ad2p+58f, 0x1.157be4p+84f,
};

static const float f32_log1p_witnesses[] = {
    0x1.c75f42p-16f, 0x1.e61aa2p-15f, 0x1.0aaa26p-13f, 0x1.841188p-12f, 0x1.999d18p-11f,
    0x1.b2e3b8p-10f, 0x1.c5d13cp-9f,  0x1.d8ba2p-8f,   0x1.ebaf72p-7f,  0x1.fe9166p-6f,
    0x1.1141a2p-4f,  0x1.23ec6p-3f,   0x1.36964p-2f,   0x1.4941dcp-1f,  0x1.a827acp-2f,
    0x1.a827aep-2f,  0x1.a827b4p-2f,  0x1.a827b6p-2f,  0x1.fffffep-1f,  0x1.0p+0f,
};

/* The same for float64, and before them those at which a product shows that is rounded where it is not
 * to be, or the other way round: alone, or all of them. */
static const double f64_exp_witnesses[] = {
    -0x1.c551793b1ap-1,    -0x1.95515c3f507eap+2, -0x1.dd4670977f43ap+4, -0x1.2fe924ea7039ap+9,
    -0x1.25b6832203b75p+8, -0x1.85198cda645ep+5,  -0x1.354eb08cbc0aap+8, -0x1.31711b7f2b81dp+8,
    -0x1.2561cd9c6d51cp+6, -0x1.608f272d62684p+9, -0x1.29693735d3c5ap+9, -0x1.8d8796b0b4103p-6,
    -0x1.3577995fcfb42p-6, -0x1.5dd84f82b05aap-3, -0x1.c108963b8d08ap+2, -0x1.6ee249d86b8c3p+2,
    -0x1.c0bc31579385ap+1, -0x1.81197c31ad881p+8, -0x1.0c1dbb7373f9cp+0, -0x1.5305af32c940fp+8,
    -0x1.3c34d3ae7afc6p+9, -0x1.16ab025675567p+9, -0x1.74ab738c5e75p-5,
};

static const double f64_log_witnesses[] = {
    0x1.08984bd47b487p+0, 0x1.0983ce2820d6ap+0, 0x1.0e22f9329e34ap+0, 0x1.0bd0d09feb381p+0,
    0x1.0ed3d58fbfc6p+0,  0x1.0b2a40a1e11dp+0,  0x1.13f3fa431bee5p+3, 0x1.a2075a3b06525p+2,
    0x1.0d2afb9ae565p+0,  0x1.0c32ed3a1aa64p+0, 0x1.1c4cb6833bf01p+0, 0x1.20712528d84f2p+0,
    0x1.25f04fc5db824p+0, 0x1.27abb4691debep+0, 0x1.11b9a2231ce1ep+0, 0x1.0ee520ea58a19p+0,
    0x1.44044270546ecp+0, 0x1.1d8f2ba5f6be8p+0, 0x1.1b684145b2c6p+0,  0x1.1c6ead86c826dp+0,
    0x1.13dea348a2abap+0, 0x1.18153778806fcp+0,
};

static const double f64_log1p_witnesses[] = {
    0x1.91b71c213417ep-2, 0x1.ffc17c32c1afap-2, 0x1.98f7915e66479p-2, 0x1.92f827fa7a60bp-2,
    0x1.b20f2591cdd26p-2, 0x1.69921f5b5dd98p-3, 0x1.57661b7bbe042p-2, 0x1.874a394212eb8p-2,
    0x1.cac5b713f3614p-2, 0x1.8a99c567cf825p-2, 0x1.1ffa066dca2dbp-2, 0x1.d2f66012eb4ep-3,
    0x1.aa74274d8682ap-2, 0x1.175dc7363d399p-1, 0x1.31e01e78976e5p-1, 0x1.000bcef809f3bp-1,
    0x1.9e1e33fb93726p-3, 0x1.13454d379ae0cp-2, 0x1.5aacb5b1ed186p-2, 0x1.8beeb69c5d66bp-1,
    0x1.db880f6cef454p-3, 0x1.9b61a4a7c7509p-1, 0x1.8446e32cc84fp-1,  0x1.aaa4fcf6af164p-1,
    0x1.2e69bb8528a78p-1, 0x1.1542b560ed504p-3, 0x1.6fbabd742a52ep-2,
};

/* The forms that a function may have. */
#define TFL_FORMS(t)                                                                               \
    typedef struct t##_form {                                                                      \
        tfl_libm_form name;                                                                        \
        tfl_##t##_form compute;                                                                    \
    } t##_form;
TFL_FORMS(f32)
TFL_FORMS(f64)

static const f32_form f32_exp_forms[] = {{TFL_GLIBC_FMA, tfl_f32_glibc_exp_fma},
                                         {TFL_GLIBC, tfl_f32_glibc_exp}};
static const f32_form f32_log_forms[] = {{TFL_GLIBC, tfl_f32_glibc_log}};
static const f32_form f32_log1p_forms[] = {{TFL_GLIBC, tfl_f32_glibc_log1p},
                                           {TFL_ROUNDED, tfl_f32_rounded_log1p}};
static const f64_form f64_exp_forms[] = {{TFL_GLIBC_FMA, tfl_f64_glibc_exp_fma},
                                         {TFL_GLIBC, tfl_f64_glibc_exp}};
static const f64_form f64_log_forms[] = {{TFL_GLIBC_FMA, tfl_f64_glibc_log_fma},
                                         {TFL_GLIBC, tfl_f64_glibc_log}};
static const f64_form f64_log1p_forms[] = {{TFL_GLIBC_FMA, tfl_f64_glibc_log1p_fma},
                                           {TFL_GLIBC, tfl_f64_glibc_log1p}};

/* The arguments are the witnesses, and as many more as make `count`, whose bits are `first` and so
 * many steps from there. (Steps are odd, so that all last bits occur.) */
#define TFL_SEARCH(t, T, BITS)                                                                     \
    typedef struct t##_search {                                                                    \
        T (*host)(T);                                                                              \
        const t##_form *forms;                                                                     \
        int form_count;                                                                            \
        const T *witnesses;                                                                        \
        int witness_count, count;                                                                  \
        BITS first, step;                                                                          \
    } t##_search;                                                                                  \
                                                                                                   \
    static T t##_argument(const t##_search *search, int i) {                                       \
        if (i < search->witness_count)                                                             \
            return search->witnesses[i];                                                           \
        BITS bits = search->first + (BITS)(i - search->witness_count) * search->step;              \
        T value;                                                                                   \
        memcpy(&value, &bits, sizeof value);                                                       \
        return value;                                                                              \
    }                                                                                              \
                                                                                                   \
    static int t##_agrees(const t##_search *search, tfl_##t##_form compute) {                      \
        for (int i = 0; i < search->count; i += TFL_FORM_COUNT) {                                  \
            T ours[TFL_FORM_COUNT];                                                                \
            for (int k = 0; k < TFL_FORM_COUNT; k++)                                               \
                ours[k] = t##_argument(search, i + k);                                             \
            compute(ours);                                                                         \
            for (int k = 0; k < TFL_FORM_COUNT; k++) {                                             \
                T theirs = search->host(t##_argument(search, i + k));                              \
                if (memcmp(&ours[k], &theirs, sizeof theirs) != 0)                                 \
                    return 0;                                                                      \
            }                                                                                      \
        }                                                                                          \
        return 1;                                                                                  \
    }                                                                                              \
                                                                                                   \
    static tfl_libm_form t##_find(t##_search search) {                                             \
        for (int i = 0; i < search.form_count; i++)                                                \
            if (t##_agrees(&search, search.forms[i].compute))                                      \
                return search.forms[i].name;                                                       \
        return TFL_OF_HOST;                                                                        \
    }

TFL_SEARCH(f32, float, uint32_t)
TFL_SEARCH(f64, double, uint64_t)

#define COUNT(array) (int)(sizeof(array) / sizeof *(array))
#define FIND(t, name, function, count, first, step)                                                \
    t##_find((t##_search){function, t##_##name##_forms, COUNT(t##_##name##_forms),                 \
                          t##_##name##_witnesses, COUNT(t##_##name##_witnesses), count, first,     \
                          step})

static tfl_libm_facts found;

/* Each walk ends within the range: at -105, 2^32 and 1; at -720, 2^32 and 1. */
static void find(void) {
    tfl_fpenv caller = tfl_fpenv_enter();
    found.f32_exp = FIND(f32, exp, expf, 1024, 0xb3000000u, 265193u);
    found.f32_log = FIND(f32, log, logf, 1024, 0x3f800000u, 268201u);
    found.f32_log1p = FIND(f32, log1p, log1pf, 1024, 0x30800000u, 250411u);
    found.f64_exp = FIND(f64, exp, exp, 256, 0xbc90000000000000u, 0x44c797d3748abu);
    found.f64_log = FIND(f64, log, log, 256, 0x3ff0000000000000u, 0x22b63c9748161u);
    found.f64_log1p = FIND(f64, log1p, log1p, 256, 0x3c70000000000000u, 0x3cbeea2e65d51u);
    tfl_fpenv_leave(caller);
}

const tfl_libm_facts *tfl_host_libm_facts(void) {
    static tfl_once once = TFL_ONCE_INIT;
    tfl_call_once(&once, find);
    return &found;
}
