/* SPDX-License-Identifier: Apache-2.0
 * A block is a vector's worth of elements or, at an end, fewer. Where n is LANES the compiler knows
 * it, and these are plain loads and stores. */

#ifdef MIXED_MEMORY
/* One set of kernels for both 16-bit types, with labels of these or of float32: a branch a block
 * costs less than a copy of the kernels for each. */
#define LOGITS_DTYPE(call) ((call)->dtype == TFL_F16 ? TFL_F16 : TFL_BF16)
#define LABELS_DTYPE(call) ((call)->labels_dtype)

TFL_INLINE size_t NAME(bytes_of)(tfl_dtype dtype) {
    return dtype == TFL_F32 ? sizeof(float) : sizeof(MEM);
}

TFL_INLINE V NAME(load_as)(tfl_dtype dtype, const void *p, int64_t n) {
    if (dtype == TFL_F16)
        return n == LANES ? f16v_load(p) : f16v_load_n(p, n);
    if (dtype == TFL_F32)
        return n == LANES ? f32v_load(p) : f32v_load_n(p, n);
    return n == LANES ? bf16v_load(p) : bf16v_load_n(p, n);
}

TFL_INLINE void NAME(store_as)(tfl_dtype dtype, void *p, int64_t n, V values) {
    if (dtype == TFL_F16)
        n == LANES ? f16v_store(p, values) : f16v_store_n(p, values, n);
    else if (dtype == TFL_F32)
        n == LANES ? f32v_store(p, values) : f32v_store_n(p, values, n);
    else
        n == LANES ? bf16v_store(p, values) : bf16v_store_n(p, values, n);
}

TFL_INLINE void NAME(stream_as)(tfl_dtype dtype, void *p, V values) {
    dtype == TFL_F16 ? f16v_store_stream(p, values) : bf16v_store_stream(p, values);
}

/* Calls f(dtype, ...), inlined, with a dtype that the compiler knows: a loop need not ask for it. */
#define FOR_DTYPE(f, dtype, ...)                                                                   \
    do {                                                                                           \
        if ((dtype) == TFL_F16)                                                                    \
            f(TFL_F16, __VA_ARGS__);                                                               \
        else if ((dtype) == TFL_F32)                                                               \
            f(TFL_F32, __VA_ARGS__);                                                               \
        else                                                                                       \
            f(TFL_BF16, __VA_ARGS__);                                                              \
    } while (0)
#else
#define LOGITS_DTYPE(call) ((call)->dtype)
#define LABELS_DTYPE(call) ((call)->dtype)
#define FOR_DTYPE(f, dtype, ...) f(dtype, __VA_ARGS__)

TFL_INLINE size_t NAME(bytes_of)(tfl_dtype dtype) {
    (void)dtype;
    return sizeof(MEM);
}

TFL_INLINE V NAME(load_as)(tfl_dtype dtype, const void *p, int64_t n) {
    (void)dtype;
    return n == LANES ? v_load(p) : v_load_n(p, n);
}

TFL_INLINE void NAME(store_as)(tfl_dtype dtype, void *p, int64_t n, V values) {
    (void)dtype;
    n == LANES ? v_store(p, values) : v_store_n(p, values, n);
}

TFL_INLINE void NAME(stream_as)(tfl_dtype dtype, void *p, V values) {
    (void)dtype;
    v_stream(p, values);
}
#endif

/* What a cast leaves of values that are to be stored. */
#if defined(TFL_OLDER) && defined(MIXED_MEMORY)
#define cast_to(dtype, call, values)                                                               \
    ((dtype) == TFL_BF16 && (call)->how->cuts_bf16 ? bf16v_cut(values) : (values))
#define cuts(call) ((call)->how->cuts_bf16)
#else
#define cuts(call) 0
#define cast_to(dtype, call, values) (values)
#endif

/* n elements from the i-th on: of the logits or whatever else has their dtype. */
TFL_INLINE V NAME(load)(const tfl_call *call, const void *from, int64_t i, int64_t n) {
    return NAME(load_as)(LOGITS_DTYPE(call), (const MEM *)from + i, n);
}

TFL_INLINE void NAME(store)(const tfl_call *call, void *to, int64_t i, int64_t n, V values) {
    values = cast_to(LOGITS_DTYPE(call), call, values);
    NAME(store_as)(LOGITS_DTYPE(call), (MEM *)to + i, n, values);
}

/* A result of the call. The address is asked for, as i may be anything where rows are written. */
TFL_INLINE void NAME(store_result)(const tfl_call *call, void *to, int64_t i, int64_t n, V values) {
    MEM *p = (MEM *)to + i;
    values = cast_to(LOGITS_DTYPE(call), call, values);
    if (n == LANES && call->stream && (uintptr_t)p % (LANES * sizeof(MEM)) == 0)
        NAME(stream_as)(LOGITS_DTYPE(call), p, values);
    else
        NAME(store)(call, to, i, n, values);
}

/* The labels, or their gradient, from the i-th of `labels` on. */
TFL_INLINE void *NAME(labels_at)(const tfl_call *call, const void *labels, int64_t i) {
    return (char *)(uintptr_t)labels + i * (int64_t)NAME(bytes_of)(LABELS_DTYPE(call));
}

TFL_INLINE V NAME(load_labels)(const tfl_call *call, const void *from, int64_t i, int64_t n) {
    return NAME(load_as)(LABELS_DTYPE(call), NAME(labels_at)(call, from, i), n);
}

TFL_INLINE void NAME(store_labels)(const tfl_call *call, void *to, int64_t i, int64_t n, V values) {
    values = cast_to(LABELS_DTYPE(call), call, values);
    NAME(store_as)(LABELS_DTYPE(call), NAME(labels_at)(call, to, i), n, values);
}

TFL_INLINE S NAME(first_lane)(V a) {
    S lanes[LANES];
    v_lane_store(lanes, a);
    return lanes[0];
}

TFL_INLINE S NAME(load_scalar)(const tfl_call *call, const void *from, int64_t i) {
    return s_flush(NAME(first_lane)(NAME(load)(call, from, i, 1)));
}

/* The i-th block or element of upstream, which is ones where it is not given. */
TFL_INLINE V NAME(load_upstream)(const tfl_call *call, int64_t i, int64_t n) {
    return call->upstream ? NAME(load)(call, call->upstream, i, n) : v_set1((S)call->one);
}

/* g*a, for an a that is a result: where nothing is given, it is a already. (A subnormal input would
 * have to be multiplied, to become 0.) */
TFL_INLINE V NAME(times_upstream)(const tfl_call *call, V g, V a) {
    return call->upstream ? v_mul(g, a) : a;
}

TFL_INLINE V NAME(repeat_upstream)(const tfl_call *call, int64_t i) {
    return v_set1(call->upstream ? NAME(load_scalar)(call, call->upstream, i) : (S)call->one);
}

/* exp of some vectors, as `path` says, as many together as go; `normal` as in math/exp.h. */
TFL_INLINE void NAME(exp_all)(const tfl_call *call, V *x, int vectors, tfl_path path, int normal) {
    if (path == TFL_LIBM_PATH)
        v_libm_exp_each(call, x, vectors);
    TFL_UNROLL
    for (int k = 0; k < vectors && path == TFL_PACKET_PATH; k += SPAN_UNROLL)
        v_packet_exp_each(call, x + k, vectors - k < SPAN_UNROLL ? vectors - k : SPAN_UNROLL,
                          normal);
}
