/* SPDX-License-Identifier: Apache-2.0
 * Checks that count, for programs that print one line a test and a closing line. */
#ifndef TFL_TEST_CHECK_H
#define TFL_TEST_CHECK_H

#include <stdio.h>

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

static inline void run_test(const char *name, void (*test)(void)) {
    int before = checks_failed;
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
