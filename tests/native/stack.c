/* SPDX-License-Identifier: Apache-2.0
 * How much stack a call needs. Every loss runs in a thread whose stack is painted beforehand; what has
 * lost its paint was used. A thread that does nothing tells what a thread needs by itself. */
#if !defined(_GNU_SOURCE)
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <sys/mman.h>

#include "older/older_abi.h"
#include "calls.h"
#include "check.h"

enum { STACK = 1 << 17, MOST = 12 << 10, PAINT = 0xa5 };

static unsigned char *stack;

static void *run_call(void *call) {
    if (call && make_call(call) != TFL_OK)
        abort();
    return NULL;
}

/* Stacks grow downwards on all processors there are. */
static size_t bytes_used(loss_call *call) {
    pthread_attr_t attributes;
    pthread_t thread;
    size_t untouched = 0;
    memset(stack, PAINT, STACK);
    pthread_attr_init(&attributes);
    CHECK(pthread_attr_setstack(&attributes, stack, STACK) == 0);
    CHECK(pthread_create(&thread, &attributes, run_call, call) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    pthread_attr_destroy(&attributes);
    while (untouched < STACK && stack[untouched] == PAINT)
        untouched++;
    return STACK - untouched;
}

static void no_call_needs_much_stack(void) {
    static const int64_t shapes[][2] = {{40, 1},   {40, 10}, {33, 100},
                                        {17, 128}, {3, 200}, {2, 9000}};
    size_t alone = bytes_used(NULL), most = 0;
    EACH_ISA(isa) EACH_KIND(version, loss, dtype, gradient) {
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
            loss_call c = describe_call(version, loss, dtype, gradient, shapes[i][0], shapes[i][1]);
            allocate_call(&c);
            size_t used = bytes_used(&c) - alone;
            most = used > most ? used : most;
            free_call(&c);
        }
    }
    printf("stack of a call: %zu bytes at most\n", most);
    CHECK(most > 0 && most <= MOST);
}

int main(void) {
    CHECK(tfl_add_older(tfl_older_kernels()) == TFL_OK);
    stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (stack == MAP_FAILED)
        return 1;
    tfl_set_num_threads(1);
    RUN(no_call_needs_much_stack);
    return finish_tests();
}
