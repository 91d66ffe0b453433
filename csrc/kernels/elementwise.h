/* SPDX-License-Identifier: Apache-2.0
 * TensorFlow's flat rule: of N elements those before N - N mod PACKET are computed in packets, the
 * rest by the C library's scalar functions. */

/* A call, and what is the same for all its elements. */
typedef struct NAME(elements) {
    const tfl_call *call;
    V k; /* weighted: the one pos_weight - 1 */
} NAME(elements);

/* So many vectors go through each step of a loss together: the steps of one vector wait for each
 * other, and a processor does not look far enough ahead to find the next vector by itself. */
enum { NAME(UNROLL) = VECTORS_UNROLL };

/* Computes `vectors` vectors of n (<= LANES) elements from index i on; n is LANES if they are
 * several. */
typedef void (*NAME(block))(const NAME(elements) *all, int64_t i, int64_t n, int vectors,
                            tfl_path path);

/* Elements [begin, end), block by block. What does not fill a block goes vector by vector, whichever
 * path it takes, so that the block is compiled only twice. */
TFL_INLINE tfl_status NAME(for_each_block)(const tfl_call *call, int64_t begin, int64_t end,
                                           NAME(block) block) {
    enum { STEP = NAME(UNROLL) *LANES };
    NAME(elements) all = {.call = call};
    all.k = v_set1(call->weight ? NAME(load_scalar)(call, call->weight, 0) : 0);
    int64_t size = call->logits_size, packets_end = size - size % PACKET, i = begin;
    int64_t stop = end < packets_end ? end : packets_end;
    for (; NAME(UNROLL) > 1 && i + STEP <= stop; i += STEP)
        block(&all, i, LANES, NAME(UNROLL), TFL_PACKET_PATH);
    for (int64_t n; i < end; i += n) {
        tfl_path path = i < stop ? TFL_PACKET_PATH : TFL_LIBM_PATH;
        int64_t left = (path == TFL_PACKET_PATH ? stop : end) - i;
        n = left < LANES ? left : LANES;
        block(&all, i, n, 1, path);
    }
    return TFL_OK;
}

/* A result whose last operation has not been rounded to the type: the store does it. */
TFL_INLINE void NAME(store_wide)(const tfl_call *call, void *to, int64_t i, int64_t n, V values) {
    (void)call;
    MEM *p = (MEM *)to + i;
    n == LANES ? v_store_wide(p, values) : v_store_wide_n(p, values, n);
}

/* exp(-|x|) of each vector. */
TFL_INLINE void NAME(exp_of_distance)(const tfl_call *call, const void *x, int64_t i, int64_t n,
                                      int vectors, tfl_path path, V *e) {
    TFL_EACH(k, vectors)
    e[k] = v_neg_abs(NAME(load)(call, x, i + k * LANES, n));
    NAME(exp_all)(call, e, vectors, path, 0);
}

/* log1p of each vector. */
TFL_INLINE void NAME(log1p_all)(const tfl_call *call, const V *e, int vectors, tfl_path path,
                                V *log) {
    if (path == TFL_LIBM_PATH || LOG1P_BY_LIBM(call)) {
        V copies[NAME(UNROLL)]; /* in memory; others stay in registers */
        TFL_EACH(k, vectors)
        copies[k] = e[k];
        v_libm_log1p_each(call, copies, vectors);
        TFL_EACH(k, vectors)
        log[k] = copies[k];
        return;
    }
    TFL_EACH(k, vectors)
    log[k] = e[k];
    TFL_UNROLL
    for (int k = 0; k < vectors; k += SPAN_UNROLL)
        v_packet_log1p_each(call, log + k, vectors - k < SPAN_UNROLL ? vectors - k : SPAN_UNROLL);
}
