/* SPDX-License-Identifier: Apache-2.0 */
#define TFL_OLDER
#include "isa/avx512.c" /* NOLINT(bugprone-suspicious-include) */
