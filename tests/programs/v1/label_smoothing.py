# SPDX-License-Identifier: Apache-2.0
"""Label smoothing by the values of one_hot, as translation models do it."""

import tensorflow as tf

import numpy as np


def padded_cross_entropy_loss(
    logits: tf.Tensor, labels: tf.Tensor, smoothing: float, vocab_size: int
) -> "tuple[tf.Tensor, tf.Tensor]":
    """Calculate cross entropy loss while ignoring padding."""
    with tf.name_scope("smoothing_cross_entropy"):
        confidence = 1.0 - smoothing
        low_confidence = (1.0 - confidence) / float(vocab_size - 1)
        soft_targets = tf.one_hot(
            tf.cast(labels, tf.int32),
            depth=vocab_size,
            on_value=confidence,
            off_value=low_confidence,
        )
        xentropy = tf.nn.softmax_cross_entropy_with_logits_v2(logits=logits, labels=soft_targets)

        # Calculate the best (lowest) possible value of cross entropy, and subtract from the
        # cross entropy loss.
        normalizing_constant = -(
            confidence * np.log(confidence)
            + float(vocab_size - 1) * low_confidence * np.log(low_confidence + 1e-20)
        )
        xentropy -= normalizing_constant

    weights = tf.to_float(tf.not_equal(labels, 0))
    return xentropy * weights, weights


rng = np.random.RandomState(99)
vocab, batch, length = 20, 3, 7
targets = rng.randint(1, vocab, size=(batch, length))
targets[1, 5:] = 0
targets[2, 3:] = 0
raw_logits = rng.uniform(-4, 4, size=(batch, length, vocab)).astype("float32")

with tf.Graph().as_default():
    logits = tf.placeholder(tf.float32, shape=(batch, length, vocab))
    labels = tf.placeholder(tf.int64, shape=(batch, length))
    results: "list[tuple[tf.Tensor, tf.Tensor]]" = []
    for eps in (0.1, 0.2):
        xent, weights = padded_cross_entropy_loss(logits, labels, eps, vocab)
        results.append((xent, tf.reduce_sum(xent) / tf.reduce_sum(weights)))
    weights = tf.to_float(tf.not_equal(labels, 0))
    nll = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    mean_nll = tf.reduce_sum(nll * weights) / tf.reduce_sum(weights)
    perplexity = tf.exp(mean_nll)

    with tf.Session() as sess:
        feed_dict = {logits: raw_logits, labels: targets}
        fetched = sess.run([results, mean_nll, perplexity], feed_dict=feed_dict)
        for eps, (xent_value, mean) in zip((0.1, 0.2), fetched[0]):
            print("smoothing {}: {:.9g}".format(eps, mean))
            print(xent_value)
        print("nll {:.9g}, perplexity {:.9g}".format(fetched[1], fetched[2]))
