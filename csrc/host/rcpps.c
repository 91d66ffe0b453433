/* SPDX-License-Identifier: Apache-2.0
 * RCPPS, the estimate of 1/a that x86 processors have: what those of Intel and of AMD give, for
 * processors that have no such instruction, or another vendor's.
 *
 * Intel (measured on Sapphire Rapids): 1/a at the middle of each interval of 2^-11, rounded to 13
 * bits. AMD (measured on Zen 4): two tables, whose sum is the estimate in units of 2^-12; one is
 * looked up by the first and second four bits of the mantissa, one by the first and third. All
 * 2^23 mantissas of [1, 2) were compared; both give 2 the same. */
#include <string.h>

#include "host/rcpps.h"
#include "tf_losses.h"

/* clang-format off */
static const uint16_t amd_bases[256] = {
    0x0ffe, 0x0fde, 0x0fbf, 0x0f9f, 0x0f81, 0x0f62, 0x0f43, 0x0f25, 0x0f07, 0x0ee9, 0x0ecb, 0x0eae,
    0x0e91, 0x0e74, 0x0e57, 0x0e3a, 0x0e1c, 0x0e00, 0x0de4, 0x0dc9, 0x0dad, 0x0d92, 0x0d77, 0x0d5c,
    0x0d41, 0x0d26, 0x0d0c, 0x0cf2, 0x0cd8, 0x0cbe, 0x0ca4, 0x0c8b, 0x0c70, 0x0c57, 0x0c3e, 0x0c25,
    0x0c0d, 0x0bf4, 0x0bdc, 0x0bc4, 0x0bac, 0x0b94, 0x0b7d, 0x0b65, 0x0b4e, 0x0b37, 0x0b20, 0x0b09,
    0x0af1, 0x0adb, 0x0ac4, 0x0aae, 0x0a98, 0x0a82, 0x0a6c, 0x0a56, 0x0a41, 0x0a2b, 0x0a16, 0x0a01,
    0x09ec, 0x09d7, 0x09c2, 0x09ae, 0x0998, 0x0984, 0x0970, 0x095c, 0x0948, 0x0934, 0x0920, 0x090d,
    0x08f9, 0x08e6, 0x08d2, 0x08bf, 0x08ac, 0x0899, 0x0886, 0x0874, 0x0861, 0x084f, 0x083c, 0x082a,
    0x0818, 0x0806, 0x07f4, 0x07e2, 0x07d0, 0x07bf, 0x07ad, 0x079c, 0x078a, 0x0779, 0x0768, 0x0757,
    0x0745, 0x0734, 0x0724, 0x0713, 0x0702, 0x06f2, 0x06e2, 0x06d1, 0x06c1, 0x06b1, 0x06a1, 0x0691,
    0x0681, 0x0672, 0x0662, 0x0652, 0x0642, 0x0633, 0x0623, 0x0614, 0x0605, 0x05f6, 0x05e7, 0x05d8,
    0x05c9, 0x05ba, 0x05ac, 0x059d, 0x058f, 0x0580, 0x0572, 0x0563, 0x0555, 0x0547, 0x0538, 0x052a,
    0x051d, 0x050f, 0x0501, 0x04f3, 0x04e6, 0x04d8, 0x04ca, 0x04bd, 0x04b0, 0x04a2, 0x0495, 0x0488,
    0x047a, 0x046d, 0x0460, 0x0453, 0x0447, 0x043a, 0x042d, 0x0420, 0x0414, 0x0407, 0x03fb, 0x03ee,
    0x03e2, 0x03d6, 0x03c9, 0x03bd, 0x03b1, 0x03a5, 0x0399, 0x038d, 0x0381, 0x0375, 0x0369, 0x035e,
    0x0352, 0x0346, 0x033b, 0x032f, 0x0324, 0x0318, 0x030d, 0x0302, 0x02f6, 0x02eb, 0x02e0, 0x02d5,
    0x02ca, 0x02bf, 0x02b4, 0x02a9, 0x029e, 0x0293, 0x0288, 0x027e, 0x0273, 0x0269, 0x025e, 0x0253,
    0x0248, 0x023e, 0x0234, 0x0229, 0x021f, 0x0215, 0x020b, 0x0201, 0x01f6, 0x01ec, 0x01e2, 0x01d8,
    0x01cf, 0x01c5, 0x01bb, 0x01b1, 0x01a7, 0x019e, 0x0194, 0x018a, 0x0181, 0x0177, 0x016e, 0x0164,
    0x015b, 0x0151, 0x0148, 0x013f, 0x0136, 0x012c, 0x0123, 0x011a, 0x0110, 0x0107, 0x00fe, 0x00f5,
    0x00ec, 0x00e3, 0x00db, 0x00d2, 0x00c9, 0x00c0, 0x00b7, 0x00af, 0x00a6, 0x009d, 0x0095, 0x008c,
    0x0084, 0x007b, 0x0073, 0x006a, 0x0062, 0x005a, 0x0051, 0x0049, 0x0041, 0x0039, 0x0030, 0x0028,
    0x0020, 0x0018, 0x0010, 0x0008,
};

