# SPDX-License-Identifier: Apache-2.0
"""What is timed: loss x mode x dtype x shape x threads x buffers, and the usual choices of it."""

from __future__ import annotations

import itertools
import math
from dataclasses import asdict, dataclass, field
from typing import Any

from tf_losses._internal.losses.catalogue import NAMES, of

SIGMOID, WEIGHTED, SOFTMAX, SPARSE_SOFTMAX = "sigmoid", "weighted", "softmax", "sparse_softmax"
LOSSES = tuple(sorted(NAMES, key=lambda name: not of(name).by_row))
FORWARD, GRADIENT = MODES = ("forward", "forward+gradient")
DTYPES = ("float32", "float64", "float16", "bfloat16")
ITEMSIZE = {"float32": 4, "float64": 8, "float16": 2, "bfloat16": 2}
WARM, COLD = BUFFERS = ("warm", "cold")
ONE, ALL = THREADS = ("1", "all")

Shape = tuple[int, ...]
# Batch x classes; one number is a vector, for the elementwise losses only.
MAIN: tuple[Shape, ...] = ((32, 10), (100000, 10), (1024, 1000), (256, 50257))
TYPICAL: tuple[Shape, ...] = ((100000, 10), (1024, 1000))
SHAPES: tuple[Shape, ...] = (
    *((32, 10), (1, 1000), (4096, 2), (65536, 32), (100000, 10), (1024, 1000), (256, 50257)),
    *((64, 250000), (2**24,)),
)
SCALING_BATCH: tuple[Shape, ...] = tuple((8**i, 100) for i in range(6))
SCALING_CLASSES: tuple[Shape, ...] = tuple((256, 8**i) for i in range(1, 6))


@dataclass(frozen=True)
class Case:
    """One row of the table."""

    loss: str
    mode: str
    dtype: str
    shape: Shape
    threads: str
    buffers: str

    @property
    def size(self) -> int:
        """Elements of the logits."""
        return math.prod(self.shape)

    @property
    def elementwise(self) -> bool:
        """Whether the loss has the shape of the logits."""
        return not of(self.loss).by_row

    @property
    def input_bytes(self) -> int:
        """What the call reads, from each buffer once."""
        dense = self.size * ITEMSIZE[self.dtype]
        return dense + self.shape[0] * 8 if of(self.loss).class_labels else 2 * dense

    @property
    def moved_bytes(self) -> int:
        """What the call reads and writes at the least: each input and each output once."""
        item = ITEMSIZE[self.dtype]
        loss = (self.size if self.elementwise else self.shape[0]) * item
        gradient = self.size * item if self.mode == GRADIENT else 0
        return self.input_bytes + loss + gradient

    @property
    def data_key(self) -> tuple[object, ...]:
        """Cases of one key share their inputs."""
        return self.loss, self.dtype, self.shape, self.buffers

    def name(self) -> str:
        """Name the row as the tables do."""
        return " ".join((self.loss, self.mode, self.dtype, shape_name(self.shape), self.where()))

    def where(self) -> str:
        """Tell threads and buffers."""
        return f"{self.threads} thread{'s' * (self.threads != ONE)}, {self.buffers}"

    def to_json(self) -> dict[str, Any]:
        """Give the fields, for the results file."""
        return asdict(self)

    @staticmethod
    def from_json(fields: dict[str, Any]) -> Case:
        """Make a case of what `to_json` gave."""
        return Case(**{**fields, "shape": tuple(fields["shape"])})


def shape_name(shape: Shape) -> str:
    """Write a shape as 1024x1000."""
    return "x".join(map(str, shape))


def parse_shape(text: str) -> Shape:
    """Read what `shape_name` wrote."""
    return tuple(map(int, text.split("x")))


@dataclass(frozen=True)
class Selection:
    """A product of choices."""

    losses: tuple[str, ...] = LOSSES
    modes: tuple[str, ...] = MODES
    dtypes: tuple[str, ...] = ("float32",)
    shapes: tuple[Shape, ...] = MAIN
    threads: tuple[str, ...] = (ONE,)
    buffers: tuple[str, ...] = (WARM,)

    def cases(self) -> list[Case]:
        """List the rows; those of the same inputs stand together."""
        product = itertools.product(
            self.threads, self.buffers, self.dtypes, self.losses, self.shapes, self.modes
        )
        return [
            Case(loss, mode, dtype, shape, threads, buffers)
            for threads, buffers, dtype, loss, shape, mode in product
            if len(shape) > 1 or not of(loss).by_row
        ]


@dataclass(frozen=True)
class Preset:
    """Selections, the time they may take together, and what is measured besides."""

    selections: tuple[Selection, ...]
    seconds: int
    memory: bool = True
    scaling: tuple[Selection, ...] = field(default=())

    def cases(self) -> list[Case]:
        """List the rows, each once; those of one thread first."""
        found = dict.fromkeys(case for chosen in self.selections for case in chosen.cases())
        return sorted(found, key=lambda case: THREADS.index(case.threads))


_OTHER_DTYPES = tuple(dtype for dtype in DTYPES if dtype != "float32")
_SCALING = tuple(
    Selection(losses=(SOFTMAX, SIGMOID), modes=(FORWARD,), shapes=shapes)
    for shapes in (SCALING_BATCH, SCALING_CLASSES)
)
PRESETS = {
    "quick": Preset((Selection(),), seconds=150, memory=False),
    "default": Preset(
        (
            Selection(shapes=SHAPES),
            Selection(shapes=(*TYPICAL, (256, 50257)), threads=(ALL,)),
            Selection(dtypes=_OTHER_DTYPES, shapes=TYPICAL[1:]),
            Selection(shapes=TYPICAL[1:], buffers=(COLD,)),
        ),
        seconds=480,
        scaling=_SCALING,
    ),
    "full": Preset(
        (
            Selection(shapes=SHAPES, threads=THREADS),
            Selection(shapes=SHAPES, buffers=(COLD,)),
            Selection(dtypes=_OTHER_DTYPES, shapes=SHAPES),
            Selection(dtypes=_OTHER_DTYPES, shapes=TYPICAL, threads=(ALL,)),
        ),
        seconds=1800,
        scaling=_SCALING,
    ),
}
