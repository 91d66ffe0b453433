/* SPDX-License-Identifier: Apache-2.0
 * Rows of few classes: LANES rows at once, one in each lane. Vectors then hold one class of each
 * row, and everything that reduce.h does across a row is done between vectors, in the same order. */

enum { NAME(LANE_GROUPS) = 8 };

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

/* Groups of LANES rows, class by class. Group j has the columns from j*classes on. */
typedef struct NAME(lane_rows) {
    int64_t classes;
    int64_t groups;
    /* The rows of the next step. They are read in an order that no processor foresees. */
    const MEM *logits_ahead;
    const LABEL_MEM *labels_ahead;
    V logits[NAME(LANE_CLASSES)];
    V exps[NAME(LANE_CLASSES)]; /* exp(x - m), for gradients only: that of whole packets */
    V max[NAME(LANE_GROUPS)];
    V sum[NAME(LANE_GROUPS)];
    V log_sum[NAME(LANE_GROUPS)];
} NAME(lane_rows);

/* Group j of them, and what belongs to it. */
typedef struct NAME(lane_group) {
    NAME(lane_rows) *rows;
    int64_t j;
    const V *labels; /* where the loss takes dense ones */
} NAME(lane_group);

TFL_INLINE V NAME(lane_shifted)(const NAME(lane_group) *group, int64_t i) {
    const NAME(lane_rows) *rows = group->rows;
    return v_sub(rows->logits[group->j * rows->classes + i], rows->max[group->j]);
}

/* As many elements as class i of a group fills a vector with, of the rows ahead, into the second
 * level of the caches. */
TFL_INLINE void NAME(ask_for_logits)(const NAME(lane_group) *group, int64_t i) {
    const NAME(lane_rows) *rows = group->rows;
    __builtin_prefetch(rows->logits_ahead + (group->j * rows->classes + i) * LANES, 0, 2);
}
TFL_INLINE void NAME(ask_for_labels)(const NAME(lane_group) *group, int64_t i) {
    const NAME(lane_rows) *rows = group->rows;
    __builtin_prefetch(rows->labels_ahead + (group->j * rows->classes + i) * LANES, 0, 2);
}

/* What is summed: a value for class i of each row of a group, exp as `path` says. */
typedef V (*NAME(lane_value))(const NAME(lane_group) *group, int64_t i, tfl_path path);

TFL_INLINE V NAME(lane_exp)(const NAME(lane_group) *group, int64_t i, tfl_path path) {
    NAME(ask_for_logits)(group, i);
    return v_exp(NAME(lane_shifted)(group, i), path);
}

TFL_INLINE V NAME(lane_kept_exp)(const NAME(lane_group) *group, int64_t i, tfl_path path) {
    V e = NAME(lane_exp)(group, i, path);
    group->rows->exps[group->j * group->rows->classes + i] = e;
    return e;
}

/* The classes that fill packets, and how the others are added. */
#ifdef WIDE_SUM
#define PACKED(classes) 0
#define add_rest v_wide_add
#define end_rest(sum) v_add(sum, v_set1(0))
#else
#define PACKED(classes) ((classes) / PACKET * PACKET)
#define add_rest v_add
#define end_rest(sum) (sum)
#endif

/* For each row the sum of its values, in the order of leaf_sum (no such row has two leaves). */
TFL_INLINE V NAME(lane_sum)(NAME(lane_value) value, const NAME(lane_group) *group) {
    int64_t classes = group->rows->classes, whole = PACKED(classes);
    int64_t blocks = classes / (SIDES * PACKET) * (SIDES * PACKET);
    V packet[PACKET], rest = v_set1(0);
    for (int64_t i = whole; i < classes; i++)
        rest = add_rest(rest, value(group, i, TFL_LIBM_PATH));
    if (whole == 0)
        return end_rest(rest); /* which is never -0, so that adding 0 changes nothing */
    for (int l = 0; l < PACKET; l++) {
        V sides[SIDES];
        TFL_EACH(k, SIDES)
        sides[k] = v_set1(0);
        for (int64_t i = 0; i < blocks; i += SIDES * PACKET) {
            TFL_UNROLL
            for (int k = 0; k < SIDES; k++)
                sides[k] = v_add(sides[k], value(group, i + k * PACKET + l, TFL_PACKET_PATH));
        }
        packet[l] = sides[0];
        for (int k = 1; k < SIDES && blocks; k++)
            packet[l] = v_add(packet[l], sides[k]);
        for (int64_t i = blocks; i < whole; i += PACKET)
            packet[l] = v_add(packet[l], value(group, i + l, TFL_PACKET_PATH));
    }
    return v_add(rest, NAME(lane_fold)(packet));
}

/* Reads `groups` groups from row b on: their logits, maxima and sums of exponentials. */
TFL_INLINE void NAME(lane_sum_exp)(const tfl_call *call, int64_t b, int64_t groups,
                                   NAME(lane_rows) *rows, int keep) {
    int64_t classes = call->classes;
    const MEM *x = (const MEM *)call->logits + b * classes;
    int64_t size = groups * LANES * classes, more = b + 2 * groups * LANES <= call->rows;
    rows->classes = classes;
    rows->groups = groups;
    rows->logits_ahead = more ? x + size : x;
    for (int64_t j = 0; j < groups; j++) {
        V *logits = rows->logits + j * classes;
        NAME(load_columns)(x + j * LANES * classes, classes, logits);
        V max = logits[0];
        for (int64_t i = 1; i < classes; i++)
            max = v_max(max, logits[i]);
        rows->max[j] = max;
    }
    for (int64_t j = 0; j < groups; j++) {
        NAME(lane_group) group = {rows, j, NULL};
        rows->sum[j] = keep ? NAME(lane_sum)(NAME(lane_kept_exp), &group)
                            : NAME(lane_sum)(NAME(lane_exp), &group);
    }
}

/* exp(x - m) / s of class i: in packets, also where the sum takes the C library's. */
TFL_INLINE V NAME(lane_probability)(const NAME(lane_group) *group, int64_t i) {
    const NAME(lane_rows) *rows = group->rows;
    int64_t whole = PACKED(rows->classes);
    V e = i < whole ? rows->exps[group->j * rows->classes + i]
                    : v_packet_exp(NAME(lane_shifted)(group, i));
    return v_div(e, rows->sum[group->j]);
}

/* Computes `groups` groups of LANES rows from row b on. */
typedef tfl_status (*NAME(lane_work))(const tfl_call *call, int64_t b, int64_t groups);

/* Rows [*begin, end) as far as whole groups go; *begin is moved there. */
TFL_INLINE tfl_status NAME(for_each_group)(const tfl_call *call, int64_t *begin, int64_t end,
                                           NAME(lane_work) work) {
    int64_t stop = NAME(lanes_end)(call, *begin, end);
    while (*begin < stop) {
        int64_t left = (stop - *begin) / LANES, most = NAME(lane_groups)(call);
        int64_t groups = left < most ? left : most, next = *begin + groups * LANES;
        tfl_status status = work(call, *begin, groups);
        if (status != TFL_OK)
            return status;
        *begin = next;
    }
    return TFL_OK;
}
#undef PACKED
#undef add_rest
#undef end_rest
