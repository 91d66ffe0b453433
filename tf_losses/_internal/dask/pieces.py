# SPDX-License-Identifier: Apache-2.0
"""A function of arrays, computed piece by piece: one task for each piece of its first array.

What goes into the graph is the name of a function, its plain arguments and the settings.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses._internal.arguments import lazy
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.dask.cutting import aligned, check_known, operand_chunks
from tf_losses._internal.runtime.kinds import is_list
from tf_losses.errors import InvalidArgumentError, hinted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tf_losses._internal.arguments.messages import Messages
    from tf_losses._internal.dask.cutting import Rule
    from tf_losses._internal.dask.settings import Settings

    DaskArray = Any
Index = tuple[Any, ...]  # of numbers, and None for an axis that goes along with none

# A zeroed array of so many bytes may be made to let a call say what it does not like.
_STAND_INS = 1 << 28
# Of an array that does not go along with the leading one.
UNMATCHED: Index = (-1,)
# More than an array has axes.
_OWN = 1000


class Operand(NamedTuple):
    """An array among the arguments of a function."""

    name: str
    array: Any
    """A Dask array, or a NumPy array."""
    axes: Index
    """The axis of the leading array that goes with each of its own."""


@dataclass(frozen=True)
class Piece:
    """A task: a function by its name, with its plain arguments, under the settings."""

    settings: Settings
    function: str
    """"module:name"."""
    names: tuple[str, ...]
    """Of its arguments that are arrays."""
    plain: tuple[tuple[str, Any], ...]
    """Its other arguments."""
    one: bool = True
    """Whether it gives one array, else a tuple of some."""

    def __call__(self, *arrays: Any) -> Any:  # noqa: ANN401 (arrays, or lists of one)
        """Compute a piece."""
        given = dict(zip(self.names, map(_unpacked, arrays), strict=True))
        try:
            with self.settings.chosen():
                found = self.plainly(given)
        except InvalidArgumentError as error:
            raise hinted(error, _where(given)) from None
        return found

    def plainly(self, given: dict[str, Any]) -> Any:  # noqa: ANN401 (one array, or a tuple)
        """Compute without looking at the settings; results are plain arrays."""
        module, _, name = self.function.partition(":")
        found = getattr(importlib.import_module(module), name)(**dict(self.plain), **given)
        if self.one:
            return np.asarray(found)
        return tuple(None if part is None else np.asarray(part) for part in found)


def _where(given: dict[str, NDArray[Any]]) -> str:
    shapes = ", ".join(f"`{name}` {array.shape}" for name, array in given.items())
    return f"In one piece of a Dask array, in which places are counted anew: {shapes}."


def _unpacked(block: Any) -> Any:  # noqa: ANN401 (an array, or a list of one)
    """Take an array out of the lists that Dask puts it in, one for each axis that is not cut."""
    while is_list(block):
        (block,) = block
    return block


@dataclass(frozen=True)
class Part:
    """A task that takes one of several results."""

    place: int

    def __call__(self, results: Any) -> Any:  # noqa: ANN401 (a tuple of arrays)
        """Take it."""
        return _unpacked(results)[self.place]


def read(value: object, name: str, messages: Messages = TF2) -> Any:  # noqa: ANN401 (an array of either kind)
    """Give a Dask array as it is, and a NumPy array of anything else."""
    if not lazy.any_in(value):
        return to_array(value, messages)
    check_known(value, name)
    return value


def leading(length: int) -> Index:
    """The axes of an array that has the leading array's, from the first on.

    >>> leading(2)
    (0, 1)
    """
    return tuple(range(length))


def sample_of(operand: Operand, shape: tuple[int, ...], rows: Sequence[int]) -> NDArray[Any]:
    """Make an array as an operand is, of no rows."""
    lengths = [
        0 if axis in rows and length == shape[axis] else length
        for length, axis in zip(operand.array.shape, operand.axes, strict=True)
    ]
    return np.zeros(lengths, operand.array.dtype)


def try_out(piece: Piece, operands: Sequence[Operand], rows: Sequence[int]) -> Any:  # noqa: ANN401 (what the function gives)
    """Compute what a piece without rows gives: its dtypes and axes, and what it refuses.

    Raises:
        Exception: whatever the function raises for arrays of these shapes and dtypes.
    """
    shape = operands[0].array.shape
    fit = all(_fits(operand, shape) for operand in operands)
    try:
        if fit:
            return piece.plainly(
                {operand.name: sample_of(operand, shape, rows) for operand in operands}
            )
    except Exception:
        _let_it_refuse(piece, operands)
        raise
    _let_it_refuse(piece, operands)
    shapes = ", ".join(f"`{one.name}` {one.array.shape}" for one in operands)
    raise hinted(
        InvalidArgumentError(None, None, f"Dask arrays are not matched here: {shapes}."),
        "Reshape or repeat one of them first, e.g. by dask.array.reshape or broadcast_to, so that "
        "they have the shapes of the docstring; only labels and weights of length 1 are repeated.",
    )


def _fits(operand: Operand, shape: tuple[int, ...]) -> bool:
    if operand.axes is UNMATCHED:
        return False
    pairs = zip(operand.array.shape, operand.axes, strict=True)
    return all(axis is None or length in (1, shape[axis]) for length, axis in pairs)


def _let_it_refuse(piece: Piece, operands: Sequence[Operand]) -> None:
    """Call the function with zeros in the whole's shapes, for its own words, if they are few."""
    sizes = sum(one.array.size * one.array.dtype.itemsize for one in operands)
    if sizes <= _STAND_INS:
        piece.plainly({one.name: np.zeros(one.array.shape, one.array.dtype) for one in operands})


