/* SPDX-License-Identifier: Apache-2.0
 * Memory for large results. The system hands out such memory page by page, at the price of a page
 * fault each, and takes it back at once: for results of many megabytes that costs as much as the
 * loss. A few blocks that were given back are therefore kept, up to a limit.
 *
 * The lock is held for a few steps only, and around fork, so that the child finds a whole store. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "host/system.h"
#include "tf_losses.h"

enum {
    SLOTS = 8,
    /* Before the caller's part, which is aligned to cache lines, and lies in the middle of a page: NumPy's
     * own large arrays lie at a page's beginning, and a processor that reads a line while it writes one of
     * the same place in another page waits, as if they were one. */
    HEADER = 2048,
    DEFAULT_MEBI = 256,
};

typedef struct block {
    int64_t bytes; /* of the caller's part */
} block;

static struct {
    tfl_lock mutex;
    block *kept[SLOTS]; /* the oldest first */
    int count;
    int64_t bytes;
    int64_t limit;
} store = {.mutex = TFL_LOCK_INIT, .limit = (int64_t)DEFAULT_MEBI << 20};

static void lock(void) { tfl_lock_take(&store.mutex); }
static void unlock(void) { tfl_lock_give(&store.mutex); }

/* When the library is loaded: threads.c says why. */
__attribute__((constructor)) static void install_fork_handlers(void) {
    tfl_at_fork(lock, unlock, unlock);
}

static block *take_from_system(int64_t bytes) {
    block *taken = tfl_pages_take((size_t)bytes + HEADER);
    if (taken)
        taken->bytes = bytes;
    return taken;
}

/* With the store locked. */
static block *remove_kept(int slot) {
    block *found = store.kept[slot];
    store.bytes -= found->bytes;
    store.count--;
    for (int i = slot; i < store.count; i++)
        store.kept[i] = store.kept[i + 1];
    return found;
}

/* The smallest kept block that is large enough, but no more than a quarter larger. */
static block *take_kept(int64_t bytes) {
    int best = -1;
    for (int i = 0; i < store.count; i++) {
        int64_t has = store.kept[i]->bytes;
        if (has >= bytes && has - bytes / 4 <= bytes && (best < 0 || has < store.kept[best]->bytes))
            best = i;
    }
    return best < 0 ? NULL : remove_kept(best);
}

/* Takes the oldest blocks out of the store until so many bytes and blocks are left; they are the
 * caller's to free, once the store is unlocked. */
static int shrink_to(int64_t bytes, int count, block **removed) {
    int found = 0;
    while (store.count > 0 && (store.bytes > bytes || store.count > count))
        removed[found++] = remove_kept(0);
    return found;
}

static void free_all(block **blocks, int count) {
    for (int i = 0; i < count; i++)
        tfl_pages_give(blocks[i]);
}

void *tfl_memory_alloc(int64_t bytes) {
    if (bytes < 0 || bytes > PTRDIFF_MAX - HEADER)
        return NULL;
    lock();
    block *taken = take_kept(bytes);
    unlock();
    if (!taken)
        taken = take_from_system(bytes);
    return taken ? (char *)taken + HEADER : NULL;
}

void tfl_memory_free(void *memory) {
    block *removed[SLOTS + 1];
    int count = 0;
    if (!memory)
        return;
    block *given = (block *)(void *)((char *)memory - HEADER);
    lock();
    if (given->bytes <= store.limit) {
        count = shrink_to(store.limit - given->bytes, SLOTS - 1, removed);
        store.kept[store.count++] = given;
        store.bytes += given->bytes;
    } else {
        removed[count++] = given;
    }
    unlock();
    free_all(removed, count);
}

void *tfl_array_malloc(void *context, size_t bytes) {
    (void)context;
    return bytes > PTRDIFF_MAX ? NULL : tfl_memory_alloc((int64_t)bytes);
}

void *tfl_array_calloc(void *context, size_t count, size_t bytes) {
    size_t all;
    if (__builtin_mul_overflow(count, bytes, &all))
        return NULL;
    void *memory = tfl_array_malloc(context, all);
    return memory ? memset(memory, 0, all) : NULL;
}

void *tfl_array_realloc(void *context, void *memory, size_t bytes) {
    if (!memory)
        return tfl_array_malloc(context, bytes);
    size_t had = (size_t)((const block *)(void *)((char *)memory - HEADER))->bytes;
    void *moved = bytes <= had ? memory : tfl_array_malloc(context, bytes);
    if (moved && moved != memory) {
        memcpy(moved, memory, had);
        tfl_memory_free(memory);
    }
    return moved;
}

void tfl_array_free(void *context, void *memory, size_t bytes) {
    (void)context;
    (void)bytes;
    tfl_memory_free(memory);
}

tfl_status tfl_memory_limit(int64_t bytes) {
    block *removed[SLOTS];
    if (bytes < 0)
        return TFL_BAD_ARGUMENT;
    lock();
    store.limit = bytes;
    int count = shrink_to(bytes, SLOTS, removed);
    unlock();
    free_all(removed, count);
    return TFL_OK;
}
