# SPDX-License-Identifier: Apache-2.0
"""The arguments of the four losses: what C is given for them, or what TensorFlow says to them.

The checks come in TensorFlow's order, so that a call with two mistakes is told the same one. All
arrays that leave are C-contiguous and of the dtype their code says. Inside, z are labels, x logits.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from tf_losses._arguments import axis as _axis
from tf_losses._arguments import operations
from tf_losses._arguments import pos_weight as _pos_weight
from tf_losses._arguments.convert import to_array
from tf_losses._runtime import native
from tf_losses._runtime.dtypes import (
    BOOL,
    FLOAT32,
    FLOAT_CODES,
    INDEX_CODES,
    castable,
    is_string,
    kernel_name,
)
from tf_losses._runtime.native import Call
from tf_losses._runtime.subnormals import cast
from tf_losses.errors import InvalidArgumentError, hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses._arguments.messages import Messages, Shape
    from tf_losses._runtime.dtypes import Dtype

_FLOAT_HINT = (
    "{} came as {}; pass float16, bfloat16, float32 or float64, "
    "e.g. by np.asarray(..., np.float32)."
)
_MOST_LABELS = 100_000


def sigmoid(labels: object, logits: object, messages: Messages) -> Call:
    """Check the arguments of sigmoid."""
    x = to_array(logits, messages)
    z = to_array(labels, messages)
    if x.shape != z.shape:
        _refuse_shapes(x, z, messages)
    code = FLOAT_CODES.get(x.dtype)
    if code is None or x.dtype != z.dtype:
        _refuse_sigmoid(x.dtype, z.dtype, messages)
    return Call(native.SIGMOID, code, code, 1, x.size, z, x)


def weighted(
    labels: object, logits: object, pos_weight: object, messages: Messages
) -> tuple[Call, Shape]:
    """Check the arguments of weighted; give the shape of the losses as well."""
    x = to_array(logits, messages)
    z = to_array(labels, messages)
    if x.shape != z.shape:
        _refuse_shapes(x, z, messages)
    k = _pos_weight.minus_one(pos_weight, z.dtype, messages)
    shape, layout = _pos_weight.spread(k, z.shape, messages)
    code = FLOAT_CODES.get(x.dtype)
    if code is None or x.dtype != z.dtype:
        _refuse_weighted(x.dtype, z.dtype, messages)
    return Call(native.WEIGHTED, code, code, 1, x.size, z, x, k, layout), shape


def softmax(
    labels: object,
    logits: object,
    axis: Any,  # noqa: ANN401 (what TensorFlow takes, down to arrays)
    messages: Messages,
) -> Call:
    """Check the arguments of softmax; what comes back has the classes last."""
    x = to_array(logits, messages)
    z = to_array(labels, messages)
    code = FLOAT_CODES.get(x.dtype)
    if z.dtype != x.dtype:
        z = _cast_labels(z, x.dtype, code, messages)
    if not _axis.is_last(axis):
        z, x = _axis.move_to_end(z, x, axis, messages)
    if not (x.ndim and z.ndim):
        raise hinted(
            messages.no_axes(), f"`labels` has shape {z.shape}, `logits` {x.shape}: no classes."
        )
    if code is None:
        raise _float_hint(messages.type_refused(operations.SOFTMAX, x.dtype), "`logits`", x.dtype)
    rows, classes, layout = _match_rows(z, x, messages)
    return Call(native.SOFTMAX, code, FLOAT_CODES[z.dtype], rows, classes, z, x, None, layout)


def sparse_softmax(labels: object, logits: object, messages: Messages) -> Call:
    """Check the arguments of sparse_softmax."""
    z = to_array(labels, messages)
    x = to_array(logits, messages)
    if x.shape[:-1] != z.shape or not x.ndim:
        _refuse_sparse_shapes(x, z, messages)
    code, labels_code = FLOAT_CODES.get(x.dtype), INDEX_CODES.get(z.dtype)
    if labels_code is None:
        raise hinted(
            messages.type_refused(operations.SPARSE_LABELS, z.dtype),
            f"`labels` came as {kernel_name(z.dtype)}; they are class numbers: cast them to "
            "int32 or int64, e.g. by np.asarray(labels, np.int64).",
        )
    if code is None:
        raise _float_hint(messages.type_refused(operations.SPARSE, x.dtype), "`logits`", x.dtype)
    if x.shape[-1] == 0:
        _refuse_no_classes(x.shape, z.shape, messages)
    return Call(native.SPARSE_SOFTMAX, code, labels_code, z.size, x.shape[-1], z, x)


# ---- softmax: labels to the logits' dtype and rows ----


def _cast_labels(
    labels: NDArray[Any], dtype: Dtype, code: int | None, messages: Messages
) -> NDArray[Any]:
    """Cast labels to the dtype softmax computes in: that of the logits, at least float32."""
    target = FLOAT32 if code in (native.F16, native.BF16) else dtype
    source = labels.dtype
    if not castable(source, target):
        raise _float_hint(messages.no_cast(source, target), "`labels`", source)
    if code is None or source == target:
        return labels  # the logits will be refused
    real = labels.real if source.kind == "c" else labels
    return np.ascontiguousarray(cast(real, target)).reshape(labels.shape)


def _match_rows(
    labels: NDArray[Any], logits: NDArray[Any], messages: Messages
) -> tuple[int, int, Any]:
    """Flatten both to rows of classes and broadcast one against the other, as TensorFlow."""
    if labels.shape == logits.shape and logits.size:
        classes = logits.shape[-1]
        return logits.size // classes, classes, native.NULL
    ours, theirs = _flat(logits.shape), _flat(labels.shape)
    if any(a != b and 1 not in (a, b) for a, b in zip(ours, theirs, strict=True)):
        _refuse_rows(labels, logits, ours, theirs, messages)
    rows, classes, layout = match_matrices(theirs, ours)
    if math.prod(logits.shape[:-1]) != rows:
        raise hinted(
            messages.wrong_count(rows, logits.shape[:-1]),
            f"`labels` of shape {labels.shape} repeat the logits of shape {logits.shape}; "
            "TensorFlow repeats labels only.",
        )
    return rows, classes, layout


def match_matrices(labels: tuple[int, int], logits: tuple[int, int]) -> tuple[int, int, Any]:
    """Give the rows and classes of two matrices that broadcast, and the layout if they differ.

    >>> match_matrices((2, 3), (2, 3))
    (2, 3, <cdata 'void *' NULL>)
    """
    rows, classes = (b if a == 1 else a for a, b in zip(logits, labels, strict=True))
    if labels == logits:
        return rows, classes, native.NULL
    labels_strides, logits_strides = _row_strides(labels), _row_strides(logits)
    layout = native.layout((rows, classes), labels=labels_strides, logits=logits_strides)
    return rows, classes, layout


def _flat(shape: Shape) -> tuple[int, int]:
    """Give the rows and classes that TensorFlow's Reshape to (-1, classes) finds.

    Without classes it counts the axes that are not empty.

    >>> _flat((2, 3, 4)), _flat((2, 0)), _flat((0, 0))
    ((6, 4), (2, 0), (1, 0))
    """
    classes = shape[-1]
    outer = shape[:-1] if classes else [length for length in shape if length]
    return math.prod(outer), classes


def _row_strides(shape: tuple[int, int]) -> tuple[int, int]:
    rows, classes = shape
    return 0 if rows == 1 else classes, 0 if classes == 1 else 1


# ---- refusals ----


def _float_hint(error: Exception, name: str, dtype: Dtype) -> Exception:
    return hinted(error, _FLOAT_HINT.format(name, kernel_name(dtype)))


def _refuse_shapes(logits: NDArray[Any], labels: NDArray[Any], messages: Messages) -> NoReturn:
    hint = f"`labels` has shape {labels.shape}, `logits` {logits.shape}; nothing is broadcast here."
    if labels.size == logits.size:
        hint += f" Did you mean labels.reshape({logits.shape})?"
    raise hinted(messages.shapes_differ(logits.shape, labels.shape), hint)


def _refuse_sigmoid(logits: Dtype, labels: Dtype, messages: Messages) -> NoReturn:
    """Raise what the first of sigmoid's operations says to these dtypes."""
    name = kernel_name(logits)
    if name.startswith("float8") or name in ("int2", "int4", "uint2", "uint4"):
        raise _float_hint(messages.no_kernel(logits), "`logits`", logits)
    for op in (operations.GREATER_EQUAL, operations.NEG):
        if name not in op.allowed:
            raise _float_hint(messages.type_refused(op, logits), "`logits`", logits)
    if labels != logits:
        # TensorFlow multiplies by bools, and fails when it goes on with the product.
        op_name = "Sub" if labels == BOOL else "Mul"
        _refuse_pair(op_name, logits, labels, f"`labels` came as {kernel_name(labels)}", messages)
    raise _float_hint(messages.type_refused(operations.EXP, logits), "`logits`", logits)


