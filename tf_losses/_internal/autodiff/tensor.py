# SPDX-License-Identifier: Apache-2.0
"""Arrays that a tape can follow: what `constant` makes, and what the losses return to a tape.

Whatever NumPy computes from a tensor is a tensor again, copies included, and the tapes are told
that they could not follow: a gradient through it is then an error that names the operation, where
an array without memory would silently have none. Until there is a tape, none need be told.

NumPy tells nobody when it takes the values alone: `np.asarray`, `np.ascontiguousarray`,
`as_strided`, an assignment to a part of a plain array. What is made so is a plain array without a
gradient, as it is in TensorFlow.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn, cast

import numpy as np

from tf_losses._internal import names as _names
from tf_losses._internal.arguments import symbols
from tf_losses._internal.arguments.nest import listed_as
from tf_losses._internal.arguments.symbols import MADE
from tf_losses._internal.autodiff.active_tapes import OPEN
from tf_losses._internal.runtime.kinds import is_array, is_dict, is_listed, is_scalar
from tf_losses._internal.runtime.tf_dtypes import of as dtype_of
from tf_losses._internal.runtime.tf_shapes import TensorShape, shape_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray
    from typing_extensions import Self

    # Told of an operation that no tape can follow: name, inputs, and what holds their values now.
    Listener = Callable[[str, tuple["Tensor", ...], tuple[NDArray[Any], ...]], None]

# Set by the module that records.
_on_lost: Listener | None = None


def _tell_of_views(made: Tensor, source: object) -> None:
    """Tell the tapes of what NumPy makes of a tensor by itself: views, and copies of its class."""
    if isinstance(source, Tensor) and _on_lost is not None:
        _on_lost("indexing or reshaping", (source,), (made,))


def watch_views() -> None:
    """Let NumPy tell of views from now on: a result costs twice as much then."""
    if Tensor.__array_finalize__ is not _tell_of_views:
        Tensor.__array_finalize__ = _tell_of_views  # type: ignore[assignment]


# Functions of NumPy that write to their first argument and return nothing.
_WRITERS = frozenset(["copyto", "fill_diagonal", "place", "put", "put_along_axis", "putmask"])
# Kinds of values that carry gradients: floats, bfloat16 and its like, and objects, e.g. floats.
_CARRIERS = "fVO"
# NumPy's own, which take no Python to find.
plain_dtype: Callable[[Any], np.dtype[Any]] = np.ndarray.dtype.__get__
plain_shape: Callable[[Any], tuple[int, ...]] = np.ndarray.shape.__get__
# Deeper than any sequence that NumPy makes an array of.
_DEEPEST = 64


def on_lost(listener: Listener) -> None:
    """Set who is told about operations that cannot be followed."""
    global _on_lost  # noqa: PLW0603 (one listener; set once, when the recording module is loaded)
    _on_lost = listener


class Tensor(np.ndarray[Any, Any]):
    """An array with an identity, which tapes can follow, and with TensorFlow's attributes.

    What `constant` and operations make cannot be written to; nor can what is computed while a tape
    records. To NumPy it is an array like any other.

    >>> from tf_losses.compat import v2 as tf
    >>> tf.constant([1.0, 2.0])
    <tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 2.], dtype=float32)>
    >>> tf.constant([1.0, 2.0]).numpy()
    array([1., 2.], dtype=float32)
    """

    __array_finalize__ = np.ndarray.__array_finalize__  # see `watch_views`
    # In a graph: the operation that made it, and its input, where a loss of Keras looks for them.
    made_by: tuple[str, Tensor] | None = None

    if TYPE_CHECKING:  # what `_define_operators` gives it
        # What stands for a tensor in a graph is a key, of `feed_dict` above all.
        def __hash__(self) -> int: ...  # type: ignore[override]
        def __neg__(self) -> Tensor: ...
        def __add__(self, other: Any) -> Tensor: ...  # noqa: ANN401 (what TensorFlow takes)
        def __radd__(self, other: Any) -> Tensor: ...  # noqa: ANN401 (what TensorFlow takes)
        def __sub__(self, other: Any) -> Tensor: ...  # type: ignore[override]  # noqa: ANN401 (what TensorFlow takes)
        def __rsub__(self, other: Any) -> Tensor: ...  # type: ignore[override]  # noqa: ANN401 (what TensorFlow takes)
        def __mul__(self, other: Any) -> Tensor: ...  # noqa: ANN401 (what TensorFlow takes)
        def __rmul__(self, other: Any) -> Tensor: ...  # noqa: ANN401 (what TensorFlow takes)
        def __truediv__(self, other: Any) -> Tensor: ...  # type: ignore[override]  # noqa: ANN401 (what TensorFlow takes)
        def __rtruediv__(self, other: Any) -> Tensor: ...  # noqa: ANN401 (what TensorFlow takes)

    @property
    def dtype(self) -> Any:  # noqa: ANN401 (TensorFlow's, which NumPy takes for one)
        """TensorFlow's dtype, which equals NumPy's."""
        return dtype_of(plain_dtype(self))

    @property
    def shape(self) -> TensorShape:
        """TensorFlow's shape, which is a tuple."""
        return shape_of(plain_shape(self))

    @shape.setter
    def shape(self, value: object) -> NoReturn:  # noqa: ARG002 (NumPy lets one be set)
        raise AttributeError("a tensor's shape cannot be set: tf.reshape makes another tensor")

    def get_shape(self) -> TensorShape:
        """Give the shape."""
        return self.shape

    def set_shape(self, shape: Any) -> None:  # noqa: ANN401 (a shape, or a list)
        """Check the shape.

        Raises:
            ValueError: it is another.
        """
        if not self.shape.is_compatible_with(shape):
            raise ValueError(f"Tensor's shape {self.shape} is not compatible with supplied {shape}")

    def numpy(self) -> Any:  # noqa: ANN401 (an array, or a scalar where there are no axes)
        """Copy the values into a plain array, which no tape follows; a scalar without axes."""
        values = np.array(self, subok=False)
        return values if values.ndim else values[()]

    def eval(self, feed_dict: object = None, session: object = None) -> Any:  # noqa: ANN401, ARG002 (TensorFlow 1.x's signature)
        """Do the same: everything is computed already."""
        return self.numpy()

    def ref(self) -> Reference:
        """Give what stands for the tensor in sets and as a key."""
        return Reference(self)

    def __repr__(self) -> str:
        """Write it as TensorFlow does."""
        values = self.numpy()
        text = repr(values.item() if is_scalar(values) else values)
        broken = "\n" if "\n" in text else ""
        return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, numpy={broken}{text}>"

    def __str__(self) -> str:
        """Write it as TensorFlow does."""
        text = str(self.numpy())
        broken = "\n" if "\n" in text else ""
        return f"tf.Tensor({broken}{text}, shape={self.shape}, dtype={self.dtype.name})"

    def __format__(self, spec: str) -> str:
        """Format the values, as TensorFlow does."""
        return format(self.numpy(), spec)

    def __bool__(self) -> bool:
        """Tell whether the only value is true; no value is false, as in TensorFlow."""
        return self.size > 0 and bool(np.asarray(self))

    def __iter__(self) -> Iterator[Tensor]:  # type: ignore[override]
        """Give the parts along the first axis.

        Raises:
            TypeError: there are no axes.
        """
        if not self.ndim:
            raise TypeError("Cannot iterate over a scalar tensor.")
        return (self[i] for i in range(len(self)))

    def __getitem__(self, index: Any) -> Tensor:  # noqa: ANN401 (NumPy's indices)
        """Give a part, also of a single element, as TensorFlow finds it."""
        find: Callable[..., Tensor] = function_of("getitem")
        if MADE and symbols.any_in(index):
            return cast("Tensor", symbols.make(find, self, index))
        return find(self, index)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (NumPy's protocol)
        """Compute on plain arrays; the tapes cannot follow."""
        if method == "__call__" and not kwargs and any(isinstance(i, np.generic) for i in inputs):
            name = _OF_UFUNC.get(ufunc)  # the operator of a NumPy scalar, which asks here
            if name is not None:
                return function_of(name)(*inputs)
        values = getattr(ufunc, method)(*map(untracked, inputs), **untracked(kwargs))
        if method == "at":
            _spoil(ufunc.__name__, inputs[:1], inputs[1:])
        _spoil(ufunc.__name__, kwargs.get("out", ()), (inputs, kwargs))
        return _lost(ufunc.__name__, (inputs, kwargs), values)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:  # noqa: ANN401 (NumPy's protocol)
        """Compute on plain arrays; the tapes cannot follow."""
        values = function(*untracked(args), **untracked(kwargs))
        if function.__name__ in _WRITERS:
            _spoil(function.__name__, (*args, *kwargs.values())[:1], (args, kwargs))
        _spoil(function.__name__, kwargs.get("out", ()), (args, kwargs))
        return _lost(function.__name__, (args, kwargs), values)

    def __copy__(self) -> Self:
        """Give the tensor itself, as TensorFlow does: it does not change."""
        return self

    def __deepcopy__(self, _memo: object) -> Self:
        """Give the tensor itself, as TensorFlow does."""
        return self

    def __reduce_ex__(self, _protocol: object) -> Any:  # noqa: ANN401 (the protocol of pickle)
        """Pickle the values; what is loaded is a tensor again."""
        return _unpickled, (np.array(self, subok=False),)


def _method(name: str) -> Callable[..., Any]:
    """Make a method of NumPy's that computes on plain arrays; the tapes cannot follow."""

    def method(self: Tensor, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (NumPy's signature)
        values = getattr(np.asarray(self), name)(*untracked(args), **untracked(kwargs))
        _spoil(name, kwargs.get("out", ()), (self, args, kwargs))
        return _lost(name, (self, args, kwargs), values)

    method.__name__ = name
    method.__doc__ = f"Do what `numpy.ndarray.{name}` does; the tapes cannot follow."
    return method


# Those that make an array: NumPy's own would make one that can be written to.
for _name in (
    *("astype", "byteswap", "choose", "clip", "compress", "conj", "conjugate", "copy", "cumprod"),
    *("cumsum", "dot", "flatten", "max", "mean", "min", "prod", "ravel", "repeat", "reshape"),
    *("round", "squeeze", "std", "sum", "swapaxes", "take", "trace", "transpose", "var", "view"),
):
    setattr(Tensor, _name, _method(_name))


class Reference:
    """Stands for a tensor where things are told apart by what they are, not by their values."""

    def __init__(self, of: Tensor) -> None:
        """Stand for a tensor."""
        self._of = of

    def deref(self) -> Tensor:
        """Give the tensor."""
        return self._of

    def __eq__(self, other: object) -> bool:
        """Tell whether both stand for one tensor."""
        return isinstance(other, Reference) and self._of is other._of

    def __hash__(self) -> int:
        """Hash the identity."""
        return id(self._of)


# The methods of TensorFlow's operators, by the function of `tf.math`, or of tensors alone, and by
# what NumPy calls it.
BINARY: dict[str, tuple[str, np.ufunc]] = {
    "add": ("add", np.add),
    "sub": ("subtract", np.subtract),
    "mul": ("times", np.multiply),
    "truediv": ("divide", np.divide),
    "floordiv": ("floordiv", np.floor_divide),
    "mod": ("floormod", np.remainder),
    "pow": ("pow", np.power),
    "and": ("and_", np.bitwise_and),
    "or": ("or_", np.bitwise_or),
    "xor": ("xor", np.bitwise_xor),
    "lt": ("less", np.less),
    "le": ("less_equal", np.less_equal),
    "gt": ("greater", np.greater),
    "ge": ("greater_equal", np.greater_equal),
    "eq": ("equals", np.equal),
    "ne": ("not_equals", np.not_equal),
}
UNARY = {"neg": "negative", "abs": "abs", "invert": "invert"}
COMPARISONS = ("lt", "le", "gt", "ge", "eq", "ne")


@cache
def function_of(name: str) -> Callable[..., Any]:
    """Give a function of `tf.math`, or one that only tensors call."""
    space = "tensor" if name in _names.table(2)["tensor"] else "math"
    function: Callable[..., Any] = _names.find(2, space, name)
    return function


def _define_operators() -> None:
    """Let tensors compute in TensorFlow's way; there is nothing to write to in place."""
    for method, (name, _) in BINARY.items():
        setattr(Tensor, f"__{method}__", _binary(name))
        if method not in COMPARISONS:
            setattr(Tensor, f"__i{method}__", _binary(name))
            setattr(Tensor, f"__r{method}__", _reflected(name))
    for method, name in UNARY.items():
        setattr(Tensor, f"__{method}__", _unary(name))


def _binary(name: str) -> Callable[[Tensor, Any], Any]:
    def operate(self: Tensor, other: Any) -> Any:  # noqa: ANN401 (what TensorFlow takes)
        if MADE and isinstance(other, symbols.Symbol):
            return NotImplemented  # Python asks the symbol then
        return function_of(name)(self, other)

    return operate


def _reflected(name: str) -> Callable[[Tensor, Any], Any]:
    def operate(self: Tensor, other: Any) -> Any:  # noqa: ANN401 (what TensorFlow takes)
        return function_of(name)(other, self)

    return operate


def _unary(name: str) -> Callable[[Tensor], Any]:
    def operate(self: Tensor) -> Any:  # noqa: ANN401 (a tensor)
        return function_of(name)(self)

    return operate


_define_operators()
_OF_UFUNC = {ufunc: name for name, ufunc in BINARY.values()}


def tensor(values: NDArray[Any]) -> Tensor:
    """Give an array that belongs to nobody else an identity, and protect it."""
    return protected(as_tensor(values))


def giving_tensors(computes: Callable[..., Any]) -> Callable[..., Tensor]:
    """Tell type checkers that what a loss gives are tensors, which its kernels do not know."""
    return computes


def as_tensor(values: object) -> Tensor:
    """Give an array an identity; who has the array may still write to it."""
    return np.ndarray.view(np.asarray(values), Tensor)


def protected(values: Tensor) -> Tensor:
    """Let nobody write to the memory of a tensor."""
    whole: NDArray[Any] = values
    whole.flags.writeable = False
    while isinstance(whole.base, np.ndarray):  # what NumPy made first, and gave a shape then
        whole = whole.base
        whole.flags.writeable = False
    return values


def _unpickled(values: NDArray[Any]) -> Tensor:
    """Make a tensor of what pickle loaded into memory of its own kind."""
    return tensor(np.array(values))


def untracked(value: Any) -> Any:  # noqa: ANN401 (any structure; only tensors are changed)
    """Take the identity of a tensor, or of those in a structure, away: no tape follows it."""
    if MADE and symbols.any_in(value):
        return symbols.make(untracked, value)
    if next(held_tensors(value), None) is None:
        return value
    if is_listed(value):
        return listed_as(value, map(untracked, value))
    if is_dict(value):
        return {key: untracked(item) for key, item in value.items()}
    return np.asarray(value)


def held_tensors(value: Any, depth: int = 0) -> Iterator[Tensor]:  # noqa: ANN401 (any structure)
    """Walk through the tensors in a structure, as deep as arrays are made of one."""
    given: object = value  # for `isinstance`: see _runtime/kinds.py
    if isinstance(given, Tensor):
        yield given
    elif isinstance(given, dict):
        yield from held_tensors(tuple(value.values()), depth)
    elif isinstance(given, (tuple, list)) and depth < _DEEPEST:
        for item in value:
            yield from held_tensors(item, depth + 1)


def _spoil(name: str, targets: object, arguments: object) -> None:
    """Tell the tapes of plain arrays that hold values of tensors now."""
    if _on_lost is None:
        return
    listed = cast("tuple[object, ...]", targets) if isinstance(targets, tuple) else (targets,)
    written = tuple(item for item in listed if is_array(item))
    inputs = tuple(held_tensors(arguments))
    if written and inputs:
        _on_lost(name, inputs, written)


def _lost(name: str, arguments: tuple[Any, ...], values: Any) -> Any:  # noqa: ANN401 (whatever NumPy gives)
    """Make tensors of an operation's results, and tell the tapes where they came from.

    Results that carry no gradient in any case come as they are, and so does what belongs to the
    caller: an array to write to, or one that stood among the arguments.
    """
    given: object = values  # for `isinstance`: see _runtime/kinds.py
    if isinstance(given, (tuple, list)):
        return listed_as(values, [_lost(name, arguments, value) for value in values])
    if not isinstance(given, (np.ndarray, np.generic)) or values.dtype.kind not in _CARRIERS:
        return values
    if isinstance(given, np.ndarray) and _belongs_to_caller(values, arguments):
        return values
    result = as_tensor(values)
    if OPEN and _on_lost is not None:  # a tape may keep it
        protected(result)
        _on_lost(name, tuple(held_tensors(arguments)), (result,))
    return result


def _belongs_to_caller(values: NDArray[Any], arguments: Any) -> bool:  # noqa: ANN401 (anything)
    """Tell whether an array is one of the plain arguments, or a view of one."""
    given: object = arguments  # for `isinstance`: see _runtime/kinds.py
    if isinstance(given, dict):
        return _belongs_to_caller(values, tuple(arguments.values()))
    if isinstance(given, (tuple, list)):
        return any(_belongs_to_caller(values, item) for item in arguments)
    if not isinstance(given, np.ndarray) or isinstance(given, Tensor):
        return False
    return np.may_share_memory(values, arguments)
