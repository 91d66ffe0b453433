/* SPDX-License-Identifier: Apache-2.0
 * A fuzzer of the C interface, for libFuzzer: any arguments, in buffers of just the size that abi.h
 * asks for. What must hold:
 *   - a call succeeds if its arguments are as abi.h says (`allowed` says it again), else it fails;
 *   - nothing is read or written outside the buffers (AddressSanitizer), and no input is written to;
 *   - the control register and errno come back as they were;
 *   - the bits are those of the portable path on one thread in a usual environment. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include "abi.h"
#include "draw.h"

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            describe();                                                                            \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

enum { MOST_ELEMENTS = 8500 };

typedef enum function { FORWARD, GRADIENT, PRODUCTS, FINISH, SUM, FUNCTIONS } function;

/* The arrays a call may have, in any order. */
typedef enum place {
    LABELS,
    LOGITS,
    WEIGHT,
    UPSTREAM,
    TAIL_SUMS,
    LABELS_SUMS,
    FIRST_OUTPUT,
    LOSS = FIRST_OUTPUT,
    LABELS_GRADIENT,
    LOGITS_GRADIENT,
    WEIGHT_PRODUCTS,
    TAIL_PRODUCTS,
    LABELS_PRODUCTS,
    PLACES
} place;

typedef struct array {
    int is_given;
    int is_misaligned;
    int is_shared; /* an output that lies in another array, or seems to */
    int64_t elements;
    tfl_dtype dtype;
    unsigned char *block, *data, *copy;
} array;

typedef struct call {
    function function;
    tfl_version version;
    tfl_loss loss;
    tfl_dtype dtype, labels_dtype;
    tfl_mode mode;
    int64_t rows, classes;
    int has_layout;
    tfl_layout layout;
    /* of tfl_sum */
    int64_t rank, shape[64];
    uint64_t reduced;
    int64_t intra_op_threads, divisor;
    array arrays[PLACES];
} call;

static call current;

static void describe(void) {
    const call *c = &current;
    fprintf(stderr,
            "function %d, version %d, loss %d, dtype %d, labels_dtype %d, mode %d, rows %lld, "
            "classes %lld, isa %s, threads %lld\n",
            (int)c->function, c->version, c->loss, c->dtype, c->labels_dtype, c->mode,
            (long long)c->rows, (long long)c->classes, tfl_isa_name(),
            (long long)tfl_get_num_threads());
    for (int i = 0; i < 8 && c->has_layout; i++)
        fprintf(stderr, "axis %d of %lld: %lld, strides %lld %lld %lld of %lld\n", i,
                (long long)c->layout.rank, (long long)c->layout.shape[i],
                (long long)c->layout.labels_stride[i], (long long)c->layout.logits_stride[i],
                (long long)c->layout.weight_stride[i], (long long)c->layout.weight_size);
    for (int i = 0; i < c->rank && i < 64; i++)
        fprintf(stderr, "axis %d: %lld %s\n", i, (long long)c->shape[i],
                c->reduced >> i & 1 ? "reduced" : "");
    for (int p = 0; p < PLACES; p++)
        if (c->arrays[p].is_given)
            fprintf(stderr, "array %d: %lld elements of dtype %d%s\n", p,
                    (long long)c->arrays[p].elements, c->arrays[p].dtype,
                    c->arrays[p].is_misaligned ? ", misaligned" : "");
}

static size_t width_of(tfl_dtype dtype) {
    return dtype == TFL_F64 || dtype == TFL_I64 ? 8 : dtype == TFL_F32 || dtype == TFL_I32 ? 4 : 2;
}

/* a*b, or -1 where so many elements do not fit in 64 bits or a or b is negative. */
static int64_t times(int64_t a, int64_t b) {
    int64_t product;
    if (a < 0 || b < 0 || __builtin_mul_overflow(a, b, &product) || product > INT64_MAX / 8)
        return -1;
    return product;
}

static int by_row(const call *c) { return c->loss == TFL_SOFTMAX || c->loss == TFL_SPARSE_SOFTMAX; }

