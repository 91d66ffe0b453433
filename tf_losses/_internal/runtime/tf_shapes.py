# SPDX-License-Identifier: Apache-2.0
"""TensorFlow's shapes: a tuple of lengths that also answers as TensorFlow's TensorShape does.

TensorFlow counterpart: tensorflow/python/framework/tensor_shape.py.
"""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any, cast, overload

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from typing_extensions import Self

__all__ = ["Dimension", "TensorShape", "shape_of"]


class Dimension(int):
    """A length: a whole number that also answers to `value`, as in TensorFlow 1.x.

    >>> Dimension(3).value
    3
    """

    @property
    def value(self) -> int:
        """The plain number."""
        return int(self)


class TensorShape(tuple[Any, ...]):
    """The lengths of a tensor's axes; None stands for one that is not known yet.

    >>> shape = TensorShape([2, 3])
    >>> shape, str(shape), shape.as_list(), shape == (2, 3), shape[0].value
    (TensorShape([2, 3]), '(2, 3)', [2, 3], True, 2)
    """

    __slots__ = ()

    def __new__(cls, dims: Any = ()) -> Self:  # noqa: ANN401 (lengths, or a single one)
        """Take lengths.

        Raises:
            TypeError: one is no whole number, or their number is not known.
            ValueError: one is negative.
        """
        return super().__new__(cls, _checked(dims))

    @property
    def rank(self) -> int:
        """How many axes there are."""
        return len(self)

    @property
    def ndims(self) -> int:
        """The same, by its old name."""
        return len(self)

    @property
    def dims(self) -> list[Any]:
        """The lengths."""
        return list(self)

    def as_list(self) -> list[int | None]:
        """Give plain numbers."""
        return [None if d is None else int(d) for d in self]

    def num_elements(self) -> int | None:
        """Multiply the lengths."""
        return math.prod(map(int, self)) if self.is_fully_defined() else None

    def is_fully_defined(self) -> bool:
        """Tell whether all lengths are known."""
        return None not in self

    def assert_is_fully_defined(self) -> None:
        """Refuse lengths that are not known.

        Raises:
            ValueError: there is one.
        """
        if not self.is_fully_defined():
            raise ValueError(f"Shape {self} is not fully defined")

    def is_compatible_with(self, other: Any) -> bool:  # noqa: ANN401 (a shape, lengths, or None)
        """Tell whether both may be the shape of one tensor; None may be any shape."""
        if other is None:
            return True
        theirs = TensorShape(other)
        return len(self) == len(theirs) and all(
            a is None or b is None or a == b for a, b in zip(self, theirs, strict=True)
        )

    def assert_is_compatible_with(self, other: Any) -> None:  # noqa: ANN401 (same)
        """Refuse another shape.

        Raises:
            ValueError: it differs.
        """
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are incompatible")

    def assert_same_rank(self, other: Any) -> None:  # noqa: ANN401 (same)
        """Refuse a shape of another number of axes.

        Raises:
            ValueError: it differs.
        """
        theirs = self if other is None else TensorShape(other)
        if len(self) != len(theirs):
            raise ValueError(f"Shapes {self} and {theirs} must have the same rank")

    def assert_has_rank(self, rank: int) -> None:
        """Refuse another number of axes.

        Raises:
            ValueError: it differs.
        """
        if len(self) != rank:
            raise ValueError(f"Shape {self} must have rank {rank}")

    def with_rank(self, rank: int | None) -> TensorShape:
        """Give the same, if it has so many axes.

        Raises:
            ValueError: it has not.
        """
        if rank is not None:
            self.assert_has_rank(rank)
        return self

    def with_rank_at_least(self, rank: int) -> TensorShape:
        """Give the same, if it has so many axes or more.

        Raises:
            ValueError: it has not.
        """
        if len(self) < rank:
            raise ValueError(f"Shape {self} must have rank at least {rank}")
        return self

    def with_rank_at_most(self, rank: int) -> TensorShape:
        """Give the same, if it has no more axes.

        Raises:
            ValueError: it has.
        """
        if len(self) > rank:
            raise ValueError(f"Shape {self} must have rank at most {rank}")
        return self

    def merge_with(self, other: Any) -> TensorShape:  # noqa: ANN401 (same)
        """Combine what is known of both.

        Raises:
            ValueError: they differ.
        """
        if other is None:
            return self
        theirs = TensorShape(other)
        if not self.is_compatible_with(theirs):
            raise ValueError(f"Shapes {self} and {theirs} are not compatible")
        return TensorShape([b if a is None else a for a, b in zip(self, theirs, strict=True)])

    def concatenate(self, other: Any) -> TensorShape:  # noqa: ANN401 (same)
        """Give the lengths of both, one after the other."""
        return TensorShape((*self, *TensorShape(other)))

    def __add__(self, other: Any) -> TensorShape:  # noqa: ANN401 (same)
        """Do the same."""
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:  # noqa: ANN401 (same)
        """Do the same, with what stands before."""
        return TensorShape((*TensorShape(other), *self))

    @overload  # type: ignore[override]
    def __getitem__(self, place: slice) -> TensorShape: ...
    @overload
    def __getitem__(self, place: int) -> Any: ...  # noqa: ANN401 (a length, or None)
    def __getitem__(self, place: Any) -> Any:
        """Give a length, or several as a shape."""
        found = super().__getitem__(place)
        return TensorShape(found) if isinstance(place, slice) else found

    def __eq__(self, other: object) -> bool:
        """Compare with whatever is a shape."""
        if not isinstance(other, tuple):
            try:
                other = TensorShape(other)
            except TypeError:
                return False
        return super().__eq__(cast("tuple[object, ...]", other))

    def __ne__(self, other: object) -> bool:
        """Compare with whatever is a shape."""
        return not self == other

    def __hash__(self) -> int:
        """Hash as a tuple does, which is equal."""
        return super().__hash__()

    def __str__(self) -> str:
        """Write it as a tuple."""
        return super().__repr__()

    def __repr__(self) -> str:
        """Write it as TensorFlow does."""
        return f"TensorShape({self.as_list()})"

    def __reduce__(self) -> Any:  # noqa: ANN401 (the protocol of pickle)
        """Pickle plain numbers."""
        return TensorShape, (self.as_list(),)


