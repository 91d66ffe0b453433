# SPDX-License-Identifier: Apache-2.0
"""Releases that have no kernel for a dtype: what the parity command says, records and replays."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from fake_tensorflow import VERSIONS, Fake
from tf_losses import errors
from tf_losses.parity import check, goldens, machine, report, shim, worker
from tf_losses.parity.cells import Cells
from tf_losses.parity.results import reason
from tf_losses.parity.runs import replay
from tf_losses.parity.table import LABELS, LOGITS, LOSS, Inputs, cases

if TYPE_CHECKING:
    from collections.abc import Iterator

REFUSALS = {
    "errors_impl.InvalidArgumentError: No OpKernel was registered to support Op 'Neg' used by node "
    "x (defined at y.py:173) with these attrs: [T=DT_BFLOAT16]\nRegistered devices: [CPU]": (
        "no kernel: No OpKernel was registered to support Op 'Neg'"
    ),
    "errors_impl.NotFoundError: Could not find device for node: {{node Softmax}} = Softmax[T=X]": (
        "no kernel: Could not find device for node Softmax"
    ),
    "errors_impl.NotFoundError: Could not find valid device for node.\nNode: {{node Softmax}}": (
        "no kernel: Could not find valid device for node Softmax"
    ),
    "TypeError: Value passed to parameter 'x' has DataType bfloat16 not in list of allowed": (
        "no kernel: Value passed to parameter 'x' has DataType bfloat16 not in list"
    ),
    "ValueError: Shapes (2,) and (3,) are incompatible\nmore": (
        "TensorFlow refuses: ValueError: Shapes (2,) and (3,) are incompatible"
    ),
    "": "TensorFlow refuses: ",
}
NO_KERNEL = next(iter(REFUSALS))
CASE = next(case for case in cases("quick") if case.dtype == "float32" and case.shape == (13,))
OURS = errors.NotFoundError(None, None, "TensorFlow 1.12 has no kernel for float32 here")


@pytest.fixture
def cells() -> Cells:
    return new_cells()


def new_cells() -> Cells:
    settings = {"isa": "x", "table": "quick", "seed": 0}
    return Cells("2.21", dict(VERSIONS), machine.describe(), settings)


def refuse(monkeypatch: pytest.MonkeyPatch, *, loss: bool, gradients: tuple[str, ...]) -> None:
    """Let tf_losses have no kernel for a loss, or for gradients by name."""
    named = shim.compute_named

    def compute_loss(_loss: str, _inputs: Inputs) -> np.ndarray:
        raise OURS

    def compute_named(
        name: str, inputs: Inputs, wanted: list[str] | None = None, **mode: bool
    ) -> Any:  # noqa: ANN401 (as the real one)
        if set(wanted or ("labels", "logits")) & set(gradients):
            raise OURS
        return named(name, inputs, wanted, **mode)

    if loss:
        monkeypatch.setattr(shim, "compute_loss", compute_loss)
    monkeypatch.setattr(shim, "compute_named", compute_named)


def states(cells: Cells) -> dict[str, str]:
    return {direction: cell.state for (_, _, direction), cell in cells.ordered()}


@pytest.mark.parametrize("text", REFUSALS)
def test_reasons(text: str) -> None:
    """They are short, without what differs from call to call, and their own reasons."""
    assert reason(text) == REFUSALS[text]
    assert reason(reason(text)) == reason(text)


def test_the_worker_is_read_by_python_3_6() -> None:
    ast.parse(Path(worker.__file__).read_text(), feature_version=(3, 6))


def test_the_worker_asks_for_each_alone() -> None:
    """Where not all can be had at once."""
    asked = []

    def compute(_tf: None, _request: dict, _arrays: dict, wanted: list[str]) -> dict:
        asked.append(wanted)
        if "labels" in wanted:
            raise ValueError("no labels")
        return dict.fromkeys(wanted, 1)

    arrays = dict.fromkeys(("labels", "logits"))
    answer = worker.answer(compute, None, {"gradient": True}, arrays)
    assert asked == [["loss", "labels", "logits"], ["loss"], ["labels"], ["logits"]]
    assert answer == ({"missing": {"labels": "ValueError: no labels"}}, {"loss": 1, "logits": 1})
    assert worker.answer(compute, None, {"gradient": False}, arrays)[1] == {"loss": 1}


def test_the_worker_says_what_the_loss_has_not() -> None:
    def compute(_tf: None, _request: dict, _arrays: dict, wanted: list[str]) -> dict:
        raise ValueError(f"no {wanted}")

    request = {"gradient": True}
    answer = worker.answer(compute, None, request, {"logits": None})
    assert answer == ({"error": "ValueError: no ['loss']"}, {})


def compare(cells: Cells, reference: Any) -> Cells:  # noqa: ANN401 (a fake)
    check.compare_live(cells, reference, [CASE], 0, lambda _count: None)
    return cells


def test_neither_has_a_kernel(monkeypatch: pytest.MonkeyPatch, cells: Cells) -> None:
    refuse(monkeypatch, loss=True, gradients=("labels", "logits"))
    compare(cells, Fake(NO_KERNEL, LOSS, LABELS, LOGITS))
    assert states(cells) == {"forward": "no kernel", "gradient": "no kernel"}
    assert set(cells.reasons()) == {REFUSALS[NO_KERNEL]}
    assert report.to_json(cells)["cells"][0]["state"] == "no kernel"
    assert '<td class="none">no kernel</td>' in report.to_html(cells)


def test_one_gradient_has_no_kernel(monkeypatch: pytest.MonkeyPatch, cells: Cells) -> None:
    refuse(monkeypatch, loss=False, gradients=("labels",))
    compare(cells, Fake(NO_KERNEL, LABELS))
    assert states(cells) == {"forward": "equal", "gradient": "equal"}
    assert dict(cells.reasons()) == {REFUSALS[NO_KERNEL]: 1}
    assert sum(cell.outputs for _, cell in cells.ordered()) == 3  # the loss alone, and with these


def test_what_is_computed_without_a_kernel_differs(cells: Cells) -> None:
    compare(cells, Fake(NO_KERNEL, LABELS))
    assert states(cells) == {"forward": "equal", "gradient": "13 differ"}
    assert "labels gradient is computed; no kernel: No OpKernel" in next(
        cell.first for _, cell in cells.ordered() if cell.differing
    )


def test_what_is_refused_with_a_kernel_differs(
    monkeypatch: pytest.MonkeyPatch, cells: Cells
) -> None:
    answer = Fake()(CASE, check.draw(CASE, 0))
    refuse(monkeypatch, loss=True, gradients=("labels",))
    compare(cells, lambda _case, _inputs: answer)
    assert states(cells) == {"forward": "1 differ", "gradient": "1 differ"}


def test_other_errors_are_not_taken_for_a_missing_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_arguments: object) -> None:
        raise TypeError("a mistake")

    monkeypatch.setattr(shim, "compute_loss", fails)
    with pytest.raises(TypeError, match="a mistake"):
        compare(new_cells(), Fake())


def test_other_refusals_are_left_out(cells: Cells) -> None:
    compare(cells, Fake("ResourceExhaustedError: no memory", LABELS))
    assert states(cells) == {"forward": "equal", "gradient": "equal"}
    assert dict(cells.reasons()) == {"TensorFlow refuses: ResourceExhaustedError: no memory": 1}


def test_a_gradient_that_does_not_exist(cells: Cells) -> None:
    """TensorFlow says nothing of it."""
    fake = Fake(NO_KERNEL, LABELS)
    answer = fake(CASE, check.draw(CASE, 0))
    answer.missing.clear()
    compare(cells, lambda _case, _inputs: answer)
    assert dict(cells.reasons()) == {"TensorFlow refuses: there is no such gradient": 1}


@pytest.fixture
def one_case(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A table with one case."""
    for module in ("goldens", "runs"):
        monkeypatch.setattr(f"tf_losses.parity.{module}.cases", lambda _name: iter([CASE]))
    return


@pytest.mark.usefixtures("one_case")
@pytest.mark.parametrize("refused", [(LABELS,), (LOSS, LABELS, LOGITS)])
def test_recorded(
    refused: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is not there is recorded with the short reason, and replayed as beside TensorFlow."""
    reference: Any = Fake(NO_KERNEL, *refused)
    recorded = check.record(reference, [CASE], 0, "quick", lambda _count: None)
    recorded.save(tmp_path / "gaps.npz")
    assert b"y.py" not in np.load(tmp_path / "gaps.npz")["manifest"].tobytes()
    loaded = goldens.load(tmp_path / "gaps.npz")
    computing = replay(loaded, "2.21")
    assert sum(cell.differing for _, cell in computing.ordered()) == 13 * len(refused)
    refuse(monkeypatch, loss=LOSS in refused, gradients=tuple(o.split()[0] for o in refused))
    cells = replay(loaded, "2.21")
    assert not any(cell.differing for _, cell in cells.ordered())
    assert dict(cells.reasons()) == {REFUSALS[NO_KERNEL]: len(refused)}
