/* SPDX-License-Identifier: Apache-2.0
 * Rows times columns, as TensorFlow's MatMul multiplies one vector by another: the second derivatives
 * of the softmax losses have such a product for each row. Every product and sum is rounded once.
 *
 * Source: Eigen/src/Core/products/GeneralMatrixMatrix.h and GeneralMatrixVector.h of each release; the
 * blocks of the first ones were measured. */
#include <math.h>

#include "api/dispatch.h"
#include "api/versions.h"
#include "host/fpenv.h"

enum {
    LAZY = 17,   /* up to so many elements, the first product is where the sum begins, not 0 */
    SHORT = 128, /* fewer elements are not cut into blocks */
    BLOCK = 16,
    FUSED_LANES = 4
};

#define ROW_PRODUCTS(S, flush, PACKET)                                                             \
    static S product_of_##S(S a, S b) { return flush(flush(a) * flush(b)); }                       \
    /* One after the other. */                                                                     \
    static S in_turn_##S(S sum, const S *a, const S *b, int64_t n) {                               \
        for (int64_t i = 0; i < n; i++)                                                            \
            sum = flush(sum + product_of_##S(a[i], b[i]));                                         \
        return sum;                                                                                \
    }                                                                                              \
    static S in_blocks_##S(const S *a, const S *b, int64_t n) {                                    \
        S sum = 0;                                                                                 \
        for (int64_t i = 0; i < n; i += BLOCK)                                                     \
            sum = flush(sum + in_turn_##S(0, a + i, b + i, n - i < BLOCK ? n - i : BLOCK));        \
        return sum;                                                                                \
    }                                                                                              \
    /* Packets of `size` elements one after the other, folded in halves. */                        \
    static S packets_##S(const S *a, const S *b, int64_t n, int size) {                            \
        S lanes[PACKET] = {0};                                                                     \
        for (int64_t i = 0; i < n; i += size)                                                      \
            for (int k = 0; k < size; k++)                                                         \
                lanes[k] = flush(lanes[k] + product_of_##S(a[i + k], b[i + k]));                   \
        for (int half = size / 2; half > 0; half /= 2)                                             \
            for (int k = 0; k < half; k++)                                                         \
                lanes[k] = flush(lanes[k] + lanes[k + half]);                                      \
        return lanes[0];                                                                           \
    }                                                                                              \
    static S in_packets_##S(tfl_products how, const S *a, const S *b, int64_t n) {                 \
        int64_t whole = n - n % PACKET;                                                            \
        S sum = packets_##S(a, b, whole, PACKET);                                                  \
        if (how == TFL_PRODUCTS_HALVES && n - whole >= PACKET / 2) {                               \
            sum = flush(sum + packets_##S(a + whole, b + whole, PACKET / 2, PACKET / 2));          \
            whole += PACKET / 2;                                                                   \
        }                                                                                          \
        return in_turn_##S(sum, a + whole, b + whole, n - whole);                                  \
    }                                                                                              \
    static S row_##S(tfl_products how, const S *a, const S *b, int64_t n) {                        \
        if (0 < n && n <= LAZY)                                                                    \
            return in_turn_##S(product_of_##S(a[0], b[0]), a + 1, b + 1, n - 1);                   \
        if (how == TFL_PRODUCTS_BLOCKS && n >= SHORT)                                              \
            return in_blocks_##S(a, b, n);                                                         \
        if (how == TFL_PRODUCTS_PACKETS || how == TFL_PRODUCTS_HALVES)                             \
            return in_packets_##S(how, a, b, n);                                                   \
        return in_turn_##S(0, a, b, n);                                                            \
    }                                                                                              \
    static void rows_##S(tfl_products how, int64_t rows, int64_t classes, const S *a, const S *b,  \
                         S *out) {                                                                 \
        for (int64_t i = 0; i < rows; i++)                                                         \
            out[i] = row_##S(how, a + i * classes, b + i * classes, classes);                      \
    }
ROW_PRODUCTS(float, tfl_flush_float, 8)
ROW_PRODUCTS(double, tfl_flush_double, 4)

static float fused(float a, float b, float sum) {
    return tfl_flush_float(fmaf(tfl_flush_float(a), tfl_flush_float(b), sum));
}

static float fused_in_turn(const float *a, const float *b, int64_t n) {
    float sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum = fused(a[i], b[i], sum);
    return sum;
}

/* Vectors go to two sums in turn, which are added, and then neighbouring lanes. */
static float fused_in_lanes(const float *a, const float *b, int64_t n) {
    float sums[2][FUSED_LANES] = {{0}};
    for (int64_t i = 0; i < n; i++) {
        float *sum = &sums[i / FUSED_LANES % 2][i % FUSED_LANES];
        *sum = fused(a[i], b[i], *sum);
    }
    for (int k = 0; k < FUSED_LANES; k++)
        sums[0][k] = tfl_flush_float(sums[0][k] + sums[1][k]);
    return tfl_flush_float(tfl_flush_float(sums[0][0] + sums[0][1]) +
                           tfl_flush_float(sums[0][2] + sums[0][3]));
}

/* oneDNN's: products are fused with sums, of blocks of so many elements. */
static float fused_row(int64_t block, int64_t lanes, const float *a, const float *b, int64_t n) {
    float total = 0;
    for (int64_t i = 0; i < n; i += block) {
        int64_t count = n - i < block ? n - i : block;
        float sum = lanes == FUSED_LANES ? fused_in_lanes(a + i, b + i, count)
                                         : fused_in_turn(a + i, b + i, count);
        total = tfl_flush_float(total + sum);
    }
    return total;
}

tfl_status tfl_row_products(tfl_version version, tfl_dtype dtype, int64_t fused_block,
                            int64_t fused_lanes, int64_t rows, int64_t classes, const void *a,
                            const void *b, void *out) {
    const tfl_profile *profile = tfl_profile_of(version);
    if (!profile || (dtype != TFL_F32 && dtype != TFL_F64) || rows < 0 || classes < 0 ||
        fused_block < 0 || (fused_block > 0 && dtype != TFL_F32) ||
        (fused_lanes != 1 && fused_lanes != FUSED_LANES))
        return TFL_BAD_ARGUMENT;
    int64_t size = tfl_product(rows, classes);
    if (size < 0 || tfl_product(rows, 1) < 0 || tfl_product(classes, 1) < 0)
        return TFL_TOO_LARGE;
    if (rows == 0)
        return TFL_OK;
    tfl_status status = tfl_check_operands(dtype, size, a, b, rows, out);
    if (status != TFL_OK)
        return status;
    tfl_fpenv caller = tfl_fpenv_enter();
    if (fused_block > 0)
        for (int64_t i = 0; i < rows; i++)
            ((float *)out)[i] = fused_row(fused_block, fused_lanes, (const float *)a + i * classes,
                                          (const float *)b + i * classes, classes);
    else if (dtype == TFL_F32)
        rows_float(profile->products, rows, classes, a, b, out);
    else
        rows_double(profile->products, rows, classes, a, b, out);
    tfl_fpenv_leave(caller);
    return TFL_OK;
}
