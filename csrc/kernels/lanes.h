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

#ifdef TFL_OLDER
/* Whether no row has NaN or an infinity: of such a row, where NaN is odd, the sum is computed twice. */
TFL_INLINE int NAME(all_finite)(const tfl_call *call, int64_t begin, int64_t end) {
    int64_t i = begin * call->classes, stop = end * call->classes;
    V zero = v_set1(0), sum = zero;
    for (int64_t n; i < stop; i += n) {
        n = stop - i < LANES ? stop - i : LANES;
        sum = v_add(sum, v_mul(NAME(load)(call, call->logits, i, n), zero));
    }
    S lanes[LANES];
    v_lane_store(lanes, sum);
    for (int k = 0; k < LANES; k++)
        if (lanes[k] != 0)
            return 0;
    return 1;
}
#endif

/* Of the rows from `begin` on, those up to which whole groups of LANES rows go, where all rows have
 * their logarithm computed in packets. */
TFL_INLINE int64_t NAME(lanes_end)(const tfl_call *call, int64_t begin, int64_t end) {
    int64_t packed = call->rows - call->rows % PACKET, stop = end < packed ? end : packed;
    int fits = call->layout == NULL && call->classes > 0;
    fits = fits && call->classes <= NAME(LANE_CLASSES);
#ifdef TFL_OLDER
    fits = fits && !cuts(call); /* which is not done to columns */
    fits = fits && !ORDER_OF(call)->no_exp_packets;
    if (fits && ORDER_OF(call)->odd_nan)
        fits = NAME(all_finite)(call, begin, stop);
#endif
    return fits && stop > begin ? begin + (stop - begin) / LANES * LANES : begin;
}

/* Where a call keeps its vectors, which are too many for the stack of a small thread. */
typedef struct NAME(lane_space) {
    V *logits;  /* of several groups: group j has the columns from j*classes on */
    V *exps;    /* the same: exp(x - m) as packets have it */
    V *columns; /* of one group: its labels, later its gradients */
    S *room;    /* columns.h */
} NAME(lane_space);

/* Groups of LANES rows, class by class. */
typedef struct NAME(lane_rows) {
    const tfl_call *call;
    NAME(lane_space) space;
    int64_t classes;
    /* The rows of the next step. They are read in an order that no processor foresees. */
    const MEM *logits_ahead;
    const MEM *labels_ahead;
    V max[NAME(LANE_GROUPS)];
    V sum[NAME(LANE_GROUPS)];
    V log_sum[NAME(LANE_GROUPS)];
} NAME(lane_rows);

/* Group j of them, and what belongs to it. */
typedef struct NAME(lane_group) {
    NAME(lane_rows) *rows;
    int64_t j;
} NAME(lane_group);

TFL_INLINE V NAME(lane_shifted)(const NAME(lane_group) *group, int64_t i) {
    const NAME(lane_rows) *rows = group->rows;
    return v_sub(rows->space.logits[group->j * rows->classes + i], rows->max[group->j]);
}

/* As many elements as class i of a group fills a vector with, of the rows ahead, into the second
 * level of the caches. (Of labels that are wider than the logits, half: their own step would be asked
 * for at every class, and costs more than it gains.) */
TFL_INLINE void NAME(ask_for_logits)(const NAME(lane_group) *group, int64_t i) {
    const NAME(lane_rows) *rows = group->rows;
    __builtin_prefetch(rows->logits_ahead + (group->j * rows->classes + i) * LANES, 0, 2);
}
TFL_INLINE void NAME(ask_for_labels)(const NAME(lane_group) *group, int64_t i) {
    const NAME(lane_rows) *rows = group->rows;
    __builtin_prefetch(rows->labels_ahead + (group->j * rows->classes + i) * LANES, 0, 2);
}

/* The same of a gradient that will be written: to own a line takes as long as to read it. `rows_at` are
 * those that are written now, LANES of them from row b on. */
TFL_INLINE void NAME(ask_for_gradient)(const tfl_call *call, const MEM *rows_at, int64_t b,
                                       int64_t i) {
    if (b + 2 * LANES <= call->rows)
        __builtin_prefetch(rows_at + (call->classes + i) * LANES, 1, 2);
}

/* What is summed: a value for class i of each row of a group, exp as `path` says. */
typedef V (*NAME(lane_value))(const NAME(lane_group) *group, int64_t i, tfl_path path);

/* They have been computed, all together. */
TFL_INLINE V NAME(lane_exp)(const NAME(lane_group) *group, int64_t i, tfl_path path) {
    NAME(ask_for_logits)(group, i);
    const NAME(lane_space) *space = &group->rows->space;
    return path == TFL_PACKET_PATH ? space->exps[group->j * group->rows->classes + i]
                                   : space->columns[i];
}

/* The C library's, of the classes from `first` on. */
TFL_INLINE void NAME(lane_libm_exps)(const NAME(lane_group) *group, int64_t first, V *exps) {
    int64_t classes = group->rows->classes;
    for (int64_t i = first; i < classes; i++)
        exps[i] = NAME(lane_shifted)(group, i);
    if (first < classes)
        v_libm_exp_each(group->rows->call, exps + first, (int)(classes - first));
}

