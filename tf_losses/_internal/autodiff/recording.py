# SPDX-License-Identifier: Apache-2.0
"""What the tapes write down: operations, with what their gradients will need.

An operation is kept by a log that follows one of its inputs, and by no other. What is kept for the
gradient is what the call saw: an array that its owner may write to afterwards is copied.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses import versions
from tf_losses._internal import names as _names
from tf_losses._internal.autodiff.active_tapes import OPEN, close_log, logs_here
from tf_losses._internal.autodiff.tensor import (
    Tensor,
    as_tensor,
    held_tensors,
    on_lost,
    plain_dtype,
    protected,
    tensor,
)
from tf_losses._internal.runtime.kinds import is_array
from tf_losses._internal.runtime.native import Call

if TYPE_CHECKING:
    import weakref
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.active_tapes import ThreadLogs

    # From the gradient of an operation's output to those of its inputs, of which the second
    # argument says which are wanted; None for one without.
    Backward = Callable[[NDArray[Any], tuple[bool, ...]], tuple[NDArray[Any] | None, ...]]


class Operation(NamedTuple):
    """One step of a program."""

    name: str
    inputs: tuple[object, ...]
    output: object
    backward: Backward | None  # None: the tape cannot follow
    # TensorFlow's operations on the way, one after the other, that this is one of.
    steps: int = 1
    # Those after the first; the backward of several takes a tuple of their gradients.
    more: tuple[object, ...] = ()
    # Computes the same by TensorFlow's smaller operations, from the inputs that are followed.
    parts: Callable[[tuple[object, ...]], object] | None = None

    @property
    def outputs(self) -> tuple[object, ...]:
        """All that the step gave."""
        return (self.output, *self.more)


class Log:
    """The operations that depend on what a tape watches.

    The watched tensors and what was computed from them are kept alive, as an identity is only
    unique among living objects.
    """

    def __init__(self) -> None:
        """Begin with nothing, closed."""
        self.operations: list[Operation] = []
        self.known: dict[int, object] = {}
        # What carries no gradient, of known things: truth values and whole numbers.
        self.beside: dict[int, object] = {}
        # That of the thread it is open in.
        self.thread: weakref.ref[ThreadLogs] | None = None

    def __del__(self) -> None:
        """Stop recording, if a `with` block was left behind: a generator that never ended."""
        close_log(self)

    def follow(self, item: object) -> None:
        """Follow an array from now on."""
        self.known[id(item)] = item

    def follows_any(self, identities: list[int]) -> bool:
        """Tell whether one of the inputs depends on what is watched."""
        return not self.known.keys().isdisjoint(identities)

    def write_down(
        self,
        name: str,
        inputs: list[object],
        output: object,
        backward: Backward | None,
        steps: int,
        more: tuple[object, ...] = (),
        parts: Callable[[tuple[object, ...]], object] | None = None,
    ) -> None:
        """Keep an operation, of its inputs those that are followed, and follow its outputs."""
        known, beside = self.known, self.beside
        followed = tuple(
            [item if id(item) in known or id(item) in beside else None for item in inputs]
        )
        self.operations.append(Operation(name, followed, output, backward, steps, more, parts))
        if isinstance(output, Tensor) and plain_dtype(output).kind in "biu":
            beside[id(output)] = output
        else:
            known[id(output)] = output
        for other in more:
            known[id(other)] = other

    def forget(self) -> None:
        """Begin again."""
        self.operations, self.known, self.beside = [], {}, {}


def record(
    name: str,
    inputs: tuple[object, ...],
    output: NDArray[Any],
    backward: Callable[..., Any] | None = None,
    saved: tuple[Any, ...] = (),
    steps: int = 1,
    more: tuple[Tensor, ...] = (),
    parts: str | None = None,
) -> Tensor:
    """Let every tape of this thread that follows one of the inputs write down an operation.

    Args:
        name: what an error calls it.
        inputs: the arguments as they came.
        output: what was computed.
        backward: takes `saved`, then what a `Backward` takes; None for what no tape can follow.
        saved: what the gradient needs of the call; arrays that somebody may write to are copied.
        steps: how many operations it is in TensorFlow, one after the other.
        more: what was computed besides `output`, tensors too: `backward` takes a tuple of upstream
            gradients then, with zeros for what was not used.
        parts: the name of what computes the same by TensorFlow's smaller operations, from `saved`
            and the inputs; see `_operations.parts`.

    Returns:
        `output` as a tensor, which nobody can write to if a tape of this thread records.
    """
    result = output if isinstance(output, Tensor) else as_tensor(output)
    logs = logs_here() if OPEN else []
    if not logs:
        return result
    protected(result)
    _write_down(logs, name, inputs, result, backward, saved, steps, more, parts)
    return result


def _write_down(
    logs: list[Log],
    name: str,
    inputs: tuple[object, ...],
    output: object,
    backward: Callable[..., Any] | None,
    saved: tuple[Any, ...],
    steps: int = 1,
    more: tuple[Tensor, ...] = (),
    parts: str | None = None,
) -> None:
    sources = [_source(value) for value in inputs]
    identities = [id(source) for source in sources]
    following = [log for log in logs if log.follows_any(identities)]
    if not following:
        return
    later: Backward | None = None
    kept: list[Any] = []
    if backward is not None:
        # Whoever has one of these may write to the memory of what is saved.
        owned = [given for given in inputs if not _is_safe(given)]
        kept = [_kept(value, owned) for value in saved]
        later = versions.kept(partial(backward, *kept))
    apart = None if parts is None else versions.kept(partial(_by_parts, parts, *kept))
    for log in following:
        log.write_down(name, sources, output, later, steps, more, apart)


def _by_parts(name: str, *arguments: Any) -> object:  # noqa: ANN401 (what was saved, and inputs)
    return _names.find(2, "tensor", name)(*arguments)


def _kept(value: Any, owned: list[object]) -> Any:  # noqa: ANN401 (what the gradient needs)
    """Give what stays as it is: arrays, also those of a call, are copied where they may not.

    >>> z = np.zeros(2)
    >>> _kept(z, [z]) is z, _kept(z, [np.zeros(2)]) is z
    (False, True)
    """
    if type(value) is Call and owned:
        loss, dtype, labels_dtype, rows, classes, labels, logits, weight, layout = value
        labels, logits = _kept(labels, owned), _kept(logits, owned)
        weight = weight if weight is None else _kept(weight, owned)
        return Call(
            loss, dtype, labels_dtype, rows, classes, labels, logits, weight, layout
        )  # by place: names would cost as much again
    found: object = value  # for `isinstance`: see _runtime/kinds.py
    if not isinstance(found, np.ndarray):
        return value
    for given in owned:
        if given is value or not is_array(given) or np.may_share_memory(value, given):
            return np.array(value, order="C")
    return value


# Arguments of which an array is always made anew.
_WITHOUT_MEMORY = frozenset([type(None), bool, int, float, complex, list, tuple, range])


def _is_safe(given: object) -> bool:
    """Tell whether nobody can write to the memory of an argument.

    That an array is read-only is no proof that it stays so: views of it made before, and its owner,
    may write. A tensor's memory belongs to nobody else; NumPy can make one that is not protected.
    """
    if type(given) in _WITHOUT_MEMORY:
        return True
    return isinstance(given, Tensor) and not given.flags.writeable


def _source(value: Any) -> object:  # noqa: ANN401 (anything)
    """Find what the tapes may know an argument by: itself, what it is a view of, or a stand-in."""
    given: object = value  # for `isinstance`: see _runtime/kinds.py
    if isinstance(value, Tensor):
        return value
    if isinstance(given, np.ndarray):
        return root(value)
    held = tuple(held_tensors(value))
    return record("a list of tensors", held, tensor(np.empty(0))) if held else None


def root(array: NDArray[Any]) -> NDArray[Any]:
    """Give the array that a view is a view of.

    >>> whole = np.zeros(3)
    >>> root(whole[1:][:1]) is whole
    True
    """
    while isinstance(array.base, np.ndarray):
        array = array.base
    return array


def _record_lost(name: str, inputs: tuple[Tensor, ...], outputs: tuple[NDArray[Any], ...]) -> None:
    if not OPEN:
        return
    logs = logs_here()
    for output in outputs:
        target = output if isinstance(output, Tensor) else root(output)
        _write_down(logs, name, inputs, target, None, ())


on_lost(_record_lost)
