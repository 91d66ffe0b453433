/* SPDX-License-Identifier: Apache-2.0
 * Whose processor TensorFlow ran on: the choice, and this one's vendor. */
#include <stdatomic.h>

#include "api/dispatch.h"
#if defined(__x86_64__)
#include <cpuid.h>
#endif

static atomic_int chosen = TFL_VENDOR_HOST;

#if defined(__x86_64__)
/* By the first four letters of its name. */
static tfl_vendor find_own_vendor(void) {
    unsigned int a, b, c, d;
    if (!__get_cpuid(0, &a, &b, &c, &d))
        return TFL_VENDOR_HOST;
    return b == signature_INTEL_ebx ? TFL_VENDOR_INTEL
           : b == signature_AMD_ebx ? TFL_VENDOR_AMD
                                    : TFL_VENDOR_HOST;
}

/* Found once: a virtual machine takes microseconds to answer. */
static tfl_vendor own_vendor(void) {
    static atomic_int found = -1;
    int vendor = atomic_load_explicit(&found, memory_order_relaxed);
    if (vendor < 0) {
        vendor = find_own_vendor();
        atomic_store_explicit(&found, vendor, memory_order_relaxed);
    }
    return vendor;
}

int tfl_estimates_by_table(void) {
    tfl_vendor vendor = atomic_load_explicit(&chosen, memory_order_relaxed);
    return vendor != TFL_VENDOR_HOST && vendor != own_vendor();
}
#else
static tfl_vendor own_vendor(void) { return TFL_VENDOR_INTEL; }

int tfl_estimates_by_table(void) { return 1; }
#endif

tfl_status tfl_set_vendor(tfl_vendor vendor) {
    if (vendor < TFL_VENDOR_HOST || vendor > TFL_VENDOR_AMD)
        return TFL_BAD_ARGUMENT;
    atomic_store(&chosen, vendor);
    return TFL_OK;
}

tfl_vendor tfl_get_vendor(void) {
    tfl_vendor vendor = atomic_load_explicit(&chosen, memory_order_relaxed);
    return vendor == TFL_VENDOR_HOST ? own_vendor() : vendor;
}
