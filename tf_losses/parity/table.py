# SPDX-License-Identifier: Apache-2.0
"""The calls whose bits are compared: loss x dtype x shape x kind of values, drawn from a seed.

Sizes lie around every boundary of TensorFlow's arithmetic: packets of 8 and 4, blocks of four
packets, leaves of the summation tree (8192 float32, 4096 float64, 1024 bfloat16, 1600 float16) and
the tiles of the softmax gradient (4507 float32, 1777 float64).

Values are the same on every machine and with every NumPy: raw bits of PCG64, and arithmetic that
IEEE 754 defines to the bit. A recorded file names a case only by its place in the table.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.losses.catalogue import NAMES, Loss, of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[Any]
    One = tuple[tuple[int, ...], "Kind", str]

# Raised by a change that draws other values. New cases come behind all others, whose numbers, which
# their arguments depend on, then stay: files that were recorded before can still be read.
TABLE_VERSION = 1

LOSSES = NAMES
TABLES = ("quick", "full")
BFLOAT16 = "bfloat16"
HALVES = ("float16", BFLOAT16)
DTYPES = (*HALVES, "float32", "float64")
FORWARD, GRADIENT, FUNCTION_GRADIENT, RAW_OP, TWICE = DIRECTIONS = (
    "forward",
    "gradient",
    "gradient in tf.function",
    "raw op",
    "second derivative",
)
EAGER, FUNCTION, TWICE_IN_FUNCTION = "eager", "function", f"{TWICE} in tf.function"
LOSS, LABELS, LOGITS, POS_WEIGHT = (
    "loss",
    "labels gradient",
    "logits gradient",
    "pos_weight gradient",
)

_PACKETS = (1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 15, 16, 17, 23, 24, 31, 32, 33, 47, 63, 65)
_TILES = (1776, 1777, 1778, 4506, 4507, 4508)
_LEAVES = (1023, 1024, 1025, 1600, 1601, 4096, 4097, 8192, 8193)
_FULL_SIZES = (0, *_PACKETS, 1000, *_TILES, *_LEAVES, 50257, 100003)
_FULL_ROWS = (
    *((rows, classes) for classes in _PACKETS for rows in (1, 3, 8, 17)),
    *((3, classes) for classes in (1000, *_TILES, *_LEAVES, 50257)),
    *((rows, 10) for rows in (7, 16, 33, 178, 451, 1000, 4097)),
    (0, 10),
    (64, 250),
    (1, 16385),
    (2, 131073),
)
_QUICK_SIZES = (1, 7, 8, 13, 33, 1000, 4508)
_QUICK_ROWS = ((1, 2), (3, 5), (8, 8), (17, 13), (33, 10), (451, 10), (3, 1778), (2, 8193))

# Around what TensorFlow multiplies in turn (17), in packets, and in blocks (from 128 on).
_SECOND_ROWS = (
    *((rows, classes) for classes in (1, 2, 5, 8, 17, 18, 31) for rows in (1, 9)),
    *((5, classes) for classes in (33, 65, 127, 128, 1000, 1777, 4509)),
    *((17, 13), (64, 250), (451, 10), (1000, 10), (1, 50257)),
)
_QUICK_SECOND_ROWS = ((1, 2), (9, 17), (17, 13), (5, 33), (5, 128), (64, 250))
_COMPILED_ROWS = (5, 133)


@dataclass(frozen=True)
class Kind:
    """How values are drawn: the logits' spread, whether special values are among them."""

    name: str
    spread: float
    specials: bool = False


KINDS = (
    Kind("small", 1.0),
    Kind("usual", 8.0),
    Kind("wide", 60.0),
    Kind("special", 30.0, specials=True),
)
_QUICK_KINDS = (KINDS[1], KINDS[3])

# Zeros, infinities, NaN, subnormals, the ends of exp's range, and logits that leave no tail.
_SPECIAL_LOGITS = (
    *(0.0, -0.0, np.inf, -np.inf, np.nan, 1e-45, -1e-45, 1.1e-38, -1.1e-38, 5e-324, 6e-8, -6e-8),
    *(16.6, -16.7, 17.4, -36.7, 87.3, -87.3, -87.4, 88.7, -88.8, -103.9, -104.1, 708.3, -708.5),
    *(709.7, -709.8, -745.2, 65504.0, -65504.0, 3.4e38, -3.4e38, 1e308, -1e308),
)
_SPECIAL_LABELS = (
    *(0.0, -0.0, 1.0, 0.5, 0.3, -1.0, 2.0, 10.0, np.nan, np.inf, -np.inf, 1e-45, -1e-45, 1e-40),
    *(1.2e-38, 5e-324, 6e-8, 1e38, -3.4e38),
)
_KIND_ROW_LOGITS = (0.0, -0.0, 1e-45, -88.0, -104.0, 60.0)
_POS_WEIGHTS = (1.0, 0.3, 2.5, 0.0, -1.0)


