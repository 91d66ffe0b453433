/* SPDX-License-Identifier: Apache-2.0
 * A plugin of qemu's that counts the instructions a program executes, and prints their number when it
 * ends. It uses what version 1 of qemu's interface for plugins has (qemu-plugin.h, GPL-2.0-or-later, is
 * not needed: the few functions are declared here, by their documentation). */
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define EXPORTED __attribute__((visibility("default")))

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_info_t;
typedef void (*on_block)(plugin_id id, struct qemu_plugin_tb *block);
typedef void (*on_run)(unsigned int processor, void *data);
typedef void (*on_exit)(plugin_id id, void *data);
enum { NO_REGISTERS = 0 };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, on_block callback);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block, on_run callback, int flags,
                                          void *data);
void qemu_plugin_register_atexit_cb(plugin_id id, on_exit callback, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);

EXPORTED int qemu_plugin_version = 1;

static uint64_t executed; /* by one thread */

static void count(unsigned int processor, void *instructions) {
    (void)processor;
    executed += (uintptr_t)instructions;
}

static void translated(plugin_id id, struct qemu_plugin_tb *block) {
    (void)id;
    uintptr_t instructions = qemu_plugin_tb_n_insns(block);
    qemu_plugin_register_vcpu_tb_exec_cb(block, count, NO_REGISTERS, (void *)instructions);
}

static void print(plugin_id id, void *unused) {
    (void)id, (void)unused;
    fprintf(stderr, "instructions: %" PRIu64 "\n", executed);
}

EXPORTED int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int count,
                                 char **arguments);
EXPORTED int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int count,
                                 char **arguments) {
    (void)info, (void)count, (void)arguments;
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, print, NULL);
    return 0;
}
