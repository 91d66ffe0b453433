/* SPDX-License-Identifier: Apache-2.0
 * weighted: x logits, z labels, k = pos_weight - 1, g upstream;
 *           e = exp(-|x|), t = log1p(e) + max(-x, 0), w = 1 + k*z
 *
 *   loss                = (1 - z)*x + w*t
 *   labels gradient     = -g*x + g*t*k
 *   logits gradient     = g*(1 - z) - g*w*[x < 0] - sign(x)*g*w*e/(1 + e)
 *   pos_weight gradient = g*t*z, summed over the axes along which pos_weight was repeated
 *
 * sign(0) is 0, so that at x = 0 the logits gradient is g*(1 - z) instead of
 * g*(1 - z) - g*w/2: TensorFlow's own mistake.
 *
 * Source: tensorflow/python/ops/nn_impl.py, weighted_cross_entropy_with_logits_v2, and the
 * gradients of its ops in tensorflow/python/ops/math_grad.py (2.21.0): one TensorFlow op after the
 * other, each rounded to the type, in the order written below. */

/* t from log1p(e) */
TFL_INLINE V NAME(weighted_tail)(V x, V log) { return v_mild_add(log, v_max(v_neg(x), v_set1(0))); }

/* What the loss and its gradients share: 1 - z and w. */
typedef struct NAME(weighted_factors) {
    V rest, w;
} NAME(weighted_factors);

TFL_INLINE NAME(weighted_factors) NAME(weighted_factors_of)(const tfl_call *call, V z, V k) {
    V one = v_set1(1);
    V w = call->weight_is_one ? one : v_mild_add(v_mul(k, z), one);
    return (NAME(weighted_factors)){v_mild_sub(one, z), w};
}

TFL_INLINE V NAME(weighted_loss)(V x, NAME(weighted_factors) f, V t) {
    return v_wide_add(v_mul(f.rest, x), v_mul(f.w, t));
}

/* linear: g*(1 - z), gw: g*w; g and g*w are summed over the axes along which the logits were
 * repeated, if any. Products with 0, 1 and -1 need no rounding. */
TFL_INLINE V NAME(weighted_logits_gradient)(const tfl_call *call, V x, V e, V linear, V gw,
                                            tfl_path path) {
    V one = v_set1(1), zero = v_set1(0);
    V minus_x = v_max(v_neg(x), zero);
    V h = v_mul(v_mul(gw, v_recip_one_plus(call, e, path)), e);
    V sign = v_select(v_lt(zero, x), one, v_select(v_lt(x, zero), v_set1(-1), zero));
    V hinge = v_negate(call, v_exact_mul(gw, v_select(v_lt(zero, minus_x), one, zero)), path);
    V smooth = v_exact_mul(v_negate(call, h, path), sign);
    if (call->weighted_order == TFL_LINEAR_LAST)
        return v_wide_add(v_add(hinge, smooth), linear);
    return v_wide_add(v_add(linear, hinge), smooth);
}

TFL_INLINE V NAME(weighted_labels_gradient)(const tfl_call *call, V x, V g_sum, V gtk_sum,
                                            tfl_path path) {
    return v_wide_add(v_negate(call, v_mul(g_sum, x), path), gtk_sum);
}

/* What a block of the result or of its gradients is computed from; pos_weight - 1 is k, or the same
 * for all. */
typedef struct NAME(weighted_source) {
    const MEM *x, *z, *k;
    V all_k;
} NAME(weighted_source);

TFL_INLINE V NAME(load_weight)(const tfl_call *call, const NAME(weighted_source) *from, int64_t j,
                               int64_t n) {
    return from->k ? NAME(load)(call, from->k, j, n) : from->all_k;
}

/* The exponentials of a block, and its tails t. */
typedef struct NAME(weighted_steps) {
    V e[NAME(UNROLL)], t[NAME(UNROLL)];
} NAME(weighted_steps);

TFL_INLINE void NAME(weighted_prepare)(const tfl_call *call, const NAME(weighted_source) *from,
                                       int64_t j, int64_t n, int vectors, tfl_path path,
                                       NAME(weighted_steps) *to) {
    NAME(exp_of_distance)(call, from->x, j, n, vectors, path, to->e);
    NAME(log1p_all)(call, to->e, vectors, path, to->t);
    TFL_EACH(k, vectors)
    to->t[k] = NAME(weighted_tail)(NAME(load)(call, from->x, j + k * LANES, n), to->t[k]);
}

