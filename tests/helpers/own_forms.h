/* SPDX-License-Identifier: Apache-2.0
 * In the library, libm.c asks the portable file for its forms of glibc's functions. A test program
 * that holds another instruction set's file gives that one's. */
#ifndef ISA_IS_PORTABLE
#include "kernels/math/forms.h"
#endif
