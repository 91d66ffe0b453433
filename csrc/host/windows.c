/* SPDX-License-Identifier: Apache-2.0
 * system.h for Windows (7 and later). */
#include "host/environment.h"

#if defined(_WIN32)
#if !defined(_WIN32_WINNT)
#define _WIN32_WINNT 0x0602 /* GetProcessGroupAffinity; shares of time are of Windows 8 */
#endif
#define WIN32_LEAN_AND_MEAN
#include <windows.h>

#include "host/system.h"

_Static_assert(sizeof(tfl_lock) == sizeof(SRWLOCK), "a lock is another's size");
_Static_assert(sizeof(tfl_condition) == sizeof(CONDITION_VARIABLE),
               "a condition is another's size");
_Static_assert(sizeof(tfl_once) == sizeof(INIT_ONCE), "a once is another's size");

void tfl_lock_take(tfl_lock *lock) { AcquireSRWLockExclusive((SRWLOCK *)lock); }
void tfl_lock_give(tfl_lock *lock) { ReleaseSRWLockExclusive((SRWLOCK *)lock); }
void tfl_lock_renew(tfl_lock *lock) { lock->opaque = NULL; }

void tfl_condition_renew(tfl_condition *condition) { condition->opaque = NULL; }
void tfl_condition_wait(tfl_condition *condition, tfl_lock *lock) {
    SleepConditionVariableSRW((CONDITION_VARIABLE *)condition, (SRWLOCK *)lock, INFINITE, 0);
}
void tfl_condition_wake_one(tfl_condition *condition) {
    WakeConditionVariable((CONDITION_VARIABLE *)condition);
}
void tfl_condition_wake_all(tfl_condition *condition) {
    WakeAllConditionVariable((CONDITION_VARIABLE *)condition);
}

void tfl_call_once(tfl_once *once, void (*function)(void)) {
    BOOL first;
    InitOnceBeginInitialize((INIT_ONCE *)once, 0, &first, NULL);
    if (!first)
        return;
    function();
    InitOnceComplete((INIT_ONCE *)once, 0, NULL);
}

static DWORD WINAPI run(void *work) {
    ((void *(*)(void *))(uintptr_t)work)(NULL);
    return 0;
}

int tfl_thread_start(void *(*work)(void *)) {
    HANDLE thread = CreateThread(NULL, 0, run, (void *)(uintptr_t)work, 0, NULL);
    if (!thread)
        return 0;
    CloseHandle(thread);
    return 1;
}

int64_t tfl_nanoseconds(void) {
    LARGE_INTEGER ticks, a_second;
    QueryPerformanceCounter(&ticks);
    QueryPerformanceFrequency(&a_second);
    int64_t seconds = ticks.QuadPart / a_second.QuadPart, rest = ticks.QuadPart % a_second.QuadPart;
    return seconds * 1000000000 + rest * 1000000000 / a_second.QuadPart;
}

int tfl_this_processor(void) {
    PROCESSOR_NUMBER number;
    GetCurrentProcessorNumberEx(&number);
    return number.Group * 64 + number.Number;
}

void tfl_leave_processor(int processor) { (void)processor; }

/* There are no forks. */
void tfl_at_fork(void (*before)(void), void (*in_parent)(void), void (*in_child)(void)) {
    (void)before, (void)in_parent, (void)in_child;
}

/* Aligned to 64 KiB. Large pages need a privilege that hardly a process has. */
void *tfl_pages_take(size_t bytes) {
    return VirtualAlloc(NULL, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void tfl_pages_give(void *memory) {
    if (memory)
        VirtualFree(memory, 0, MEM_RELEASE);
}

/* A process has processors of one group, unless it asked for more or Windows 11 gave it all. */
int64_t tfl_affine_processors(void) {
    USHORT groups[64], count = 64;
    DWORD_PTR ours, all;
    int64_t processors = 0;
    if (GetProcessGroupAffinity(GetCurrentProcess(), &count, groups) && count > 1)
        for (USHORT i = 0; i < count; i++)
            processors += GetActiveProcessorCount(groups[i]);
    else if (GetProcessAffinityMask(GetCurrentProcess(), &ours, &all))
        processors = __builtin_popcountll(ours);
    return processors > 0 ? processors : 1;
}

/* The share of a job with a hard cap, in hundredths of a percent of all processors. */
int64_t tfl_processors_limit(void) {
    JOBOBJECT_CPU_RATE_CONTROL_INFORMATION job = {0};
    const DWORD capped = JOB_OBJECT_CPU_RATE_CONTROL_ENABLE | JOB_OBJECT_CPU_RATE_CONTROL_HARD_CAP;
    if (!QueryInformationJobObject(NULL, JobObjectCpuRateControlInformation, &job, sizeof job,
                                   NULL) ||
        (job.ControlFlags & capped) != capped || job.CpuRate == 0)
        return INT64_MAX;
    int64_t all = GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    return (all * (int64_t)job.CpuRate + 9999) / 10000;
}
#endif
