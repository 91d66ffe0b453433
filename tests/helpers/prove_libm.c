/* SPDX-License-Identifier: Apache-2.0
 * Compares the forms of glibc's exp, log and log1p with the C library that this program runs with, in the
 * arithmetic of the instruction set whose file is named by ISA_FILE: of each function the one that the
 * library is found to have.
 *
 *   prove_libm STEP PART PARTS DRAWN    every STEP-th float, the PART-th of PARTS equal ranges, and so
 *                                       many drawn float64 arguments of each function
 *
 * A line says function, form, what was compared, how many arguments and how many differ: "domain" is what
 * the losses need, "unflushed" what of it is or becomes subnormal where that is kept, "all" every argument
 * by the functions that are called one by one (of the portable program). It is built without the C
 * library's start files, so that it runs with older libraries than that of the compiler. */
#include ISA_FILE

#include <stdio.h>

#include "functions/glibc.h"
#include "host/fpenv.h"
#include "libm_arguments.h"
#include "own_forms.h"

/* Nothing here is the host's. */
const tfl_libm_facts *tfl_host_libm_facts(void) { return NULL; }

typedef struct counts {
    unsigned long long compared, different;
} counts;

/* Whether the first difference is told. */
static int tells;

static void print(const char *function, const char *form, const char *what, counts found) {
    printf("%s %s %s %llu %llu\n", function, form, what, found.compared, found.different);
}

#define TFL_COMPARE(t, T)                                                                          \
    /* NaN is NaN. */                                                                              \
    static int t##_differs(T ours, T theirs) {                                                     \
        return memcmp(&ours, &theirs, sizeof ours) != 0 && (ours == ours || theirs == theirs);     \
    }                                                                                              \
    /* Of the first n arguments. */                                                                \
    static void t##_compare(const T *x, int n, tfl_##t##_form form, T (*library)(T),               \
                            counts *found) {                                                       \
        T ours[TFL_FORM_COUNT];                                                                    \
        memcpy(ours, x, sizeof ours);                                                              \
        form(ours);                                                                                \
        for (int i = 0; i < n; i++) {                                                              \
            T theirs = library(x[i]);                                                              \
            if (t##_differs(ours[i], theirs) && found->different++ == 0 && tells)                  \
                printf("# of %a: %a, library %a\n", (double)x[i], (double)ours[i],                 \
                       (double)theirs);                                                            \
        }                                                                                          \
        found->compared += (unsigned)n;                                                            \
    }
TFL_COMPARE(f32, float)
TFL_COMPARE(f64, double)

/* The PART-th of PARTS pieces of [first, last], every step-th. */
typedef struct plan {
    uint64_t step, part, parts, drawn;
} plan;

typedef struct range {
    uint64_t first, last;
} range;

static float from_bits(uint64_t bits) {
    uint32_t low = (uint32_t)bits;
    float value;
    memcpy(&value, &low, sizeof value);
    return value;
}

static counts compare_range(const plan *plan, range all, tfl_f32_form form,
                            float (*library)(float)) {
    counts found = {0, 0};
    uint64_t size = (all.last - all.first) / plan->parts + 1, start = all.first + plan->part * size;
    uint64_t end = start + size - 1 < all.last ? start + size - 1 : all.last;
    uint64_t at = start + (plan->step - plan->part * size % plan->step) % plan->step;
    while (at <= end) {
        float x[TFL_FORM_COUNT];
        int n = 0;
        for (; n < TFL_FORM_COUNT && at <= end; n++, at += plan->step)
            x[n] = from_bits(at);
        for (int i = n; i < TFL_FORM_COUNT; i++)
            x[i] = x[0];
        f32_compare(x, n, form, library, &found);
    }
    return found;
}

static counts compare_source(source from, next next, tfl_f64_form form, double (*library)(double)) {
    counts found = {0, 0};
    for (int n = TFL_FORM_COUNT; n == TFL_FORM_COUNT;) {
        double x[TFL_FORM_COUNT] = {0};
        for (n = 0; n < TFL_FORM_COUNT && next(&from, &x[n]);)
            n++;
        f64_compare(x, n, form, library, &found);
    }
    return found;
}

static source drawn_of(const plan *plan, uint64_t count) {
    return (source){.state = 0x9e3779b97f4a7c15u * (plan->part + 1), .left = count};
}

static source breaks_of(const plan *plan, int unflushed) {
    return (source){
        .at = plan->part, .parts = plan->parts, .unflushed = unflushed, .around = -AROUND};
}

/* Those that the losses need; what is or becomes subnormal; of exp those whose results are 0 (which the
 * library is slow to say). */
typedef struct f32_function {
    const char *name;
    float (*library)(float);
    range domain, unflushed, far;
    float telling; /* an argument at which forms differ that do so nowhere else */
} f32_function;

typedef struct f64_function {
    const char *name;
    double (*library)(double);
    next domain, breaks, unflushed;
} f64_function;

#define TFL_FORMS(t, T)                                                                            \
    typedef struct t##_form {                                                                      \
        const char *name;                                                                          \
        tfl_##t##_form compute;                                                                    \
        T (*of_one)(T);                                                                            \
    } t##_form;                                                                                    \
    static T (*t##_of_one)(T) __attribute__((unused));                                             \
    __attribute__((unused)) static void t##_of_several(T *x) {                                     \
        for (int i = 0; i < TFL_FORM_COUNT; i++)                                                   \
            x[i] = t##_of_one(x[i]);                                                               \
    }
