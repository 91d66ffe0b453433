/* SPDX-License-Identifier: Apache-2.0
 * See host/x86.h. Source: Intel's manual, CPUID and XGETBV. */
#include "tf_losses.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <stdatomic.h>

#include "host/x86.h"

enum {
    FMA_F16C_AVX_OSXSAVE = 1 << 12 | 1 << 29 | 1 << 28 | 1 << 27, /* leaf 1, ECX */
    AVX2 = 1 << 5,                                                /* leaf 7, EBX */
    YMM_STATE = 0x06,
    ZMM_STATE = 0xe6,
};
static const unsigned int AVX512 = 1u << 16 | 1u << 17 | 1u << 30 | 1u << 31; /* leaf 7, EBX */

/* The registers that the system keeps for each thread. macOS begins to keep the widest when they are
 * first used, and does not say so before. */
static unsigned int kept_state(void) {
    unsigned int low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
#if defined(__APPLE__)
    low |= ZMM_STATE;
#endif
    return low;
}

static unsigned int ask_processor(void) {
    unsigned int a, b, c, d, most = __get_cpuid_max(0, NULL), found = TFL_X86_ASKED;
    if (most < 7)
        return found;
    __cpuid(1, a, b, c, d);
    if ((c & FMA_F16C_AVX_OSXSAVE) != FMA_F16C_AVX_OSXSAVE)
        return found;
    unsigned int state = kept_state();
    __cpuid_count(7, 0, a, b, c, d);
    if ((state & YMM_STATE) != YMM_STATE || (b & AVX2) == 0)
        return found;
    found |= TFL_X86_AVX2;
    if ((state & ZMM_STATE) == ZMM_STATE && (b & AVX512) == AVX512)
        found |= TFL_X86_AVX512;
    return found;
}

unsigned int TFL_NAME(x86_features)(void) {
    static atomic_uint known;
    unsigned int features = atomic_load_explicit(&known, memory_order_relaxed);
    if (features == 0) {
        features = ask_processor();
        atomic_store_explicit(&known, features, memory_order_relaxed);
    }
    return features;
}
#endif