def shape_of(lengths: Iterable[int]) -> TensorShape:
    """Give the shape of an array, whose lengths need no check."""
    return _unchecked(TensorShape, map(Dimension, lengths))


_unchecked = cast("Callable[..., TensorShape]", tuple.__new__)  # pyright: ignore[reportUnknownMemberType]


def _checked(dims: Any) -> list[Dimension | None]:  # noqa: ANN401 (anything)
    if dims is None:
        raise TypeError(
            "a shape of unknown rank is none here: give its lengths, None for unknown ones"
        )
    if isinstance(dims, tuple | list):
        return [_dimension(one) for one in cast("Iterable[object]", dims)]
    try:
        several = iter(dims)
    except TypeError:
        return [_dimension(dims)]
    return [_dimension_of(dims, one) for one in several]


def _dimension_of(dims: object, one: object) -> Dimension | None:
    try:
        return _dimension(one)
    except TypeError as error:
        raise TypeError(
            f"Failed to convert '{dims!r}' to a shape: '{one!r}'could not be converted to a "
            "dimension. A shape should either be single dimension (e.g. 10), or an iterable "
            "of dimensions (e.g. [1, 10, None])."
        ) from error


def _dimension(given: Any) -> Dimension | None:  # noqa: ANN401 (anything)
    if given is None:
        return None
    try:
        length = operator.index(given)
    except TypeError:
        raise TypeError(
            "Dimension value must be integer or None or have an __index__ method, got value "
            f"'{given!r}' with type '{type(given)!r}'"
        ) from None
    if length < 0:
        raise ValueError(f"Dimension {length} must be >= 0")
    return Dimension(length)
