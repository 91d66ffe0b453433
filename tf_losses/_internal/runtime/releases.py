# SPDX-License-Identifier: Apache-2.0
"""The table of TensorFlow's releases that are known: all that depends on which one it is.

A row for each; how a row's code computes stands in csrc/api/versions.c. A release that is not here
yet goes into a row of its own at the end; nothing else compares versions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from tf_losses._internal.runtime import release_operations as operations
from tf_losses._internal.runtime.native import in_sessions, version_of


@dataclass(frozen=True)
class Release:
    """What one release computes."""

    code: int
    """Of the profile in C; releases that compute alike share it."""
    estimates_reciprocals: bool = True
    """Whether float32 gradients of sigmoid and weighted logits depend on the processor vendor."""
    bfloat16_by_xla: frozenset[str] = frozenset()
    """The losses whose bfloat16 XLA compiled, with arithmetic that turns some NaN into numbers and
    keeps or flushes subnormal numbers by operation: neither is reproduced."""
    xla_is_odd_below: bool = True
    """Whether that arithmetic differs where exponentials are tiny as well."""
    forgets_to_flush: bool = False
    """Whether bfloat16 leaves a thread reading subnormal numbers, in whatever it computes next."""
    sparse_twice: bool = True
    """Whether sparse softmax has a second derivative."""
    drops_zeros: bool = True
    """Whether the optimizer of a `tf.function` leaves out what is multiplied by zeros."""
    drops_zeros_of_one_row: bool = False
    """Whether that of a session does, of a single row."""
    cuts_products: bool = False
    """Whether products of bfloat16 matrices are cut off to it, not rounded."""
    empty_bfloat16_mean_is_zero: bool = False
    """Whether the mean of no bfloat16 is 0, not NaN."""
    operations: operations.Operations = operations.NEWEST
    """What other operations than losses and sums compute."""
    has_keras3: bool = True
    """Whether its `tf.keras` is Keras 3, not 2."""
    softmax_tiles: tuple[tuple[int, int], tuple[int, int]] = ((4507, 0), (1777, 0))
    """Where packets end in the logits' gradient of softmax, for float32 (and narrower) and float64:
    at the ends of tiles of so many elements (0: there are none), and from so many elements of the
    whole on nowhere (0: at any number). As csrc/api/ways.c has them."""
    keras2_smooths_along_axis: bool = True
    """Whether Keras 2 counts the classes of `axis` where it smooths labels, not of the last."""

    @property
    def in_sessions(self) -> bool:
        """Whether everything is computed in the graph of a session."""
        return in_sessions(self.code)


_SPARSE = frozenset({"sparse_softmax"})
_BY_XLA = _SPARSE | {"sigmoid", "weighted"}
_TILES_1_15 = ((2560, 0), (1111, 0))
_NO_TILES = ((0, 0), (0, 0))
_NO_TILES_1_14 = ((0, 8192), (0, 4096))
_2_8 = Release(
    version_of("2.8"),
    estimates_reciprocals=False,
    empty_bfloat16_mean_is_zero=True,
    operations=operations.UP_TO_2_9,
    has_keras3=False,
    keras2_smooths_along_axis=False,
)
_2_3 = replace(
    _2_8, code=version_of("2.3"), bfloat16_by_xla=_SPARSE, operations=operations.UP_TO_2_3
)
_2_2 = replace(
    _2_3, code=version_of("2.2"), bfloat16_by_xla=_BY_XLA, operations=operations.UP_TO_2_2
)
_2_1 = replace(
    _2_2,
    code=version_of("2.1"),
    sparse_twice=False,
    operations=operations.UP_TO_2_1,
    softmax_tiles=_TILES_1_15,
)
_2_7 = replace(_2_8, code=version_of("2.7"), operations=operations.UP_TO_2_7)
_2_6 = replace(_2_7, forgets_to_flush=True)
_2_9 = replace(_2_8, code=version_of("2.11"), estimates_reciprocals=True)
_2_11 = replace(_2_9, operations=operations.UP_TO_2_11)
_2_15 = Release(version_of("2.15"), has_keras3=False)
_2_14 = replace(_2_15, operations=operations.UP_TO_2_14)
_2_19 = Release(version_of("2.19"), drops_zeros=False)

_1_15 = Release(
    version_of("1.15"),
    estimates_reciprocals=False,
    sparse_twice=False,
    drops_zeros=False,
    empty_bfloat16_mean_is_zero=True,
    operations=operations.UP_TO_1_15,
    has_keras3=False,
    keras2_smooths_along_axis=False,
    softmax_tiles=_TILES_1_15,
)
_1_12 = replace(
    _1_15, code=version_of("1.12"), operations=operations.UP_TO_1_12, softmax_tiles=_NO_TILES
)
_1_6 = replace(_1_12, code=version_of("1.6"), operations=operations.UP_TO_1_6)
_1_10 = replace(_1_12, code=version_of("1.10"), operations=operations.UP_TO_1_11)

# Oldest first.
RELEASES: dict[str, Release] = {
    "1.5": _1_6,
    "1.6": _1_6,
    "1.7": replace(_1_12, code=version_of("1.7"), operations=operations.UP_TO_1_7),
    "1.8": _1_10,
    "1.9": _1_10,
    "1.10": _1_10,
    "1.11": replace(_1_12, operations=operations.UP_TO_1_11),
    "1.12": _1_12,
    "1.13": replace(
        _1_15,
        code=version_of("1.13"),
        operations=operations.UP_TO_1_13,
        softmax_tiles=_NO_TILES_1_14,
    ),
    "1.14": replace(
        _1_15,
        code=version_of("1.14"),
        bfloat16_by_xla=_BY_XLA,
        drops_zeros_of_one_row=True,
        operations=operations.UP_TO_1_14,
        softmax_tiles=_NO_TILES_1_14,
    ),
    "1.15": replace(
        _1_15, bfloat16_by_xla=_BY_XLA, xla_is_odd_below=False, drops_zeros_of_one_row=True
    ),
    "2.0": replace(_2_1, code=version_of("2.0"), softmax_tiles=_NO_TILES),
    "2.1": _2_1,
    "2.2": _2_2,
    "2.3": _2_3,
    "2.4": replace(
        _2_8, code=version_of("2.4"), forgets_to_flush=True, operations=operations.UP_TO_2_4
    ),
    "2.5": _2_6,
    "2.6": _2_6,
    "2.7": _2_7,
    "2.8": replace(_2_8, cuts_products=True),
    "2.9": _2_9,
    "2.10": _2_11,
    "2.11": _2_11,
    "2.12": replace(
        _2_11,
        code=version_of("2.12"),
        empty_bfloat16_mean_is_zero=False,
        operations=operations.UP_TO_2_14,
    ),
    "2.13": replace(_2_15, keras2_smooths_along_axis=False, operations=operations.UP_TO_2_14),
    "2.14": _2_14,
    "2.15": _2_15,
    "2.16": Release(version_of("2.16"), softmax_tiles=_NO_TILES),
    "2.17": _2_19,
    "2.18": _2_19,
    "2.19": _2_19,
    "2.20": replace(_2_19, code=version_of("2.20")),
    "2.21": replace(_2_19, code=version_of("2.21")),
    # As its nightly of 2026-09-05 computes, which only multiplies the rows of second derivatives
    # otherwise.
    "2.22": replace(_2_19, code=version_of("2.21")),
}
UPCOMING = frozenset({"2.22"})
NEWEST = next(name for name in reversed(RELEASES) if name not in UPCOMING)