def _refuse_weighted(logits: Dtype, labels: Dtype, messages: Messages) -> NoReturn:
    """Raise what the first of weighted's operations says to these dtypes."""
    if labels == BOOL or is_string(labels):
        raise _float_hint(messages.scalar_refused(1, labels), "`labels`", labels)
    if kernel_name(labels) not in operations.MUL.allowed:
        raise _float_hint(messages.type_refused(operations.MUL, labels), "`labels`", labels)
    if logits not in (labels, BOOL):  # bools are multiplied, and refused later
        _refuse_pair("Mul", labels, logits, f"`labels` came as {kernel_name(labels)}", messages)
    first = operations.RELU if logits.kind == "c" else operations.ABS
    op = first if kernel_name(logits) not in first.allowed else operations.EXP
    raise _float_hint(messages.type_refused(op, logits), "`logits`", logits)


def _refuse_pair(op: str, expected: Dtype, found: Dtype, came: str, messages: Messages) -> NoReturn:
    raise hinted(
        messages.types_differ(op, expected, found),
        f"{came}; labels and logits need one dtype: cast the labels to the logits', "
        "e.g. by np.asarray(labels, logits.dtype).",
    )


def _refuse_rows(
    labels: NDArray[Any],
    logits: NDArray[Any],
    ours: tuple[int, int],
    theirs: tuple[int, int],
    messages: Messages,
) -> NoReturn:
    hint = f"`labels` has shape {labels.shape}, `logits` {logits.shape}."
    if labels.shape == logits.shape[:-1]:
        hint += (
            " One label a row is what sparse_softmax_cross_entropy_with_logits takes; "
            "softmax takes a probability for each class."
        )
    raise hinted(messages.not_broadcastable(ours, theirs), hint)


