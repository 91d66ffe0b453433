# SPDX-License-Identifier: Apache-2.0
"""Where exp and log of float32 turn to the next power of two, as TensorFlow 2.21 gave them.

One last bit of the constants there shows in hardly another argument.
"""

from __future__ import annotations

import numpy as np
import pytest

import tf_losses
from tf_losses import gradients
from tf_losses._internal.runtime import native
from tf_losses.compat import v2

pytestmark = pytest.mark.usefixtures("restore_native")

ISAS = [name for name, runs in native.isa_known().items() if runs]


def f32(number: str) -> np.float32:
    return np.float32(float.fromhex(number))


@pytest.mark.parametrize("isa", ISAS)
def test_of_exp(isa: str) -> None:
    """At -ln2/2."""
    native.isa_select(isa)
    logits = np.full(16, f32("-0x1.62e434p-2"))
    with tf_losses.tf_version("2.21"):
        found = gradients.sigmoid_cross_entropy_with_logits(np.zeros_like(logits), logits)
    assert (np.asarray(found.logits) == f32("0x1.a8279ap-2")).all()


@pytest.mark.parametrize("isa", ISAS)
def test_of_log(isa: str) -> None:
    """At sqrt(2), the sum of the exponentials here."""
    native.isa_select(isa)
    logits = np.tile(np.array([0, f32("-0x1.c34366p-1")], np.float32), (8, 1))
    with tf_losses.tf_version("2.21"):
        found = np.asarray(v2.nn.log_softmax(logits))
    assert (found == [f32("-0x1.62e430p-2"), f32("-0x1.3a5ac0p+0")]).all()
