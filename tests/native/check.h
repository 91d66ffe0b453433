/* SPDX-License-Identifier: Apache-2.0
 * Checks that count, for programs that print one line a test and a closing line. */
#ifndef TFL_TEST_CHECK_H
#define TFL_TEST_CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "isas.h"

static int checks_failed;
static int tests_passed, tests_failed;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            printf("  %s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                       \
            checks_failed++;                                                                       \
        }                                                                                          \
    } while (0)

/* Each test begins on the instruction set that TF_LOSSES_ISA names, as Python's calls do; if it names none,
 * on what the library or the test before has chosen. */
static inline void choose_isa(void) {
    const char *name = getenv("TF_LOSSES_ISA");
    if (name && *name)
        CHECK(tfl_isa_select(name) == TFL_OK && strcmp(tfl_isa_name(), name) == 0);
}

static inline void run_test(const char *name, void (*test)(void)) {
    int before = checks_failed;
    choose_isa();
    test();
    int failed = checks_failed > before;
    tests_failed += failed;
    tests_passed += !failed;
    printf("%s: %s\n", failed ? "FAILED" : "passed", name);
    fflush(stdout);
}

#define LEAVE_OUT(what, reason) printf("left out: %s: %s\n", what, reason)

#define RUN(test) run_test(#test, test)

static inline int finish_tests(void) {
    print_isas();
    printf("%d passed, %d failed\n", tests_passed, tests_failed);
    return tests_failed > 0 || tests_passed == 0;
}

#endif
