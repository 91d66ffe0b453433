/* SPDX-License-Identifier: Apache-2.0
 * How this library was built, and what loading it did. A linker that is told -ffast-math or -mpc32
 * brings an initializer that makes the whole process flush subnormal numbers, or round long double to
 * float. (gcc 13 and clang 19 no longer do so for libraries.) */
#include <stdatomic.h>

#include "abi.h"
#include "host/environment.h"
#include "host/fpenv.h"
#include "api/loading.h"

/* build_ffi.py says which flags there were. */
#if !defined(TFL_BUILD_FLAGS)
#define TFL_BUILD_FLAGS "unknown"
#endif

#define TEXT_OF(number) #number
#define TEXT(macro) TEXT_OF(macro)

const char *tfl_build_text(void) {
    return
#if defined(__clang__)
        "clang " __clang_version__
#else
        "gcc " __VERSION__
#endif
#if !defined(__OPTIMIZE__)
        ", not optimized"
#endif
#if defined(__AVX__)
        ", with AVX throughout"
#endif
#if defined(__FMA__)
        ", with FMA throughout"
#endif
#if defined(__NO_TRAPPING_MATH__)
        ", without traps"
#endif
#if defined(__ROUNDING_MATH__)
        ", for any rounding"
#endif
        ", FLT_EVAL_METHOD " TEXT(FLT_EVAL_METHOD) ", flags: " TFL_BUILD_FLAGS;
}

#if defined(__SSE2__)
enum { CONTROL = 0xffc0 }; /* of MXCSR; the other bits tell which exceptions there were */

typedef struct registers {
    unsigned int sse;
    uint16_t x87;
} registers;

static registers read_registers(void) {
    registers now = {.sse = _mm_getcsr()};
    __asm__ volatile("fnstcw %0" : "=m"(now.x87));
    return now;
}

static registers before;

/* Before initializers without a number, such as those of the compiler. */
__attribute__((constructor(101))) static void keep_registers(void) { before = read_registers(); }

int tfl_registers_were_changed(void) {
    static atomic_int asked;
    registers now = read_registers();
    int same = ((now.sse ^ before.sse) & CONTROL) == 0 && now.x87 == before.x87;
    if (atomic_exchange(&asked, 1) || same)
        return 0;
    _mm_setcsr((now.sse & ~(unsigned int)CONTROL) | (before.sse & CONTROL));
    __asm__ volatile("fldcw %0" : : "m"(before.x87));
    return 1;
}
#else
/* No compiler is known to bring such code for other processors. */
int tfl_registers_were_changed(void) { return 0; }
#endif

int tfl_registers_keep(void) {
    tfl_fpenv caller = tfl_fpenv_enter();
    int keep = tfl_fpenv_is_entered();
    tfl_fpenv_leave(caller);
    return keep;
}
