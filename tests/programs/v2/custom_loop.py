# SPDX-License-Identifier: Apache-2.0
"""Calibrate the logits of a trained model: fit a temperature and a bias by hand."""

import tensorflow as tf

import numpy as np

rng = np.random.default_rng(0)
num_classes, batch_size, learning_rate = 5, 50, 0.1

labels = rng.integers(0, num_classes, size=200)
logits = rng.normal(scale=3.0, size=(200, num_classes)).astype("float32")
logits[np.arange(200), labels] += 2.0

temperature = tf.constant(1.0)
bias = tf.zeros([num_classes])


def loss_fn(y_true: "tf.Tensor | np.ndarray", y_pred: "tf.Tensor | np.ndarray") -> tf.Tensor:
    per_example = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y_true, logits=y_pred)
    return tf.reduce_mean(per_example)


def train_step(
    x: tf.Tensor, y: tf.Tensor, temperature: tf.Tensor, bias: tf.Tensor
) -> "tuple[tf.Tensor, tf.Tensor, tf.Tensor]":
    with tf.GradientTape() as tape:
        tape.watch([temperature, bias])
        scaled = x / temperature + bias
        penalty = 0.01 * tf.reduce_sum(tf.square(bias))
        loss = loss_fn(y, scaled) + penalty
    gradients = tape.gradient(loss, [temperature, bias])
    temperature, bias = [
        value - learning_rate * grad for value, grad in zip([temperature, bias], gradients)
    ]
    return loss, temperature, bias


loss = loss_fn(labels, logits)
print(f"before: {float(loss):.9g}")
for epoch in range(4):
    epoch_losses: "list[float]" = []
    for start in range(0, len(labels), batch_size):
        x = tf.convert_to_tensor(logits[start : start + batch_size])
        y = tf.convert_to_tensor(labels[start : start + batch_size])
        loss, temperature, bias = train_step(x, y, temperature, bias)
        epoch_losses.append(loss.numpy())
    print(
        f"Epoch {epoch + 1}: loss {np.mean(epoch_losses):.8f}, "
        f"temperature {temperature.numpy():.9g}"
    )
print("last loss:", loss)
print(bias)
final = loss_fn(labels, logits / temperature + bias)
print("after: {:.9g}".format(final))
accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.argmax(logits + bias, axis=1), labels), tf.float32))
print(f"accuracy: {accuracy:.2%}")
