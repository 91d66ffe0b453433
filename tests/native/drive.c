/* SPDX-License-Identifier: Apache-2.0
 * Drives abi.h without Python: what callers of C may run into. Linked with --wrap for what hands out
 * memory and threads, so that these can fail; -DTFL_UNWRAPPED where a linker cannot. */
#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#if !defined(_WIN32)
#include <sys/wait.h>
#include <unistd.h>
#endif

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "older/older_abi.h"
#include "calls.h"
#include "check.h"
#include "guards.h"
#include "host/rcpps.h"
#include "api/loading.h"

#define NULLS NULL, NULL, NULL, NULL

/* ---- memory and threads that can run out ---- */

#if !defined(TFL_UNWRAPPED)
static atomic_int allocations_left = -1; /* until one fails; below 0 none does */
static atomic_int live_allocations;
static atomic_int threads_fail;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void __real_free(void *memory);
int __real_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
int __real_posix_memalign(void **memory, size_t alignment, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *memory);
int __wrap_pthread_create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
int __wrap_posix_memalign(void **memory, size_t alignment, size_t size);

static int fails_now(void) {
    return atomic_load(&allocations_left) >= 0 && atomic_fetch_sub(&allocations_left, 1) == 0;
}

void *__wrap_malloc(size_t size) {
    void *memory = fails_now() ? NULL : __real_malloc(size);
    if (!memory)
        errno = ENOMEM;
    else
        atomic_fetch_add(&live_allocations, 1);
    return memory;
}

/* What a compiler may make of malloc and memset. */
void *__wrap_calloc(size_t count, size_t size) {
    void *memory = fails_now() ? NULL : __real_calloc(count, size);
    if (!memory)
        errno = ENOMEM;
    else
        atomic_fetch_add(&live_allocations, 1);
    return memory;
}

void __wrap_free(void *memory) {
    if (memory)
        atomic_fetch_sub(&live_allocations, 1);
    __real_free(memory);
}

int __wrap_posix_memalign(void **memory, size_t alignment, size_t size) {
    int failed = fails_now() ? ENOMEM : __real_posix_memalign(memory, alignment, size);
    if (!failed)
        atomic_fetch_add(&live_allocations, 1);
    return failed;
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *how, void *(*start)(void *),
                          void *context) {
    return atomic_load(&threads_fail) ? EAGAIN : __real_pthread_create(thread, how, start, context);
}
#endif

/* ---- the tests ---- */

static void every_function_has_known_results(void) {
    const float labels[2] = {1, 0}, logits[2] = {0, 2.5f}, weight = 1;
    const int64_t number[1] = {2}, shape[2] = {1, 2};
    const float row[3] = {1, 2, 4};
    float out[2], gradient[2];
    /* TensorFlow 2.21's bits, from README.md */
    CHECK(tfl_forward(0, TFL_SIGMOID, TFL_F32, TFL_F32, 1, 2, labels, logits, NULL, NULL, out) ==
          TFL_OK);
    CHECK(out[0] == 0.6931472f && out[1] == 2.5788898f);
    CHECK(tfl_forward(0, TFL_SPARSE_SOFTMAX, TFL_F32, TFL_I64, 1, 3, number, row, NULL, NULL,
                      out) == TFL_OK);
    CHECK(out[0] == 0.16984604f);
    CHECK(tfl_gradient_positional(0, TFL_SIGMOID, TFL_F32, TFL_F32, TFL_EAGER, 1, 2, labels, logits,
                                  NULL, NULL, NULL, out, NULL, gradient, NULL) == TFL_OK);
    CHECK(gradient[0] == -0.5f && out[0] == 0.6931472f);
    CHECK(tfl_forward(0, TFL_WEIGHTED, TFL_F32, TFL_F32, 1, 2, labels, logits, &weight, NULL,
                      out) == TFL_OK);
    CHECK(out[0] == 2 * 0.6931472f);
    CHECK(tfl_sum(0, TFL_F32, 2, shape, 3, 1, 2, logits, out) == TFL_OK);
    CHECK(out[0] == 1.25f);
    CHECK(tfl_get_version() == TFL_VERSION_2_21);
    CHECK(strcmp(tfl_status_text(TFL_OVERLAP), "an output shares memory with another array") == 0);
    CHECK(strcmp(tfl_isa_known(0), "portable") == 0);
}

