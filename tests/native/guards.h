/* SPDX-License-Identifier: Apache-2.0
 * Arrays beside pages that nobody may touch. */
#ifndef TFL_TEST_GUARDS_H
#define TFL_TEST_GUARDS_H

#include <stddef.h>
#include <stdlib.h>

#if defined(_WIN32)
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

static size_t page_bytes(void) {
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return info.dwPageSize;
}

static void *map_pages(size_t bytes) {
    return VirtualAlloc(NULL, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

static void unmap_pages(void *pages, size_t bytes) {
    (void)bytes;
    VirtualFree(pages, 0, MEM_RELEASE);
}

static void protect_pages(void *pages, size_t bytes, int readable) {
    DWORD before;
    if (bytes && !VirtualProtect(pages, bytes, readable ? PAGE_READONLY : PAGE_NOACCESS, &before))
        abort();
}
#else
#include <sys/mman.h>
#include <unistd.h>

static size_t page_bytes(void) { return (size_t)sysconf(_SC_PAGESIZE); }

static void *map_pages(size_t bytes) {
    void *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return pages == MAP_FAILED ? NULL : pages;
}

static void unmap_pages(void *pages, size_t bytes) { munmap(pages, bytes); }

static void protect_pages(void *pages, size_t bytes, int readable) {
    if (mprotect(pages, bytes, readable ? PROT_READ : PROT_NONE) != 0)
        abort();
}
#endif

typedef struct guarded {
    char *map, *data;
    size_t mapped, bytes;
} guarded;

/* Bytes that end (or begin) where a page begins (or ends) that nobody may touch. */
static guarded guard(size_t bytes, int at_end) {
    size_t page = page_bytes(), room = (bytes + page - 1) / page * page + page;
    guarded g = {.mapped = room + page, .bytes = bytes};
    g.map = map_pages(g.mapped);
    if (!g.map)
        abort();
    protect_pages(g.map, page, 0);
    protect_pages(g.map + room, page, 0);
    g.data = at_end ? g.map + room - bytes : g.map + page;
    return g;
}

static void lock_input(const guarded *g) {
    size_t page = page_bytes();
    protect_pages(g->map + page, g->mapped - 2 * page, 1);
}

static void release(const guarded *g) { unmap_pages(g->map, g->mapped); }

#endif
