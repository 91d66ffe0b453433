# SPDX-License-Identifier: Apache-2.0
"""The loss of a translator: padding does not count; the mean over words or over sentences."""

import tensorflow as tf

import numpy as np

loss_object = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")


def loss_function(real: tf.Tensor, pred: tf.Tensor) -> tf.Tensor:
    mask = tf.math.logical_not(tf.math.equal(real, 0))
    loss_ = loss_object(real, pred)
    mask = tf.cast(mask, dtype=loss_.dtype)
    loss_ *= mask
    return tf.reduce_sum(loss_) / tf.reduce_sum(mask)


def accuracy_function(real: tf.Tensor, pred: tf.Tensor) -> tf.Tensor:
    accuracies = tf.equal(real, tf.argmax(pred, axis=2))
    mask = tf.math.logical_not(tf.math.equal(real, 0))
    accuracies = tf.math.logical_and(mask, accuracies)
    accuracies = tf.cast(accuracies, dtype=tf.float32)
    mask = tf.cast(mask, dtype=tf.float32)
    return tf.reduce_sum(accuracies) / tf.reduce_sum(mask)


rng = np.random.default_rng(33)
batch, time, vocab = 4, 9, 15
lengths = np.array([9, 6, 4, 1])
targets = rng.integers(1, vocab, size=(batch, time))
targets[np.arange(time)[None, :] >= lengths[:, None]] = 0
outputs = rng.normal(size=(batch, time, vocab)).astype(np.float32)
outputs += 2 * np.eye(vocab, dtype=np.float32)[targets] * rng.random((batch, time, 1)).round()

real, pred = tf.constant(targets, dtype=tf.int64), tf.constant(outputs)
with tf.GradientTape() as tape:
    tape.watch(pred)
    loss = loss_function(real, pred)
gradient = tape.gradient(loss, pred)
print("loss", loss)
print("accuracy", accuracy_function(real, pred).numpy())
print("gradient of padding:", tf.reduce_max(tf.abs(gradient[3, 1:])).numpy())
print(gradient[0, 0].numpy())

mask = tf.sequence_mask(lengths, maxlen=time, dtype=tf.float32)
ce = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=real, logits=pred)
per_sentence = tf.reduce_sum(ce * mask, axis=1) / tf.cast(lengths, tf.float32)
print("per sentence", per_sentence.numpy().tolist())
print("mean of sentences", tf.reduce_mean(per_sentence))
print("weights of Keras", loss_object(real, pred, sample_weight=mask).numpy()[1])
print(tf.boolean_mask(ce, mask > 0).shape, f"perplexity {tf.exp(loss):.6f}")
steps = tf.unstack(tf.transpose(ce * mask), axis=0)
print([f"{tf.reduce_sum(step):.6f}" for step in steps])
