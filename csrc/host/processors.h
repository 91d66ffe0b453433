/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TF_LOSSES_PROCESSORS_H
#define TF_LOSSES_PROCESSORS_H

#include <stdint.h>

#include "host/environment.h"

/* At least 1. */
int64_t tfl_available_processors(void);

/* How many processors a line of cpu.max allows, rounded up; INT64_MAX for no limit. */
int64_t tfl_quota_of(const char *text);

#endif
