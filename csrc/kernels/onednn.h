/* SPDX-License-Identifier: Apache-2.0
 * softmax as oneDNN computes it, which TensorFlow asks for float32 and bfloat16 where it has been told
 * to, or finds a processor made for it. oneDNN writes its code when it runs, for the vectors of the
 * processor: the lanes of its sums, whether products are fused, and so its bits, depend on that.
 *
 * Of a row x, with m = max(x):  e = exp(x - m),  probabilities = e * (1 / sum(e))
 *
 * Source: oneDNN 2.7 to 3.7, Apache-2.0, src/cpu/x64/jit_uni_softmax.cpp and
 * src/cpu/x64/injectors/jit_uni_eltwise_injector.cpp (exp_compute_vector_fwd). */

enum { NAME(MOST_LANES) = 16, NAME(SUMS) = 4 };

/* exp(r) = 1 + p1*r + ... + p5*r^5 with r = x - n*ln2; 0 where x, or the result, or half of it would
 * be subnormal. A NaN is taken for the greatest argument, 88.7, as the processor's minimum does. */
TFL_INLINE V NAME(onednn_exp)(V x, int fused) {
    static const float p[] = {0x1.0f9f9cp-7f, 0x1.573a1ap-5f, 0x1.555a8p-3f,
                              0x1.fffdc6p-2f, 0x1.fffff6p-1f, 1.0f};
    V least = v_set1(-0x1.5d58ap+6f), most = v_set1(0x1.62e43p+6f), ln2 = v_set1(0x1.62e43p-1f);
    M is_low = v_lt(x, least);
    x = v_select(v_lt(x, most), x, most);
    x = v_select(v_lt(least, x), x, least);
    V n = f32v_floor(v_add(v_mul(x, v_set1(0x1.715476p+0f)), v_set1(0.5f)));
    V r = fused ? f32v_fused(v_neg(n), ln2, x) : v_sub(x, v_mul(n, ln2));
    V y = v_set1(p[0]);
    TFL_EACH(k, 5)
    y = fused ? f32v_fused(y, r, v_set1(p[k + 1])) : v_add(v_mul(y, r), v_set1(p[k + 1]));
    V half = f32v_scale(y, v_sub(n, v_set1(1.0f)));
    return v_select(is_low, v_set1(0), v_add(half, half));
}

/* One call's way: that of an instruction set and a version. */
typedef struct NAME(onednn) {
    const tfl_call *call;
    int lanes;
    int fused;
    S *exps; /* of a row, where the result has not their precision */
} NAME(onednn);

/* The processor's maximum, which is the second of two if one is NaN. */
TFL_INLINE S NAME(second_max)(S a, S b) { return a > b ? a : b; }

/* Where the i-th of the elements behind the last whole vector goes. */
TFL_INLINE int NAME(rest_lane)(const NAME(onednn) *way, int64_t i) {
    return way->lanes == 4 && way->call->onednn < TFL_ONEDNN_3_0 ? 0 : (int)i;
}

/* The sum that the v-th of `whole` vectors goes to. */
TFL_INLINE int NAME(sum_of_vector)(const NAME(onednn) *way, int64_t v, int64_t whole) {
    return way->call->onednn >= TFL_ONEDNN_3_4 && v < whole ? (int)(v % NAME(SUMS)) : 0;
}

/* The maximum of a row that has a NaN: it depends on the order, and differs between lanes. */
static void NAME(odd_maxima)(const NAME(onednn) *way, const MEM *x, S *m) {
    int64_t classes = way->call->classes, lanes = way->lanes, whole = classes / lanes;
    int64_t rest = classes % lanes;
    int many = way->call->onednn >= TFL_ONEDNN_3_4;
    int sums = !many || whole == 0 ? 1 : whole < NAME(SUMS) ? (int)whole : NAME(SUMS);
    S a[NAME(SUMS)][NAME(MOST_LANES)], folded[NAME(MOST_LANES)];
    for (int k = 0; k < NAME(SUMS); k++)
        for (int l = 0; l < lanes; l++)
            a[k][l] = -FLT_MAX;
    for (int64_t i = 0; i < classes; i++) {
        int is_rest = i >= whole * lanes;
        int l = is_rest ? NAME(rest_lane)(way, i % lanes) : (int)(i % lanes);
        S *to = a[NAME(sum_of_vector)(way, i / lanes, whole)];
        to[l] = NAME(second_max)(to[l], NAME(load_scalar)(way->call, x, i));
    }
    /* Lanes without an element of the rest are compared with the least number, if not masked. */
    int first_idle = rest && NAME(rest_lane)(way, 1) == 0 ? 1 : (int)rest;
    for (int l = first_idle; rest && lanes < NAME(MOST_LANES) &&l < lanes; l++)
        a[0][l] = NAME(second_max)(a[0][l], -FLT_MAX);
    for (int l = 0; l < lanes; l++) {
        S low = sums > 1 ? NAME(second_max)(a[0][l], a[1][l]) : a[0][l];
        S high = sums > 3 ? NAME(second_max)(a[2][l], a[3][l]) : a[2][l];
        m[l] = sums > 2 ? NAME(second_max)(low, high) : low;
    }
    for (int step = (int)lanes / 2; step > 0; step /= 2) {
        for (int l = 0; l < lanes; l++)
            folded[l] = NAME(second_max)(m[l], m[l ^ step]);
        memcpy(m, folded, (size_t)lanes * sizeof *m);
    }
}

