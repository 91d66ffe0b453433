/* SPDX-License-Identifier: Apache-2.0
 * csrc/kernels/quotient.h gives every float32 quotient rounded once: its error before the last rounding is below
 * 2^-22 ulp, so that it could be wrong only where the quotient lies so near to the middle of two numbers. Here
 * these are all tried: for each divisor B and each of UNITS least distances, the numerators A that have it.
 *
 * A and B are significands, 2^23 to 2^24. With a middle (2M + 1)/2 of the quotient's last place, A*2^s and
 * (2M + 1)*B differ by a whole number t, which is the distance; s is 24 for A >= B and 25 for A < B. So A is what
 * gives t modulo B.
 *
 *     prove_quotient [EVERY]      only each EVERY-th divisor
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { UNITS = 8 };
static const int64_t LEAST = 1 << 23, END = 1 << 24;

static long tried, wrong;

static void try_quotient(int64_t A, int64_t B) {
    float a = ldexpf((float)A, -23), b = ldexpf((float)B, -23), y = 1.0f / b, q = a * y;
    float found = fmaf(fmaf(q, -b, a), y, q);
    tried++;
    if (found != a / b && wrong++ < 10)
        printf("%a / %a: %a instead of %a\n", a, b, found, a / b);
}

/* 1/a modulo an odd m. */
static int64_t inverse_of(int64_t a, int64_t m) {
    int64_t r0 = m, r1 = a % m, t0 = 0, t1 = 1;
    while (r1) {
        int64_t q = r0 / r1, r = r0 - q * r1, t = t0 - q * t1;
        r0 = r1, r1 = r, t0 = t1, t1 = t;
    }
    return t0 < 0 ? t0 + m : t0;
}

static int64_t power_of_two(int s, int64_t m) {
    int64_t power = 1 % m;
    for (int i = 0; i < s; i++)
        power = power * 2 % m;
    return power;
}

/* A*2^s - (2M + 1)*B = t, with the power of two that B has taken out of all three. */
static void try_distance(int64_t B, int s, int64_t t) {
    for (; B % 2 == 0; B /= 2, t /= 2, s--)
        if (t % 2)
            return;
    int64_t rest = ((t % B) + B) % B;
    int64_t first = B == 1 ? 0 : (int64_t)((__int128)rest * inverse_of(power_of_two(s, B), B) % B);
    int64_t whole = B;
    while (whole < LEAST)
        whole *= 2;
    for (int64_t A = first; A < END; A += B) {
        __int128 product = ((__int128)A << s) - t;
        if (A >= LEAST && product % B == 0 && product / B % 2)
            try_quotient(A, whole);
    }
}

int main(int count, char **arguments) {
    int64_t every = count > 1 ? atoll(arguments[1]) : 1;
    for (int64_t B = LEAST; B < END; B += every > 0 ? every : 1)
        for (int64_t t = -UNITS; t <= UNITS; t++) {
            try_distance(B, 24, t);
            try_distance(B, 25, t);
        }
    printf("%ld quotients near a middle: %ld wrong\n", tried, wrong);
    return wrong > 0 || tried == 0;
}
