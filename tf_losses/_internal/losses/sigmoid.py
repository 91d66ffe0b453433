# SPDX-License-Identifier: Apache-2.0
"""sigmoid: arguments, loss and gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from tf_losses._internal.arguments import lazy, operations, signatures, symbols
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.symbols import MADE
from tf_losses._internal.autodiff.active_tapes import OPEN
from tf_losses._internal.autodiff.functions import mode
from tf_losses._internal.autodiff.recording import record
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.losses.common import empty_like, float_hint, refuse_pair, refuse_shapes
from tf_losses._internal.losses.plain import loss_of_arrays
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import BOOL, FLOAT_CODES, kernel_name
from tf_losses._internal.runtime.native import Call, empty

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from tf_losses._internal.arguments.messages import Messages
    from tf_losses._internal.runtime.dtypes import Dtype

    Array = NDArray[Any]
    Maybe = Array | None

SIGMOID = native.code_of("sigmoid")


def check(labels: object, logits: object, messages: Messages) -> Call:
    """Check the arguments of sigmoid."""
    x = to_array(logits, messages)
    z = to_array(labels, messages)
    if x.shape != z.shape:
        refuse_shapes(x, z, messages)
    code = FLOAT_CODES.get(x.dtype)
    if code is None or x.dtype != z.dtype:
        _refuse_dtypes(x.dtype, z.dtype, messages)
    return Call(SIGMOID, code, code, 1, x.size, z, x)


def forward(messages: Messages) -> Callable[..., Array]:
    """Compute max(x, 0) - x*z + log1p(exp(-|x|)) for logits x and labels z of one shape."""

    def compute(
        labels: Any = None,  # noqa: ANN401 (anything, as in all of these)
        logits: Any = None,  # noqa: ANN401
        name: object = None,  # noqa: ARG001 (TensorFlow's signature; nothing here has a name)
    ) -> Array:
        if (found := loss_of_arrays(SIGMOID, labels, logits)) is not None:
            return found
        if MADE and symbols.any_in(labels, logits):
            symbol: Array = symbols.make(compute, labels, logits, name=signatures.SIGMOID)
            return symbol
        if labels is None or logits is None:
            signatures.refuse_missing(signatures.SIGMOID, labels, logits, messages)
        if lazy.any_in(labels, logits):
            made: Array = lazy.loss("sigmoid", messages, labels=labels, logits=logits)
            return made
        call = check(labels, logits, messages)
        out = empty(call.logits.shape, call.logits.dtype, Tensor)
        call = native.compute(call, out)
        if OPEN:
            now = mode()
            parts = "sigmoid" if now == native.EAGER else None
            return record("sigmoid", (labels, logits), out, _taped, (call, now), parts=parts)
        return out

    return compute


def backward(
    call: Call,
    upstream: Maybe,
    wanted: tuple[bool, ...],
    mode: int = native.EAGER,
    loss: Maybe = None,
) -> tuple[Maybe, Maybe]:
    """Give the gradients of labels and logits."""
    dz, dx = empty_like(call.labels, wanted[0]), empty_like(call.logits, wanted[1])
    native.gradient(call, mode, upstream, (loss, dz, dx, None))
    return dz, dx


def _taped(call: Call, mode: int, upstream: Maybe, wanted: tuple[bool, ...]) -> tuple[Maybe, Maybe]:
    return backward(call, upstream, wanted, mode)


def _refuse_dtypes(logits: Dtype, labels: Dtype, messages: Messages) -> NoReturn:
    """Raise what the first of sigmoid's operations says to these dtypes."""
    name = kernel_name(logits)
    if name.startswith("float8") or name in ("int2", "int4", "uint2", "uint4"):
        raise float_hint(messages.no_kernel(logits), "`logits`", logits)
    for op in (operations.GREATER_EQUAL, operations.NEG):
        if name not in op.allowed:
            raise float_hint(messages.type_refused(op, logits), "`logits`", logits)
    if labels != logits:
        # TensorFlow multiplies by bools, and fails when it goes on with the product.
        op_name = "Sub" if labels == BOOL else "Mul"
        refuse_pair(op_name, logits, labels, f"`labels` came as {kernel_name(labels)}", messages)
    raise float_hint(messages.type_refused(operations.EXP, logits), "`logits`", logits)
