/* SPDX-License-Identifier: Apache-2.0
 * A small pool of threads. It starts with the first call that is large enough, grows to the number
 * of threads asked for, sleeps between calls, and is forgotten in a child after fork.
 *
 * One call at a time has the pool; a call that finds it taken computes on its own thread, so
 * that callers never wait for each other. */
#include <stdatomic.h>
#include <stddef.h>

#include "host/processors.h"
#include "host/system.h"
#include "tf_losses.h"

enum { MAX_THREADS = TFL_MAX_THREADS };

/* One call's work. Threads take shares of it until none is left: half of what would be an even
 * share of the rest, so that all end at about the same time. */
typedef struct tfl_job {
    tfl_work work;
    const void *context;
    int64_t count;
    int64_t grain;
    int64_t threads;
    atomic_llong next;
    atomic_int status;
} tfl_job;

static struct {
    tfl_lock mutex;
    tfl_condition posted;   /* a job came, or helpers are wanted */
    tfl_condition finished; /* the last helper left the job */
    int taken;              /* a caller has the pool */
    int64_t threads;        /* helpers that exist */
    int64_t wanted;         /* helpers that should still join the job */
    atomic_llong working;   /* helpers in the job */
    tfl_job *job;
} pool = {.mutex = TFL_LOCK_INIT, .posted = TFL_CONDITION_INIT, .finished = TFL_CONDITION_INIT};

static atomic_llong thread_limit; /* 0: not yet asked for */

static inline void pause_processor(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/* The child has one thread and a pool nobody serves: start from nothing. */
static void forget_pool(void) {
    tfl_lock_renew(&pool.mutex);
    tfl_condition_renew(&pool.posted);
    tfl_condition_renew(&pool.finished);
    pool.taken = 0;
    pool.threads = pool.wanted = 0;
    atomic_store(&pool.working, 0);
    pool.job = NULL;
}

/* When the library is loaded, not with the first call: a fork that is under way by then does not run
 * what is installed meanwhile, and its child would find the pool as another thread held it. */
__attribute__((constructor)) static void install_fork_handler(void) {
    tfl_at_fork(NULL, NULL, forget_pool);
}

int64_t tfl_get_num_threads(void) {
    int64_t threads = atomic_load(&thread_limit);
    if (threads == 0) {
        tfl_set_num_threads(0);
        threads = atomic_load(&thread_limit);
    }
    return threads;
}

tfl_status tfl_set_num_threads(int64_t threads) {
    if (threads < 0 || threads > MAX_THREADS)
        return TFL_BAD_ARGUMENT;
    if (threads == 0)
        threads = tfl_available_processors();
    atomic_store(&thread_limit, threads < MAX_THREADS ? threads : MAX_THREADS);
    return TFL_OK;
}

/* Takes [*begin, *end); 0 if nothing is left. */
static int take_share(tfl_job *job, int64_t *begin, int64_t *end) {
    long long next = atomic_load(&job->next);
    do {
        int64_t left = job->count - next;
        if (left <= 0)
            return 0;
        int64_t share = left / (2 * job->threads) / job->grain * job->grain;
        share = share > job->grain ? share : job->grain;
        *begin = next;
        *end = share < left ? next + share : job->count;
    } while (!atomic_compare_exchange_weak(&job->next, &next, *end));
    return 1;
}

static void take_shares(tfl_job *job) {
    int64_t begin, end;
    while (atomic_load_explicit(&job->status, memory_order_relaxed) == TFL_OK &&
           take_share(job, &begin, &end)) {
        tfl_status status = job->work(job->context, begin, end);
        int expected = TFL_OK;
        if (status != TFL_OK)
            atomic_compare_exchange_strong(&job->status, &expected, (int)status);
    }
}

static void *helper(void *unused) {
    (void)unused;
    tfl_lock_take(&pool.mutex);
    for (;;) {
        while (pool.wanted == 0)
            tfl_condition_wait(&pool.posted, &pool.mutex);
        pool.wanted--;
        atomic_fetch_add(&pool.working, 1);
        tfl_job *job = pool.job;
        tfl_lock_give(&pool.mutex);
        take_shares(job);
        tfl_lock_take(&pool.mutex);
        if (atomic_fetch_sub(&pool.working, 1) == 1)
            tfl_condition_wake_one(&pool.finished);
    }
    return NULL;
}

/* Takes the pool and posts the job to up to `helpers` threads; 0 if there is no pool to be had. */
static int post(tfl_job *job, int64_t helpers) {
    tfl_lock_take(&pool.mutex);
    int free_now = !pool.taken;
    if (free_now) {
        pool.taken = 1;
        while (pool.threads < helpers && tfl_thread_start(helper))
            pool.threads++;
        pool.job = job;
        pool.wanted = helpers < pool.threads ? helpers : pool.threads;
        tfl_condition_wake_all(&pool.posted);
    }
    tfl_lock_give(&pool.mutex);
    return free_now;
}

/* The last helpers finish a share that is small beside the time it takes to fall asleep and wake. */
static void wait_a_little(void) {
    for (int i = 0; i < 4000 && atomic_load(&pool.working) > 0; i++)
        pause_processor();
}

/* Helpers that did not come in time are no longer wanted; those in the job are waited for. */
static void retire(void) {
    tfl_lock_take(&pool.mutex);
    pool.wanted = 0;
    tfl_lock_give(&pool.mutex);
    wait_a_little();
    tfl_lock_take(&pool.mutex);
    while (atomic_load(&pool.working) > 0)
        tfl_condition_wait(&pool.finished, &pool.mutex);
    pool.job = NULL;
    pool.taken = 0;
    tfl_lock_give(&pool.mutex);
}

static int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

tfl_status tfl_parallel_for(tfl_work work, const void *context, int64_t count, int64_t grain,
                            int64_t most_threads) {
    int64_t grains = (count - 1) / grain + 1, threads = least(grains, most_threads);
    if (threads > 1) /* else nobody need ask how many there are */
        threads = least(tfl_get_num_threads(), threads);
    if (threads <= 1)
        return work(context, 0, count);
    tfl_job job = {
        .work = work, .context = context, .count = count, .grain = grain, .threads = threads};
    if (!post(&job, threads - 1))
        return work(context, 0, count);
    take_shares(&job);
    retire();
    return (tfl_status)job.status;
}
