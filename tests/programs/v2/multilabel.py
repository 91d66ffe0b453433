# SPDX-License-Identifier: Apache-2.0
"""Several labels for one example, with more weight for the rare ones."""

import tensorflow as tf

import numpy as np

rng = np.random.default_rng(2024)
LABELS = ["beach", "people", "sunset", "boat", "storm"]
frequency = np.array([0.5, 0.4, 0.2, 0.1, 0.03])

y_true = (rng.random((60, len(LABELS))) < frequency).astype(np.float32)
y_logit = (rng.normal(size=y_true.shape) + 2.5 * y_true - 1.5).astype(np.float32)

pos = y_true.sum(axis=0)
pos_weight = (len(y_true) - pos) / np.maximum(pos, 1)
print("pos_weight:", dict(zip(LABELS, pos_weight.round(3).tolist())))


class WeightedBCE:
    def __init__(self, pos_weight: np.ndarray) -> None:
        self.pos_weight = tf.cast(pos_weight, tf.float32)

    def __call__(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        loss = tf.nn.weighted_cross_entropy_with_logits(
            labels=y_true, logits=y_pred, pos_weight=self.pos_weight
        )
        return tf.reduce_mean(tf.reduce_sum(loss, axis=-1))


labels, logits = tf.constant(y_true), tf.constant(y_logit)
plain = tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
print("plain:   ", tf.reduce_mean(tf.reduce_sum(plain, axis=-1)).numpy())
with tf.GradientTape() as tape:
    tape.watch(logits)
    weighted = WeightedBCE(pos_weight)(labels, logits)
print("weighted:", weighted.numpy())
gradient = tape.gradient(weighted, logits)
print("gradient of the first:", gradient[0])
by_label = tf.reduce_mean(plain, axis=0)
for name, value in zip(LABELS, by_label):
    print(f"  {name:<7} {value:.8f}")

predicted = tf.cast(logits > 0, tf.float32)
true_positives = tf.reduce_sum(predicted * labels, axis=0)
precision = tf.math.divide_no_nan(true_positives, tf.reduce_sum(predicted, axis=0))
recall = tf.math.divide_no_nan(true_positives, tf.reduce_sum(labels, axis=0))
f1 = tf.math.divide_no_nan(2 * precision * recall, precision + recall)
print("f1:", f1.numpy(), "macro:", float(tf.reduce_mean(f1)))
exact = tf.reduce_all(predicted == labels, axis=1)
print("exact matches:", tf.math.count_nonzero(exact).numpy(), "of", len(y_true))
print(exact[:6])
print(tf.keras.losses.binary_crossentropy(labels[:4], logits[:4], from_logits=True))
