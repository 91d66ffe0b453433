/* SPDX-License-Identifier: Apache-2.0
 * The interface of the library of older kernels. */
#ifndef TF_LOSSES_OLDER_ABI_H
#define TF_LOSSES_OLDER_ABI_H

#if defined(__GNUC__)
#pragma GCC visibility push(default)
#endif

/* For tfl_add_older. */
const void *tfl_older_kernels(void);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
