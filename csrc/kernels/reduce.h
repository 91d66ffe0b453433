/* SPDX-License-Identifier: Apache-2.0
 * The order in which TensorFlow (Eigen's InnerMostDimReducer) sums a row.
 *
 * A row longer than a leaf is halved at a packet boundary of the whole array; a leaf is summed in
 * SIDES packets side by side (older versions: in one or two), what is left over element by element. Values
 * in whole packets and values left over may be computed differently (exp), so a leaf asks for either
 * kind. */

/* The values of a row from element i on, n of them (<= LANES); the other lanes may hold anything. */
typedef V (*NAME(values))(const void *row, int64_t i, int64_t n, tfl_path path);

/* The same for `vectors` whole vectors of packets from element i on. */
typedef void (*NAME(several))(const void *row, int64_t i, int vectors, V *values);

/* A packet: PACKET values in one vector, or in several smaller ones. The vector may hold twice as
 * many; its upper half is then left alone. */
enum { NAME(PARTS) = PACKET > LANES ? PACKET / LANES : 1 };
typedef struct NAME(packet) {
    V part[NAME(PARTS)];
} NAME(packet);

/* The packet of which `vectors` hold the k-th. */
TFL_INLINE NAME(packet) NAME(packet_of)(const V *vectors, int k) {
    NAME(packet) a;
#if LANES > PACKET
    a.part[0] = k % 2 ? v_upper(vectors[k / 2]) : vectors[k / 2];
#else
    TFL_UNROLL
    for (int i = 0; i < NAME(PARTS); i++)
        a.part[i] = vectors[k * NAME(PARTS) + i];
#endif
    return a;
}

TFL_INLINE NAME(packet) NAME(add_packets)(NAME(packet) a, NAME(packet) b) {
    TFL_UNROLL
    for (int i = 0; i < NAME(PARTS); i++)
        a.part[i] = v_add(a.part[i], b.part[i]);
    return a;
}