static const uint8_t amd_falls[256] = {
    0, 2, 3, 5, 7, 9, 11, 13, 15, 17, 18, 20, 22, 24, 26, 28,
    0, 1, 3, 5, 6, 8, 10, 11, 13, 15, 16, 18, 20, 21, 23, 25,
    0, 1, 3, 4, 5, 7, 8, 10, 11, 13, 14, 16, 17, 19, 20, 22,
    0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 16, 17, 18, 20,
    0, 1, 2, 3, 4, 6, 7, 8, 9, 11, 12, 13, 14, 15, 17, 18,
    0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 17,
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    0, 1, 2, 3, 4, 5, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 8, 9, 10, 11, 12, 13,
    0, 1, 1, 2, 3, 4, 5, 5, 6, 7, 8, 9, 9, 10, 11, 12,
    0, 1, 2, 2, 3, 4, 4, 5, 6, 7, 7, 8, 9, 10, 10, 11,
    0, 1, 1, 2, 3, 3, 4, 5, 5, 6, 7, 7, 8, 9, 9, 10,
    0, 0, 1, 2, 2, 3, 3, 4, 5, 5, 6, 7, 7, 8, 8, 9,
    0, 0, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6, 7, 8, 8, 9,
    0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6, 7, 7, 8,
    0, 0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8,
};
/* clang-format on */

static float intel_estimate(uint32_t mantissa) {
    uint32_t d = 4097 + 2 * (mantissa >> 12); /* 4096 * (1 + (i + 0.5) / 2048) */
    uint32_t nearest = (2 * 8192u * 4096u + d) / (2 * d);
    return (float)nearest * 0x1p-13f;
}

static float amd_estimate(uint32_t mantissa) {
    uint32_t first = mantissa >> 19, second = mantissa >> 15 & 15, third = mantissa >> 11 & 15;
    uint32_t bits = (uint32_t)(amd_bases[first << 4 | second] - amd_falls[first << 4 | third]);
    float estimate;
    bits = 0x3f000000u + (bits << 11);
    memcpy(&estimate, &bits, sizeof estimate);
    return estimate;
}

/* Of numbers from 1 to 2 it is found by the mantissa; of others the exponent is taken off, and its
 * negative put on. What would be subnormal is 0. */
float tfl_estimate(tfl_vendor vendor, float a) {
    if (a != a)
        return a;
    uint32_t bits;
    memcpy(&bits, &a, sizeof bits);
    uint32_t sign = bits & 0x80000000u, mantissa = bits & 0x7fffff;
    int exponent = (int)(bits >> 23 & 0xff);
    float estimate = vendor == TFL_VENDOR_AMD ? amd_estimate(mantissa) : intel_estimate(mantissa);
    memcpy(&bits, &estimate, sizeof bits);
    int shifted = (int)(bits >> 23) + 127 - exponent;
    if (exponent == 0)
        bits = 0x7f800000u; /* of 0, and of what counts as 0 */
    else if (exponent == 0xff || shifted <= 0)
        bits = 0;
    else
        bits = (bits & 0x7fffff) | (uint32_t)shifted << 23;
    bits |= sign;
    memcpy(&estimate, &bits, sizeof estimate);
    return estimate;
}
