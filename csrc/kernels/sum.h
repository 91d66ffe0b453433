/* SPDX-License-Identifier: Apache-2.0
 * TensorFlow's Sum over some axes: which elements are added in which order depends on where the
 * reduced axes lie. SUM_COST is what Eigen reckons an element to cost, from which it decides how
 * many threads share a sum over everything.
 *
 * Source: tensorflow/core/kernels/reduction_ops_common.h and Eigen 5.0.1-dev, MPL-2.0,
 * unsupported/Eigen/CXX11/src/Tensor/TensorReduction.h. */

TFL_INLINE V NAME(summand)(const void *row, int64_t i, int64_t n, tfl_path path) {
    (void)path;
    const MEM *p = (const MEM *)row + i;
    return v_flush(n == LANES ? v_load(p) : v_load_n(p, n));
}

TFL_INLINE S NAME(summand_at)(const MEM *in, int64_t i) {
    return s_flush(NAME(first_lane)(v_load_n(in + i, 1)));
}

static S NAME(sum_leaf)(const tfl_order *order, const void *row, int64_t start, int64_t n) {
    return NAME(leaf_sum)(order, NAME(summand), NULL, row, start, n);
}

TFL_INLINE S NAME(sum_range)(const tfl_sum_plan *plan, const MEM *in, int64_t first, int64_t n) {
    return NAME(tree_sum)(plan->order, NAME(sum_leaf), in + first, first, 0, n);
}

/* A sum of two values, or a quotient, in the type. */
TFL_INLINE S NAME(sum_step)(const tfl_sum_plan *plan, S value) {
#ifdef SCALAR_SUMS
    if (plan->order->summation == TFL_SUM_CUT_STEPS)
        return NAME(cut_off)(s_flush(value));
#endif
    (void)plan;
    return s_round(value);
}

TFL_INLINE S NAME(divided)(const tfl_sum_plan *plan, S sum) {
    return NAME(sum_step)(plan, sum / NAME(sum_step)(plan, (S)plan->divisor));
}

TFL_INLINE void NAME(store_sum)(const tfl_sum_plan *plan, MEM *out, int64_t i, S sum) {
    v_store_n(out + i, v_set1(NAME(divided)(plan, sum)), 1);
}

static S NAME(sum_all)(const tfl_sum_plan *plan, const MEM *in) {
    int64_t n = plan->size;
    double cost = OF_ORDER(plan->order, sum_cost, SUM_COST), most = (double)plan->intra_op_threads;
    double wanted = ((double)n * cost - 100000.0) / 100000.0 + 0.9;
    double threads = wanted < most ? wanted : most;
    if (threads < 2)
        return NAME(sum_range)(plan, in, 0, n);
    int64_t block =
        plan->float_blocks ? (int64_t)((float)n / (float)(int64_t)threads) : n / (int64_t)threads;
    int64_t blocks = n / block;
    S sum = n > blocks * block ? NAME(sum_range)(plan, in, blocks * block, n - blocks * block) : 0;
    for (int64_t i = 0; i < blocks; i++)
        sum = NAME(sum_step)(plan, sum + NAME(sum_range)(plan, in, i * block, block));
    return sum;
}

enum { NAME(COLUMNS) = 64 };

/* sums[0..n) += n elements of the input. */
TFL_INLINE void NAME(add_columns)(const tfl_sum_plan *plan, S *sums, const MEM *in, int64_t n) {
    S row[NAME(COLUMNS)];
    NAME(gather_values)(NAME(summand), in, 0, n, TFL_PACKET_PATH, row);
    for (int64_t i = 0; i < n; i++)
        sums[i] = NAME(sum_step)(plan, sums[i] + row[i]);
}

/* Columns [0, n) of `rows` rows, `stride` elements apart; in so many sums side by side. */
static void NAME(sum_columns)(const tfl_sum_plan *plan, const MEM *in, int64_t rows, int64_t stride,
                              int64_t n, int count, S *sums) {
    S sides[NAME(SIDES)][NAME(COLUMNS)] = {{0}};
    int64_t r = 0;
    for (; r + count <= rows; r += count)
        for (int k = 0; k < count; k++)
            NAME(add_columns)(plan, sides[k], in + (r + k) * stride, n);
    for (int64_t i = 0; i < n; i++) {
        sums[i] = sides[0][i];
        for (int k = 1; k < count; k++)
            sums[i] = NAME(sum_step)(plan, sums[i] + sides[k][i]);
    }
    for (; r < rows; r++)
        NAME(add_columns)(plan, sums, in + r * stride, n);
}

