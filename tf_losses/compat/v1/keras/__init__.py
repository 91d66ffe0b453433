# SPDX-License-Identifier: Apache-2.0
"""`tf.keras`: the modules of `tf_losses.keras`, under this name."""

import importlib
from typing import Any

from tf_losses import _names, keras

__all__ = ["activations", "backend", "losses", "metrics", "utils"]
# The same files, imported once more as modules of this package.
__path__ = keras.__path__


_look_up = _names.lookup(__name__, 2, "keras")


def __getattr__(name: str) -> Any:  # noqa: ANN401 (a module)
    """Import a namespace when it is first asked for; the others say that they are not there."""
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    return _look_up(name)


def __dir__() -> list[str]:
    """List what is public."""
    return __all__
