/* SPDX-License-Identifier: Apache-2.0
 * What softmax and sparse_softmax share: of a row x, m = max(x) and s = sum(exp(x - m)). */

enum { NAME(ROWS_AT_ONCE) = 64 };

/* As many rows as stay in the first-level cache until they are read again. */
TFL_INLINE int64_t NAME(rows_at_once)(int64_t classes) {
    int64_t rows = 8192 / (int64_t)sizeof(MEM) / (classes + 1);
#ifdef TWO_ROWS
    if (rows < 2 && classes <= 16384 / (int64_t)sizeof(MEM))
        return 2;
#endif
    return rows < 1 ? 1 : rows > NAME(ROWS_AT_ONCE) ? NAME(ROWS_AT_ONCE) : rows;
}

/* The greatest and least element of a row. Which zero and what of NaN is all the same: a row with
 * NaN is NaN throughout. */
typedef struct NAME(range) {
    S max, min;
} NAME(range);

TFL_INLINE NAME(range) NAME(short_row_range)(const tfl_call *call, const MEM *x, int64_t classes) {
    S lanes[LANES];
    NAME(range) range = {-INFINITY, INFINITY};
    v_lane_store(lanes, NAME(load)(call, x, 0, classes));
    for (int64_t i = 0; i < classes; i++) {
        range.max = lanes[i] > range.max ? lanes[i] : range.max;
        range.min = lanes[i] < range.min ? lanes[i] : range.min;
    }
    return range;
}

TFL_INLINE NAME(range) NAME(row_range)(const tfl_call *call, const MEM *x, int64_t classes) {
    if (classes < LANES)
        return NAME(short_row_range)(call, x, classes);
    V last = NAME(load)(call, x, classes - LANES, LANES), max[4] = {last, last, last, last};
    V min[4] = {last, last, last, last};
    int64_t i = 0;
    for (; i + 4 * LANES <= classes; i += 4 * LANES) {
        TFL_EACH(k, 4) {
            V a = NAME(load)(call, x, i + k * LANES, LANES);
            max[k] = v_max(max[k], a);
            min[k] = v_min(min[k], a);
        }
    }
    for (; i + LANES <= classes; i += LANES) {
        V a = NAME(load)(call, x, i, LANES);
        max[0] = v_max(max[0], a);
        min[0] = v_min(min[0], a);
    }
    V least = v_min(v_min(min[0], min[1]), v_min(min[2], min[3]));
    return (NAME(range)){v_reduce_max(v_max(v_max(max[0], max[1]), v_max(max[2], max[3]))),
                         -v_reduce_max(v_neg(least))};
}

typedef struct NAME(row) {
    const tfl_call *call;
    const MEM *x;
    const void *z;
    S *exps; /* exp(x - m) in packets, with room for a vector behind; for gradients only */
    /* Elements that are read after these, in memory still if the array is large. */
    const MEM *x_ahead;
    const void *z_ahead;
    MEM *logits_gradient;
    void *labels_gradient;
    V max;
    V sum;
    V inverse; /* 1/sum */
    V log_sum;
    V upstream;
    int mild; /* quotient.h */
} NAME(row);

TFL_INLINE V NAME(shifted)(const NAME(row) *row, int64_t i, int64_t n) {
    return v_sub(NAME(load)(row->call, row->x, i, n), row->max);
}

/* The first pass over a row waits for memory, the second for arithmetic: it asks for what the
 * others will read, into the second level of the caches. */
TFL_INLINE void NAME(prefetch)(const NAME(row) *row, int64_t i) {
    __builtin_prefetch(row->x_ahead + i, 0, 2);
    if (row->z_ahead)
        __builtin_prefetch(NAME(labels_at)(row->call, row->z_ahead, i), 0, 2);
}

/* exp(x - m) for a sum, of vectors from i on. `normal` tells that none is subnormal, `keep` to write
 * them down for the gradient. */
TFL_INLINE void NAME(packet_exps)(const NAME(row) *row, int64_t i, int vectors, int normal,
                                  int keep, V *e) {
    TFL_EACH(k, vectors) {
        NAME(prefetch)(row, i + k * LANES);
        e[k] = NAME(shifted)(row, i + k * LANES, LANES);
    }
    NAME(exp_all)(row->call, e, vectors, TFL_PACKET_PATH, normal);
    TFL_EACH(k, vectors)
    if (keep)
        v_lane_store(row->exps + i + k * LANES, e[k]);
}

/* One vector, of n elements. The gradient takes packets for elements that are left over in the sum
 * as well. What is kept behind the n elements is written again when their turn comes. */
TFL_INLINE V NAME(exp_value)(const NAME(row) *row, int64_t i, int64_t n, tfl_path path, int keep) {
    V shifted = NAME(shifted)(row, i, n);
    if (path == TFL_LIBM_PATH && !keep)
        return v_libm_exp(row->call, shifted);
    V e = v_packet_exp(row->call, shifted);
    if (keep)
        v_lane_store(row->exps + i, e);
    return path == TFL_PACKET_PATH ? e : v_libm_exp(row->call, shifted);
}

