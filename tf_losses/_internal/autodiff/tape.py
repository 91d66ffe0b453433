# SPDX-License-Identifier: Apache-2.0
"""`GradientTape` and `stop_gradient`, for programs of losses, sums, means and arithmetic.

A tape writes down each loss that is computed from a watched tensor, and `gradient` walks back
through what it wrote, with the gradients of `tf_losses.gradients`: TensorFlow's bits. What a tape
cannot follow (any other arithmetic on tensors) is an error when a gradient would have to pass.

TensorFlow counterpart: tensorflow/python/eager/backprop.py.
"""

from __future__ import annotations

import enum
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar, overload

import numpy as np

from tf_losses._internal.arguments import nest
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.autodiff.active_tapes import close_log, is_open, open_log
from tf_losses._internal.autodiff.recording import Log, record
from tf_losses._internal.autodiff.tensor import (
    Tensor,
    held_tensors,
    plain_dtype,
    plain_shape,
    tensor,
    watch_views,
)
from tf_losses._internal.autodiff.walk import in_parts, total, walk_back
from tf_losses._internal.runtime.dtypes import FLOAT_CODES
from tf_losses.errors import InvalidArgumentError, hinted

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import TracebackType

    from numpy.typing import NDArray
    from typing_extensions import Self

    from tf_losses._internal.autodiff.scattered import Part

_Key = TypeVar("_Key")

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
                        f"Passed in object {item} of type {type(item).__name__!r}, not tf.Tensor."
                    ),
                    "Make a tensor of it first: x = tf_losses.constant(x).",
                )
            if plain_dtype(item) in FLOAT_CODES:  # nothing else has a gradient
                self._log.follow(item)

    @contextmanager
    def stop_recording(self) -> Generator[None, None, None]:
        """Record nothing in a `with` block inside of the tape's own.

        Raises:
            ValueError: the tape is not recording.

        >>> from tf_losses.compat import v2 as tf
        >>> x = tf.constant(3.0)
        >>> with tf.GradientTape() as tape:
        ...     tape.watch(x)
        ...     y = x * x
        ...     with tape.stop_recording():
        ...         z = y * x
        >>> float(tape.gradient(y, x))
        6.0
        """
        if not is_open(self._log):
            raise ValueError("Tape is not recording.")
        close_log(self._log)
        try:
            yield
        finally:
            open_log(self._log)

    def reset(self) -> None:
        """Forget everything recorded so far, inside of the `with` block.

        Raises:
            ValueError: the tape is not recording.
        """
        if not is_open(self._log):
            raise ValueError("Tape is not recording.")
        self._log.forget()

    # What no target depends on is None, or zeros if that is asked for. Type checkers are told that
    # all are tensors, as those of TensorFlow are: nobody asks for what he knows to be unconnected.
    @overload
    def gradient(
        self,
        target: object,
        sources: Tensor,
        output_gradients: object = None,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
    ) -> Tensor: ...
    @overload
    def gradient(
        self,
        target: object,
        sources: list[Tensor],
        output_gradients: object = None,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
    ) -> list[Tensor]: ...
    @overload
    def gradient(
        self,
        target: object,
        sources: tuple[Tensor, ...],
        output_gradients: object = None,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
    ) -> tuple[Tensor, ...]: ...
    @overload
    def gradient(
        self,
        target: object,
        sources: dict[_Key, Tensor],
        output_gradients: object = None,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
    ) -> dict[_Key, Tensor]: ...
    @overload
    def gradient(
        self,
        target: object,
        sources: object,
        output_gradients: object = None,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
    ) -> Any: ...  # noqa: ANN401 (the structure of sources)
    def gradient(
        self,
        target: object,
        sources: object,
        output_gradients: object = None,
        unconnected_gradients: UnconnectedGradients | str = UnconnectedGradients.NONE,
    ) -> Any:
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
        operations = in_parts(self._log.operations, set(map(id, targets)))
        reached = {id(source) for source in wanted} & self._log.known.keys()
        passed = walk_back(operations, gradients, reached)
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
        return tensor(np.array(total(parts)))
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
