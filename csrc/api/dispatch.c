/* SPDX-License-Identifier: Apache-2.0
 * Checks a call, chooses its kernel and runs it on the pool. */
#include <errno.h>
#include <stdatomic.h>

#include "api/costs.h"
#include "api/dispatch.h"
#include "api/libm.h"
#include "host/fpenv.h"
#include "api/versions.h"

static int is_float(tfl_dtype dtype) { return dtype >= TFL_F16 && dtype <= TFL_F64; }

/* The variant of a loss's kernel, or TFL_VARIANTS where the dtypes do not go together. */
static tfl_variant find_variant(const tfl_loss_traits *traits, tfl_dtype dtype,
                                tfl_dtype labels_dtype, tfl_mode mode) {
    int is_half = dtype == TFL_F16 || dtype == TFL_BF16;
    int is_index = labels_dtype == TFL_I32 || labels_dtype == TFL_I64;
    if (!is_float(dtype) || (mode == TFL_RAW_OP && !traits->by_row))
        return TFL_VARIANTS;
    if (traits->class_labels ? is_index : labels_dtype == dtype) {
        if (mode == TFL_RAW_OP && is_half)
            return dtype == TFL_F16 ? TFL_VARIANT_F16_RAW : TFL_VARIANT_BF16_RAW;
        return (tfl_variant)dtype;
    }
    if (traits->wide_labels && labels_dtype == TFL_F32 && is_half && mode != TFL_RAW_OP)
        return (tfl_variant)dtype;
    return TFL_VARIANTS;
}

