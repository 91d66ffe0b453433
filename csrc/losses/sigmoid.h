/* SPDX-License-Identifier: Apache-2.0
 * sigmoid: x logits, z labels
 *
 *   loss = max(x, 0) - x*z + log1p(exp(-|x|))
 *
 * Source: tensorflow/python/ops/nn_impl.py, sigmoid_cross_entropy_with_logits (2.21.0): one
 * TensorFlow op after the other, each rounded to the type, in the order written below. */

TFL_INLINE V NAME(sigmoid_loss)(V x, V z, tfl_path path) {
    V hinge = v_sub(v_max(x, v_set1(0)), v_mul(x, z));
    return v_add(hinge, v_log1p(v_exp(v_neg(v_abs(x)), path), path));
}

static inline void NAME(sigmoid_full)(const tfl_call *call, int64_t i, int64_t n, tfl_path path) {
    (void)n;
    const MEM *x = (const MEM *)call->logits + i, *z = (const MEM *)call->labels + i;
    v_store((MEM *)call->out + i, NAME(sigmoid_loss)(v_load(x), v_load(z), path));
}

static inline void NAME(sigmoid_partial)(const tfl_call *call, int64_t i, int64_t n, tfl_path path) {
    const MEM *x = (const MEM *)call->logits + i, *z = (const MEM *)call->labels + i;
    v_store_n((MEM *)call->out + i, NAME(sigmoid_loss)(v_load_n(x, n), v_load_n(z, n), path), n);
}

static tfl_status NAME(sigmoid_forward)(const tfl_call *call, int64_t begin, int64_t end) {
    NAME(for_each_block)(call, begin, end, call->logits_size, NAME(sigmoid_full),
                         NAME(sigmoid_partial));
    return TFL_OK;
}