TFL_FORMS(f32, float)
TFL_FORMS(f64, double)

static void prove_f32(const plan *plan, const f32_function *function, const f32_form *form) {
    print(function->name, form->name, "domain",
          compare_range(plan, function->domain, form->compute, function->library));
    struct plan seldom = *plan;
    seldom.step *= 1021;
    if (function->far.last)
        print(function->name, form->name, "far",
              compare_range(&seldom, function->far, form->compute, function->library));
#if defined(ISA_IS_PORTABLE)
    f32_of_one = form->of_one;
    print(function->name, form->name, "all",
          compare_range(plan, (range){0, UINT32_MAX}, f32_of_several, function->library));
#endif
#if !defined(TFL_FLUSH_EACH)
    tfl_fpenv_enter_unflushed();
    if (function->unflushed.last)
        print(function->name, form->name, "unflushed",
              compare_range(plan, function->unflushed, form->compute, function->library));
    tfl_fpenv_enter();
#endif
}

static void prove_f64(const plan *plan, const f64_function *function, const f64_form *form) {
    double (*library)(double) = function->library;
    print(function->name, form->name, "domain",
          compare_source(drawn_of(plan, plan->drawn), function->domain, form->compute, library));
    print(function->name, form->name, "breaks",
          compare_source(breaks_of(plan, 0), function->breaks, form->compute, library));
#if defined(ISA_IS_PORTABLE)
    f64_of_one = form->of_one;
    print(function->name, form->name, "all",
          compare_source(drawn_of(plan, plan->drawn / 8), next_of_all, f64_of_several, library));
#endif
#if !defined(TFL_FLUSH_EACH)
    tfl_fpenv_enter_unflushed();
    if (function->unflushed)
        print(function->name, form->name, "unflushed",
              compare_source(drawn_of(plan, plan->drawn / 16), function->unflushed, form->compute,
                             library));
    print(function->name, form->name, "unflushed_breaks",
          compare_source(breaks_of(plan, 1), function->breaks, form->compute, library));
    tfl_fpenv_enter();
#endif
}

/* The form that has the library's bits for some thousand arguments. */
static const f32_form *find_f32(const f32_function *function, const f32_form *forms) {
    plan few = {.step = 60013, .parts = 1};
    float telling[TFL_FORM_COUNT];
    for (int i = 0; i < TFL_FORM_COUNT; i++)
        telling[i] = function->telling;
    for (; forms->name; forms++) {
        counts found = compare_range(&few, function->domain, forms->compute, function->library);
        f32_compare(telling, 1, forms->compute, function->library, &found);
        if (found.different == 0)
            return forms;
    }
    return NULL;
}

