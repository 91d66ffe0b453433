/* SPDX-License-Identifier: Apache-2.0
 * x86-64 without extensions: SSE2. */
#include "../tf_losses.h"

#if defined(__x86_64__)
#include <xmmintrin.h>

#include "generic.h"

TFL_INLINE f32v f32v_rcp_estimate(f32v a) { return (f32v)_mm_rcp_ps((__m128)a); }

#include "../kernels.h"

static int supported(void) { return 1; }

const tfl_isa tfl_isa_baseline = {"baseline", supported, TFL_KERNEL_TABLE};
#endif
