/* SPDX-License-Identifier: Apache-2.0
 * A fuzzer of the C interface, for libFuzzer: any arguments, in buffers of just the size that abi.h
 * asks for. What must hold:
 *   - a call succeeds if its arguments are as abi.h says (`refusals` says it again), else it fails with
 *     a status that fits;
 *   - nothing is read or written outside the buffers (AddressSanitizer), and no input is written to;
 *   - the control register and errno come back as they were;
 *   - the bits are those of the portable path on one thread in a usual environment. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include "older/older_abi.h"
#include "../isas.h"
#include "call.h"
#include "draw.h"

#define REQUIRE(condition)                                                                         \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                \
            describe(&current);                                                                    \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

static call current;

/* ---- making a call ---- */

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
        return tfl_gradient_positional(c->version, c->loss, c->dtype, c->labels_dtype, c->mode,
                                       c->rows, c->classes, p[LABELS], p[LOGITS], p[WEIGHT], layout,
                                       p[UPSTREAM], p[LOSS], p[LABELS_GRADIENT], p[LOGITS_GRADIENT],
                                       p[WEIGHT_PRODUCTS]);
    case PRODUCTS:
        return tfl_weighted_products(c->version, c->dtype, c->mode, c->rows, p[LABELS], p[LOGITS],
                                     p[WEIGHT], layout, p[UPSTREAM], p[TAIL_PRODUCTS],
                                     p[LABELS_PRODUCTS], p[WEIGHT_PRODUCTS]);
    case FINISH:
        return tfl_weighted_finish(c->version, c->dtype, c->mode, c->rows, p[LABELS], p[LOGITS],
                                   p[UPSTREAM], p[TAIL_SUMS], p[LABELS_SUMS], p[LABELS_GRADIENT],
                                   p[LOGITS_GRADIENT]);
    default:
        return tfl_sum(c->version, c->dtype, c->rank, c->rank ? c->shape : NULL, c->reduced,
                       c->intra_op_threads, c->divisor, p[LOGITS], p[LOSS]);
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
    call was;
    memcpy(&was, c, sizeof was);
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
    REQUIRE(memcmp(&was.layout, &c->layout, sizeof was.layout) == 0);
    for (int64_t i = 0; i < c->rank && i < MOST_AXES; i++)
        REQUIRE(was.shape[i] == c->shape[i]);
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

/* ---- what came of it ---- */

static int is_result(const call *c, int p) {
    return c->arrays[p].is_given && !c->arrays[p].is_shared;
}

static void keep_results(const call *c, unsigned char **kept) {
    for (int p = FIRST_OUTPUT; p < PLACES; p++) {
        size_t bytes = is_result(c, p) ? bytes_of(&c->arrays[p]) : 0;
        kept[p] = malloc(bytes + 1);
        if (bytes > 0)
            memcpy(kept[p], c->arrays[p].data, bytes);
    }
}

