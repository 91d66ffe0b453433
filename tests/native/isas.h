/* SPDX-License-Identifier: Apache-2.0
 * What programs say of the instruction sets. */
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

/* One a line, those that can be chosen. */
static inline int list_isas(void) {
    for (int64_t i = 0; tfl_isa_known(i); i++)
        if (tfl_isa_supported(tfl_isa_known(i)))
            printf("%s\n", tfl_isa_known(i));
    return 0;
}

#endif
