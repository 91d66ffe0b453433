/* SPDX-License-Identifier: Apache-2.0
 * A block is a vector's worth of elements or, at an end, fewer. Where n is LANES the compiler knows
 * it, and these are plain loads and stores. */

TFL_INLINE V NAME(load)(const void *from, int64_t i, int64_t n) {
    const MEM *p = (const MEM *)from + i;
    return n == LANES ? v_load(p) : v_load_n(p, n);
}

TFL_INLINE void NAME(store)(void *to, int64_t i, int64_t n, V values) {
    MEM *p = (MEM *)to + i;
    if (n == LANES)
        v_store(p, values);
    else
        v_store_n(p, values, n);
}

/* A result of the call. The address is asked for, as i may be anything where rows are written. */
TFL_INLINE void NAME(store_result)(const tfl_call *call, void *to, int64_t i, int64_t n, V values) {
    MEM *p = (MEM *)to + i;
    if (n == LANES && call->stream && (uintptr_t)p % (LANES * sizeof(MEM)) == 0)
        v_stream(p, values);
    else
        NAME(store)(to, i, n, values);
}

TFL_INLINE V NAME(load_labels)(const void *from, int64_t i, int64_t n) {
    const LABEL_MEM *p = (const LABEL_MEM *)from + i;
    return n == LANES ? z_load(p) : z_load_n(p, n);
}

TFL_INLINE void NAME(store_labels)(void *to, int64_t i, int64_t n, V values) {
    LABEL_MEM *p = (LABEL_MEM *)to + i;
    if (n == LANES)
        z_store(p, values);
    else
        z_store_n(p, values, n);
}

TFL_INLINE S NAME(first_lane)(V a) {
    S lanes[LANES];
    v_lane_store(lanes, a);
    return lanes[0];
}

TFL_INLINE S NAME(load_scalar)(const void *from, int64_t i) {
    return s_flush(NAME(first_lane)(v_load_n((const MEM *)from + i, 1)));
}

/* The i-th block or element of upstream, which is ones where it is not given. */
TFL_INLINE V NAME(load_upstream)(const tfl_call *call, int64_t i, int64_t n) {
    return call->upstream ? NAME(load)(call->upstream, i, n) : v_set1((S)call->one);
}

/* g*a, for an a that is a result: where nothing is given, it is a already. (A subnormal input would
 * have to be multiplied, to become 0.) */
TFL_INLINE V NAME(times_upstream)(const tfl_call *call, V g, V a) {
    return call->upstream ? v_mul(g, a) : a;
}

TFL_INLINE V NAME(repeat_upstream)(const tfl_call *call, int64_t i) {
    return v_set1(call->upstream ? NAME(load_scalar)(call->upstream, i) : (S)call->one);
}

/* exp of some vectors, as `path` says, as many together as go; `normal` as in math/exp.h. */
TFL_INLINE void NAME(exp_all)(V *x, int vectors, tfl_path path, int normal) {
    TFL_UNROLL
    for (int k = 0; k < vectors; k += F32_UNROLL) {
        int count = vectors - k < F32_UNROLL ? vectors - k : F32_UNROLL;
        if (path == TFL_PACKET_PATH)
            v_packet_exp_each(x + k, count, normal);
        else
            TFL_EACH(i, count)
        x[k + i] = v_libm_exp(x[k + i]);
    }
}
