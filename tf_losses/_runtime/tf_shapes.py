# SPDX-License-Identifier: Apache-2.0
"""TensorFlow's shapes: a tuple of lengths that also answers as TensorFlow's TensorShape does.

TensorFlow counterpart: tensorflow/python/framework/tensor_shape.py.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast, overload

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Self

__all__ = ["Dimension", "TensorShape"]


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

    def __new__(cls, dims: Iterable[Any] = ()) -> Self:
        """Take lengths."""
        return super().__new__(cls, (None if d is None else Dimension(d) for d in dims))

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

    def is_compatible_with(self, other: Any) -> bool:  # noqa: ANN401 (a shape, or a list)
        """Tell whether both may be the shape of one tensor."""
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
            raise ValueError(f"Shapes {self} and {TensorShape(other)} are incompatible")

    def assert_has_rank(self, rank: int) -> None:
        """Refuse another number of axes.

        Raises:
            ValueError: it differs.
        """
        if len(self) != rank:
            raise ValueError(f"Shape {self} must have rank {rank}")

    def with_rank(self, rank: int) -> TensorShape:
        """Give the same, if it has so many axes.

        Raises:
            ValueError: it has not.
        """
        self.assert_has_rank(rank)
        return self

    def merge_with(self, other: Any) -> TensorShape:  # noqa: ANN401 (same)
        """Combine what is known of both.

        Raises:
            ValueError: they differ.
        """
        self.assert_is_compatible_with(other)
        return TensorShape(b if a is None else a for a, b in zip(self, other, strict=True))

    def concatenate(self, other: Any) -> TensorShape:  # noqa: ANN401 (same)
        """Give the lengths of both, one after the other."""
        return TensorShape((*self, *TensorShape(other)))

    def __add__(self, other: Any) -> TensorShape:  # noqa: ANN401 (same)
        """Do the same."""
        return self.concatenate(other)

    def __radd__(self, other: Any) -> TensorShape:  # noqa: ANN401 (same)
        """Do the same, with what stands before."""
        return TensorShape((*other, *self))

    @overload  # type: ignore[override]
    def __getitem__(self, place: slice) -> TensorShape: ...
    @overload
    def __getitem__(self, place: int) -> Any: ...  # noqa: ANN401 (a length, or None)
    def __getitem__(self, place: Any) -> Any:
        """Give a length, or several as a shape."""
        found = super().__getitem__(place)
        return TensorShape(found) if isinstance(place, slice) else found

    def __eq__(self, other: object) -> bool:
        """Compare with lists too."""
        if isinstance(other, list):
            other = tuple(cast("list[object]", other))
        return super().__eq__(other)

    def __ne__(self, other: object) -> bool:
        """Compare with lists too."""
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