_MODE_NAMES = {
    EAGER: "",
    FUNCTION: " in tf.function",
    RAW_OP: " as raw op",
    TWICE: " twice",
    TWICE_IN_FUNCTION: " twice in tf.function",
}


@dataclass(frozen=True)
class Case:
    """One call, and the gradient of its result."""

    loss: str
    dtype: str
    shape: tuple[int, ...]
    kind: Kind
    number: int
    """The place in the table."""
    mode: str = EAGER
    """EAGER; FUNCTION, where only the gradient is compared; RAW_OP: both outputs of the op that the
    loss of `tf.nn` calls, without an upstream gradient; TWICE or TWICE_IN_FUNCTION: the derivative
    of the logits' gradient."""

    @property
    def name(self) -> str:
        """A line that tells it from the others.

        >>> next(cases("quick")).name
        'sigmoid float16 [1] usual'
        """
        sizes = "x".join(map(str, self.shape))
        return f"{self.loss} {self.dtype} [{sizes}] {self.kind.name}" + _MODE_NAMES[self.mode]

    @property
    def in_function(self) -> bool:
        """Whether the loss is computed in a `tf.function`."""
        return self.mode == FUNCTION

    @property
    def is_second(self) -> bool:
        """Whether a gradient is differentiated."""
        return self.mode in (TWICE, TWICE_IN_FUNCTION)

    @property
    def traits(self) -> Loss:
        """What the loss is like."""
        return of(self.loss)

    @property
    def outputs(self) -> tuple[str, ...]:
        """Name the arrays that are compared.

        In a function there are two gradients of weighted's labels, by how tensors enter
        TensorFlow's graph: neither is compared.
        """
        if self.in_function:
            return (LOGITS,) if self.traits.has_weight else (LABELS, LOGITS)
        if self.is_second:
            return (LOGITS,)
        is_short = self.traits.class_labels or self.mode == RAW_OP
        names = (LOSS, LOGITS) if is_short else (LOSS, LABELS, LOGITS)
        has_weights = self.traits.has_weight and len(self.shape) > 1
        return (*names, POS_WEIGHT) if has_weights else names


@dataclass(frozen=True)
class Inputs:
    """The arguments of a call; `upstream` None stands for ones."""

    labels: Array
    logits: Array
    pos_weight: float | Array | None
    upstream: Array | None
    grad_grad: Array | None = None
    """What follows the logits' gradient, for second derivatives."""

    def arrays(self) -> tuple[Array, ...]:
        """Those that are arrays, in order."""
        given = (self.labels, self.logits, self.pos_weight, self.upstream, self.grad_grad)
        return tuple(a for a in given if isinstance(a, np.ndarray))


def cases(name: str) -> Iterator[Case]:
    """List the cases of the "quick" or the "full" table.

    Raises:
        ValueError: it is neither.

    >>> next(cases("quick")).name, sum(1 for _ in cases("full")) > 4000
    ('sigmoid float16 [1] usual', True)
    """
    if name not in TABLES:
        raise ValueError(f"Unknown table: {name!r}; there are {', '.join(TABLES)}")
    for number, (loss, dtype, (shape, kind, mode)) in enumerate(_listed(name)):
        yield Case(loss, dtype, shape, kind, number, mode)


def _listed(name: str) -> Iterator[tuple[str, str, One]]:
    for loss in LOSSES:
        for dtype in DTYPES:
            yield from ((loss, dtype, one) for one in _of_loss(loss, name))
    for loss in LOSSES:
        for dtype in HALVES:
            yield from ((loss, dtype, one) for one in _of_raw_op(loss, name))
    for loss in LOSSES:
        for dtype in DTYPES:
            yield from ((loss, dtype, one) for one in _of_second(loss, name))


def _of_raw_op(loss: str, name: str) -> Iterator[One]:
    """List 16-bit types only, which ops round at every step: of others `tf.nn` is the op itself."""
    if of(loss).by_row:
        yield from ((shape, kind, RAW_OP) for shape, kind, _ in _of_loss(loss, name))


def _of_second(loss: str, name: str) -> Iterator[One]:
    if of(loss).by_row:
        kinds = KINDS if name == "full" else _QUICK_KINDS
        rows = _SECOND_ROWS if name == "full" else _QUICK_SECOND_ROWS
        yield from ((shape, kind, TWICE) for kind in kinds for shape in rows)
        yield from ((_COMPILED_ROWS, kind, TWICE_IN_FUNCTION) for kind in kinds)


