/* SPDX-License-Identifier: Apache-2.0
 * The counters, of more operations than there are. */
#include <stdint.h>

extern int64_t tfl_counts[256] __attribute__((visibility("hidden")));
int64_t tfl_counts[256];

__attribute__((visibility("default"))) int64_t *bench_counts(void) { return tfl_counts; }
