/* SPDX-License-Identifier: Apache-2.0
 * softmax of TensorFlow 2.16, whose kernel was a plain loop: formulas as in softmax.h, but exp and
 * log are the C library's throughout, and both sums run from left to right.
 *
 * Source: tensorflow/core/kernels/xent_op.h, XentEigenImpl (2.16.2). The labels' gradient comes from
 * another op, log-softmax, which 2.16 computes as the others do.
 *
 * A sum waits for itself at every step, so LANES rows are summed side by side, one in each lane. What
 * is summed is written down first, a piece of each row, so that it is still in the first-level cache
 * when it is read by columns. */
#ifdef TFL_OLDER

enum { NAME(PIECE) = 512 / (int)sizeof(S) };

/* LANES rows. */
typedef struct NAME(looped_rows) {
    const NAME(operands) *operands;
    int64_t first; /* row */
    int64_t count; /* of rows, <= LANES; whatever the others have is not looked at */
    int64_t piece; /* elements */
    S *room;       /* of a piece of each row, and a vector behind */
    S *exps;       /* of whole rows, for the logits' gradient, else NULL */
    int64_t stride;
    S max[LANES], sum[LANES], log_sum[LANES];
} NAME(looped_rows);

/* Adds the first `count` of the values of each row. */
TFL_INLINE V NAME(looped_add)(V sum, const S *values, int64_t stride, int64_t count) {
    int64_t i = 0;
    for (; i + NAME(COLUMN_STEP) <= count; i += NAME(COLUMN_STEP)) {
        V columns[NAME(COLUMN_STEP)];
        v_load_columns(values + i, stride, columns);
        TFL_EACH(k, NAME(COLUMN_STEP))
        sum = v_add(sum, columns[k]);
    }
    for (; i < count; i++) {
        S column[LANES];
        for (int lane = 0; lane < LANES; lane++)
            column[lane] = values[lane * stride + i];
        sum = v_add(sum, v_lane_load(column));
    }
    return sum;
}

/* Row number `lane`, as softmax.h has it. */
TFL_INLINE NAME(row) NAME(looped_row)(const NAME(looped_rows) *rows, int64_t lane) {
    const NAME(operands) *operands = rows->operands;
    const tfl_call *call = operands->call;
    int64_t b = rows->first + lane;
    const MEM *x = NAME(logits_row)(operands, b);
    const void *z = NAME(labels_row)(operands, b);
    int more = b + LANES < call->rows && !operands->x;
    return (NAME(row)){.call = call,
                       .x = x,
                       .z = z,
                       .x_ahead = more ? x + LANES * call->logits_row_stride : x,
                       .z_ahead = z,
                       .exps = rows->exps ? rows->exps + lane * rows->stride : NULL,
                       .max = v_set1(rows->max[lane]),
                       .sum = v_set1(rows->sum[lane]),
                       .log_sum = v_set1(rows->log_sum[lane])};
}

/* Writes down a row's values of elements [i, end), and whatever fills the last vector. */
typedef void (*NAME(looped_values))(const NAME(row) *row, int64_t i, int64_t end, S *to);

TFL_INLINE void NAME(looped_exps)(const NAME(row) *row, int64_t i, int64_t end, S *to) {
    enum { STEP = VECTORS_UNROLL * LANES };
    for (; i + STEP <= end; i += STEP, to += STEP) {
        V e[VECTORS_UNROLL];
        TFL_EACH(k, VECTORS_UNROLL) {
            NAME(prefetch)(row, i + k * LANES);
            e[k] = NAME(shifted)(row, i + k * LANES, LANES);
        }
        v_libm_exp_each(row->call, e, VECTORS_UNROLL);
        TFL_EACH(k, VECTORS_UNROLL)
        v_lane_store(to + k * LANES, e[k]);
    }
    for (; i < end; i += LANES, to += LANES)
        v_lane_store(
            to, v_libm_exp(row->call, NAME(shifted)(row, i, end - i < LANES ? end - i : LANES)));
}

TFL_INLINE void NAME(looped_terms)(const NAME(row) *row, int64_t i, int64_t end, S *to) {
    for (; i + LANES <= end; i += LANES, to += LANES)
        v_lane_store(to, NAME(softmax_term)(row, i, LANES, TFL_LIBM_PATH));
    if (i < end)
        v_lane_store(to, NAME(softmax_term)(row, i, end - i, TFL_LIBM_PATH));
}

/* The sum of each row's values, which are left in `kept` if that is not NULL. */
TFL_INLINE V NAME(looped_sums)(const NAME(looped_rows) *rows, NAME(looped_values) values, S *kept) {
    int64_t classes = rows->operands->call->classes;
    int64_t stride = kept ? rows->stride : rows->piece;
    V sum = v_set1(0);
    for (int64_t i = 0, n; i < classes; i += n) {
        n = classes - i < rows->piece ? classes - i : rows->piece;
        S *to = kept ? kept + i : rows->room;
        for (int64_t lane = 0; lane < rows->count; lane++) {
            NAME(row) row = NAME(looped_row)(rows, lane);
            values(&row, i, i + n, to + lane * stride);
        }
        sum = NAME(looped_add)(sum, to, stride, n);
    }
    return sum;
}