/* g*t*k */
TFL_INLINE V NAME(weighted_product)(const tfl_call *call, V g, V t, V k) {
    if (call->weight_order == TFL_WEIGHT_BEFORE_TAIL)
        return v_mul(v_mul(g, k), t);
    if (call->weight_order == TFL_WEIGHT_TIMES_TAIL)
        return v_mul(g, v_mul(t, k));
    if (call->weight_order == TFL_WEIGHT_ZERO)
        return v_set1(0);
    return v_mul(v_mul(g, t), k);
}

/* One vector of the gradients, or of the products that are summed before they are finished. */
TFL_INLINE void NAME(weighted_gradients)(const tfl_call *call, int64_t i, int64_t n, tfl_path path,
                                         V x, V z, V k, NAME(weighted_factors) f, V e, V t) {
    V g = NAME(load_upstream)(call, i, n);
    if (call->labels_gradient || call->labels_products) {
        V gtk = NAME(weighted_product)(call, g, t, k);
        if (call->labels_products)
            NAME(store)(call, call->labels_products, i, n, gtk);
        else
            NAME(store_wide)(call, call->labels_gradient, i, n,
                             NAME(weighted_labels_gradient)(call, x, g, gtk, path));
    }
    if (call->logits_gradient || call->tail_products) {
        V gw = NAME(times_upstream)(call, g, f.w);
        if (call->tail_products)
            NAME(store)(call, call->tail_products, i, n, gw);
        else
            NAME(store_wide)(call, call->logits_gradient, i, n,
                             NAME(weighted_logits_gradient)(
                                 call, x, e, NAME(times_upstream)(call, g, f.rest), gw, path));
    }
    if (call->weight_products)
        NAME(store)(call, call->weight_products, i, n, v_mul(v_mul(g, t), z));
}

/* All that the call asks for, of the result from i on, which is element j of the source. */
TFL_INLINE void NAME(weighted_block)(const tfl_call *call, const NAME(weighted_source) *from,
                                     int64_t i, int64_t j, int64_t n, int vectors, tfl_path path,
                                     int gradient) {
    NAME(weighted_steps) steps;
    NAME(weighted_prepare)(call, from, j, n, vectors, path, &steps);
    TFL_EACH(k, vectors) {
        int64_t at = i + k * LANES, from_at = j + k * LANES;
        V x = NAME(load)(call, from->x, from_at, n), z = NAME(load)(call, from->z, from_at, n);
        V weight = NAME(load_weight)(call, from, from_at, n);
        NAME(weighted_factors) f = NAME(weighted_factors_of)(call, z, weight);
        if (!gradient || call->out)
            NAME(store_wide)(call, call->out, at, n, NAME(weighted_loss)(x, f, steps.t[k]));
        if (gradient)
            NAME(weighted_gradients)(call, at, n, path, x, z, weight, f, steps.e[k], steps.t[k]);
    }
}

TFL_INLINE NAME(weighted_source) NAME(weighted_whole)(const NAME(elements) *all) {
    return (NAME(weighted_source)){.x = all->call->logits, .z = all->call->labels, .all_k = all->k};
}

/* One pos_weight for all. */
TFL_INLINE void NAME(weighted_scalar_block)(const NAME(elements) *all, int64_t i, int64_t n,
                                            int vectors, tfl_path path) {
    NAME(weighted_source) from = NAME(weighted_whole)(all);
    NAME(weighted_block)(all->call, &from, i, i, n, vectors, path, 1);
}

/* Broadcast operands, written out for a stretch of the result. The last logits are computed by the
 * C library, and it is the place in the logits that counts, not that in the result: `path` tells
 * it for every element. */
enum { NAME(STRETCH) = 1024 / (int)sizeof(MEM) };
typedef struct NAME(stretch) {
    MEM x[NAME(STRETCH)], z[NAME(STRETCH)], k[NAME(STRETCH)];
    uint8_t path[NAME(STRETCH)];
} NAME(stretch);

