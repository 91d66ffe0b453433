/* SPDX-License-Identifier: Apache-2.0
 * Some known bits, compared when the library is loaded: of every loss and dtype, forward and gradient,
 * on every instruction set that this processor has. A compiler or its flags may change arithmetic
 * without a trace in any macro; the user would get other losses without a word.
 *
 * Most inputs fill whole packets, and where the C library is called all the same, its results are
 * exact (exp of 0 and of -1000, log of 1 and 2): it is not the library that is checked. Others do not,
 * and name one of glibc's sets, which are computed here. Nor does it matter whose processor this is: for
 * these inputs the estimates of all vendors end in one result.
 * tests/tools/make_self_check.py writes self_check_table.h. */
#include <stdio.h>
#include <string.h>

#include "api/dispatch.h"
#include "api/loading.h"
#include "api/versions.h"

enum { LONG_ROW = 136, MOST = 136, OUTPUTS = 3 };

/* Which inputs, and in what shape. */
typedef enum input {
    ELEMENTS, /* 16 elements */
    ROWS,     /* 16 rows of 8 */
    ONE_ROW,  /* one row of 136: its exponentials are summed in packets */
    EXACT,    /* as ELEMENTS or ROWS, of numbers that every C library is exact for */
    ODD       /* 15 elements, or 15 rows of 8: some are left over */
} input;

typedef struct known {
    tfl_version version;
    tfl_loss loss;
    tfl_dtype dtype;
    tfl_mode mode; /* of the gradient */
    int gradient;
    input input;
    uint64_t hash;
} known;

static const known table[] = {
#include "api/self_check_table.h"
};

enum { KNOWN = sizeof table / sizeof *table, MOST_ISAS = 8 };

#define NAME_OF(NUMBER, name, ...) [TFL_##NUMBER] = #name,
static const char *const losses[TFL_LOSSES] = {TFL_LOSS_LIST(NAME_OF)};
#undef NAME_OF
static const char *const dtypes[] = {"float16", "bfloat16", "float32", "float64"};

/* Multiples of 1/8, which all dtypes hold; chosen by make_self_check.py. */
#define SELF_CHECK_INPUTS
static const float elements[] = {
#include "api/self_check_table.h"
};
#undef SELF_CHECK_INPUTS

enum { ELEMENT_COUNT = sizeof elements / sizeof *elements };

static uint16_t to_half(float value) {
    uint32_t bits, sign;
    memcpy(&bits, &value, sizeof bits);
    sign = bits >> 16 & 0x8000;
    return (uint16_t)(sign | (value != 0 ? (bits - (112u << 23)) >> 13 : 0));
}

static void put(void *array, int64_t i, tfl_dtype dtype, float value) {
    double wide = value;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint16_t narrow = dtype == TFL_F16 ? to_half(value) : (uint16_t)(bits >> 16);
    if (dtype == TFL_F64)
        memcpy((double *)array + i, &wide, sizeof wide);
    else if (dtype == TFL_F32)
        memcpy((float *)array + i, &value, sizeof value);
    else
        memcpy((uint16_t *)array + i, &narrow, sizeof narrow);
}

typedef struct arrays {
    _Alignas(64) double labels[MOST], logits[MOST], weight[1];
    _Alignas(64) double out[OUTPUTS][MOST];
} arrays;

/* Each row has one greatest logit or two, all others far below; elements are 0 or far from it. */
static float exact_logit(int row, int column, int classes) {
    if (classes == 1)
        return (float)(row % 3 - 1) * 1000;
    return column == row % 8 || column == row / 2 % 8 ? 0 : -1000;
}

static void fill(arrays *made, const known *one, int rows, int classes) {
    int class_labels = tfl_traits_of(one->loss)->class_labels;
    int i = 0;
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < classes; column++, i++) {
            float logit = one->input == EXACT
                              ? exact_logit(row, column, classes)
                              : elements[(unsigned int)(i * 7 + i / 16 * 3) % ELEMENT_COUNT];
            put(made->logits, i, one->dtype, logit);
            if (!class_labels)
                put(made->labels, i, one->dtype, (float)(i % 5) * 0.25f);
        }
        if (class_labels)
            ((int64_t *)(void *)made->labels)[row] = row % 8;
    }
    put(made->weight, 0, one->dtype, 1.5f);
}

/* FNV-1a of the elements, whichever byte is first on this processor. */
static uint64_t add_hash(uint64_t hash, const void *array, tfl_dtype dtype, int64_t count) {
    for (int64_t i = 0; i < count; i++) {
        uint64_t element = dtype == TFL_F64   ? ((const uint64_t *)array)[i]
                           : dtype == TFL_F32 ? ((const uint32_t *)array)[i]
                                              : ((const uint16_t *)array)[i];
        hash = (hash ^ element) * 0x100000001b3u;
    }
    return hash;
}

/* One check, ready to be computed on any instruction set. */
typedef struct prepared {
    const known *one;
    int rows, classes;
    int64_t counts[OUTPUTS];
    arrays arrays;
} prepared;

static void prepare(prepared *check, const known *one) {
    const tfl_loss_traits *traits = tfl_traits_of(one->loss);
    check->one = one;
    check->rows = one->input == ONE_ROW ? 1 : one->input == ODD ? 15 : 16;
    check->classes = one->input == ONE_ROW ? LONG_ROW : traits->by_row ? 8 : 1;
    int64_t size = (int64_t)check->rows * check->classes;
    int has_labels_gradient = !traits->class_labels && one->input != ONE_ROW;
    check->counts[0] = one->gradient ? size : check->rows;
    check->counts[1] = one->gradient && has_labels_gradient ? size : 0;
    check->counts[2] = one->gradient && traits->has_weight ? size : 0;
    fill(&check->arrays, one, check->rows, check->classes);
}

