/* SPDX-License-Identifier: Apache-2.0
 * sigmoid: x logits, z labels, g upstream; e = exp(-|x|)
 *
 *   loss             = max(x, 0) - x*z + log1p(e)
 *   labels gradient  = -g*x
 *   logits gradient  = g - g*z - g*e/(1 + e)    where x >= 0
 *                    =   - g*z + g*e/(1 + e)    elsewhere
 *
 * Source: tensorflow/python/ops/nn_impl.py, sigmoid_cross_entropy_with_logits, and the gradients
 * of its ops in tensorflow/python/ops/math_grad.py (2.21.0): one TensorFlow op after the other,
 * each rounded to the type, in the order written below. */

TFL_INLINE V NAME(sigmoid_loss)(V x, V z, V e, tfl_path path) {
    V hinge = v_sub(v_max(x, v_set1(0)), v_mul(x, z));
    return v_add(hinge, v_log1p(e, path));
}

TFL_INLINE V NAME(sigmoid_logits_gradient)(V x, V z, V e, V g, tfl_mode mode, tfl_path path) {
    V zero = v_set1(0);
    M positive = v_ge(x, zero);
    V h = v_mul(v_mul(g, v_recip(v_add(v_set1(1), e), path)), e);
    V step = v_select(positive, g, zero), slope = v_mul(v_neg(g), z);
    V minus_h = v_neg(v_select(positive, h, zero)), plus_h = v_select(positive, zero, h);
    if (mode == TFL_FUNCTION)
        return v_add(v_add(v_add(step, minus_h), plus_h), slope);
    return v_add(v_add(v_add(step, slope), plus_h), minus_h);
}

TFL_INLINE void NAME(sigmoid_forward_block)(const NAME(elements) *all, int64_t i, int64_t n,
                                            tfl_path path) {
    const tfl_call *call = all->call;
    V x = NAME(load)(call->logits, i, n), z = NAME(load)(call->labels, i, n);
    V e = v_exp(v_neg(v_abs(x)), path);
    NAME(store)(call->out, i, n, NAME(sigmoid_loss)(x, z, e, path));
}

static tfl_status NAME(sigmoid_forward)(const tfl_call *call, int64_t begin, int64_t end) {
    return NAME(for_each_block)(call, begin, end, NAME(sigmoid_forward_block));
}

TFL_INLINE void NAME(sigmoid_gradient_block)(const NAME(elements) *all, int64_t i, int64_t n,
                                             tfl_path path) {
    const tfl_call *call = all->call;
    V x = NAME(load)(call->logits, i, n), z = NAME(load)(call->labels, i, n);
    V g = NAME(load_upstream)(call, i, n), e = v_exp(v_neg(v_abs(x)), path);
    if (call->out)
        NAME(store)(call->out, i, n, NAME(sigmoid_loss)(x, z, e, path));
    if (call->labels_gradient)
        NAME(store)(call->labels_gradient, i, n, v_mul(v_neg(g), x));
    if (call->logits_gradient) {
        V gradient = NAME(sigmoid_logits_gradient)(x, z, e, g, call->mode, path);
        NAME(store)(call->logits_gradient, i, n, gradient);
    }
}

static tfl_status NAME(sigmoid_gradient)(const tfl_call *call, int64_t begin, int64_t end) {
    return NAME(for_each_block)(call, begin, end, NAME(sigmoid_gradient_block));
}
