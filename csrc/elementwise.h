/* SPDX-License-Identifier: Apache-2.0
 * TensorFlow's flat rule: of N elements those before N - N mod PACKET are computed in packets, the
 * rest by the C library's scalar functions. */

/* A call, and what is the same for all its elements. */
typedef struct NAME(elements) {
    const tfl_call *call;
    V k; /* weighted: the one pos_weight - 1 */
} NAME(elements);

/* Computes n (<= LANES) elements from index i on. */
typedef void (*NAME(block))(const NAME(elements) *all, int64_t i, int64_t n, tfl_path path);

/* Elements [begin, end), block by block. */
TFL_INLINE tfl_status NAME(for_each_block)(const tfl_call *call, int64_t begin, int64_t end,
                                           NAME(block) block) {
    NAME(elements) all = {.call = call};
    all.k = v_set1(call->weight ? NAME(load_scalar)(call->weight, 0) : 0);
    int64_t size = call->logits_size, packets_end = size - size % PACKET, i = begin;
    int64_t stop = end < packets_end ? end : packets_end;
    for (; i + LANES <= stop; i += LANES)
        block(&all, i, LANES, TFL_PACKET_PATH);
    if (i < stop)
        block(&all, i, stop - i, TFL_PACKET_PATH);
    /* Fewer than PACKET elements, but a vector may hold fewer still. */
    for (i = stop > begin ? stop : begin; i < end; i += LANES)
        block(&all, i, end - i < LANES ? end - i : LANES, TFL_LIBM_PATH);
    return TFL_OK;
}
