/* SPDX-License-Identifier: Apache-2.0
 * The floating-point environment of TensorFlow's threads: round to nearest, exceptions masked,
 * subnormal operands read as zero, subnormal results written as zero. */
#ifndef TF_LOSSES_FPENV_H
#define TF_LOSSES_FPENV_H

#include <stdint.h>
#include <string.h>

/* TensorFlow 2.0 to 2.2 did not flush where an op ran in the caller's thread:
 * tfl_fpenv_enter_unflushed. */

/* Where no register does it (s390x, riscv64, ppc64le), operands and results are flushed one by one:
 * TFL_FLUSH_EACH. */
#if defined(__SSE2__)
#include <xmmintrin.h>
/* Before other threads may read what was stored past the caches. */
static inline void tfl_streamed(void) { _mm_sfence(); }
typedef unsigned int tfl_fpenv;
static inline tfl_fpenv tfl_fpenv_enter(void) {
    tfl_fpenv caller = _mm_getcsr();
    _mm_setcsr(0x9fc0); /* FTZ 0x8000, DAZ 0x0040, all exceptions masked 0x1f80 */
    return caller;
}
static inline tfl_fpenv tfl_fpenv_enter_unflushed(void) {
    tfl_fpenv caller = _mm_getcsr();
    _mm_setcsr(0x1f80);
    return caller;
}
static inline void tfl_fpenv_leave(tfl_fpenv caller) { _mm_setcsr(caller); }
static inline int tfl_fpenv_is_entered(void) { return (_mm_getcsr() & 0xffc0) == 0x9fc0; }
#elif defined(__aarch64__)
static inline void tfl_streamed(void) {}
typedef uint64_t tfl_fpenv;
static inline tfl_fpenv tfl_fpenv_write(uint64_t value) {
    tfl_fpenv caller;
    __asm__ volatile("mrs %0, fpcr" : "=r"(caller));
    __asm__ volatile("msr fpcr, %0" : : "r"(value) : "memory");
    return caller;
}
/* FZ; rounding mode 0 is to nearest. */
static inline tfl_fpenv tfl_fpenv_enter(void) { return tfl_fpenv_write((uint64_t)1 << 24); }
static inline tfl_fpenv tfl_fpenv_enter_unflushed(void) { return tfl_fpenv_write(0); }
static inline void tfl_fpenv_leave(tfl_fpenv caller) {
    __asm__ volatile("msr fpcr, %0" : : "r"(caller) : "memory");
}
static inline int tfl_fpenv_is_entered(void) {
    uint64_t now;
    __asm__ volatile("mrs %0, fpcr" : "=r"(now));
    return now == (uint64_t)1 << 24;
}
#else
#include <fenv.h>
#define TFL_FLUSH_EACH
static inline void tfl_streamed(void) {}
typedef fenv_t tfl_fpenv;
static inline tfl_fpenv tfl_fpenv_enter(void) {
    tfl_fpenv caller;
    fegetenv(&caller);
    fesetenv(FE_DFL_ENV);
    return caller;
}
/* The operands are flushed all the same. */
static inline tfl_fpenv tfl_fpenv_enter_unflushed(void) { return tfl_fpenv_enter(); }
static inline void tfl_fpenv_leave(tfl_fpenv caller) { fesetenv(&caller); }
static inline int tfl_fpenv_is_entered(void) { return fegetround() == FE_TONEAREST; }
#endif

/* Scalars that are added by themselves; what vectors need stands in isa/generic.h. */
#if defined(TFL_FLUSH_EACH)
static inline float tfl_flush_float(float a) {
    uint32_t bits;
    memcpy(&bits, &a, sizeof bits);
    bits &= (bits & 0x7f800000u) == 0 ? 0x80000000u : UINT32_MAX;
    memcpy(&a, &bits, sizeof a);
    return a;
}
static inline double tfl_flush_double(double a) {
    uint64_t bits;
    memcpy(&bits, &a, sizeof bits);
    bits &= (bits & 0x7ff0000000000000u) == 0 ? 0x8000000000000000u : UINT64_MAX;
    memcpy(&a, &bits, sizeof a);
    return a;
}
#else
#define tfl_flush_float(a) (a)
#define tfl_flush_double(a) (a)
#define f32v_flush(a) (a)
#define f64v_flush(a) (a)
#endif

#endif