class Result(NamedTuple):
    """One result of a function: how its axes come from the leading array's."""

    axes: Index
    dtype: np.dtype[Any]


def computed(
    piece: Piece,
    operands: Sequence[Operand],
    rows: Index,
    rule: Rule,
    results: Sequence[Result | None],
) -> list[DaskArray | None]:
    """Build the graph: pieces of the first operand, whatever belongs to each, one task for each.

    Args:
        piece: the task.
        operands: the arrays; the first one leads: it has all the axes.
        rows: those of them that may be cut; the classes are not.
        rule: where it may be cut.
        results: what the function gives; None for what it gives None for.
    """
    lead = operands[0].array
    rank = lead.ndim
    whole = [axis for axis in range(rank) if axis not in rows]
    chunks = aligned(lead.shape, getattr(lead, "chunks", None) or _one_of(operands), rule, whole)
    if piece.one:
        (one,) = results
        assert one is not None  # noqa: S101 (one result is there)
        return [blocks(piece, operands, chunks, one)]
    together = blocks(piece, operands, chunks, Result(rows, np.dtype(object)))
    found: list[DaskArray | None] = []
    for place, result in enumerate(results):
        if result is None:
            found.append(None)
            continue
        new = {axis: lead.shape[axis] for axis in result.axes if axis not in rows}
        part = _blockwise(Part(place), result, [together, rows], new)
        found.append(part)
    return found


def _named(index: Index, number: int) -> tuple[int, ...]:
    """Name the axes for Dask; those that belong to none have numbers of their own."""
    own = number * _OWN
    return tuple(own + place if axis is None else axis for place, axis in enumerate(index))


def _one_of(operands: Sequence[Operand]) -> Any:  # noqa: ANN401 (chunks)
    """Give the chunks of a leading NumPy array: those of the Dask arrays that go along with it."""
    found: list[Any] = [(length,) for length in operands[0].array.shape]
    for operand in operands[1:]:
        chunks: tuple[Any, ...] = getattr(operand.array, "chunks", ())
        for axis, lengths in zip(operand.axes, chunks, strict=False):
            if axis is not None and sum(lengths) == sum(found[axis]) and len(found[axis]) == 1:
                found[axis] = lengths
    return tuple(found)


def blocks(
    piece: Piece,
    operands: Sequence[Operand],
    chunks: Any,  # noqa: ANN401 (Dask's)
    result: Result,
    new: dict[Any, int] | None = None,
) -> DaskArray:
    """Build one array: a task for each of these chunks of the leading operand.

    Args:
        piece: the task.
        operands: the arrays, as they came.
        chunks: what the first of them is to have.
        result: of the task; axes of `new` are none of the leading array's.
        new: their lengths.
    """
    arguments: list[Any] = []
    for number, operand in enumerate(operands, start=1):
        wanted = operand_chunks(operand.array.shape, operand.axes, chunks)
        arguments += [_cut(operand.array, wanted), _named(operand.axes, number)]
    return _blockwise(piece, result, arguments, new or {})


def _cut(array: Any, chunks: Any) -> DaskArray:  # noqa: ANN401 (Dask's, untyped)
    """Give an array these chunks; one that has them is left alone."""
    import dask.array as da  # noqa: PLC0415 (optional)

    if not lazy.any_in(array):
        return da.from_array(np.asarray(array), chunks=chunks)
    return array if array.chunks == chunks else array.rechunk(chunks)


def _blockwise(
    task: Piece | Part, result: Result, arguments: list[Any], new: dict[Any, int]
) -> DaskArray:
    import dask.array as da  # noqa: PLC0415 (optional)

    return da.blockwise(
        task,
        result.axes,
        *arguments,
        new_axes=new,
        token=type(task).__name__.lower(),
        dtype=result.dtype,
        meta=np.empty((0,) * len(result.axes), result.dtype),
        concatenate=None,
        align_arrays=False,
    )
