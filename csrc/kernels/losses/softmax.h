/* SPDX-License-Identifier: Apache-2.0
 * softmax: x logits, z labels, g upstream, rows of `classes` elements; m = max(x), d = x - m,
 *          s = sum(exp(d))
 *
 *   loss             = sum(z * (log(s) - d))
 *   labels gradient  = g * -(d - log(s))
 *   logits gradient  = g * (exp(d)/s - z)
 *
 * Source: tensorflow/core/kernels/xent_op.h, XentEigenImpl, and the gradient of the op in
 * tensorflow/python/ops/nn_grad.py (2.21.0). Sums in the order of reduce.h; log follows the flat
 * rule over the rows (elementwise.h); exp of the gradient is computed in packets, tile by tile. */

TFL_INLINE V NAME(softmax_term)(const void *context, int64_t i, int64_t n, tfl_path path) {
    (void)path;
    const NAME(row) *row = (const NAME(row) *)context;
    V shifted = NAME(shifted)(row, i, n);
    return v_mul(NAME(load_labels)(row->call, row->z, i, n), v_sub(row->log_sum, shifted));
}

static S NAME(softmax_leaf)(const tfl_order *order, const void *row, int64_t start, int64_t n) {
    return NAME(leaf_sum)(order, NAME(softmax_term), NULL, row, start, n);
}

TFL_INLINE S NAME(libm_log_of_one)(const tfl_call *call, S x) {
    S lanes[LANES];
    v_lane_store(lanes, v_libm_log(call, v_set1(x)));
    return lanes[0];
}

/* log(s) of n rows from row `first` on; sums and logs have room for whole vectors. */
static inline void NAME(log_sums)(const tfl_call *call, const S *sums, S *logs, int64_t first,
                                  int64_t n) {
    int64_t packed = call->rows - call->rows % PACKET - first;
    for (int64_t i = 0; i < n && i < packed; i += LANES)
        v_lane_store(logs + i, v_packet_log(call, v_lane_load(sums + i)));
    for (int64_t i = packed < 0 ? 0 : packed; i < n; i++)
        logs[i] = NAME(libm_log_of_one)(call, sums[i]);
}

/* Whether exp of the logits' gradient is the C library's in every element. */
TFL_INLINE int NAME(without_packets)(const tfl_call *call) {
    int64_t from = OF_ORDER(ORDER_OF(call), scalar_from, 0);
    int many = from > 0 && call->rows * call->classes >= from;
    return TILE(call) == 0 || many;
}

/* The rows of a tile, where a tile holds whole rows. */
TFL_INLINE int64_t NAME(tile_rows)(const tfl_call *call) {
    return call->rows * call->classes <= TILE(call) ? call->rows
                                                    : (TILE(call) - 1) / call->classes + 1;
}

/* A row's place in the tile that ends its elements from `start` on. */
static inline NAME(segment) NAME(tile_segment)(const tfl_call *call, int64_t b, int64_t start) {
    int64_t classes = call->classes, row = b * classes;
    NAME(tile) tile = NAME(tile_of)(call, TILE(call), row + start);
    int64_t end = tile.end - row < classes ? tile.end - row : classes;
    return NAME(segment_of)(start, end, row + start - tile.begin, tile.end - tile.begin);
}

TFL_INLINE void NAME(softmax_logits_store)(const NAME(row) *row, int64_t i, int64_t n,
                                           V probability) {
    V backprop = v_sub(probability, NAME(load_labels)(row->call, row->z, i, n));
    V gradient = NAME(times_upstream)(row->call, row->upstream, backprop);
    NAME(store_result)(row->call, row->logits_gradient, i, n, gradient);
}

TFL_INLINE void NAME(softmax_logits_block)(const void *context, int64_t i, int64_t n,
                                           tfl_path path) {
    const NAME(row) *row = (const NAME(row) *)context;
    NAME(softmax_logits_store)(row, i, n, NAME(probability)(row, i, n, path));
}

TFL_INLINE void NAME(softmax_labels_block)(const void *context, int64_t i, int64_t n,
                                           tfl_path path) {
    const NAME(row) *row = (const NAME(row) *)context;
    V log_probability = v_sub(NAME(shifted)(row, i, n), row->log_sum);
    NAME(store_labels)(row->call, row->labels_gradient, i, n,
                       v_mul(row->upstream, v_negate(row->call, log_probability, path)));
}