/* The elements of a layout; -1 if they are too many, -2 if the shape is not one. */
static int64_t layout_size(const tfl_layout *layout) {
    int64_t size = 1;
    if (layout->rank < 1 || layout->rank > TFL_MAX_RANK)
        return -2;
    for (int64_t i = 0; i < layout->rank; i++)
        if (layout->shape[i] < 0)
            return -2;
    for (int64_t i = 0; i < layout->rank; i++)
        size = tfl_product(size, layout->shape[i]);
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
static tfl_status apply_layout(const tfl_loss_traits *traits, tfl_call *call, int64_t *count) {
    const tfl_layout *layout = call->layout;
    int64_t size = layout_size(layout);
    if (size < 0)
        return size == -1 ? TFL_TOO_LARGE : TFL_BAD_ARGUMENT;
    if (traits->has_weight) {
        *count = size;
        if (layout->weight_size >= 0 && tfl_product(layout->weight_size, 1) < 0)
            return TFL_TOO_LARGE;
        if (size > 0 && !(strides_fit(layout, layout->logits_stride, call->logits_size) &&
                          strides_fit(layout, layout->weight_stride, layout->weight_size)))
            return TFL_BAD_ARGUMENT;
        return TFL_OK;
    }
    if (!traits->has_repeats || layout->rank != 2 || layout->shape[0] != call->rows ||
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
    const tfl_kernels *kernels;
    const tfl_kernel *kernel; /* one of these */
} job;

/* The one in the same place. */
static tfl_kernel exact_kernel(const job *work) {
    ptrdiff_t place = (const char *)work->kernel - (const char *)work->kernels;
    return *(const tfl_kernel *)(const void *)((const char *)work->kernels->exact + place);
}

/* Whether the kernel may have flushed what x86-64 keeps. No float16 shows what so small a float32 was,
 * and narrowing to float16 is reported as well. */
static int may_differ(const job *work) {
    return tfl_fpenv_has_flushed() && !work->call->unflushed && work->call->dtype != TFL_F16 &&
           work->kernels->exact != work->kernels;
}

static tfl_status run_job(const void *context, int64_t begin, int64_t end) {
    const job *work = context;
    tfl_fpenv caller = work->call->unflushed ? tfl_fpenv_enter_unflushed() : tfl_fpenv_enter();
    if (work->call->unflushed) /* seldom */
        work->kernels->set_unflushed(1);
    tfl_status status = (*work->kernel)(work->call, begin, end);
    if (work->call->unflushed)
        work->kernels->set_unflushed(0);
    if (may_differ(work))
        status = exact_kernel(work)(work->call, begin, end);
    tfl_fpenv_leave(caller);
    if (work->call->stream)
        tfl_streamed();
    return status;
}

/* A thread that has to be woken comes after 7 to 40 microseconds, which costs the caller 6; one that
 * still looks for work comes at once. Measured on two processors: with so many elements of the
 * cheapest kind for each, both together take 0.56 times as long as one in calls one after another,
 * and as long where each call has to wake the other. */
static atomic_llong thread_elements = 65536;

tfl_status tfl_set_thread_elements(int64_t elements) {
    if (elements < 1)
        return TFL_BAD_ARGUMENT;
    atomic_store(&thread_elements, elements);
    return TFL_OK;
}

/* How many of a call's elements cost as much as so many of the cheapest kind. */
static int64_t worth_a_thread(int64_t elements, int cost) {
    if (cost <= TFL_LEAST_COST)
        return elements;
    int64_t worth = elements / cost * TFL_LEAST_COST + elements % cost * TFL_LEAST_COST / cost;
    return worth > 0 ? worth : 1;
}

/* A quarter of what a thread is worth is the least share of it. */
static int64_t grain_of(int64_t for_a_thread, int64_t elements_each) {
    int64_t grain = for_a_thread / 4 / (elements_each > 0 ? elements_each : 1);
    return (grain / TFL_SPLIT + 1) * TFL_SPLIT;
}

/* Results of so many bytes fill a last-level cache, or much of it, before they are read again. (Tests
 * build with less, to get there with small arrays.) */
#if !defined(TFL_STREAM_BYTES)
#define TFL_STREAM_BYTES (32 << 20)
#endif

static int64_t result_bytes(tfl_dtype dtype, int64_t elements) {
    return elements * (int64_t)tfl_element_bytes(dtype);
}

/* Where a call's kernel is found. */
typedef enum direction { FORWARD, GRADIENT, WEIGHTED_PRODUCTS, WEIGHTED_FINISH } direction;

static const tfl_kernel *find_kernel(const tfl_kernels *kernels, direction direction,
                                     int loops_softmax, tfl_loss loss, tfl_variant variant) {
    if (loops_softmax)
        return &kernels->looped_softmax[variant];
    switch (direction) {
    case FORWARD:
        return &kernels->forward[loss][variant];
    case GRADIENT:
        return &kernels->gradient[loss][variant];
    case WEIGHTED_PRODUCTS:
        return &kernels->weighted_products[variant];
    default:
        return &kernels->weighted_finish[variant];
    }
}

/* The outputs that a call must have. */
static int has_outputs(direction direction, const tfl_loss_traits *traits, const tfl_call *call) {
    if (direction == FORWARD)
        return call->out != NULL;
    if (direction == WEIGHTED_PRODUCTS)
        return call->tail_products && call->labels_products;
    if (direction == WEIGHTED_FINISH)
        return call->labels_gradient && call->logits_gradient;
    return (traits->has_weight || !call->weight_products) &&
           (!traits->class_labels || !call->labels_gradient);
}

/* The inputs that a call must have. Those without elements may be missing; kernels get an address all
 * the same, since C knows no arithmetic with NULL. */
static int has_inputs(const tfl_loss_traits *traits, tfl_call *call) {
    static const double nothing;
    if (call->logits_size > 0)
        return call->labels && call->logits;
    if (!call->logits)
        call->logits = &nothing;
    if (!call->labels && !traits->class_labels)
        call->labels = &nothing;
    return call->labels != NULL;
}

/* Whether the arrays lie at multiples of their elements' sizes, which are powers of two. */
static int aligned(tfl_dtype dtype, const tfl_call *call) {
    uintptr_t places = (uintptr_t)call->logits | (uintptr_t)call->weight |
                       (uintptr_t)call->upstream | (uintptr_t)call->out |
                       (uintptr_t)call->logits_gradient | (uintptr_t)call->weight_products |
                       (uintptr_t)call->tail_sums | (uintptr_t)call->labels_sums |
                       (uintptr_t)call->tail_products | (uintptr_t)call->labels_products;
    uintptr_t label_places = (uintptr_t)call->labels | (uintptr_t)call->labels_gradient;
    return places % tfl_element_bytes(dtype) == 0 &&
           label_places % tfl_element_bytes(call->labels_dtype) == 0;
}

static int all_zero(tfl_dtype dtype, const tfl_call *call) {
    const unsigned char *bytes = call->weight;
    size_t size = call->layout ? (size_t)call->layout->weight_size : 1;
    for (size_t i = 0; i < size * tfl_element_bytes(dtype); i++)
        if (bytes[i] != 0)
            return 0;
    return 1;
}

/* The order of weighted's products, `count` elements of the result. A graph that has pos_weight's
 * gradient too needs g*t anyway. */
static tfl_weight_order find_weight_order(const tfl_graph *graph, tfl_dtype dtype, int64_t count,
                                          const tfl_call *call) {
    int64_t size = call->layout ? call->layout->weight_size : 1;
    int is_constant = call->constant_weight, is_wide = dtype == TFL_F32 || dtype == TFL_F64;
    tfl_weight_order one = is_wide ? graph->one : graph->narrow_one;
    if (is_constant && one && all_zero(dtype, call))
        return one;
    if (call->weight_products)
        return TFL_WEIGHT_LAST;
    if (graph->smaller && size < count) /* the two smallest go first, if there are two */
        return count > call->logits_size ? TFL_WEIGHT_TIMES_TAIL : graph->smaller;
    if (!is_constant)
        return TFL_WEIGHT_LAST;
    return is_wide ? graph->constant : graph->narrow;
}

/* Fills in how gradients are added up, and whether a weight of 1 has gone. */
static void find_orders(const tfl_profile *profile, tfl_dtype dtype, int64_t count,
                        tfl_call *call) {
    const tfl_graph *graph = &profile->graph;
    if (call->mode != TFL_FUNCTION)
        return;
    call->sigmoid_order = graph->sigmoid;
    call->weighted_order = graph->weighted;
    if (!call->weight)
        return;
    call->weight_order = find_weight_order(graph, dtype, count, call);
    call->weight_is_one = graph->weight_is_one && call->weight_order == TFL_WEIGHT_ZERO;
}

tfl_status tfl_run_kernel(const tfl_profile *profile, const tfl_kernels *kernels,
                          const tfl_kernel *kernel, tfl_dtype dtype, int64_t count,
                          int64_t elements, tfl_call *call) {
    int caller_errno = errno; /* the C library's functions may set it */
    job work = {.call = call, .kernels = kernels, .kernel = kernel};
    call->dtype = dtype;
    call->one = 1;
    call->how = profile->how ? profile->how : profile->loops_softmax;
    call->recip_product = profile->recip == TFL_RECIP_PRODUCT;
    call->log1p_by_libm = profile->log1p_f64 == TFL_LOG1P_LIBM;
    call->vendor = tfl_estimates_by_table() ? tfl_get_vendor() : TFL_VENDOR_HOST;
    call->stream = result_bytes(dtype, elements) >= TFL_STREAM_BYTES;
    int64_t for_a_thread =
        worth_a_thread(atomic_load_explicit(&thread_elements, memory_order_relaxed), call->cost);
    tfl_status status = tfl_parallel_for(
        run_job, &work, count, grain_of(for_a_thread, elements / count), elements / for_a_thread);
    errno = caller_errno;
    return status;
}

/* Whether a version has kernels for bfloat16. softmax casts before it calls its op, which has them in
 * fewer versions. */
static int has_bf16(const tfl_profile *profile, tfl_loss loss, tfl_mode mode) {
    if (mode == TFL_RAW_OP && loss == TFL_SOFTMAX)
        return !profile->no_raw_bf16;
    return !(profile->no_bf16 >> loss & 1);
}

/* With a layout of its own: nobody changes it after it was checked. */
static tfl_status run_alone(direction direction, tfl_version version, tfl_loss loss,
                            tfl_dtype dtype, const tfl_layout *callers_layout, tfl_call *call) {
    const tfl_profile *profile = tfl_profile_of(version);
    const tfl_loss_traits *traits = tfl_traits_of(loss);
    call->libm = tfl_libm_of(version);
    if (!profile || !traits || call->rows < 0 || call->classes < 0 ||
        (unsigned int)(call->mode & ~TFL_CONSTANT) > TFL_RAW_OP)
        return TFL_BAD_ARGUMENT;
    call->constant_weight = (call->mode & TFL_CONSTANT) != 0;
    call->mode &= ~TFL_CONSTANT;
    if (profile->in_sessions && call->mode == TFL_EAGER)
        call->mode = TFL_FUNCTION;
    tfl_variant variant = find_variant(traits, dtype, call->labels_dtype, call->mode);
    int wants_weight = traits->has_weight && direction != WEIGHTED_FINISH;
    if (dtype == TFL_BF16 && !has_bf16(profile, loss, call->mode))
        return TFL_NO_KERNEL;
    if (variant == TFL_VARIANTS || wants_weight != (call->weight != NULL))
        return TFL_BAD_ARGUMENT;
    call->logits_size = tfl_product(call->rows, call->classes);
    if (call->logits_size < 0 || tfl_product(call->rows, 1) < 0)
        return TFL_TOO_LARGE;
    call->labels_row_stride = call->logits_row_stride = call->classes;
    call->labels_column_stride = call->logits_column_stride = 1;
    int64_t count = traits->by_row ? call->rows : call->logits_size;
    tfl_status status = call->layout ? apply_layout(traits, call, &count) : TFL_OK;
    if (status == TFL_OK && direction == GRADIENT && traits->has_weight &&
        count != call->logits_size)
        return TFL_BAD_ARGUMENT;
    if (status != TFL_OK || count == 0)
        return status;
    if (!has_outputs(direction, traits, call) || !has_inputs(traits, call))
        return TFL_BAD_ARGUMENT;
    if (!aligned(dtype, call))
        return TFL_MISALIGNED;
    find_orders(profile, dtype, count, call);
    call->unflushed = tfl_flushing_of(profile, loss, dtype, call->mode, call->rows,
                                      call->classes) == TFL_FLUSHES_NOTHING;
    if (tfl_overlaps(call, callers_layout, traits, dtype, count))
        return TFL_OVERLAP;
    call->cost = tfl_cost_of(loss, dtype, direction != FORWARD);
    int loops = profile->loops_softmax && loss == TFL_SOFTMAX;
    const tfl_kernels *kernels = loops ? tfl_older_kernels_in_use() : tfl_kernels_of(profile);
    if (!kernels)
        return TFL_NOT_LOADED;
    const tfl_kernel *kernel = find_kernel(kernels, direction, loops, loss, variant);
    return tfl_run_kernel(profile, kernels, kernel, dtype, count,
                          traits->by_row ? call->logits_size : count, call);
}

static tfl_status run(direction direction, tfl_version version, tfl_loss loss, tfl_dtype dtype,
                      tfl_call *call) {
    const tfl_layout *callers_layout = call->layout;
    tfl_layout layout;
    if (callers_layout) {
        layout = *callers_layout;
        call->layout = &layout;
    }
    tfl_status status = run_alone(direction, version, loss, dtype, callers_layout, call);
    call->layout = callers_layout;
    return status;
}

tfl_status tfl_forward(tfl_version version, tfl_loss loss, tfl_dtype dtype, tfl_dtype labels_dtype,
                       int64_t rows, int64_t classes, const void *labels, const void *logits,
                       const void *pos_weight_minus_1, const tfl_layout *layout, void *out) {
    tfl_call call = {.rows = rows,
                     .classes = classes,
                     .labels_dtype = labels_dtype,
                     .labels = labels,
                     .logits = logits,
                     .weight = pos_weight_minus_1,
                     .layout = layout,
                     .out = out};
    return run(FORWARD, version, loss, dtype, &call);
}

int tfl_interface(void) { return TFL_INTERFACE; }

/* Whether the fields behind those that are known here are zero. */
static int nothing_unknown(const tfl_gradient_args *args) {
    const unsigned char *bytes = (const unsigned char *)args;
    for (size_t i = sizeof *args; i < args->size; i++)
        if (bytes[i] != 0)
            return 0;
    return 1;
}

tfl_status tfl_gradient(const tfl_gradient_args *args) {
    if (!args || args->size < sizeof *args || !nothing_unknown(args))
        return TFL_BAD_ARGUMENT;
    tfl_call call = {.rows = args->rows,
                     .classes = args->classes,
                     .labels_dtype = args->labels_dtype,
                     .mode = args->mode,
                     .labels = args->labels,
                     .logits = args->logits,
                     .weight = args->pos_weight_minus_1,
                     .layout = args->layout,
                     .upstream = args->upstream,
                     .out = args->loss_out,
                     .labels_gradient = args->labels_gradient,
                     .logits_gradient = args->logits_gradient,
                     .weight_products = args->weight_products};
    return run(GRADIENT, args->version, args->loss, args->dtype, &call);
}

tfl_status tfl_gradient_positional(tfl_version version, tfl_loss loss, tfl_dtype dtype,
                                   tfl_dtype labels_dtype, tfl_mode mode, int64_t rows,
                                   int64_t classes, const void *labels, const void *logits,
                                   const void *pos_weight_minus_1, const tfl_layout *layout,
                                   const void *upstream, void *loss_out, void *labels_gradient,
                                   void *logits_gradient, void *weight_products) {
    return tfl_gradient(&(tfl_gradient_args){.size = sizeof(tfl_gradient_args),
                                             .version = version,
                                             .loss = loss,
                                             .dtype = dtype,
                                             .labels_dtype = labels_dtype,
                                             .mode = mode,
                                             .rows = rows,
                                             .classes = classes,
                                             .labels = labels,
                                             .logits = logits,
                                             .pos_weight_minus_1 = pos_weight_minus_1,
                                             .layout = layout,
                                             .upstream = upstream,
                                             .loss_out = loss_out,
                                             .labels_gradient = labels_gradient,
                                             .logits_gradient = logits_gradient,
                                             .weight_products = weight_products});
}

tfl_status tfl_weighted_products(tfl_version version, tfl_dtype dtype, tfl_mode mode, int64_t size,
                                 const void *labels, const void *logits,
                                 const void *pos_weight_minus_1, const tfl_layout *layout,
                                 const void *upstream, void *tail_products, void *labels_products,
                                 void *weight_products) {
    tfl_call call = {.rows = size,
                     .classes = 1,
                     .labels_dtype = dtype,
                     .mode = mode,
                     .labels = labels,
                     .logits = logits,
                     .weight = pos_weight_minus_1,
                     .layout = layout,
                     .upstream = upstream,
                     .tail_products = tail_products,
                     .labels_products = labels_products,
                     .weight_products = weight_products};
    return layout ? run(WEIGHTED_PRODUCTS, version, TFL_WEIGHTED, dtype, &call) : TFL_BAD_ARGUMENT;
}

tfl_status tfl_weighted_finish(tfl_version version, tfl_dtype dtype, tfl_mode mode, int64_t size,
                               const void *labels, const void *logits, const void *upstream_sums,
                               const void *tail_sums, const void *labels_sums,
                               void *labels_gradient, void *logits_gradient) {
    if (size > 0 && (!upstream_sums || !tail_sums || !labels_sums))
        return TFL_BAD_ARGUMENT;
    tfl_call call = {.rows = size,
                     .classes = 1,
                     .labels_dtype = dtype,
                     .mode = mode,
                     .labels = labels,
                     .logits = logits,
                     .upstream = upstream_sums,
                     .tail_sums = tail_sums,
                     .labels_sums = labels_sums,
                     .labels_gradient = labels_gradient,
                     .logits_gradient = logits_gradient};
    return run(WEIGHTED_FINISH, version, TFL_WEIGHTED, dtype, &call);
}

const char *tfl_status_text(tfl_status status) {
    static const char *const texts[] = {
        [TFL_OK] = "no error",
        [TFL_BAD_ARGUMENT] = "bad argument",
        [TFL_TOO_LARGE] = "sizes too large",
        [TFL_LABEL_OUT_OF_RANGE] = "a label is outside the valid range",
        [TFL_NO_MEMORY] = "out of memory",
        [TFL_UNKNOWN_ISA] = "unknown instruction set",
        [TFL_MISALIGNED] = "an array is not aligned to its elements",
        [TFL_OVERLAP] = "an output shares memory with another array",
        [TFL_NOT_LOADED] = "the kernels of this version are not loaded",
        [TFL_NO_KERNEL] = "no kernel for bfloat16 in this version",
        [TFL_NOT_KNOWN] = "what this version computes is not known",
        [TFL_WRONG_BITS] = "this build computes other bits than it should",
        [TFL_UNSUPPORTED_ISA] = "instruction set not supported by this processor or build",
    };
    unsigned int i = (unsigned int)status;
    return i < sizeof texts / sizeof *texts ? texts[i] : "unknown status";
}