static int64_t product_of(const int64_t *sizes, int64_t count, uint64_t left_out) {
    int64_t product = count < 0 || count > 64 ? -1 : 1;
    for (int64_t i = 0; i < count && product >= 0; i++)
        product = times(product, left_out >> i & 1 ? 1 : sizes[i]);
    return product;
}

/* Elements of the result; -1 if there are too many. */
static int64_t result_size(const call *c) {
    if (c->has_layout && c->layout.rank >= 1 && c->layout.rank <= TFL_MAX_RANK &&
        c->loss == TFL_WEIGHTED)
        return product_of(c->layout.shape, c->layout.rank, 0);
    return times(c->rows, c->classes);
}

/* Elements that an operand with these strides has at least; -1 if that is absurd. */
static int64_t reach(const tfl_layout *layout, const int64_t *stride) {
    int64_t last = 0;
    if (layout->rank < 1 || layout->rank > TFL_MAX_RANK)
        return -1;
    for (int64_t i = 0; i < layout->rank; i++) {
        int64_t step = layout->shape[i] < 1 ? 0 : times(layout->shape[i] - 1, stride[i]);
        if (stride[i] < 0 || step < 0 || __builtin_add_overflow(last, step, &last))
            return -1;
    }
    return last + 1;
}

/* ---- what abi.h allows ---- */

static int outputs_lie_apart(const call *c) {
    for (int p = FIRST_OUTPUT; p < PLACES; p++)
        for (int q = 0; q < PLACES; q++) {
            const array *a = &c->arrays[p], *b = &c->arrays[q];
            int given = a->is_given && b->is_given && a->elements > 0 && b->elements > 0;
            if (p != q && given && a->data < b->data + (size_t)b->elements * width_of(b->dtype) &&
                b->data < a->data + (size_t)a->elements * width_of(a->dtype))
                return 0;
        }
    return 1;
}

static int dtypes_allowed(const call *c) {
    int is_half = c->dtype == TFL_F16 || c->dtype == TFL_BF16;
    if (c->dtype < TFL_F16 || c->dtype > TFL_F64)
        return 0;
    if (c->loss == TFL_SPARSE_SOFTMAX)
        return c->labels_dtype == TFL_I32 || c->labels_dtype == TFL_I64;
    if (c->loss == TFL_SOFTMAX && is_half && c->labels_dtype == TFL_F32)
        return c->function == FORWARD || c->mode != TFL_RAW_OP;
    return c->labels_dtype == c->dtype;
}

static int softmax_stride_allowed(const call *c, const int64_t *stride) {
    int64_t whole = stride[1] ? c->classes : 1;
    return (stride[1] == 0 || stride[1] == 1) && (stride[0] == 0 || stride[0] == whole);
}

static int layout_allowed(const call *c) {
    const tfl_layout *layout = &c->layout;
    if (!c->has_layout)
        return c->function != PRODUCTS;
    if (layout->rank < 1 || layout->rank > TFL_MAX_RANK || c->function == FINISH)
        return 0;
    for (int64_t i = 0; i < layout->rank; i++)
        if (layout->shape[i] < 0)
            return 0;
    if (c->loss == TFL_SOFTMAX)
        return layout->rank == 2 && layout->shape[0] == c->rows && layout->shape[1] == c->classes &&
               softmax_stride_allowed(c, layout->labels_stride) &&
               softmax_stride_allowed(c, layout->logits_stride);
    int64_t size = result_size(c);
    if (c->loss != TFL_WEIGHTED || size < 0)
        return 0;
    if (c->function == GRADIENT && size != times(c->rows, c->classes))
        return 0;
    if (layout->weight_size >= 0 && times(layout->weight_size, 1) < 0)
        return 0;
    if (size == 0)
        return 1;
    int64_t logits = reach(layout, layout->logits_stride);
    int64_t weight = reach(layout, layout->weight_stride);
    return logits >= 0 && logits <= times(c->rows, c->classes) && weight >= 0 &&
           weight <= layout->weight_size;
}

static int has(const call *c, place p) { return c->arrays[p].is_given; }

