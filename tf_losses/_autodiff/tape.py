# SPDX-License-Identifier: Apache-2.0
"""`GradientTape` and `stop_gradient`, for programs of losses, sums, means and arithmetic.

A tape writes down each loss that is computed from a watched tensor, and `gradient` walks back
through what it wrote, with the gradients of `tf_losses.gradients`: TensorFlow's bits. What a tape
cannot follow (any other arithmetic on tensors) is an error when a gradient would have to pass.

TensorFlow counterpart: tensorflow/python/eager/backprop.py.
"""

from __future__ import annotations

import enum
from collections import Counter, deque
from functools import partial, reduce
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from tf_losses._arguments import nest
from tf_losses._arguments.convert import to_array
from tf_losses._arguments.messages import TF2
from tf_losses._autodiff.active_tapes import close_log, is_open, open_log
from tf_losses._autodiff.arithmetic import rounded
from tf_losses._autodiff.recording import Log, Operation, record
from tf_losses._autodiff.scattered import Scattered, joined, whole
from tf_losses._autodiff.tensor import (
    Tensor,
    held_tensors,
    plain_dtype,
    plain_shape,
    tensor,
    watch_views,
)
from tf_losses._runtime.dtypes import FLOAT_CODES
from tf_losses.errors import InvalidArgumentError, hinted

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from numpy.typing import NDArray
    from typing_extensions import Self

    from tf_losses._autodiff.scattered import Part

__all__ = ["GradientTape", "UnconnectedGradients", "stop_gradient"]


class UnconnectedGradients(enum.Enum):
    """What `gradient` gives for a source that the target does not depend on."""

    NONE = "none"
    ZERO = "zero"


