/* SPDX-License-Identifier: Apache-2.0
 * softmax of TensorFlow 2.16, whose kernel was a plain loop: formulas as in softmax.h, but exp and
 * log are the C library's throughout, and both sums run from left to right.
 *
 * Source: tensorflow/core/kernels/xent_op.h, XentEigenImpl (2.16.2). The labels' gradient comes from
 * another op, log-softmax, which 2.16 computes as the others do.
 *
 * A sum waits for itself at every step, so LANES rows are summed side by side, one in each lane. */
#ifdef TFL_OLDER

/* LANES rows of `stride` values, one after the other. */
typedef struct NAME(looped_rows) {
    const NAME(operands) *operands;
    int64_t first; /* row */
    int64_t count; /* of rows, <= LANES; the values of others are 0 */
    int64_t stride;
    S *values; /* exp(d), then the terms of the loss, then exp(d) again */
    S max[LANES], sum[LANES], log_sum[LANES];
} NAME(looped_rows);

/* The sum of the first `classes` values of each row. */
static V NAME(looped_sums)(const NAME(looped_rows) *rows, int64_t classes) {
    V sum = v_set1(0);
    int64_t i = 0;
    for (; i + NAME(COLUMN_STEP) <= classes; i += NAME(COLUMN_STEP)) {
        V columns[NAME(COLUMN_STEP)];
        v_load_columns(rows->values + i, rows->stride, columns);
        TFL_EACH(k, NAME(COLUMN_STEP))
        sum = v_add(sum, columns[k]);
    }
    for (; i < classes; i++) {
        S column[LANES];
        for (int lane = 0; lane < LANES; lane++)
            column[lane] = rows->values[lane * rows->stride + i];
        sum = v_add(sum, v_lane_load(column));
    }
    return sum;
}

/* Row number `lane`, as softmax.h has it. */
TFL_INLINE NAME(row) NAME(looped_row)(const NAME(looped_rows) *rows, int64_t lane) {
    const NAME(operands) *operands = rows->operands;
    int64_t b = rows->first + lane;
    return (NAME(row)){.call = operands->call,
                       .x = NAME(logits_row)(operands, b),
                       .z = NAME(labels_row)(operands, b),
                       .exps = rows->values + lane * rows->stride,
                       .max = v_set1(rows->max[lane]),
                       .sum = v_set1(rows->sum[lane]),
                       .log_sum = v_set1(rows->log_sum[lane])};
}

static void NAME(looped_exp_sums)(NAME(looped_rows) *rows) {
    const tfl_call *call = rows->operands->call;
    for (int64_t lane = 0; lane < rows->count; lane++) {
        NAME(row) row = NAME(looped_row)(rows, lane);
        rows->max[lane] = NAME(row_range)(call, row.x, call->classes).max;
        row.max = v_set1(rows->max[lane]);
        NAME(keep_libm_exps)(&row, call->classes);
    }
    V sums = NAME(looped_sums)(rows, call->classes);
    v_lane_store(rows->sum, sums);
    v_lane_store(rows->log_sum, v_libm_log(call, sums));
}

/* The gradients of the logits, while the exponentials are there. */
static void NAME(looped_gradients)(const NAME(looped_rows) *rows) {
    const tfl_call *call = rows->operands->call;
    for (int64_t lane = 0; lane < rows->count; lane++) {
        NAME(row) row = NAME(looped_row)(rows, lane);
        row.upstream = NAME(repeat_upstream)(call, rows->first + lane);
        row.logits_gradient = (MEM *)call->logits_gradient + (rows->first + lane) * call->classes;
        NAME(for_each_row_block)(NAME(softmax_logits_block), &row,
                                 (NAME(segment)){0, call->classes, call->classes});
    }
}

static void NAME(looped_losses)(const NAME(looped_rows) *rows) {
    const tfl_call *call = rows->operands->call;
    for (int64_t lane = 0; lane < rows->count; lane++) {
        NAME(row) row = NAME(looped_row)(rows, lane);
        for (int64_t i = 0; i < call->classes; i += LANES) {
            int64_t n = call->classes - i < LANES ? call->classes - i : LANES;
            v_lane_store(row.exps + i, NAME(softmax_term)(&row, i, n, TFL_LIBM_PATH));
        }
    }
    NAME(store)(call, call->out, rows->first, rows->count, NAME(looped_sums)(rows, call->classes));
}

