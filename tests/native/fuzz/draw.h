/* SPDX-License-Identifier: Apache-2.0
 * Choices drawn from the fuzzer's bytes. Where these end, all choices are 0, but contents go on. */
#ifndef TFL_TEST_DRAW_H
#define TFL_TEST_DRAW_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct source {
    const uint8_t *data;
    size_t size, at;
    uint64_t state; /* of what contents are drawn from when the bytes have ended */
} source;

static inline source source_of(const uint8_t *data, size_t size) {
    source from = {.data = data, .size = size, .state = 0x9e3779b97f4a7c15u};
    for (size_t i = 0; i < size; i++)
        from.state = (from.state ^ data[i]) * 0x100000001b3u;
    return from;
}

static inline uint8_t draw_byte(source *from) {
    return from->at < from->size ? from->data[from->at++] : 0;
}

static inline int64_t draw_word(source *from) {
    uint64_t word = 0;
    for (int i = 0; i < 8; i++)
        word = word << 8 | draw_byte(from);
    return (int64_t)word;
}

/* One of 0 ... count-1 */
static inline int draw_below(source *from, int count) { return draw_byte(from) % count; }

/* True once in `times`, for bytes that nobody aims. */
static inline int draw_rarely(source *from, int times) { return draw_byte(from) % times == 1; }

static inline uint64_t draw_bits(source *from) {
    if (from->at + 8 <= from->size)
        return (uint64_t)draw_word(from);
    from->state ^= from->state << 13;
    from->state ^= from->state >> 7;
    from->state ^= from->state << 17;
    return from->state;
}

/* A value of an enum, seldom one that is none. */
static inline int draw_enum(source *from, int count) {
    uint8_t byte = draw_byte(from);
    return byte < 0xf8 ? byte % count : byte < 0xfc ? count + byte % 3 : (int)draw_word(from);
}

/* A size: small, around a boundary of TensorFlow's arithmetic, or absurd. */
static inline int64_t draw_size(source *from) {
    static const int64_t special[] = {
        64,   65,   127,  128,  129,  257, 450, 1023,     1025,     1111,     1601,      1777,
        2560, 4097, 4507, 4508, 8193, -1,  -7,  1L << 31, 1L << 32, 1L << 60, INT64_MAX, INT64_MIN};
    uint8_t byte = draw_byte(from);
    if (byte < 0xc0)
        return byte % 24;
    if (byte < 0xf0)
        return byte - 0xa8;
    if (byte < 0xfe)
        return special[draw_below(from, (int)(sizeof special / sizeof *special))];
    return draw_word(from);
}

#endif