static int arrays_allowed(const call *c, int64_t count) {
    int is_weighted = c->loss == TFL_WEIGHTED;
    for (int p = 0; p < PLACES && count > 0; p++)
        if (c->arrays[p].is_given && c->arrays[p].is_misaligned)
            return 0;
    if (c->function != FINISH && is_weighted != has(c, WEIGHT))
        return 0;
    if (c->function == FINISH && times(c->rows, c->classes) > 0 &&
        !(has(c, UPSTREAM) && has(c, TAIL_SUMS) && has(c, LABELS_SUMS)))
        return 0;
    if (count == 0)
        return 1;
    if (!outputs_lie_apart(c))
        return 0;
    if (times(c->rows, c->classes) > 0 && !(has(c, LABELS) && has(c, LOGITS)))
        return 0;
    if (c->loss == TFL_SPARSE_SOFTMAX && !has(c, LABELS))
        return 0;
    switch (c->function) {
    case FORWARD:
        return has(c, LOSS);
    case GRADIENT:
        return (is_weighted || !has(c, WEIGHT_PRODUCTS)) &&
               (c->loss != TFL_SPARSE_SOFTMAX || !has(c, LABELS_GRADIENT));
    case PRODUCTS:
        return has(c, TAIL_PRODUCTS) && has(c, LABELS_PRODUCTS) && has(c, WEIGHT_PRODUCTS);
    default:
        return has(c, LABELS_GRADIENT) && has(c, LOGITS_GRADIENT);
    }
}

static int sum_allowed(const call *c) {
    if (c->version < 0 || c->version > TFL_VERSION_1_15 || c->dtype < TFL_F16 ||
        c->dtype > TFL_F64 || c->rank < 0 || c->rank > 64 || c->intra_op_threads < 1 ||
        c->divisor < 1)
        return 0;
    for (int64_t i = 0; i < c->rank; i++)
        if (c->shape[i] < 0)
            return 0;
    int64_t size = product_of(c->shape, c->rank, 0),
            kept = product_of(c->shape, c->rank, c->reduced);
    if (size < 0 || kept < 0)
        return 0;
    return kept == 0 || (outputs_lie_apart(c) && has(c, LOSS) && (size == 0 || has(c, LOGITS)) &&
                         !(has(c, LOSS) && c->arrays[LOSS].is_misaligned) &&
                         !(has(c, LOGITS) && c->arrays[LOGITS].is_misaligned));
}

static int allowed(const call *c) {
    if (c->function == SUM)
        return sum_allowed(c);
    int has_mode = c->function == GRADIENT || c->function == FINISH;
    if (c->version < 0 || c->version > TFL_VERSION_1_15 || c->loss < 0 ||
        c->loss > TFL_SPARSE_SOFTMAX || c->rows < 0 || c->classes < 0 || !dtypes_allowed(c))
        return 0;
    if (has_mode && (c->mode < 0 || c->mode > TFL_RAW_OP || (c->mode == TFL_RAW_OP && !by_row(c))))
        return 0;
    if (times(c->rows, c->classes) < 0 || times(c->rows, 1) < 0 || !layout_allowed(c))
        return 0;
    return arrays_allowed(c, by_row(c) ? c->rows : result_size(c));
}

/* Whether the arrays of an allowed call are small enough to be made, and no size is in doubt. */
static int fits(const call *c) {
    if (c->function == SUM)
        return product_of(c->shape, c->rank, 0) <= MOST_ELEMENTS &&
               product_of(c->shape, c->rank, c->reduced) <= MOST_ELEMENTS;
    int64_t weight = c->has_layout && c->loss == TFL_WEIGHTED ? c->layout.weight_size : 1;
    return times(c->rows, c->classes) <= MOST_ELEMENTS && result_size(c) <= MOST_ELEMENTS &&
           weight <= MOST_ELEMENTS && (!by_row(c) || c->rows <= MOST_ELEMENTS);
}

/* ---- drawing a call ---- */

