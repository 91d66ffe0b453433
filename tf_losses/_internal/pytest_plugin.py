# SPDX-License-Identifier: Apache-2.0
"""The pytest plugin: the option --tf-goldens and the fixture `tf_losses_parity`.

pytest imports this module, and thereby the package, in every run where tf_losses is installed;
`-p no:tf_losses` keeps it out. What compares is imported when it is used.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tf_losses.testing import Parity


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.getgroup("tf_losses").addoption(
        "--tf-goldens",
        metavar="FILE",
        help="results that `tf-losses parity --record FILE` wrote down beside TensorFlow; the "
        "fixture tf_losses_parity has the bits of that TensorFlow",
    )


@pytest.fixture(scope="session")
def tf_losses_parity(request: pytest.FixtureRequest) -> Parity:
    """Losses and gradients with TensorFlow's bits, to compare with: `tf_losses.testing.Parity`."""
    from tf_losses.parity import goldens  # noqa: PLC0415 (only where it is used)
    from tf_losses.testing import Parity  # noqa: PLC0415 (same)

    name = request.config.getoption("--tf-goldens")
    if not name:
        return Parity()
    try:
        recorded = goldens.load(Path(name))
    except goldens.GoldensError as error:
        raise pytest.UsageError(f"--tf-goldens: {error}") from None
    return Parity(recorded)
