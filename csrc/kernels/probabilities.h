/* SPDX-License-Identifier: Apache-2.0
 * The operations Softmax and LogSoftmax as Eigen computes them, of rows x of `classes` elements;
 * m = max(x), d = x - m
 *
 *   log_probabilities = d - log(sum(exp(d)))
 *   probabilities     = e * (1 / sum(e)) with e = exp(d)
 *
 * Source: tensorflow/core/kernels/softmax_op_functor.h, SoftmaxEigenImpl (2.21.0). The logarithm and
 * the reciprocal follow the flat rule over the rows. Within a sum, exp follows the order of reduce.h;
 * where it is written down first, it goes tile by tile. */

/* Elements of the array, [begin, end), of which the first and last may be left over from packets. */
typedef struct NAME(run) {
    int64_t begin, packets_begin, packets_end, end;
} NAME(run);

/* The run of a tile that begins with element i, up to `end` at most. */
TFL_INLINE NAME(run) NAME(run_from)(const tfl_call *call, int64_t i, int64_t end) {
    if (EXP_TILE(call) == 0)
        return (NAME(run)){i, end, end, end};
    NAME(tile) tile = NAME(tile_of)(call, EXP_TILE(call), i);
    int64_t first = tile.begin;
    if (OF_ORDER(ORDER_OF(call), aligned_packets, 0)) {
        /* Packets begin where the result is aligned to them. */
        first = (first + PACKET - 1) / PACKET * PACKET;
        first = first < tile.end ? first : tile.end;
    }
    int64_t last = tile.end - (tile.end - first) % PACKET;
    end = end < tile.end ? end : tile.end;
    first = first < i ? i : first > end ? end : first;
    return (NAME(run)){i, first, last < first ? first : last > end ? end : last, end};
}

/* exp(x - m) of elements [i, end) of a row, into its result. */
TFL_INLINE void NAME(write_exps)(const NAME(row) *row, int64_t i, int64_t end, tfl_path path) {
    enum { STEP = F32_UNROLL * LANES };
    for (; path == TFL_PACKET_PATH && i + STEP <= end; i += STEP) {
        V e[F32_UNROLL];
        TFL_EACH(k, F32_UNROLL)
        e[k] = NAME(shifted)(row, i + k * LANES, LANES);
        NAME(exp_all)(row->call, e, F32_UNROLL, TFL_PACKET_PATH, 0);
        TFL_EACH(k, F32_UNROLL)
        NAME(store)(row->call, row->logits_gradient, i + k * LANES, LANES, e[k]);
    }
    for (int64_t n; i < end; i += n) {
        n = end - i < LANES ? end - i : LANES;
        V e = v_exp(row->call, NAME(shifted)(row, i, n), path);
        NAME(store)(row->call, row->logits_gradient, i, n, e);
    }
}

/* What is in the result already. */
TFL_INLINE V NAME(written)(const void *context, int64_t i, int64_t n, tfl_path path) {
    (void)path;
    const NAME(row) *row = (const NAME(row) *)context;
    return NAME(load)(row->call, row->logits_gradient, i, n);
}

static S NAME(written_leaf)(const tfl_order *order, const void *row, int64_t start, int64_t n) {
    return NAME(leaf_sum)(order, NAME(written), NULL, row, start, n);
}

/* Row b of the call, to be written to `out`. */
TFL_INLINE NAME(row) NAME(operation_row)(const tfl_call *call, int64_t b) {
    const MEM *x = (const MEM *)call->logits + b * call->classes;
    return (NAME(row)){.call = call,
                       .x = x,
                       .x_ahead = x,
                       .logits_gradient = (MEM *)call->out + b * call->classes};
}

/* The exponentials of row b, and their sum. */
static inline S NAME(row_exps)(const tfl_call *call, int64_t b) {
    int64_t classes = call->classes, begin = b * classes, end = begin + classes;
    NAME(row) row = NAME(operation_row)(call, b);
    row.max = v_set1(NAME(row_range)(call, row.x, classes).max);
    for (int64_t i = begin; i < end;) {
        NAME(run) run = NAME(run_from)(call, i, end);
        NAME(write_exps)(&row, i - begin, run.packets_begin - begin, TFL_LIBM_PATH);
        NAME(write_exps)(&row, run.packets_begin - begin, run.packets_end - begin, TFL_PACKET_PATH);
        NAME(write_exps)(&row, run.packets_end - begin, run.end - begin, TFL_LIBM_PATH);
        i = run.end;
    }
    return NAME(tree_sum)(ORDER_OF(call), NAME(written_leaf), &row, begin, 0, classes);
}

