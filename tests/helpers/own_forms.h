/* SPDX-License-Identifier: Apache-2.0
 * In the library, libm.c asks the portable file for its forms of glibc's functions. A test program
 * that holds another instruction set's file gives that one's. */
#ifndef ISA_IS_PORTABLE
#include "kernels/math/forms.h"
/* Its table of kernels, which none of these programs calls, names the portable ones. */
const tfl_kernels tfl_kernels_portable;
#endif