static tfl_status NAME(looped_in_rows)(const tfl_call *call, int64_t begin, int64_t end) {
    NAME(operands) operands = {.call = call};
    int64_t stride = (call->classes + LANES - 1) / LANES * LANES;
    NAME(looped_rows) rows = {.operands = &operands, .stride = stride};
    tfl_status status = NAME(allocate_operands)(&operands, 0);
    /* The last row is read a vector past its end. */
    rows.values = malloc((size_t)(LANES * stride + LANES) * sizeof(S));
    if (!rows.values)
        status = TFL_NO_MEMORY;
    for (int64_t b = begin; b < end && status == TFL_OK; b += LANES) {
        rows.first = b;
        rows.count = end - b < LANES ? end - b : LANES;
        int64_t missing = (LANES - rows.count) * stride;
        memset(rows.values + rows.count * stride, 0, (size_t)missing * sizeof(S));
        NAME(looped_exp_sums)(&rows);
        if (call->logits_gradient)
            NAME(looped_gradients)(&rows);
        if (call->out)
            NAME(looped_losses)(&rows);
    }
    free(rows.values);
    NAME(free_operands)(&operands);
    return status;
}

/* Rows of few classes, as in lanes.h: of group j the sums, with the exponentials left in its place. */
TFL_INLINE void NAME(looped_lane_sums)(NAME(lane_rows) *rows, int64_t j) {
    enum { STEP = VECTORS_UNROLL };
    int64_t classes = rows->classes;
    NAME(lane_group) group = {rows, j};
    V *exps = rows->space.exps + j * classes, sum = v_set1(0);
    for (int64_t i = 0; i < classes; i++)
        exps[i] = NAME(lane_shifted)(&group, i);
    for (int64_t i = 0; i < classes; i += STEP)
        v_libm_exp_each(rows->call, exps + i, (int)(classes - i < STEP ? classes - i : STEP));
    for (int64_t i = 0; i < classes; i++)
        sum = v_add(sum, exps[i]);
    rows->sum[j] = sum;
    rows->log_sum[j] = v_libm_log(rows->call, sum);
}

TFL_INLINE void NAME(looped_lane_losses)(const tfl_call *call, int64_t b, int64_t j,
                                         NAME(lane_rows) *rows) {
    NAME(lane_group) group = {rows, j};
    V sum = v_set1(0);
    for (int64_t i = 0; i < rows->classes; i++)
        sum = v_add(sum, NAME(softmax_lane_term)(&group, i, TFL_LIBM_PATH));
    NAME(store)(call, call->out, b, LANES, sum);
}

TFL_INLINE void NAME(looped_lane_logits)(const tfl_call *call, int64_t b, int64_t j,
                                         NAME(lane_rows) *rows) {
    int64_t classes = rows->classes;
    V upstream = NAME(load_upstream)(call, b, LANES), *z = rows->space.columns;
    NAME(lane_group) group = {rows, j};
    for (int64_t i = 0; i < classes; i++)
        z[i] = v_mul(upstream, v_sub(NAME(lane_probability)(&group, i), z[i]));
    NAME(store_columns)(LOGITS_DTYPE(call), (MEM *)call->logits_gradient + b * classes, classes,
                        rows->space.room, z);
}

TFL_APART tfl_status NAME(looped_lanes)(const tfl_call *call, int64_t b, int64_t groups,
                                        const NAME(lane_space) *space) {
    NAME(lane_rows) rows;
    rows.space = *space;
    NAME(lane_maxima)(call, b, groups, &rows);
    rows.labels_ahead = call->labels;
    for (int64_t j = 0; j < groups; j++) {
        int64_t first = b + j * LANES;
        NAME(looped_lane_sums)(&rows, j);
        NAME(softmax_load_labels)(call, first, &rows);
        if (call->out)
            NAME(looped_lane_losses)(call, first, j, &rows);
        if (call->logits_gradient)
            NAME(looped_lane_logits)(call, first, j, &rows);
    }
    return TFL_OK;
}

static tfl_status NAME(looped_softmax)(const tfl_call *call, int64_t begin, int64_t end) {
    int64_t b = begin;
    tfl_status status = NAME(for_each_group)(call, &b, end, 1, NAME(looped_lanes));
    if (status == TFL_OK && b < end)
        status = NAME(looped_in_rows)(call, b, end);
    if (status != TFL_OK || !call->labels_gradient)
        return status;
    tfl_call labels_only = *call;
    labels_only.out = labels_only.logits_gradient = NULL;
    return NAME(softmax_gradient)(&labels_only, begin, end);
}
#endif
