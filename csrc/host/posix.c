/* SPDX-License-Identifier: Apache-2.0
 * system.h for Linux, macOS and other systems with POSIX's threads. */
#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* madvise */
#endif
#include "host/environment.h"

#if !defined(_WIN32)
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "host/system.h"

enum { PAGE = 1 << 21 }; /* of the larger kind; a last one that is not filled comes in small ones */

void tfl_lock_take(tfl_lock *lock) { pthread_mutex_lock(lock); }
void tfl_lock_give(tfl_lock *lock) { pthread_mutex_unlock(lock); }
void tfl_lock_renew(tfl_lock *lock) { pthread_mutex_init(lock, NULL); }

void tfl_condition_renew(tfl_condition *condition) { pthread_cond_init(condition, NULL); }
void tfl_condition_wait(tfl_condition *condition, tfl_lock *lock) {
    pthread_cond_wait(condition, lock);
}
void tfl_condition_wake_one(tfl_condition *condition) { pthread_cond_signal(condition); }
void tfl_condition_wake_all(tfl_condition *condition) { pthread_cond_broadcast(condition); }

void tfl_call_once(tfl_once *once, void (*function)(void)) { pthread_once(once, function); }

/* Signals are the host program's business. */
int tfl_thread_start(void *(*work)(void *)) {
    sigset_t all, before;
    pthread_t thread;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int started = pthread_create(&thread, NULL, work, NULL) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (started)
        pthread_detach(thread);
    return started;
}

int64_t tfl_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * (int64_t)1000000000 + now.tv_nsec;
}

void tfl_at_fork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void)) {
    pthread_atfork(before, in_parent, in_child);
}

void *tfl_pages_take(size_t bytes) {
    int caller_errno = errno;
    void *memory = NULL;
    if (posix_memalign(&memory, PAGE, bytes) != 0)
        memory = NULL;
#if defined(MADV_HUGEPAGE)
    if (memory)
        madvise(memory, bytes, MADV_HUGEPAGE);
#endif
    errno = caller_errno;
    return memory;
}

void tfl_pages_give(void *memory) { free(memory); }

#if !defined(__linux__)
int64_t tfl_affine_processors(void) {
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? online : 1;
}

int64_t tfl_processors_limit(void) { return INT64_MAX; }

int tfl_this_processor(void) { return -1; }

void tfl_leave_processor(int processor) { (void)processor; }
#endif
#endif