/* exp(x - m) of packets, of the first `count` classes. */
TFL_INLINE void NAME(lane_packet_exps)(const NAME(lane_group) *group, int64_t count, V *exps) {
#ifdef TFL_OLDER
    for (int64_t i = 0; i < count; i++)
        exps[i] = NAME(lane_shifted)(group, i);
    v_packet_exp_each(group->rows->call, exps, (int)count, 0);
#else
    int64_t i = 0;
    for (; i + COLUMNS_UNROLL <= count; i += COLUMNS_UNROLL) {
        V e[COLUMNS_UNROLL]; /* in registers */
        TFL_EACH(k, COLUMNS_UNROLL)
        e[k] = NAME(lane_shifted)(group, i + k);
        v_packet_exp_each(group->rows->call, e, COLUMNS_UNROLL, 0);
        TFL_EACH(k, COLUMNS_UNROLL)
        exps[i + k] = e[k];
    }
    for (; i < count; i++)
        exps[i] = v_packet_exp(group->rows->call, NAME(lane_shifted)(group, i));
#endif
}

/* Those of packets, of the first `count` classes, and the C library's, of those that fill none: in
 * the place of the labels, which are read later. */
TFL_INLINE void NAME(lane_exps)(const NAME(lane_group) *group, int64_t count, int64_t packed) {
    NAME(lane_space) *space = &group->rows->space;
    NAME(lane_packet_exps)(group, count, space->exps + group->j * group->rows->classes);
    NAME(lane_libm_exps)(group, packed, space->columns);
}

/* The classes that fill packets. */
TFL_INLINE int64_t NAME(packed_classes)(const tfl_call *call) {
#ifdef SCALAR_SUMS
    if (ORDER_OF(call)->summation != TFL_SUM_PACKETS)
        return 0;
#endif
    return call->classes / PACKET * PACKET;
}

/* Of each packet the element l: those of classes from i up to `end`, in turn. */
TFL_INLINE V NAME(lane_in_line)(NAME(lane_value) value, const NAME(lane_group) *group, V sum,
                                int64_t i, int64_t end) {
    for (; i < end; i += PACKET)
        sum = v_add(sum, value(group, i, TFL_PACKET_PATH));
    return sum;
}

/* The same, so many packets side by side, of the classes from i on that fill blocks of them. */
TFL_INLINE V NAME(lane_sides)(NAME(lane_value) value, const NAME(lane_group) *group, int count,
                              int64_t i, int64_t end, V *sides) {
    TFL_EACH(k, count)
    sides[k] = v_set1(0);
    for (; i < end; i += count * PACKET) {
        TFL_EACH(k, count)
        sides[k] = v_add(sides[k], value(group, i + k * PACKET, TFL_PACKET_PATH));
    }
    return sides[0];
}

/* Element l of the sum of the packets, of which there are some. */
TFL_INLINE V NAME(lane_packets)(const tfl_order *order, NAME(lane_value) value,
                                const NAME(lane_group) *group, int l, int64_t whole) {
    V sides[NAME(SIDES)];
#ifdef TFL_OLDER
    int64_t pairs = whole / (2 * PACKET) * (2 * PACKET);
    if (order->sides == 1)
        return NAME(lane_in_line)(value, group, v_set1(0), l, whole);
    if (order->sides == 2) {
        V sum = NAME(lane_sides)(value, group, 2, l, pairs, sides);
        return v_add(NAME(lane_in_line)(value, group, sum, pairs + l, whole), sides[1]);
    }
#endif
    (void)order;
    int64_t blocks = whole / (NAME(SIDES) *PACKET) * (NAME(SIDES) *PACKET);
    V sum = v_set1(0);
    if (blocks > 0) {
        sum = NAME(lane_sides)(value, group, NAME(SIDES), l, blocks, sides);
        for (int k = 1; k < NAME(SIDES); k++)
            sum = v_add(sum, sides[k]);
    }
    return NAME(lane_in_line)(value, group, sum, blocks + l, whole);
}

/* The sum of the values of classes from `whole` on, one after the other. */
TFL_INLINE V NAME(lane_rest)(NAME(lane_value) value, const NAME(lane_group) *group, int64_t whole) {
    int64_t classes = group->rows->classes;
    V rest = v_set1(0);
#ifdef SCALAR_SUMS
    if (ORDER_OF(group->rows->call)->summation == TFL_SUM_WIDE) {
        for (int64_t i = whole; i < classes; i++)
            rest = v_wide_add(rest, value(group, i, TFL_LIBM_PATH));
        return v_add(rest, v_set1(0)); /* which is never -0, so that adding 0 changes nothing */
    }
#endif
    for (int64_t i = whole; i < classes; i++)
        rest = v_add(rest, value(group, i, TFL_LIBM_PATH));
    return rest;
}

