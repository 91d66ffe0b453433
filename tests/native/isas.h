/* SPDX-License-Identifier: Apache-2.0
 * What a program's closing lines say of the instruction sets. */
#ifndef TFL_TEST_ISAS_H
#define TFL_TEST_ISAS_H

#include <stdio.h>

#include "abi.h"

static inline void print_isas(void) {
    printf("instruction sets:");
    for (int64_t i = 0; tfl_isa_known(i); i++)
        printf(" %s%s", tfl_isa_known(i), tfl_isa_supported(tfl_isa_known(i)) ? "" : " (not here)");
    printf("\n");
}

#endif
