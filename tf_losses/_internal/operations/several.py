# SPDX-License-Identifier: Apache-2.0
"""Lists of tensors in and out, and the whole numbers that say what to do with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2
from tf_losses._internal.autodiff.arrays import read
from tf_losses._internal.autodiff.recording import record
from tf_losses._internal.autodiff.tensor import Tensor, tensor
from tf_losses._internal.runtime.dtypes import FLOAT_CODES, kernel_name
from tf_losses.errors import InvalidDtypeError, hinted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[Any]

__all__ = ["integer", "integers", "matching", "results"]


def results(
    name: str,
    inputs: tuple[object, ...],
    values: Iterable[Array],
    backward: Callable[..., Any],
    *saved: Any,  # noqa: ANN401 (what the gradient needs)
) -> list[Tensor]:
    """Make tensors of what one operation computed; see `result`.

    `backward` takes a tuple of upstream gradients, if there is more than one tensor.

    >>> [part.numpy() for part in results("copies", (1.0,), [np.ones(1), np.ones(1)], tuple)]
    [array([1.]), array([1.])]
    """
    made = [tensor(np.array(part, order="C")) for part in values]
    if made and np.asarray(made[0]).dtype in FLOAT_CODES:
        record(name, inputs, made[0], backward, saved, more=tuple(made[1:]))
    elif made and np.asarray(made[0]).dtype.kind == "c":
        for part in made:
            record(name, inputs, part, None)
    return made


def matching(values: Sequence[object], op: str) -> list[Array]:
    """Convert to arrays of one dtype: that of the first tensor, else that of the first value.

    Raises:
        tf_losses.errors.InvalidArgumentError: there are tensors of two dtypes.

    >>> [array.dtype.name for array in matching([[1], np.zeros(2, np.int64)], "Pack")]
    ['int32', 'int32']
    """
    dtype = next((np.asarray(v).dtype for v in values if isinstance(v, Tensor)), None)
    arrays: list[Array] = []
    for place, value in enumerate(values):
        if isinstance(value, Tensor):
            array = np.asarray(value)
        else:
            array = to_array(value, TF2) if dtype is None else np.asarray(read(value, dtype))
        dtype = array.dtype if dtype is None else dtype
        if array.dtype != dtype:
            raise hinted(
                TF2.types_differ(op, dtype, array.dtype, place),
                f"One value is {dtype}, another {array.dtype}; cast one of them.",
            )
        arrays.append(np.ascontiguousarray(array) if array.ndim else array)
    return arrays


def integers(value: object, name: str, attr: str = "Tidx") -> Array:
    """Read whole numbers of 32 or 64 bits, in the dtype they came in.

    Args:
        value: anything that converts.
        name: of the argument, for an error.
        attr: TensorFlow's name for its dtype.

    Raises:
        tf_losses.errors.InvalidArgumentError: the dtype is another one.

    >>> integers([1, 2], "axis")
    array([1, 2], dtype=int32)
    """
    given = to_array(value, TF2)
    if given.size == 0 and isinstance(value, (list, tuple)):
        return given.astype(np.int32)
    if given.dtype.name not in ("int32", "int64"):
        raise hinted(
            InvalidDtypeError(
                None,
                None,
                f"Value for attr '{attr}' of {kernel_name(given.dtype)} is not in the list of "
                "allowed values: int32, int64",
            ),
            f"`{name}` came as {value!r}; it has whole numbers of 32 or 64 bits.",
        )
    return given


def integer(value: object, name: str, attr: str = "Tidx") -> int | None:
    """Read one whole number, which may stand alone in a row; None for anything longer.

    >>> integer([2], "axis"), integer([1, 2], "axis")
    (2, None)
    """
    given = integers(value, name, attr)
    return int(given.ravel()[0]) if given.shape in ((), (1,)) else None
