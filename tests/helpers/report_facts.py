# SPDX-License-Identifier: Apache-2.0
"""Facts of an evaluation, as a page is made from: of the digits, and of what can go wrong."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np

import tf_losses

DATA = Path(tf_losses.__file__).with_name("data")
NAMES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
PERCENTS = (0, 1, 5, 25, 50, 75, 95, 99, 100)
Facts = dict[str, Any]
Array = np.ndarray[Any, Any]


def number(value: float) -> float | str:
    """What JSON can hold."""
    value = float(value)
    return value if math.isfinite(value) else str(value)


def shortest_hex(value: float) -> str:
    """A float in hexadecimal, without zeros at its end."""
    return re.sub(r"\.?0+p", "p", float(value).hex())


def digits(top: int = 40) -> Facts:
    """Facts of the bundled digits."""
    logits, labels, losses = (
        np.load(DATA / f"digits_{name}.npy") for name in ("logits", "labels", "losses_tf2.21")
    )
    powers = np.exp(logits.astype(float) - logits.max(1, keepdims=True))
    probabilities = powers / powers.sum(1, keepdims=True)
    predicted, sure = probabilities.argmax(1), probabilities.max(1)
    right = predicted == labels
    worst = np.argsort(-losses, kind="stable")[:top]
    mean = losses.mean(dtype=np.float32)
    count = len(losses)
    return {
        "schema": 1,
        "tf_losses": "0.2.0",
        "bits": {
            "tensorflow": "2.21",
            "libm": "glibc-2.36",
            "processor": "AuthenticAMD",
            "isa": "avx512",
        },
        "loss": "sparse_softmax",
        "dtype": "float32",
        "shape": [count],
        "options": options(),
        "inputs": [
            file("logits", "digits_logits.npy", logits),
            file("labels", "digits_labels.npy", labels),
            file("losses", "digits_losses_tf2.21.npy", losses),
        ],
        "losses": {
            **spread(losses),
            "ignored": 0,
            "reduction": {"name": "mean", "value": number(mean), "hex": shortest_hex(mean)},
        },
        "quantiles": quantiles(losses),
        "accuracy": {"correct": int(right.sum()), "of": count, "value": float(right.mean())},
        "worst": [
            {
                "index": [int(at)],
                "id": f"digit-{at:04}",
                "label": int(labels[at]),
                "label_name": NAMES[labels[at]],
                "predicted": int(predicted[at]),
                "predicted_name": NAMES[predicted[at]],
                "confidence": float(sure[at]),
                "loss": number(losses[at]),
            }
            for at in worst
        ],
        "classes": [
            {"class": at, "name": name, **summary(losses, right, labels == at)}
            for at, name in enumerate(NAMES)
        ],
        "groups": {
            "column": "sheet",
            "rows": [
                {
                    "value": f"images {at} to {min(at + 299, count - 1)}",
                    **summary(losses, right, np.arange(count) // 300 == at // 300),
                }
                for at in range(0, count, 300)
            ],
        },
        "histogram": histogram(losses),
        "ecdf": ecdf(losses),
        "reliability": reliability(sure, right),
        "confusion": confusion(labels[worst], predicted[worst]),
        "recorded": {"name": "digits_losses_tf2.21.npy", "equal": count, "of": count},
        "notes": ["computed in one piece: it is small"],
    }


def bare(losses: Array) -> Facts:
    """Facts of losses alone, of whatever kind they are."""
    with np.errstate(all="ignore"):
        return {
            "schema": 1,
            "tf_losses": "0.2.0",
            "bits": {
                "tensorflow": "2.3",
                "libm": "glibc-2.28",
                "processor": None,
                "isa": "portable",
            },
            "loss": "sigmoid",
            "dtype": str(losses.dtype),
            "shape": list(losses.shape),
            "options": {},
            "inputs": [],
            "losses": {**spread(losses), "ignored": 0},
            "quantiles": quantiles(losses),
            "histogram": histogram(losses),
            "ecdf": ecdf(losses),
            "notes": [],
        }


def options() -> Facts:
    return {
        "axis": -1,
        "pos_weight": None,
        "label_smoothing": 0.0,
        "from_probabilities": False,
        "ignore_index": [],
        "reduction": "mean",
    }


def file(role: str, name: str, array: Array) -> Facts:
    return {
        "role": role,
        "name": name,
        "format": "npy",
        "dtype": str(array.dtype),
        "shape": list(array.shape),
        "files": 1,
    }


def spread(losses: Array) -> Facts:
    return {
        "count": losses.size,
        "finite": int(np.isfinite(losses).sum()),
        "inf": int(np.isinf(losses).sum()),
        "nan": int(np.isnan(losses).sum()),
        "mean": number(losses.mean(dtype=float)) if losses.size else "nan",
    }


def quantiles(losses: Array) -> list[Facts]:
    known = losses[~np.isnan(losses)]
    if not known.size:
        return []
    ordered = np.quantile(known, np.array(PERCENTS) / 100, method="inverted_cdf")
    pairs = zip(PERCENTS, ordered, strict=True)
    return [{"percent": percent, "loss": number(loss)} for percent, loss in pairs]


def summary(losses: Array, right: Array, chosen: Array) -> Facts:
    kept = losses[chosen]
    return {
        "count": int(kept.size),
        "mean": number(kept.mean()),
        "p95": number(np.quantile(kept, 0.95)),
        "accuracy": float(right[chosen].mean()),
    }


def histogram(losses: Array, bins: int = 36) -> Facts:
    positive = losses[(losses > 0) & np.isfinite(losses)].astype(float)
    low, high = (positive.min(), positive.max()) if positive.size else (0.1, 1.0)
    high = high if high > low else low * 1.1
    edges = np.geomspace(low, high, bins + 1)
    edges[[0, -1]] = low, high
    counts, _ = np.histogram(positive, edges)
    return {
        "edges": edges.tolist(),
        "counts": counts.tolist(),
        "at_or_below_zero": int((losses <= 0).sum()),
        "above": int((losses == np.inf).sum()),
    }


def ecdf(losses: Array, points: int = 200) -> list[list[float | str]]:
    ordered = np.sort(losses[~np.isnan(losses)])
    places = np.unique(np.linspace(0, ordered.size - 1, points).astype(int)) if ordered.size else ()
    return [[number(ordered[at]), (int(at) + 1) / ordered.size] for at in places]


def reliability(sure: Array, right: Array, bins: int = 10) -> list[Facts]:
    found = []
    for at in range(bins):
        inside = np.minimum((sure * bins).astype(int), bins - 1) == at
        some = bool(inside.any())
        found.append(
            {
                "from": at / bins,
                "to": (at + 1) / bins,
                "count": int(inside.sum()),
                "confidence": float(sure[inside].mean()) if some else "nan",
                "accuracy": float(right[inside].mean()) if some else "nan",
            }
        )
    return found


def confusion(labels: Array, predicted: Array) -> list[Facts]:
    pairs, counts = np.unique(np.stack([labels, predicted], 1), axis=0, return_counts=True)
    return [
        {
            "label": int(pairs[at, 0]),
            "label_name": NAMES[pairs[at, 0]],
            "predicted": int(pairs[at, 1]),
            "predicted_name": NAMES[pairs[at, 1]],
            "count": int(counts[at]),
        }
        for at in np.argsort(-counts, kind="stable")
    ]


STRANGE = [
    "<script>alert(1)</script>",
    "\" onload='x' &amp;",
    "line\nbreak\x1b[31m",
    "\u202eevil.txt",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "\u624b\u5199\u7684\u6570\u5b57\u56fe\u50cf\u624b\u5199\u7684\u6570\u5b57",
    "$x^2$ [[0]] {0} %s",
    "\ud800 lone",
    "w" * 3000,
    "https://example.org/images/" + "a-very-long-path/" * 20,
]


def strange() -> Facts:
    """The digits, with names that a page must neither believe nor break at."""
    facts = digits()
    for row in facts["worst"]:
        row["id"] = STRANGE[row["label"]]
        row["label_name"], row["predicted_name"] = STRANGE[row["label"]], STRANGE[row["predicted"]]
    for row in facts["classes"]:
        row["name"] = STRANGE[row["class"]]
    for row in facts["confusion"]:
        row["label_name"], row["predicted_name"] = STRANGE[row["label"]], STRANGE[row["predicted"]]
    rows = facts["groups"]["rows"]
    facts["groups"]["rows"] = [
        {**rows[at % len(rows)], "value": name} for at, name in enumerate(STRANGE)
    ]
    facts["groups"]["column"] = STRANGE[0]
    facts["inputs"][0]["name"] = STRANGE[8]
    facts["inputs"][1]["name"] = STRANGE[9]
    facts["recorded"] = {"name": STRANGE[2], "equal": 1790, "of": 1797}
    facts["notes"] = STRANGE[:4]
    return facts


def many_classes(count: int = 10_000) -> Facts:
    """Losses of very many classes, some without an example, some infinite."""
    facts = bare(np.random.default_rng(0).lognormal(-1, 2, 50_000).astype(np.float32))
    rows = [
        {"class": at, "count": at % 7, "mean": 1 / (at + 1), "p95": 3 / (at + 1), "accuracy": 0.5}
        for at in range(count)
    ]
    rows[8].update(mean="inf", p95="inf")
    rows[9].update(mean="nan", p95="nan")
    empty = {"count": 0, "mean": "nan", "p95": "nan", "accuracy": "nan"}
    facts["classes"] = [{**row, **(empty if not row["count"] else {})} for row in rows]
    return facts


def billions() -> Facts:
    """Counts that leave an axis little room."""
    facts = bare(np.repeat(np.float32([0, 1e-3, 0.02, np.inf]), 1000))
    found = facts["histogram"]
    found["counts"] = [count * 9_999_999 for count in found["counts"]]
    found["at_or_below_zero"] *= 9_999_999
    return facts


def extremes() -> dict[str, Facts]:
    """Facts that leave figures little to show, or much."""
    inf, nan = np.float32(np.inf), np.float32(np.nan)
    mixed = np.float32([0, 0, -1e-7, 1e-30, 1e-3, 1, 50, 3e38, inf, inf, nan])
    return {
        "digits": digits(),
        "strange names": strange(),
        "10,000 classes": many_classes(),
        "one loss": bare(np.float32([0.25])),
        "a scalar": bare(np.float32(0.25).reshape(())),
        "all equal": bare(np.full(1000, np.float32(np.log(10)))),
        "all zero": bare(np.zeros(10, np.float32)),
        "all infinite": bare(np.full(10, inf)),
        "all nan": bare(np.full(10, nan)),
        "no rows": bare(np.zeros(0, np.float32)),
        "everything": bare(mixed),
        "two near each other": bare(np.float32([1.0, 1 + 2**-23])),
        "many zeros and infinities": billions(),
        "a decade": bare(np.linspace(2, 9, 500, dtype=np.float32)),
        "denormal to huge": bare(np.geomspace(1e-310, 1e300, 5000)),
    }
