/* SPDX-License-Identifier: Apache-2.0
 * Rows of few classes: LANES rows at once, one in each lane. Vectors then hold one class of each
 * row, and everything that reduce.h does across a row is done between vectors, in the same order. */

enum {
    NAME(LANE_CLASSES) = 64, /* longer rows fill vectors by themselves */
    NAME(LANE_GROUPS) = 8,
};

/* Several groups of LANES rows are taken through each step together, as many as there is room for:
 * the steps of one group wait for each other, those of different groups do not. */
TFL_INLINE int64_t NAME(lane_groups)(const tfl_call *call) {
    int64_t room = NAME(LANE_CLASSES) / call->classes;
    return room < NAME(LANE_GROUPS) ? room : NAME(LANE_GROUPS);
}

/* Of the rows from `begin` on, those up to which whole groups of LANES rows go, where all rows have
 * their logarithm computed in packets. */
TFL_INLINE int64_t NAME(lanes_end)(const tfl_call *call, int64_t begin, int64_t end) {
    int64_t packed = call->rows - call->rows % PACKET, stop = end < packed ? end : packed;
    int fits = call->layout == NULL && call->classes > 0;
    fits = fits && call->classes <= NAME(LANE_CLASSES);
    return fits && stop > begin ? begin + (stop - begin) / LANES * LANES : begin;
}

/* For each row the sum of its values, in the order of leaf_sum (no such row has two leaves). */
TFL_INLINE V NAME(lane_sum)(const V *values, int64_t classes) {
    int64_t blocks = classes / (4 * PACKET) * (4 * PACKET), whole = classes / PACKET * PACKET;
    V packet[PACKET], rest = v_set1(0);
    for (int64_t i = whole; i < classes; i++)
        rest = v_add(rest, values[i]);
    if (whole == 0)
        return rest; /* which is never -0, so that adding 0 changes nothing */
    for (int l = 0; l < PACKET; l++) {
        V zero = v_set1(0), sides[4] = {zero, zero, zero, zero};
        for (int64_t i = 0; i < blocks; i += 4 * PACKET)
            for (int k = 0; k < 4; k++)
                sides[k] = v_add(sides[k], values[i + k * PACKET + l]);
        packet[l] = sides[0];
        for (int k = 1; k < 4 && blocks; k++)
            packet[l] = v_add(packet[l], sides[k]);
        for (int64_t i = blocks; i < whole; i += PACKET)
            packet[l] = v_add(packet[l], values[i + l]);
    }
    return v_add(rest, NAME(lane_fold)(packet));
}

/* Groups of LANES rows: the logits less their maximum, class by class, and the sum of their
 * exponentials. Group j has the values from j*classes on. */
typedef struct NAME(lane_rows) {
    int64_t classes;
    int64_t groups;
    V shifted[NAME(LANE_CLASSES)];
    V values[NAME(LANE_CLASSES)];
    V max[NAME(LANE_GROUPS)];
    V sum[NAME(LANE_GROUPS)];
    V log_sum[NAME(LANE_GROUPS)];
} NAME(lane_rows);

TFL_INLINE void NAME(lane_shift)(const MEM *x, int64_t classes, V *shifted, V *max) {
    *max = v_gather(x, classes);
    for (int64_t i = 0; i < classes; i++) {
        shifted[i] = v_gather(x + i, classes);
        *max = v_max(*max, shifted[i]);
    }
    for (int64_t i = 0; i < classes; i++)
        shifted[i] = v_sub(shifted[i], *max);
}

TFL_INLINE void NAME(lane_sum_exp)(const tfl_call *call, int64_t b, int64_t groups,
                                   NAME(lane_rows) *rows) {
    int64_t classes = call->classes, whole = classes / PACKET * PACKET;
    const MEM *x = (const MEM *)call->logits + b * classes;
    rows->classes = classes;
    rows->groups = groups;
    for (int64_t j = 0; j < groups; j++)
        NAME(lane_shift)(x + j * LANES * classes, classes, rows->shifted + j * classes,
                         &rows->max[j]);
    for (int64_t j = 0; j < groups * classes; j += classes)
        for (int64_t i = j; i < j + whole; i++)
            rows->values[i] = v_packet_exp(rows->shifted[i]);
    for (int64_t j = whole; j < groups * classes; j += classes)
        for (int64_t i = j; i < j + classes - whole; i++)
            rows->values[i] = v_libm_exp(rows->shifted[i]);
    for (int64_t j = 0; j < groups; j++)
        rows->sum[j] = NAME(lane_sum)(rows->values + j * classes, classes);
}

/* exp(x - m) / s of class i of group j: in packets, also where the sum takes the C library's. */
TFL_INLINE V NAME(lane_probability)(const NAME(lane_rows) *rows, int64_t j, int64_t i) {
    int64_t whole = rows->classes / PACKET * PACKET, at = j * rows->classes + i;
    V e = i < whole ? rows->values[at] : v_packet_exp(rows->shifted[at]);
    return v_div(e, rows->sum[j]);
}

/* Computes `groups` groups of LANES rows from row b on. */
typedef tfl_status (*NAME(lane_work))(const tfl_call *call, int64_t b, int64_t groups);

/* Rows [*begin, end) as far as whole groups go; *begin is moved there. */
TFL_INLINE tfl_status NAME(for_each_group)(const tfl_call *call, int64_t *begin, int64_t end,
                                           NAME(lane_work) work) {
    int64_t stop = NAME(lanes_end)(call, *begin, end);
    while (*begin < stop) {
        int64_t left = (stop - *begin) / LANES, most = NAME(lane_groups)(call);
        int64_t groups = left < most ? left : most;
        tfl_status status = work(call, *begin, groups);
        if (status != TFL_OK)
            return status;
        *begin += groups * LANES;
    }
    return TFL_OK;
}
