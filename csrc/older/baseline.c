/* SPDX-License-Identifier: Apache-2.0 */
#define TFL_OLDER
#include "isa/baseline.c" /* NOLINT(bugprone-suspicious-include) */