#ifdef TFL_OLDER
/* So many vectors of n (<= LANES) elements from i on, where exp is the C library's. */
TFL_INLINE void NAME(softmax_libm_block)(const NAME(row) *row, int64_t i, int64_t n, int vectors) {
    V e[VECTORS_UNROLL];
    TFL_EACH(k, vectors)
    e[k] = NAME(shifted)(row, i + k * LANES, n);
    v_libm_exp_each(row->call, e, vectors);
    TFL_EACH(k, vectors)
    NAME(softmax_logits_store)(row, i + k * LANES, n, v_div(e[k], row->sum));
}

/* The logits' gradient of a row, where it is the C library's throughout. Copies: as in
 * for_each_row_block. */
TFL_APART void NAME(softmax_libm_logits)(const NAME(row) *given) {
    enum { STEP = VECTORS_UNROLL * LANES };
    const tfl_call call = *given->call;
    NAME(row) row = *given;
    row.call = &call;
    int64_t n = NAME(until_aligned)(&row, 0), i = 0;
    for (n = n > 0 ? n : LANES; i < call.classes; i += n, n = LANES) {
        if (n == LANES)
            for (; i + STEP <= call.classes; i += STEP)
                NAME(softmax_libm_block)(&row, i, LANES, VECTORS_UNROLL);
        n = call.classes - i < n ? call.classes - i : n;
        if (n > 0)
            NAME(softmax_libm_block)(&row, i, n, 1);
    }
}
#endif

TFL_INLINE void NAME(softmax_row_logits)(const NAME(row) *row, int64_t b) {
#ifdef TFL_OLDER
    if (NAME(without_packets)(row->call)) {
        NAME(softmax_libm_logits)(row);
        return;
    }
#endif
    for (int64_t start = 0; start < row->call->classes;) {
        NAME(segment) segment = NAME(tile_segment)(row->call, b, start);
        NAME(for_each_row_block)(NAME(softmax_logits_block), row, segment);
        start = segment.end;
    }
}

/* The gradients of row b. */
static inline void NAME(softmax_row_gradients)(const tfl_call *call, NAME(row) *row, int64_t b) {
    row->upstream = NAME(repeat_upstream)(call, b);
    if (call->labels_gradient) {
        row->labels_gradient = NAME(labels_at)(call, call->labels_gradient, b * call->classes);
        int64_t classes = call->classes, size = call->rows * classes;
        NAME(for_each_row_block)(NAME(softmax_labels_block), row,
                                 NAME(segment_of)(0, classes, b * classes, size));
    }
    if (call->logits_gradient) {
        row->logits_gradient = (MEM *)call->logits_gradient + b * call->classes;
        NAME(softmax_row_logits)(row, b);
    }
}

/* Rows as the kernel reads them: a row repeated from one element is written out first. */
typedef struct NAME(operands) {
    const tfl_call *call;
    MEM *x;
    void *z;
    S *exps; /* kept for the logits' gradient, else NULL */
} NAME(operands);

static inline const MEM *NAME(logits_row)(const NAME(operands) *operands, int64_t b) {
    const tfl_call *call = operands->call;
    const MEM *x = (const MEM *)call->logits + b * call->logits_row_stride;
    for (int64_t i = 0; operands->x && i < call->classes; i++)
        operands->x[i] = *x;
    return operands->x ? operands->x : x;
}

static inline const void *NAME(labels_row)(const NAME(operands) *operands, int64_t b) {
    const tfl_call *call = operands->call;
    const void *z = NAME(labels_at)(call, call->labels, b * call->labels_row_stride);
    for (int64_t i = 0; operands->z && i < call->classes; i++)
        memcpy(NAME(labels_at)(call, operands->z, i), z, NAME(bytes_of)(LABELS_DTYPE(call)));
    return operands->z ? operands->z : z;
}

/* Rows [first, first + n), and what is known of them. */
typedef struct NAME(softmax_part) {
    const NAME(operands) *operands;
    int64_t first, n;
    S maxima[NAME(ROWS_AT_ONCE)], sums[NAME(ROWS_AT_ONCE)], logs[NAME(ROWS_AT_ONCE)];
    S losses[NAME(ROWS_AT_ONCE)];
    int mild[NAME(ROWS_AT_ONCE)];
} NAME(softmax_part);

TFL_INLINE S *NAME(row_exps_room)(const NAME(operands) *operands, int64_t i) {
    return operands->exps ? operands->exps + i * NAME(exps_step)(operands->call->classes) : NULL;
}