/* Fills the stretch with the n elements of the result from i on. */
static void NAME(spread)(const tfl_call *call, int64_t i, int64_t n, NAME(stretch) *to) {
    const tfl_layout *layout = call->layout;
    const MEM *x = call->logits, *z = call->labels, *k = call->weight;
    int64_t last = layout->rank - 1, inner = layout->shape[last];
    int64_t x_step = layout->logits_stride[last], k_step = layout->weight_stride[last];
    int64_t packets_end = call->logits_size - call->logits_size % PACKET;
    for (int64_t done = 0, run; done < n; done += run) {
        int64_t left = inner - (i + done) % inner;
        run = left < n - done ? left : n - done;
        int64_t x_at = tfl_layout_offset(layout, layout->logits_stride, i + done);
        int64_t k_at = tfl_layout_offset(layout, layout->weight_stride, i + done);
        for (int64_t j = 0; j < run; j++) {
            int64_t from = x_at + j * x_step;
            to->x[done + j] = x[from];
            to->z[done + j] = z[from];
            to->k[done + j] = k[k_at + j * k_step];
            to->path[done + j] = from < packets_end ? TFL_PACKET_PATH : TFL_LIBM_PATH;
        }
    }
}

/* The n elements of the result from i on, which is element j of the stretch: all of one path. */
static inline void NAME(weighted_stretch_block)(const tfl_call *call, const NAME(stretch) *from,
                                                int64_t i, int64_t j, int64_t n) {
    NAME(weighted_source) source = {.x = from->x, .z = from->z, .k = from->k};
    if (from->path[j] == TFL_PACKET_PATH)
        NAME(weighted_block)(call, &source, i, j, n, 1, TFL_PACKET_PATH, 1);
    else
        NAME(weighted_block)(call, &source, i, j, n, 1, TFL_LIBM_PATH, 1);
}

static tfl_status NAME(weighted_broadcast)(const tfl_call *call, int64_t begin, int64_t end) {
    NAME(stretch) stretch;
    for (int64_t i = begin, n; i < end; i += n) {
        n = end - i < NAME(STRETCH) ? end - i : NAME(STRETCH);
        NAME(spread)(call, i, n, &stretch);
        for (int64_t j = 0, same; j < n; j += same) {
            for (same = 1; same < LANES && j + same < n; same++)
                if (stretch.path[j + same] != stretch.path[j])
                    break;
            NAME(weighted_stretch_block)(call, &stretch, i + j, j, same);
        }
    }
    return TFL_OK;
}

static tfl_status NAME(weighted_gradient)(const tfl_call *call, int64_t begin, int64_t end) {
    if (call->layout)
        return NAME(weighted_broadcast)(call, begin, end);
    return NAME(for_each_block)(call, begin, end, NAME(weighted_scalar_block));
}

/* A call for the loss alone wants nothing else, and the compiler is told so. */
TFL_INLINE void NAME(weighted_forward_block)(const NAME(elements) *all, int64_t i, int64_t n,
                                             int vectors, tfl_path path) {
    NAME(weighted_source) from = NAME(weighted_whole)(all);
    NAME(weighted_block)(all->call, &from, i, i, n, vectors, path, 0);
}

static tfl_status NAME(weighted_forward)(const tfl_call *call, int64_t begin, int64_t end) {
    if (call->layout)
        return NAME(weighted_broadcast)(call, begin, end);
    return NAME(for_each_block)(call, begin, end, NAME(weighted_forward_block));
}

/* The rest of the gradients, where sums over the repeated axes of the logits came between. */
TFL_INLINE void NAME(weighted_finish_block)(const NAME(elements) *all, int64_t i, int64_t n,
                                            int vectors, tfl_path path) {
    const tfl_call *call = all->call;
    V e[NAME(UNROLL)];
    NAME(exp_of_distance)(call, call->logits, i, n, vectors, path, e);
    TFL_EACH(k, vectors) {
        int64_t at = i + k * LANES;
        V x = NAME(load)(call, call->logits, at, n), z = NAME(load)(call, call->labels, at, n);
        V g = NAME(load)(call, call->upstream, at, n),
          gw = NAME(load)(call, call->tail_sums, at, n);
        V gtk = NAME(load)(call, call->labels_sums, at, n);
        NAME(store_wide)(call, call->labels_gradient, at, n,
                         NAME(weighted_labels_gradient)(call, x, g, gtk, path));
        V linear = v_mul(g, v_sub(v_set1(1), z));
        V gradient = NAME(weighted_logits_gradient)(call, x, e[k], linear, gw, path);
        NAME(store_wide)(call, call->logits_gradient, at, n, gradient);
    }
}

static tfl_status NAME(weighted_finish)(const tfl_call *call, int64_t begin, int64_t end) {
    return NAME(for_each_block)(call, begin, end, NAME(weighted_finish_block));
}
