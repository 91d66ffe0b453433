# SPDX-License-Identifier: Apache-2.0
"""`tf.debugging`: checks that give nothing, or an error.

Those of 1.x, with `data` among their arguments, are in `checking_v1`, which shares what is here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad, brackets
from tf_losses._internal.autodiff.arithmetic import rounded
from tf_losses._internal.autodiff.arrays import convert_to_tensor, read
from tf_losses._internal.autodiff.results import result
from tf_losses._internal.autodiff.tensor import Tensor, tensor
from tf_losses._internal.runtime.dtypes import FLOAT_CODES, kernel_name
from tf_losses._internal.runtime.kinds import is_array
from tf_losses._internal.runtime.subnormals import flush
from tf_losses.errors import InvalidDtypeError, hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["Assert", "assert_all_finite", "check_numerics", "compare", "compare_sign", "near"]

_tensor = tensor  # an argument of TensorFlow's has this name


class Comparison(NamedTuple):
    """How two tensors are compared: TensorFlow's operation, its sign, and NumPy's function."""

    op: str
    sign: str
    holds: Any


EQUAL = Comparison("Equal", "==", np.equal)
NONE_EQUAL = Comparison("NotEqual", "!=", np.not_equal)
LESS = Comparison("Less", "<", np.less)
LESS_EQUAL = Comparison("LessEqual", "<=", np.less_equal)
GREATER = Comparison("Greater", ">", np.greater)
GREATER_EQUAL = Comparison("GreaterEqual", ">=", np.greater_equal)


def compare(
    by: Comparison,
    x: object,
    y: object,
    data: Any,  # noqa: ANN401 (a list of anything)
    summarize: int | None,
    message: str | None,
) -> None:
    """Raise an error if a comparison does not hold for all elements.

    >>> compare(LESS, [1, 2], [2, 3], None, None, None)
    """
    a, b = to_array(x, TF2), to_array(y, TF2)
    if a.dtype != b.dtype:
        raise hinted(
            TF2.types_differ(by.op, a.dtype, b.dtype),
            f"`x` is {a.dtype}, `y` is {b.dtype}; cast one of them.",
        )
    try:
        holds = by.holds(flush(a), flush(b))
    except ValueError:
        raise bad(f"Incompatible shapes: {brackets(a.shape)} vs. {brackets(b.shape)}") from None
    if holds.all():
        return
    most = 3 if summarize is None else 10**9 if summarize < 0 else summarize
    lines = _differences(by.sign, a, b, most, holds) if data is None else list(data)
    if message is not None:
        lines = [message, *lines]
    raise bad("\n".join(_written(line, most) for line in lines))


def _differences(sign: str, a: Array, b: Array, most: int, holds: Array) -> list[object]:
    lines: list[object] = [f"Condition x {sign} y did not hold."]
    if most <= 0:
        return lines
    if a.shape == b.shape and a.shape:
        places = np.argwhere(~holds)
        count = min(most, len(places))
        lines += [f"Indices of first {count} different values:", places[:count]]
        lines += ["Corresponding x values:", a[~holds][:count]]
        lines += ["Corresponding y values:", b[~holds][:count]]
    for name, one in (("x", a), ("y", b)):
        count = min(one.size, most)
        lines += [f"First {count} elements of {name}:", one.ravel()[:count]]
    return lines


def _written(line: object, most: int) -> str:
    if not is_array(line) or not hasattr(line, "numpy"):
        return str(line)
    return _few(np.asarray(line), most) if np.ndim(line) else str(np.asarray(line)[()])


def _few(array: Array, most: int) -> str:
    shown = [str(item) for item in array.ravel()[:most]]
    return str([*shown, "..."] if len(shown) < array.size else shown)


def compare_sign(
    by: Comparison,
    x: object,
    words: str,
    data: Any,  # noqa: ANN401 (a list of anything)
    summarize: int | None,
    message: str | None,
) -> None:
    """Raise an error if numbers do not compare with zero; `words` say how they should.

    >>> compare_sign(GREATER, [1.0], "> 0", None, None, None)
    """
    array = to_array(x, TF2)
    if data is None:
        what = f"x (shape={_shape(array)} dtype={array.dtype.name}) = "
        start = f"Condition x {words} did not hold element-wise:"
        lines: list[object] = [start + what] if words == "<= 0" else [start, what]
        data = [prefix(message), *lines, _tensor(np.array(array))]
    zero = np.asarray(read(0, array.dtype))
    compare(by, array, zero, data, summarize, None)


def _shape(array: Array) -> str:
    return str(tuple(array.shape))


def near(
    x: object,
    y: object,
    rtol: object,
    atol: object,
    data: Any,  # noqa: ANN401 (a list of anything)
    summarize: int | None,
    message: str | None,
) -> None:
    """Raise an error if two tensors are not close; ten units in the last place if not told how."""
    a = to_array(x, TF2)
    b = np.asarray(read(y, a.dtype))
    eps = _resolution(a.dtype)
    relative, absolute = (
        np.asarray(read(10 * eps if one is None else one, a.dtype)) for one in (rtol, atol)
    )
    limit = rounded(np.add, absolute, rounded(np.multiply, relative, np.abs(b)))
    distance = np.abs(rounded(np.subtract, a, b))
    holds = (flush(distance) < flush(limit)).all()
    if data is None:
        data = [
            prefix(message),
            f"x and y not equal to tolerance rtol = {_named(relative)}, atol = {_named(absolute)}",
            f"x (shape={_shape(a)} dtype={a.dtype.name}) = ",
            a,
            f"y (shape={_shape(b)} dtype={b.dtype.name}) = ",
            b,
        ]
    Assert(tensor(np.asarray(holds)), data, summarize)


def _named(value: Array) -> str:
    return f"tf.Tensor({value[()]!s}, shape={_shape(value)}, dtype={value.dtype.name})"


def prefix(message: str | None) -> str:
    """Give the beginning of a text.

    >>> prefix("labels"), prefix(None)
    ('labels.  ', '')
    """
    return f"{message}.  " if message else ""


def _resolution(dtype: np.dtype[Any]) -> float:
    if dtype.name == "bfloat16":
        return 2.0**-7
    return float(np.finfo(dtype).eps)


def Assert(condition: Any, data: Any, summarize: int | None = None, name: object = None) -> None:  # noqa: ANN401, ARG001, N802 (TensorFlow's name and signature)
    """Raise an error if a condition is false.

    Args:
        condition: a truth value.
        data: a list of what the error shows.
        summarize: how many values of each; 3 if not given.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: it is false.

    TensorFlow counterpart: `tf.debugging.Assert`, tensorflow/python/ops/control_flow_assert.py.

    >>> Assert(True, [])
    """
    if condition:
        return
    most = 3 if summarize is None else summarize
    shown = "\n".join(_summary(one, most) for one in data)
    what = condition if not isinstance(condition, Tensor) else _named(np.asarray(condition))
    raise bad(f"Expected '{what}' to be true. Summarized data: {shown}")


def _summary(item: object, most: int) -> str:
    if isinstance(item, str):
        return str(item.encode()) if most else ""
    array = to_array(item, TF2)
    count = array.size if most < 0 else most
    if not array.ndim:
        return str(array[()]) if count else ""
    shown = [str(one) for one in array.ravel()[:count]]
    return ", ".join([*shown, "..."] if len(shown) < array.size else shown)


def check_numerics(tensor: object, message: str, name: object = None) -> Tensor:  # noqa: ARG001 (TensorFlow's signature)
    """Give the same values, or an error if one of them is not finite.

    Args:
        tensor: floating-point values.
        message: what the error begins with.
        name: not used.

    Raises:
        tf_losses.errors.InvalidArgumentError: a value is not finite, or the dtype another one.

    TensorFlow counterpart: `tf.debugging.check_numerics`,
    tensorflow/core/kernels/check_numerics_op.cc.

    >>> check_numerics([1.0], "loss").numpy()
    array([1.], dtype=float32)
    """
    array = to_array(tensor, TF2)
    if array.dtype not in FLOAT_CODES:
        raise hinted(
            InvalidDtypeError(
                None,
                None,
                f"Value for attr 'T' of {kernel_name(array.dtype)} is not in the list of allowed "
                "values: bfloat16, half, float, double",
            ),
            f"The tensor came as {array.dtype}.",
        )
    found = [
        name
        for name, there in (("Inf", np.isinf(array).any()), ("NaN", np.isnan(array).any()))
        if there
    ]
    if found:
        raise bad(f"{message} : Tensor had {' and '.join(found)} values")
    return result("check_numerics", (tensor,), array, _checked)


def _checked(g: Array, wanted: tuple[bool, ...]) -> tuple[Array | None]:
    """The gradient is looked at as well."""
    check_numerics(g, "Not a number (NaN) or infinity (Inf) values detected in gradient.")
    return (g if wanted[0] else None,)


def assert_all_finite(x: object, message: str, name: object = None) -> Tensor:  # noqa: ARG001 (TensorFlow's signature)
    """Give the same values, or an error if one of them is not finite; see `check_numerics`.

    TensorFlow counterpart: `tf.debugging.assert_all_finite`, tensorflow/python/ops/numerics.py.

    >>> assert_all_finite([1.0], "loss").numpy()
    array([1.], dtype=float32)
    """
    check_numerics(x, message)
    return convert_to_tensor(x)
