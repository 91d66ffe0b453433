/* SPDX-License-Identifier: Apache-2.0
 * Arguments of exp, log and log1p of float64: drawn ones, and those around breaks of tables and branches. */
#include <math.h>
#include <stdint.h>
#include <string.h>

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

/* Four formulas in turn, of a drawn u. */
#define TFL_DRAWN(name, first, second, third, fourth)                                              \
    static int name(source *from, double *x) {                                                     \
        if (from->left == 0)                                                                       \
            return 0;                                                                              \
        double u = drawn(from);                                                                    \
        switch (from->left-- % 4) {                                                                \
        case 0:                                                                                    \
            *x = (first);                                                                          \
            break;                                                                                 \
        case 1:                                                                                    \
            *x = (second);                                                                         \
            break;                                                                                 \
        case 2:                                                                                    \
            *x = (third);                                                                          \
            break;                                                                                 \
        default:                                                                                   \
            *x = (fourth);                                                                         \
        }                                                                                          \
        return 1;                                                                                  \
    }
TFL_DRAWN(next_exp, -750 * u, -8 * u, -exp2(-60 * u), -512 - 240 * u)
TFL_DRAWN(next_log, 1 + 0x1.0cp-4 * u, 1 + u, 1 + 1000 * u, exp2(1023.9 * u))
TFL_DRAWN(next_log1p, u, exp2(-4 * u), exp2(-60 * u), 1 - 0x1p-18 * u)

/* Those whose results are subnormal. */
static int next_far_exp(source *from, double *x) {
    if (from->left == 0)
        return 0;
    from->left--;
    *x = -708 - 40 * drawn(from);
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

/* Any number at all, by its bits. */
static int next_bits(source *from, double *x) {
    if (from->left == 0)
        return 0;
    from->left--;
    drawn(from);
    memcpy(x, &from->state, sizeof *x);
    return 1;
}

/* The same, and those of usual sizes on either side of 0. */
__attribute__((unused)) static int next_of_all(source *from, double *x) {
    static const double sizes[] = {1e-9, 1e-3, 1, 10, 700, 1e6};
    enum { SIZES = sizeof sizes / sizeof *sizes };
    if (from->left % 2 || from->left == 0)
        return next_bits(from, x);
    double size = sizes[from->left / 2 % SIZES], u = drawn(from);
    *x = size * (2 * u - 1);
    from->left--;
    return 1;
}
