# SPDX-License-Identifier: Apache-2.0
"""Focal loss by hand, for anchors of which most are background, with its gradient."""

import tensorflow as tf

import numpy as np


def focal_loss(
    y_true: tf.Tensor, y_pred: tf.Tensor, alpha: float = 0.25, gamma: float = 2.0
) -> tf.Tensor:
    """Sigmoid focal cross entropy of logits, one for each anchor and class."""
    y_true = tf.cast(y_true, y_pred.dtype)
    ce = tf.nn.sigmoid_cross_entropy_with_logits(labels=y_true, logits=y_pred)
    prob = tf.sigmoid(y_pred)
    p_t = (y_true * prob) + ((1 - y_true) * (1 - prob))
    alpha_factor = y_true * alpha + (1 - y_true) * (1 - alpha)
    modulating_factor = tf.pow(1.0 - p_t, gamma)
    return alpha_factor * modulating_factor * ce


class RetinaNetClassificationLoss:
    def __init__(self, num_classes: int, alpha: float, gamma: float) -> None:
        self.num_classes, self.alpha, self.gamma = num_classes, alpha, gamma

    def __call__(self, class_ids: np.ndarray, predictions: tf.Tensor) -> tf.Tensor:
        labels = tf.one_hot(tf.cast(class_ids, tf.int32), depth=self.num_classes, dtype=tf.float32)
        positive = tf.cast(tf.greater(class_ids, -1.0), dtype=tf.float32)
        ignored = tf.cast(tf.equal(class_ids, -2.0), dtype=tf.float32)
        loss = tf.reduce_sum(focal_loss(labels, predictions, self.alpha, self.gamma), axis=-1)
        loss = tf.where(tf.equal(ignored, 1.0), 0.0, loss)
        normalizer = tf.reduce_sum(positive, axis=-1)
        return tf.math.divide_no_nan(tf.reduce_sum(loss, axis=-1), normalizer)


rng = np.random.default_rng(8)
ids = rng.choice([-2.0, -1.0, 0.0, 1.0, 2.0], p=[0.1, 0.7, 0.1, 0.05, 0.05], size=(3, 30))
ids[2] = -1.0  # an image without an object
ids = ids.astype(np.float32)
logits = tf.constant(rng.normal(-2.0, 1.5, size=(3, 30, 3)), dtype=tf.float32)

for gamma in (0.0, 1.0, 2.0):
    loss = RetinaNetClassificationLoss(3, alpha=0.25, gamma=gamma)(ids, logits)
    print("gamma", gamma, [f"{value:.9g}" for value in loss.numpy()])

loss_fn = RetinaNetClassificationLoss(num_classes=3, alpha=0.25, gamma=2.0)
with tf.GradientTape() as tape:
    tape.watch(logits)
    loss = tf.reduce_mean(loss_fn(ids, logits))
grad = tape.gradient(loss, logits)
print("mean loss:", loss)
print("gradient:", grad.shape, grad[0, :2].numpy().tolist())
print("largest:", tf.reduce_max(tf.abs(grad), axis=[1, 2]))
