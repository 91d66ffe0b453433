/* SPDX-License-Identifier: Apache-2.0
 * Any processor: the compiler turns the vector extensions into what there is. Slow on purpose: it
 * is the path the others are compared with. */
#include "host/rcpps.h"
#include "tf_losses.h"

#define TFL_PORTABLE
#include "isa/generic.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#if defined(TFL_FLUSH_EACH)
_Thread_local int tfl_unflushed;
#endif

/* TensorFlow's bits are those of RCPPS, and AMD's estimates are not Intel's. */
TFL_INLINE f32v f32v_rcp_estimate(f32v a, tfl_vendor vendor) {
#if defined(__x86_64__)
    if (vendor == TFL_VENDOR_HOST)
        return (f32v)_mm_rcp_ps((__m128)a);
#endif
    for (int i = 0; i < F32_LANES; i++)
        a[i] = tfl_estimate(vendor, a[i]);
    return a;
}

#include "kernels/kernels.h"

#ifndef TFL_OLDER
#include "kernels/math/forms.h"
#endif

static int supported(void) { return 1; }

const tfl_kernels TFL_NAME(kernels_portable) = TFL_KERNEL_TABLE;

const tfl_isa TFL_NAME(isa_portable) = {"portable", supported, &TFL_NAME(kernels_portable), 1};
