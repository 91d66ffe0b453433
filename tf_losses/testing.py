# SPDX-License-Identifier: Apache-2.0
"""For test suites: assertions on bits, and what the pytest plugin hands to tests.

`pip install tf_losses` makes the plugin known to pytest: tests may ask for the fixture
`tf_losses_parity`, and `pytest --tf-goldens FILE` names results that `tf-losses parity --record`
wrote down where TensorFlow is. The fixture first replays them, so that a test which passes has the
bits of that TensorFlow, with no TensorFlow installed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses import versions
from tf_losses.parity import report, shim
from tf_losses.parity.results import differing, in_hex, ulps
from tf_losses.parity.runs import choose_version, replay
from tf_losses.parity.table import DTYPES, LOSSES, Inputs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses.parity.goldens import Goldens

    Array = NDArray[Any]

__all__ = ["Parity", "assert_bits_equal"]

_SHOWN = 5
# A few last places: the distance between two right formulas in two orders.
_ROUNDING_ULPS = 16


def assert_bits_equal(actual: object, expected: object, *, what: str = "") -> None:
    """Fail unless two arrays have equal shapes, dtypes and bits; any NaN equals any other.

    -0 and 0 differ. Arrays may be of any library: NumPy's, or what has `__dlpack__` or
    `__array__`, such as tensors of PyTorch, JAX and TensorFlow.

    Args:
        actual: what is tested.
        expected: what it should be.
        what: a name for the message.

    Raises:
        AssertionError: they differ. It tells how many elements do, how far, the first of them in
            hexadecimal, and likely causes.

    >>> assert_bits_equal(np.float32([1.0, np.nan]), np.float32([1.0, -np.nan]))
    >>> try:
    ...     assert_bits_equal(np.float32([0.1, 0.5]), np.float32([0.1, 0.50000006]))
    ... except AssertionError as error:
    ...     print(str(error).splitlines()[0])
    1 of 2 elements differ, by at most 1 ulp
    """
    __tracebackhide__ = True  # pytest shows the caller's line
    got, want = _as_array(actual), _as_array(expected)
    name = f"{what}: " if what else ""
    if got.dtype != want.dtype:
        raise AssertionError(
            f"{name}the dtype is {got.dtype}, not {want.dtype}\n{_causes_of_dtype(got, want)}"
        )
    if got.shape != want.shape:
        raise AssertionError(f"{name}the shape is {got.shape}, not {want.shape}")
    if got.dtype.kind in "biu":
        wrong = np.flatnonzero(got.ravel() != want.ravel())
        if wrong.size:
            raise AssertionError(f"{name}{_message_of_integers(got, want, wrong)}")
        return
    wrong = differing(got, want)
    if wrong.size:
        raise AssertionError(f"{name}{_message(got, want, wrong)}")


def _as_array(value: Any) -> Array:  # noqa: ANN401 (an array of any library)
    """Make a plain NumPy array, in the processor's byte order, of what any library has.

    Raises:
        TypeError: it has no bits to compare: objects, masks, complex numbers.
    """
    if hasattr(value, "detach"):  # a tensor of PyTorch that a gradient flows through
        value = value.detach().cpu()
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError("a masked array has elements that are none: compare what it holds")
    if hasattr(value, "__dlpack__") and not hasattr(value, "__array__"):
        array = np.from_dlpack(value)
    else:
        try:
            array = np.asarray(value)
        except TypeError as error:  # PyTorch's bfloat16, which NumPy has no name for
            name = type(value).__name__
            raise TypeError(f"no NumPy array can be made of {name}: {error}") from None
    if array.dtype.name not in DTYPES and array.dtype.kind not in "biu":
        raise TypeError(f"arrays of {array.dtype} are not compared, only real floats and integers")
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _causes_of_dtype(got: Array, want: Array) -> str:
    if got.dtype == np.float64 and want.dtype.kind == "f":
        return (
            "likely cause: float64 labels or weights came in somewhere (NumPy's default for lists "
            f"and random numbers) and made the computation float64; cast them to {want.dtype}"
        )
    return f"likely cause: a cast is missing, or one too many, on the way to {want.dtype}"


def _message_of_integers(got: Array, want: Array, wrong: Array) -> str:
    rows = (f"  [{_place(at, got)}] {got.ravel()[at]}, not {want.ravel()[at]}" for at in wrong)
    shown = list(rows)[:_SHOWN]
    return "\n".join([f"{wrong.size:,} of {got.size:,} elements differ", *shown])


def _message(got: Array, want: Array, wrong: Array) -> str:
    a, b = got.ravel()[wrong], want.ravel()[wrong]
    distances = ulps(a, b)
    far = distances.max()
    by = "where one is NaN" if far < 0 else f"by at most {far:,.0f} ulp"
    lines = [f"{wrong.size:,} of {got.size:,} elements differ, {by}"]
    for k, at in enumerate(wrong[:_SHOWN]):
        far_here = "NaN" if distances[k] < 0 else f"{distances[k]:,.0f} ulp"
        lines.append(f"  [{_place(at, got)}] {in_hex(a, k)}, not {in_hex(b, k)}: {far_here}")
    if wrong.size > _SHOWN:
        lines.append(f"  ... and {wrong.size - _SHOWN:,} more")
    lines.append(f"likely cause: {_causes(a, b, distances, got.size)}")
    return "\n".join(lines)


def _place(at: int, array: Array) -> str:
    return ", ".join(str(int(i)) for i in np.unravel_index(at, array.shape))


def _causes(a: Array, b: Array, distances: Array, size: int) -> str:
    """Guess, from the pattern of the differences."""
    wide = a.astype(np.float64), b.astype(np.float64)
    for recognise in (_tiny, _nan, _opposite, _rounding, _narrowed):
        cause = recognise(*wide, a.dtype, distances, size)
        if cause:
            return cause
    return "other inputs: check labels, their order and dtype, axis, and weights"


def _tiny(a: Array, b: Array, dtype: np.dtype[Any], _distances: Array, _size: int) -> str:
    tiny = np.finfo(dtype if dtype.kind == "f" else np.float32).tiny
    if not np.all(np.maximum(np.abs(a), np.abs(b)) < tiny):
        return ""
    if np.all(a == b):
        return "only signs of zeros: an addition of 0, or a product with -1, done otherwise"
    return (
        "subnormal numbers (denormals): TensorFlow counts them as 0 (FTZ and DAZ are set), other "
        "libraries do not"
    )


def _nan(_a: Array, _b: Array, _dtype: np.dtype[Any], distances: Array, _size: int) -> str:
    if not np.any(distances < 0):
        return ""
    return (
        "NaN on one side: infinite or NaN inputs, or a formula that overflows, such as "
        "log(softmax(x)) or log(1 + exp(x))"
    )


def _opposite(a: Array, b: Array, _dtype: np.dtype[Any], _distances: Array, _size: int) -> str:
    if not np.all(a == -b):
        return ""
    return "signs: a gradient that is subtracted, not added, or labels and logits exchanged"


def _rounding(_a: Array, _b: Array, _dtype: np.dtype[Any], distances: Array, size: int) -> str:
    if distances.max() > _ROUNDING_ULPS:
        return ""
    how_many = "a few" if distances.size < size / 10 else "many"
    return (
        f"{how_many} last places: another order of operations, fused multiply-add, another exp or "
        "log, or another version of TensorFlow (tf_losses.tf_version chooses it)"
    )


def _narrowed(a: Array, b: Array, dtype: np.dtype[Any], _distances: Array, _size: int) -> str:
    if dtype != np.float64:
        return ""
    for values, which, other in ((b, "expected", "actual"), (a, "actual", "expected")):
        if np.all(_as_float32(values) == values):
            return f"the {which} values were float32 on the way; the {other} ones were not"
    return ""


def _as_float32(values: Array) -> Array:
    with np.errstate(over="ignore"):
        return values.astype(np.float32).astype(values.dtype)


class Parity:
    """What the fixture `tf_losses_parity` is: losses with the bits of one TensorFlow.

    Args:
        goldens: recorded results whose TensorFlow is reproduced; None for the newest known one.

    Raises:
        AssertionError: the recorded results do not come out on this machine.

    >>> parity = Parity()
    >>> labels, logits = np.float32([[0, 1]]), np.float32([[2, 2]])
    >>> parity.assert_loss_equal(np.float32([0.6931472]), "softmax", labels, logits)
    """

    def __init__(self, goldens: Goldens | None = None) -> None:
        """Replay what was recorded."""
        recorded = versions.NEWEST if goldens is None else goldens.tensorflow["tensorflow"]
        self.tf_version, _ = choose_version(None, recorded)
        """The version of TensorFlow whose bits are expected."""
        self._unproven: dict[tuple[str, str], str] = {}
        if goldens is not None:
            cells = replay(goldens, self.tf_version)
            self._unproven = cells.unproven()
            if not cells.equal:
                found = "\n".join(report.lines(cells))
                raise AssertionError(f"{goldens.name} is not reproduced on this machine:\n{found}")

    def expected(
        self,
        loss: str,
        labels: object,
        logits: object,
        *,
        pos_weight: float | Array | None = None,
        upstream: object = None,
    ) -> dict[str, Array]:
        """Compute a loss and its gradients as that TensorFlow would.

        Args:
            loss: "sigmoid", "softmax", "sparse_softmax" or "weighted".
            labels: as the loss takes them.
            logits: as the loss takes them.
            pos_weight: for weighted.
            upstream: the gradient of what follows; ones if it is not given.

        Returns:
            "loss", and the gradients "labels", "logits" and "pos_weight", where there are any.

        Raises:
            ValueError: there is no such loss.
        """
        if loss not in LOSSES:
            raise ValueError(f"Unknown loss: {loss!r}; there are {', '.join(LOSSES)}")
        inputs = Inputs(
            _as_array(labels),
            _as_array(logits),
            pos_weight,
            None if upstream is None else _as_array(upstream),
        )
        with versions.tf_version(self.tf_version):
            found = shim.compute_named(loss, inputs)._asdict()
        return {name: array for name, array in found.items() if array is not None}

    def assert_loss_equal(
        self,
        actual: object,
        loss: str,
        labels: object,
        logits: object,
        *,
        pos_weight: float | Array | None = None,
    ) -> None:
        """Fail unless these are the losses of that TensorFlow, to the bit.

        Raises:
            AssertionError: as `assert_bits_equal`.
        """
        __tracebackhide__ = True
        found = self.expected(loss, labels, logits, pos_weight=pos_weight)
        assert_bits_equal(actual, found["loss"], what=f"{loss} loss")

    def assert_gradient_equal(
        self,
        actual: object,
        loss: str,
        labels: object,
        logits: object,
        *,
        pos_weight: float | Array | None = None,
        upstream: object = None,
        wrt: str = "logits",
    ) -> None:
        """Fail unless this is the gradient of that TensorFlow, to the bit.

        Raises:
            AssertionError: as `assert_bits_equal`.
            ValueError: there is no such gradient.
        """
        __tracebackhide__ = True
        found = self.expected(loss, labels, logits, pos_weight=pos_weight, upstream=upstream)
        why = self._unproven.get((loss, found["loss"].dtype.name))
        if why and wrt == "logits":
            raise AssertionError(f"{loss} gradient of {wrt} was not proven on this machine: {why}")
        if wrt not in found:
            raise ValueError(f"{loss} has no gradient of {wrt!r}; `wrt` can name {_inputs(found)}.")
        assert_bits_equal(actual, found[wrt], what=f"{loss} gradient of {wrt}")


def _inputs(found: dict[str, Array]) -> str:
    return ", ".join(name for name in found if name != "loss")