#if !defined(TFL_UNWRAPPED)
/* Runs the call with its first, second, ... allocation failing, until none is left to fail. */
static int fail_each_allocation(const loss_call *c) {
    for (int failing = 0;; failing++) {
        int live = atomic_load(&live_allocations);
        atomic_store(&allocations_left, failing);
        errno = 0;
        tfl_status status = make_call(c);
        int reached = atomic_exchange(&allocations_left, -1) < 0;
        CHECK(atomic_load(&live_allocations) == live);
        CHECK(errno == 0);
        CHECK(status == (reached ? TFL_NO_MEMORY : TFL_OK));
        if (!reached || status == TFL_OK)
            return failing;
    }
}

static void no_memory_is_a_status_and_leaks_nothing(void) {
    int failed = 0;
    for (int i = 0; i < 4;
         i++) { /* rows of so many classes are computed one by one, or side by side */
        int64_t classes = i / 2 ? 100 : 130;
        CHECK(tfl_set_num_threads(i % 2 ? 3 : 1) == TFL_OK);
        EACH_ISA(isa) EACH_KIND(version, loss, dtype, gradient) {
            loss_call c = describe_call(version, loss, dtype, gradient, 40, classes);
            allocate_call(&c);
            CHECK(make_call(&c) == TFL_OK);
            uint64_t before = hash_outputs(&c);
            failed += fail_each_allocation(&c);
            CHECK(make_call(&c) == TFL_OK);
            CHECK(hash_outputs(&c) == before);
            free_call(&c);
        }
    }
    CHECK(failed > 100); /* there was something to fail */
    tfl_set_num_threads(1);
}

static void no_memory_for_a_sum_or_a_result(void) {
    const int64_t shape[4] = {3, 4, 5, 6};
    double in[360] = {1}, out[360];
    atomic_store(&allocations_left, 0);
    CHECK(tfl_sum(0, TFL_F64, 4, shape, 5, 1, 1, in, out) == TFL_NO_MEMORY);
    CHECK(tfl_sum(0, TFL_F64, 4, shape, 5, 1, 1, in, out) == TFL_OK);
    CHECK(out[0] == 1);
    tfl_memory_limit(0); /* or what is kept would serve */
    atomic_store(&allocations_left, 0);
    CHECK(tfl_memory_alloc(1000) == NULL);
    void *memory = tfl_memory_alloc(1000);
    CHECK(memory != NULL && (uintptr_t)memory % 64 == 0);
    tfl_memory_free(memory);
    atomic_store(&allocations_left, -1);
    tfl_memory_limit(256 << 20);
}

static void no_memory_for_repeated_operands(void) {
    float labels[40] = {0}, logits[40] = {0}, out[40];
    tfl_layout layout = {
        .rank = 2, .shape = {40, 40}, .labels_stride = {1, 0}, .logits_stride = {1, 0}};
    for (int failing = 0; failing < 2; failing++) {
        atomic_store(&allocations_left, failing);
        CHECK(tfl_forward(0, TFL_SOFTMAX, TFL_F32, TFL_F32, 40, 40, labels, logits, NULL, &layout,
                          out) == TFL_NO_MEMORY);
    }
    CHECK(tfl_forward(0, TFL_SOFTMAX, TFL_F32, TFL_F32, 40, 40, labels, logits, NULL, &layout,
                      out) == TFL_OK);
}

static void no_threads_to_be_had(void) {
    loss_call c = describe_call(0, TFL_SIGMOID, TFL_F32, 0, 100, 100);
    allocate_call(&c);
    CHECK(make_call(&c) == TFL_OK);
    uint64_t expected = hash_outputs(&c);
    atomic_store(&threads_fail, 1);
    tfl_set_num_threads(64); /* more than any test has started so far */
    fill_outputs(&c, 0);
    CHECK(make_call(&c) == TFL_OK);
    CHECK(hash_outputs(&c) == expected);
    atomic_store(&threads_fail, 0);
    tfl_set_num_threads(1);
    free_call(&c);
}

#endif

