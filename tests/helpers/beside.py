# SPDX-License-Identifier: Apache-2.0
"""The same program by this package and by TensorFlow: what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

Array = np.ndarray[Any, Any]


def result_of(module: Any, use: Callable[..., Any], *arrays: Array) -> list[Array | None]:  # noqa: ANN401 (either library)
    """A result and its gradients."""
    inputs = [module.constant(array) for array in arrays]
    with module.GradientTape() as tape:
        for one in inputs:
            tape.watch(one)
        made = use(module, *inputs)
    found = [made, *tape.gradient(made, inputs)]
    return [None if one is None else np.asarray(one.numpy()) for one in found]


def described(use: Callable[[], Any]) -> tuple[object, ...]:
    """What came of it: dtype, shape and bytes, or the kind of error."""
    try:
        made = use()
    except Exception as error:  # noqa: BLE001 (whatever either raises)
        kinds = ("InvalidArgumentError", "UnimplementedError", "ValueError", "TypeError")
        mro = [kind.__name__ for kind in type(error).__mro__]
        return (next((kind for kind in mro if kind in kinds), mro[0]),)
    array = np.asarray(made.numpy())
    return array.dtype.name, array.shape, array.tobytes()
