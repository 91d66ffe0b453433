/* SPDX-License-Identifier: Apache-2.0
 * Checks a call, chooses its kernel and runs it on the pool. */
#include <stdatomic.h>
#include <string.h>

#include "fpenv.h"
#include "tf_losses.h"

extern const tfl_isa tfl_isa_portable;
#if defined(__x86_64__)
extern const tfl_isa tfl_isa_baseline, tfl_isa_avx2, tfl_isa_avx512;
#endif

const tfl_isa *const tfl_isas[] = {
    &tfl_isa_portable,
#if defined(__x86_64__)
    &tfl_isa_baseline, &tfl_isa_avx2, &tfl_isa_avx512,
#endif
    NULL,
};

static _Atomic(const tfl_isa *) chosen_isa;

static const tfl_isa *best_isa(void) {
    const tfl_isa *best = tfl_isas[0];
    for (int64_t i = 1; tfl_isas[i]; i++)
        if (tfl_isas[i]->supported())
            best = tfl_isas[i];
    return best;
}

/* Two threads that meet here first find the same one. */
static const tfl_isa *current_isa(void) {
    const tfl_isa *isa = atomic_load_explicit(&chosen_isa, memory_order_acquire);
    if (!isa) {
        isa = best_isa();
        atomic_store_explicit(&chosen_isa, isa, memory_order_release);
    }
    return isa;
}

static const tfl_isa *find_isa(const char *name) {
    for (int64_t i = 0; tfl_isas[i]; i++)
        if (strcmp(tfl_isas[i]->name, name) == 0)
            return tfl_isas[i];
    return NULL;
}

const char *tfl_isa_name(void) { return current_isa()->name; }

const char *tfl_isa_known(int64_t i) {
    int64_t count = (int64_t)(sizeof tfl_isas / sizeof *tfl_isas) - 1;
    return i >= 0 && i < count ? tfl_isas[i]->name : NULL;
}

int tfl_isa_supported(const char *name) {
    const tfl_isa *isa = name ? find_isa(name) : NULL;
    return isa && isa->supported();
}

tfl_status tfl_isa_select(const char *name) {
    const tfl_isa *isa = name ? find_isa(name) : best_isa();
    if (!isa)
        return TFL_UNKNOWN_ISA;
    if (!isa->supported())
        return TFL_UNSUPPORTED_ISA;
    atomic_store_explicit(&chosen_isa, isa, memory_order_release);
    return TFL_OK;
}

const char *tfl_status_text(tfl_status status) {
    static const char *const texts[] = {
        [TFL_OK] = "no error",
        [TFL_BAD_ARGUMENT] = "bad argument",
        [TFL_TOO_LARGE] = "sizes too large",
        [TFL_LABEL_OUT_OF_RANGE] = "a label is outside the valid range",
        [TFL_NO_MEMORY] = "out of memory",
        [TFL_UNKNOWN_ISA] = "unknown instruction set",
        [TFL_UNSUPPORTED_ISA] = "instruction set not supported by this processor or build",
    };
    unsigned int i = (unsigned int)status;
    return i < sizeof texts / sizeof *texts ? texts[i] : "unknown status";
}

static int is_float(tfl_dtype dtype) { return dtype >= TFL_F16 && dtype <= TFL_F64; }

/* The slot of a loss's kernel, or TFL_SLOTS where the dtypes do not go together. */
static tfl_slot find_slot(tfl_loss loss, tfl_dtype dtype, tfl_dtype labels_dtype) {
    if (!is_float(dtype))
        return TFL_SLOTS;
    if (loss == TFL_SPARSE_SOFTMAX)
        return labels_dtype == TFL_I32 || labels_dtype == TFL_I64 ? (tfl_slot)dtype : TFL_SLOTS;
    if (labels_dtype == dtype)
        return (tfl_slot)dtype;
    if (loss == TFL_SOFTMAX && labels_dtype == TFL_F32 && dtype == TFL_F16)
        return TFL_SLOT_F16_LABELS_F32;
    if (loss == TFL_SOFTMAX && labels_dtype == TFL_F32 && dtype == TFL_BF16)
        return TFL_SLOT_BF16_LABELS_F32;
    return TFL_SLOTS;
}

/* a*b, or -1 if that is not a size in bytes of the widest element. */
static int64_t checked_product(int64_t a, int64_t b) {
    int64_t product;
    if (__builtin_mul_overflow(a, b, &product) || product > INT64_MAX / 8)
        return -1;
    return product;
}

/* The elements of a layout; -1 if they are too many, -2 if the shape is not one. */
static int64_t layout_size(const tfl_layout *layout) {
    int64_t size = 1;
    if (layout->rank < 1 || layout->rank > TFL_MAX_RANK)
        return -2;
    for (int64_t i = 0; i < layout->rank; i++)
        if (layout->shape[i] < 0)
            return -2;
    for (int64_t i = 0; i < layout->rank && size >= 0; i++)
        size = checked_product(size, layout->shape[i]);
    return size;
}

