# SPDX-License-Identifier: Apache-2.0
"""Evaluate with Keras's metrics, batch by batch, over two epochs."""

import tensorflow as tf

import numpy as np

rng = np.random.default_rng(1)
NUM_CLASSES = 6

loss_object = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
test_loss = tf.keras.metrics.Mean(name="test_loss")
test_accuracy = tf.keras.metrics.SparseCategoricalAccuracy(name="test_accuracy")
test_crossentropy = tf.keras.metrics.SparseCategoricalCrossentropy(from_logits=True)
top_3 = tf.keras.metrics.SparseTopKCategoricalAccuracy(k=3)
binary_accuracy = tf.keras.metrics.BinaryAccuracy(threshold=0.5)
metrics = [test_loss, test_accuracy, test_crossentropy, top_3, binary_accuracy]


def test_step(images: tf.Tensor, labels: tf.Tensor) -> None:
    predictions = images  # the logits of a model
    t_loss = loss_object(labels, predictions)
    test_loss(t_loss)
    test_accuracy(labels, predictions)
    test_crossentropy.update_state(labels, predictions)
    top_3.update_state(labels, predictions)
    is_animal = tf.cast(tf.reshape(labels, [-1, 1]) < 3, tf.float32)
    scores = tf.reduce_sum(tf.nn.softmax(tf.cast(predictions, tf.float64))[:, :3], 1, keepdims=True)
    binary_accuracy.update_state(is_animal, tf.cast(scores, tf.float32))


for epoch in range(2):
    for metric in metrics:
        metric.reset_state()
    for size in (16, 16, 9):
        labels = rng.integers(0, NUM_CLASSES, size)
        logits = rng.normal(size=(size, NUM_CLASSES)) + epoch * 2 * np.eye(NUM_CLASSES)[labels]
        test_step(tf.constant(logits, tf.float32), tf.constant(labels))
        print(f"  so far: {test_loss.result().numpy():.7f}")
    print(
        f"Epoch {epoch + 1}, "
        f"Loss: {test_loss.result():0.8f}, "
        f"Accuracy: {test_accuracy.result() * 100:0.4f}, "
        f"Crossentropy: {float(test_crossentropy.result()):.9g}, "
        f"Top 3: {float(top_3.result()):.6f}, "
        f"Animals: {float(binary_accuracy.result()):.6f}"
    )

weighted = tf.keras.metrics.Mean()
weighted.update_state([1.0, 3.0, 5.0, 7.0], sample_weight=[1, 1, 0, 0.5])
print(weighted.name, weighted.result().numpy())
print(test_accuracy.result())
