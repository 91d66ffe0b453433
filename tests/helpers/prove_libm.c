/* SPDX-License-Identifier: Apache-2.0
 * Compares the forms of the C library's functions in kernels/math/glibc.h with the library, in the
 * arithmetic of the instruction set whose file is named by ISA_FILE: for every float32 argument that
 * occurs; for float64 arguments that are drawn, and those around the breaks of tables and branches.
 *
 *   prove_libm STEP PART PARTS DRAWN    every STEP-th float, the PART-th of PARTS equal ranges, and
 *                                       so many drawn ones of each function
 */
#include ISA_FILE

#include <stdio.h>

#include "host/fpenv.h"
#include "own_forms.h"

static uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static float from_bits(uint64_t bits) {
    uint32_t low = (uint32_t)bits;
    float value;
    memcpy(&value, &low, sizeof value);
    return value;
}

typedef struct range {
    uint64_t first, last, step;
} range;

/* The PART-th of PARTS pieces of [first, last]. */
static range piece(uint64_t first, uint64_t last, uint64_t step, uint64_t part, uint64_t parts) {
    uint64_t size = (last - first) / parts + 1, start = first + part * size;
    uint64_t end = start + size - 1 < last ? start + size - 1 : last;
    return (range){start + (step - (start - first) % step) % step, end, step};
}

static void compare_f32(const char *name, range all, tfl_f32_form ours, float (*library)(float)) {
    unsigned long long compared = 0, different = 0;
    for (uint64_t b = all.first; b <= all.last; b += all.step * TFL_FORM_COUNT) {
        float x[TFL_FORM_COUNT], y[TFL_FORM_COUNT];
        int n = 0;
        for (int i = 0; i < TFL_FORM_COUNT; i++) {
            uint64_t at = b + (uint64_t)i * all.step;
            x[i] = y[i] = from_bits(at <= all.last ? at : all.first);
            n += at <= all.last;
        }
        ours(y);
        for (int i = 0; i < n; i++) {
            float theirs = library(x[i]);
            if (bits_of(y[i]) != bits_of(theirs) && different++ == 0)
                printf("f32_%s(%a): %a, library %a\n", name, x[i], y[i], theirs);
        }
        compared += (unsigned)n;
    }
    printf("f32_%s %llu %llu\n", name, compared, different);
}

/* The next of some arguments; 0 if there are no more. */
typedef struct source {
    uint64_t state, left, at, parts;
    int unflushed;
    int around; /* so many steps of the last bit, of the argument that is its turn */
} source;
typedef int (*next)(source *, double *x);

static double drawn(source *from) { /* in [0, 1) */
    from->state ^= from->state << 13;
    from->state ^= from->state >> 7;
    from->state ^= from->state << 17;
    return (double)(from->state >> 11) * 0x1p-53;
}

static void compare_f64(const char *name, source from, next next, tfl_f64_form ours,
                        double (*library)(double)) {
    unsigned long long compared = 0, different = 0;
    for (int n = TFL_FORM_COUNT; n == TFL_FORM_COUNT;) {
        double x[TFL_FORM_COUNT], y[TFL_FORM_COUNT] = {0};
        for (n = 0; n < TFL_FORM_COUNT && next(&from, &x[n]); n++)
            y[n] = x[n];
        ours(y);
        for (int i = 0; i < n; i++) {
            double theirs = library(x[i]);
            int same = memcmp(&y[i], &theirs, sizeof theirs) == 0;
            if (!same && !(y[i] != y[i] && theirs != theirs) && different++ == 0)
                printf("f64_%s(%a): %a, library %a\n", name, x[i], y[i], theirs);
        }
        compared += (unsigned)n;
    }
    printf("f64_%s %llu %llu\n", name, compared, different);
}

static int next_exp(source *from, double *x) {
    if (from->left == 0)
        return 0;
    double u = drawn(from);
    switch (from->left-- % 4) {
    case 0:
        *x = -750 * u;
        break;
    case 1:
        *x = -8 * u;
        break;
    case 2:
        *x = -exp2(-60 * u);
        break;
    default:
        *x = -512 - 240 * u;
    }
    return 1;
}

/* Those whose results are subnormal. */
static int next_far_exp(source *from, double *x) {
    if (from->left == 0)
        return 0;
    from->left--;
    *x = -708 - 40 * drawn(from);
    return 1;
}

