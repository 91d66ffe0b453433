/* SPDX-License-Identifier: Apache-2.0
 * Loops of operations that wait for nothing: each takes operands that stay where they are, and its
 * result is not used. The compiler is not told so, and leaves every one of them where it stands.
 * Included in the place of the kernels, behind the primitives of an instruction set. */
#include <stdint.h>

#if defined(__x86_64__) && F32_LANES == 16
#define IN_VECTOR "v"
#define IN_MASK "k"
#elif defined(__x86_64__)
#define IN_VECTOR "x"
#define IN_MASK "x"
#else
#define IN_VECTOR "w"
#define IN_MASK "w"
#endif

#define KEEP(a) __asm__ volatile("" : : IN_VECTOR(a))
#define KEEP_MASK(a) __asm__ volatile("" : : IN_MASK(a))
#define KEEP_SCALAR(a) KEEP(a)

/* In the first-level cache. */
enum { BENCH_BYTES = 2048, BENCH_STRIDE = 10, BENCH_ENTRIES = 128 };
#define ALIGNED __attribute__((aligned(64)))
ALIGNED float bench_f32[2][BENCH_BYTES / sizeof(float)];
ALIGNED double bench_f64[2][BENCH_BYTES / sizeof(double)];
ALIGNED uint16_t bench_half[2][BENCH_BYTES / sizeof(uint16_t)];
uint64_t bench_table[BENCH_ENTRIES][2];
volatile int bench_some = 3;

#define OPERANDS(kind, T)                                                                          \
    kind##v kind##_a = kind##v_set1((T)1.25), kind##_b = kind##v_set1((T)1.5);                     \
    kind##v kind##_c = kind##v_set1((T)1.75), kind##_m = kind##v_set1((T)3);                       \
    __asm__ volatile("" : "+" IN_VECTOR(kind##_a), "+" IN_VECTOR(kind##_b));                       \
    __asm__ volatile("" : "+" IN_VECTOR(kind##_c), "+" IN_VECTOR(kind##_m));                       \
    kind##m kind##_k = kind##v_lt(kind##_a, kind##_b);                                             \
    __asm__ volatile("" : "+" IN_MASK(kind##_k));                                                  \
    T *kind##_p = bench_##kind[0], *kind##_q = bench_##kind[1];                                    \
    (void)kind##_m, (void)kind##_k, (void)kind##_p, (void)kind##_q;

#define REPEAT(...)                                                                                \
    {                                                                                              \
        __asm__ volatile(""                                                                        \
                         : "+" IN_VECTOR(f32_a), "+" IN_VECTOR(f64_a), "+r"(f32_p), "+r"(f64_p),   \
                           "+r"(half_p)                                                            \
                         :                                                                         \
                         : "memory");                                                              \
        __VA_ARGS__;                                                                               \
    }

#define LOOP(number, ...)                                                                          \
    static void bench_loop_##number(int64_t rounds) {                                              \
        OPERANDS(f32, float)                                                                       \
        OPERANDS(f64, double)                                                                      \
        uint16_t *half_p = bench_half[0], *half_q = bench_half[1];                                 \
        int64_t some = bench_some;                                                                 \
        f64v shifted = f64v_set1(0x1.8p52 + 3);                                                    \
        (void)half_q, (void)some, (void)shifted;                                                   \
        for (int64_t i = 0; i < rounds; i++) {                                                     \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

#define LOAD_COLUMNS(kind, T)                                                                      \
    kind##v columns[16 / sizeof(T)];                                                               \
    kind##v_load_columns(kind##_p, BENCH_STRIDE, columns);                                         \
    TFL_EACH(n, (int)(16 / sizeof(T)))                                                             \
    KEEP(columns[n])
#define LOAD_COLUMNS_f32 LOAD_COLUMNS(f32, float)
#define LOAD_COLUMNS_f64 LOAD_COLUMNS(f64, double)
#define STORE_COLUMNS_f32                                                                          \
    f32v columns[4] = {f32_a, f32_b, f32_c, f32_m};                                                \
    f32v_store_columns(f32_q, BENCH_STRIDE, columns)
#define STORE_COLUMNS_f64                                                                          \
    f64v columns[2] = {f64_a, f64_b};                                                              \
    f64v_store_columns(f64_q, BENCH_STRIDE, columns)
#define LOOKUP_f64                                                                                 \
    f64v r = f64v_lookup(bench_table[0], shifted, 31);                                             \
    KEEP(r)
#define LOOKUP_PAIRS_f64                                                                           \
    f64v first, second;                                                                            \
    f64v_lookup_pairs((const uint64_t (*)[2])bench_table, shifted, BENCH_ENTRIES - 1, &first,      \
                      &second);                                                                    \
    KEEP(first);                                                                                   \
    KEEP(second)
#define EXP2_POWERS_f64                                                                            \
    f64v both[2] = {shifted, shifted}, powers[2];                                                  \
    f64v_exp2_powers(both, powers);                                                                \
    KEEP(powers[0]);                                                                               \
    KEEP(powers[1])
#define ADD_EXPONENT_f64                                                                           \
    f64v r = f64v_add_exponent(f64_a, shifted, 45);                                                \
    KEEP(r)

#define CASE(number)                                                                               \
    case number:                                                                                   \
        bench_loop_##number(rounds);                                                               \
        break;
#define CHOICE(cases)                                                                              \
    __attribute__((visibility("default"))) void bench_repeat(int which, int64_t rounds);           \
    void bench_repeat(int which, int64_t rounds) {                                                 \
        switch (which) { cases default : break; }                                                  \
    }

/* What the rest of the file that includes this asks for. */
#define TFL_KERNEL_TABLE {.exact = NULL}