/* TensorFlow folds a packet in halves; 16-bit types round once, at the end. */
TFL_INLINE S NAME(fold_packet)(NAME(packet) packet) {
    S a[PACKET > LANES ? PACKET : LANES];
    TFL_UNROLL
    for (int i = 0; i < NAME(PARTS); i++)
        v_lane_store(a + i * LANES, packet.part[i]);
#if PACKET == 8
    S b0 = s_flush(a[0] + a[4]), b1 = s_flush(a[1] + a[5]);
    S b2 = s_flush(a[2] + a[6]), b3 = s_flush(a[3] + a[7]);
    return s_round(s_flush(b0 + b2) + s_flush(b1 + b3));
#else
    return s_flush(s_flush(a[0] + a[2]) + s_flush(a[1] + a[3]));
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

enum {
    NAME(SIDES) = 4,
    NAME(BLOCK_VECTORS) = NAME(SIDES) *PACKET / LANES, /* of packets side by side */
    NAME(SPAN) = SPAN_UNROLL > NAME(BLOCK_VECTORS) ? SPAN_UNROLL : NAME(BLOCK_VECTORS),
    NAME(SPAN_PACKETS) = NAME(SPAN) *LANES / PACKET,
};

/* The values of `vectors` vectors from element i on. */
TFL_INLINE void NAME(span_values)(NAME(values) values, NAME(several) several, const void *row,
                                  int64_t i, int vectors, V *next) {
    if (several)
        several(row, i, vectors, next);
    else
        TFL_EACH(k, vectors)
    next[k] = values(row, i + k * LANES, LANES, TFL_PACKET_PATH);
}

/* Adds vectors of values from i on to the sums, in turn. */
TFL_INLINE void NAME(add_span)(NAME(values) values, NAME(several) several, const void *row,
                               int64_t i, int vectors, V *sums) {
    V next[NAME(SPAN)];
    NAME(span_values)(values, several, row, i, vectors, next);
    TFL_EACH(k, vectors) {
        int side = k % NAME(BLOCK_VECTORS);
        sums[side] = v_add(sums[side], next[k]);
    }
}

/* Packets side by side, of as many of the n values from `start` on as fill them, added up. */
TFL_INLINE NAME(packet) NAME(sum_blocks)(NAME(values) values, NAME(several) several,
                                         const void *row, int64_t start, int64_t n) {
    V sums[NAME(BLOCK_VECTORS)];
    TFL_EACH(k, NAME(BLOCK_VECTORS))
    sums[k] = v_set1(0);
    int64_t i = start, end = start + n;
    for (; i + NAME(SPAN) *LANES <= end; i += NAME(SPAN) *LANES)
        NAME(add_span)(values, several, row, i, NAME(SPAN), sums);
    if (NAME(SPAN) > NAME(BLOCK_VECTORS))
        for (; i + NAME(SIDES) *PACKET <= end; i += NAME(SIDES) *PACKET)
            NAME(add_span)(values, several, row, i, NAME(BLOCK_VECTORS), sums);
    NAME(packet) sum = NAME(packet_of)(sums, 0);
    TFL_UNROLL
    for (int k = 1; k < NAME(SIDES); k++)
        sum = NAME(add_packets)(sum, NAME(packet_of)(sums, k));
    return sum;
}

/* Adds the packet of values from i on. */
TFL_INLINE NAME(packet)
    NAME(add_packet)(NAME(packet) sum, NAME(values) values, const void *row, int64_t i) {
    enum { COUNT = PACKET < LANES ? PACKET : LANES };
    NAME(packet) next;
    TFL_UNROLL
    for (int k = 0; k < NAME(PARTS); k++)
        next.part[k] = values(row, i + k * LANES, COUNT, TFL_PACKET_PATH);
    return NAME(add_packets)(sum, next);
}

/* The n (< PACKET) values from i on, one after the other, in every lane. */
TFL_INLINE V NAME(sum_rest)(NAME(values) values, const void *row, int64_t i, int64_t n) {
    S buffer[PACKET + LANES];
    V sum = v_set1(0);
    if (n > 0)
        NAME(gather_values)(values, row, i, n, TFL_LIBM_PATH, buffer);
    for (int64_t k = 0; k < n; k++)
        sum = v_add(sum, v_set1(buffer[k]));
    return sum;
}

/* Adds the packets from element i up to `end`, in turn. */
TFL_INLINE NAME(packet)
    NAME(add_all)(NAME(packet) sum, NAME(values) values, const void *row, int64_t i, int64_t end) {
#if LANES > PACKET
    for (; i + LANES <= end; i += LANES) {
        V two = values(row, i, LANES, TFL_PACKET_PATH);
        sum = NAME(add_packets)(sum, NAME(packet_of)(&two, 0));
        sum = NAME(add_packets)(sum, NAME(packet_of)(&two, 1));
    }
#endif
    for (; i < end; i += PACKET)
        sum = NAME(add_packet)(sum, values, row, i);
    return sum;
}

#ifdef TFL_OLDER
/* Packets one after the other. */
TFL_INLINE NAME(packet) NAME(sum_in_line)(NAME(values) values, NAME(several) several,
                                          const void *row, int64_t start, int64_t end) {
    V next[NAME(SPAN)];
    TFL_EACH(k, NAME(SPAN))
    next[k] = v_set1(0);
    NAME(packet) sum = NAME(packet_of)(next, 0);
    int64_t i = start;
    for (; i + NAME(SPAN) *LANES <= end; i += NAME(SPAN) *LANES) {
        NAME(span_values)(values, several, row, i, NAME(SPAN), next);
        TFL_UNROLL
        for (int k = 0; k < NAME(SPAN_PACKETS); k++)
            sum = NAME(add_packets)(sum, NAME(packet_of)(next, k));
    }
    return NAME(add_all)(sum, values, row, i, end);
}

#if LANES > PACKET && !defined(SCALAR_SUMS)
/* The same of two rows at once, each in its half of a vector: a sum waits for itself at every packet. */
TFL_INLINE void NAME(sum_two_in_line)(NAME(values) values, NAME(several) several,
                                      const void *const rows[2], int64_t end,
                                      NAME(packet) sums[2]) {
    V next[2][NAME(SPAN)], both = v_set1(0);
    int64_t i = 0;
    for (; i + NAME(SPAN) *LANES <= end; i += NAME(SPAN) *LANES) {
        NAME(span_values)(values, several, rows[0], i, NAME(SPAN), next[0]);
        NAME(span_values)(values, several, rows[1], i, NAME(SPAN), next[1]);
        TFL_EACH(k, NAME(SPAN)) {
            both = v_add(both, v_lower_halves(next[0][k], next[1][k]));
            both = v_add(both, v_upper_halves(next[0][k], next[1][k]));
        }
    }
    for (int k = 0; k < 2; k++)
        sums[k] = NAME(add_all)(NAME(packet_of)(&both, k), values, rows[k], i, end);
}
#endif

/* In pairs, whose sums are added when an odd packet has been. */
TFL_INLINE NAME(packet) NAME(sum_in_pairs)(NAME(values) values, NAME(several) several,
                                           const void *row, int64_t start, int64_t end) {
    enum { PAIR = 2 * PACKET / LANES };
    V sums[PAIR], next[NAME(SPAN)];
    TFL_EACH(k, PAIR)
    sums[k] = v_set1(0);
    int64_t i = start;
    for (; i + NAME(SPAN) *LANES <= end; i += NAME(SPAN) *LANES) {
        NAME(span_values)(values, several, row, i, NAME(SPAN), next);
        TFL_EACH(k, NAME(SPAN))
        sums[k % PAIR] = v_add(sums[k % PAIR], next[k]);
    }
    for (; i + 2 * PACKET <= end; i += 2 * PACKET) {
        NAME(span_values)(values, several, row, i, PAIR, next);
        TFL_EACH(k, PAIR)
        sums[k] = v_add(sums[k], next[k]);
    }
    NAME(packet) sum = NAME(add_all)(NAME(packet_of)(sums, 0), values, row, i, end);
    return NAME(add_packets)(sum, NAME(packet_of)(sums, 1));
}
#endif

/* The sum of the packets of a leaf, elements [start, end). */
TFL_INLINE NAME(packet)
    NAME(sum_packets)(const tfl_order *order, NAME(values) values, NAME(several) several,
                      const void *row, int64_t start, int64_t end) {
#ifdef TFL_OLDER
    if (order->sides == 1)
        return NAME(sum_in_line)(values, several, row, start, end);
    if (order->sides == 2)
        return NAME(sum_in_pairs)(values, several, row, start, end);
#endif
    (void)order;
    int64_t blocks = (end - start) / (NAME(SIDES) *PACKET) * (NAME(SIDES) *PACKET);
    NAME(packet) sum = NAME(sum_blocks)(values, several, row, start, blocks);
    return NAME(add_all)(sum, values, row, start + blocks, end);
}

/* The sum of a leaf that ends with element `end`, from the sum of its packets. */
TFL_INLINE S NAME(finish_leaf)(NAME(packet) packets, NAME(values) values, const void *row,
                               int64_t packets_end, int64_t end) {
    V rest = NAME(sum_rest)(values, row, packets_end, end - packets_end);
    return NAME(first_lane)(v_add(rest, v_set1(NAME(fold_packet)(packets))));
}

/* The sum of the n values from `start` on, without halving. `several` may be NULL. */
TFL_INLINE S NAME(packed_leaf_sum)(const tfl_order *order, NAME(values) values,
                                   NAME(several) several, const void *row, int64_t start,
                                   int64_t n) {
    int64_t end = start + n, packets_end = end - n % PACKET;
    NAME(packet) sum = NAME(sum_packets)(order, values, several, row, start, packets_end);
    return NAME(finish_leaf)(sum, values, row, packets_end, end);
}

#if defined(TFL_OLDER) && LANES > PACKET && !defined(SCALAR_SUMS)
#define TWO_ROWS
/* Whether rows of n values are summed two at a time: where packets are added one after the other, and
 * a row is one leaf. */
TFL_INLINE int NAME(two_at_once)(const tfl_order *order, int64_t n) {
    return order->sides == 1 && (LEAF(order) == 0 || n <= PACKET * LEAF(order));
}

/* The sums of the n values of each. */
TFL_INLINE void NAME(two_sums)(NAME(values) values, NAME(several) several,
                               const void *const rows[2], int64_t n, S sums[2]) {
    int64_t packets_end = n - n % PACKET;
    NAME(packet) packets[2];
    NAME(sum_two_in_line)(values, several, rows, packets_end, packets);
    for (int k = 0; k < 2; k++)
        sums[k] = NAME(finish_leaf)(packets[k], values, rows[k], packets_end, n);
}
#endif

#ifdef SCALAR_SUMS
/* One value after the other, of halves where there are more than so many. */
enum { NAME(SCALAR_LEAF) = 1024 };

/* bfloat16 without rounding. (As integer arithmetic on the scalar, gcc 12 drops the mask when the
 * result is rounded later.) */
TFL_INLINE S NAME(cut_off)(S a) {
    S lanes[LANES];
    v_lane_store(lanes, bf16v_cut(v_set1(a)));
    return lanes[0];
}

TFL_INLINE S NAME(scalar_step)(const tfl_order *order, S sum) {
    return order->summation == TFL_SUM_ROUNDED_STEPS ? s_round(sum)
           : order->summation == TFL_SUM_CUT_STEPS   ? NAME(cut_off)(s_flush(sum))
                                                     : s_flush(sum);
}

TFL_INLINE S NAME(scalar_leaf_sum)(const tfl_order *order, NAME(values) values, const void *row,
                                   int64_t start, int64_t n) {
    S sum = 0;
    for (int64_t i = 0; i < n; i += LANES) {
        int64_t count = n - i < LANES ? n - i : LANES;
        S buffer[LANES];
        NAME(gather_values)(values, row, start + i, count, TFL_LIBM_PATH, buffer);
        for (int64_t k = 0; k < count; k++)
            sum = NAME(scalar_step)(order, sum + s_flush(buffer[k]));
    }
    return sum;
}
#endif

TFL_INLINE S NAME(leaf_sum)(const tfl_order *order, NAME(values) values, NAME(several) several,
                            const void *row, int64_t start, int64_t n) {
#ifdef SCALAR_SUMS
    if (order->summation != TFL_SUM_PACKETS)
        return NAME(scalar_leaf_sum)(order, values, row, start, n);
#endif
    return NAME(packed_leaf_sum)(order, values, several, row, start, n);
}

typedef S (*NAME(leaf))(const tfl_order *order, const void *row, int64_t start, int64_t n);

#ifdef SCALAR_SUMS
static S NAME(scalar_tree_sum)(const tfl_order *order, NAME(leaf) leaf, const void *row,
                               int64_t start, int64_t n) {
    if (order->leaf == 0 || n <= NAME(SCALAR_LEAF))
        return leaf(order, row, start, n);
    int64_t half = n / 2;
    S sum = NAME(scalar_tree_sum)(order, leaf, row, start, half);
    S rest = NAME(scalar_tree_sum)(order, leaf, row, start + half, n - half);
    return NAME(scalar_step)(order, sum + rest);
}
#endif

/* The sum of the n values from `start` on; `first` is the index of that element in the array. */
static S NAME(packed_tree_sum)(const tfl_order *order, NAME(leaf) leaf, const void *row,
                               int64_t first, int64_t start, int64_t n) {
    if (LEAF(order) == 0 || n <= PACKET * LEAF(order))
        return leaf(order, row, start, n);
    int64_t middle = first + (n + 1) / 2;
    int64_t left = (middle + PACKET - 1) / PACKET * PACKET - first;
    if (left >= n)
        return s_round(0 + NAME(packed_tree_sum)(order, leaf, row, first, start, n));
    S sum = s_round(0 + NAME(packed_tree_sum)(order, leaf, row, first, start, left));
    return s_round(sum +
                   NAME(packed_tree_sum)(order, leaf, row, first + left, start + left, n - left));
}

TFL_INLINE S NAME(tree_sum)(const tfl_order *order, NAME(leaf) leaf, const void *row, int64_t first,
                            int64_t start, int64_t n) {
#ifdef SCALAR_SUMS
    if (order->summation != TFL_SUM_PACKETS)
        return s_round(NAME(scalar_tree_sum)(order, leaf, row, start, n));
#endif
    return NAME(packed_tree_sum)(order, leaf, row, first, start, n);
}
