# SPDX-License-Identifier: Apache-2.0
"""What the losses share: how they refuse arguments, and make room for gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import kernel_name
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._internal.arguments.messages import Messages
    from tf_losses._internal.runtime.dtypes import Dtype

    Array = NDArray[Any]

_FLOAT_HINT = (
    "{} came as {}; pass float16, bfloat16, float32 or float64, "
    "e.g. by np.asarray(..., np.float32)."
)


def float_hint(error: Exception, name: str, dtype: Dtype) -> Exception:
    return hinted(error, _FLOAT_HINT.format(name, kernel_name(dtype)))


def refuse_shapes(logits: NDArray[Any], labels: NDArray[Any], messages: Messages) -> NoReturn:
    hint = f"`labels` has shape {labels.shape}, `logits` {logits.shape}; nothing is broadcast here."
    if labels.size == logits.size:
        hint += f" Did you mean labels.reshape({logits.shape})?"
    raise hinted(messages.shapes_differ(logits.shape, labels.shape), hint)


def refuse_pair(op: str, expected: Dtype, found: Dtype, came: str, messages: Messages) -> NoReturn:
    raise hinted(
        messages.types_differ(op, expected, found),
        f"{came}; labels and logits need one dtype: cast the labels to the logits', "
        "e.g. by np.asarray(labels, logits.dtype).",
    )


def empty_like(like: NDArray[Any], wanted: bool) -> Array | None:  # noqa: FBT001 (a yes or no for each input)
    return native.empty(like.shape, like.dtype) if wanted else None
