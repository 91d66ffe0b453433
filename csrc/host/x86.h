/* SPDX-License-Identifier: Apache-2.0
 * What an x86-64 processor and its system can, as far as kernels are concerned. By hand: not every
 * compiler's library fills in what __builtin_cpu_supports looks at. */
#ifndef TF_LOSSES_X86_H
#define TF_LOSSES_X86_H

typedef enum tfl_x86_feature {
    TFL_X86_ASKED = 1,
    TFL_X86_AVX2 = 2,  /* with FMA and F16C */
    TFL_X86_AVX512 = 4 /* F, BW, DQ and VL, and what AVX2 stands for */
} tfl_x86_feature;

/* Any of these, joined. Only the first call takes time: where processors are virtual, tens of
 * microseconds an instruction. */
unsigned int TFL_NAME(x86_features)(void);

#endif
