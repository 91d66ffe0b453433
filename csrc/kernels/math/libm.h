/* SPDX-License-Identifier: Apache-2.0
 * exp, log and log1p of the host's C library: what TensorFlow calls for the elements that do not
 * fill a packet. The library is linked dynamically, since its bits differ between hosts and
 * TensorFlow uses the same one.
 *
 * expf and logf of glibc 2.28 and later (and of musl) are computed in vectors here, where the
 * host's library has been found to be one of these (tfl_libm, libm.c); the others lane by lane. */
#define TFL_LIBM(V, T, LANES, name, function)                                                      \
    TFL_MATH V V##_host_##name(V x) {                                                              \
        T lanes[LANES];                                                                            \
        V##_store(lanes, x);                                                                       \
        for (int i = 0; i < LANES; i++)                                                            \
            lanes[i] = function(lanes[i]);                                                         \
        return V##_load(lanes);                                                                    \
    }

TFL_LIBM(f32v, float, F32_LANES, exp, expf)
TFL_LIBM(f32v, float, F32_LANES, log, logf)
TFL_LIBM(f32v, float, F32_LANES, log1p, log1pf)
TFL_LIBM(f64v, double, F64_LANES, exp, exp)
TFL_LIBM(f64v, double, F64_LANES, log, log)
TFL_LIBM(f64v, double, F64_LANES, log1p, log1p)
#undef TFL_LIBM

/* 2^(k/32) * (1 + r*ln2/32 + ...) in double, rounded once; k/32 is nearest to x/ln2. Coefficients
 * and table: Arm Optimized Routines, Apache-2.0, math/exp2f_data.c. The table holds 2^(i/32) less
 * i/32 in the exponent, to which k is added whole. */
TFL_MATH f64v f64v_glibc_expf(f64v x) {
    f64v z = f64v_mul(f64v_set1(0x1.71547652b82fep+5), x), shifter = f64v_set1(0x1.8p52);
    f64v shifted = f64v_add(z, shifter);
    f64v r = f64v_sub(z, f64v_sub(shifted, shifter));
    f64v power = f64v_add_exponent(f64v_lookup(tfl_exp2_table, shifted, 31), shifted, 47);
    f64v high = f64v_mul_add(f64v_set1(0x1.c6af84b912394p-20), r, f64v_set1(0x1.ebfce50fac4f3p-13));
    f64v low = f64v_mul_add(f64v_set1(0x1.62e42ff0c52d6p-6), r, f64v_set1(1.0));
    return f64v_mul(f64v_mul_add(high, f64v_mul(r, r), low), power);
}

/* For x <= 0 or NaN. Whether glibc was compiled with fused multiply-add shows in one argument
 * only, of all; its result is the host's own. */
TFL_MATH f32v f32v_glibc_expf(f32v x) {
    x = f32v_at_least(x, f32v_set1(-105.0f));
    f32v y = f32v_join(f64v_glibc_expf(f32v_low(x)), f64v_glibc_expf(f32v_high(x)));
    f32v odd_one = f32v_set1(TFL_EXPF_ODD_ONE);
    return f32v_select(f32v_eq(x, odd_one), f32v_set1(TFL_NAME(libm).expf_odd_one), y);
}

/* k*ln2 + log(c) + log1p(z/c - 1) in double, rounded once. Coefficients and table: Arm Optimized
 * Routines, MIT, math/logf_data.c. */
TFL_MATH f64v f64v_glibc_logf(f64v z, f64v k, f64v place) {
    f64v shifted = f64v_add(place, f64v_set1(0x1.8p52));
    f64v inverse = f64v_lookup(tfl_log_inverses, shifted, 15);
    f64v log = f64v_lookup(tfl_log_table, shifted, 15);
    f64v r = f64v_mul_add(z, inverse, f64v_set1(-1.0)), square = f64v_mul(r, r);
    f64v base = f64v_mul_add(k, f64v_set1(0x1.62e42fefa39efp-1), log);
    f64v y = f64v_mul_add(f64v_set1(0x1.5575b0be00b6ap-2), r, f64v_set1(-0x1.ffffef20a4123p-2));
    y = f64v_mul_add(f64v_set1(-0x1.00ea348b88334p-2), square, y);
    return f64v_mul_add(y, square, f64v_add(base, r));
}

/* For x >= 1 or NaN. x = z * 2^k with 0.699 <= z < 1.398; the table has an entry for each sixteenth
 * of the mantissas, counted from 0.699 = 0.5 + 6.375/32 on and around: f is `place` of these from
 * there, and below it (place < 0) belongs to the next lower k. */
TFL_MATH f32v f32v_glibc_logf(f32v x) {
    f32v f = f32v_mantissa(x), e = f32v_exponent(x), zero = f32v_set1(0.0f);
    f32v place =
        f32v_sub(f32v_mul(f32v_sub(f, f32v_set1(0.5f)), f32v_set1(32.0f)), f32v_set1(6.375f));
    f32m lower = f32v_lt(place, zero);
    f32v z = f32v_select(lower, f32v_add(f, f), f);
    f32v k = f32v_sub(e, f32v_select(lower, f32v_set1(1.0f), zero));
    place = f32v_floor(place);
    f64v low = f64v_glibc_logf(f32v_low(z), f32v_low(k), f32v_low(place));
    f64v high = f64v_glibc_logf(f32v_high(z), f32v_high(k), f32v_high(place));
    return f32v_log_special(x, f32v_join(low, high));
}

TFL_INLINE f32v f32v_libm_exp(f32v x) {
    return TFL_NAME(libm).expf_is_glibc ? f32v_glibc_expf(x) : f32v_host_exp(x);
}
TFL_INLINE f32v f32v_libm_log(f32v x) {
    return TFL_NAME(libm).logf_is_glibc ? f32v_glibc_logf(x) : f32v_host_log(x);
}
TFL_INLINE f32v f32v_libm_log1p(f32v x) { return f32v_host_log1p(x); }
TFL_INLINE f64v f64v_libm_exp(f64v x) { return f64v_host_exp(x); }
TFL_INLINE f64v f64v_libm_log(f64v x) { return f64v_host_log(x); }
TFL_INLINE f64v f64v_libm_log1p(f64v x) { return f64v_host_log1p(x); }
