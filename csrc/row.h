/* SPDX-License-Identifier: Apache-2.0
 * What softmax and sparse_softmax share: of a row x, m = max(x) and s = sum(exp(x - m)). */

enum { NAME(ROWS_AT_ONCE) = 64 };

/* As many rows as stay in the first-level cache until they are read again. */
TFL_INLINE int64_t NAME(rows_at_once)(int64_t classes) {
    int64_t rows = 8192 / (int64_t)sizeof(MEM) / (classes + 1);
    return rows < 1 ? 1 : rows > NAME(ROWS_AT_ONCE) ? NAME(ROWS_AT_ONCE) : rows;
}

/* Which zero and what of NaN is all the same: a row with NaN is NaN throughout. */
TFL_INLINE S NAME(row_max)(const MEM *x, int64_t classes) {
    S lanes[LANES], max = -INFINITY;
    if (classes >= LANES) {
        V last = v_load(x + classes - LANES), sides[4] = {last, last, last, last};
        int64_t i = 0;
        for (; i + 4 * LANES <= classes; i += 4 * LANES) {
            TFL_UNROLL
            for (int k = 0; k < 4; k++)
                sides[k] = v_max(sides[k], v_load(x + i + k * LANES));
        }
        for (; i + LANES <= classes; i += LANES)
            sides[0] = v_max(sides[0], v_load(x + i));
        v_lane_store(lanes, v_max(v_max(sides[0], sides[1]), v_max(sides[2], sides[3])));
        classes = LANES;
    } else {
        v_lane_store(lanes, v_load_n(x, classes));
    }
    for (int64_t i = 0; i < classes; i++)
        max = lanes[i] > max ? lanes[i] : max;
    return max;
}

typedef struct NAME(row) {
    const MEM *x;
    const LABEL_MEM *z;
    MEM *logits_gradient;
    LABEL_MEM *labels_gradient;
    V max;
    V sum;
    V log_sum;
    V upstream;
} NAME(row);

TFL_INLINE V NAME(shifted)(const NAME(row) *row, int64_t i, int64_t n) {
    return v_sub(NAME(load)(row->x, i, n), row->max);
}

TFL_INLINE V NAME(exp_value)(const void *context, int64_t i, int64_t n, tfl_path path) {
    return v_exp(NAME(shifted)((const NAME(row) *)context, i, n), path);
}

static S NAME(exp_leaf)(const void *row, int64_t start, int64_t n) {
    return NAME(leaf_sum)(NAME(exp_value), row, start, n);
}

/* Writes m and returns s of row b, which starts at x. */
static inline S NAME(row_sum_exp)(const MEM *x, int64_t b, int64_t classes, S *max) {
    *max = NAME(row_max)(x, classes);
    NAME(row) row = {.x = x, .max = v_set1(*max)};
    return NAME(tree_sum)(NAME(exp_leaf), &row, b * classes, 0, classes);
}

/* Narrows and stores n per-row results. */
TFL_INLINE void NAME(store_rows)(MEM *out, const S *results, int64_t n) {
    for (int64_t i = 0; i < n; i += LANES)
        v_store_n(out + i, v_lane_load(results + i), n - i < LANES ? n - i : LANES);
}

/* The elements of the softmax gradient that are computed by the C library lie at the end of tiles
 * that TensorFlow's thread pool cuts the array into. [start, packets_end) of a row is computed in
 * packets, [packets_end, end) is left over. */
typedef struct NAME(segment) {
    int64_t start, packets_end, end;
} NAME(segment);

/* The segment of a row's elements [start, end) that lie in a tile, from element `first` of the
 * tile on, which has `size` elements. */
TFL_INLINE NAME(segment) NAME(segment_of)(int64_t start, int64_t end, int64_t first, int64_t size) {
    int64_t packets_end = start + size - size % PACKET - first;
    packets_end = packets_end < start ? start : packets_end > end ? end : packets_end;
    return (NAME(segment)){start, packets_end, end};
}

/* Computes n (<= LANES) elements of a row from element i on. */
typedef void (*NAME(row_block))(const void *context, int64_t i, int64_t n, tfl_path path);

TFL_INLINE void NAME(for_each_row_block)(NAME(row_block) block, const void *context,
                                         NAME(segment) segment) {
    int64_t i = segment.start;
    for (; i + LANES <= segment.packets_end; i += LANES)
        block(context, i, LANES, TFL_PACKET_PATH);
    if (i < segment.packets_end)
        block(context, i, segment.packets_end - i, TFL_PACKET_PATH);
    for (i = segment.packets_end; i < segment.end; i += LANES)
        block(context, i, segment.end - i < LANES ? segment.end - i : LANES, TFL_LIBM_PATH);
}
