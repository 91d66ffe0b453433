# SPDX-License-Identifier: Apache-2.0
"""What an evaluation found, as one structure: text, JSON and the page are made of it.

Its keys are those of `--json`; docs/evaluate.md lists them. What was not asked for is not there.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tf_losses._internal.evaluation import figures
from tf_losses._internal.evaluation.details import NO_CLASS
from tf_losses._internal.evaluation.groups import Group, grouped
from tf_losses._internal.evaluation.plan import place
from tf_losses._internal.evaluation.summary import PERCENTS, Summary, count_equal, passes, summarize
from tf_losses._internal.evaluation.work import VERSION
from tf_losses._internal.io.text import progress
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.kinds import is_dict, is_listed, is_scalar

if TYPE_CHECKING:
    from pathlib import Path

    from tf_losses._internal.evaluation.store import Store
    from tf_losses._internal.evaluation.work import Work
    from tf_losses._internal.io.source import Source

SCHEMA = 1
_CONFUSED = 200
"""Worst examples among which confusions are counted."""
_SHOWN = 20
"""Worst examples on a page."""


@dataclass(frozen=True)
class Beside:
    """What is read beside labels and logits, once the losses are there."""

    recorded: Source | None = None
    weights: Source | None = None
    ids: Source | None = None
    by: Source | None = None
    class_names: tuple[str, ...] = ()

    def named(self, number: int, number_key: str, name_key: str) -> dict[str, Any]:
        """Give a class by its number, and by its name if it has one."""
        if 0 <= number < len(self.class_names):
            return {number_key: number, name_key: self.class_names[number]}
        return {number_key: number}


def gather(work: Work, store: Store, beside: Beside, scratch: Path) -> dict[str, Any]:
    """Look through the losses for all that was asked for."""
    request, plan = work.request, work.plan
    losses, kept = store["losses"], store.get("kept")
    asked = max(request.worst, _CONFUSED if request.html else 0)
    with progress("summary", passes(losses) * losses.size) as advance:
        summary = summarize(losses, asked, advance, kept)
    found = _heading(work)
    found["losses"] = _losses(summary, plan.rows)
    if request.is_reduced:
        from tf_losses._internal.evaluation.reduction import reduced  # noqa: PLC0415 (as large as Keras)

        reduction = reduced(request, store, plan.shape, beside.weights)
        if reduction is not None:
            found["losses"]["reduction"] = reduction
    found["quantiles"] = [
        {"percent": percent, "loss": value}
        for percent, value in zip(PERCENTS, summary.quantiles, strict=False)
    ]
    shown = max(request.worst, _SHOWN if request.html else 0)
    found["worst"] = [_example(work, store, beside, index) for index in summary.worst[:shown]]
    if request.is_detailed:
        found.update(_by_classes(work, store, beside, scratch))
    if request.html:
        found.update(figures.distribution(store))
        found["reliability"] = figures.reliability(store)
        found["confusion"] = [
            {**_named("label", label, beside), **_named("predicted", taken, beside), "count": count}
            for label, taken, count in figures.confusion(store, summary.worst)
        ]
    if beside.recorded is not None:
        equal = count_equal(losses, beside.recorded, kept)
        found["recorded"] = {"name": request.recorded, "equal": equal, "of": summary.count}
    found["notes"] = [f"computed in one piece: {plan.whole}"] if plan.whole else []
    return found


def _heading(work: Work) -> dict[str, Any]:
    request, plan = work.request, work.plan
    bits = request.bits
    return {
        "schema": SCHEMA,
        "tf_losses": VERSION,
        "bits": {
            "tensorflow": bits.version,
            "libm": bits.libm,
            "processor": bits.shared.vendor,
            "isa": native.isa_name(),
        },
        "loss": request.loss,
        "dtype": plan.dtype.name,
        "shape": list(plan.shape),
        "options": {
            "axis": request.axis,
            "pos_weight": request.pos_weight,
            "keras": None if request.keras is None else json.loads(request.keras),
            "label_smoothing": request.label_smoothing,
            "from_probabilities": request.gives_probabilities,
            "ignore_index": list(request.ignore_index),
            "mask": request.mask,
            "weights": request.weights,
        },
        "inputs": [
            {
                "role": role,
                "name": name,
                "format": source.kind,
                "dtype": source.dtype.name,
                "shape": list(source.shape),
                "files": source.files,
            }
            for role, name, source in work.inputs.listed()
        ],
    }


def _losses(summary: Summary, rows: int) -> dict[str, Any]:
    finite = summary.count - summary.nan - summary.inf
    return {
        "count": summary.count,
        "ignored": rows - summary.count,
        "finite": finite,
        "inf": summary.inf,
        "nan": summary.nan,
        "mean": summary.mean,
    }


def _example(work: Work, store: Store, beside: Beside, index: int) -> dict[str, Any]:
    shape = work.plan.shape
    found: dict[str, Any] = {
        "index": [int(part) for part in np.unravel_index(index, shape)],
        "place": place(index, shape),
        "loss": float(store["losses"][index]),
        "shown_label": work.shown_label(index),
    }
    if beside.ids is not None:
        found["id"] = _plain(beside.ids.rows(0, index, index + 1)[0])
    target, predicted = store.get("target"), store.get("predicted")
    if target is not None and predicted is not None:
        found.update(_named("label", int(target[index]), beside))
        found.update(_named("predicted", int(predicted[index]), beside))
        found["confidence"] = float(store["confidence"][index])
    return found


def _named(key: str, number: int, beside: Beside) -> dict[str, Any]:
    if number == NO_CLASS:
        return {}
    return beside.named(number, key, f"{key}_name")


def _by_classes(work: Work, store: Store, beside: Beside, scratch: Path) -> dict[str, Any]:
    request = work.request
    right, total = figures.accuracy(store)
    found: dict[str, Any] = {}
    if total:
        found["accuracy"] = {"correct": right, "of": total, "value": right / total}
    if (request.by_class or request.html) and total:
        target = store["target"]
        classes = grouped(store, lambda start, stop: target[start:stop], scratch, "the class")
        found["classes"] = [
            {**beside.named(int(str(group.value)), "class", "name"), **_figures(group)}
            for group in classes
            if group.value != NO_CLASS
        ]
    if beside.by is not None:
        by = beside.by
        groups = grouped(store, lambda start, stop: by.rows(0, start, stop), scratch, by.name)
        found["groups"] = {
            "column": request.by,
            "rows": [{"value": _plain(group.value), **_figures(group)} for group in groups],
        }
    return found


def _figures(group: Group) -> dict[str, Any]:
    found = {"count": group.count, "mean": group.mean, "p95": group.p95}
    return found if group.accuracy is None else {**found, "accuracy": group.accuracy}


def _plain(value: Any) -> Any:  # noqa: ANN401 (of NumPy, or of a table)
    """Give what JSON can hold."""
    if is_scalar(value):
        value = value.item()
    if isinstance(value, bytes):
        value = value.decode(errors="backslashreplace")
    return value if isinstance(value, (int, float, str, bool)) else str(value)


def to_json(facts: dict[str, Any]) -> str:
    """Write the facts as JSON, in which NaN and infinity are strings.

    >>> to_json({"mean": math.nan, "quantiles": [1.5, math.inf]}).split()
    ['{', '"mean":', '"nan",', '"quantiles":', '[', '1.5,', '"inf"', ']', '}']
    """
    return json.dumps(strict(facts), indent=1, allow_nan=False) + "\n"


def strict(value: Any) -> Any:  # noqa: ANN401 (what JSON can hold)
    """Put strings where numbers are not finite."""
    if is_dict(value):
        return {key: strict(part) for key, part in value.items()}
    if is_listed(value):
        return [strict(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
