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

TFL_INLINE S NAME(load_scalar)(const void *from, int64_t i) {
    S lanes[LANES];
    v_lane_store(lanes, v_load_n((const MEM *)from + i, 1));
    return lanes[0];
}

/* The i-th block or element of upstream, which is ones where it is not given. */
TFL_INLINE V NAME(load_upstream)(const tfl_call *call, int64_t i, int64_t n) {
    return call->upstream ? NAME(load)(call->upstream, i, n) : v_set1(1);
}

TFL_INLINE V NAME(repeat_upstream)(const tfl_call *call, int64_t i) {
    return v_set1(call->upstream ? NAME(load_scalar)(call->upstream, i) : 1);
}
