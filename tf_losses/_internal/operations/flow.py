# SPDX-License-Identifier: Apache-2.0
"""Functions that decide what is computed, and when: here everything is, at once, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.arguments import nest
from tf_losses._internal.arguments.conversions import as_dtype
from tf_losses._internal.arguments.convert import to_array
from tf_losses._internal.arguments.messages import TF2, bad
from tf_losses._internal.autodiff.arrays import convert_to_tensor
from tf_losses._internal.autodiff.tensor import Tensor
from tf_losses._internal.operations.joining import stack, unstack
from tf_losses._internal.runtime.kinds import is_dict, is_listed
from tf_losses.errors import hinted

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["case", "cond", "map_fn", "tuple"]

_tuple: type[Any] = tuple  # Python's own


def tuple(tensors: Any, control_inputs: object = None, name: object = None) -> Any:  # noqa: A001, ANN401, ARG001 (TensorFlow's name and signature)
    """Give the same tensors: all of them have been computed.

    TensorFlow counterpart: `tf.tuple`, tensorflow/python/ops/control_flow_ops.py.

    >>> tuple([1.0, 2.0])
    [1.0, 2.0]
    """
    return tensors


def cond(
    pred: object,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: object = None,  # noqa: ARG001 (TensorFlow's signature)
) -> Any:  # noqa: ANN401 (whatever the functions give)
    """Call one of two functions.

    Args:
        pred: a truth value.
        true_fn: called if it is true.
        false_fn: called if not.
        name: not used.

    Raises:
        TypeError: one of them is no function.

    TensorFlow counterpart: `tf.cond`, tensorflow/python/ops/cond.py.

    >>> cond(True, lambda: 1, lambda: 2)
    1
    """
    for one, name_ in ((true_fn, "true_fn"), (false_fn, "false_fn")):
        if one is None:
            raise TypeError(f"cond(): '{name_}' argument required")
    for one, name_ in ((true_fn, "true_fn"), (false_fn, "false_fn")):
        if not callable(one):
            raise TypeError(f"'{name_}' must be callable.")
    chosen = true_fn if to_array(pred, TF2) else false_fn
    return chosen()  # type: ignore[misc]  # looked at above


def case(
    pred_fn_pairs: Any,  # noqa: ANN401 (TensorFlow's signature)
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,  # noqa: FBT001, FBT002 (same)
    strict: bool = False,  # noqa: FBT001, FBT002 (same)
    name: object = "case",  # noqa: ARG001 (same)
) -> Any:  # noqa: ANN401 (whatever the functions give)
    """Call the first function whose condition is true.

    Args:
        pred_fn_pairs: pairs of a tensor of a truth value and a function.
        default: called if none is.
        exclusive: whether it is an error that more than one is.
        strict: whether a list of one thing stays a list.
        name: not used.

    Raises:
        TypeError: a condition is no tensor, or a function none.
        tf_losses.errors.InvalidArgumentError: no condition is true and there is no default, or more
            than one is.

    TensorFlow counterpart: `tf.case`, tensorflow/python/ops/control_flow_case.py.

    >>> from tf_losses.compat import v2 as tf
    >>> case([(tf.constant(True), lambda: 1)], default=lambda: 2)
    1
    """
    if not (is_listed(pred_fn_pairs) or is_dict(pred_fn_pairs)):
        raise TypeError(
            f"'pred_fn_pairs' must be a list, tuple, or dict. Received: {type(pred_fn_pairs)}"
        )
    pairs: list[Any] = list(pred_fn_pairs.items() if is_dict(pred_fn_pairs) else pred_fn_pairs)
    for pair in pairs:
        _check_pair(pair)
    true = [function for condition, function in pairs if np.asarray(condition)]
    if exclusive and len(true) > 1:
        names = ", ".join("?" * len(pairs))
        raise _refused(
            f"Input error: exclusive=True: more than 1 conditions ({names}) evaluated as True:",
            pairs,
        )
    if not true and default is None:
        raise _refused("Input error: None of conditions evaluated as True:", pairs)
    made = (true[0] if true else default)()  # type: ignore[misc]  # looked at above
    return made if strict else unpacked(made)


def _refused(text: str, pairs: Any) -> Exception:  # noqa: ANN401 (pairs)
    values = ", ".join(str(np.asarray(condition)) for condition, _ in pairs)
    return bad(
        "Expected 'tf.Tensor(False, shape=(), dtype=bool)' to be true. Summarized data: "
        f"{text.encode()!r}\n{values}"
    )


def _check_pair(pair: Any) -> None:  # noqa: ANN401 (anything)
    if not isinstance(pair, _tuple) or len(pair) != 2:  # noqa: PLR2004 (a pair)
        raise TypeError(f"Each entry in 'pred_fn_pairs' must be a 2-tuple. Received {pair}.")
    condition, function = pair
    if not isinstance(condition, Tensor):
        raise hinted(
            TypeError(f"pred must be a Tensor, got: {condition}"),
            "tf_losses.constant makes a tensor of a truth value.",
        )
    if np.asarray(condition).dtype.kind != "b":
        raise TypeError(f"pred must be Tensor of type bool: {condition}")
    if not callable(function):
        raise TypeError(f"fn for pred {condition} must be callable.")


def unpacked(made: Any) -> Any:  # noqa: ANN401 (anything)
    """Give what stands alone in a list or tuple, which is what `strict` is about.

    >>> unpacked([1]), unpacked([1, 2])
    (1, [1, 2])
    """
    alone = isinstance(made, (list, _tuple)) and len(made) == 1 and not hasattr(made, "_fields")
    return made[0] if alone else made


def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,  # noqa: ANN401 (any structure of tensors)
    dtype: Any = None,  # noqa: ANN401 (what TensorFlow takes for one)
    parallel_iterations: int | None = None,  # noqa: ARG001 (TensorFlow's signature)
    back_prop: bool = True,  # noqa: ARG001, FBT001, FBT002 (same)
    swap_memory: bool = False,  # noqa: ARG001, FBT001, FBT002 (same)
    infer_shape: bool = True,  # noqa: ARG001, FBT001, FBT002 (same)
    name: object = None,  # noqa: ARG001 (same)
    fn_output_signature: Any = None,  # noqa: ANN401 (same)
) -> Any:  # noqa: ANN401 (a structure of tensors)
    """Call a function for each part of a tensor along its first axis, and stack what it gives.

    Args:
        fn: takes a part, or a structure of parts.
        elems: a tensor, or a structure of tensors.
        dtype: of the results, in their structure; that of `elems` if not given.
        parallel_iterations: not used.
        back_prop: not used.
        swap_memory: not used.
        infer_shape: not used.
        name: not used.
        fn_output_signature: the same as `dtype`.

    Raises:
        TypeError: `fn` is no function.
        ValueError: there are no parts, or not as many of each.
        tf_losses.errors.InvalidArgumentError: a result has another dtype.

    TensorFlow counterpart: `tf.map_fn`, tensorflow/python/ops/map_fn.py.

    >>> from tf_losses.compat import v2 as tf
    >>> map_fn(lambda row: row * 2.0, tf.constant([1.0, 2.0])).numpy()
    array([2., 4.], dtype=float32)
    """
    if not callable(fn):
        raise TypeError(f"The provided function {fn} is not callable.fn must be callable.")
    whole = [convert_to_tensor(one) for one in nest.leaves(elems)]
    if not whole:
        raise ValueError("elems must be a Tensor or (possibly nested) sequence of Tensors.")
    if np.asarray(whole[0]).ndim < 1:
        raise ValueError("Elements in elems must be 1+ dimensional Tensors, not scalars")
    counts = {len(np.asarray(one)) for one in whole}
    if len(counts) > 1:
        raise ValueError(f"Dimensions {' and '.join(map(str, sorted(counts)))} are not compatible")
    like = dtype if fn_output_signature is None else fn_output_signature
    dtypes = _dtypes_of(elems if like is None else like, given=like is not None)
    rows = [fn(nest.pack(elems, list(parts))) for parts in zip(*map(unstack, whole), strict=True)]
    columns = list(zip(*(list(nest.leaves(row)) for row in rows), strict=True))
    stacked = [_stacked(column, target) for column, target in zip(columns, dtypes, strict=True)]
    return nest.pack(rows[0] if rows else elems, stacked)


def _dtypes_of(structure: Any, *, given: bool) -> list[np.dtype[Any]]:  # noqa: ANN401 (any structure)
    leaves = list(nest.leaves(structure))
    return [
        as_dtype(getattr(one, "dtype", one)) if given else to_array(one, TF2).dtype
        for one in leaves
    ]


def _stacked(parts: Any, target: np.dtype[Any]) -> Tensor:  # noqa: ANN401 (a sequence of tensors)
    made = [one if isinstance(one, Tensor) else convert_to_tensor(one, target) for one in parts]
    for one in made:
        found = np.asarray(one).dtype
        if found != target:
            raise hinted(
                bad(
                    f"TensorArray dtype is {target.name} but Op is trying to write dtype "
                    f"{found.name}"
                ),
                "`fn_output_signature` says which dtype the function gives.",
            )
    return stack(made)