static void outputs_that_overlap(void) {
    float a[64] = {0}, b[64] = {0}, c[64];
    const int64_t shape[1] = {32};
    for (int shift = 0; shift < 32; shift += 31) {
        CHECK(tfl_forward(0, TFL_SIGMOID, TFL_F32, TFL_F32, 1, 32, a, b, NULL, NULL, a + shift) ==
              TFL_OVERLAP);
        CHECK(tfl_gradient_positional(0, TFL_SIGMOID, TFL_F32, TFL_F32, 0, 1, 32, a, b, NULL, NULL,
                                      NULL, c, NULL, c + shift, NULL) == TFL_OVERLAP);
        CHECK(tfl_gradient_positional(0, TFL_SOFTMAX, TFL_F32, TFL_F32, 0, 1, 32, a, b, NULL, NULL,
                                      c, NULL, NULL, b + shift, NULL) == TFL_OVERLAP);
    }
    CHECK(tfl_gradient_positional(0, TFL_SOFTMAX, TFL_F32, TFL_F32, 0, 4, 8, a, b, NULL, NULL, c,
                                  NULL, NULL, c + 3, NULL) == TFL_OVERLAP);
    CHECK(tfl_sum(0, TFL_F32, 1, shape, 0, 1, 1, a, a) == TFL_OVERLAP);
    CHECK(tfl_sum(0, TFL_F32, 1, shape, 1, 1, 1, a, a + 31) == TFL_OVERLAP);
    CHECK(tfl_sum(0, TFL_F32, 1, shape, 1, 1, 1, a, a + 32) == TFL_OK);
    /* Layouts and shapes are inputs as well. */
    tfl_layout layout = {.rank = 1, .shape = {32}, .logits_stride = {1}, .weight_size = 1};
    int64_t sizes[2] = {4, 8};
    CHECK(tfl_forward(0, TFL_WEIGHTED, TFL_F32, TFL_F32, 1, 32, a, b, b, &layout,
                      &layout.shape[2]) == TFL_OVERLAP);
    CHECK(tfl_sum(0, TFL_F32, 2, sizes, 3, 1, 1, a, &sizes[1]) == TFL_OVERLAP);
    CHECK(tfl_sum(0, TFL_F32, 2, sizes, 3, 1, 1, a, c) == TFL_OK);
    /* Inputs may be one array, and neighbours do not overlap. */
    CHECK(tfl_forward(0, TFL_SIGMOID, TFL_F32, TFL_F32, 1, 32, a, a, NULL, NULL, a + 32) == TFL_OK);
    CHECK(tfl_forward(0, TFL_SOFTMAX, TFL_F32, TFL_F32, 0, 32, a, a, NULL, NULL, a) == TFL_OK);
}

static void sizes_beyond_64_bits(void) {
    static const int64_t sizes[][2] = {{1LL << 32, 1LL << 32}, {INT64_MAX, 2},
                                       {INT64_MAX, 1},         {1LL << 60, 1},
                                       {3, 1LL << 60},         {INT64_MAX, INT64_MAX}};
    float one = 1;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int loss = 0; loss < LOSSES; loss++) {
            tfl_dtype labels = tfl_traits_of(loss)->class_labels ? TFL_I64 : TFL_F32;
            const void *weight = tfl_traits_of(loss)->has_weight ? &one : NULL;
            int64_t rows = sizes[i][0], classes = sizes[i][1];
            CHECK(tfl_forward(0, loss, TFL_F32, labels, rows, classes, &one, &one, weight, NULL,
                              &one) == TFL_TOO_LARGE);
            CHECK(tfl_gradient_positional(0, loss, TFL_F32, labels, 0, rows, classes, &one, &one,
                                          weight, NULL, NULLS, &one) == TFL_TOO_LARGE);
            CHECK(tfl_sum(0, TFL_F32, 2, sizes[i], 3, 1, 1, &one, &one) == TFL_TOO_LARGE);
        }
    CHECK(tfl_memory_alloc(INT64_MAX) == NULL);
}

/* ---- inputs that change under the call ---- */

static atomic_int writer_stops;

static void *write_labels(void *context) {
    volatile int64_t *labels = context;
    static const int64_t values[] = {0, -1, 1, INT64_MAX, 2, INT64_MIN, 3, 1LL << 33};
    for (unsigned int i = 0; !atomic_load_explicit(&writer_stops, memory_order_relaxed); i++)
        labels[i % 64] = i % 1024 < 512 ? i % 4 : values[i / 64 % 8];
    return NULL;
}

static void labels_that_another_thread_changes(void) {
    int seen[2] = {0};
    tfl_set_num_threads(2);
    EACH_ISA(isa)
    for (int gradient = 0; gradient < 2; gradient++)
        for (int wide = 0; wide < 2; wide++) {
            loss_call c =
                describe_call(0, TFL_SPARSE_SOFTMAX, TFL_F32, gradient, 64, wide ? 200 : 5);
            allocate_call(&c);
            pthread_t writer;
            atomic_store(&writer_stops, 0);
            CHECK(pthread_create(&writer, NULL, write_labels, c.labels) == 0);
            for (int i = 0; i < 3000; i++) {
                tfl_status status = make_call(&c);
                CHECK(status == TFL_OK || status == TFL_LABEL_OUT_OF_RANGE);
                seen[status == TFL_OK]++;
            }
            atomic_store(&writer_stops, 1);
            pthread_join(writer, NULL);
            free_call(&c);
        }
    CHECK(seen[0] > 0 && seen[1] > 0);
    tfl_set_num_threads(1);
}

