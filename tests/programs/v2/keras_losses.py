# SPDX-License-Identifier: Apache-2.0
"""Keras's losses as objects: reductions, sample weights, smoothing."""

import tensorflow as tf

import numpy as np

rng = np.random.default_rng(21)
batch, classes = 8, 4
y_sparse = rng.integers(0, classes, size=(batch,))
y_onehot = tf.one_hot(y_sparse, depth=classes)
y_binary = rng.integers(0, 2, size=(batch, 1)).astype("float32")
logits = rng.normal(size=(batch, classes)).astype("float32")
binary_logits = rng.normal(size=(batch, 1)).astype("float32")
sample_weight = np.linspace(0.0, 1.5, batch).astype("float32")

print("== reductions")
for reduction in ("none", "sum", "sum_over_batch_size"):
    scce = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=reduction)
    bce = tf.keras.losses.BinaryCrossentropy(from_logits=True, reduction=reduction)
    print(reduction)
    print(" ", scce(y_sparse, logits).numpy())
    print(" ", scce(y_sparse, logits, sample_weight=sample_weight).numpy())
    print(" ", bce(y_binary, binary_logits).numpy())

print("== label smoothing")
for smoothing in (0.0, 0.1):
    cce = tf.keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)
    print(f"{smoothing}: {cce(y_onehot, logits).numpy():.9g}")
    print(f"  weighted: {cce(y_onehot, logits, sample_weight).numpy():.9g}")

print("== by call of the function")
losses = tf.keras.losses.sparse_categorical_crossentropy(y_sparse, logits, from_logits=True)
print(losses)
print(tf.reduce_mean(losses))
losses = tf.keras.losses.categorical_crossentropy(y_onehot, logits, from_logits=True)
print(repr(losses))

print("== regression")
a, b = rng.normal(size=(2, batch, 3)).astype("float32")
for name in ("MeanSquaredError", "MeanAbsoluteError", "Huber"):
    loss = getattr(tf.keras.losses, name)()
    print(f"{name:>20}: {loss(a, b).numpy():.9g}")
print("huber, delta 0.5:", tf.keras.losses.Huber(delta=0.5, reduction="none")(a, b).numpy())

loss = tf.keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2, name="cce")
again = tf.keras.losses.CategoricalCrossentropy.from_config(loss.get_config())
print(again.name, (loss(y_onehot, logits) == again(y_onehot, logits)).numpy())