static int next_log(source *from, double *x) {
    if (from->left == 0)
        return 0;
    double u = drawn(from);
    switch (from->left-- % 4) {
    case 0:
        *x = 1 + 0x1.0cp-4 * u;
        break;
    case 1:
        *x = 1 + u;
        break;
    case 2:
        *x = 1 + 1000 * u;
        break;
    default:
        *x = exp2(1023.9 * u);
    }
    return 1;
}

static int next_log1p(source *from, double *x) {
    if (from->left == 0)
        return 0;
    double u = drawn(from);
    switch (from->left-- % 4) {
    case 0:
        *x = u;
        break;
    case 1:
        *x = exp2(-4 * u);
        break;
    case 2:
        *x = exp2(-60 * u);
        break;
    default:
        *x = 1 - 0x1p-18 * u;
    }
    return 1;
}

enum { AROUND = 4 };

/* The `at`-th place of some, and its neighbours: AROUND of them on either side. */
static int around(source *from, double place, double *x) {
    int64_t bits;
    memcpy(&bits, &place, sizeof bits);
    if (place == place)
        bits += from->around;
    memcpy(x, &bits, sizeof bits);
    if (++from->around > AROUND) {
        from->around = -AROUND;
        from->at += from->parts;
    }
    return 1;
}

/* Halfway between two entries of the table, and integers among which the bounds are. */
static int next_exp_break(source *from, double *x) {
    static const double special[] = {-INFINITY, NAN, -0x1.6232bdd7abcd2p+9, -0x1p-54};
    enum { BREAKS = 133000, WHOLE = 1100, SPECIAL = sizeof special / sizeof *special };
    uint64_t at = from->at;
    double place;
    if (at < BREAKS)
        place = -((double)at + 0.5) * 0x1.62e42fefa39efp-8;
    else if (at < BREAKS + WHOLE)
        place = -(double)(at - BREAKS + 1);
    else if (at < BREAKS + WHOLE + SPECIAL)
        place = special[at - BREAKS - WHOLE];
    else
        return 0;
    around(from, place, x);
    if (!(*x >= 0x1.fffffffffffffp+1023 || (*x != *x && place == place)))
        return 1;
    *x = place; /* beyond infinity */
    return 1;
}

/* Bounds of intervals, in every power of two. */
static int next_log_break(source *from, double *x) {
    static const double special[] = {INFINITY, NAN, 1 + 0x1.09p-4};
    enum { BREAKS = 1024 * 256, SPECIAL = sizeof special / sizeof *special };
    uint64_t at = from->at;
    double place;
    if (at < BREAKS)
        place = ldexp(1 + (double)(at % 256) / 256, (int)(at / 256));
    else if (at < BREAKS + SPECIAL)
        place = special[at - BREAKS];
    else
        return 0;
    around(from, place, x);
    if (*x < 1 || *x != *x)
        *x = place;
    return 1;
}

/* Powers of two, sums of few of them, and where branches begin. */
static int next_log1p_break(source *from, double *x) {
    static const double special[] = {
        NAN, 0x1.a827ap-2, 0x1.6a09e667f3bcdp-1 - 0.5, 0x1p-29, 0x1p-54, 1 - 0x1.8p-19, 1, 0};
    enum { BREAKS = 1060 * 256, SPECIAL = sizeof special / sizeof *special };
    uint64_t at = from->at;
    double place;
    if (at < BREAKS)
        place = ldexp(1 + (double)(at % 256) / 256, -1 - (int)(at / 256));
    else if (at < BREAKS + SPECIAL)
        place = special[at - BREAKS];
    else
        return 0;
    around(from, place, x);
    if (!(*x >= 0 && *x <= 1) || (*x < 0x1p-1022 && !from->unflushed))
        *x = place < 0x1p-1022 ? 0 : place;
    return 1;
}

