/* SPDX-License-Identifier: Apache-2.0
 * softmax: x logits, z labels, rows of `classes` elements; m = max(x), s = sum(exp(x - m))
 *
 *   loss = sum(z * (log(s) - (x - m)))
 *
 * Source: tensorflow/core/kernels/xent_op.h, XentEigenImpl (2.21.0). Sums in the order of
 * reduce.h; log follows the flat rule over the rows (elementwise.h). */

TFL_INLINE V NAME(softmax_term)(const void *context, int64_t i, int64_t n, tfl_path path) {
    (void)path;
    const NAME(row) *row = (const NAME(row) *)context;
    V z = n == LANES ? z_load(row->z + i) : z_load_n(row->z + i, n);
    return v_mul(z, v_sub(row->log_sum, NAME(shifted)(row, i, n)));
}

static S NAME(softmax_leaf)(const void *row, int64_t start, int64_t n) {
    return NAME(leaf_sum)(NAME(softmax_term), row, start, n);
}

/* log(s) of n rows from row `first` on; sums and logs have room for whole vectors. */
static inline void NAME(log_sums)(const S *sums, S *logs, int64_t first, int64_t n, int64_t rows) {
    int64_t packed = rows - rows % PACKET - first;
    for (int64_t i = 0; i < n && i < packed; i += LANES)
        v_lane_store(logs + i, v_packet_log(v_lane_load(sums + i)));
    for (int64_t i = packed < 0 ? 0 : packed; i < n; i++)
        logs[i] = s_libm_log(sums[i]);
}

/* Rows as the kernel reads them: a row repeated from one element is written out first. */
typedef struct NAME(operands) {
    const tfl_call *call;
    MEM *x;
    LABEL_MEM *z;
} NAME(operands);

static inline const MEM *NAME(logits_row)(const NAME(operands) *operands, int64_t b) {
    const tfl_call *call = operands->call;
    const MEM *x = (const MEM *)call->logits + b * call->logits_row_stride;
    for (int64_t i = 0; operands->x && i < call->classes; i++)
        operands->x[i] = *x;
    return operands->x ? operands->x : x;
}

static inline const LABEL_MEM *NAME(labels_row)(const NAME(operands) *operands, int64_t b) {
    const tfl_call *call = operands->call;
    const LABEL_MEM *z = (const LABEL_MEM *)call->labels + b * call->labels_row_stride;
    for (int64_t i = 0; operands->z && i < call->classes; i++)
        operands->z[i] = *z;
    return operands->z ? operands->z : z;
}

static inline void NAME(softmax_rows)(const NAME(operands) *operands, int64_t first, int64_t n) {
    const tfl_call *call = operands->call;
    S maxima[NAME(ROWS_AT_ONCE)], sums[NAME(ROWS_AT_ONCE)] = {0}, logs[NAME(ROWS_AT_ONCE)];
    for (int64_t i = 0; i < n; i++)
        sums[i] = NAME(row_sum_exp)(NAME(logits_row)(operands, first + i), first + i, call->classes,
                                    &maxima[i]);
    NAME(log_sums)(sums, logs, first, n, call->rows);
    for (int64_t i = 0; i < n; i++) {
        NAME(row) row = {.x = NAME(logits_row)(operands, first + i),
                         .z = NAME(labels_row)(operands, first + i),
                         .max = v_set1(maxima[i]),
                         .log_sum = v_set1(logs[i])};
        int64_t index = (first + i) * call->classes;
        logs[i] = NAME(tree_sum)(NAME(softmax_leaf), &row, index, 0, call->classes);
    }
    NAME(store_rows)((MEM *)call->out + first, logs, n);
}

static tfl_status NAME(softmax_forward)(const tfl_call *call, int64_t begin, int64_t end) {
    NAME(operands) operands = {.call = call};
    int64_t classes = call->classes, step = NAME(rows_at_once)(classes);
    tfl_status status = TFL_NO_MEMORY;
    if (call->logits_column_stride == 0 && classes > 1) {
        operands.x = malloc((size_t)classes * sizeof(MEM));
        if (!operands.x)
            goto done;
    }
    if (call->labels_column_stride == 0 && classes > 1) {
        operands.z = malloc((size_t)classes * sizeof(LABEL_MEM));
        if (!operands.z)
            goto done;
    }
    for (int64_t b = begin; b < end; b += step)
        NAME(softmax_rows)(&operands, b, end - b < step ? end - b : step);
    status = TFL_OK;
done:
    free(operands.x);
    free(operands.z);
    return status;
}