static tfl_status compute(const known *one, prepared *check) {
    arrays *made = &check->arrays;
    const tfl_loss_traits *traits = tfl_traits_of(one->loss);
    tfl_dtype labels_dtype = traits->class_labels ? TFL_I64 : one->dtype;
    const void *weight = traits->has_weight ? made->weight : NULL;
    if (!one->gradient)
        return tfl_forward(one->version, one->loss, one->dtype, labels_dtype, check->rows,
                           check->classes, made->labels, made->logits, weight, NULL, made->out[0]);
    return tfl_gradient_positional(one->version, one->loss, one->dtype, labels_dtype, one->mode,
                                   check->rows, check->classes, made->labels, made->logits, weight,
                                   NULL, NULL, NULL, check->counts[1] ? made->out[1] : NULL,
                                   made->out[0], check->counts[2] ? made->out[2] : NULL);
}

/* 0 if the call is refused. Results that an instruction set leaves unwritten would be the last one's:
 * they are cleared first. */
static uint64_t computed_hash(prepared *check) {
    uint64_t hash = 0xcbf29ce484222325u;
    arrays *made = &check->arrays;
    for (int k = 0; k < OUTPUTS; k++)
        memset(made->out[k], 0, (size_t)check->counts[k] * sizeof(double));
    if (compute(check->one, check) != TFL_OK)
        return 0;
    for (int k = 0; k < OUTPUTS; k++)
        hash = add_hash(hash, made->out[k], check->one->dtype, check->counts[k]);
    return hash;
}

uint64_t tfl_self_check_hash(tfl_version version, tfl_loss loss, tfl_dtype dtype, tfl_mode mode,
                             int gradient, int input) {
    known one = {version, loss, dtype, mode, gradient, (enum input)input, 0};
    int fits = tfl_traits_of(loss) && dtype >= TFL_F16 && dtype <= TFL_F64 && input >= ELEMENTS &&
               input <= ODD;
    prepared check;
    if (!fits)
        return 0;
    prepare(&check, &one);
    return computed_hash(&check);
}

/* The instruction sets that can run here; processors take long to answer what they can. */
typedef struct usable {
    int64_t count;
    const tfl_isa *isas[MOST_ISAS];
} usable;

static usable find_usable(void) {
    usable found = {0};
    for (int64_t k = 0; tfl_isas[k] && found.count < MOST_ISAS; k++)
        if (tfl_isas[k]->supported())
            found.isas[found.count++] = tfl_isas[k];
    return found;
}

/* What is compared, and where it is reported. */
typedef struct checking {
    usable usable;
    int64_t pretended;
    char *report;
    int64_t size;
} checking;

/* The hash that the check number i is to have on the k-th instruction set. */
static uint64_t expected_hash(const checking *all, int64_t i, int64_t k) {
    int64_t alone = -2 - (k * KNOWN + i); /* this one on this instruction set */
    int pretends = all->pretended == i || all->pretended == alone;
    return table[i].hash + (uint64_t)pretends;
}

/* On every instruction set. One that computes other bits than the portable kernels is refused: it is not
 * used again. */
static tfl_status check_one(checking *all, int64_t i) {
    const known *one = &table[i];
    prepared check;
    prepare(&check, one);
    for (int64_t k = 0; k < all->usable.count; k++) {
        const tfl_isa *isa = all->usable.isas[k];
        if (tfl_isa_is_refused(isa))
            continue;
        tfl_exchange_isa(isa);
        if (computed_hash(&check) == expected_hash(all, i, k))
            continue;
        snprintf(all->report, (size_t)all->size, "%s %s, %s, as TensorFlow %s, on %s",
                 losses[one->loss], dtypes[one->dtype], one->gradient ? "gradient" : "loss",
                 tfl_profile_of(one->version)->name, isa->name);
        if (k == 0)
            return TFL_WRONG_BITS;
        tfl_refuse_isa(isa);
    }
    return TFL_OK;
}

/* What is wrong with how this process computes, whatever the version; NULL for nothing. */
static const char *find_wrong_registers(void) {
    if (tfl_registers_were_changed())
        return "loading it changed how the process computes (-ffast-math or -mpc32 when linked)";
    if (!tfl_registers_keep())
        return "the floating-point control register does not keep what is written to it";
    return NULL;
}

/* Those of the table that are computed by older kernels, or the others. */
static tfl_status check_all(int older, int64_t pretended, char *report, int64_t size) {
    checking all = {find_usable(), pretended, report, size};
    const tfl_isa *before = tfl_exchange_isa(NULL);
    tfl_status status = TFL_OK;
    for (int64_t i = 0; i < KNOWN && status == TFL_OK; i++) {
        const tfl_profile *profile = tfl_profile_of(table[i].version);
        if (!profile)
            status = TFL_BAD_ARGUMENT;
        else if (tfl_is_older(profile, table[i].loss) == older)
            status = check_one(&all, i);
    }
    tfl_exchange_isa(before && tfl_isa_is_refused(before) ? NULL : before);
    return status;
}

tfl_status tfl_self_check(int64_t pretended, char *report, int64_t size) {
    if (!report || size < 1)
        return TFL_BAD_ARGUMENT;
    report[0] = '\0';
    const char *wrong = find_wrong_registers();
    if (wrong) {
        snprintf(report, (size_t)size, "%s", wrong);
        return TFL_WRONG_BITS;
    }
    return check_all(0, pretended, report, size);
}

tfl_status tfl_self_check_older(int64_t pretended, char *report, int64_t size) {
    if (!report || size < 1)
        return TFL_BAD_ARGUMENT;
    report[0] = '\0';
    return check_all(1, pretended, report, size);
}