static void draw_strides(source *from, const call *c, int64_t *stride, int64_t elements) {
    int64_t next = 1;
    for (int64_t i = 7; i >= 0; i--) {
        int64_t length = i < c->layout.rank ? c->layout.shape[i] : 1;
        switch (draw_below(from, 8)) {
        case 0:
            stride[i] = 0;
            break;
        case 1:
            stride[i] = draw_below(from, 8);
            break;
        case 2:
            stride[i] = draw_rarely(from, 8) ? draw_size(from) : 0;
            break;
        default:
            stride[i] = length > 1 && elements > 1 ? next : 0;
            next = times(next, length) < 1 ? 1 : times(next, length);
        }
    }
}

static void draw_layout(source *from, call *c) {
    tfl_layout *layout = &c->layout;
    if (c->loss == TFL_SOFTMAX && !draw_rarely(from, 16)) {
        *layout = (tfl_layout){.rank = 2, .shape = {c->rows, c->classes}};
        for (int side = 0; side < 2; side++) {
            int64_t *stride = side ? layout->labels_stride : layout->logits_stride;
            stride[1] = draw_below(from, 2);
            stride[0] = draw_below(from, 2) ? (stride[1] ? c->classes : 1) : 0;
        }
        return;
    }
    layout->rank = draw_rarely(from, 32) ? draw_size(from) : 1 + draw_below(from, 4);
    for (int i = 0; i < 8; i++)
        layout->shape[i] = draw_rarely(from, 32) ? draw_size(from) : 1 + draw_below(from, 9);
    layout->weight_size = draw_rarely(from, 8) ? draw_size(from) : 1 + draw_below(from, 64);
    if (draw_below(from, 4) && layout->rank >= 1 && layout->rank <= 8) {
        int64_t size = product_of(layout->shape, layout->rank, 0);
        if (draw_below(from, 2) && size > 0)
            c->rows = size, c->classes = 1;
        if (size > 0)
            layout->weight_size = size;
    }
    draw_strides(from, c, layout->logits_stride, times(c->rows, c->classes));
    draw_strides(from, c, layout->weight_stride, layout->weight_size);
    draw_strides(from, c, layout->labels_stride, times(c->rows, c->classes));
}

static void draw_sum(source *from, call *c) {
    c->rank = draw_rarely(from, 16) ? draw_size(from) : draw_below(from, 7);
    for (int i = 0; i < 64; i++)
        c->shape[i] =
            i < 7 ? (draw_rarely(from, 8) ? draw_size(from) : 1 + draw_below(from, 12)) : 1;
    c->reduced = draw_rarely(from, 16) ? (uint64_t)draw_word(from) : draw_byte(from);
    c->intra_op_threads = draw_rarely(from, 16) ? draw_size(from) : 1 + draw_below(from, 8);
    c->divisor = draw_rarely(from, 16) ? draw_size(from) : 1 + draw_below(from, 100);
}

static tfl_dtype usual_labels(const call *c, source *from) {
    if (c->loss == TFL_SPARSE_SOFTMAX)
        return draw_below(from, 2) ? TFL_I64 : TFL_I32;
    return c->loss == TFL_SOFTMAX && draw_below(from, 4) == 0 ? TFL_F32 : c->dtype;
}

static void draw_call(source *from, call *c) {
    c->function = draw_below(from, FUNCTIONS);
    c->version = draw_enum(from, 5);
    c->loss = c->function == PRODUCTS || c->function == FINISH ? TFL_WEIGHTED : draw_enum(from, 4);
    c->dtype = draw_enum(from, 4);
    c->labels_dtype = draw_rarely(from, 32) ? draw_enum(from, 6) : usual_labels(c, from);
    c->mode = draw_enum(from, by_row(c) ? 3 : 2);
    c->rows = draw_size(from);
    c->classes = draw_size(from);
    if (c->function == SUM)
        draw_sum(from, c);
    if (c->function == PRODUCTS || c->function == FINISH)
        c->labels_dtype = c->dtype;
    c->has_layout = c->function == PRODUCTS || (draw_below(from, 4) == 0 && c->function != FINISH);
    if (c->has_layout)
        draw_layout(from, c);
    if (c->function == PRODUCTS || c->function == FINISH) {
        if (times(c->rows, c->classes) >= 0)
            c->rows = times(c->rows, c->classes);
        c->classes = 1;
    }
}

