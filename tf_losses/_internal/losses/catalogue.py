# SPDX-License-Identifier: Apache-2.0
"""The list of the losses: what commands, parity, benchmarks and tests know of each.

C has its own in csrc/losses.h; the calls of `tests/unit/test_abi.py` are made after this one.
"""

from __future__ import annotations

from dataclasses import dataclass

from tf_losses._internal.runtime import native


@dataclass(frozen=True)
class Loss:
    """One loss, and what sets it apart from the others."""

    name: str
    """In C, on the command line, in tables."""
    by_row: bool = False
    """One loss a row of classes; else one an element."""
    class_labels: bool = False
    """Labels are class numbers; else of the logits' shape and dtype."""
    has_weight: bool = False
    """There is a pos_weight."""
    has_axis: bool = False
    """The classes may lie along any axis."""

    @property
    def code(self) -> int:
        """The number that C knows it by."""
        return native.code_of(self.name)

    @property
    def function(self) -> str:
        """TensorFlow's name of it.

        >>> of("sigmoid").function
        'sigmoid_cross_entropy_with_logits'
        """
        return f"{self.name}_cross_entropy_with_logits"

    @property
    def gradients(self) -> str:
        """The name in `tf_losses.gradients` of what has all gradients.

        >>> of("softmax").gradients
        'softmax_cross_entropy_with_logits_v2'
        """
        return self.function + ("_v2" if self.has_axis else "")


# In the order of the parity table, of which recorded files depend: new ones come last.
LOSSES = (
    Loss("sigmoid"),
    Loss("weighted", has_weight=True),
    Loss("softmax", by_row=True, has_axis=True),
    Loss("sparse_softmax", by_row=True, class_labels=True),
)
NAMES = tuple(loss.name for loss in LOSSES)
_BY_NAME = {loss.name: loss for loss in LOSSES}


def of(name: str) -> Loss:
    """Give a loss by its name.

    >>> of("weighted").has_weight, "sigmoid" in NAMES
    (True, True)
    """
    return _BY_NAME[name]