class GradientTape:
    """Records losses, so that they can be differentiated.

    Args:
        persistent: whether `gradient` may be called more than once.
        watch_accessed_variables: TensorFlow's argument; there are no variables here.

    TensorFlow counterpart: `tf.GradientTape`, tensorflow/python/eager/backprop.py.

    >>> from tf_losses.compat import v2 as tf
    >>> logits = tf.constant([[2.0, 1.0, 0.0]])
    >>> with tf.GradientTape() as tape:
    ...     tape.watch(logits)
    ...     loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=[0], logits=logits)
    >>> tape.gradient(loss, logits).numpy().round(3)
    array([[-0.335,  0.245,  0.09 ]], dtype=float32)
    """

    def __init__(
        self,
        persistent: bool = False,  # noqa: FBT001, FBT002 (TensorFlow's signature)
        watch_accessed_variables: bool = True,  # noqa: ARG002, FBT001, FBT002 (same)
    ) -> None:
        """Prepare a tape; it records inside its `with` block."""
        self._persistent = persistent
        self._begun = False  # from the first `with` until the gradient of a tape that is used once
        self._log = Log()

    def __enter__(self) -> Self:
        """Start recording, or go on."""
        if self._log.thread is not None:
            raise ValueError(
                "Tape is still recording, This can happen if you try to re-enter an "
                "already-active tape."
            )
        self._begun = True
        watch_views()
        open_log(self._log)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop recording."""
        close_log(self._log)

    def watch(self, tensor: object) -> None:  # TensorFlow's name for the argument
        """Follow a tensor, or a structure of tensors.

        Args:
            tensor: what `constant`, or a loss inside a tape, made; lists and dicts of them.

        Raises:
            ValueError: something else came, e.g. a plain array, which has no identity to follow.
            AttributeError: the tape has not begun (TensorFlow's error).
        """
        if not self._begun:
            raise hinted(
                AttributeError("'NoneType' object has no attribute '_tape'"),
                "Watch inside of the tape's `with` block.",
            )
        for item in nest.leaves(tensor):
            if not isinstance(item, Tensor):
                raise hinted(
                    ValueError(
                        f"Passed in object {item} of type {type(item).__name__!r}, not tf.Tensor "
                        "or tf.Variable or ExtensionType."
                    ),
                    "Make a tensor of it first: x = tf_losses.constant(x).",
                )
            if plain_dtype(item) in FLOAT_CODES:  # nothing else has a gradient
                self._log.follow(item)

    def reset(self) -> None:
        """Forget everything recorded so far, inside of the `with` block.

        Raises:
            ValueError: the tape is not recording.
        """
        if not is_open(self._log):
            raise ValueError("Tape is not recording.")
        self._log.forget()

    def gradient(
        self,
        target: Any,  # noqa: ANN401 (any structure of tensors)
        sources: Any,  # noqa: ANN401 (same)
        output_gradients: Any = None,  # noqa: ANN401 (same)
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
    ) -> Any:  # noqa: ANN401 (the structure of sources)
        """Differentiate `target` with respect to `sources`.

        Args:
            target: a loss or a structure of losses, whose gradients are added up.
            sources: a watched tensor, or a structure of them.
            output_gradients: gradients of what follows, one for each target; ones if not given.
            unconnected_gradients: what stands for the gradient of a source that no target
                depends on: None ("none", the default), or zeros ("zero").

        Returns:
            Gradients in the structure of `sources`, each of the shape and dtype of its source.
            Other tapes cannot follow them: there are no second derivatives by nested tapes.

        Raises:
            RuntimeError: the tape is not persistent and was asked before, or never recorded.
            ValueError: the target depends on a source by an operation the tape cannot follow.
            TypeError: a target or source is not a tensor.
        """
        if not self._begun:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients "
                "(or jacobians)"
            )
        if not self._persistent:
            close_log(self._log)
        unconnected = _unconnected(unconnected_gradients)
        targets = _tensors_of(target, "target")
        wanted = _tensors_of(sources, "sources")
        gradients = self._start(targets, output_gradients)
        passed = self._walk_back(gradients, {id(source) for source in wanted})
        found = [_result(gradients.get(id(source)), source, unconnected) for source in wanted]
        passed += held_tensors(output_gradients)
        for gradient in found:
            if gradient is not None:
                record("GradientTape.gradient", tuple(passed), gradient, None)
        if not self._persistent:
            self._log.forget()
            self._begun = False
        return nest.pack(sources, found)

    def _start(self, targets: list[Tensor], output_gradients: object) -> dict[int, list[Part]]:
        """The gradients to begin with: those given, or ones."""
        given: list[object] = [None] * len(targets)
        if output_gradients is not None:
            given = list(nest.leaves(output_gradients))
        if len(given) != len(targets):
            raise hinted(
                ValueError(f"{len(given)} output_gradients came for {len(targets)} targets."),
                "`output_gradients` has the structure of `target`.",
            )
        gradients: dict[int, list[Part]] = {}
        for target, gradient in zip(targets, given, strict=True):
            if plain_dtype(target).kind in "fV":
                gradients.setdefault(id(target), []).append(_upstream(gradient, target))
        return gradients

    def _walk_back(self, gradients: dict[int, list[Part]], sources: set[int]) -> list[object]:
        """Add to `gradients` those of everything between the targets and the sources.

        In TensorFlow's order, on which the sum of several parts depends: an operation's turn comes
        when all that use its output are done, and those whose turn has come wait in a queue.

        Returns:
            The inputs of the operations on the way.
        """
        passed: list[object] = []
        operations, connected = self._log.operations, self._connected(sources)
        makers = {
            id(output): place
            for place, operation in enumerate(operations)
            if any(connected[place])
            for output in operation.outputs
        }
        on_the_way, uses = self._reached(makers, list(gradients))
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
        self, makers: dict[int, int], targets: list[int]
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
            for source in map(id, self._log.operations[place].inputs):
                uses[source] += 1
                if uses[source] == 1:
                    stack.append(source)
        return found, uses

    def _connected(self, sources: set[int]) -> list[tuple[bool, ...]]:
        """For each operation, which of its inputs depend on a source."""
        reached = sources & self._log.known.keys()
        connected = []
        for operation in self._log.operations:
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
        np.zeros_like(np.asarray(output)) if parts is None else _sum(parts)
        for output, parts in zip(operation.outputs, found, strict=True)
    )


def _sum_of_rows(parts: list[Part], operation: Operation) -> Part:
    """Add up the gradients of an operation's output; those of rows stay so where they can."""
    if operation.name in _BY_ROWS:
        together = joined(parts)
        if len(together) == 1:
            return together[0]
    return _sum(parts)


def _sum(parts: list[Part]) -> NDArray[Any]:
    """Add up the gradients of one tensor."""
    dense = [whole(part) for part in joined(parts)]
    return reduce(partial(rounded, np.add), dense)


def _refuse(operation: Operation) -> NoReturn:
    raise hinted(
        ValueError(
            f"The gradient would have to pass {operation.name!r}, which this tape cannot follow."
        ),
        "It follows the losses of tf_losses, reduce_sum and reduce_mean, cast and reshape, and "
        "+ - * / of tensors. Compute the rest outside of the tape and pass its gradient as "
        "`output_gradients`.",
    )


# Operations whose gradients TensorFlow computes of those rows only for which there is one.
_BY_ROWS: dict[str, Callable[..., NDArray[Any]]] = {
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


def _unconnected(value: UnconnectedGradients | str) -> UnconnectedGradients:
    try:
        return UnconnectedGradients(value)
    except ValueError:
        raise hinted(
            ValueError(f"Unknown value for unconnected_gradients: {value!r}"),
            "`unconnected_gradients` can be 'none' or 'zero'.",
        ) from None


def _tensors_of(structure: object, name: str) -> list[Tensor]:
    """The tensors of a structure; anything else has no identity and cannot be followed."""
    if structure is None:
        raise hinted(
            TypeError(
                f"Argument `{name}` should be a list or nested structure of Tensors, Variables or "
                "CompositeTensors to be differentiated, but received None."
            ),
            f"`{name}` came as None.",
        )
    tensors = list(nest.leaves(structure))
    for item in tensors:
        if not isinstance(item, Tensor):
            raise hinted(
                TypeError(f"`{name}` has a {type(item).__name__!r} where a tensor is needed."),
                "A loss computed from a tensor inside the tape's `with` block is a tensor; "
                "tf_losses.constant makes one of an array.",
            )
    return tensors


def _upstream(gradient: object, target: Tensor) -> NDArray[Any]:
    if gradient is None:
        return np.ones(plain_shape(target), plain_dtype(target))
    upstream = to_array(gradient, TF2)
    if upstream.dtype != target.dtype:
        raise hinted(
            TF2.types_differ("Mul", upstream.dtype, target.dtype),
            f"`output_gradients` has a {upstream.dtype} array for a target of {target.dtype}.",
        )
    if upstream.shape != target.shape:
        raise hinted(
            InvalidArgumentError(
                None, None, f"Incompatible shapes: {upstream.shape} vs. {target.shape}"
            ),
            "`output_gradients` has the shapes of `target`.",
        )
    return upstream


def _result(
    parts: list[Part] | None, source: Tensor, unconnected: UnconnectedGradients
) -> Tensor | None:
    if parts is not None:
        return tensor(np.array(_sum(parts)))
    if unconnected is UnconnectedGradients.ZERO:
        return tensor(np.zeros(plain_shape(source), plain_dtype(source)))
    return None


def stop_gradient(input: Any, name: object = None) -> Tensor:  # noqa: A002, ANN401, ARG001 (TensorFlow's signature)
    """Give the same values as a tensor that no tape follows further back.

    Args:
        input: anything that `constant` takes.
        name: not used.

    TensorFlow counterpart: `tf.stop_gradient`, tensorflow/python/ops/array_ops.py.

    >>> stop_gradient([1.0, 2.0]).numpy()
    array([1., 2.], dtype=float32)
    """
    return tensor(np.array(to_array(input, TF2)))
