# SPDX-License-Identifier: Apache-2.0
"""TensorFlow 1.x's `tf.contrib.slim`, as far as it has losses."""

from typing import NoReturn

from . import losses

__all__ = ["losses"]


def __getattr__(name: str) -> NoReturn:
    """Say that there is no more."""
    raise AttributeError(
        f"{__name__} has no {name!r}: of tf.contrib.slim the losses are here; "
        "models stay with a framework"
    )


def __dir__() -> list[str]:
    """List what is public."""
    return __all__