/* Eigen reduces a packet of neighbouring results together where the whole of it lies in the inner
 * axis, and there are rows enough. */
static void NAME(sum_krk)(const tfl_sum_plan *plan, const MEM *in, MEM *out) {
    int64_t rows = plan->middle, inner = plan->inner, n;
    int sides = OF_ORDER(plan->order, four_columns, 1) ? NAME(SIDES) : 1;
    S sums[NAME(COLUMNS)];
    for (int64_t i = 0; i < plan->outer * inner; i += n) {
        int64_t column = i % inner, left = inner - column, into_packet = i % PACKET;
        int packed = rows >= 16 && into_packet == 0 && left >= PACKET;
        if (packed)
            n = left / PACKET * PACKET;
        else
            n = left < PACKET - into_packet ? left : PACKET - into_packet;
        n = n < NAME(COLUMNS) ? n : NAME(COLUMNS);
        NAME(sum_columns)(plan, in + i / inner * rows * inner + column, rows, inner, n,
                          packed ? sides : 1, sums);
        for (int64_t j = 0; j < n; j++)
            sums[j] = NAME(divided)(plan, sums[j]);
        for (int64_t j = 0; j < n; j += LANES)
            v_store_n(out + i + j, v_lane_load(sums + j), n - j < LANES ? n - j : LANES);
    }
}

static void NAME(sum_rkr)(const tfl_sum_plan *plan, const MEM *in, MEM *out) {
    int64_t outer = plan->outer, kept = plan->middle, inner = plan->inner;
    for (int64_t k = 0; k < kept; k++) {
        S sum = 0;
        for (int64_t j = 0; j < inner; j++)
            for (int64_t i = 0; i < outer; i++)
                sum = NAME(sum_step)(plan, sum + NAME(summand_at)(in, (i * kept + k) * inner + j));
        NAME(store_sum)(plan, out, k, sum);
    }
}

/* The place of the i-th element over the axes of one kind. */
static int64_t NAME(sum_offset)(const tfl_sum_plan *plan, int reduced, int64_t i) {
    int64_t offset = 0, stride = 1;
    for (int64_t axis = plan->rank - 1; axis >= 0; axis--) {
        if (plan->reduced[axis] == reduced) {
            offset += i % plan->shape[axis] * stride;
            i /= plan->shape[axis];
        }
        stride *= plan->shape[axis];
    }
    return offset;
}

static tfl_status NAME(sum_transposed)(const tfl_sum_plan *plan, const MEM *in, MEM *out) {
    int64_t rows = 1;
    for (int64_t axis = 0; axis < plan->rank; axis++)
        rows *= plan->reduced[axis] ? 1 : plan->shape[axis];
    int64_t n = plan->size / rows;
    MEM *row = malloc((size_t)n * sizeof *row);
    if (!row)
        return TFL_NO_MEMORY;
    for (int64_t k = 0; k < rows; k++) {
        const MEM *from = in + NAME(sum_offset)(plan, 0, k);
        for (int64_t i = 0; i < n; i++)
            row[i] = from[NAME(sum_offset)(plan, 1, i)];
        NAME(store_sum)(plan, out, k,
                        NAME(tree_sum)(plan->order, NAME(sum_leaf), row, k * n, 0, n));
    }
    free(row);
    return TFL_OK;
}

static tfl_status NAME(sum)(const tfl_sum_plan *plan, const void *in, void *out) {
    switch (plan->pattern) {
    case TFL_SUM_COPY:
        memcpy(out, in, (size_t)plan->size * sizeof(MEM));
        return TFL_OK;
    case TFL_SUM_ALL:
        NAME(store_sum)(plan, out, 0, NAME(sum_all)(plan, in));
        return TFL_OK;
    case TFL_SUM_ROWS:
        for (int64_t k = 0; k < plan->outer; k++)
            NAME(store_sum)(plan, out, k, NAME(sum_range)(plan, in, k * plan->inner, plan->inner));
        return TFL_OK;
    case TFL_SUM_COLUMNS:
        NAME(sum_krk)(plan, in, out);
        return TFL_OK;
    case TFL_SUM_BOTH_ENDS:
        NAME(sum_rkr)(plan, in, out);
        return TFL_OK;
    case TFL_SUM_TRANSPOSED:
        return NAME(sum_transposed)(plan, in, out);
    }
    return TFL_BAD_ARGUMENT;
}
