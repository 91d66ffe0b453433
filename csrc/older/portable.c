/* SPDX-License-Identifier: Apache-2.0 */
#define TFL_OLDER
#include "isa/portable.c" /* NOLINT(bugprone-suspicious-include) */