/* The elements that an array has in a call that is allowed. */
static int64_t elements_of(const call *c, place p) {
    int64_t whole = times(c->rows, c->classes), result = result_size(c);
    int spread = c->has_layout && c->loss == TFL_SOFTMAX;
    if (c->function == SUM)
        return p == LOSS ? product_of(c->shape, c->rank, c->reduced)
                         : product_of(c->shape, c->rank, 0);
    switch (p) {
    case LABELS:
        if (c->loss == TFL_SPARSE_SOFTMAX)
            return c->rows;
        return spread && whole ? reach(&c->layout, c->layout.labels_stride) : whole;
    case LOGITS:
        return spread && whole ? reach(&c->layout, c->layout.logits_stride) : whole;
    case WEIGHT:
        return c->has_layout ? c->layout.weight_size : 1;
    case UPSTREAM:
    case LOSS:
        return c->function == FINISH ? whole : by_row(c) ? c->rows : result;
    case LABELS_GRADIENT:
    case LOGITS_GRADIENT:
    case TAIL_SUMS:
    case LABELS_SUMS:
        return whole;
    default:
        return result;
    }
}

static int usually_given(const call *c, place p) {
    switch (p) {
    case LABELS:
        return c->function != SUM;
    case LOGITS:
        return 1;
    case WEIGHT:
        return c->loss == TFL_WEIGHTED && c->function != FINISH;
    case UPSTREAM:
        return c->function == FINISH || c->function == GRADIENT || c->function == PRODUCTS;
    case TAIL_SUMS:
    case LABELS_SUMS:
        return c->function == FINISH;
    case LOSS:
        return c->function == FORWARD || c->function == GRADIENT || c->function == SUM;
    case LABELS_GRADIENT:
        return c->function == FINISH || (c->function == GRADIENT && c->loss != TFL_SPARSE_SOFTMAX);
    case LOGITS_GRADIENT:
        return c->function == FINISH || c->function == GRADIENT;
    case WEIGHT_PRODUCTS:
        return c->function == PRODUCTS || (c->function == GRADIENT && c->loss == TFL_WEIGHTED);
    default:
        return c->function == PRODUCTS;
    }
}

/* Whether the function has a parameter for the array at all. */
static int is_parameter(const call *c, place p) {
    switch (c->function) {
    case FORWARD:
        return p <= WEIGHT || p == LOSS;
    case GRADIENT:
        return p <= UPSTREAM || (p >= LOSS && p <= WEIGHT_PRODUCTS);
    case PRODUCTS:
        return p <= UPSTREAM || p >= WEIGHT_PRODUCTS;
    case FINISH:
        return p != WEIGHT && (p < FIRST_OUTPUT || p == LABELS_GRADIENT || p == LOGITS_GRADIENT);
    default:
        return p == LOGITS || p == LOSS;
    }
}

static void put_bits(unsigned char *to, size_t width, uint64_t bits) {
    if (width == 2)
        memcpy(to, &(uint16_t){(uint16_t)bits}, 2);
    else if (width == 4)
        memcpy(to, &(uint32_t){(uint32_t)bits}, 4);
    else
        memcpy(to, &bits, 8);
}

/* A small number, as what most values are. */
static uint64_t usual_value(tfl_dtype dtype, uint64_t bits) {
    double value = (double)(int8_t)bits / 8;
    uint64_t wide;
    uint32_t single;
    float narrow = (float)value;
    memcpy(&wide, &value, 8);
    memcpy(&single, &narrow, 4);
    if (dtype == TFL_F64)
        return wide;
    if (dtype == TFL_F32)
        return single;
    if (dtype == TFL_BF16)
        return single >> 16;
    return value == 0 ? 0 : (single >> 16 & 0x8000) | ((single >> 13 & 0x3ffff) - (112 << 10));
}

