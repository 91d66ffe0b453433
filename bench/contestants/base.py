# SPDX-License-Identifier: Apache-2.0
"""What a library offers to the worker."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bench.cases import Case
    from bench.data import Inputs
    from bench.stopwatch import Call

    Forms = dict[str, Call]


class Library(Protocol):
    """One library, limited to a number of threads when it was made."""

    versions: dict[str, str]

    def convert(self, case: Case, inputs: Inputs) -> tuple[Any, ...]:
        """Turn NumPy's labels and logits into the arguments of the calls."""

    def forms(self, case: Case) -> Forms:
        """Give the ways to compute this case, by name; what cannot be computed may raise."""

    def outputs(self, result: Any) -> Sequence[Any]:  # noqa: ANN401 (any array, or several)
        """Give the loss and, if it was computed, the gradient."""
        return result if isinstance(result, tuple | list) else (result,)

    def start_of(self, result: Any, count: int) -> NDArray[np.float64]:  # noqa: ANN401 (any array)
        """Give an output's first elements as NumPy's float64, for the comparison of values."""


def load(name: str) -> Any:  # noqa: ANN401 (modules that need not be installed have no types)
    """Import a peer when its process runs; ImportError means it is not installed."""
    return importlib.import_module(name)
