/* SPDX-License-Identifier: Apache-2.0
 * What is asked of the operating system: posix.c and windows.c answer, of processors also linux.c.
 * Nothing else knows which system it is. */
#ifndef TF_LOSSES_SYSTEM_H
#define TF_LOSSES_SYSTEM_H

#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
/* As wide as SRWLOCK, CONDITION_VARIABLE and INIT_ONCE, and zero at first as they are. */
typedef struct tfl_lock {
    void *opaque;
} tfl_lock;
typedef struct tfl_condition {
    void *opaque;
} tfl_condition;
typedef struct tfl_once {
    void *opaque;
} tfl_once;
#define TFL_LOCK_INIT {NULL}
#define TFL_CONDITION_INIT {NULL}
#define TFL_ONCE_INIT {NULL}
#else
#include <pthread.h>
typedef pthread_mutex_t tfl_lock;
typedef pthread_cond_t tfl_condition;
typedef pthread_once_t tfl_once;
#define TFL_LOCK_INIT PTHREAD_MUTEX_INITIALIZER
#define TFL_CONDITION_INIT PTHREAD_COND_INITIALIZER
#define TFL_ONCE_INIT PTHREAD_ONCE_INIT
#endif

void tfl_lock_take(tfl_lock *lock);
void tfl_lock_give(tfl_lock *lock);

/* As new, whoever held it: for the child after a fork. */
void tfl_lock_renew(tfl_lock *lock);
void tfl_condition_renew(tfl_condition *condition);

/* With the lock taken, which others have in the meantime. */
void tfl_condition_wait(tfl_condition *condition, tfl_lock *lock);
void tfl_condition_wake_one(tfl_condition *condition);
void tfl_condition_wake_all(tfl_condition *condition);

/* Calls it unless that was done; in any case it has returned. */
void tfl_call_once(tfl_once *once, void (*function)(void));

/* Starts a thread that never ends and takes no signals; 0 if there is none to be had. */
int tfl_thread_start(void *(*work)(void *));

/* Of a clock that only goes forward. */
int64_t tfl_nanoseconds(void);

/* The number of the processor that runs the caller at the moment; -1 where the system does not tell. */
int tfl_this_processor(void);

/* Has the caller go on at another processor of those it may use, where a system can be asked to. */
void tfl_leave_processor(int processor);

/* Calls these around each fork, where a system has forks. NULL stands for nothing. */
void tfl_at_fork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void));

/* Memory for what is large, aligned to 64 bytes at least, in large pages where that costs nothing;
 * NULL if there is none. errno stays as it was. */
void *tfl_pages_take(size_t bytes);
void tfl_pages_give(void *memory);

/* The processors this process may use by its affinity; at least 1. */
int64_t tfl_affine_processors(void);

/* How many of them its group's share of time is; INT64_MAX for no limit. */
int64_t tfl_processors_limit(void);

#endif
