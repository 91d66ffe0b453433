/* SPDX-License-Identifier: Apache-2.0 */
#define TFL_OLDER
#include "isa/neon.c" /* NOLINT(bugprone-suspicious-include) */
