/* SPDX-License-Identifier: Apache-2.0
 * In the library, libm.c asks the portable file for its forms of glibc's functions. A test program
 * that holds another instruction set's file gives that one's. */
#ifndef ISA_IS_PORTABLE
static float first_lane(f32v a) {
    float lanes[F32_LANES];
    f32v_store(lanes, a);
    return lanes[0];
}
float tfl_glibc_expf(float x) { return first_lane(f32v_glibc_expf(f32v_set1(x))); }
float tfl_glibc_logf(float x) { return first_lane(f32v_glibc_logf(f32v_set1(x))); }
#endif
