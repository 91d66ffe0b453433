/* SPDX-License-Identifier: Apache-2.0
 * The processor's clock: by its counter of cycles where the system lets one read it, else by a chain of
 * additions that wait for each other, which takes a cycle each. */
#include <stdint.h>
#include <string.h>
#include <time.h>

#if defined(__linux__)
#include <linux/perf_event.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

/* A descriptor that gives the cycles of this thread so far as 8 bytes, or -1: virtual machines mostly
 * have no such counter. */
__attribute__((visibility("default"))) int open_cycle_counter(void) {
#if defined(__linux__)
    struct perf_event_attr wanted;
    memset(&wanted, 0, sizeof wanted);
    wanted.size = sizeof wanted;
    wanted.type = PERF_TYPE_HARDWARE;
    wanted.config = PERF_COUNT_HW_CPU_CYCLES;
    wanted.exclude_hv = 1;
    int counter = (int)syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0);
    if (counter >= 0)
        return counter;
    wanted.exclude_kernel = 1; /* which every user may ask for */
    return (int)syscall(SYS_perf_event_open, &wanted, 0, -1, -1, 0);
#else
    return -1;
#endif
}

#define TEN(x) x x x x x x x x x x

/* Cycles a nanosecond, of so many hundreds of additions; 0 where no chain is known. */
__attribute__((visibility("default"))) double cycles_a_nanosecond(int64_t hundreds) {
#if defined(__x86_64__) || defined(__aarch64__)
    struct timespec begin, end;
    uint64_t sum = 1;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (int64_t i = 0; i < hundreds; i++) {
#if defined(__x86_64__)
        __asm__ volatile(TEN(TEN("add $1, %0\n\t")) : "+r"(sum));
#else
        __asm__ volatile(TEN(TEN("add %0, %0, #1\n\t")) : "+r"(sum));
#endif
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    int64_t seconds = end.tv_sec - begin.tv_sec;
    double nanoseconds = (double)seconds * 1e9 + (double)(end.tv_nsec - begin.tv_nsec);
    return (double)hundreds * 100 / nanoseconds;
#else
    (void)hundreds;
    return 0;
#endif
}