/* ---- guard pages ---- */

/* A call whose arrays all touch pages that nobody may, and whose inputs cannot be written. */
static void run_guarded(loss_call *c, int at_end) {
    guarded inputs[4] = {guard(labels_bytes(c), at_end), guard(logits_bytes(c), at_end),
                         guard(width_of(c->dtype), at_end), guard(loss_bytes(c), at_end)};
    guarded outputs[MOST_OUTPUTS];
    c->labels = inputs[0].data;
    c->logits = inputs[1].data;
    c->weight = has_weight(c) ? inputs[2].data : NULL;
    c->upstream = c->gradient ? inputs[3].data : NULL;
    fill_inputs(c);
    for (int i = 0; i < MOST_OUTPUTS; i++) {
        outputs[i] = guard(output_bytes(c, i), at_end);
        c->outputs[i] = output_bytes(c, i) ? outputs[i].data : NULL;
        lock_input(&inputs[i]);
    }
    CHECK(make_call(c) == TFL_OK);
    for (int i = 0; i < MOST_OUTPUTS; i++) {
        release(&inputs[i]);
        release(&outputs[i]);
    }
}

static void nothing_is_touched_outside_the_arrays(void) {
    static const int64_t shapes[][2] = {{1, 1},  {3, 5},  {8, 8},   {17, 3},  {16, 16},
                                        {33, 7}, {5, 31}, {65, 10}, {9, 129}, {2, 1027}};
    EACH_ISA(isa) EACH_KIND(version, loss, dtype, gradient) {
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
            for (int at_end = 0; at_end < 2; at_end++) {
                loss_call c =
                    describe_call(version, loss, dtype, gradient, shapes[i][0], shapes[i][1]);
                run_guarded(&c, at_end);
            }
    }
}

/* ---- fork ---- */

#if !defined(_WIN32)
static atomic_int callers_stop;

static void *call_again_and_again(void *context) {
    while (!atomic_load(&callers_stop))
        if (make_call(context) != TFL_OK)
            abort();
    return NULL;
}

#if !defined(__SANITIZE_ADDRESS__) && defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ /* as gcc says it */
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
/* Its allocator may be locked in the child: a loss that allocates nothing. */
enum { FORKED_LOSS = TFL_SIGMOID };
#else
enum { FORKED_LOSS = TFL_SOFTMAX };
#endif

static void fork_while_the_pool_is_busy(void) {
    loss_call busy = describe_call(0, FORKED_LOSS, TFL_F32, 1, 300, 50), c = busy;
    pthread_t caller;
    allocate_call(&busy);
    allocate_call(&c);
    tfl_set_num_threads(3);
    CHECK(make_call(&c) == TFL_OK);
    uint64_t expected = hash_outputs(&c);
    CHECK(pthread_create(&caller, NULL, call_again_and_again, &busy) == 0);
    for (int i = 0; i < 30; i++) {
        fill_outputs(&c, 0);
        pid_t child = fork();
        if (child == 0)
            _exit(make_call(&c) == TFL_OK && hash_outputs(&c) == expected ? 0 : 1);
        int status = -1;
        CHECK(waitpid(child, &status, 0) == child && status == 0);
    }
    atomic_store(&callers_stop, 1);
    pthread_join(caller, NULL);
    free_call(&busy);
    free_call(&c);
    tfl_set_num_threads(1);
}
#endif

/* ---- when it is loaded ---- */

