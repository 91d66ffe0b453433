/* SPDX-License-Identifier: Apache-2.0
 * x86-64 without extensions: SSE2, which is what the compiler makes of the portable kernels there. */
#include "tf_losses.h"

#if defined(__x86_64__)
static int supported(void) { return 1; }

const tfl_isa TFL_NAME(isa_baseline) = {"baseline", supported, &TFL_NAME(kernels_portable), 1};
#endif