/* 1/s of n rows from row `first` on. */
TFL_INLINE void NAME(reciprocals)(const tfl_call *call, S *sums, int64_t first, int64_t n) {
#ifdef SCALAR_SUMS
    if (ORDER_OF(call)->summation == TFL_SUM_WIDE) {
        for (int64_t i = 0; i < n; i++)
            sums[i] = s_flush(1 / sums[i]); /* not rounded to the type */
        return;
    }
#endif
    int64_t packed = call->rows - call->rows % PACKET - first;
    for (int64_t i = 0, k; i < n; i += k) {
        int64_t left = (i < packed && packed < n ? packed : n) - i;
        tfl_path path = i < packed ? TFL_PACKET_PATH : TFL_LIBM_PATH;
        S lanes[LANES];
        k = left < LANES ? left : LANES;
        for (int64_t lane = 0; lane < LANES; lane++)
            lanes[lane] = lane < k ? sums[i + lane] : 1;
        v_lane_store(lanes, v_recip(call, v_lane_load(lanes), path));
        memcpy(sums + i, lanes, (size_t)k * sizeof *sums);
    }
}

TFL_INLINE void NAME(multiply_row)(const tfl_call *call, int64_t b, S factor) {
    MEM *out = (MEM *)call->out + b * call->classes;
    V f = v_set1(factor);
    for (int64_t i = 0, n; i < call->classes; i += n) {
        n = call->classes - i < LANES ? call->classes - i : LANES;
        NAME(store)(call, out, i, n, v_mul(NAME(load)(call, out, i, n), f));
    }
}

static tfl_status NAME(probabilities)(const tfl_call *call, int64_t begin, int64_t end) {
    int64_t step = NAME(rows_at_once)(call->classes);
    for (int64_t b = begin, n; b < end; b += n) {
        S sums[NAME(ROWS_AT_ONCE)];
        n = end - b < step ? end - b : step;
        for (int64_t i = 0; i < n; i++)
            sums[i] = NAME(row_exps)(call, b + i);
        NAME(reciprocals)(call, sums, b, n);
        for (int64_t i = 0; i < n; i++)
            NAME(multiply_row)(call, b + i, sums[i]);
    }
    return TFL_OK;
}

TFL_INLINE void NAME(write_logs)(const tfl_call *call, int64_t b, S max, S log_sum) {
    NAME(row) row = NAME(operation_row)(call, b);
    row.max = v_set1(max);
    V subtrahend = v_set1(log_sum);
    for (int64_t i = 0, n; i < call->classes; i += n) {
        n = call->classes - i < LANES ? call->classes - i : LANES;
        V result = v_sub(NAME(shifted)(&row, i, n), subtrahend);
        NAME(store)(call, row.logits_gradient, i, n, result);
    }
}

static tfl_status NAME(log_probabilities)(const tfl_call *call, int64_t begin, int64_t end) {
    int64_t step = NAME(rows_at_once)(call->classes);
    for (int64_t b = begin, n; b < end; b += n) {
        S maxima[NAME(ROWS_AT_ONCE)], sums[NAME(ROWS_AT_ONCE)] = {0}, logs[NAME(ROWS_AT_ONCE)];
        n = end - b < step ? end - b : step;
        for (int64_t i = 0; i < n; i++) {
            NAME(row) row = NAME(operation_row)(call, b + i);
            NAME(row_sum_exp)(&row, b + i, call->classes, &maxima[i], &sums[i]);
        }
        NAME(log_sums)(call, sums, logs, b, n);
        for (int64_t i = 0; i < n; i++)
            NAME(write_logs)(call, b + i, maxima[i], logs[i]);
    }
    return TFL_OK;
}
