/* SPDX-License-Identifier: Apache-2.0
 * The processors that Linux gives this process: its affinity, and the share of its control group. */
#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE /* affinity, sched_getcpu */
#endif
#include "host/environment.h"

#if defined(__linux__)
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "host/processors.h"
#include "host/system.h"

int64_t tfl_affine_processors(void) {
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
        return CPU_COUNT(&set);
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? online : 1;
}

int tfl_this_processor(void) { return sched_getcpu(); }

/* The affinity is as before when this returns; the thread stays where it is. */
void tfl_leave_processor(int processor) {
    cpu_set_t all, others;
    if (processor < 0 || processor >= CPU_SETSIZE || sched_getaffinity(0, sizeof all, &all) != 0)
        return;
    others = all;
    CPU_CLR(processor, &others);
    if (CPU_COUNT(&others) > 0 && sched_setaffinity(0, sizeof others, &others) == 0)
        sched_setaffinity(0, sizeof all, &all);
}

/* Reads one line; 0 if there is none. */
static int read_line(const char *path, char *line, int size) {
    FILE *file = fopen(path, "re");
    if (!file)
        return 0;
    int found = fgets(line, size, file) != NULL;
    fclose(file);
    return found;
}

/* The limit of one group: a quota of time in each period. */
static int64_t group_limit(const char *folder) {
    char path[1024], line[128];
    int length = snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", folder);
    if (length < 0 || (size_t)length >= sizeof path || !read_line(path, line, sizeof line))
        return INT64_MAX;
    return tfl_quota_of(line);
}

/* The least limit of this process's group and the groups it is in (version 2 of control groups,
 * whose line in the file begins with 0::). */
int64_t tfl_processors_limit(void) {
    char line[512], *folder = NULL;
    FILE *file = fopen("/proc/self/cgroup", "re");
    int64_t limit = group_limit("");
    while (file && !folder && fgets(line, sizeof line, file))
        if (strncmp(line, "0::/", 4) == 0)
            folder = line + 3;
    if (file)
        fclose(file);
    if (!folder)
        return limit;
    folder[strcspn(folder, "\n")] = '\0';
    for (char *end = folder + strlen(folder); end > folder; end = strrchr(folder, '/')) {
        *end = '\0';
        int64_t one = group_limit(folder);
        limit = one < limit ? one : limit;
    }
    return limit;
}
#endif
