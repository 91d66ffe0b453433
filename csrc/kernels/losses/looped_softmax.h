/* SPDX-License-Identifier: Apache-2.0
 * softmax of TensorFlow 2.16, whose kernel was a plain loop: formulas as in softmax.h, but exp and
 * log are the C library's throughout, and both sums run from left to right.
 *
 * Source: tensorflow/core/kernels/xent_op.h, XentEigenImpl (2.16.2). The labels' gradient comes from
 * another op, log-softmax, which 2.16 computes as the others do.
 *
 * One kernel serves every instruction set: most of its time goes to the C library. */
#ifdef TFL_OLDER

/* exp(d) of a row, and s. */
static inline S NAME(row_exps_looped)(const NAME(row) *row, int64_t classes) {
    S sum = 0;
    for (int64_t i = 0; i < classes; i += LANES) {
        int64_t n = classes - i < LANES ? classes - i : LANES;
        v_lane_store(row->exps + i, v_libm_exp(NAME(shifted)(row, i, n)));
        for (int64_t k = 0; k < n; k++)
            sum = s_round(sum + s_flush(row->exps[i + k]));
    }
    return sum;
}

static inline S NAME(row_loss_looped)(const NAME(row) *row, int64_t classes) {
    S sum = 0, terms[LANES];
    for (int64_t i = 0; i < classes; i += LANES) {
        int64_t n = classes - i < LANES ? classes - i : LANES;
        v_lane_store(terms, NAME(softmax_term)(row, i, n, TFL_LIBM_PATH));
        for (int64_t k = 0; k < n; k++)
            sum = s_round(sum + terms[k]);
    }
    return sum;
}

static inline void NAME(row_gradient_looped)(const NAME(row) *row, int64_t classes) {
    for (int64_t i = 0; i < classes; i += LANES) {
        int64_t n = classes - i < LANES ? classes - i : LANES;
        V probability = v_div(v_lane_load(row->exps + i), row->sum);
        V backprop = v_sub(probability, NAME(load_labels)(row->call, row->z, i, n));
        V gradient = NAME(times_upstream)(row->call, row->upstream, backprop);
        NAME(store)(row->call, row->logits_gradient, i, n, gradient);
    }
}

static inline void NAME(looped_row)(const NAME(operands) *operands, int64_t b) {
    const tfl_call *call = operands->call;
    int64_t classes = call->classes;
    NAME(row) row = {.call = call,
                     .x = NAME(logits_row)(operands, b),
                     .z = NAME(labels_row)(operands, b),
                     .exps = operands->exps};
    row.max = v_set1(NAME(row_range)(call, row.x, classes).max);
    S sum = NAME(row_exps_looped)(&row, classes);
    row.sum = v_set1(sum);
    row.log_sum = v_set1(s_libm_log(sum));
    if (call->out) {
        V loss = v_set1(NAME(row_loss_looped)(&row, classes));
        NAME(store)(call, call->out, b, 1, loss);
    }
    if (call->logits_gradient) {
        row.upstream = NAME(repeat_upstream)(call, b);
        row.logits_gradient = (MEM *)call->logits_gradient + b * classes;
        NAME(row_gradient_looped)(&row, classes);
    }
}

static tfl_status NAME(looped_softmax)(const tfl_call *call, int64_t begin, int64_t end) {
    NAME(operands) operands = {.call = call};
    tfl_status status = begin < end ? NAME(allocate_operands)(&operands, 1) : TFL_OK;
    for (int64_t b = begin; b < end && status == TFL_OK; b++)
        NAME(looped_row)(&operands, b);
    NAME(free_operands)(&operands);
    if (status != TFL_OK || !call->labels_gradient)
        return status;
    tfl_call labels_only = *call;
    labels_only.out = labels_only.logits_gradient = NULL;
    return NAME(softmax_gradient)(&labels_only, begin, end);
}
#endif
