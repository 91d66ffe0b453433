/* SPDX-License-Identifier: Apache-2.0
 * Functions of float64 as the packets of TensorFlow compute them, for every argument. Coefficients:
 * Eigen 5.0.1-dev, MPL-2.0, Eigen/src/Core/arch/Default/GenericPacketMathFunctions.h (pexp_double,
 * ptanh_double); every product and sum rounds by itself. */

/* exp(x) for x from low to high, a NaN, or beyond them the same as there. */
TFL_INLINE f64v f64v_exp_between(f64v given, double low, double high) {
    static const double p[] = {1.26177193074810590878e-4, 3.02994407707441961300e-2,
                               9.99999999999999999910e-1};
    static const double q[] = {3.00198505138664455042e-6, 2.52448340349684104192e-3,
                               2.27265548208155028766e-1, 2.00000000000000000009e0};
    f64v x = f64v_max(f64v_min(given, f64v_set1(high)), f64v_set1(low));
    f64v n = f64v_mul(f64v_set1(1.4426950408889634073599), x);
    n = f64v_floor(f64v_add(n, f64v_set1(0.5)));
    f64v r = f64v_sub(x, f64v_mul(n, f64v_set1(0.693145751953125)));
    r = f64v_sub(r, f64v_mul(n, f64v_set1(1.42860682030941723212e-6)));
    f64v square = f64v_mul(r, r), above = f64v_mul(f64v_series(square, p, 3), r);
    f64v y = f64v_div(above, f64v_sub(f64v_series(square, q, 4), above));
    y = f64v_add(f64v_mul(f64v_set1(2.0), y), f64v_set1(1.0));
    return f64v_select(f64v_eq(given, given), f64v_scale_any(y, n), given);
}

/* Below -745 the result is 0. */
TFL_MATH f64v f64v_exp_2(f64v x) { return f64v_exp_between(x, -760.0, 709.784); }

TFL_MATH f64v f64v_log_2(f64v x) { return f64v_log_cases(x, f64v_log(x)); }

TFL_MATH f64v f64v_tanh_2_20(f64v given) {
    static const double p[] = {
        2.6158007860482230e-23, 7.6534862268749319e-19, 3.1309488231386680e-15,
        4.2303918148209176e-12, 2.4618379131293676e-09, 6.8644367682497074e-07,
        9.3839087674268880e-05, 5.9809711724441161e-03, 1.5184719640284322e-01};
    static const double q[] = {6.463747022670968018e-21, 5.782506856739003571e-17,
                               1.293019623712687916e-13, 1.123643448069621992e-10,
                               4.492975677839633985e-08, 8.785185266237658698e-06,
                               8.295161192716231542e-04, 3.437448108450402717e-02,
                               4.851805297361760360e-01, 1.0};
    f64v bound = f64v_set1(17.714196154005176);
    f64v x = f64v_max(f64v_min(given, bound), f64v_neg(bound)), square = f64v_mul(x, x);
    f64v cube = f64v_mul(square, x);
    f64v above = f64v_add(f64v_mul(cube, f64v_series(square, p, 9)), x);
    f64v y = f64v_div(above, f64v_series(square, q, 10));
    return f64v_select(f64v_eq(given, given), y, given);
}
