# SPDX-License-Identifier: Apache-2.0
"""The facts as lines of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tf_losses._internal.io.text import table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tf_losses._internal.evaluation.request import Request

    Facts = dict[str, Any]

MOST_GROUPS = 30
"""Lines of a table of groups; JSON and the page have all."""


def lines(facts: Facts, request: Request) -> Iterator[str]:
    """Lay out what was asked for; a page has more."""
    losses = facts["losses"]
    total = losses["count"] + losses["ignored"]
    yield f"{facts['loss']}: {total} losses, {facts['dtype']}"
    yield from facts["notes"]
    ignored = f", ignored {losses['ignored']}" if losses["ignored"] else ""
    yield f"finite {losses['finite']}, inf {losses['inf']}, nan {losses['nan']}{ignored}"
    yield f"mean {losses['mean']:.9g}"
    if "reduction" in losses:
        reduction = losses["reduction"]
        yield (
            f"reduction {reduction['name']} {reduction['value']!r} ({reduction['hex']}), "
            f"intra-op threads {reduction['intra_op_threads']}"
        )
    if "accuracy" in facts:
        right = facts["accuracy"]
        yield f"accuracy {right['value']:.6g} ({right['correct']} of {right['of']})"
    if facts["quantiles"]:
        yield from table(
            ("quantile", *(f"{entry['percent']}%" for entry in facts["quantiles"])),
            ("loss", *(f"{entry['loss']:.6g}" for entry in facts["quantiles"])),
        )
    yield from _worst(facts["worst"][: request.worst])
    if request.by_class:
        yield from _groups("by class", facts.get("classes", []), _class)
    if "groups" in facts:
        groups = facts["groups"]
        yield from _groups(f"by {groups['column']}", groups["rows"], lambda row: str(row["value"]))
    if request.out is not None:
        yield f"losses written to {request.out}"
    if "recorded" in facts:
        recorded = facts["recorded"]
        yield f"{recorded['equal']} of {recorded['of']} losses equal TensorFlow's recorded bits"


def _worst(worst: list[Facts]) -> Iterator[str]:
    if not worst:
        return
    yield "worst"
    has_ids, has_classes = "id" in worst[0], any("predicted" in example for example in worst)
    heading = ["index", *["id"] * has_ids, "label", *["predicted"] * has_classes, "loss"]
    rows: list[list[str]] = []
    for example in worst:
        cells = [example["place"]]
        cells += [str(example["id"])] if has_ids else []
        cells.append(example.get("label_name", example["shown_label"]))
        cells += [_predicted(example)] if has_classes else []
        rows.append([*cells, f"{example['loss']:.6g}"])
    yield from table(heading, *rows)


def _predicted(example: Facts) -> str:
    name = example.get("predicted_name", example.get("predicted", "-"))
    return f"{name} ({example['confidence']:.3g})"


def _class(row: Facts) -> str:
    return str(row.get("name", row["class"]))


def _groups(title: str, rows: list[Facts], name_of: Callable[[Facts], str]) -> Iterator[str]:
    if not rows:
        return
    yield title
    has_accuracy = "accuracy" in rows[0]
    heading = ["", "count", "mean", "p95", *["accuracy"] * has_accuracy]
    cells = [
        [
            name_of(row),
            f"{row['count']}",
            f"{row['mean']:.6g}",
            f"{row['p95']:.6g}",
            *[f"{row.get('accuracy', 0):.4g}"] * has_accuracy,
        ]
        for row in rows[:MOST_GROUPS]
    ]
    yield from table(heading, *cells, left=1)
    if len(rows) > MOST_GROUPS:
        yield f"  and {len(rows) - MOST_GROUPS} more (--json and --html have all)"
