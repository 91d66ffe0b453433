# SPDX-License-Identifier: Apache-2.0
"""Arrays of other libraries that NumPy cannot read by itself.

A library that is not loaded has made no argument: nothing is imported here.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses.errors import hinted

if TYPE_CHECKING:
    from numpy.typing import NDArray


def to_numpy(value: Any) -> NDArray[Any] | None:  # noqa: ANN401 (anything)
    """Give the numbers of an array of torch, pandas or JAX; None for anything else.

    Raises:
        TypeError: the value has no numbers (yet), or some are missing.

    >>> to_numpy([1.0]) is None
    True
    """
    for library, convert in _LIBRARIES:
        module = sys.modules.get(library)
        found = None if module is None else convert(module, value)
        if found is not None:
            return found
    return None


def _torch(torch: Any, value: Any) -> NDArray[Any] | None:  # noqa: ANN401 (a library, and anything)
    """Detach what requires a gradient, which NumPy refuses; no tape of torch's follows it."""
    if not hasattr(torch, "Tensor") or not isinstance(value, torch.Tensor):
        return None
    plain = value.detach().cpu()
    if plain.dtype == torch.bfloat16:
        return np.asarray(plain.contiguous().view(torch.int16).numpy().view(_bfloat16()))
    return np.asarray(plain.resolve_conj().resolve_neg().numpy())


def _bfloat16() -> np.dtype[Any]:
    try:
        import ml_dtypes  # noqa: PLC0415 (optional)
    except ImportError:
        raise hinted(
            TypeError("Got unsupported ScalarType BFloat16"),
            "bfloat16 needs the package ml_dtypes: pip install ml_dtypes.",
        ) from None
    found: np.dtype[Any] = np.dtype(ml_dtypes.bfloat16)
    return found


def _pandas(pandas: Any, value: Any) -> NDArray[Any] | None:  # noqa: ANN401 (a library, and anything)
    """Take nullable columns, of which NumPy makes objects; a missing float is nan."""
    extensions = getattr(getattr(pandas, "api", None), "extensions", None)
    if extensions is None:  # it is being imported
        return None
    if isinstance(value, pandas.DataFrame):
        if not any(isinstance(kind, extensions.ExtensionDtype) for kind in value.dtypes):
            return None
        columns = [_column(extensions, value.iloc[:, i]) for i in range(value.shape[1])]
        return np.stack(columns, axis=1)
    if not isinstance(value, (pandas.Series, pandas.Index, extensions.ExtensionArray)):
        return None
    return _column(extensions, value)


def _column(extensions: Any, column: Any) -> NDArray[Any]:  # noqa: ANN401 (of pandas)
    if not isinstance(column.dtype, extensions.ExtensionDtype):
        return np.asarray(column)
    dtype = getattr(column.dtype, "numpy_dtype", None)
    if dtype is None or dtype.kind not in "biuf":
        return np.asarray(column)
    if dtype.kind == "f":
        return np.asarray(column.to_numpy(dtype=dtype, na_value=np.nan))
    if column.isna().any():
        raise hinted(
            TypeError(f"A column of {column.dtype} has missing values, which are no {dtype}."),
            "Fill them first, e.g. column.fillna(0), or leave the rows out: column.dropna().",
        )
    return np.asarray(column.to_numpy(dtype=dtype))


def _jax(jax: Any, value: object) -> None:  # noqa: ANN401 (a library)
    """Refuse what stands for values inside of a transformation; arrays NumPy reads by itself."""
    if isinstance(value, getattr(getattr(jax, "core", None), "Tracer", ())):
        raise hinted(
            TypeError(f"A JAX tracer has no values to compute with: {value}"),
            "Call tf_losses outside of jax.jit, jax.grad and jax.vmap; inside of jit, "
            "jax.pure_callback calls it with values, and jax.custom_vjp takes the gradients of "
            "tf_losses.gradients.",
        )


def _dask(dask: Any, value: object) -> None:  # noqa: ANN401 (a library)
    """Refuse what would be computed as a whole, in memory, without anybody's asking for it."""
    is_lazy = getattr(getattr(dask, "base", None), "is_dask_collection", None)
    if is_lazy is not None and is_lazy(value):
        raise hinted(
            TypeError(f"A Dask collection has no values yet: {value!r}"),
            "The losses with logits, their gradients, Keras's and tf.losses' cross entropies, and "
            "reductions take Dask arrays, and give Dask arrays (docs/dask.md lists them); for "
            "everything else compute it first: x.compute(), if it fits into memory.",
        )


_LIBRARIES = (("torch", _torch), ("pandas", _pandas), ("jax", _jax), ("dask", _dask))