/* Whether the strides keep every element of the layout inside `size` elements. */
static int strides_fit(const tfl_layout *layout, const int64_t *stride, int64_t size) {
    int64_t last = 0;
    for (int64_t i = 0; i < layout->rank; i++) {
        int64_t reach;
        if (stride[i] < 0 || __builtin_mul_overflow(layout->shape[i] - 1, stride[i], &reach) ||
            __builtin_add_overflow(last, reach, &last))
            return 0;
    }
    return last < size;
}

/* Fills in what depends on the layout; the size of the result, in rows or elements, is `count`. */
static tfl_status apply_layout(tfl_loss loss, tfl_call *call, int64_t *count) {
    const tfl_layout *layout = call->layout;
    int64_t size = layout_size(layout);
    if (size < 0)
        return size == -1 ? TFL_TOO_LARGE : TFL_BAD_ARGUMENT;
    if (loss == TFL_WEIGHTED) {
        *count = size;
        if (size > 0 && !(strides_fit(layout, layout->logits_stride, call->logits_size) &&
                          strides_fit(layout, layout->weight_stride, layout->weight_size)))
            return TFL_BAD_ARGUMENT;
        return TFL_OK;
    }
    if (loss != TFL_SOFTMAX || layout->rank != 2 || layout->shape[0] != call->rows ||
        layout->shape[1] != call->classes)
        return TFL_BAD_ARGUMENT;
    call->labels_row_stride = layout->labels_stride[0];
    call->labels_column_stride = layout->labels_stride[1];
    call->logits_row_stride = layout->logits_stride[0];
    call->logits_column_stride = layout->logits_stride[1];
    /* An operand is whole, or repeated along one axis or both. */
    for (int side = 0; side < 2; side++) {
        const int64_t *stride = side ? layout->labels_stride : layout->logits_stride;
        int64_t row = stride[1] ? call->classes : 1;
        if ((stride[1] != 0 && stride[1] != 1) || (stride[0] != 0 && stride[0] != row))
            return TFL_BAD_ARGUMENT;
    }
    return TFL_OK;
}

typedef struct job {
    const tfl_call *call;
    tfl_kernel kernel;
} job;

static tfl_status run_job(const void *context, int64_t begin, int64_t end) {
    const job *work = context;
    tfl_fpenv caller = tfl_fpenv_enter();
    tfl_status status = work->kernel(work->call, begin, end);
    tfl_fpenv_leave(caller);
    return status;
}

/* Enough work that handing it to another thread pays: about 20 microseconds. */
enum { GRAIN_ELEMENTS = 16384 };

static int64_t grain_of(int64_t elements_each) {
    int64_t grain = GRAIN_ELEMENTS / (elements_each > 0 ? elements_each : 1);
    return (grain / TFL_SPLIT + 1) * TFL_SPLIT;
}

tfl_status tfl_forward(tfl_loss loss, tfl_dtype dtype, tfl_dtype labels_dtype, int64_t rows,
                       int64_t classes, const void *labels, const void *logits,
                       const void *pos_weight_minus_1, const tfl_layout *layout, void *out) {
    if ((unsigned int)loss >= TFL_LOSSES || rows < 0 || classes < 0)
        return TFL_BAD_ARGUMENT;
    tfl_slot slot = find_slot(loss, dtype, labels_dtype);
    if (slot == TFL_SLOTS || (loss == TFL_WEIGHTED) != (pos_weight_minus_1 != NULL))
        return TFL_BAD_ARGUMENT;
    tfl_call call = {.rows = rows,
                     .classes = classes,
                     .logits_size = checked_product(rows, classes),
                     .labels_dtype = labels_dtype,
                     .labels = labels,
                     .logits = logits,
                     .weight = pos_weight_minus_1,
                     .layout = layout,
                     .labels_row_stride = classes,
                     .labels_column_stride = 1,
                     .logits_row_stride = classes,
                     .logits_column_stride = 1,
                     .out = out};
    if (call.logits_size < 0 || checked_product(rows, 8) < 0)
        return TFL_TOO_LARGE;
    int by_row = loss == TFL_SOFTMAX || loss == TFL_SPARSE_SOFTMAX;
    int64_t count = by_row ? rows : call.logits_size;
    tfl_status status = layout ? apply_layout(loss, &call, &count) : TFL_OK;
    if (status != TFL_OK || count == 0)
        return status;
    if (!out || (call.logits_size > 0 && (!labels || !logits)))
        return TFL_BAD_ARGUMENT;
    job work = {.call = &call, .kernel = current_isa()->forward[loss][slot]};
    return tfl_parallel_for(run_job, &work, count, grain_of(by_row ? classes : 1));
}
