# SPDX-License-Identifier: Apache-2.0
"""What an evaluation comes down to: its verdict, its four figures, and whose bits they are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tf_losses._internal.report.markup import (
    EMPTY,
    Markup,
    definitions,
    element,
    fitted,
    foreign,
    joined,
    text,
)
from tf_losses._internal.report.numbers import number, percent
from tf_losses._internal.report.page import header, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_REDUCTIONS = {"mean": "Mean loss", "sum": "Sum of the losses"}
_NAMES = {
    "sigmoid": "Sigmoid cross entropy",
    "weighted": "Weighted cross entropy",
    "softmax": "Softmax cross entropy",
    "sparse_softmax": "Sparse softmax cross entropy",
}


def headline(facts: Mapping[str, Any]) -> Markup:
    """Give all that stands above the first section."""
    title = fitted(_NAMES.get(facts["loss"], facts["loss"]), 60)
    shape = " \N{MULTIPLICATION SIGN} ".join(f"{size:,}" for size in facts["shape"])
    over = f"Evaluation · {facts['dtype']} · {shape or 'one'} {_noun(facts)}"
    return header(
        over,
        title,
        _recorded(facts),
        element("div", joined(_cards(facts)), class_="cards"),
        definitions(_bits(facts)),
    )


def _noun(facts: Mapping[str, Any]) -> str:
    return "loss" if math.prod(facts["shape"]) == 1 else "losses"


def _recorded(facts: Mapping[str, Any]) -> Markup:
    recorded = facts.get("recorded")
    if not recorded:
        return EMPTY
    equal, all_ = recorded["equal"], recorded["of"]
    where = f" ({fitted(recorded['name'], 60)})" if recorded.get("name") else ""
    if equal == all_:
        return verdict(
            f"All {all_:,} losses equal the recorded ones, bit for bit{where}", good=True
        )
    return verdict(
        f"{all_ - equal:,} of {all_:,} losses differ from the recorded ones{where}", good=False
    )


def _cards(facts: Mapping[str, Any]) -> Iterator[Markup]:
    losses = facts["losses"]
    reduction: Mapping[str, Any] = losses.get("reduction") or {}
    if reduction:
        under = text(reduction["hex"]) if reduction.get("hex") else EMPTY
        told = element("code", under) if under else under
        name = _REDUCTIONS.get(reduction["name"], f"Loss, {reduction['name']}")
        yield _card(name, number(reduction.get("value")), told)
    if losses.get("mean") is not None and reduction.get("name") != "mean":
        yield _card("Mean loss", number(losses["mean"]), text("of all that are counted"))
    accuracy = facts.get("accuracy")
    if accuracy:
        counts = f"{accuracy['correct']:,} of {accuracy['of']:,}"
        yield _card("Accuracy", percent(accuracy["value"]), text(counts))
    yield _card("Losses", number(losses["count"]), text(_kinds(losses)))


def _kinds(losses: Mapping[str, Any]) -> str:
    names = (("ignored", "ignored"), ("inf", "infinite"), ("nan", "NaN"))
    found = [f"{losses[key]:,} {name}" for key, name in names if losses.get(key)]
    if losses.get("count") and not (losses.get("inf") or losses.get("nan")):
        found.append("all finite")
    return ", ".join(found)


def _card(name: str, value: str, under: Markup) -> Markup:
    return element(
        "div",
        element("p", text(name), class_="name"),
        element("p", text(value), class_="value"),
        element("p", under, class_="under"),
        class_="card",
    )


def _bits(facts: Mapping[str, Any]) -> Iterator[tuple[str, Markup]]:
    bits: Mapping[str, Any] = facts.get("bits") or {}
    names = {
        "tensorflow": "Bits of TensorFlow",
        "libm": "C library",
        "processor": "Processor",
        "isa": "Computed with",
    }
    for key, name in names.items():
        if bits.get(key) is not None:
            yield name, foreign(bits[key])
