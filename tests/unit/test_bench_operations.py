# SPDX-License-Identifier: Apache-2.0
"""What bench/operations.py counts is what the kernels are made of."""

import re
from pathlib import Path

from bench.operations import OPERATIONS

CSRC = Path(__file__).resolve().parents[2] / "csrc"

# Constants; what flushes or rounds where no register does, within other primitives; a question that
# loops ask, of a kind of argument that is rare; what other primitives of the same file are made of.
NOT_COUNTED = {"set1", "flush", "round", "fused_lanes", "narrowed", "any", "widen", "narrow"}


def primitives() -> set[str]:
    text = (CSRC / "isa" / "generic.h").read_text(encoding="utf-8")
    defined = r"^ *TFL_\w+ [\w ]*?(?:V|f32v|f64v|H|b?f16v)(?:##)?_(\w+)\("
    return set(re.findall(defined, text, re.MULTILINE))


def test_every_primitive_is_counted_or_left_out_on_purpose() -> None:
    counted = {operation.verb for operation in OPERATIONS}
    found = primitives()
    assert "add_product" in found
    assert "store_rounded_stream" in found
    assert not found & NOT_COUNTED & counted
    assert found - NOT_COUNTED <= counted


def test_names_are_told_once() -> None:
    names = [operation.name for operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert [operation.number for operation in OPERATIONS] == list(range(len(names)))