static void fill(source *from, const call *c, array *a, place p, int kind) {
    size_t width = width_of(a->dtype);
    int is_index = p == LABELS && c->loss == TFL_SPARSE_SOFTMAX;
    for (int64_t i = 0; i < a->elements; i++) {
        uint64_t bits = draw_bits(from);
        if (is_index && c->classes > 0 && kind != 3)
            bits %= (uint64_t)c->classes;
        else if (!is_index && kind != 0 && (kind == 1 || bits >> 60))
            bits = usual_value(a->dtype, bits >> 8);
        put_bits(a->data + (size_t)i * width, width, bits);
    }
}

/* Makes the arrays, of just as many bytes as they have, some of them not there. Of a call that is
 * to fail they may be too small: it must not look at them. */
static void draw_arrays(source *from, call *c) {
    int oddity = draw_rarely(from, 16), kind = draw_below(from, 4);
    for (int p = 0; p < PLACES; p++) {
        array *a = &c->arrays[p];
        int is_given = usually_given(c, p), is_output = p >= FIRST_OUTPUT;
        if ((is_output && draw_below(from, 4) == 0) || (oddity && draw_below(from, 4) == 0))
            is_given = !is_given;
        a->is_given = is_given && is_parameter(c, p);
        if (!a->is_given)
            continue;
        a->is_misaligned = oddity && draw_below(from, 8) == 0;
        a->dtype = p == LABELS || p == LABELS_GRADIENT ? c->labels_dtype : c->dtype;
        int64_t elements = elements_of(c, p);
        a->elements = elements < 0 || elements > MOST_ELEMENTS ? 0 : elements;
        size_t width = width_of(a->dtype), bytes = (size_t)a->elements * width;
        size_t shift = (size_t)draw_below(from, 9) * width + (a->is_misaligned ? 1 : 0);
        a->block = malloc(bytes + shift > 0 ? bytes + shift : 1);
        a->data = a->block + shift;
        a->copy = malloc(bytes + 1);
        fill(from, c, a, p, kind);
        memcpy(a->copy, a->data, bytes);
    }
}

/* Moves an output into another array, now and then. */
static void share_memory(source *from, call *c) {
    array *a = &c->arrays[FIRST_OUTPUT + draw_below(from, PLACES - FIRST_OUTPUT)];
    const array *b = &c->arrays[draw_below(from, PLACES)];
    size_t shift = (size_t)draw_below(from, 16) * width_of(a->dtype);
    if (!draw_rarely(from, 32) || !a->is_given || !b->is_given || a == b ||
        shift >= (size_t)b->elements * width_of(b->dtype))
        return;
    a->data = b->data + shift;
    a->is_shared = 1;
}

static void free_arrays(call *c) {
    for (int p = 0; p < PLACES; p++) {
        free(c->arrays[p].block);
        free(c->arrays[p].copy);
    }
}

/* ---- making it ---- */

static size_t bytes_of(const array *a) { return (size_t)a->elements * width_of(a->dtype); }

static tfl_status make(const call *c) {
    void *p[PLACES];
    for (int i = 0; i < PLACES; i++)
        p[i] = c->arrays[i].is_given ? c->arrays[i].data : NULL;
    const tfl_layout *layout = c->has_layout ? &c->layout : NULL;
    switch (c->function) {
    case FORWARD:
        return tfl_forward(c->version, c->loss, c->dtype, c->labels_dtype, c->rows, c->classes,
                           p[LABELS], p[LOGITS], p[WEIGHT], layout, p[LOSS]);
    case GRADIENT:
        return tfl_gradient(c->version, c->loss, c->dtype, c->labels_dtype, c->mode, c->rows,
                            c->classes, p[LABELS], p[LOGITS], p[WEIGHT], layout, p[UPSTREAM],
                            p[LOSS], p[LABELS_GRADIENT], p[LOGITS_GRADIENT], p[WEIGHT_PRODUCTS]);
    case PRODUCTS:
        return tfl_weighted_products(c->version, c->dtype, c->rows, p[LABELS], p[LOGITS], p[WEIGHT],
                                     layout, p[UPSTREAM], p[TAIL_PRODUCTS], p[LABELS_PRODUCTS],
                                     p[WEIGHT_PRODUCTS]);
    case FINISH:
        return tfl_weighted_finish(c->version, c->dtype, c->mode, c->rows, p[LABELS], p[LOGITS],
                                   p[UPSTREAM], p[TAIL_SUMS], p[LABELS_SUMS], p[LABELS_GRADIENT],
                                   p[LOGITS_GRADIENT]);
    default:
        return tfl_sum(c->version, c->dtype, c->rank, c->shape, c->reduced, c->intra_op_threads,
                       c->divisor, p[LOGITS], p[LOSS]);
    }
}

