/* SPDX-License-Identifier: Apache-2.0
 * Whether TensorFlow 2 uses oneDNN on this processor, and for which instruction set oneDNN writes its
 * code there. Source: DefaultOneDnnPolicy in tensorflow/core/util/port.cc (2.21.0). */
#include "tf_losses.h"

#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>

#include "host/x86.h"

/* Made for neural networks: AVX512_VNNI, AVX512_BF16, AVX_VNNI or AMX (by CPUID's leaf 7). */
static int is_for_networks(int has_avx512) {
    unsigned int most, b, c, d, more = 0, unused;
    if (!__get_cpuid_count(7, 0, &most, &b, &c, &d))
        return 0;
    if (most > 0)
        __get_cpuid_count(7, 1, &more, &b, &unused, &unused);
    unsigned avx512_vnni = c >> 11 & 1, avx512_bf16 = more >> 5 & 1, avx_vnni = more >> 4 & 1;
    unsigned amx = (d >> 22 & 1) | (d >> 24 & 3); /* BF16, TILE, INT8 */
    return (has_avx512 && (avx512_vnni || avx512_bf16)) || avx_vnni || amx;
}

tfl_onednn_isa tfl_onednn_isa_here(int any) {
    int has_avx2 = (tfl_x86_features() & TFL_X86_AVX2) != 0;
    int has_avx512 = (tfl_x86_features() & TFL_X86_AVX512) != 0;
    if (!any && !is_for_networks(has_avx512))
        return TFL_ONEDNN_NONE;
    return has_avx512 ? TFL_ONEDNN_AVX512 : has_avx2 ? TFL_ONEDNN_AVX2 : TFL_ONEDNN_SSE41;
}
#else
tfl_onednn_isa tfl_onednn_isa_here(int any) {
    (void)any;
    return TFL_ONEDNN_NONE;
}
#endif
