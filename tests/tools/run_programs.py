# SPDX-License-Identifier: Apache-2.0
"""Run the programs of a folder one after the other, and keep what they print.

Takes what stands for their `import tensorflow as tf`, the folder, and where the texts go. With a
Python that has TensorFlow 1.15 (or 2.13 and tests/programs/v2), it records:

    python3.7 tests/tools/run_programs.py "import tensorflow as tf" tests/programs/v1 \
        tests/programs/printed/1.15
"""

from __future__ import annotations  # the older of the Pythons is 3.7

import contextlib
import importlib
import io
import sys
import traceback
from pathlib import Path

IMPORT = "import tensorflow as tf\n"


def source_of(program: Path, line: str) -> str:
    """Give a program with another import."""
    text = program.read_text(encoding="utf-8")
    if text.count(IMPORT) != 1:
        raise ValueError(f"{program} has not one line of {IMPORT!r}")
    return text.replace(IMPORT, line + "\n")


def main() -> None:
    """Run all; what one raises is written where its text would be."""
    line, folder, kept = sys.argv[1:]
    library = importlib.import_module("tensorflow" if "tensorflow" in line else "tf_losses")
    Path(kept).mkdir(parents=True, exist_ok=True)
    for program in sorted(Path(folder).glob("*.py")):
        library.compat.v1.reset_default_graph()  # as if it were alone
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            try:
                source = compile(source_of(program, line), str(program), "exec")
                exec(source, {"__name__": "__main__"})  # noqa: S102
            except Exception:  # noqa: BLE001 (whatever a program raises)
                traceback.print_exc(file=printed)
        Path(kept, program.stem + ".txt").write_bytes(printed.getvalue().encode())


if __name__ == "__main__":
    main()