#if defined(__SSE2__)
/* The rounding mode, flushing and exceptions that happened are the caller's; none is unmasked. */
static unsigned int enter_register(int choice) {
    unsigned int before = _mm_getcsr();
    _mm_setcsr(0x1f80 | ((unsigned int)choice & 3) << 13 | ((unsigned int)choice & 4) << 13 |
               ((unsigned int)choice & 8) << 3);
    return before;
}
#endif

/* Makes the call under any settings and requires the manners of abi.h. */
static tfl_status make_well(const call *c, int environment) {
    errno = 77;
#if defined(__SSE2__)
    unsigned int before = enter_register(environment), entered = _mm_getcsr();
    tfl_status status = make(c);
    unsigned int left = _mm_getcsr();
    _mm_setcsr(before);
    REQUIRE((left & ~0x3fu) == (entered & ~0x3fu));
#else
    (void)environment;
    tfl_status status = make(c);
#endif
    REQUIRE(errno == 77);
    for (int p = 0; p < FIRST_OUTPUT; p++)
        if (c->arrays[p].is_given)
            REQUIRE(memcmp(c->arrays[p].data, c->arrays[p].copy, bytes_of(&c->arrays[p])) == 0);
    return status;
}

static int is_nan(const unsigned char *data, tfl_dtype dtype) {
    uint64_t wide = 0;
    uint32_t single = 0;
    uint16_t half = 0;
    switch (dtype) {
    case TFL_F64:
        memcpy(&wide, data, 8);
        return (wide & INT64_MAX) > 0x7ff0000000000000;
    case TFL_F32:
        memcpy(&single, data, 4);
        return (single & 0x7fffffff) > 0x7f800000;
    case TFL_F16:
        memcpy(&half, data, 2);
        return (half & 0x7fff) > 0x7c00;
    default:
        memcpy(&half, data, 2);
        return (half & 0x7fff) > 0x7f80;
    }
}

static void require_same(const array *a, const unsigned char *expected) {
    size_t width = width_of(a->dtype);
    for (int64_t i = 0; i < a->elements; i++) {
        const unsigned char *x = a->data + (size_t)i * width, *y = expected + (size_t)i * width;
        REQUIRE(memcmp(x, y, width) == 0 || (is_nan(x, a->dtype) && is_nan(y, a->dtype)));
    }
}

static void fill_outputs(call *c, int with) {
    for (int p = FIRST_OUTPUT; p < PLACES; p++)
        if (c->arrays[p].is_given && !c->arrays[p].is_shared)
            memset(c->arrays[p].data, with, bytes_of(&c->arrays[p]));
}

static int has_bad_label(const call *c) {
    const array *labels = &c->arrays[LABELS];
    for (int64_t i = 0; i < labels->elements && c->loss == TFL_SPARSE_SOFTMAX; i++) {
        int64_t label;
        if (labels->dtype == TFL_I32)
            label = ((const int32_t *)(const void *)labels->data)[i];
        else
            label = ((const int64_t *)(const void *)labels->data)[i];
        if (label < 0 || label >= c->classes)
            return 1;
    }
    return 0;
}

/* The instruction sets that run here, chosen by a byte. */
static const char *any_isa(uint8_t byte) {
    const char *names[8];
    int count = 0;
    for (int64_t i = 0; tfl_isa_known(i) && count < 8; i++)
        if (tfl_isa_supported(tfl_isa_known(i)))
            names[count++] = tfl_isa_known(i);
    REQUIRE(count > 0);
    return names[byte % count];
}