/* Row i of them before its sum is known, (Written in its place: a copy would wait for what has just
 * been written.) */
TFL_INLINE void NAME(softmax_row_before)(const NAME(softmax_part) *part, int64_t i,
                                         NAME(row) *row) {
    const NAME(operands) *operands = part->operands;
    const tfl_call *call = operands->call;
    int64_t b = part->first + i;
    const MEM *x = NAME(logits_row)(operands, b);
    int more = b + part->n < call->rows && !operands->x;
    *row = (NAME(row)){.call = call,
                       .x = x,
                       .exps = NAME(row_exps_room)(operands, i),
                       .x_ahead = x + (more ? part->n * call->logits_row_stride : 0),
                       .z_ahead = NAME(labels_row)(operands, b)};
}

/* and after. */
TFL_INLINE void NAME(softmax_row_after)(const NAME(softmax_part) *part, int64_t i, NAME(row) *row) {
    const NAME(operands) *operands = part->operands;
    *row = (NAME(row)){.call = operands->call,
                       .x = NAME(logits_row)(operands, part->first + i),
                       .z = NAME(labels_row)(operands, part->first + i),
                       .exps = NAME(row_exps_room)(operands, i),
                       .max = v_set1(part->maxima[i]),
                       .sum = v_set1(part->sums[i]),
                       .inverse = NAME(inverse)(v_set1(part->sums[i])),
                       .mild = part->mild[i],
                       .log_sum = v_set1(part->logs[i])};
}

/* How many of them are summed two at a time: none, or all but an odd one. */
TFL_INLINE int64_t NAME(rows_in_twos)(const NAME(softmax_part) *part) {
#ifdef TWO_ROWS
    const NAME(operands) *operands = part->operands;
    const tfl_call *call = operands->call;
    if (NAME(two_at_once)(ORDER_OF(call), call->classes) && !operands->x && !operands->z)
        return part->n - part->n % 2;
#endif
    (void)part;
    return 0;
}

#ifdef TWO_ROWS
TFL_APART void NAME(two_softmax_losses)(NAME(softmax_part) *part, int64_t i) {
    NAME(row) rows[2];
    const void *both[2] = {&rows[0], &rows[1]};
    for (int k = 0; k < 2; k++)
        NAME(softmax_row_after)(part, i + k, &rows[k]);
    NAME(two_sums)(NAME(softmax_term), NULL, both, rows->call->classes, part->losses + i);
}

TFL_INLINE void NAME(two_softmax_sums)(NAME(softmax_part) *part, int64_t i) {
    NAME(row) rows[2];
    for (int k = 0; k < 2; k++)
        NAME(softmax_row_before)(part, i + k, &rows[k]);
    NAME(two_rows_sum_exp)(rows, part->first + i, rows->call->classes, part->maxima + i,
                           part->sums + i);
    for (int k = 0; k < 2; k++)
        part->mild[i + k] = rows[k].mild;
}
#endif

/* -z * (d - log(s)), where nothing is added to it. */
TFL_INLINE V NAME(loss_of_one_class)(V labels, V shifted, V log_sum) {
    return v_mul(v_neg(labels), v_sub(shifted, log_sum));
}

TFL_INLINE S NAME(row_loss_of_one_class)(const NAME(row) *row) {
    S lanes[LANES];
    V labels = NAME(load_labels)(row->call, row->z, 0, 1), shifted = NAME(shifted)(row, 0, 1);
    v_lane_store(lanes, NAME(loss_of_one_class)(labels, shifted, row->log_sum));
    return lanes[0];
}

