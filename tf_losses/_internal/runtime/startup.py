# SPDX-License-Identifier: Apache-2.0
"""What the import of the package does where it fails inside of the `tf-losses` command."""

from __future__ import annotations

import sys
from pathlib import PurePath

_SCRIPTS = ("tf-losses", "tf-losses.exe", "tf-losses-script.py")


def is_command(argv: list[str], orig_argv: list[str]) -> bool:
    """Tell whether a process was started as the command.

    >>> is_command(["/usr/bin/tf-losses", "demo"], ["python3", "/usr/bin/tf-losses", "demo"])
    True
    >>> is_command(["-m", "demo"], ["python3", "-m", "tf_losses", "demo"])
    True
    >>> is_command(["-m"], ["python3", "-m", "pytest", "tf_losses"])
    False
    """
    if not argv:
        return False
    if argv[0] == "-m":  # while the package of the module is imported
        rest = orig_argv[orig_argv.index("-m") + 1 :] if "-m" in orig_argv else []
        return rest[:1] in (["tf_losses"], ["tf_losses.__main__"])
    return PurePath(argv[0]).name in _SCRIPTS


def stop_command(error: Exception) -> None:
    """End the command with one line and exit code 2; a program that imports the package goes on."""
    if not is_command(sys.argv, sys.orig_argv):
        return
    if sys.stderr is not None:
        sys.stderr.write(f"tf-losses: error: {error}\n")
    raise SystemExit(2)
