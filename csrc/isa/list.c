/* SPDX-License-Identifier: Apache-2.0
 * The list of the instruction sets. */
#include "tf_losses.h"

extern const tfl_isa TFL_NAME(isa_portable);
#if defined(__x86_64__)
extern const tfl_isa TFL_NAME(isa_baseline), TFL_NAME(isa_avx2), TFL_NAME(isa_avx512);
#elif defined(TFL_NEON)
extern const tfl_isa TFL_NAME(isa_neon);
#endif

const tfl_isa *const TFL_NAME(isas)[] = {
    &TFL_NAME(isa_portable),
#if defined(__x86_64__)
    &TFL_NAME(isa_baseline),
    &TFL_NAME(isa_avx2),
    &TFL_NAME(isa_avx512),
#elif defined(TFL_NEON)
    &TFL_NAME(isa_neon),
#endif
    NULL,
};
