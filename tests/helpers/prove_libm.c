/* SPDX-License-Identifier: Apache-2.0
 * Compares the vector forms of the C library's expf and logf with the library, for every argument
 * that occurs, in the arithmetic of the instruction set whose file is named by ISA_FILE.
 *
 *   prove_libm STEP PART PARTS    every STEP-th float, the PART-th of PARTS equal ranges
 */
#include ISA_FILE

#include <stdio.h>

#include "host/fpenv.h"
#include "one_lane.h"

static uint32_t bits_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static float from_bits(uint64_t bits) {
    uint32_t low = (uint32_t)bits;
    float value;
    memcpy(&value, &low, sizeof value);
    return value;
}

typedef struct range {
    uint64_t first, last, step;
} range;

/* The PART-th of PARTS pieces of [first, last]. */
static range piece(uint64_t first, uint64_t last, uint64_t step, uint64_t part, uint64_t parts) {
    uint64_t size = (last - first) / parts + 1, start = first + part * size;
    uint64_t end = start + size - 1 < last ? start + size - 1 : last;
    return (range){start + (step - (start - first) % step) % step, end, step};
}

#define COMPARE(name, arguments, vector, library)                                                  \
    do {                                                                                           \
        uint64_t compared = 0, different = 0;                                                      \
        for (uint64_t b = arguments.first; b <= arguments.last; b += arguments.step * F32_LANES) { \
            float x[F32_LANES], ours[F32_LANES];                                                   \
            int n = 0;                                                                             \
            for (int i = 0; i < F32_LANES; i++) {                                                  \
                uint64_t at = b + (uint64_t)i * arguments.step;                                    \
                x[i] = from_bits(at <= arguments.last ? at : arguments.first);                     \
                n += at <= arguments.last;                                                         \
            }                                                                                      \
            f32v_store(ours, vector(f32v_load(x)));                                                \
            for (int i = 0; i < n; i++) {                                                          \
                float theirs = library(x[i]);                                                      \
                if (bits_of(ours[i]) != bits_of(theirs) && different++ == 0)                       \
                    printf("%s(%a): %a, library %a\n", name, x[i], ours[i], theirs);               \
                compared++;                                                                        \
            }                                                                                      \
        }                                                                                          \
        printf("%s %llu %llu\n", name, (unsigned long long)compared,                               \
               (unsigned long long)different);                                                     \
    } while (0)

/* 16-bit results of exp: TensorFlow's packets and the library agree for every 16-bit argument. */
#define COMPARE_HALVES(name, H)                                                                    \
    do {                                                                                           \
        int different = 0;                                                                         \
        for (uint32_t bits = 0; bits < 65536; bits++) {                                            \
            uint16_t in[F32_LANES], packet[F32_LANES], library[F32_LANES];                         \
            float x[F32_LANES];                                                                    \
            for (int i = 0; i < F32_LANES; i++)                                                    \
                in[i] = (uint16_t)bits;                                                            \
            f32v_store(x, H##_load(in));                                                           \
            if (!(x[0] <= 0))                                                                      \
                continue;                                                                          \
            H##_store(packet, f32v_exp(H##_load(in)));                                             \
            H##_store(library, f32v_host_exp(H##_load(in)));                                       \
            different += packet[0] != library[0];                                                  \
        }                                                                                          \
        printf("%s 65536 %d\n", name, different);                                                  \
    } while (0)

int main(int count, char **arguments) {
    if (count != 4)
        return 2;
    uint64_t step = strtoull(arguments[1], NULL, 10), part = strtoull(arguments[2], NULL, 10);
    uint64_t parts = strtoull(arguments[3], NULL, 10);
    tfl_fpenv_enter();
    tfl_libm_find();
    printf("exp_is_glibc %d\nlog_is_glibc %d\n", tfl_libm.expf_is_glibc, tfl_libm.logf_is_glibc);
    range negative = piece(0x80000000u, 0xc2e00000u, step, part, parts);
    /* Below -112 both are 0, and the library is slow to say so. */
    range underflow = piece(0xc2e00000u, 0xff800000u, step * 1021, part, parts);
    range from_one = piece(0x3f800000u, 0x7f800000u, step, part, parts);
    COMPARE("expf", negative, f32v_glibc_expf, expf);
    COMPARE("expf_underflow", underflow, f32v_glibc_expf, expf);
    COMPARE("logf", from_one, f32v_glibc_logf, logf);
    COMPARE_HALVES("exp_f16", f16v);
    COMPARE_HALVES("exp_bf16", bf16v);
    return 0;
}