/* Makes the call again the portable way and takes its results for the truth. */
static void require_portable_results(call *c) {
    unsigned char *found[PLACES] = {NULL};
    keep_results(c, found);
    REQUIRE(tfl_isa_select("portable") == TFL_OK && tfl_set_num_threads(1) == TFL_OK);
    fill_outputs(c, 0xaa);
    REQUIRE(make_well(c, 0) == TFL_OK);
    for (int p = FIRST_OUTPUT; p < PLACES; p++) {
        if (is_result(c, p))
            require_same(&c->arrays[p], found[p]);
        free(found[p]);
    }
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

/* How the executions ended. */
enum { COMPUTED, REFUSED, TOO_MANY_ELEMENTS, SETTINGS, OUTCOMES };
static unsigned long long outcomes[OUTCOMES];

static void print_outcomes(void) {
    print_isas();
    printf("outcomes: %llu computed, %llu refused, %llu not made, %llu of settings\n",
           outcomes[COMPUTED], outcomes[REFUSED], outcomes[TOO_MANY_ELEMENTS], outcomes[SETTINGS]);
}

static int run_drawn_call(call *c, const char *isa, int threads, int environment) {
    unsigned int may_be_refused = refusals(c);
    if (!may_be_refused && !fits(c))
        return TOO_MANY_ELEMENTS;
    if (!may_be_refused && has_bad_label(c))
        may_be_refused = 1 << TFL_LABEL_OUT_OF_RANGE;
    REQUIRE(tfl_isa_select(isa) == TFL_OK && tfl_set_num_threads(threads) == TFL_OK);
    fill_outputs(c, 0x55);
    tfl_status status = make_well(c, environment);
    if (status == TFL_NO_KERNEL) { /* whatever else is wrong with the call */
        REQUIRE(c->dtype == TFL_BF16 && tfl_needs_older(c->version));
        return REFUSED;
    }
    if (may_be_refused) {
        REQUIRE(status > TFL_OK && status <= TFL_OVERLAP && may_be_refused >> status & 1);
        return REFUSED;
    }
    REQUIRE(status == TFL_OK);
    require_portable_results(c);
    return COMPUTED;
}

static void run_call(source *from) {
    static const int64_t thread_elements[] = {64, 1, 1000, 65536};
    int environment = draw_byte(from), threads = draw_rarely(from, 8) ? 3 : 1;
    REQUIRE(tfl_set_thread_elements(thread_elements[draw_below(from, 4)]) == TFL_OK);
    const char *isa = any_isa(draw_byte(from));
    draw_call(from, &current);
    outcomes[run_drawn_call(&current, isa, threads, environment)]++;
    free_arrays(&current);
}

/* Settings and memory, with any arguments. */
static void run_settings(source *from) {
    char name[9] = {0};
    for (int i = 0; i < 8; i++)
        name[i] = (char)draw_byte(from);
    tfl_status status = tfl_isa_select(name);
    REQUIRE(status == TFL_OK ? tfl_isa_supported(name) : !tfl_isa_supported(name));
    REQUIRE(tfl_isa_select(NULL) == TFL_OK && !tfl_isa_supported(NULL));
    int64_t number = draw_size(from);
    status = tfl_set_num_threads(number > 4 && number <= 1024 ? 4 : number);
    REQUIRE((status == TFL_OK) == (number >= 0 && number <= 1024));
    REQUIRE(tfl_get_num_threads() >= 1);
    REQUIRE((tfl_set_thread_elements(number) == TFL_OK) == (number >= 1));
    int version = (int)number, is_version = version > TFL_VERSION_SET && version < TFL_VERSIONS;
    REQUIRE((tfl_set_version(version) == TFL_OK) == is_version);
    REQUIRE(tfl_get_version() == (is_version ? version : TFL_VERSION_2_21));
    REQUIRE(tfl_set_version(TFL_VERSION_2_21) == TFL_OK);
    int libm = draw_below(from, 16) * TFL_LIBM_HOST + draw_rarely(from, 8);
    status = tfl_set_libm(libm);
    REQUIRE((status == TFL_OK) == (libm % TFL_LIBM_HOST == 0 && libm >= TFL_LIBM_HOST &&
                                   libm <= TFL_LIBM_GLIBC_2_41_NOFMA));
    REQUIRE(status != TFL_OK || tfl_get_libm() == libm);
    REQUIRE(tfl_set_libm(TFL_LIBM_HOST) == TFL_OK && tfl_host_libm() >= TFL_LIBM_HOST);
    REQUIRE(tfl_status_text((int)number) != NULL);
    status = tfl_set_vendor((int)number);
    REQUIRE((status == TFL_BAD_ARGUMENT) == ((int)number < 0 || (int)number > TFL_VENDOR_AMD));
    REQUIRE(tfl_set_vendor(TFL_VENDOR_HOST) == TFL_OK && tfl_get_vendor() <= TFL_VENDOR_AMD);
    REQUIRE(!tfl_isa_known(number) || (number >= 0 && number < 4));
    void *blocks[4];
    for (int i = 0; i < 4; i++) {
        int64_t bytes = draw_size(from);
        blocks[i] = tfl_memory_alloc(bytes > (int64_t)1 << 40 || bytes < 0 ? -1 : bytes % 100000);
        REQUIRE((blocks[i] != NULL) == (bytes >= 0 && bytes <= (int64_t)1 << 40));
        if (blocks[i])
            memset(blocks[i], i, (size_t)(bytes % 100000));
        if (draw_below(from, 4) == 0)
            REQUIRE((tfl_memory_limit(bytes) == TFL_OK) == (bytes >= 0));
    }
    for (int i = 0; i < 4; i++)
        tfl_memory_free(blocks[i]);
    REQUIRE(tfl_memory_limit(1 << 20) == TFL_OK);
    outcomes[SETTINGS]++;
}

/* The check of known results, with any arguments: it writes where it may and changes no setting. */
static void run_self_check(source *from) {
    char report[64], untouched[64];
    /* (Below -1 an instruction set would be refused for good.) */
    int64_t number = draw_size(from), pretended = number < 0 ? -1 : number,
            size = (int64_t)draw_below(from, sizeof report + 1) - 1;
    const char *isa = any_isa(draw_byte(from));
    memset(report, 'x', sizeof report);
    memset(untouched, 'x', sizeof untouched);
    REQUIRE(tfl_isa_select(isa) == TFL_OK);
    tfl_status status = tfl_self_check(pretended, report, size);
    REQUIRE(size < 1 ? status == TFL_BAD_ARGUMENT : status == TFL_OK || status == TFL_WRONG_BITS);
    REQUIRE(pretended >= 0 || size < 1 || status == TFL_OK);
    size_t room = size < 0 ? 0 : (size_t)size;
    REQUIRE(memcmp(report + room, untouched, sizeof report - room) == 0);
    REQUIRE(room == 0 || memchr(report, '\0', room));
    REQUIRE(strcmp(tfl_isa_name(), isa) == 0 && tfl_get_version() == TFL_VERSION_2_21);
    int arguments[6];
    for (int i = 0; i < 6; i++)
        arguments[i] = (int)draw_size(from);
    tfl_self_check_hash(arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
                        arguments[5]);
    REQUIRE(strlen(tfl_build_text()) > 0);
    outcomes[SETTINGS]++;
}

/* NumPy's allocator: what it gives can be written to and keeps what it holds. */
static void run_arrays(source *from) {
    size_t bytes = (uint64_t)draw_size(from) % 100000, more = (uint64_t)draw_size(from) % 100000;
    int64_t count = draw_size(from), each = draw_size(from);
    REQUIRE(!tfl_array_calloc(NULL, SIZE_MAX / 2, 3) && !tfl_array_malloc(NULL, SIZE_MAX));
    if (count >= 0 && each >= 0 && count < 1000 && each < 1000) {
        unsigned char *zeros = tfl_array_calloc(NULL, (size_t)count, (size_t)each);
        REQUIRE(zeros != NULL);
        for (int64_t i = 0; i < count * each; i++)
            REQUIRE(zeros[i] == 0);
        tfl_array_free(NULL, zeros, (size_t)(count * each));
    }
    unsigned char *memory = tfl_array_malloc(NULL, bytes);
    REQUIRE(memory != NULL);
    memset(memory, 0x5a, bytes);
    memory = tfl_array_realloc(NULL, memory, more);
    REQUIRE(memory != NULL);
    for (size_t i = 0; i < bytes && i < more; i++)
        REQUIRE(memory[i] == 0x5a);
    tfl_array_free(NULL, memory, more);
    outcomes[SETTINGS]++;
}

int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *count, char ***arguments) {
    (void)count, (void)arguments;
    if (tfl_add_older(tfl_older_kernels()) != TFL_OK)
        return 1;
    return atexit(print_outcomes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    source from = source_of(data, size);
    switch (draw_byte(&from)) {
    case 1:
        run_settings(&from);
        break;
    case 2:
        run_self_check(&from);
        break;
    case 3:
        run_arrays(&from);
        break;
    default:
        run_call(&from);
    }
    return 0;
}
