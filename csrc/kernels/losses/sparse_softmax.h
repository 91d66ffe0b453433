/* SPDX-License-Identifier: Apache-2.0
 * sparse_softmax: x logits, one label a row, g upstream; m = max(x), d = x - m, s = sum(exp(d))
 *
 *   loss             = log(s) - d[label]
 *   logits gradient  = g * (exp(d)/s - [class is label])
 *
 * Source: tensorflow/core/kernels/sparse_xent_op.h, SparseXentEigenImpl, and the gradient of the op
 * in tensorflow/python/ops/nn_grad.py (2.21.0). The sum in the order of reduce.h; log is the C
 * library's in every row; exp of the gradient follows the flat rule over the whole array. */

TFL_INLINE V NAME(sparse_loss)(const tfl_call *call, V log_sum, V shifted) {
    V loss = v_sub(log_sum, shifted);
    return NAME(keeps_minus_zero)(call) ? v_neg(loss) : loss;
}

TFL_INLINE void NAME(sparse_softmax_block)(const void *context, int64_t i, int64_t n,
                                           tfl_path path) {
    const NAME(row) *row = (const NAME(row) *)context;
    V probability = NAME(probability)(row, i, n, path);
    V gradient = NAME(times_upstream)(row->call, row->upstream, probability);
    NAME(store_result)(row->call, row->logits_gradient, i, n, gradient);
}

/* Row b's gradient: every class as if it were not the label, then the label. */
static inline void NAME(sparse_softmax_row_gradient)(const tfl_call *call, NAME(row) *row,
                                                     int64_t b, int64_t label) {
    int64_t classes = call->classes, size = call->logits_size;
    NAME(segment) segment = NAME(segment_of)(0, classes, b * classes, size);
    row->upstream = NAME(repeat_upstream)(call, b);
    row->logits_gradient = (MEM *)call->logits_gradient + b * classes;
    NAME(for_each_row_block)(NAME(sparse_softmax_block), row, segment);

    tfl_path path = label < segment.packets_end ? TFL_PACKET_PATH : TFL_LIBM_PATH;
    V backprop = v_sub(NAME(probability)(row, label, 1, path), v_set1(1));
    NAME(store)(call, row->logits_gradient, label, 1, v_mul(row->upstream, backprop));
}

/* Row b, and the one to be read after `ahead` more. */
TFL_INLINE void NAME(sparse_row)(const tfl_call *call, int64_t b, int64_t ahead, S *exps,
                                 NAME(row) *row) {
    const MEM *x = (const MEM *)call->logits + b * call->classes;
    int64_t next = b + ahead < call->rows ? ahead * call->classes : 0;
    *row = (NAME(row)){.call = call, .x = x, .exps = exps, .x_ahead = x + next};
}

/* The maxima and sums of as many rows from row b on, of n, as are summed together, 1 or 2. */
TFL_INLINE int64_t NAME(sparse_sums)(const tfl_call *call, int64_t b, int64_t n, S *exps,
                                     NAME(row) *rows, S *max, S *sums) {
#ifdef TWO_ROWS
    int room = NAME(rows_at_once)(call->classes) >= 2;
    if (n >= 2 && room && NAME(two_at_once)(ORDER_OF(call), call->classes)) {
        S *others = exps ? exps + NAME(exps_step)(call->classes) : NULL;
        NAME(sparse_row)(call, b, 2, exps, &rows[0]);
        NAME(sparse_row)(call, b + 1, 2, others, &rows[1]);
        NAME(two_rows_sum_exp)(rows, b, call->classes, max, sums);
        return 2;
    }
#endif
    (void)n;
    NAME(sparse_row)(call, b, 1, exps, &rows[0]);
    NAME(row_sum_exp)(&rows[0], b, call->classes, max, sums);
    return 1;
}

/* Rows [first, first + n), the logarithms of all together. */
TFL_INLINE tfl_status NAME(sparse_softmax_rows)(const tfl_call *call, int64_t first, int64_t n,
                                                S *exps, int gradient) {
    S sums[NAME(ROWS_AT_ONCE)] = {0}, shifted[NAME(ROWS_AT_ONCE)] = {0};
    for (int64_t i = 0, done; i < n; i += done) {
        NAME(row) rows[2];
        S max[2];
        done = NAME(sparse_sums)(call, first + i, n - i, exps, rows, max, &sums[i]);
        for (int64_t k = 0; k < done; k++) {
            int64_t b = first + i + k, label = tfl_label(call, b);
            if (label < 0 || label >= call->classes)
                return TFL_LABEL_OUT_OF_RANGE;
            shifted[i + k] = s_round(NAME(load_scalar)(call, rows[k].x, label) - max[k]);
            if (exps) {
                rows[k].sum = v_set1(sums[i + k]);
                rows[k].inverse = NAME(inverse)(rows[k].sum);
                NAME(sparse_softmax_row_gradient)(call, &rows[k], b, label);
            }
        }
    }
    for (int64_t i = 0; i < n && (!gradient || call->out); i += LANES) {
        V log_sum = v_libm_log(call, v_lane_load(sums + i));
        V loss = NAME(sparse_loss)(call, log_sum, v_lane_load(shifted + i));
        NAME(store)(call, call->out, first + i, n - i < LANES ? n - i : LANES, loss);
    }
    return TFL_OK;
}

