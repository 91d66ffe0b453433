/* SPDX-License-Identifier: Apache-2.0
 * Rows of few classes: LANES rows at once, one in each lane. Vectors then hold one class of each
 * row, and everything that reduce.h does across a row is done between vectors, in the same order. */

enum { NAME(LANE_CLASSES) = 4 * PACKET * 2 };

/* Whether rows of this length are worked on in lanes. Longer ones fill vectors by themselves. */
TFL_INLINE int NAME(fits_lanes)(const tfl_call *call) {
    return call->classes > 0 && call->classes <= NAME(LANE_CLASSES) &&!call->layout;
}

/* Of the rows from `begin` on, those up to which whole groups of LANES rows go, where all rows have
 * their logarithm computed in packets. */
TFL_INLINE int64_t NAME(lanes_end)(const tfl_call *call, int64_t begin, int64_t end) {
    int64_t packed = call->rows - call->rows % PACKET, stop = end < packed ? end : packed;
    return NAME(fits_lanes)(call) && stop > begin ? begin + (stop - begin) / LANES * LANES : begin;
}

/* For each row the sum of its values, in the order of leaf_sum (no such row has two leaves). */
TFL_INLINE V NAME(lane_sum)(const V *values, int64_t classes) {
    int64_t blocks = classes / (4 * PACKET) * (4 * PACKET), whole = classes / PACKET * PACKET;
    V packet[PACKET], rest = v_set1(0);
    for (int l = 0; l < PACKET; l++) {
        V sides[4] = {rest, rest, rest, rest};
        for (int64_t i = 0; i < blocks; i += 4 * PACKET)
            for (int k = 0; k < 4; k++)
                sides[k] = v_add(sides[k], values[i + k * PACKET + l]);
        packet[l] = sides[0];
        for (int k = 1; k < 4 && blocks; k++)
            packet[l] = v_add(packet[l], sides[k]);
        for (int64_t i = blocks; i < whole; i += PACKET)
            packet[l] = v_add(packet[l], values[i + l]);
    }
    for (int64_t i = whole; i < classes; i++)
        rest = v_add(rest, values[i]);
    return v_add(rest, NAME(lane_fold)(packet));
}

/* LANES rows: the logits less their maximum, and the sum of their exponentials. */
typedef struct NAME(lane_rows) {
    V shifted[NAME(LANE_CLASSES)];
    V values[NAME(LANE_CLASSES)];
    V max;
    V sum;
} NAME(lane_rows);

TFL_INLINE void NAME(lane_sum_exp)(const tfl_call *call, int64_t b, NAME(lane_rows) *rows) {
    int64_t classes = call->classes, whole = classes / PACKET * PACKET;
    const MEM *x = (const MEM *)call->logits + b * classes;
    V max = v_gather(x, classes);
    for (int64_t i = 0; i < classes; i++) {
        rows->shifted[i] = v_gather(x + i, classes);
        max = v_max(max, rows->shifted[i]);
    }
    for (int64_t i = 0; i < classes; i++)
        rows->shifted[i] = v_sub(rows->shifted[i], max);
    for (int64_t i = 0; i < whole; i++)
        rows->values[i] = v_packet_exp(rows->shifted[i]);
    for (int64_t i = whole; i < classes; i++)
        rows->values[i] = v_libm_exp(rows->shifted[i]);
    rows->max = max;
    rows->sum = NAME(lane_sum)(rows->values, classes);
}

/* exp(x - m) / s of class i: in packets, also where the sum takes the C library's. */
TFL_INLINE V NAME(lane_probability)(const NAME(lane_rows) *rows, int64_t i, int64_t whole) {
    V e = i < whole ? rows->values[i] : v_packet_exp(rows->shifted[i]);
    return v_div(e, rows->sum);
}
