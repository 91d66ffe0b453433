/* SPDX-License-Identifier: Apache-2.0
 * A small pool of threads. It starts with the first call that is large enough, grows to the number
 * of threads asked for, and is forgotten in a child after fork.
 *
 * One call at a time has the pool; a call that finds it taken computes on its own thread, so
 * that callers never wait for each other. After a job helpers look for the next one for about as
 * long as a system takes to wake them, if there is a processor for each; then they sleep. */
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

/* Of the posted job: how many helpers may still join it, and how many are in it. The job is there as
 * long as either is above zero, so that who has joined may use it. */
enum { ONE_WORKING = 1 << 16, WANTED = ONE_WORKING - 1 };

static struct {
    _Alignas(128) atomic_llong places; /* what helpers look at, alone in its cache lines */
    _Alignas(128) atomic_int taken;    /* a caller has the pool */
    atomic_llong sleepers;             /* helpers that sleep or are about to */
    atomic_int caller_sleeps;
    atomic_int may_look;          /* there are processors enough */
    atomic_int callers_processor; /* when it posted the job */
    atomic_int helpers_processor; /* of the last one that joined */
    tfl_job *job;                 /* the taker's; so is the number of helpers */
    int64_t threads;
    tfl_lock mutex; /* who wants to sleep looks once more when it has this */
    tfl_condition posted;
    tfl_condition finished; /* the last helper left the job */
} pool = {.mutex = TFL_LOCK_INIT, .posted = TFL_CONDITION_INIT, .finished = TFL_CONDITION_INIT};

static atomic_llong thread_limit; /* 0: not yet asked for */
static atomic_llong processors;   /* the same */

static inline void pause_processor(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb"); /* yield does nothing on most */
#endif
}

/* The child has one thread and a pool nobody serves: start from nothing. */
static void forget_pool(void) {
    tfl_lock_renew(&pool.mutex);
    tfl_condition_renew(&pool.posted);
    tfl_condition_renew(&pool.finished);
    atomic_store(&pool.places, 0);
    atomic_store(&pool.sleepers, 0);
    atomic_store(&pool.caller_sleeps, 0);
    pool.threads = 0;
    pool.job = NULL;
    atomic_store(&pool.taken, 0);
}

/* When the library is loaded, not with the first call: a fork that is under way by then does not run
 * what is installed meanwhile, and its child would find the pool as another thread held it. */
__attribute__((constructor)) static void install_fork_handler(void) {
    tfl_at_fork(NULL, NULL, forget_pool);
}

static int64_t find_processors(void) {
    int64_t found = tfl_available_processors();
    atomic_store(&processors, found);
    return found;
}

