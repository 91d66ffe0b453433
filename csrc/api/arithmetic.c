/* SPDX-License-Identifier: Apache-2.0
 * The four operations of arithmetic on arrays, as TensorFlow computes them between losses: every
 * element rounded once, in the floating-point environment of its threads. */
#include "api/dispatch.h"
#include "host/fpenv.h"

#define EACH(T, flush, operator)                                                                   \
    for (int64_t i = 0; i < n; i++)                                                                \
    out[i] = (T)flush(flush(a[i]) operator flush(b[i]))

#define EACH_ROUNDED(T, flush, operator)                                                           \
    for (int64_t i = 0; i < n; i++)                                                                \
    out[i] = tfl_round_##T(flush(a[i]) operator flush(b[i]),                                       \
                           flush(a[i]) * TFL_SCALE_##T operator flush(b[i]))

#define OPERATIONS(T, flush)                                                                       \
    static void compute_##T(tfl_operation op, int64_t n, const T *a, const T *b, T *out) {         \
        switch (op) {                                                                              \
        case TFL_ADD:                                                                              \
            EACH(T, flush, +);                                                                     \
            break;                                                                                 \
        case TFL_SUBTRACT:                                                                         \
            EACH(T, flush, -);                                                                     \
            break;                                                                                 \
        case TFL_MULTIPLY:                                                                         \
            EACH_ROUNDED(T, flush, *);                                                             \
            break;                                                                                 \
        default:                                                                                   \
            EACH_ROUNDED(T, flush, /);                                                             \
        }                                                                                          \
    }
OPERATIONS(float, tfl_flush_float)
OPERATIONS(double, tfl_flush_double)

tfl_status tfl_arithmetic(tfl_operation op, tfl_dtype dtype, int64_t size, const void *a,
                          const void *b, void *out) {
    if (op < TFL_ADD || op > TFL_DIVIDE || (dtype != TFL_F32 && dtype != TFL_F64) || size < 0)
        return TFL_BAD_ARGUMENT;
    if (tfl_product(size, 1) < 0)
        return TFL_TOO_LARGE;
    if (size == 0)
        return TFL_OK;
    tfl_status status = tfl_check_operands(dtype, size, a, b, size, out);
    if (status != TFL_OK)
        return status;
    tfl_fpenv caller = tfl_fpenv_enter();
    if (dtype == TFL_F32)
        compute_float(op, size, a, b, out);
    else
        compute_double(op, size, a, b, out);
    tfl_fpenv_leave(caller);
    return TFL_OK;
}
