/* SPDX-License-Identifier: Apache-2.0
 * sparse_softmax: x logits, one label a row; m = max(x), s = sum(exp(x - m))
 *
 *   loss = log(s) - (x[label] - m)
 *
 * Source: tensorflow/core/kernels/sparse_xent_op.h, SparseXentEigenImpl (2.21.0). The sum in the
 * order of reduce.h; log is the C library's in every row. */

static tfl_status NAME(sparse_softmax_forward)(const tfl_call *call, int64_t begin, int64_t end) {
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
            S shifted = s_round(NAME(load_scalar)(x + label) - max);
            losses[i] = s_round(s_libm_log(sum) - shifted);
        }
        NAME(store_rows)((MEM *)call->out + b, losses, n);
    }
    return TFL_OK;
}