def _of_loss(loss: str, name: str) -> Iterator[One]:
    kinds = KINDS if name == "full" else _QUICK_KINDS
    rows = _FULL_ROWS if name == "full" else _QUICK_ROWS
    if of(loss).by_row:
        yield from ((shape, kind, EAGER) for kind in kinds for shape in rows)
        return
    sizes = _FULL_SIZES if name == "full" else _QUICK_SIZES
    yield from (((size,), kind, EAGER) for kind in kinds for size in sizes)
    # In two dimensions pos_weight is an array, one weight a column. TensorFlow compiles a function
    # for every shape, which takes longer than all the rest.
    yield from (((17, 13), kind, EAGER) for kind in kinds)
    yield from (((1003,), kind, FUNCTION) for kind in kinds)


def draw(case: Case, seed: int) -> Inputs:
    """Draw the arguments of a case.

    >>> draw(next(cases("quick")), 0).logits.shape
    (1,)
    """
    bits = _Bits(seed, case)
    logits = bits.bell(case.shape) * case.kind.spread
    labels = bits.unit(case.shape)
    if case.kind.specials:
        logits, labels = _with_specials(case, bits, logits, labels)
    upstream = bits.bell(case.shape[:-1] if case.traits.by_row else case.shape)
    with np.errstate(over="ignore", invalid="ignore"):
        return Inputs(
            _class_numbers(case, bits) if case.traits.class_labels else cast(labels, case.dtype),
            cast(logits, case.dtype),
            _pos_weight(case, bits),
            cast(upstream, case.dtype) if _has_upstream(case) else None,
            cast(bits.bell(case.shape), case.dtype) if case.is_second else None,
        )


def _has_upstream(case: Case) -> bool:
    if case.mode == RAW_OP or (case.is_second and case.dtype in HALVES):
        return False  # of 16 bits, TensorFlow multiplies by it in float32 on the way back
    return case.number % 3 > 0


def cast(values: Array, dtype: str) -> Array:
    """Round to a dtype by name; bfloat16 needs the package ml_dtypes.

    >>> cast(np.array([0.1]), "float16")
    array([0.1], dtype=float16)
    """
    if dtype != "bfloat16":
        return values.astype(dtype)
    import ml_dtypes  # noqa: PLC0415 (optional)

    # By way of float32, as not all versions of ml_dtypes round float64 alike.
    return values.astype(np.float32).astype(ml_dtypes.bfloat16)


def _with_specials(case: Case, bits: _Bits, logits: Array, labels: Array) -> tuple[Array, Array]:
    """Let about a sixth of the values be special; half of the rows keep finite logits."""
    logits = np.where(
        bits.below(6, case.shape) == 0, bits.choice(_SPECIAL_LOGITS, case.shape), logits
    )
    labels = np.where(
        bits.below(6, case.shape) == 0, bits.choice(_SPECIAL_LABELS, case.shape), labels
    )
    if case.traits.by_row:
        finite = bits.below(2, case.shape[:1]) == 0
        logits[finite] = bits.choice(_KIND_ROW_LOGITS, case.shape)[finite]
    return logits, labels


def _class_numbers(case: Case, bits: _Bits) -> Array:
    numbers = bits.below(case.shape[-1], case.shape[:-1])
    return numbers.astype(np.int32 if case.number % 2 else np.int64)


def _pos_weight(case: Case, bits: _Bits) -> float | Array | None:
    if not case.traits.has_weight:
        return None
    if len(case.shape) == 1:
        return _POS_WEIGHTS[case.number % len(_POS_WEIGHTS)]
    return cast(bits.unit(case.shape[-1:]) * 3, case.dtype)


class _Bits:
    """Raw bits, and numbers made of them by exact operations."""

    def __init__(self, seed: int, case: Case) -> None:
        name = zlib.crc32(f"{TABLE_VERSION} {case.name}".encode())
        self._source = np.random.PCG64([seed, name])

    def below(self, limit: int, shape: tuple[int, ...]) -> Array:
        """Whole numbers from 0 to limit - 1."""
        numbers: Array = (self._raw(shape) >> np.uint64(32)) % np.uint64(limit)
        return numbers.astype(np.int64)

    def choice(self, values: tuple[float, ...], shape: tuple[int, ...]) -> Array:
        """Some of the values."""
        chosen: Array = np.array(values)[self.below(len(values), shape)]
        return chosen

    def unit(self, shape: tuple[int, ...]) -> Array:
        """Numbers from 0 to 1."""
        numbers: Array = (self._raw(shape) >> np.uint64(11)).astype(np.float64) * 2.0**-53
        return numbers

    def _raw(self, shape: tuple[int, ...]) -> Array:
        count = int(np.prod(shape))
        return np.asarray(self._source.random_raw(count), np.uint64).reshape(shape)

    def bell(self, shape: tuple[int, ...]) -> Array:
        """Numbers around 0 with variance 1, nearly normal: the sum of four uniform ones."""
        sum_of_four = (self.unit(shape) + self.unit(shape)) + (self.unit(shape) + self.unit(shape))
        bell: Array = (sum_of_four - 2.0) * 1.7320508075688772
        return bell
