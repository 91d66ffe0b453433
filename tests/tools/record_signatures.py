# SPDX-License-Identifier: Apache-2.0
"""Record the signatures of TensorFlow 1.15's losses, for tests/data/tf115_signatures.json.

Needs CPython 3.7 with `pip install tensorflow==1.15.0 'protobuf<3.21' 'numpy<1.19'`:

    python3.7 tests/tools/record_signatures.py > tests/data/tf115_signatures.json
"""

import inspect
import json
import sys

import tensorflow as tf

NAMES = (
    "sigmoid_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "sparse_softmax_cross_entropy_with_logits",
    "weighted_cross_entropy_with_logits",
)

signatures = {name: str(inspect.signature(getattr(tf.nn, name))) for name in NAMES}
json.dump({"tensorflow": tf.__version__, "tf.nn": signatures}, sys.stdout, indent=1)
sys.stdout.write("\n")