/* For each row the sum of its values, in the order of leaf_sum (no such row has two leaves). */
TFL_INLINE V NAME(lane_sum)(NAME(lane_value) value, const NAME(lane_group) *group) {
    const tfl_call *call = group->rows->call;
    int64_t whole = NAME(packed_classes)(call);
    V packet[PACKET], rest = NAME(lane_rest)(value, group, whole);
    if (whole == 0)
        return rest; /* no sum is -0, so that adding 0 changes nothing */
    for (int l = 0; l < PACKET; l++)
        packet[l] = NAME(lane_packets)(ORDER_OF(call), value, group, l, whole);
    return v_add(rest, NAME(lane_fold)(packet));
}

/* Reads `groups` groups from row b on: their logits and maxima. */
TFL_INLINE void NAME(lane_maxima)(const tfl_call *call, int64_t b, int64_t groups,
                                  NAME(lane_rows) *rows) {
    int64_t classes = call->classes;
    const MEM *x = (const MEM *)call->logits + b * classes;
    int64_t size = groups * LANES * classes, more = b + 2 * groups * LANES <= call->rows;
    rows->call = call;
    rows->classes = classes;
    rows->logits_ahead = more ? x + size : x;
    for (int64_t j = 0; j < groups; j++) {
        V *logits = rows->space.logits + j * classes;
        NAME(load_columns)(LOGITS_DTYPE(call), x + j * LANES * classes, classes, rows->space.room,
                           logits);
        V max = logits[0];
        for (int64_t i = 1; i < classes; i++)
            max = v_max(max, logits[i]);
        rows->max[j] = max;
    }
}

/* The same, and their sums of exponentials. */
TFL_INLINE void NAME(lane_sum_exp)(const tfl_call *call, int64_t b, int64_t groups,
                                   NAME(lane_rows) *rows, int keep) {
    NAME(lane_maxima)(call, b, groups, rows);
    for (int64_t j = 0; j < groups; j++) {
        NAME(lane_group) group = {rows, j};
        int64_t packed = NAME(packed_classes)(call);
        NAME(lane_exps)(&group, keep ? call->classes : packed, packed);
        rows->sum[j] = NAME(lane_sum)(NAME(lane_exp), &group);
    }
}

/* exp(x - m) / s of class i: in packets, also where the sum takes the C library's. */
TFL_INLINE V NAME(lane_probability)(const NAME(lane_group) *group, int64_t i) {
    const NAME(lane_rows) *rows = group->rows;
    return v_div(rows->space.exps[group->j * rows->classes + i], rows->sum[group->j]);
}

/* Computes `groups` groups of LANES rows from row b on. */
typedef tfl_status (*NAME(lane_work))(const tfl_call *call, int64_t b, int64_t groups,
                                      const NAME(lane_space) *space);

/* Vectors for the columns of some groups: the last class may be loaded in a step that goes beyond. */
TFL_INLINE int64_t NAME(columns_of)(const tfl_call *call, int64_t groups) {
    return groups * call->classes + NAME(COLUMN_STEP);
}

/* How many vectors the space for some groups has, and its parts if `first` is not NULL. */
TFL_INLINE int64_t NAME(divide_space)(const tfl_call *call, int64_t groups, V *first,
                                      NAME(lane_space) *space) {
    int64_t all = NAME(columns_of)(call, groups), one = NAME(columns_of)(call, 1);
    int64_t columns = 2 * all, vectors = columns + one;
    if (first)
        *space = (NAME(lane_space)){.logits = first,
                                    .exps = first + all,
                                    .columns = first + columns,
                                    .room = (S *)(first + vectors)};
    return NAME(needs_room)(call->classes) ? vectors + one : vectors;
}

/* Small calls, which would feel it, need not ask for memory: so many vectors are on the stack. */
enum { NAME(NEAR_VECTORS) = 6144 / (LANES * (int)sizeof(S)) };

/* Rows [*begin, end) as far as whole groups go; *begin is moved there. */
TFL_INLINE tfl_status NAME(for_each_group)(const tfl_call *call, int64_t *begin, int64_t end,
                                           NAME(lane_work) work) {
    int64_t stop = NAME(lanes_end)(call, *begin, end);
    if (stop == *begin)
        return TFL_OK;
    int64_t most = NAME(lane_groups)(call), all = (stop - *begin) / LANES;
    most = all < most ? all : most;
    int64_t vectors = NAME(divide_space)(call, most, NULL, NULL);
    V near[NAME(NEAR_VECTORS)];
    int fits = vectors <= NAME(NEAR_VECTORS);
    void *far = fits ? NULL : malloc((size_t)(vectors + 1) * sizeof(V));
    if (!fits && !far)
        return TFL_NO_MEMORY;
    uintptr_t aligned = ((uintptr_t)far + sizeof(V) - 1) / sizeof(V) * sizeof(V);
    NAME(lane_space) space;
    NAME(divide_space)(call, most, fits ? near : (V *)aligned, &space);
    tfl_status status = TFL_OK;
    for (int64_t groups; *begin < stop && status == TFL_OK; *begin += groups * LANES) {
        int64_t left = (stop - *begin) / LANES;
        groups = left < most ? left : most;
        status = work(call, *begin, groups, &space);
    }
    free(far);
    return status;
}
