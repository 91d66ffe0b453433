/* SPDX-License-Identifier: Apache-2.0
 * What avx2.c and avx512.c ask the processor. */
#include <cpuid.h>

/* F16C, by hand: clang's __builtin_cpu_supports has not always known the name. */
static inline int tfl_has_f16c(void) {
    unsigned int a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C) != 0;
}
