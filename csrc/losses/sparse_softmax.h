/* SPDX-License-Identifier: Apache-2.0
 * sparse_softmax: x logits, one label a row, g upstream; m = max(x), d = x - m, s = sum(exp(d))
 *
 *   loss             = log(s) - d[label]
 *   logits gradient  = g * (exp(d)/s - [class is label])
 *
 * Source: tensorflow/core/kernels/sparse_xent_op.h, SparseXentEigenImpl, and the gradient of the op
 * in tensorflow/python/ops/nn_grad.py (2.21.0). The sum in the order of reduce.h; log is the C
 * library's in every row; exp of the gradient follows the flat rule over the whole array. */

TFL_INLINE void NAME(sparse_softmax_block)(const void *context, int64_t i, int64_t n,
                                           tfl_path path) {
    const NAME(row) *row = (const NAME(row) *)context;
    V probability = v_div(v_exp(NAME(shifted)(row, i, n), path), row->sum);
    NAME(store)(row->logits_gradient, i, n, v_mul(row->upstream, probability));
}

/* Row b's gradient: every class as if it were not the label, then the label. */
static inline void NAME(sparse_softmax_row_gradient)(const tfl_call *call, NAME(row) *row,
                                                     int64_t b, int64_t label) {
    int64_t classes = call->classes, size = call->logits_size;
    NAME(segment) segment = NAME(segment_of)(0, classes, b * classes, size);
    row->upstream = NAME(repeat_upstream)(call, b);
    row->logits_gradient = (MEM *)call->logits_gradient + b * classes;
    NAME(for_each_row_block)(NAME(sparse_softmax_block), row, segment);

    V shifted = NAME(shifted)(row, label, 1);
    V e = label < segment.packets_end ? v_packet_exp(shifted) : v_libm_exp(shifted);
    V backprop = v_sub(v_div(e, row->sum), v_set1(1));
    NAME(store)(row->logits_gradient, label, 1, v_mul(row->upstream, backprop));
}

TFL_INLINE tfl_status NAME(sparse_softmax)(const tfl_call *call, int64_t begin, int64_t end,
                                           int gradient) {
    int64_t classes = call->classes;
    S losses[NAME(ROWS_AT_ONCE)] = {0};
    for (int64_t b = begin; b < end; b += NAME(ROWS_AT_ONCE)) {
        int64_t n = end - b < NAME(ROWS_AT_ONCE) ? end - b : NAME(ROWS_AT_ONCE);
        for (int64_t i = 0; i < n; i++) {
            const MEM *x = (const MEM *)call->logits + (b + i) * classes;
            int64_t label = tfl_label(call, b + i);
            if (label < 0 || label >= classes)
                return TFL_LABEL_OUT_OF_RANGE;
            S max, sum = NAME(row_sum_exp)(x, b + i, classes, &max);
            S shifted = s_round(NAME(load_scalar)(x, label) - max);
            losses[i] = s_round(s_libm_log(sum) - shifted);
            if (gradient && call->logits_gradient) {
                NAME(row) row = {.x = x, .max = v_set1(max), .sum = v_set1(sum)};
                NAME(sparse_softmax_row_gradient)(call, &row, b + i, label);
            }
        }
        if (!gradient || call->out)
            NAME(store_rows)((MEM *)call->out + b, losses, n);
    }
    return TFL_OK;
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
    *to = (NAME(lane_labels)){.label = v_lane_load(labels), .logit = v_load(logits)};
    return TFL_OK;
}

/* The logits' gradient of group j, whose rows start at b. The elements are all computed in packets:
 * the last ones of the array, which are not, belong to rows that no group has. */
TFL_INLINE void NAME(sparse_lane_logits)(const tfl_call *call, int64_t b, int64_t j,
                                         const NAME(lane_rows) *rows, V label) {
    V upstream = NAME(load_upstream)(call, b, LANES);
    for (int64_t i = 0; i < rows->classes; i++) {
        V hit = v_select(v_eq(label, v_set1((S)i)), v_set1(1), v_set1(0));
        V backprop = v_sub(NAME(lane_probability)(rows, j, i), hit);
        v_scatter((MEM *)call->logits_gradient + b * rows->classes + i, rows->classes,
                  v_mul(upstream, backprop));
    }
}

TFL_INLINE tfl_status NAME(sparse_softmax_groups)(const tfl_call *call, int64_t b, int64_t groups,
                                                  int gradient) {
    NAME(lane_labels) at[NAME(LANE_GROUPS)];
    for (int64_t j = 0; j < groups; j++) {
        tfl_status status = NAME(read_lane_labels)(call, b + j * LANES, &at[j]);
        if (status != TFL_OK)
            return status;
    }
    NAME(lane_rows) rows;
    NAME(lane_sum_exp)(call, b, groups, &rows);
    for (int64_t j = 0; j < groups && (!gradient || call->out); j++) {
        V shifted = v_sub(at[j].logit, rows.max[j]);
        v_store((MEM *)call->out + b + j * LANES, v_sub(v_libm_log(rows.sum[j]), shifted));
    }
    for (int64_t j = 0; j < groups && gradient && call->logits_gradient; j++)
        NAME(sparse_lane_logits)(call, b + j * LANES, j, &rows, at[j].label);
    return TFL_OK;
}

static tfl_status NAME(sparse_lanes)(const tfl_call *call, int64_t b, int64_t groups) {
    return NAME(sparse_softmax_groups)(call, b, groups, 0);
}

static tfl_status NAME(sparse_gradient_lanes)(const tfl_call *call, int64_t b, int64_t groups) {
    return NAME(sparse_softmax_groups)(call, b, groups, 1);
}

static tfl_status NAME(sparse_softmax_forward)(const tfl_call *call, int64_t begin, int64_t end) {
    tfl_status status = NAME(for_each_group)(call, &begin, end, NAME(sparse_lanes));
    return status == TFL_OK ? NAME(sparse_softmax)(call, begin, end, 0) : status;
}

static tfl_status NAME(sparse_softmax_gradient)(const tfl_call *call, int64_t begin, int64_t end) {
    tfl_status status = NAME(for_each_group)(call, &begin, end, NAME(sparse_gradient_lanes));
    return status == TFL_OK ? NAME(sparse_softmax)(call, begin, end, 1) : status;
}
