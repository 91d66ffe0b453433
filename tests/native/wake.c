/* SPDX-License-Identifier: Apache-2.0
 * How long the pool takes to have a helper at work: a line for each pause between two jobs, in
 * microseconds. "wake" is from the call to a helper's first share (best, median), "post" a call in
 * which there is nothing to do (best, median). */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "host/system.h"
#include "tf_losses.h"

enum { MOST_JOBS = 2000, GIVE_UP = 20000000 };

static _Thread_local int is_caller;
static atomic_llong came; /* a helper, at this time */

/* The caller keeps its share until a helper has one. */
static tfl_status meet(const void *unused, int64_t begin, int64_t end) {
    (void)unused, (void)begin, (void)end;
    long long nobody = 0;
    if (!is_caller)
        atomic_compare_exchange_strong(&came, &nobody, tfl_nanoseconds());
    int64_t until = tfl_nanoseconds() + GIVE_UP;
    while (atomic_load(&came) == 0 && tfl_nanoseconds() < until)
        ;
    return TFL_OK;
}

static tfl_status do_nothing(const void *unused, int64_t begin, int64_t end) {
    (void)unused, (void)begin, (void)end;
    return TFL_OK;
}

static void pause_for(int64_t nanoseconds) {
    int64_t until = tfl_nanoseconds() + nanoseconds;
    while (tfl_nanoseconds() < until)
        ;
}

static int compare(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void print_two(const char *name, int64_t *times, int count) {
    qsort(times, (size_t)count, sizeof *times, compare);
    int64_t best = times[0], median = times[count / 2];
    printf(" %s %.2f %.2f", name, (double)best / 1e3, (double)median / 1e3);
}

static void measure(int64_t pause) {
    static int64_t wake[MOST_JOBS], post[MOST_JOBS];
    int jobs = pause < 100000 ? MOST_JOBS : MOST_JOBS / 5, late = 0;
    for (int i = 0; i < jobs; i++) {
        pause_for(pause);
        atomic_store(&came, 0);
        int64_t begin = tfl_nanoseconds();
        tfl_parallel_for(meet, NULL, (int64_t)TFL_SPLIT * 64, TFL_SPLIT, 2);
        late += atomic_load(&came) == 0;
        wake[i] = atomic_load(&came) ? atomic_load(&came) - begin : GIVE_UP;
    }
    for (int i = 0; i < jobs; i++) {
        pause_for(pause);
        int64_t begin = tfl_nanoseconds();
        tfl_parallel_for(do_nothing, NULL, (int64_t)TFL_SPLIT * 2, TFL_SPLIT, 2);
        post[i] = tfl_nanoseconds() - begin;
    }
    printf("pause %d", (int)(pause / 1000));
    print_two("wake", wake, jobs);
    print_two("post", post, jobs);
    printf(" late %d\n", late);
}

int main(void) {
    static const int64_t pauses[] = {0, 10, 30, 200, 2000};
    is_caller = 1;
    tfl_set_num_threads(2);
    for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++)
        measure(pauses[i] * 1000);
    return 0;
}
