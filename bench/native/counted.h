/* SPDX-License-Identifier: Apache-2.0
 * Counts operations as they are executed.
 *
 * An instruction adds to the counter, and the compiler believes that it makes the result of the
 * operation: it leaves out and merges what it would leave out and merge without it. Elsewhere than on
 * x86-64 plain additions count everything that is written down. */
#ifndef COUNTED_H
#define COUNTED_H
#include <stdint.h>

extern int64_t tfl_counts[] __attribute__((visibility("hidden")));

#if defined(__x86_64__)
#define COUNT_ONE(number) "incq 8*" #number "+tfl_counts(%%rip)"
#define COUNTED_AS(constraint, number, T, ...)                                                     \
    __extension__({                                                                                \
        T r_ = __VA_ARGS__;                                                                        \
        __asm__(COUNT_ONE(number) : constraint(r_) : : "cc");                                      \
        r_;                                                                                        \
    })
#define COUNTED_DONE(number, T, ...)                                                               \
    __extension__({                                                                                \
        __asm__ volatile(COUNT_ONE(number) : : : "cc");                                            \
        __VA_ARGS__;                                                                               \
    })
#else
#define COUNTED_AS(constraint, number, T, ...) (tfl_counts[number]++, __VA_ARGS__)
#define COUNTED_DONE(number, T, ...) (tfl_counts[number]++, __VA_ARGS__)
#endif
#endif

#undef COUNTED_RESULT
#undef COUNTED_MASK
#if F32_LANES == 16
#define COUNTED_RESULT(...) COUNTED_AS("+v", __VA_ARGS__)
#define COUNTED_MASK(...) COUNTED_AS("+k", __VA_ARGS__)
#else
#define COUNTED_RESULT(...) COUNTED_AS("+x", __VA_ARGS__)
#define COUNTED_MASK COUNTED_RESULT
#endif
