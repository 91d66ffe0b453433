# SPDX-License-Identifier: Apache-2.0
"""Does an installed wheel work? Needs neither pytest nor TensorFlow; prints OK.

python tests/tools/smoke.py     (from outside the source tree: it tests what is installed)
"""

import sys
from importlib import resources

import numpy as np

import tf_losses as tf
import tf_losses.compat.v2 as tf2
from tf_losses._internal.runtime import arrays

DATA = resources.files("tf_losses") / "data"


def load(name: str) -> np.ndarray:
    """One of the package's own data files."""
    return np.load(str(DATA / f"digits_{name}.npy"), allow_pickle=False)


def same_bits(losses: np.ndarray, recorded: np.ndarray) -> bool:
    """Equal type, shape and bits."""
    return (losses.dtype, losses.shape, losses.tobytes()) == (
        recorded.dtype,
        recorded.shape,
        recorded.tobytes(),
    )


def problems() -> list[str]:
    """What does not work."""
    found = []
    logits, labels, recorded = load("logits"), load("labels"), load("losses_tf2.21")
    for name, nn in (("nn", tf.nn), ("compat.v1.nn", tf.compat.v1.nn), ("compat.v2.nn", tf2.nn)):
        losses = nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
        if not same_bits(losses, recorded):
            found.append(f"{name}: {np.sum(losses != recorded)} losses differ")
    if arrays._module is None:  # noqa: SLF001 (losses are the same without, only slower)
        found.append("C does not read plain arrays by itself")
    with tf.Session() as session:
        if session.run(tf.nn.sigmoid_cross_entropy_with_logits(labels=[1.0], logits=[0.0])) < 0:
            found.append("Session: a negative loss")
    try:
        tf2.nn.sparse_softmax_cross_entropy_with_logits(labels=[3], logits=[[0.0, 1.0, 2.0]])
        found.append("a label out of range was accepted")
    except tf.errors.InvalidArgumentError as error:
        if "Received a label value of 3" not in str(error):
            found.append(f"another text: {error}")
    return found


if __name__ == "__main__":
    sys.exit("\n".join(problems()) or print("OK", sys.version.split()[0], np.__version__))