static void known_results_are_compared(void) {
    char report[200] = "";
    int64_t compared = 0;
    CHECK(tfl_self_check(-1, report, sizeof report) == TFL_OK && report[0] == '\0');
    /* Numbers of no result. */
    CHECK(tfl_self_check(INT64_MAX, report, sizeof report) == TFL_OK && report[0] == '\0');
    CHECK(tfl_self_check(INT64_MIN, report, sizeof report) == TFL_OK && report[0] == '\0');
    CHECK(tfl_self_check(-1, NULL, 1) == TFL_BAD_ARGUMENT);
    CHECK(tfl_self_check(-1, report, 0) == TFL_BAD_ARGUMENT);
    CHECK(tfl_isa_select("portable") == TFL_OK);
    errno = 77;
    while (tfl_self_check(compared, report, sizeof report) == TFL_WRONG_BITS ||
           tfl_self_check_older(compared, report, sizeof report) == TFL_WRONG_BITS) {
        CHECK(strstr(report, ", as TensorFlow ") != NULL);
        compared++;
    }
    CHECK(compared >= 100 && errno == 77);
    CHECK(strcmp(tfl_isa_name(), "portable") == 0 && tfl_isa_select(NULL) == TFL_OK);
    CHECK(tfl_self_check_hash(0, TFL_SIGMOID, TFL_F32, TFL_EAGER, 0, 0) != 0);
    CHECK(tfl_self_check_hash(0, TFL_SIGMOID, TFL_F32, TFL_EAGER, 0, 5) == 0);
    CHECK(tfl_self_check_hash(99, TFL_SIGMOID, TFL_F32, TFL_EAGER, 0, 0) == 0);
    CHECK(strstr(tfl_build_text(), "FLT_EVAL_METHOD ") != NULL);
}

static void loading_left_the_registers_alone(void) {
    CHECK(!tfl_registers_were_changed());
    CHECK(tfl_registers_keep());
}

static void memory_for_numpys_arrays(void) {
    unsigned char *memory = tfl_array_calloc(NULL, 10, 100);
    CHECK(memory && memory[0] == 0 && memory[999] == 0);
    memory[999] = 7;
    memory = tfl_array_realloc(NULL, memory, 100000);
    CHECK(memory && memory[999] == 7);
    tfl_array_free(NULL, memory, 100000);
    CHECK(!tfl_array_calloc(NULL, SIZE_MAX / 2, 3) && !tfl_array_malloc(NULL, SIZE_MAX));
}

/* ---- other processors ---- */

/* The table of this processor's vendor against the instruction, for every mantissa, and for numbers
 * of every exponent and sign. */
static void estimates_are_the_processors(void) {
    CHECK(tfl_set_vendor(-1) == TFL_BAD_ARGUMENT && tfl_set_vendor(3) == TFL_BAD_ARGUMENT);
    CHECK(tfl_estimate(TFL_VENDOR_INTEL, 1.0f) == 0x1.ffep-1f);
    CHECK(tfl_estimate(TFL_VENDOR_AMD, 1.0f) == 0x1.ffep-1f);
#if defined(__x86_64__)
    tfl_vendor own = tfl_get_vendor();
    int different = 0;
    for (uint32_t i = 0; own != TFL_VENDOR_HOST && i <= 1u << 24; i++) {
        uint32_t bits = i <= 1u << 23 ? 0x3f800000u + i : i * 511u;
        float a, theirs, ours;
        memcpy(&a, &bits, sizeof a);
        if (a != a)
            continue; /* which comes back as it is */
        theirs = _mm_cvtss_f32(_mm_rcp_ss(_mm_set_ss(a)));
        ours = tfl_estimate(own, a);
        different += memcmp(&ours, &theirs, sizeof ours) != 0;
    }
    CHECK(different == 0);
#endif
}

/* An argument says why forks are left out. */
int main(int count, char **arguments) {
    CHECK(tfl_add_older(tfl_older_kernels()) == TFL_OK);
    tfl_set_thread_elements(64);
    RUN(every_function_has_known_results);
#if defined(TFL_UNWRAPPED)
    LEAVE_OUT("memory and threads that run out", "this linker wraps no functions");
#else
    RUN(no_memory_is_a_status_and_leaks_nothing);
    RUN(no_memory_for_a_sum_or_a_result);
    RUN(no_memory_for_repeated_operands);
    RUN(no_threads_to_be_had);
#endif
    RUN(outputs_that_overlap);
    RUN(sizes_beyond_64_bits);
    RUN(labels_that_another_thread_changes);
    RUN(nothing_is_touched_outside_the_arrays);
#if defined(_WIN32)
    (void)count, (void)arguments;
    LEAVE_OUT("fork", "this system has none");
#else
    if (count > 1)
        LEAVE_OUT("fork", arguments[1]);
    else
        RUN(fork_while_the_pool_is_busy);
#endif
    RUN(known_results_are_compared);
    RUN(loading_left_the_registers_alone);
    RUN(memory_for_numpys_arrays);
    RUN(estimates_are_the_processors);
    return finish_tests();
}