/* All sums before all logarithms before the rest. */
TFL_INLINE void NAME(softmax_rows)(const NAME(operands) *operands, int64_t first, int64_t n,
                                   int gradient) {
    const tfl_call *call = operands->call;
    int64_t classes = call->classes;
    NAME(softmax_part) part;
    part.operands = operands;
    part.first = first;
    part.n = n;
    memset(part.sums, 0, sizeof part.sums); /* whole vectors are read */
    memset(part.losses, 0, sizeof part.losses);
    int64_t in_twos = NAME(rows_in_twos)(&part);
    int forward = !gradient || call->out;
#ifdef TWO_ROWS
    for (int64_t i = 0; i < in_twos; i += 2)
        NAME(two_softmax_sums)(&part, i);
#endif
    for (int64_t i = in_twos; i < n; i++) {
        NAME(row) row;
        NAME(softmax_row_before)(&part, i, &row);
        NAME(row_sum_exp)(&row, first + i, classes, &part.maxima[i], &part.sums[i]);
        part.mild[i] = row.mild;
    }
    NAME(log_sums)(call, part.sums, part.logs, first, n);
    for (int64_t i = 0; i < n; i++) {
#ifdef TWO_ROWS
        if (forward && i < in_twos && i % 2 == 0)
            NAME(two_softmax_losses)(&part, i);
#endif
        NAME(row) row;
        NAME(softmax_row_after)(&part, i, &row);
        if (forward && i >= in_twos)
            part.losses[i] = NAME(tree_sum)(ORDER_OF(call), NAME(softmax_leaf), &row,
                                            (first + i) * classes, 0, classes);
        if (forward && NAME(keeps_minus_zero)(call))
            part.losses[i] = NAME(row_loss_of_one_class)(&row);
        if (gradient)
            NAME(softmax_row_gradients)(call, &row, first + i);
    }
    if (forward)
        NAME(store_rows)(call, first, part.losses, n);
}

#include "kernels/losses/softmax_lanes.h"

TFL_INLINE void NAME(free_operands)(NAME(operands) *operands) {
    free(operands->exps);
    free(operands->x);
    free(operands->z);
}

/* Makes room for what the operands hold; they are to be freed, whatever the status. */
TFL_INLINE tfl_status NAME(allocate_operands)(NAME(operands) *operands, int keep_exps) {
    const tfl_call *call = operands->call;
    size_t classes = (size_t)call->classes;
    int repeat_x = call->logits_column_stride == 0 && classes > 1;
    int repeat_z = call->labels_column_stride == 0 && classes > 1;
    operands->exps = keep_exps ? NAME(allocate_exps)(call->classes) : NULL;
    operands->x = repeat_x ? malloc(classes * sizeof(MEM)) : NULL;
    operands->z = repeat_z ? malloc(classes * NAME(bytes_of)(LABELS_DTYPE(call))) : NULL;
    int complete =
        (!keep_exps || operands->exps) && (!repeat_x || operands->x) && (!repeat_z || operands->z);
    return complete ? TFL_OK : TFL_NO_MEMORY;
}

TFL_INLINE tfl_status NAME(softmax)(const tfl_call *call, int64_t begin, int64_t end,
                                    int gradient) {
    if (begin == end)
        return TFL_OK;
    NAME(operands) operands = {.call = call};
    int64_t step = NAME(rows_at_once)(call->classes);
    int keep = gradient && call->logits_gradient && !NAME(without_packets)(call);
    tfl_status status = NAME(allocate_operands)(&operands, keep);
    for (int64_t b = begin; b < end && status == TFL_OK; b += step)
        NAME(softmax_rows)(&operands, b, end - b < step ? end - b : step, gradient);
    NAME(free_operands)(&operands);
    return status;
}

TFL_APART tfl_status NAME(softmax_forward_lanes)(const tfl_call *call, int64_t *begin,
                                                 int64_t end) {
    return NAME(for_each_group)(call, begin, end, NAME(softmax_lanes));
}

TFL_APART tfl_status NAME(softmax_forward_rows)(const tfl_call *call, int64_t begin, int64_t end) {
    return NAME(softmax)(call, begin, end, 0);
}

static tfl_status NAME(softmax_forward)(const tfl_call *call, int64_t begin, int64_t end) {
    tfl_status status = NAME(softmax_forward_lanes)(call, &begin, end);
    return status == TFL_OK ? NAME(softmax_forward_rows)(call, begin, end) : status;
}

TFL_APART tfl_status NAME(softmax_gradient_lanes)(const tfl_call *call, int64_t *begin,
                                                  int64_t end) {
    return NAME(for_each_group)(call, begin, end, NAME(softmax_lane_gradients));
}

TFL_APART tfl_status NAME(softmax_gradient_rows)(const tfl_call *call, int64_t begin, int64_t end) {
    return NAME(softmax)(call, begin, end, 1);
}

static tfl_status NAME(softmax_gradient)(const tfl_call *call, int64_t begin, int64_t end) {
    tfl_status status = NAME(softmax_gradient_lanes)(call, &begin, end);
    return status == TFL_OK ? NAME(softmax_gradient_rows)(call, begin, end) : status;
}
