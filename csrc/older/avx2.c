/* SPDX-License-Identifier: Apache-2.0 */
#define TFL_OLDER
#include "isa/avx2.c" /* NOLINT(bugprone-suspicious-include) */