static const f64_form *find_f64(const f64_function *function, const f64_form *forms) {
    plan few = {.parts = 1};
    for (; forms->name; forms++) {
        source some = drawn_of(&few, 20000), breaks = breaks_of(&few, 0);
        breaks.parts = 100;
        if (compare_source(some, function->domain, forms->compute, function->library).different ==
                0 &&
            compare_source(breaks, function->breaks, forms->compute, function->library).different ==
                0)
            return forms;
    }
    return NULL;
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
        printf("%s - halves 65536 %d\n", name, different);                                         \
    } while (0)

static void run(const plan *plan) {
    static const tfl_libm_facts fused = {TFL_GLIBC_FMA, TFL_GLIBC,     TFL_ROUNDED,
                                         TFL_GLIBC_FMA, TFL_GLIBC_FMA, TFL_GLIBC_FMA};
    static const tfl_libm_facts plain = {TFL_GLIBC, TFL_GLIBC, TFL_GLIBC,
                                         TFL_GLIBC, TFL_GLIBC, TFL_GLIBC};
    tfl_libm_calls first = tfl_own_libm_calls_of(&fused), second = tfl_own_libm_calls_of(&plain);
    const f32_function f32[] = {
        {"expf",
         expf,
         {0x80000000u, 0xc2e00000u},
         {0xc2ae0000u, 0xc2e00000u},
         {0xc2e00000u, 0xff800000u},
         -0x1.f8cbb2p+5f},
        {"logf", logf, {0x3f800000u, 0x7f800000u}, {0, 0}, {0, 0}, 1},
        {"log1pf", log1pf, {0x00800000u, 0x3f800000u}, {0, 0x00900000u}, {0, 0}, 1},
    };
    const f32_form f32_forms[][3] = {
        {{"fma", tfl_f32_glibc_exp_fma, first.expf}, {"glibc", tfl_f32_glibc_exp, second.expf}},
        {{"glibc", tfl_f32_glibc_log, first.logf}},
        {{"rounded", tfl_f32_rounded_log1p, first.log1pf},
         {"glibc", tfl_f32_glibc_log1p, second.log1pf}},
    };
    const f64_function f64[] = {
        {"exp", exp, next_exp, next_exp_break, next_far_exp},
        {"log", log, next_log, next_log_break, NULL},
        {"log1p", log1p, next_log1p, next_log1p_break, NULL},
    };
    const f64_form f64_forms[][3] = {
        {{"fma", tfl_f64_glibc_exp_fma, first.exp}, {"glibc", tfl_f64_glibc_exp, second.exp}},
        {{"fma", tfl_f64_glibc_log_fma, first.log}, {"glibc", tfl_f64_glibc_log, second.log}},
        {{"fma", tfl_f64_glibc_log1p_fma, first.log1p},
         {"glibc", tfl_f64_glibc_log1p, second.log1p}},
    };
    for (int i = 0; i < 3; i++) {
        tells = 0;
        const f32_form *narrow = find_f32(&f32[i], f32_forms[i]);
        const f64_form *wide = find_f64(&f64[i], f64_forms[i]);
        tells = 1;
        if (narrow)
            prove_f32(plan, &f32[i], narrow);
        else
            print(f32[i].name, "another", "domain", (counts){0, 0});
        if (wide)
            prove_f64(plan, &f64[i], wide);
        else
            print(f64[i].name, "another", "domain", (counts){0, 0});
    }
}

int main(int count, char **arguments) {
    if (count != 5)
        return 2;
    plan plan = {.step = (uint64_t)atoll(arguments[1]),
                 .part = (uint64_t)atoll(arguments[2]),
                 .parts = (uint64_t)atoll(arguments[3]),
                 .drawn = (uint64_t)atoll(arguments[4])};
    tfl_fpenv_enter();
    run(&plan);
    COMPARE_HALVES("exp_f16", f16v);
    COMPARE_HALVES("exp_bf16", bf16v);
    return 0;
}

#if defined(NO_START_FILES)
/* What the start files do: arguments stand on the stack. */
__attribute__((force_align_arg_pointer, used)) static void begin(long *stack) {
    exit(main((int)stack[0], (char **)(stack + 1)));
}
__asm__(".globl _start\n_start:\n mov %rsp, %rdi\n jmp begin\n");
#endif
