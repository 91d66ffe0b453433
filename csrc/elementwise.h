/* SPDX-License-Identifier: Apache-2.0
 * TensorFlow's flat rule: of N elements those before N - N mod PACKET are computed in packets, the
 * rest by the C library's scalar functions. */

/* Computes n (<= LANES) elements from index i on. */
typedef void (*NAME(block))(const tfl_call *call, int64_t i, int64_t n, tfl_path path);

/* Elements [begin, end) of `size`, block by block. */
TFL_INLINE void NAME(for_each_block)(const tfl_call *call, int64_t begin, int64_t end, int64_t size,
                                     NAME(block) block) {
    int64_t packets_end = size - size % PACKET, i = begin;
    int64_t stop = end < packets_end ? end : packets_end;
    for (; i + LANES <= stop; i += LANES)
        block(call, i, LANES, TFL_PACKET_PATH);
    if (i < stop)
        block(call, i, stop - i, TFL_PACKET_PATH);
    /* Fewer than PACKET elements, but a vector may hold fewer still. */
    for (i = stop > begin ? stop : begin; i < end; i += LANES)
        block(call, i, end - i < LANES ? end - i : LANES, TFL_LIBM_PATH);
}
