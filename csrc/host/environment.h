/* SPDX-License-Identifier: Apache-2.0
 * What the compiler must have been told, or not. Every bit of a result depends on it, so a build that
 * would be wrong does not come about. build_ffi.py gives its flags last, which undo most of what
 * CFLAGS may hold; what they cannot undo is found here, and what shows in no macro by self_check.c. */
#ifndef TF_LOSSES_ENVIRONMENT_H
#define TF_LOSSES_ENVIRONMENT_H

#include <float.h>

#if defined(_MSC_VER) && !defined(__clang__)
#error "Microsoft's compiler has no vector extensions: use MinGW's gcc or clang, or zig cc"
#endif

#if defined(__FAST_MATH__)
#error "compiled with -ffast-math or -Ofast: take it out of CFLAGS, or add -fno-fast-math"
#endif
#if defined(__ASSOCIATIVE_MATH__)
#error "compiled with -fassociative-math: take it out of CFLAGS, or add -fno-associative-math"
#endif
#if defined(__RECIPROCAL_MATH__)
#error "compiled with -freciprocal-math: take it out of CFLAGS, or add -fno-reciprocal-math"
#endif
#if defined(__NO_SIGNED_ZEROS__)
#error "compiled with -fno-signed-zeros: take it out of CFLAGS, or add -fsigned-zeros"
#endif
#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#error "compiled with -ffinite-math-only: take it out of CFLAGS, or add -fno-finite-math-only"
#endif
#if defined(__x86_64__) && !defined(__SSE2_MATH__)
#error "compiled with -mfpmath=387 or -mno-sse2: take it out of CFLAGS, or add -mfpmath=sse"
#endif
/* 16 concerns smaller types only, on processors that compute with them. */
#if FLT_EVAL_METHOD != 0 && FLT_EVAL_METHOD != 16
#error "float and double arithmetic is done in another format (FLT_EVAL_METHOD is not 0)"
#endif

_Static_assert(sizeof 0.1 == sizeof(double),
               "compiled with -fsingle-precision-constant: take it out of "
               "CFLAGS, or add -fno-single-precision-constant");

#endif