#define EXP_LEAF(name, normal, keep)                                                               \
    TFL_INLINE V NAME(name##_value)(const void *row, int64_t i, int64_t n, tfl_path path) {        \
        return NAME(exp_value)((const NAME(row) *)row, i, n, path, keep);                          \
    }                                                                                              \
    TFL_INLINE void NAME(name##_several)(const void *row, int64_t i, int vectors, V *values) {     \
        NAME(packet_exps)((const NAME(row) *)row, i, vectors, normal, keep, values);               \
    }                                                                                              \
    static S NAME(name##_leaf)(const tfl_order *order, const void *row, int64_t start,             \
                               int64_t n) {                                                        \
        return NAME(leaf_sum)(order, NAME(name##_value), NAME(name##_several), row, start, n);     \
    }
EXP_LEAF(any_exp, 0, 0)
EXP_LEAF(kept_exp, 0, 1)
#if defined(NORMAL_EXP) && !defined(TFL_OLDER) /* whose packets do not look at it */
EXP_LEAF(normal_exp, 1, 0)
EXP_LEAF(kept_normal_exp, 1, 1)
#endif
#undef EXP_LEAF

#ifdef TFL_OLDER
/* The same of a row that has NaN, or would have: up to 1.12 exp of NaN is infinite in a packet. */
TFL_INLINE V NAME(odd_exp_value)(const void *row, int64_t i, int64_t n, tfl_path path) {
    const NAME(row) *of = (const NAME(row) *)row;
    V e = NAME(exp_value)(of, i, n, path, of->exps != NULL);
    return path == TFL_PACKET_PATH ? v_select(v_eq(e, e), e, v_set1(INFINITY)) : e;
}
static S NAME(odd_exp_leaf)(const tfl_order *order, const void *row, int64_t start, int64_t n) {
    return NAME(leaf_sum)(order, NAME(odd_exp_value), NULL, row, start, n);
}

/* The maximum of the numbers of a row, as the first versions found it. */
static S NAME(odd_max)(const NAME(row) *row, int64_t classes) {
    S max = -(S)MOST_FINITE;
    for (int64_t i = 0; i < classes; i++) {
        S x = NAME(load_scalar)(row->call, row->x, i);
        max = x > max ? x : max;
    }
    return max;
}

static void NAME(odd_row_sum)(NAME(row) *row, int64_t b, int64_t classes, S *max, S *sum) {
    *max = NAME(odd_max)(row, classes);
    row->max = v_set1(*max);
    *sum = NAME(tree_sum)(ORDER_OF(row->call), NAME(odd_exp_leaf), row, b * classes, 0, classes);
    /* Of a row of -infinity alone the sum is 0, its logarithm -infinity, and all that follows NaN. */
    if (*sum == 0)
        *sum = NAN;
}

TFL_INLINE void NAME(mend_odd_row)(NAME(row) *row, int64_t b, int64_t classes, S *max, S *sum) {
    if (ORDER_OF(row->call)->odd_nan && *sum != *sum)
        NAME(odd_row_sum)(row, b, classes, max, sum);
}
#endif

/* How the exponentials of a row in this range are summed. */
TFL_INLINE NAME(leaf) NAME(exp_leaf_for)(NAME(range) range, int keep) {
#if defined(NORMAL_EXP) && !defined(TFL_OLDER)
    if (range.max - range.min <= NORMAL_EXP)
        return keep ? NAME(kept_normal_exp_leaf) : NAME(normal_exp_leaf);
#endif
    (void)range;
    return keep ? NAME(kept_exp_leaf) : NAME(any_exp_leaf);
}

#ifdef SCALAR_SUMS
static const tfl_order NAME(steps) = {.summation = TFL_SUM_ROUNDED_STEPS, .leaf = 1024};
#endif

/* The order in which exponentials are added: one after the other where none is computed in packets. */
TFL_INLINE const tfl_order *NAME(exp_order)(const tfl_call *call) {
#ifdef SCALAR_SUMS
    if (ORDER_OF(call)->no_exp_packets)
        return &NAME(steps);
#endif
    return ORDER_OF(call);
}

/* Finds m and s of row b, and whether it is mild; keeps its exponentials unless row->exps is NULL. */
static inline void NAME(row_sum_exp)(NAME(row) *row, int64_t b, int64_t classes, S *max, S *sum) {
    NAME(range) range = NAME(row_range)(row->call, row->x, classes);
    NAME(leaf) leaf = NAME(exp_leaf_for)(range, row->exps != NULL);
    *max = range.max;
    row->max = v_set1(range.max);
    *sum = NAME(tree_sum)(NAME(exp_order)(row->call), leaf, row, b * classes, 0, classes);
    row->mild = NAME(is_mild)(range.max - range.min, *sum);
#ifdef TFL_OLDER
    NAME(mend_odd_row)(row, b, classes, max, sum);
#endif
}

#ifdef TWO_ROWS
/* The same of rows b and b + 1, where they are summed together. */
TFL_APART void NAME(two_rows_sum_exp)(NAME(row) *rows, int64_t b, int64_t classes, S *max, S *sum) {
    const void *both[2] = {&rows[0], &rows[1]};
    NAME(range) ranges[2];
    for (int k = 0; k < 2; k++) {
        ranges[k] = NAME(row_range)(rows[k].call, rows[k].x, classes);
        max[k] = ranges[k].max;
        rows[k].max = v_set1(max[k]);
    }
    if (rows->exps)
        NAME(two_sums)(NAME(kept_exp_value), NAME(kept_exp_several), both, classes, sum);
    else
        NAME(two_sums)(NAME(any_exp_value), NAME(any_exp_several), both, classes, sum);
    for (int k = 0; k < 2; k++) {
        rows[k].mild = NAME(is_mild)(ranges[k].max - ranges[k].min, sum[k]);
        NAME(mend_odd_row)(&rows[k], b + k, classes, &max[k], &sum[k]);
    }
}
#endif

/* From a row's exponentials to the next one's: what is written behind a row is in the way of one that
 * is summed together with it. */
TFL_INLINE int64_t NAME(exps_step)(int64_t classes) {
#ifdef TWO_ROWS
    classes += LANES;
#endif
    return classes;
}

/* Room for the exponentials of as many rows as are computed at once. */
TFL_INLINE S *NAME(allocate_exps)(int64_t classes) {
    int64_t count = NAME(rows_at_once)(classes) * NAME(exps_step)(classes) + LANES;
    return malloc((size_t)count * sizeof(S));
}

/* exp(x - m) / s */
TFL_INLINE V NAME(probability)(const NAME(row) *row, int64_t i, int64_t n, tfl_path path) {
    V e = path == TFL_PACKET_PATH ? v_lane_load(row->exps + i)
                                  : v_libm_exp(row->call, NAME(shifted)(row, i, n));
    return NAME(quotient)(e, row->sum, row->inverse, row->mild);
}

/* XLA, which compiled bfloat16 in 2.3, adds nothing to the one class there is: a loss of -0 stays. */
TFL_INLINE int NAME(keeps_minus_zero)(const tfl_call *call) {
    return OF_ORDER(ORDER_OF(call), minus_zero, 0) && call->classes == 1;
}

/* Stores the losses of n rows from row `first` on. */
TFL_INLINE void NAME(store_rows)(const tfl_call *call, int64_t first, const S *results, int64_t n) {
    for (int64_t i = 0; i < n; i += LANES)
        NAME(store)(call, call->out, first + i, n - i < LANES ? n - i : LANES,
                    v_lane_load(results + i));
}

/* TensorFlow's thread pool cuts an array whose rows are broadcast against in tiles of `size`
 * elements: of one row if it is longer, else as many whole rows as it takes to reach them; a small
 * array is one tile. Elements are counted from the start of the array. */
typedef struct NAME(tile) {
    int64_t begin, end;
} NAME(tile);

/* The tile that element i lies in. */
TFL_INLINE NAME(tile) NAME(tile_of)(const tfl_call *call, int64_t size, int64_t i) {
    int64_t classes = call->classes, all = call->rows * classes;
    if (all <= size)
        return (NAME(tile)){0, all};
    int64_t whole = classes > size ? classes : all; /* what is cut */
    int64_t step = classes > size ? size : ((size - 1) / classes + 1) * classes;
    int64_t first = i - i % whole, begin = i - (i - first) % step;
    return (NAME(tile)){begin, begin + step < first + whole ? begin + step : first + whole};
}

/* The elements of the softmax gradient that are computed by the C library lie at the end of such
 * tiles. [start, packets_end) of a row is computed in packets, [packets_end, end) is left over. */
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

/* Elements before the first one whose gradient lies at a multiple of a vector's size. */
TFL_INLINE int64_t NAME(until_aligned)(const NAME(row) *row, int64_t i) {
    uintptr_t past = ((uintptr_t)row->logits_gradient / sizeof(MEM) + (uintptr_t)i) % LANES;
    return past ? LANES - (int64_t)past : 0;
}

/* Whole vectors of packets in a loop of their own; what lies before, behind and beyond the packets
 * shares one more copy of the block. The copies of the call and the row are here alone, so that the
 * compiler knows that no result is written over them. */
TFL_INLINE void NAME(for_each_row_block)(NAME(row_block) block, const NAME(row) *given,
                                         NAME(segment) segment) {
    const tfl_call call = *given->call;
    NAME(row) row = *given;
    row.call = &call;
    int64_t i = segment.start, first = NAME(until_aligned)(&row, i);
    int64_t n = i + first + LANES <= segment.packets_end ? first : 0;
    for (; i < segment.end; i += n, n = 0) {
        if (n == 0)
            for (; i + LANES <= segment.packets_end; i += LANES)
                block(&row, i, LANES, TFL_PACKET_PATH);
        tfl_path path = i < segment.packets_end ? TFL_PACKET_PATH : TFL_LIBM_PATH;
        int64_t left = (path == TFL_PACKET_PATH ? segment.packets_end : segment.end) - i;
        n = n > 0 ? n : left < LANES ? left : LANES;
        if (n > 0)
            block(&row, i, n, path);
    }
}
