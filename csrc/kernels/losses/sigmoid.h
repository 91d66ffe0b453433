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

/* tail: log1p(e) */
TFL_INLINE V NAME(sigmoid_loss)(V x, V z, V tail) {
    return v_wide_add(v_sub(v_max(x, v_set1(0)), v_mul(x, z)), tail);
}

TFL_INLINE V NAME(sigmoid_logits_gradient)(const tfl_call *call, V x, V z, V e, V g,
                                           tfl_path path) {
    V zero = v_set1(0);
    M positive = v_ge(x, zero);
    V h = v_mul(NAME(times_upstream)(call, g, v_recip_one_plus(call, e, path)), e);
    V step = v_select(positive, g, zero), slope = v_mul(v_negate(call, g, path), z);
    /* TensorFlow adds h where x < 0, else 0, and -h where x >= 0, else -0. Adding 0 counts, as it
     * makes -0 to 0; adding -0 does not, nor does 0 where x < 0: no sum before it is -0. */
    V signed_h = v_select(positive, v_negate(call, h, path), h);
    if (call->sigmoid_order == TFL_STEP_H_SLOPE)
        return v_wide_add(v_exact_add(v_add(step, signed_h), zero), slope);
#ifdef TFL_OLDER
    if (call->sigmoid_order == TFL_SLOPE_H_STEP) {
        V falling = v_select(positive, v_negate(call, h, path), v_negate(call, zero, path));
        return v_wide_add(v_add(v_add(slope, falling), step), v_select(positive, zero, h));
    }
#endif
    V sum = v_wide_add(v_exact_add(v_add(step, slope), zero), signed_h);
    return v_minus_zero_added(call, positive, sum, path);
}

TFL_INLINE void NAME(sigmoid_losses)(const tfl_call *call, int64_t i, int64_t n, int vectors,
                                     tfl_path path, const V *e) {
    V tail[NAME(UNROLL)];
    NAME(log1p_all)(call, e, vectors, path, tail);
    TFL_EACH(k, vectors) {
        int64_t at = i + k * LANES;
        V x = NAME(load)(call, call->logits, at, n), z = NAME(load)(call, call->labels, at, n);
        NAME(store_wide)(call, call->out, at, n, NAME(sigmoid_loss)(x, z, tail[k]));
    }
}

TFL_INLINE void NAME(sigmoid_forward_block)(const NAME(elements) *all, int64_t i, int64_t n,
                                            int vectors, tfl_path path) {
    V e[NAME(UNROLL)];
    NAME(exp_of_distance)(all->call, all->call->logits, i, n, vectors, path, e);
    NAME(sigmoid_losses)(all->call, i, n, vectors, path, e);
}

static tfl_status NAME(sigmoid_forward)(const tfl_call *call, int64_t begin, int64_t end) {
    return NAME(for_each_block)(call, begin, end, NAME(sigmoid_forward_block));
}

TFL_INLINE void NAME(sigmoid_gradient_block)(const NAME(elements) *all, int64_t i, int64_t n,
                                             int vectors, tfl_path path) {
    const tfl_call *call = all->call;
    V e[NAME(UNROLL)];
    NAME(exp_of_distance)(call, call->logits, i, n, vectors, path, e);
    if (call->out)
        NAME(sigmoid_losses)(call, i, n, vectors, path, e);
    TFL_EACH(k, vectors) {
        int64_t at = i + k * LANES;
        V x = NAME(load)(call, call->logits, at, n), g = NAME(load_upstream)(call, at, n);
        if (call->labels_gradient)
            NAME(store)(call, call->labels_gradient, at, n, v_mul(v_negate(call, g, path), x));
        if (call->logits_gradient) {
            V z = NAME(load)(call, call->labels, at, n);
            V gradient = NAME(sigmoid_logits_gradient)(call, x, z, e[k], g, path);
            NAME(store_wide)(call, call->logits_gradient, at, n, gradient);
        }
    }
}

static tfl_status NAME(sigmoid_gradient)(const tfl_call *call, int64_t begin, int64_t end) {
    return NAME(for_each_block)(call, begin, end, NAME(sigmoid_gradient_block));
}