static void run_call(source *from) {
    call *c = &current;
    memset(c, 0, sizeof *c);
    int environment = draw_byte(from), threads = draw_rarely(from, 8) ? 3 : 1;
    const char *isa = any_isa(draw_byte(from));
    draw_call(from, c);
    draw_arrays(from, c);
    share_memory(from, c);
    int is_allowed = allowed(c);
    if (is_allowed && !fits(c)) {
        free_arrays(c);
        return;
    }
    REQUIRE(tfl_isa_select(isa) == TFL_OK && tfl_set_num_threads(threads) == TFL_OK);
    fill_outputs(c, 0x55);
    tfl_status status = make_well(c, environment);
    REQUIRE(is_allowed || status != TFL_OK);
    if (is_allowed && c->function != SUM && has_bad_label(c))
        REQUIRE(status == TFL_LABEL_OUT_OF_RANGE);
    else
        REQUIRE(!is_allowed || status == TFL_OK);
    if (status == TFL_OK) {
        unsigned char *found[PLACES] = {NULL};
        for (int p = FIRST_OUTPUT; p < PLACES; p++)
            if (c->arrays[p].is_given && !c->arrays[p].is_shared) {
                found[p] = malloc(bytes_of(&c->arrays[p]) + 1);
                memcpy(found[p], c->arrays[p].data, bytes_of(&c->arrays[p]));
            }
        REQUIRE(tfl_isa_select("portable") == TFL_OK && tfl_set_num_threads(1) == TFL_OK);
        fill_outputs(c, 0xaa);
        REQUIRE(make_well(c, 0) == TFL_OK);
        for (int p = FIRST_OUTPUT; p < PLACES; p++)
            if (c->arrays[p].is_given && !c->arrays[p].is_shared) {
                require_same(&c->arrays[p], found[p]);
                free(found[p]);
            }
    }
    free_arrays(c);
}

/* Settings and memory, with any arguments. */
static void run_settings(source *from) {
    char name[9] = {0};
    for (int i = 0; i < 8; i++)
        name[i] = (char)draw_byte(from);
    tfl_status status = tfl_isa_select(name);
    REQUIRE(status == TFL_OK ? tfl_isa_supported(name) : !tfl_isa_supported(name));
    int64_t number = draw_size(from);
    status = tfl_set_num_threads(number > 4 && number <= 1024 ? 4 : number);
    REQUIRE((status == TFL_OK) == (number >= 0 && number <= 1024));
    REQUIRE(tfl_get_num_threads() >= 1);
    REQUIRE((tfl_set_version((int)number) == TFL_OK) == ((int)number >= 1 && (int)number <= 4));
    REQUIRE(tfl_set_version(TFL_VERSION_2_21) == TFL_OK);
    REQUIRE(tfl_status_text((int)number) != NULL);
    status = tfl_set_maker((int)number);
    REQUIRE((status == TFL_BAD_ARGUMENT) == ((int)number < 0 || (int)number > TFL_MAKER_AMD));
    REQUIRE(tfl_set_maker(TFL_MAKER_HOST) == TFL_OK && tfl_get_maker() <= TFL_MAKER_AMD);
    REQUIRE((tfl_isa_known(number) != NULL) == (number >= 0 && number < 4) || number < 4);
    void *blocks[4];
    for (int i = 0; i < 4; i++) {
        int64_t bytes = draw_size(from);
        blocks[i] = tfl_memory_take(bytes > (int64_t)1 << 40 || bytes < 0 ? -1 : bytes % 100000);
        REQUIRE((blocks[i] != NULL) == (bytes >= 0 && bytes <= (int64_t)1 << 40));
        if (blocks[i])
            memset(blocks[i], i, (size_t)(bytes % 100000));
        if (draw_below(from, 4) == 0)
            REQUIRE((tfl_memory_limit(bytes) == TFL_OK) == (bytes >= 0));
    }
    for (int i = 0; i < 4; i++)
        tfl_memory_give(blocks[i]);
    REQUIRE(tfl_memory_limit(1 << 20) == TFL_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    source from = source_of(data, size);
    tfl_set_thread_elements(64);
    if (draw_byte(&from) == 1)
        run_settings(&from);
    else
        run_call(&from);
    return 0;
}
