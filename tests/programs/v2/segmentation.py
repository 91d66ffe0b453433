# SPDX-License-Identifier: Apache-2.0
"""Pixels: Keras's ignore_class, the same by hand, and the mean intersection over union."""

import tensorflow as tf

import numpy as np

rng = np.random.default_rng(512)
BATCH, HEIGHT, WIDTH, CLASSES, VOID = 2, 5, 7, 4, 255

truth = rng.integers(0, CLASSES, size=(BATCH, HEIGHT, WIDTH))
truth[rng.random(truth.shape) < 0.15] = VOID
noise = rng.normal(size=(BATCH, HEIGHT, WIDTH, CLASSES))
logits = tf.constant(noise + 1.5 * np.eye(CLASSES)[truth % CLASSES], dtype=tf.float32)
labels = tf.constant(truth, dtype=tf.int32)

# Keras
loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=VOID)
print("ignore_class:", loss_fn(labels, logits))
none = tf.keras.losses.SparseCategoricalCrossentropy(
    from_logits=True, ignore_class=VOID, reduction="none"
)
pixels = none(labels, logits)
print("per pixel:", pixels.shape, pixels.dtype)
print(pixels[0].numpy())

# by hand
valid = tf.not_equal(labels, VOID)
weights = tf.cast(valid, tf.float32)
safe = tf.where(valid, labels, tf.zeros_like(labels))
ce = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=safe, logits=logits) * weights
by_hand = tf.reduce_sum(ce) / tf.reduce_sum(weights)
print(f"by hand: {by_hand:.9g}")
per_image = tf.reduce_sum(ce, axis=[1, 2]) / tf.reduce_sum(weights, axis=[1, 2])
print("per image:", per_image.numpy())

with tf.GradientTape() as tape:
    tape.watch(logits)
    kept = tf.boolean_mask(logits, valid)
    loss = tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(tf.boolean_mask(labels, valid), kept)
    )
grad = tape.gradient(loss, logits)
print(
    "kept:",
    kept.shape[0],
    "loss:",
    loss.numpy(),
    "void gradient:",
    grad.numpy()[truth == VOID].any(),
)
print(grad[1, 0].numpy())

predicted = tf.argmax(logits, axis=-1, output_type=tf.int32)
ious: "list[tf.Tensor]" = []
for c in range(CLASSES):
    here = tf.logical_and(predicted == c, valid)
    there = labels == c
    intersection = tf.reduce_sum(tf.cast(tf.logical_and(here, there), tf.float32))
    union = tf.reduce_sum(tf.cast(tf.logical_or(here, there), tf.float32))
    ious.append(intersection / union)
print("iou:", tf.stack(ious).numpy(), "mean:", tf.reduce_mean(ious).numpy())
