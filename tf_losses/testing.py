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
from tf_losses._internal.arguments import foreign
from tf_losses.parity import causes, report, shim
from tf_losses.parity.distances import Distances, as_ulps
from tf_losses.parity.runs import choose_version, replay
from tf_losses.parity.table import DTYPES, LOSSES, Inputs

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tf_losses.parity.goldens import Goldens

    Array = NDArray[Any]

__all__ = ["Parity", "assert_bits_equal"]


def assert_bits_equal(
    actual: object,
    expected: object,
    *,
    what: str = "",
    max_ulp: int = 0,
    equal_nan: bool = True,
) -> None:
    r"""Fail unless two arrays have equal shapes, dtypes and bits; any NaN equals any other.

    -0 and 0 differ, by 1 ulp. Arrays may be of any library: NumPy's, or what has `__dlpack__` or
    `__array__`, such as tensors of PyTorch, JAX and TensorFlow.

    Args:
        actual: what is tested.
        expected: what it should be.
        what: a name for the message.
        max_ulp: how many representable numbers apart floats may be: for results of other
            frameworks, which have other bits. Integers are equal or not.
        equal_nan: whether any NaN equals any other; if not, NaN differs from everything.

    Raises:
        AssertionError: they differ. It tells how many elements are equal, 1 ulp, 2 ulp and more
            apart, where the first of them are, with their bits, and likely causes.
        TypeError: an argument has no bits to compare, or `max_ulp` is no whole number.
        ValueError: `max_ulp` is less than 0, or more than a distance can be.

    >>> assert_bits_equal(np.float32([1.0, np.nan]), np.float32([1.0, -np.nan]))
    >>> assert_bits_equal(np.float32([0.1, 0.5]), np.float32([0.1, 0.50000006]), max_ulp=1)
    >>> try:
    ...     assert_bits_equal(np.float32([0.1, 0.5]), np.float32([0.1, 0.50000006]))
    ... except AssertionError as error:
    ...     print("\n".join(str(error).splitlines()[:3]))
    1 of 2 elements differ, by at most 1 ulp
      1 equal, 1 at 1 ulp
      [1] 0.5 (0x3f000000), not 0.50000006 (0x3f000001): 1 ulp
    """
    __tracebackhide__ = True  # pytest shows the caller's line
    allowed = as_ulps(max_ulp)
    got, want = _as_array(actual), _as_array(expected)
    name = f"{what}: " if what else ""
    if got.dtype != want.dtype:
        raise AssertionError(
            f"{name}the dtype is {got.dtype}, not {want.dtype}\n"
            f"{causes.of_dtypes(got.dtype, want.dtype)}"
        )
    if got.shape != want.shape:
        raise AssertionError(f"{name}the shape is {got.shape}, not {want.shape}")
    found = Distances(got.shape, got.dtype, allowed, equal_nan)
    found.add(got, want)
    if found.within:
        return
    lines = found.lines()
    if found.has_ulps:
        lines.append(f"likely cause: {causes.of_values(got, want, allowed)}")
    raise AssertionError(name + "\n".join(lines))


def _as_array(value: Any) -> Array:  # noqa: ANN401 (an array of any library)
    """Make a plain NumPy array, in the processor's byte order, of what any library has.

    Raises:
        TypeError: it has no bits to compare: objects, masks, complex numbers.
    """
    found = foreign.to_numpy(value)
    if found is not None:  # a tensor of PyTorch that a gradient flows through, or of bfloat16
        value = found
    if isinstance(value, np.ma.MaskedArray):
        raise TypeError("a masked array has elements that are none: compare what it holds")
    if hasattr(value, "__dlpack__") and not hasattr(value, "__array__"):
        array = np.from_dlpack(value)
    else:
        try:
            array = np.asarray(value)
        except TypeError as error:
            name = type(value).__name__
            raise TypeError(f"no NumPy array can be made of {name}: {error}") from None
    if array.dtype.name not in DTYPES and array.dtype.kind not in "biu":
        raise TypeError(f"arrays of {array.dtype} are not compared, only real floats and integers")
    return array.astype(array.dtype.newbyteorder("="), copy=False)


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
        max_ulp: int = 0,
        equal_nan: bool = True,
    ) -> None:
        """Fail unless these are the losses of that TensorFlow, to the bit or as near as allowed.

        Raises:
            AssertionError: as `assert_bits_equal`.
        """
        __tracebackhide__ = True
        found = self.expected(loss, labels, logits, pos_weight=pos_weight)
        what = f"{loss} loss"
        assert_bits_equal(actual, found["loss"], what=what, max_ulp=max_ulp, equal_nan=equal_nan)

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
        max_ulp: int = 0,
        equal_nan: bool = True,
    ) -> None:
        """Fail unless this is the gradient of that TensorFlow, to the bit or as near as allowed.

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
        what = f"{loss} gradient of {wrt}"
        assert_bits_equal(actual, found[wrt], what=what, max_ulp=max_ulp, equal_nan=equal_nan)


def _inputs(found: dict[str, Array]) -> str:
    return ", ".join(name for name in found if name != "loss")