TFL_APART void NAME(looped_exp_sums)(NAME(looped_rows) *rows) {
    const tfl_call *call = rows->operands->call;
    for (int64_t lane = 0; lane < rows->count; lane++) {
        const MEM *x = NAME(logits_row)(rows->operands, rows->first + lane);
        rows->max[lane] = NAME(row_range)(call, x, call->classes).max;
    }
    V sums = NAME(looped_sums)(rows, NAME(looped_exps), rows->exps);
    v_lane_store(rows->sum, sums);
    v_lane_store(rows->log_sum, v_libm_log(call, sums));
}

TFL_APART void NAME(looped_losses)(const NAME(looped_rows) *rows) {
    const tfl_call *call = rows->operands->call;
    V sums = NAME(looped_sums)(rows, NAME(looped_terms), NULL);
    NAME(store)(call, call->out, rows->first, rows->count, sums);
}

/* The gradients of the logits. */
TFL_APART void NAME(looped_gradients)(const NAME(looped_rows) *rows) {
    const tfl_call *call = rows->operands->call;
    for (int64_t lane = 0; lane < rows->count; lane++) {
        NAME(row) row = NAME(looped_row)(rows, lane);
        row.upstream = NAME(repeat_upstream)(call, rows->first + lane);
        row.logits_gradient = (MEM *)call->logits_gradient + (rows->first + lane) * call->classes;
        NAME(for_each_row_block)(NAME(softmax_logits_block), &row,
                                 (NAME(segment)){0, call->classes, call->classes});
    }
}

/* Room for so many values of each row, all 0. The last row is read a vector past its end. */
static S *NAME(looped_room)(int64_t values) {
    size_t bytes = (size_t)(LANES * values + LANES) * sizeof(S);
    S *room = malloc(bytes);
    return room ? memset(room, 0, bytes) : NULL;
}

/* Rows of one value each are written out anew for every piece, and have only one. */
static tfl_status NAME(looped_in_rows)(const tfl_call *call, int64_t begin, int64_t end) {
    NAME(operands) operands = {.call = call};
    tfl_status status = NAME(allocate_operands)(&operands, 0);
    int64_t stride = (call->classes + LANES - 1) / LANES * LANES;
    int64_t piece = operands.x || operands.z || stride < NAME(PIECE) ? stride : NAME(PIECE);
    NAME(looped_rows) rows = {.operands = &operands, .stride = stride, .piece = piece};
    rows.room = NAME(looped_room)(piece);
    rows.exps = call->logits_gradient ? NAME(looped_room)(stride) : NULL;
    if (!rows.room || (call->logits_gradient && !rows.exps))
        status = TFL_NO_MEMORY;
    for (int64_t b = begin; b < end && status == TFL_OK; b += LANES) {
        rows.first = b;
        rows.count = end - b < LANES ? end - b : LANES;
        NAME(looped_exp_sums)(&rows);
        if (call->logits_gradient)
            NAME(looped_gradients)(&rows);
        if (call->out)
            NAME(looped_losses)(&rows);
    }
    free(rows.room);
    free(rows.exps);
    NAME(free_operands)(&operands);
    return status;
}

/* Rows of few classes, as in lanes.h: of group j the sums, with the exponentials left in its place. */
TFL_INLINE void NAME(looped_lane_sums)(NAME(lane_rows) *rows, int64_t j) {
    NAME(lane_group) group = {rows, j};
    V *exps = rows->space.exps + j * rows->classes, sum = v_set1(0);
    NAME(lane_libm_exps)(&group, 0, exps);
    for (int64_t i = 0; i < rows->classes; i++)
        sum = v_add(sum, exps[i]);
    rows->sum[j] = sum;
    rows->log_sum[j] = v_libm_log(rows->call, sum);
}

TFL_INLINE void NAME(looped_lane_losses)(const tfl_call *call, int64_t b, int64_t j,
                                         NAME(lane_rows) *rows) {
    NAME(lane_group) group = {rows, j};
    NAME(store)(call, call->out, b, LANES, NAME(lane_rest)(NAME(softmax_lane_term), &group, 0));
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
            NAME(softmax_lane_backprop)(call, first, j, &rows);
    }
    return TFL_OK;
}

static tfl_status NAME(looped_softmax)(const tfl_call *call, int64_t begin, int64_t end) {
    int64_t b = call->out || call->logits_gradient ? begin : end;
    tfl_status status = NAME(for_each_group)(call, &b, end, NAME(looped_lanes));
    if (status == TFL_OK && b < end)
        status = NAME(looped_in_rows)(call, b, end);
    if (status != TFL_OK || !call->labels_gradient)
        return status;
    tfl_call labels_only = *call;
    labels_only.out = labels_only.logits_gradient = NULL;
    return NAME(softmax_gradient)(&labels_only, begin, end);
}
#endif
