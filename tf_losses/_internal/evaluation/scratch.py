# SPDX-License-Identifier: Apache-2.0
"""A folder for what is not kept."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tf_losses._internal.io.command import InputError, system_reason

if TYPE_CHECKING:
    from collections.abc import Generator


@contextmanager
def scratch_folder(parent: str | None = None) -> Generator[Path, None, None]:
    """Make a folder that goes away.

    Args:
        parent: where; that of temporary files if not given.

    Raises:
        InputError: the system refuses.
    """
    try:
        made = tempfile.TemporaryDirectory(
            prefix="tf-losses-", dir=parent, ignore_cleanup_errors=True
        )
    except OSError as error:
        raise InputError(
            f"no temporary folder: {system_reason(error)} (TMPDIR says where)"
        ) from None
    with made as folder:
        yield Path(folder)