static int64_t known_processors(void) {
    int64_t known = atomic_load(&processors);
    return known > 0 ? known : find_processors();
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
        threads = find_processors();
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

/* Looks for what another thread does, until it is there (1) or for so long (0), which is what is lost
 * at most where no call follows. Looking ends where it takes the processor from who should do that,
 * and where this thread was not running for a while: then fewer processors are there than threads
 * that want one. (To yield now and then instead makes a helper the last to get a processor that
 * others want: Linux let it wait for 4 ms where one that slept waited 10 us.) */
enum { LOOK_NANOSECONDS = 50000, LOOKS_AT_A_TIME = 20, AWAY_NANOSECONDS = 10000 };

static int look_for(int (*is_there)(void), const atomic_int *processor) {
    int64_t begin = tfl_nanoseconds(), now = begin, before;
    do {
        for (int i = 0; i < LOOKS_AT_A_TIME; i++) {
            if (is_there())
                return 1;
            pause_processor();
        }
        int mine = tfl_this_processor();
        if (mine >= 0 && mine == atomic_load_explicit(processor, memory_order_relaxed))
            return 0;
        before = now;
        now = tfl_nanoseconds();
    } while (now - begin < LOOK_NANOSECONDS && now - before < AWAY_NANOSECONDS);
    return 0;
}

static int join_job(void) {
    long long places = atomic_load(&pool.places);
    while (places & WANTED)
        if (atomic_compare_exchange_weak(&pool.places, &places, places - 1 + ONE_WORKING))
            return 1;
    return 0;
}

/* Linux wakes a thread where it slept, also beside the caller's thread, which then does nothing
 * meanwhile; while both processors are busy it does not look for another one, and the load of a thread
 * that sleeps and wakes is never moved. For seconds two threads were no faster than one. */
static void leave_to_caller(void) {
    int callers = atomic_load(&pool.callers_processor);
    if (callers >= 0 && callers == tfl_this_processor())
        tfl_leave_processor(callers);
}

/* The poster changes the places before it counts sleepers, and these are counted before they look at
 * the places: one of the two sees the other. */
static void sleep_until_joined(void) {
    tfl_lock_take(&pool.mutex);
    atomic_fetch_add(&pool.sleepers, 1);
    while (!join_job()) {
        tfl_condition_wait(&pool.posted, &pool.mutex);
        tfl_lock_give(&pool.mutex);
        if (atomic_load(&pool.may_look))
            leave_to_caller();
        tfl_lock_take(&pool.mutex);
    }
    atomic_fetch_sub(&pool.sleepers, 1);
    tfl_lock_give(&pool.mutex);
}

/* Who sleeps has the lock until it does, or sees what is new. */
static void wait_for_sleepers(void) {
    tfl_lock_take(&pool.mutex);
    tfl_lock_give(&pool.mutex);
}

static void leave_job(void) {
    long long before = atomic_fetch_sub(&pool.places, ONE_WORKING);
    if (before / ONE_WORKING == 1 && atomic_load(&pool.caller_sleeps)) {
        wait_for_sleepers();
        tfl_condition_wake_one(&pool.finished);
    }
}

static void await_job(void) {
    if (atomic_load(&pool.may_look)) {
        leave_to_caller();
        if (look_for(join_job, &pool.callers_processor))
            return;
    }
    sleep_until_joined();
}

static void *helper(void *unused) {
    (void)unused;
    for (;;) {
        await_job();
        atomic_store(&pool.helpers_processor, tfl_this_processor());
        take_shares(pool.job);
        leave_job();
    }
    return NULL;
}

/* Wakes as many as those who are awake are too few. */
static void wake_helpers(int64_t wanted) {
    int64_t sleepers = atomic_load(&pool.sleepers), missing = wanted - (pool.threads - sleepers);
    if (missing <= 0)
        return;
    wait_for_sleepers();
    if (missing >= sleepers)
        tfl_condition_wake_all(&pool.posted);
    else
        for (int64_t i = 0; i < missing; i++)
            tfl_condition_wake_one(&pool.posted);
}

/* Takes the pool and posts the job to up to `helpers` threads; 0 if there is no pool to be had. */
static int post(tfl_job *job, int64_t helpers) {
    if (atomic_exchange(&pool.taken, 1))
        return 0;
    while (pool.threads < helpers && tfl_thread_start(helper))
        pool.threads++;
    int64_t wanted = helpers < pool.threads ? helpers : pool.threads;
    atomic_store(&pool.may_look, helpers < known_processors());
    atomic_store(&pool.callers_processor, tfl_this_processor());
    pool.job = job;
    atomic_store(&pool.places, wanted);
    wake_helpers(wanted);
    return 1;
}

static int nobody_works(void) { return atomic_load(&pool.places) == 0; }

/* Helpers that did not come in time are no longer wanted; those in the job are waited for. The last
 * share is small beside the time it takes to fall asleep and wake. */
static void retire(void) {
    atomic_fetch_and(&pool.places, ~(long long)WANTED);
    if (!nobody_works() && !look_for(nobody_works, &pool.helpers_processor)) {
        tfl_lock_take(&pool.mutex);
        atomic_store(&pool.caller_sleeps, 1);
        while (!nobody_works())
            tfl_condition_wait(&pool.finished, &pool.mutex);
        atomic_store(&pool.caller_sleeps, 0);
        tfl_lock_give(&pool.mutex);
    }
    atomic_store(&pool.taken, 0);
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
