/* SPDX-License-Identifier: Apache-2.0
 * The floating-point environment of TensorFlow's threads: round to nearest, exceptions masked,
 * subnormal operands read as zero, subnormal results written as zero. */
#ifndef TF_LOSSES_FPENV_H
#define TF_LOSSES_FPENV_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* TensorFlow 2.0 to 2.2 did not flush where an op ran in the caller's thread:
 * tfl_fpenv_enter_unflushed. */

/* x86-64 flushes a result that is subnormal after it has been rounded to the type's digits. Others look
 * at it before that (aarch64), or round it to the digits that a subnormal number has (TFL_FLUSH_EACH): a
 * product, a quotient or a cast just below the least normal number is then 0 instead of this number, or
 * the other way round. Where this macro is defined, the portable kernels find out by another result,
 * a power of two times as large (tfl_round_float, f32v_round, ...); faster ones let the register tell that
 * there was a tiny result (tfl_fpenv_has_flushed), and the portable ones compute the share again. */
#if !defined(__SSE2__)
#define TFL_TINY_BEFORE_ROUNDING
#endif

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
static inline int tfl_fpenv_has_flushed(void) { return 0; }
static inline int tfl_fpenv_is_entered(void) { return (_mm_getcsr() & 0xffc0) == 0x9fc0; }
#elif defined(__aarch64__)
static inline void tfl_streamed(void) {}
typedef struct tfl_fpenv {
    uint64_t control, status;
} tfl_fpenv;
static inline tfl_fpenv tfl_fpenv_read(void) {
    tfl_fpenv now;
    __asm__ volatile("mrs %0, fpcr" : "=r"(now.control));
    __asm__ volatile("mrs %0, fpsr" : "=r"(now.status));
    return now;
}
static inline void tfl_fpenv_leave(tfl_fpenv caller) {
    __asm__ volatile("msr fpsr, %0" : : "r"(caller.status) : "memory");
    __asm__ volatile("msr fpcr, %0" : : "r"(caller.control) : "memory");
}
static inline tfl_fpenv tfl_fpenv_write(uint64_t control) {
    tfl_fpenv caller = tfl_fpenv_read();
    tfl_fpenv_leave((tfl_fpenv){control, 0});
    return caller;
}
/* FZ; rounding mode 0 is to nearest. */
static inline tfl_fpenv tfl_fpenv_enter(void) { return tfl_fpenv_write((uint64_t)1 << 24); }
static inline tfl_fpenv tfl_fpenv_enter_unflushed(void) { return tfl_fpenv_write(0); }
static inline int tfl_fpenv_is_entered(void) {
    return tfl_fpenv_read().control == (uint64_t)1 << 24;
}
/* Whether a result was flushed since it was entered (UFC), perhaps one that x86-64 would keep. */
static inline int tfl_fpenv_has_flushed(void) { return (tfl_fpenv_read().status & 8) != 0; }
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
/* Kernels are told by tfl_set_unflushed. */
static inline tfl_fpenv tfl_fpenv_enter_unflushed(void) { return tfl_fpenv_enter(); }
static inline void tfl_fpenv_leave(tfl_fpenv caller) { fesetenv(&caller); }
static inline int tfl_fpenv_has_flushed(void) { return 0; }
static inline int tfl_fpenv_is_entered(void) { return fegetround() == FE_TONEAREST; }
#endif

/* Whether a thread's operands and results are left as they are; each of the two libraries has its own
 * variable, in isa/portable.c. Where there is a register, that says it. */
#if defined(TFL_FLUSH_EACH)
#if defined(TFL_OLDER)
#define tfl_unflushed tfl_older_unflushed
#endif
extern _Thread_local int tfl_unflushed;
static inline void tfl_set_unflushed(int unflushed) { tfl_unflushed = unflushed; }
#else
static inline void tfl_set_unflushed(int unflushed) { (void)unflushed; }
#endif

/* Scalars that are added by themselves; what vectors need stands in isa/generic.h. */
#if defined(TFL_FLUSH_EACH)
static inline float tfl_flush_float(float a) {
    uint32_t bits;
    memcpy(&bits, &a, sizeof bits);
    bits &= (bits & 0x7f800000u) == 0 && !tfl_unflushed ? 0x80000000u : UINT32_MAX;
    memcpy(&a, &bits, sizeof a);
    return a;
}
static inline double tfl_flush_double(double a) {
    uint64_t bits;
    memcpy(&bits, &a, sizeof bits);
    bits &= (bits & 0x7ff0000000000000u) == 0 && !tfl_unflushed ? 0x8000000000000000u : UINT64_MAX;
    memcpy(&a, &bits, sizeof a);
    return a;
}
#else
#define tfl_flush_float(a) (a)
#define tfl_flush_double(a) (a)
#define f32v_flush(a) (a)
#define f64v_flush(a) (a)
#endif

/* A result as x86-64 rounds it; `scaled` is the same, so many times as large, or infinite or NaN where
 * the result cannot be tiny. */
#define TFL_SCALE_float 0x1p32f
#define TFL_SCALE_double 0x1p64
#if defined(TFL_TINY_BEFORE_ROUNDING)
#define TFL_ROUND(T, LEAST)                                                                        \
    static inline T tfl_round_##T(T result, T scaled) {                                            \
        T magnitude = scaled < 0 ? -scaled : scaled, least = LEAST * TFL_SCALE_##T;                \
        if (!(magnitude <= least))                                                                 \
            return result;                                                                         \
        return (T)copysign(magnitude == least ? LEAST : 0, result);                                \
    }
TFL_ROUND(float, FLT_MIN)
TFL_ROUND(double, DBL_MIN)
#undef TFL_ROUND
#else
#define tfl_round_float(result, scaled) (result)
#define tfl_round_double(result, scaled) (result)
#define f32v_round(result, scaled) (result)
#define f64v_round(result, scaled) (result)
#endif

#endif
