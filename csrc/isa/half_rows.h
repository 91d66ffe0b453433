/* SPDX-License-Identifier: Apache-2.0
 * gather and scatter of 16-bit elements, for which no instruction set here has an instruction: by
 * way of the lanes. Included after the other verbs of f16v and bf16v. */
#define TFL_HALF_ROW_VERBS(H)                                                                      \
    TFL_INLINE f32v H##_gather(const uint16_t *p, int64_t stride) {                                \
        uint16_t lanes[F32_LANES];                                                                 \
        for (int i = 0; i < F32_LANES; i++)                                                        \
            lanes[i] = p[i * stride];                                                              \
        return H##_load(lanes);                                                                    \
    }                                                                                              \
    TFL_INLINE void H##_scatter(uint16_t *p, int64_t stride, f32v a) {                             \
        uint16_t lanes[F32_LANES];                                                                 \
        H##_store(lanes, a);                                                                       \
        for (int i = 0; i < F32_LANES; i++)                                                        \
            p[i * stride] = lanes[i];                                                              \
    }

TFL_HALF_ROW_VERBS(f16v)
TFL_HALF_ROW_VERBS(bf16v)
#undef TFL_HALF_ROW_VERBS
