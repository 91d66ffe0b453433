# SPDX-License-Identifier: Apache-2.0
"""The tables: rows, means, what falls short, memory."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from statistics import geometric_mean
from typing import TYPE_CHECKING, Any

from tabulate import tabulate

from bench.cases import GRADIENT, MODES, ONE, SOFTMAX, SPARSE_SOFTMAX, shape_name
from bench.contestants.copying import EMPTY
from bench.rows import is_ours, is_peer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bench.memory import Peak
    from bench.rows import Row

_MICRO = 1e-3
# A large row takes at most so many times the copy that moves the same bytes.
_LARGE_BYTES = 32 << 20
_COPY_LIMIT = {SOFTMAX: 2.0, SPARSE_SOFTMAX: 2.0}
_COPY_LIMIT_ELEMENTWISE = 2.5
_MEBI = 1 << 20


def _table(
    lines: Iterable[Sequence[str]], headers: Sequence[str], align: Sequence[str] | None = None
) -> str:
    """Lay out as Markdown; the numbers come formatted."""
    return str(
        tabulate(list(lines), headers, tablefmt="github", disable_numparse=True, colalign=align)
    )


def rows_table(rows: Sequence[Row]) -> str:
    """One line a case; microseconds, best of many."""
    headers = (
        *("loss", "mode", "shape", "ours", "median", "best peer", "peer's", "peer / ours"),
        *("TF / ours", "ours / copy"),
    )
    blocks: list[str] = []
    for title, chosen in _grouped(rows, lambda row: f"{row.case.dtype}, {row.case.where()}"):
        align = ("left",) * 3 + ("right",) * 2 + ("left",) + ("right",) * 4
        table = _table([_line(row) for row in chosen], headers, align)
        blocks.append(f"{title} (microseconds, best)\n\n{table}")
    return "\n\n".join(blocks)


def _line(row: Row) -> tuple[str, ...]:
    peer, peer_ns = row.best_peer
    medians = [found.median for name, found in row.times.items() if is_ours(name)]
    return (
        row.case.loss,
        row.case.mode.replace(GRADIENT, "+gradient"),
        shape_name(row.case.shape),
        _micro(row.ours),
        _micro(min(medians, default=math.inf)),
        peer,
        _micro(peer_ns),
        _ratio(peer_ns, row.ours),
        _ratio(row.tensorflow, row.ours),
        _ratio(row.ours, row.same_bytes),
    )


def peers_table(rows: Sequence[Row]) -> str:
    """One line a case, one column a contestant; microseconds, best of many."""
    groups = _grouped(rows, lambda row: row.case.mode)
    return "\n\n".join(f"{mode} (microseconds, best)\n\n{_wide(part)}" for mode, part in groups)


def _wide(rows: Sequence[Row]) -> str:
    names = list(dict.fromkeys(name for row in rows for name in row.times if name != EMPTY))
    names.sort(key=lambda name: (not is_ours(name), not is_peer(name)))
    lines = [
        [
            " ".join((row.case.loss, row.case.dtype, shape_name(row.case.shape), row.case.where())),
            *(_micro(row.times[name].best) if name in row.times else "" for name in names),
        ]
        for row in rows
    ]
    return _table(lines, ("row", *names), ("left", *("right" for _ in names)))


def means_table(rows: Sequence[Row]) -> str:
    """Geometric means of the ratios; one line a dtype, mode, threads and buffers."""

    def key(row: Row) -> str:
        return f"{row.case.dtype}|{row.case.mode}|{row.case.where()}"

    lines = []
    for title, chosen in _grouped(rows, key):
        against_peer = _finite(row.best_peer[1] / row.ours for row in chosen)
        against_tensorflow = _finite(row.tensorflow / row.ours for row in chosen)
        lines.append(
            (
                *title.split("|"),
                str(len(chosen)),
                _mean(against_peer),
                f"{min(against_peer, default=math.nan):.2f}",
                str(sum(ratio < 1 for ratio in against_peer)),
                _mean(against_tensorflow),
            )
        )
    headers = ("dtype", "mode", "where", "rows", "peer / ours", "least", "behind", "TF / ours")
    return _table(lines, headers)


def shortfalls(rows: Sequence[Row]) -> list[str]:
    """Name the rows slower than a peer, worst first, and large ones slow beside the copy."""
    behind = sorted(
        (row for row in rows if row.best_peer[1] < row.ours < math.inf),
        key=lambda row: row.best_peer[1] / row.ours,
    )
    found = [
        f"{row.case.name()}: {row.best_peer[0]} {_micro(row.best_peer[1])}, ours "
        f"{_micro(row.ours)} (peer / ours {_ratio(row.best_peer[1], row.ours)})"
        for row in behind
    ]
    for row in rows:
        limit = _COPY_LIMIT.get(row.case.loss, _COPY_LIMIT_ELEMENTWISE)
        large = row.case.moved_bytes >= _LARGE_BYTES and row.case.threads == ONE
        if large and limit * row.same_bytes < row.ours < math.inf:
            found.append(
                f"{row.case.name()}: {_ratio(row.ours, row.same_bytes)} times the copy of the "
                f"same bytes, more than {limit}"
            )
    return found


def failures(rows: Sequence[Row]) -> list[str]:
    """Tell what peers could not compute, or computed otherwise."""
    found = Counter(
        (name, row.case.dtype, text.split(":")[0] if "other values" in text else text)
        for row in rows
        for name, text in row.errors.items()
    )
    return [f"{name}, {dtype}: {text} ({n} rows)" for (name, dtype, text), n in found.items()]


def floor(rows: Iterable[Row]) -> str:
    """Give the time of a call that does nothing, which all times contain."""
    empty = [row.times[EMPTY].best for row in rows if EMPTY in row.times]
    return f"{min(empty, default=math.nan) * _MICRO:.2f}"


def memory_table(peaks: Sequence[Peak]) -> str:
    """MiB beyond inputs and result; one line a contestant, one column a loss."""
    losses = list(dict.fromkeys(peak.loss for peak in peaks))
    found = {(peak.contestant, peak.loss): peak.extra for peak in peaks}
    lines = [
        (name, *(_mebi(found.get((name, loss))) for loss in losses))
        for name in dict.fromkeys(peak.contestant for peak in peaks)
    ]
    return _table(lines, ("MiB", *losses))


def _grouped(rows: Sequence[Row], key: Callable[[Row], str]) -> list[tuple[str, list[Row]]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: MODES.index(row.case.mode)):
        groups[key(row)].append(row)
    return list(groups.items())


def _finite(values: Iterable[float]) -> list[float]:
    return [value for value in values if math.isfinite(value) and value > 0]


def _mean(values: list[float]) -> str:
    return f"{geometric_mean(values):.2f}" if values else "-"


def _micro(nanoseconds: float) -> str:
    if not math.isfinite(nanoseconds):
        return "-"
    digits = 2 if nanoseconds < 10_000 else 1 if nanoseconds < 100_000 else 0  # noqa: PLR2004 (10, 100 us)
    return f"{nanoseconds * _MICRO:.{digits}f}"


def _ratio(a: float, b: float) -> str:
    ratio: Any = a / b if b else math.nan
    return f"{ratio:.2f}" if math.isfinite(ratio) else "-"


def _mebi(size: int | None) -> str:
    return "" if size is None else f"{size / _MEBI:.1f}"