/* 16-bit results of exp: TensorFlow's packets and the library agree for every 16-bit argument. */
#define COMPARE_HALVES(name, H)                                                                    \
    do {                                                                                           \
        int different = 0;                                                                         \
        for (uint32_t bits = 0; bits < 65536; bits++) {                                            \
            uint16_t in[F32_LANES], packet[F32_LANES], library[F32_LANES];                         \
            float x[F32_LANES];                                                                    \
            for (int i = 0; i < F32_LANES; i++)                                                    \
                in[i] = (uint16_t)bits;                                                            \
            f32v_store(x, H##_load(in));                                                           \
            if (!(x[0] <= 0))                                                                      \
                continue;                                                                          \
            H##_store(packet, f32v_exp(H##_load(in)));                                             \
            for (int i = 0; i < F32_LANES; i++)                                                    \
                x[i] = expf(x[i]);                                                                 \
            H##_store(library, f32v_load(x));                                                      \
            different += packet[0] != library[0];                                                  \
        }                                                                                          \
        printf("%s 65536 %d\n", name, different);                                                  \
    } while (0)

int main(int count, char **arguments) {
    if (count != 5)
        return 2;
    uint64_t step = strtoull(arguments[1], NULL, 10), part = strtoull(arguments[2], NULL, 10);
    uint64_t parts = strtoull(arguments[3], NULL, 10), draw = strtoull(arguments[4], NULL, 10);
    tfl_fpenv_enter();
    tfl_libm_find();
    printf("f32_exp_form %d\nf32_log_form %d\nf32_log1p_form %d\n", tfl_libm.f32_exp,
           tfl_libm.f32_log, tfl_libm.f32_log1p);
    printf("f64_exp_form %d\nf64_log_form %d\nf64_log1p_form %d\n", tfl_libm.f64_exp,
           tfl_libm.f64_log, tfl_libm.f64_log1p);
#if !defined(TFL_FLUSH_EACH)
    /* Where subnormal numbers are not flushed, what is or becomes one. */
    tfl_fpenv_enter_unflushed();
    source few = {.state = part + 1, .left = draw / 16};
    source bounds = {.at = part, .parts = parts, .unflushed = 1, .around = -AROUND};
    if (tfl_libm.f32_exp == TFL_GLIBC)
        compare_f32("exp_unflushed", piece(0xc2ae0000u, 0xc2e00000u, step, part, parts),
                    tfl_f32_glibc_exp, expf);
    if (tfl_libm.f32_log1p == TFL_GLIBC)
        compare_f32("log1p_unflushed", piece(0, 0x00900000u, step, part, parts),
                    tfl_f32_glibc_log1p, log1pf);
    if (tfl_libm.f64_exp == TFL_GLIBC_FMA) {
        compare_f64("exp_unflushed", few, next_far_exp, tfl_f64_glibc_exp_fma, exp);
        compare_f64("exp_breaks_unflushed", bounds, next_exp_break, tfl_f64_glibc_exp_fma, exp);
    }
    if (tfl_libm.f64_log1p == TFL_GLIBC_FMA)
        compare_f64("log1p_breaks_unflushed", bounds, next_log1p_break, tfl_f64_glibc_log1p_fma,
                    log1p);
    tfl_fpenv_enter();
#endif
    if (tfl_libm.f32_exp == TFL_GLIBC) {
        range negative = piece(0x80000000u, 0xc2e00000u, step, part, parts);
        /* Below -112 both are 0, and the library is slow to say so. */
        range underflow = piece(0xc2e00000u, 0xff800000u, step * 1021, part, parts);
        compare_f32("exp", negative, tfl_f32_glibc_exp, expf);
        compare_f32("exp_underflow", underflow, tfl_f32_glibc_exp, expf);
    }
    if (tfl_libm.f32_log == TFL_GLIBC) {
        range from_one = piece(0x3f800000u, 0x7f800000u, step, part, parts);
        compare_f32("log", from_one, tfl_f32_glibc_log, logf);
    }
    if (tfl_libm.f32_log1p == TFL_GLIBC) {
        range normal = piece(0x00800000u, 0x3f800000u, step, part, parts);
        compare_f32("log1p", normal, tfl_f32_glibc_log1p, log1pf);
    }
    source random = {.state = 0x9e3779b97f4a7c15u * (part + 1), .left = draw};
    source breaks = {.at = part, .parts = parts, .around = -AROUND};
    if (tfl_libm.f64_exp == TFL_GLIBC_FMA) {
        compare_f64("exp", random, next_exp, tfl_f64_glibc_exp_fma, exp);
        compare_f64("exp_breaks", breaks, next_exp_break, tfl_f64_glibc_exp_fma, exp);
    }
    if (tfl_libm.f64_log == TFL_GLIBC_FMA) {
        compare_f64("log", random, next_log, tfl_f64_glibc_log_fma, log);
        compare_f64("log_breaks", breaks, next_log_break, tfl_f64_glibc_log_fma, log);
    }
    if (tfl_libm.f64_log1p == TFL_GLIBC_FMA) {
        compare_f64("log1p", random, next_log1p, tfl_f64_glibc_log1p_fma, log1p);
        compare_f64("log1p_breaks", breaks, next_log1p_break, tfl_f64_glibc_log1p_fma, log1p);
    }
    COMPARE_HALVES("exp_f16", f16v);
    COMPARE_HALVES("exp_bf16", bf16v);
    return 0;
}
