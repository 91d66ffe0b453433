/* SPDX-License-Identifier: Apache-2.0 */
#define TFL_OLDER
#include "host/x86.c" /* NOLINT(bugprone-suspicious-include) */
