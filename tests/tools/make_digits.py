# SPDX-License-Identifier: Apache-2.0
"""Make tf_losses/data: a classifier's logits on real images, with TensorFlow's losses.

    pip install '.[test,data]' && python tests/tools/make_digits.py [DIRECTORY]

A small network is trained on two thirds of scikit-learn's bundled handwritten digits (UCI
"Optical Recognition of Handwritten Digits", 1,797 images of 8 x 8); its logits for all of them
are kept as float32, so that right, doubtful and wrong answers occur.
"""

import json
import platform
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import sklearn
import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier

SEED = 0
DATA = Path(__file__).resolve().parents[2] / "tf_losses" / "data"


def digits_logits() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int64], float]:
    """Logits and labels of all digits, and the share of held-out digits read right."""
    images, labels = load_digits(return_X_y=True)
    images = images / images.max()
    train_x, test_x, train_y, test_y = train_test_split(
        images, labels, test_size=1 / 3, random_state=SEED, stratify=labels
    )
    network = MLPClassifier((32,), random_state=SEED, max_iter=500).fit(train_x, train_y)
    hidden = np.maximum(images @ network.coefs_[0] + network.intercepts_[0], 0)
    logits = hidden @ network.coefs_[1] + network.intercepts_[1]
    # The network's own answers, so that the lines above are known to be its last layer.
    if not np.array_equal(logits.argmax(axis=1), network.predict(images)):
        sys.exit("the logits are not the network's")
    return (
        logits.astype(np.float32),
        labels.astype(np.int64),
        float(network.score(test_x, test_y)),
    )


def cpu_flags() -> list[str]:
    """The processor's instruction sets as Linux lists them."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    flags = next((line.split(":")[1].split() for line in lines if line.startswith("flags")), [])
    return sorted(flag for flag in flags if flag.startswith(("sse", "avx", "fma", "f16c")))


def main() -> None:
    """Write logits, labels, losses, and how they were made."""
    directory = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    directory.mkdir(parents=True, exist_ok=True)
    logits, labels, score = digits_logits()
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits).numpy()
    np.save(directory / "digits_logits.npy", logits)
    np.save(directory / "digits_labels.npy", labels)
    np.save(directory / "digits_losses_tf2.21.npy", losses)
    made = {
        "script": "tests/tools/make_digits.py",
        "source": "sklearn.datasets.load_digits (UCI, Optical Recognition of Handwritten Digits)",
        "model": "MLPClassifier((32,)) trained on two thirds of the images",
        "seed": SEED,
        "held_out_accuracy": round(score, 4),
        "loss": "tf.nn.sparse_softmax_cross_entropy_with_logits",
        "tensorflow": tf.__version__,
        "numpy": np.__version__,
        "scikit_learn": sklearn.__version__,
        "libc": " ".join(platform.libc_ver()),
        "machine": platform.machine(),
        "cpu_flags": cpu_flags(),
    }
    (directory / "digits.json").write_text(json.dumps(made, indent=2) + "\n")


if __name__ == "__main__":
    main()
