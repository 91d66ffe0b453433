# SPDX-License-Identifier: Apache-2.0
"""A reference for the parity command that is no TensorFlow: it gives what tf_losses gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tf_losses.parity import shim
from tf_losses.parity.results import Results, Unavailable

if TYPE_CHECKING:
    from tf_losses.parity.table import Case, Inputs

VERSIONS = {"tensorflow": "2.21.0", "numpy": "2.0.0", "python": "3.11.7", "machine": "x86_64"}


class Fake:
    """It refuses some outputs, with these words."""

    def __init__(self, text: str = "", *refused: str) -> None:
        self.versions = VERSIONS
        self.refused = refused
        self.text = text

    def __call__(self, case: Case, inputs: Inputs) -> Results:
        if set(case.outputs) <= set(self.refused):
            raise Unavailable(self.text)
        found = shim.compute(case, inputs)
        results = Results({})
        kept = {name: a for name, a in found.items() if name in case.outputs}
        results.update({name: a for name, a in kept.items() if name not in self.refused})
        results.missing = dict.fromkeys(self.refused, self.text)
        return results
