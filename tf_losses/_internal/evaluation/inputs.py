# SPDX-License-Identifier: Apache-2.0
"""The arrays of an evaluation, and whether they go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tf_losses._internal.io.command import InputError
from tf_losses._internal.io.source import Source

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Array = npt.NDArray[Any]

_FLOATS = ("float16", "bfloat16", "float32", "float64")


def refuse_unreal(role: str, name: str, dtype: np.dtype[Any]) -> None:
    """Refuse what NumPy would make numbers of: text, dates, and half of complex numbers.

    Raises:
        InputError: it is no type of real numbers.
    """
    if dtype.kind not in "buif" and dtype.name != "bfloat16":
        what = "text" if dtype.kind in "OSU" else dtype
        raise InputError(f"{name}: {role} must be real numbers, not {what}")


@dataclass(frozen=True)
class Inputs:
    """The sources of one evaluation, with the names they are complained about under."""

    labels: Source
    logits: Source
    labels_name: str
    logits_name: str
    pos_weight: float | Source | None = None
    pos_weight_name: str = ""
    axis: int = -1
    mask: Source | None = None
    mask_name: str = ""

    def __post_init__(self) -> None:
        """Refuse logits of a type without losses, and what is no number."""
        if self.logits.dtype.name not in _FLOATS:
            raise InputError(
                f"{self.logits_name}: logits are {self.logits.dtype}; "
                f"they must be one of {', '.join(_FLOATS)}"
            )
        for role, name, source in self.listed():
            refuse_unreal(role, name, source.dtype)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The logits' dtype, in this machine's byte order."""
        found: np.dtype[Any] = self.logits.dtype.newbyteorder("=")
        return found

    def mismatch(self, problem: str) -> InputError:
        """An error about labels and logits that do not go together."""
        return InputError(
            f"{self.labels_name}: {problem}: labels are {self.labels.dtype}"
            f"{list(self.labels.shape)}, logits in {self.logits_name} are "
            f"{self.logits.dtype}{list(self.logits.shape)}"
        )

    def listed(self) -> list[tuple[str, str, Source]]:
        """List what is read: its role, its name, and the source."""
        found = [
            ("labels", self.labels_name, self.labels),
            ("logits", self.logits_name, self.logits),
            ("pos_weight", self.pos_weight_name, self.pos_weight),
            ("mask", self.mask_name, self.mask),
        ]
        return [(role, name, source) for role, name, source in found if isinstance(source, Source)]

    def sources(self) -> list[Source]:
        """List the files that are read."""
        return [source for _, _, source in self.listed()]