TFL_INLINE tfl_status NAME(sparse_softmax)(const tfl_call *call, int64_t begin, int64_t end,
                                           int gradient) {
    S *exps = NULL;
    if (gradient && call->logits_gradient && begin < end) {
        exps = NAME(allocate_exps)(call->classes);
        if (!exps)
            return TFL_NO_MEMORY;
    }
    tfl_status status = TFL_OK;
    for (int64_t b = begin, n; b < end && status == TFL_OK; b += n) {
        n = end - b < NAME(ROWS_AT_ONCE) ? end - b : NAME(ROWS_AT_ONCE);
        status = NAME(sparse_softmax_rows)(call, b, n, exps, gradient);
    }
    free(exps);
    return status;
}

/* What each of LANES rows from b on has at its label. */
typedef struct NAME(lane_labels) {
    V label;
    V logit;
} NAME(lane_labels);

TFL_INLINE tfl_status NAME(read_lane_labels)(const tfl_call *call, int64_t b,
                                             NAME(lane_labels) *to) {
    MEM logits[LANES];
    S labels[LANES];
    for (int64_t i = 0; i < LANES; i++) {
        int64_t label = tfl_label(call, b + i);
        if (label < 0 || label >= call->classes)
            return TFL_LABEL_OUT_OF_RANGE;
        labels[i] = (S)label;
        logits[i] = ((const MEM *)call->logits)[(b + i) * call->classes + label];
    }
    *to = (NAME(lane_labels)){.label = v_lane_load(labels),
                              .logit = NAME(load)(call, logits, 0, LANES)};
    return TFL_OK;
}

/* The logits' gradient of group j, whose rows start at b. The elements are all computed in packets:
 * the last ones of the array, which are not, belong to rows that no group has. */
TFL_INLINE void NAME(sparse_lane_logits)(const tfl_call *call, int64_t b, int64_t j,
                                         NAME(lane_rows) *rows, V label) {
    V upstream = NAME(load_upstream)(call, b, LANES), *gradient = rows->space.columns;
    NAME(lane_group) group = {rows, j};
    MEM *to = (MEM *)call->logits_gradient + b * rows->classes;
    for (int64_t i = 0; i < rows->classes; i++) {
        NAME(ask_for_gradient)(call, to, b, i);
        V hit = v_select(v_eq(label, v_set1((S)i)), v_set1(1), v_set1(0));
        gradient[i] = v_mul(upstream, v_sub(NAME(lane_probability)(&group, i), hit));
    }
    NAME(store_columns)(LOGITS_DTYPE(call), to, rows->classes, rows->space.room, gradient);
}

TFL_INLINE tfl_status NAME(sparse_softmax_groups)(const tfl_call *call, int64_t b, int64_t groups,
                                                  const NAME(lane_space) *space, int gradient) {
    NAME(lane_labels) at[NAME(LANE_GROUPS)];
    for (int64_t j = 0; j < groups; j++) {
        tfl_status status = NAME(read_lane_labels)(call, b + j * LANES, &at[j]);
        if (status != TFL_OK)
            return status;
    }
    NAME(lane_rows) rows;
    rows.space = *space;
    NAME(lane_sum_exp)(call, b, groups, &rows, gradient && call->logits_gradient);
    for (int64_t j = 0; j < groups && (!gradient || call->out); j++) {
        V shifted = v_sub(at[j].logit, rows.max[j]);
        V loss = NAME(sparse_loss)(call, v_libm_log(call, rows.sum[j]), shifted);
        NAME(store)(call, call->out, b + j * LANES, LANES, loss);
    }
    for (int64_t j = 0; j < groups && gradient && call->logits_gradient; j++)
        NAME(sparse_lane_logits)(call, b + j * LANES, j, &rows, at[j].label);
    return TFL_OK;
}

TFL_APART tfl_status NAME(sparse_lanes)(const tfl_call *call, int64_t b, int64_t groups,
                                        const NAME(lane_space) *space) {
    return NAME(sparse_softmax_groups)(call, b, groups, space, 0);
}

TFL_APART tfl_status NAME(sparse_lane_gradients)(const tfl_call *call, int64_t b, int64_t groups,
                                                 const NAME(lane_space) *space) {
    return NAME(sparse_softmax_groups)(call, b, groups, space, 1);
}

TFL_APART tfl_status NAME(sparse_forward_lanes)(const tfl_call *call, int64_t *begin, int64_t end) {
    return NAME(for_each_group)(call, begin, end, NAME(sparse_lanes));
}

TFL_APART tfl_status NAME(sparse_forward_rows)(const tfl_call *call, int64_t begin, int64_t end) {
    return NAME(sparse_softmax)(call, begin, end, 0);
}

static tfl_status NAME(sparse_softmax_forward)(const tfl_call *call, int64_t begin, int64_t end) {
    tfl_status status = NAME(sparse_forward_lanes)(call, &begin, end);
    return status == TFL_OK ? NAME(sparse_forward_rows)(call, begin, end) : status;
}

TFL_APART tfl_status NAME(sparse_gradient_lanes)(const tfl_call *call, int64_t *begin,
                                                 int64_t end) {
    return NAME(for_each_group)(call, begin, end, NAME(sparse_lane_gradients));
}

TFL_APART tfl_status NAME(sparse_gradient_rows)(const tfl_call *call, int64_t begin, int64_t end) {
    return NAME(sparse_softmax)(call, begin, end, 1);
}

static tfl_status NAME(sparse_softmax_gradient)(const tfl_call *call, int64_t begin, int64_t end) {
    tfl_status status = NAME(sparse_gradient_lanes)(call, &begin, end);
    return status == TFL_OK ? NAME(sparse_gradient_rows)(call, begin, end) : status;
}
