/* SPDX-License-Identifier: Apache-2.0
 * The order in which TensorFlow (Eigen's InnerMostDimReducer) sums a row.
 *
 * A row longer than a leaf is halved at a packet boundary of the whole array; a leaf is summed in
 * four packets side by side, what is left over element by element. Values in whole packets and
 * values left over may be computed differently (exp), so a leaf asks for either kind. */

/* The values of a row from element i on, n of them (<= LANES); the other lanes may hold anything. */
typedef V (*NAME(values))(const void *row, int64_t i, int64_t n, tfl_path path);

/* a[0..PACKET) += b[0..PACKET) */
TFL_INLINE void NAME(add_packet)(S *a, const S *b) {
    for (int l = 0; l < PACKET; l++)
        a[l] = s_round(a[l] + b[l]);
}

/* TensorFlow folds a packet in halves; 16-bit types round once, at the end. */
TFL_INLINE S NAME(fold_packet)(const S *a) {
#if PACKET == 8
    S b0 = a[0] + a[4], b1 = a[1] + a[5], b2 = a[2] + a[6], b3 = a[3] + a[7];
    return s_round((b0 + b2) + (b1 + b3));
#else
    return (a[0] + a[2]) + (a[1] + a[3]);
#endif
}

/* The same of a packet of vectors, lane by lane. */
TFL_INLINE V NAME(lane_fold)(const V *a) {
#if PACKET == 8
    V b0 = v_wide_add(a[0], a[4]), b1 = v_wide_add(a[1], a[5]);
    V b2 = v_wide_add(a[2], a[6]), b3 = v_wide_add(a[3], a[7]);
    return v_add(v_wide_add(b0, b2), v_wide_add(b1, b3));
#else
    return v_add(v_add(a[0], a[2]), v_add(a[1], a[3]));
#endif
}

/* Stores the values [i, i + count) in a buffer that has room for whole vectors. */
TFL_INLINE void NAME(gather_values)(NAME(values) values, const void *row, int64_t i, int64_t count,
                                    tfl_path path, S *buffer) {
    for (int64_t done = 0; done < count; done += LANES) {
        int64_t n = count - done < LANES ? count - done : LANES;
        v_lane_store(buffer + done, values(row, i + done, n, path));
    }
}

/* The sum of the n values from `start` on, without halving. */
TFL_INLINE S NAME(leaf_sum)(NAME(values) values, const void *row, int64_t start, int64_t n) {
    enum { BLOCK = 4 * PACKET, VECTORS = BLOCK / LANES };
    S packets[BLOCK] = {0}, extra[BLOCK];
    int64_t i = start, end = start + n;
    if (n >= BLOCK) {
        V sums[VECTORS];
        TFL_UNROLL
        for (int k = 0; k < VECTORS; k++)
            sums[k] = v_set1(0);
        for (; end - i >= BLOCK; i += BLOCK) {
            TFL_UNROLL
            for (int k = 0; k < VECTORS; k++)
                sums[k] = v_add(sums[k], values(row, i + k * LANES, LANES, TFL_PACKET_PATH));
        }
        TFL_UNROLL
        for (int k = 0; k < VECTORS; k++)
            v_lane_store(packets + k * LANES, sums[k]);
        for (int k = 1; k < 4; k++)
            NAME(add_packet)(packets, packets + k * PACKET);
    }
    int64_t whole = (end - i) / PACKET * PACKET;
    if (whole > 0) {
        NAME(gather_values)(values, row, i, whole, TFL_PACKET_PATH, extra);
        for (int64_t k = 0; k < whole; k += PACKET)
            NAME(add_packet)(packets, extra + k);
        i += whole;
    }
    S rest = 0;
    if (i < end) {
        NAME(gather_values)(values, row, i, end - i, TFL_LIBM_PATH, extra);
        for (int64_t k = 0; k < end - i; k++)
            rest = s_round(rest + extra[k]);
    }
    return s_round(rest + NAME(fold_packet)(packets));
}

typedef S (*NAME(leaf))(const void *row, int64_t start, int64_t n);

/* The sum of the n values from `start` on; `first` is the index of that element in the array. */
static S NAME(tree_sum)(NAME(leaf) leaf, const void *row, int64_t first, int64_t start, int64_t n) {
    if (n <= PACKET * LEAF)
        return leaf(row, start, n);
    int64_t middle = first + (n + 1) / 2;
    int64_t left = (middle + PACKET - 1) / PACKET * PACKET - first;
    if (left >= n)
        return s_round(0 + NAME(tree_sum)(leaf, row, first, start, n));
    S sum = s_round(0 + NAME(tree_sum)(leaf, row, first, start, left));
    return s_round(sum + NAME(tree_sum)(leaf, row, first + left, start + left, n - left));
}
