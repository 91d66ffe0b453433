/* SPDX-License-Identifier: Apache-2.0
 * Many threads call at once while others change every setting: the same bits, and under
 * ThreadSanitizer no race. */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "older/older_abi.h"
#include "calls.h"
#include "check.h"

enum { CALLERS = 6, MOST_KINDS = TFL_VERSIONS * LOSSES * DTYPES * 2 };

static int kinds; /* that there are */
static loss_call kind[MOST_KINDS];
static uint64_t expected[MOST_KINDS];
static atomic_int wrong, callers_left;

static int fill_kinds(void) {
    int count = 0;
    EACH_KIND(version, loss, dtype, gradient) {
        kind[count] = describe_call(version, loss, dtype, gradient, 70, 19);
        allocate_call(&kind[count]);
        if (make_call(&kind[count]) != TFL_OK)
            abort();
        expected[count] = hash_outputs(&kind[count]);
        count++;
    }
    return count;
}

/* Everybody reads the same inputs; outputs are a caller's own. */
static int call_well(int k) {
    loss_call mine = kind[k];
    for (int i = 0; i < MOST_OUTPUTS; i++)
        mine.outputs[i] = output_bytes(&mine, i) ? malloc(output_bytes(&mine, i)) : NULL;
    int well = make_call(&mine) == TFL_OK && hash_outputs(&mine) == expected[k];
    for (int i = 0; i < MOST_OUTPUTS; i++)
        free(mine.outputs[i]);
    return well;
}

/* What has no loss_call: repeated operands, the parts of weighted's gradient, sums, and a loss of the
 * version that is set at the moment. */
enum { ROWS = 6, CLASSES = 30, SIZE = ROWS * CLASSES, RESULTS = 8 };

static float small[SIZE];

static int make_others(float (*out)[SIZE]) {
    static const int64_t shape[2] = {ROWS, CLASSES};
    tfl_layout repeated = {.rank = 2,
                           .shape = {ROWS, CLASSES},
                           .labels_stride = {0, 1},
                           .logits_stride = {CLASSES, 1}};
    tfl_layout larger = {.rank = 2,
                         .shape = {ROWS, CLASSES},
                         .logits_stride = {0, 1},
                         .weight_stride = {1, 0},
                         .weight_size = ROWS};
    int failed = tfl_forward(1, TFL_SOFTMAX, TFL_F32, TFL_F32, ROWS, CLASSES, small, small, NULL,
                             &repeated, out[0]);
    failed |= tfl_weighted_products(1, TFL_F32, TFL_EAGER, CLASSES, small, small, small, &larger,
                                    NULL, out[1], out[2], out[3]);
    failed |= tfl_weighted_finish(1, TFL_F32, TFL_EAGER, SIZE, small, small, small, small, small,
                                  out[4], out[5]);
    failed |= tfl_sum(1, TFL_F32, 2, shape, 1, 2, 1, small, out[6]);
    failed |= tfl_forward(0, TFL_SIGMOID, TFL_F32, TFL_F32, ROWS, CLASSES, small, small, NULL, NULL,
                          out[7]);
    return failed == TFL_OK;
}

static float expected_others[RESULTS][SIZE];
static float expected_of_1_15[SIZE];

static void fill_others(void) {
    for (int i = 0; i < SIZE; i++)
        small[i] = (float)(i % 23) / 8;
    if (!make_others(expected_others) ||
        tfl_forward(TFL_VERSION_1_15, TFL_SIGMOID, TFL_F32, TFL_F32, ROWS, CLASSES, small, small,
                    NULL, NULL, expected_of_1_15) != TFL_OK)
        abort();
}

static int call_others_well(void) {
    float found[RESULTS][SIZE];
    size_t fixed = (RESULTS - 1) * sizeof *found;
    memset(found, 0, sizeof found);
    return make_others(found) && memcmp(found, expected_others, fixed) == 0 &&
           (memcmp(found[7], expected_others[7], sizeof *found) == 0 ||
            memcmp(found[7], expected_of_1_15, sizeof *found) == 0);
}

static void *call_all(void *context) {
    int first = *(int *)context;
    for (int i = 0; i < kinds; i++) {
        if (!call_well((first + i) % kinds) || (i % 8 == 0 && !call_others_well()))
            atomic_fetch_add(&wrong, 1);
        void *memory = tfl_memory_alloc(1000 + i % 3 * 100000);
        if (memory)
            memset(memory, first, 1000);
        tfl_memory_free(memory);
    }
    atomic_fetch_sub(&callers_left, 1);
    return NULL;
}

static void *change_settings(void *unused) {
    (void)unused;
    for (int64_t i = 0; atomic_load(&callers_left) > 0; i++) {
        tfl_set_num_threads(i % 5);
        tfl_set_thread_elements(i % 2 ? 64 : 300);
        tfl_isa_select(tfl_isa_known(i % 4) ? tfl_isa_known(i % 4) : NULL);
        tfl_set_version((tfl_version)(1 + i % 4));
        tfl_set_vendor(i % 2 ? tfl_get_vendor() : TFL_VENDOR_HOST);
        tfl_memory_limit(i % 3 << 20);
        if (tfl_get_num_threads() < 1 || !tfl_isa_name() || tfl_get_version() < 1)
            atomic_fetch_add(&wrong, 1);
    }
    return NULL;
}

static void all_at_once(void) {
    pthread_t caller[CALLERS], changer;
    int first[CALLERS];
    kinds = fill_kinds();
    CHECK(kinds > MOST_KINDS / 2);
    fill_others();
    atomic_store(&callers_left, CALLERS);
    CHECK(pthread_create(&changer, NULL, change_settings, NULL) == 0);
    for (int i = 0; i < CALLERS; i++) {
        first[i] = i * kinds / CALLERS;
        CHECK(pthread_create(&caller[i], NULL, call_all, &first[i]) == 0);
    }
    for (int i = 0; i < CALLERS; i++)
        pthread_join(caller[i], NULL);
    pthread_join(changer, NULL);
    CHECK(atomic_load(&wrong) == 0);
    for (int k = 0; k < kinds; k++)
        free_call(&kind[k]);
}

/* The first calls of a process meet in what is found out once. */
static atomic_int not_ready = CALLERS;

static void *first_call(void *context) {
    atomic_fetch_sub(&not_ready, 1);
    while (atomic_load(&not_ready) > 0) /* macOS has no barriers */
        sched_yield();
    if (make_call(context) != TFL_OK)
        atomic_fetch_add(&wrong, 1);
    return NULL;
}

static void the_first_calls_at_once(void) {
    pthread_t caller[CALLERS];
    loss_call calls[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
        calls[i] = describe_call(0, i % LOSSES, TFL_F32, i % 2, 100, 19);
        allocate_call(&calls[i]);
        CHECK(pthread_create(&caller[i], NULL, first_call, &calls[i]) == 0);
    }
    for (int i = 0; i < CALLERS; i++) {
        pthread_join(caller[i], NULL);
        free_call(&calls[i]);
    }
    CHECK(atomic_load(&wrong) == 0);
}

/* An argument asks for the instruction sets. */
int main(int count, char **arguments) {
    (void)arguments;
    if (count > 1)
        return list_isas();
    CHECK(tfl_add_older(tfl_older_kernels()) == TFL_OK);
    RUN(the_first_calls_at_once);
    tfl_set_thread_elements(64);
    RUN(all_at_once);
    return finish_tests();
}
