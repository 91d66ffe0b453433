/* SPDX-License-Identifier: Apache-2.0
 * weighted: x logits, z labels, k = pos_weight - 1
 *
 *   loss = (1 - z)*x + (1 + k*z) * (log1p(exp(-|x|)) + max(-x, 0))
 *
 * Source: tensorflow/python/ops/nn_impl.py, weighted_cross_entropy_with_logits_v2 (2.21.0): one
 * TensorFlow op after the other, each rounded to the type, in the order written below. */

TFL_INLINE V NAME(weighted_loss)(V x, V z, V k, tfl_path path) {
    V one = v_set1(1), zero = v_set1(0);
    V weight = v_add(one, v_mul(k, z));
    V tail = v_add(v_log1p(v_exp(v_neg(v_abs(x)), path), path), v_max(v_neg(x), zero));
    return v_add(v_mul(v_sub(one, z), x), v_mul(weight, tail));
}

/* One pos_weight for all. */
TFL_INLINE V NAME(repeated_weight)(const tfl_call *call) {
    S lanes[LANES];
    v_lane_store(lanes, v_load_n((const MEM *)call->weight, 1));
    return v_set1(lanes[0]);
}

static inline void NAME(weighted_full)(const tfl_call *call, int64_t i, int64_t n, tfl_path path) {
    (void)n;
    V x = v_load((const MEM *)call->logits + i), z = v_load((const MEM *)call->labels + i);
    v_store((MEM *)call->out + i, NAME(weighted_loss)(x, z, NAME(repeated_weight)(call), path));
}

static inline void NAME(weighted_partial)(const tfl_call *call, int64_t i, int64_t n, tfl_path path) {
    V x = v_load_n((const MEM *)call->logits + i, n), z = v_load_n((const MEM *)call->labels + i, n);
    V loss = NAME(weighted_loss)(x, z, NAME(repeated_weight)(call), path);
    v_store_n((MEM *)call->out + i, loss, n);
}

/* Broadcast operands, written out for a stretch of the result. `late` marks the elements whose
 * logit is among the last, which TensorFlow computes by the C library: their place is that in the
 * logits, not in the result. */
enum { NAME(STRETCH) = 256 };
typedef struct NAME(stretch) {
    MEM x[NAME(STRETCH)], z[NAME(STRETCH)], k[NAME(STRETCH)];
    uint8_t late[NAME(STRETCH)];
    int any_late;
} NAME(stretch);

/* Fills the stretch with the n elements of the result from i on. */
static void NAME(spread)(const tfl_call *call, int64_t i, int64_t n, NAME(stretch) *to) {
    const tfl_layout *layout = call->layout;
    const MEM *x = call->logits, *z = call->labels, *k = call->weight;
    int64_t last = layout->rank - 1, inner = layout->shape[last];
    int64_t x_step = layout->logits_stride[last], k_step = layout->weight_stride[last];
    int64_t late_from = call->logits_size - call->logits_size % PACKET;
    to->any_late = 0;
    for (int64_t done = 0, run; done < n; done += run) {
        int64_t left = inner - (i + done) % inner;
        run = left < n - done ? left : n - done;
        int64_t x_at = tfl_layout_offset(layout, layout->logits_stride, i + done);
        int64_t k_at = tfl_layout_offset(layout, layout->weight_stride, i + done);
        for (int64_t j = 0; j < run; j++) {
            to->x[done + j] = x[x_at + j * x_step];
            to->z[done + j] = z[x_at + j * x_step];
            to->k[done + j] = k[k_at + j * k_step];
            to->late[done + j] = x_at + j * x_step >= late_from;
            to->any_late |= to->late[done + j];
        }
    }
}

static inline void NAME(stretch_losses)(const NAME(stretch) *from, MEM *out, int64_t n,
                                        tfl_path path) {
    for (int64_t i = 0; i < n; i += LANES) {
        int64_t m = n - i < LANES ? n - i : LANES;
        V x = v_load_n(from->x + i, m), z = v_load_n(from->z + i, m), k = v_load_n(from->k + i, m);
        v_store_n(out + i, NAME(weighted_loss)(x, z, k, path), m);
    }
}

static void NAME(weighted_broadcast)(const tfl_call *call, int64_t begin, int64_t end) {
    NAME(stretch) stretch;
    MEM late[NAME(STRETCH)];
    for (int64_t i = begin, n; i < end; i += n) {
        n = end - i < NAME(STRETCH) ? end - i : NAME(STRETCH);
        MEM *out = (MEM *)call->out + i;
        NAME(spread)(call, i, n, &stretch);
        NAME(stretch_losses)(&stretch, out, n, TFL_PACKET_PATH);
        if (!stretch.any_late)
            continue;
        NAME(stretch_losses)(&stretch, late, n, TFL_LIBM_PATH);
        for (int64_t j = 0; j < n; j++)
            if (stretch.late[j])
                out[j] = late[j];
    }
}

static tfl_status NAME(weighted_forward)(const tfl_call *call, int64_t begin, int64_t end) {
    if (call->layout)
        NAME(weighted_broadcast)(call, begin, end);
    else
        NAME(for_each_block)(call, begin, end, call->logits_size, NAME(weighted_full),
                             NAME(weighted_partial));
    return TFL_OK;
}
