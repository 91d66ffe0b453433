/* SPDX-License-Identifier: Apache-2.0
 * Answers calls of abi.h that come through a pipe: the C core of another processor, run under
 * emulation, behind the Python of this one (emulated.py).
 *
 * A request is int64 numbers {function, scalars, buffers}, the scalars, {bytes of an element, bytes
 * or -1 for NULL, is it an output} of each buffer, and their contents. The answer is the status, and
 * the contents of the outputs. All of it is little-endian.
 *
 *     serve        prints the instruction sets there are
 *     serve NAME   answers, computing with this one */
#include <fenv.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#if defined(_WIN32)
#include <fcntl.h>
#include <io.h>
#endif

#include "older/older_abi.h"
#include "abi.h"
#include "isas.h"

enum { MOST_SCALARS = 8, MOST_BUFFERS = 9, SET_ROUNDING = 9 };

typedef struct buffer {
    int64_t width, bytes, is_output;
    void *data;
} buffer;

typedef struct request {
    int64_t function, scalars, buffers;
    int64_t scalar[MOST_SCALARS];
    buffer buffer[MOST_BUFFERS];
} request;

static void swap(unsigned char *data, int64_t bytes, int64_t width) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    for (int64_t i = 0; i + width <= bytes; i += width)
        for (int64_t j = 0; j < width / 2; j++) {
            unsigned char first = data[i + j];
            data[i + j] = data[i + width - 1 - j];
            data[i + width - 1 - j] = first;
        }
#else
    (void)data, (void)bytes, (void)width;
#endif
}

static int get(void *data, int64_t bytes, int64_t width) {
    if (fread(data, 1, (size_t)bytes, stdin) != (size_t)bytes)
        return 0;
    swap(data, bytes, width);
    return 1;
}

static void put(void *data, int64_t bytes, int64_t width) {
    swap(data, bytes, width);
    fwrite(data, 1, (size_t)bytes, stdout);
}

static int get_request(request *r) {
    if (!get(&r->function, 24, 8) || r->scalars > MOST_SCALARS || r->buffers > MOST_BUFFERS ||
        !get(r->scalar, r->scalars * 8, 8))
        return 0;
    for (int64_t i = 0; i < r->buffers; i++)
        if (!get(&r->buffer[i].width, 24, 8))
            return 0;
    for (int64_t i = 0; i < r->buffers; i++) {
        buffer *b = &r->buffer[i];
        b->data = b->bytes < 0 ? NULL : malloc((size_t)b->bytes + 1);
        if (b->bytes >= 0 && (!b->data || !get(b->data, b->bytes, b->width)))
            return 0;
    }
    return 1;
}

/* The caller's rounding mode, which is to change no bit. */
static int64_t set_rounding(int64_t mode) {
    static const int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
    return fesetround(modes[mode & 3]);
}

/* The register that rounding and flushing are written to. */
static uint64_t control(void) {
#if defined(__aarch64__)
    uint64_t now;
    __asm__ volatile("mrs %0, fpcr" : "=r"(now));
    return now;
#else
    return (uint64_t)fegetround();
#endif
}

static int64_t call(const request *r) {
    const int64_t *n = r->scalar;
    void *p[MOST_BUFFERS];
    for (int i = 0; i < MOST_BUFFERS; i++)
        p[i] = i < r->buffers ? r->buffer[i].data : NULL;
    switch (r->function) {
    case 0:
        return tfl_forward((int)n[0], (int)n[1], (int)n[2], (int)n[3], n[4], n[5], p[0], p[1], p[2],
                           p[3], p[4]);
    case 1:
        return tfl_gradient_positional((int)n[0], (int)n[1], (int)n[2], (int)n[3], (int)n[4], n[5],
                                       n[6], p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], p[8]);
    case 2:
        return tfl_weighted_products((int)n[0], (int)n[1], (int)n[2], n[3], p[0], p[1], p[2], p[3],
                                     p[4], p[5], p[6], p[7]);
    case 3:
        return tfl_weighted_finish((int)n[0], (int)n[1], (int)n[2], n[3], p[0], p[1], p[2], p[3],
                                   p[4], p[5], p[6]);
    case 4:
        return tfl_sum((int)n[0], (int)n[1], n[2], p[0], (uint64_t)n[3], n[4], n[5], p[1], p[2]);
    case 5:
        return tfl_set_version((int)n[0]);
    case 6:
        return tfl_set_num_threads(n[0]);
    case 7:
        return tfl_set_thread_elements(n[0]);
    case 8:
        return tfl_set_vendor((int)n[0]);
    case SET_ROUNDING:
        return set_rounding(n[0]);
    case 10:
        return tfl_arithmetic((int)n[0], (int)n[1], n[2], p[0], p[1], p[2]);
    case 11:
        return tfl_softmax((int)n[0], (int)n[1], (int)n[2], n[3], n[4], p[0], p[1]);
    case 12:
        return tfl_onednn_softmax((int)n[0], (int)n[1], (int)n[2], n[3], n[4], p[0], p[1]);
    case 13:
        return tfl_row_products((int)n[0], (int)n[1], n[2], n[3], n[4], n[5], p[0], p[1], p[2]);
    default:
        return -1;
    }
}

int main(int count, char **arguments) {
    request r;
#if defined(_WIN32)
    _setmode(_fileno(stdin), _O_BINARY);
    _setmode(_fileno(stdout), _O_BINARY);
#endif
    if (count == 1)
        return list_isas();
    if (tfl_isa_select(arguments[1]) != TFL_OK || tfl_add_older(tfl_older_kernels()) != TFL_OK)
        return 1;
    while (get_request(&r)) {
        uint64_t before = control();
        int64_t status = call(&r);
        if (r.function != SET_ROUNDING && control() != before)
            return 2; /* it is to be the caller's again */
        put(&status, 8, 8);
        for (int64_t i = 0; i < r.buffers; i++) {
            if (r.buffer[i].is_output && r.buffer[i].data)
                put(r.buffer[i].data, r.buffer[i].bytes, r.buffer[i].width);
            free(r.buffer[i].data);
        }
        fflush(stdout);
    }
    return 0;
}
