# SPDX-License-Identifier: Apache-2.0
"""What a release's operations compute otherwise than the newest's, beside its losses and sums.

tests/golden/operations.json has results of every release for them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

_WIDE = frozenset({"float32", "float64"})
_NARROW = frozenset({"float16", "bfloat16"})
_ALL = _WIDE | _NARROW


@dataclass(frozen=True)
class Operations:
    """Whatever is not said is as in the newest release. Dtypes and operations go by their names."""

    sides: int = 4
    """The packets that a sum has side by side where C has no kernel for it."""
    product_sides: int = 4
    """Those of a product."""
    leaves: tuple[float, float, float] = (200, 128, 1024)
    """Of so many packets no half is added by itself: of float16, of bfloat16, of the others."""
    one_by_one: frozenset[str] = frozenset()
    """Dtypes that such folds take no packets of."""
    from_zero: frozenset[str] = frozenset()
    """Dtypes that are negated in packets by subtraction from 0, so that -0 does not come of 0."""
    no_bfloat16: frozenset[str] = frozenset()
    """Operations without a kernel for bfloat16; Cast has those from and to float32."""
    halves_in_float32: bool = False
    """Whether l2_loss of bfloat16 is computed in float32 and rounded once."""
    nan_is_first: bool = False
    """Whether, of two, NaN is the larger and the smaller only where it stands first."""
    old_sign: bool = False
    """Whether the sign of NaN is 0, and that of bfloat16's zeros their own."""
    positive_zeros: frozenset[str] = frozenset()
    """Dtypes of which no negative fraction is rounded to -0,"""
    no_negative_zero: frozenset[str] = frozenset()
    """and those of which nothing is."""
    bfloat16_nan_has_sign: bool = True
    """Whether the sign of NaN of bfloat16 is 1 with its sign, where signs are old; else 0."""
    narrow_rints: frozenset[str] = frozenset()
    """Dtypes of 16 bits that rint takes."""
    relu_keeps_zeros: bool = False
    """Whether relu keeps -0 in packets of float32 and float64."""
    keeps_one: bool = True
    """Whether relu keeps a subnormal number where one of an odd rest stands."""
    narrow_counts: bool = False
    """Whether the mean of integers counts and sums in their dtype."""
    negates_last: bool = False
    """Whether the second gradient of squared_difference is negated after it was summed."""
    guards_product: bool = False
    """Whether the gradient of divide_no_nan is 0 where what follows it is."""


NEWEST = Operations()
UP_TO_2_14 = replace(NEWEST, keeps_one=False, negates_last=True)
UP_TO_2_11 = replace(UP_TO_2_14, from_zero=_WIDE)
UP_TO_2_9 = replace(UP_TO_2_11, no_bfloat16=frozenset({"Round"}))
UP_TO_2_7 = replace(UP_TO_2_9, sides=2, product_sides=1, leaves=(1024, 1024, 1024))
UP_TO_2_4 = replace(
    UP_TO_2_7,
    no_negative_zero=frozenset({"float16", "float64"}),
    relu_keeps_zeros=True,
    no_bfloat16=frozenset({"L2Loss", "Round"}),
)
UP_TO_2_3 = replace(
    UP_TO_2_4,
    no_bfloat16=frozenset(),
    one_by_one=frozenset({"bfloat16"}),
    halves_in_float32=True,
    nan_is_first=True,
    old_sign=True,
    bfloat16_nan_has_sign=False,
    relu_keeps_zeros=False,
    positive_zeros=frozenset({"bfloat16"}),
    narrow_rints=_NARROW,
)
UP_TO_2_2 = replace(UP_TO_2_3, sides=1, bfloat16_nan_has_sign=True)
UP_TO_2_1 = replace(
    UP_TO_2_2, positive_zeros=_ALL, no_negative_zero=frozenset(), narrow_counts=True
)
UP_TO_1_15 = replace(UP_TO_2_1, guards_product=True)
UP_TO_1_14 = replace(UP_TO_1_15, from_zero=_WIDE | {"float16"})
_NO_1_13 = frozenset({"Neg", "Softmax", "L2Loss", "Sign", "Round", "Rint"})
UP_TO_1_13 = replace(UP_TO_1_14, no_bfloat16=_NO_1_13, narrow_rints=frozenset({"float16"}))
UP_TO_1_12 = replace(
    UP_TO_1_13,
    from_zero=_WIDE,
    one_by_one=_NARROW,
    leaves=(math.inf, math.inf, math.inf),
)
UP_TO_1_11 = replace(UP_TO_1_12, narrow_rints=frozenset())
UP_TO_1_7 = replace(UP_TO_1_11, no_bfloat16=_NO_1_13 | {"RealDiv", "Minimum", "Cast"})
UP_TO_1_6 = replace(
    UP_TO_1_7,
    no_bfloat16=UP_TO_1_7.no_bfloat16 | {"Maximum", "Mul", "Square", "Sub", "AddV2"},
)
