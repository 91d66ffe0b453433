/* SPDX-License-Identifier: Apache-2.0
 * Draws a call: mostly one that is allowed or nearly so. */
#include <stdlib.h>

#include "call.h"
#include "draw.h"

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

static void draw_arguments(source *from, call *c) {
    c->function = draw_below(from, FUNCTIONS);
    c->version = draw_enum(from, TFL_VERSIONS);
    if (draw_below(from, 2)) /* any number: without a sign it may overflow */
        c->version = (tfl_version)((unsigned)c->version +
                                   (unsigned)draw_enum(from, 8) * (unsigned)TFL_LIBM_HOST);
    c->loss = c->function == PRODUCTS || c->function == FINISH ? TFL_WEIGHTED : draw_enum(from, 4);
    c->dtype = draw_enum(from, 4);
    c->labels_dtype = draw_rarely(from, 32) ? draw_enum(from, 6) : usual_labels(c, from);
    c->mode = draw_enum(from, by_row(c) ? 3 : 2);
    if (draw_below(from, 4) == 1)
        c->mode ^= TFL_CONSTANT;
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

/* A label that is one or just not, put where a row in the middle or at the end of a group is. */
static void put_boundary_label(source *from, const call *c, const array *a) {
    const int64_t labels[] = {-1, c->classes, c->classes - 1, 0, INT32_MIN, INT64_MIN};
    uint64_t bits = draw_bits(from), at = bits >> 8;
    at = bits & 16 ? at % (uint64_t)a->elements : (uint64_t)a->elements - 1 - at % 16;
    if (at < (uint64_t)a->elements)
        put_bits(a->data + at * width_of(a->dtype), width_of(a->dtype),
                 (uint64_t)labels[(bits & 15) % (sizeof labels / sizeof *labels)]);
}

static void fill(source *from, const call *c, array *a, place p) {
    size_t width = width_of(a->dtype);
    int is_index = p == LABELS && c->loss == TFL_SPARSE_SOFTMAX;
    for (int64_t i = 0; i < a->elements; i++) {
        uint64_t bits = draw_bits(from);
        if (is_index && c->classes > 0 && c->contents != 3)
            bits %= (uint64_t)c->classes;
        else if (!is_index && c->contents != 0 && (c->contents == 1 || bits >> 60))
            bits = usual_value(a->dtype, bits >> 8);
        put_bits(a->data + (size_t)i * width, width, bits);
    }
    if (is_index && c->contents == 2 && c->classes > 0 && a->elements > 0)
        put_boundary_label(from, c, a);
}

/* Outputs that a gradient may leave out, and its upstream, are often missing. */
static int is_odd(source *from, const call *c, int p, int oddity) {
    if (c->function == GRADIENT && p >= UPSTREAM)
        return draw_rarely(from, p == UPSTREAM ? 2 : 3);
    return draw_rarely(from, p >= FIRST_OUTPUT ? 24 : 64) || (oddity && draw_rarely(from, 4));
}

/* Which arrays there are, where they lie, and of what kind their contents are. */
static void choose_arrays(source *from, call *c) {
    int oddity = draw_rarely(from, 16);
    c->contents = draw_below(from, 4);
    for (int p = 0; p < PLACES; p++) {
        array *a = &c->arrays[p];
        int64_t elements = elements_of(c, p);
        a->is_given = (usually_given(c, p) != is_odd(from, c, p, oddity)) && is_parameter(c, p);
        a->is_misaligned = oddity && draw_rarely(from, 8);
        a->shift = draw_below(from, 9);
        a->dtype = p == LABELS || p == LABELS_GRADIENT ? c->labels_dtype : c->dtype;
        a->elements = elements < 0 || elements > MOST_ELEMENTS ? 0 : elements;
    }
}

/* Makes the arrays, of just as many bytes as they have. */
static void make_arrays(source *from, call *c) {
    for (int p = 0; p < PLACES; p++) {
        array *a = &c->arrays[p];
        if (!a->is_given)
            continue;
        size_t bytes = bytes_of(a);
        size_t shift = (size_t)a->shift * width_of(a->dtype) + (a->is_misaligned ? 1 : 0);
        a->block = malloc(bytes + shift > 0 ? bytes + shift : 1);
        a->data = a->block + shift;
        a->copy = malloc(bytes + 1);
        fill(from, c, a, p);
        memcpy(a->copy, a->data, bytes);
    }
}

/* An output to be moved into another array, or into the layout or the shape (PLACES), now and then;
 * into itself where none is. */
typedef struct sharing {
    int output, other;
    size_t shift;
} sharing;

static sharing choose_sharing(source *from) {
    int output = FIRST_OUTPUT + draw_below(from, PLACES - FIRST_OUTPUT);
    int other = draw_below(from, PLACES + 1);
    size_t shift = (size_t)draw_below(from, 16);
    return (sharing){output, draw_rarely(from, 24) ? other : output, shift};
}

static void share_memory(call *c, sharing chosen) {
    array *a = &c->arrays[chosen.output];
    size_t shift = chosen.shift * width_of(a->dtype);
    if (!a->is_given || chosen.other == chosen.output)
        return;
    const array *b = chosen.other < PLACES ? &c->arrays[chosen.other] : NULL;
    unsigned char *start = b ? b->data : (unsigned char *)&c->layout;
    size_t size = b ? bytes_of(b) * (size_t)b->is_given : sizeof c->layout * (size_t)c->has_layout;
    /* Behind what is told of the shape lie fields of this program. */
    if (!b && c->function == SUM) {
        int64_t axes = c->rank < MOST_AXES ? c->rank : MOST_AXES;
        start = (unsigned char *)c->shape;
        size = axes > 0 ? (size_t)axes * sizeof *c->shape : 0;
    }
    if (shift >= size)
        return;
    a->data = start + shift;
    a->is_shared = 1;
}

void free_arrays(call *c) {
    for (int p = 0; p < PLACES; p++) {
        free(c->arrays[p].block);
        free(c->arrays[p].copy);
    }
}

void draw_call(source *from, call *c) {
    memset(c, 0, sizeof *c);
    draw_arguments(from, c);
    choose_arrays(from, c);
    sharing chosen = choose_sharing(from);
    make_arrays(from, c);
    share_memory(c, chosen);
}