def _refuse_sparse_shapes(
    logits: NDArray[Any], labels: NDArray[Any], messages: Messages
) -> NoReturn:
    hint = f"`labels` has shape {labels.shape}, `logits` {logits.shape}."
    if not logits.ndim:
        raise hinted(messages.scalar_logits(logits), f"{hint} The last axis holds the classes.")
    hint += f" Labels of shape {logits.shape[:-1]} are needed, one class number for each row."
    if labels.ndim != logits.ndim - 1:
        if labels.shape == logits.shape:
            hint += " One-hot labels are for softmax_cross_entropy_with_logits; "
            hint += "np.argmax(labels, -1) makes class numbers of them."
        elif labels.shape == (*logits.shape[:-1], 1):
            hint += " Did you mean labels[..., 0]?"
        raise hinted(messages.ranks_differ(logits.shape, labels.shape), hint)
    raise hinted(messages.rows_differ(logits.shape, labels.shape), hint)


def _refuse_no_classes(logits: Shape, labels: Shape, messages: Messages) -> NoReturn:
    hint = f"`logits` has shape {logits}: its last axis, the classes, is empty."
    rows, count = _flat(logits)[0] if len(logits) != 2 else logits[0], math.prod(labels)  # noqa: PLR2004
    if rows != count:
        raise hinted(messages.first_axes_differ((rows, 0), (count,)), hint)
    raise hinted(messages.no_classes(rows), hint)


def refuse_label(labels: NDArray[Any], classes: int, messages: Messages) -> NoReturn:
    """List the labels as TensorFlow does, and say where the first bad one is."""
    flat = labels.flatten()  # a copy: another thread may be writing to the labels
    bad = (flat < 0) | (flat >= classes)
    if not bad.any():
        raise InvalidArgumentError(
            None,
            None,
            f"A label was outside the valid range of [0, {classes}) during the call and is inside "
            "now: another thread writes to `labels`. Pass a copy.",
        ) from None
    low, high = int(flat.min()), int(flat.max())
    shown = " ".join(map(str, flat[:_MOST_LABELS].tolist()))
    if flat.size > _MOST_LABELS:
        shown += f" ... (the first {_MOST_LABELS} of {flat.size} labels)"
    first = int(bad.argmax())
    place = ", ".join(map(str, np.unravel_index(first, labels.shape)))
    raise hinted(
        messages.label_out_of_range(low if low < 0 else high, classes, shown),
        f"The first bad label is labels[{place or '()'}] = {flat[first]} "
        f"({int(bad.sum())} of {flat.size} are bad); classes are 0 to {classes - 1}. "
        "Leave out rows with void or padding labels before the call.",
    ) from None
