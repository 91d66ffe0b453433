# SPDX-License-Identifier: Apache-2.0
"""What type checkers let stand for an array: what `tf.convert_to_tensor` makes numbers of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, SupportsIndex, TypeAlias, TypeVar, Union

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ArrayLike"]

_T_co = TypeVar("_T_co", covariant=True)


class HasArray(Protocol):
    """NumPy's arrays and scalars, tensors, and the arrays of torch, pandas, JAX, Dask ..."""

    def __array__(self) -> Any:  # noqa: ANN401 (of any dtype)
        """Give NumPy's array."""
        ...


class HasDLPack(Protocol):
    """The arrays of other libraries."""

    def __dlpack__(self) -> Any:  # noqa: ANN401 (a capsule)
        """Give what NumPy makes an array of."""
        ...


class Several(Protocol[_T_co]):
    """Lists, tuples, ranges; not text, which knows of text alone whether it holds it."""

    def __len__(self) -> int:
        """Tell how many there are."""
        ...

    def __iter__(self) -> Iterator[_T_co]:
        """Give one after the other."""
        ...

    def __getitem__(self, index: SupportsIndex, /) -> _T_co:
        """Give one."""
        ...

    def __contains__(self, value: object, /) -> bool:
        """Tell whether anything is one of them."""
        ...


ArrayLike: TypeAlias = Union[bool, int, float, complex, HasArray, HasDLPack, "Several[ArrayLike]"]
