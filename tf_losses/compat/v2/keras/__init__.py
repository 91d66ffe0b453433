# SPDX-License-Identifier: Apache-2.0
"""`tf.keras`: the modules of `tf_losses.keras`, under this name."""

import importlib
from types import ModuleType

from tf_losses import keras

__all__ = ["activations", "backend", "losses", "metrics", "utils"]
# The same files, imported once more as modules of this package.
__path__ = keras.__path__


def __getattr__(name: str) -> ModuleType:
    """Import a namespace when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    """List what is public."""
    return __all__
