# SPDX-License-Identifier: Apache-2.0
"""From targets back to sources, through what a tape has written down.

TensorFlow counterpart: tensorflow/c/eager/tape.h.
"""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from tf_losses._internal.autodiff.active_tapes import alone
from tf_losses._internal.autodiff.exact import added_up
from tf_losses._internal.autodiff.recording import Log, Operation
from tf_losses._internal.autodiff.scattered import Scattered, joined, whole
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tf_losses._internal.autodiff.scattered import Part


def in_parts(operations: list[Operation], ends: set[int]) -> list[Operation]:
    """Take losses apart that TensorFlow puts together from smaller operations, where it shows.

    It does where a tensor has other uses too: the gradients of each smaller operation are added to
    those of the others one by one. `ends` are the identities of the targets, which are a use.
    """
    uses = Counter(id(one) for each in operations for one in each.inputs if one is not None)
    uses.update(ends)
    found: list[Operation] = []
    for each in operations:
        followed = [one for one in each.inputs if one is not None]
        shared = any(uses[id(one)] > 1 for one in followed)
        # Plain arrays that NumPy filled from a tensor are refused in any case.
        apart = each.parts is not None and shared and all(isinstance(o, Tensor) for o in followed)
        found += _parts_of(each) if apart else [each]
    return found


def _parts_of(operation: Operation) -> list[Operation]:
    """Compute a loss once more, by TensorFlow's operations, and give what a tape writes down."""
    assert operation.parts is not None  # noqa: S101 (the caller has looked)
    log = Log()
    for one in operation.inputs:
        if one is not None:
            log.follow(one)
    with alone(log):
        made = operation.parts(operation.inputs)
    return [
        each._replace(output=operation.output) if each.output is made else each
        for each in log.operations
    ]


def walk_back(
    operations: list[Operation], gradients: dict[int, list[Part]], reached: set[int]
) -> list[object]:
    """Add to `gradients` those of everything between the targets and the sources.

    In TensorFlow's order, on which the sum of several parts depends: an operation's turn comes
    when all that use its output are done, and those whose turn has come wait in a queue.

    Args:
        operations: what a tape has written down.
        gradients: those of the targets, by identity.
        reached: the identities of the sources.

    Returns:
        The inputs of the operations on the way.
    """
    passed: list[object] = []
    connected = _connected(operations, reached)
    makers = {
        id(output): place
        for place, operation in enumerate(operations)
        if any(connected[place])
        for output in operation.outputs
    }
    on_the_way, uses = _reached(operations, makers, list(gradients))
    # TensorFlow begins with the last target.
    first = (place for place in reversed(on_the_way) if _is_done(operations[place], uses))
    queue = deque((place, operations[place].steps) for place in first)
    while queue:
        place, steps = queue.pop()
        if steps > 1:
            queue.appendleft((place, steps - 1))
            continue
        operation, wanted = operations[place], connected[place]
        del on_the_way[place]
        upstream = _upstream_of(operation, gradients)
        if upstream is not None:
            passed += operation.inputs
            _hand_down(operation, upstream, wanted, gradients)
        for source in map(id, operation.inputs):
            uses[source] -= 1
            maker = makers.get(source)
            if maker not in on_the_way or uses[source]:
                continue
            if _is_done(operations[maker], uses):
                queue.appendleft((maker, operations[maker].steps))
    # An array that NumPy wrote to twice leads back to itself: its turn never comes.
    for place in on_the_way:
        if operations[place].backward is None:
            _refuse(operations[place])
    return passed


def _reached(
    operations: list[Operation], makers: dict[int, int], targets: list[int]
) -> tuple[dict[int, None], Counter[int]]:
    """Find the operations that lead to the targets, and how often they use each tensor."""
    found: dict[int, None] = {}
    uses: Counter[int] = Counter()
    stack = list(targets)
    while stack:
        place = makers.get(stack.pop())
        if place is None or place in found:
            continue
        found[place] = None
        for source in map(id, operations[place].inputs):
            uses[source] += 1
            if uses[source] == 1:
                stack.append(source)
    return found, uses


def _connected(operations: list[Operation], reached: set[int]) -> list[tuple[bool, ...]]:
    """For each operation, which of its inputs depend on a source; `reached` has those it found."""
    connected: list[tuple[bool, ...]] = []
    for operation in operations:
        wanted = tuple(id(source) in reached for source in operation.inputs)
        if any(wanted):
            reached.update(map(id, operation.outputs))
        connected.append(wanted)
    return connected


def _is_done(operation: Operation, uses: Counter[int]) -> bool:
    """Tell whether all that used what an operation gave have had their turn."""
    return not any(uses[id(output)] for output in operation.outputs)


def _upstream_of(
    operation: Operation, gradients: dict[int, list[Part]]
) -> Part | tuple[NDArray[Any], ...] | None:
    """Add up what came for an operation: one gradient, or one for each of its outputs."""
    found = [gradients.get(id(output)) for output in operation.outputs]
    if all(parts is None for parts in found):
        return None
    if not operation.more:
        return _sum_of_rows(found[0] or [], operation)
    return tuple(
        np.zeros_like(np.asarray(output)) if parts is None else total(parts)
        for output, parts in zip(operation.outputs, found, strict=True)
    )


def _sum_of_rows(parts: list[Part], operation: Operation) -> Part:
    """Add up the gradients of an operation's output; those of rows stay so where they can."""
    if operation.name in _BY_ROWS:
        together = joined(parts)
        if len(together) == 1:
            return together[0]
    return total(parts)


def total(parts: list[Part]) -> NDArray[Any]:
    """Add up the gradients of one tensor."""
    dense = [whole(part) for part in joined(parts)]
    return added_up(dense)


def _refuse(operation: Operation) -> NoReturn:
    raise hinted(
        ValueError(
            f"The gradient would have to pass {operation.name!r}, which this tape cannot follow."
        ),
        "It follows the functions and operators of tf_losses that have a gradient in TensorFlow. "
        "Use those (tf.exp, not np.exp), or compute the rest outside of the tape and pass its "
        "gradient as `output_gradients`.",
    )


# Operations whose gradients TensorFlow computes of those rows only for which there is one.
_BY_ROWS: dict[str, Callable[[Any, Any, Any], NDArray[Any]]] = {
    "identity": lambda _backward, values, _wanted: values,
    "cast": lambda backward, values, wanted: backward(values, wanted)[0],
    "negative": lambda backward, values, wanted: backward(values, wanted)[0],
}


def _hand_down(
    operation: Operation,
    upstream: Any,  # noqa: ANN401 (an array, or a tuple of them)
    wanted: tuple[bool, ...],
    gradients: dict[int, list[Part]],
) -> None:
    """Add to the gradients of an operation's inputs."""
    if operation.backward is None:
        _refuse(operation)
    if isinstance(upstream, Scattered):
        values = _BY_ROWS[operation.name](operation.backward, upstream.values, wanted)
        parts: tuple[Part, ...] = (upstream._replace(values=values),)
    else:
        parts = operation.backward(upstream, wanted)
    for part, source, want in zip(parts, operation.inputs, wanted, strict=True):
        if part is not None and want:
            gradients.setdefault(id(source), []).append(part)
