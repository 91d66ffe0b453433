# SPDX-License-Identifier: Apache-2.0
"""The operations that kernels are made of, and C that counts them or repeats them.

An operation is a primitive of an instruction set (csrc/isa/generic.h). Two texts are made of the
list: a `kernels/kernels.h` that stands in front of the real one and counts each operation that is
executed, and loops of operations that wait for nothing.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# Arguments and result of an operation. Arguments: a, b, c vectors, d one of doubles, m one of small
# whole numbers, k a mask, p and h memory to read, q and g memory to write, n a number of elements,
# v a vendor. Results: V a vector, D one of doubles, M a mask, S a scalar. Others have a macro of
# their own in native/repeated.h.
_OF_VECTORS = {
    "add sub mul div max min at_least": "ab>V",
    "add_product mul_add fused": "abc>V",
    "neg neg_abs floor nearest exponent mantissa": "a>V",
    "lt ge eq": "ab>M",
    "select": "kab>V",
    "scale": "am>V",
    "load": "p>V",
    "load_n": "pn>V",
    "store stream": "qa>",
    "store_n": "qan>",
    "load_columns store_columns": "own",
    "upper": "a>V",
    "lower_halves upper_halves": "ab>V",
    "reduce_max": "a>S",
}
_OF_FLOATS = {"scale_normal": "am>V", "rcp_estimate": "av>V", "low high": "a>D", "join": "dd>V"}
_OF_DOUBLES = {"lookup lookup_pairs add_exponent exp2_powers": "own"}
_OF_HALVES = {
    "load": "h>V",
    "load_n": "hn>V",
    "store store_stream store_rounded store_rounded_stream store_wide": "ga>",
    "store_n store_rounded_n store_wide_n": "gan>",
    "round_to round_mild cut": "a>V",
    "wide_add wide_sub": "ab>V",
}
# Primitives of some instruction sets only, elsewhere functions of the kernels; what says so.
_OF_SOME = {"exp2_powers": "EXP2_POWERS_OF_BOTH"}


@dataclass(frozen=True)
class Operation:
    """One primitive."""

    number: int
    of: str
    """The type that it belongs to: f32v, f64v, f16v, bf16v."""
    verb: str
    form: str

    @property
    def name(self) -> str:
        """Give the name that C has for it."""
        return f"{self.of}_{self.verb}"

    @property
    def vector(self) -> str:
        """Give the type of its vectors: 16-bit elements are widened."""
        return "f64v" if self.of == "f64v" else "f32v"


def _operations() -> Iterator[tuple[str, str, str]]:
    tables = (
        ("f32v", {**_OF_VECTORS, **_OF_FLOATS}),
        ("f64v", {**_OF_VECTORS, **_OF_DOUBLES}),
        ("f16v", _OF_HALVES),
        ("bf16v", _OF_HALVES),
    )
    for of, table in tables:
        for verbs, form in table.items():
            for verb in verbs.split():
                if (of, verb) != ("f16v", "cut"):
                    yield of, verb, form


OPERATIONS = tuple(Operation(n, *each) for n, each in enumerate(_operations()))


def counting_header() -> str:
    """Write the header that counts: it finds the real one behind it."""
    lines = ['#include "counted.h"']
    for each in OPERATIONS:
        result = each.form.partition(">")[2]
        kind = {"V": "RESULT", "D": "RESULT", "M": "MASK"}.get(result, "DONE")
        kept = {"V": each.vector, "D": "f64v", "M": each.vector[:-1] + "m"}.get(result, "0")
        call = f"{each.name}(__VA_ARGS__)"
        counted = [f"#define {each.name}(...) COUNTED_{kind}({each.number}, {kept}, {call})"]
        if each.verb in _OF_SOME:
            counted = [f"#ifdef {_OF_SOME[each.verb]}", *counted, "#endif"]
        lines += counted
    return "\n".join([*lines, "#include_next <kernels/kernels.h>", ""])


def repeating_header(mixes: Sequence[Mapping[int, int]]) -> str:
    """Write a header that has a loop for each mix of operations, in place of the kernels."""
    lines = ['#include "repeated.h"']
    for number, mix in enumerate(mixes):
        body = " ".join(f"REPEAT({_call(OPERATIONS[n], at)})" for at, n in enumerate(_spread(mix)))
        lines.append(f"LOOP({number}, {body})")
    cases = " ".join(f"CASE({number})" for number in range(len(mixes)))
    return "\n".join([*lines, f"CHOICE({cases})", ""])


def _spread(mix: Mapping[int, int]) -> list[int]:
    """List each operation as often as it occurs, evenly among the others."""
    places = itertools.chain.from_iterable(
        (((at + 0.5) / count, number) for at in range(count)) for number, count in mix.items()
    )
    return [number for _, number in sorted(places)]


def _call(operation: Operation, at: int) -> str:
    """Write one operation on operands that nothing changes."""
    name, vector = operation.name, operation.vector
    kind = vector[:3]
    if operation.form == "own":
        return f"{operation.verb.upper()}_{kind}"
    taken, _, result = operation.form.partition(">")
    far = f"{at % 8} * {kind.upper()}_LANES"
    operands = {
        **{letter: f"{kind}_{letter}" for letter in "abckmpq"},
        "n": "some",
        "v": "TFL_VENDOR_HOST",
        "d": "f64_a",
        "h": f"half_p + {far}",
        "g": f"half_q + {far}",
    }
    operands["p"] += f" + {far}"
    operands["q"] += f" + {far}"
    call = f"{name}({', '.join(operands[letter] for letter in taken)})"
    if not result:
        return call
    kept = {"D": "f64v", "M": f"{kind}m", "S": "float" if kind == "f32" else "double"}
    keep = {"M": "KEEP_MASK", "S": "KEEP_SCALAR"}.get(result, "KEEP")
    return f"{kept.get(result, vector)} r = {call}; {keep}(r)"