static void NAME(odd_exps)(const NAME(onednn) *way, const MEM *x, S *exps) {
    int64_t classes = way->call->classes, lanes = way->lanes;
    S maxima[NAME(MOST_LANES)];
    NAME(odd_maxima)(way, x, maxima);
    for (int64_t i = 0; i < classes; i++) {
        int is_rest = i >= classes / lanes * lanes;
        int l = is_rest ? NAME(rest_lane)(way, i % lanes) : (int)(i % lanes);
        V d = v_sub(v_set1(NAME(load_scalar)(way->call, x, i)), v_set1(maxima[l]));
        exps[i] = NAME(first_lane)(NAME(onednn_exp)(d, way->fused));
    }
}

/* The maximum of a row; NaN if it has one. */
TFL_INLINE S NAME(max_or_nan)(const tfl_call *call, const MEM *x) {
    V max = v_set1(-FLT_MAX), nan = v_set1(0);
    S lanes[2 * LANES], result = -FLT_MAX;
    int64_t i = 0;
    for (; i + LANES <= call->classes; i += LANES) {
        V a = NAME(load)(call, x, i, LANES);
        max = v_max(max, a);
        nan = v_select(v_eq(a, a), nan, a);
    }
    int64_t rest = call->classes - i;
    v_lane_store(lanes, v_add(max, nan));
    v_lane_store(lanes + LANES, NAME(load)(call, x, i, rest));
    for (int64_t l = 0; l < LANES + rest; l++)
        result = result != result || lanes[l] <= result ? result : lanes[l];
    return result;
}

/* The exponentials of a row, where they are summed from. */
TFL_INLINE void NAME(onednn_exps)(const NAME(onednn) *way, const MEM *x, S *exps) {
    const tfl_call *call = way->call;
    S max = NAME(max_or_nan)(call, x);
    if (max != max) {
        NAME(odd_exps)(way, x, exps);
        return;
    }
    V m = v_set1(max);
    for (int64_t i = 0, n; i < call->classes; i += n) {
        n = call->classes - i < LANES ? call->classes - i : LANES;
        V e = NAME(onednn_exp)(v_sub(NAME(load)(call, x, i, n), m), way->fused);
        if (n == LANES)
            v_lane_store(exps + i, e);
        else
            f32v_store_n(exps + i, e, n);
    }
}

/* Their sum: lane by lane, in one sum or four in turn, then over the lanes in halves. */
TFL_INLINE S NAME(onednn_sum)(const NAME(onednn) *way, const S *exps, int lanes) {
    int64_t classes = way->call->classes, whole = classes / lanes;
    S sums[NAME(SUMS)][NAME(MOST_LANES)] = {{0}};
    for (int64_t v = 0; v < whole; v++) {
        S *to = sums[NAME(sum_of_vector)(way, v, whole)];
        for (int l = 0; l < lanes; l++)
            to[l] = s_flush(to[l] + exps[v * lanes + l]);
    }
    for (int64_t i = 0; i < classes % lanes; i++) {
        S *to = &sums[0][NAME(rest_lane)(way, i)];
        *to = s_flush(*to + exps[whole * lanes + i]);
    }
    for (int l = 0; l < lanes; l++)
        sums[0][l] = s_flush(s_flush(sums[0][l] + sums[1][l]) + s_flush(sums[2][l] + sums[3][l]));
    for (int step = lanes / 2; step > 0; step /= 2)
        for (int l = 0; l < step; l++)
            sums[0][l] = s_flush(sums[0][l] + sums[0][l + step]);
    return sums[0][0];
}

/* e * factor, of exponentials that may have been rounded to the type on the way. */
TFL_INLINE void NAME(onednn_scale)(const NAME(onednn) *way, const S *exps, S factor, MEM *out) {
    const tfl_call *call = way->call;
    int is_kept = sizeof(MEM) == sizeof(S) || call->onednn >= TFL_ONEDNN_3_5;
    V f = v_set1(factor);
    for (int64_t i = 0, n; i < call->classes; i += n) {
        n = call->classes - i < LANES ? call->classes - i : LANES;
        V e = n == LANES ? v_lane_load(exps + i) : f32v_load_n(exps + i, n);
        if (!is_kept) {
            NAME(store)(call, out, i, n, e);
            e = NAME(load)(call, out, i, n);
        }
        NAME(store)(call, out, i, n, v_mul(e, f));
    }
}

TFL_INLINE void NAME(onednn_rows)(const NAME(onednn) *way, int64_t begin, int64_t end, int lanes) {
    int64_t classes = way->call->classes;
    for (int64_t b = begin; b < end; b++) {
        MEM *out = (MEM *)way->call->out + b * classes;
        S *exps = sizeof(MEM) == sizeof(S) ? (S *)(void *)out : way->exps;
        NAME(onednn_exps)(way, (const MEM *)way->call->logits + b * classes, exps);
        NAME(onednn_scale)(way, exps, s_flush(1 / NAME(onednn_sum)(way, exps, lanes)), out);
    }
}

static tfl_status NAME(onednn_softmax)(const tfl_call *call, int64_t begin, int64_t end) {
    NAME(onednn) way = {.call = call, .lanes = call->onednn_lanes, .fused = call->onednn_lanes > 4};
    int apart = sizeof(MEM) != sizeof(S); /* else they stand where the result will */
    if (apart)
        way.exps = malloc((size_t)call->classes * sizeof(S));
    if (apart && !way.exps)
        return TFL_NO_MEMORY;
    if (way.lanes == 16)
        NAME(onednn_rows)(&way, begin, end, 16);
    else if (way.lanes == 8)
        NAME(onednn_rows)(&way, begin, end, 8);
    else
        NAME(onednn_rows)(&way, begin, end, 4);
    free(way.exps);
    return TFL_OK;
}
