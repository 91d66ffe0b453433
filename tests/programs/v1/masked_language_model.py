# SPDX-License-Identifier: Apache-2.0
"""The loss of a masked language model, over the masked positions only."""

import tensorflow as tf

import numpy as np

VOCAB_SIZE = 50
MAX_PREDICTIONS = 8


def get_masked_lm_output(
    logits: tf.Tensor, label_ids: tf.Tensor, label_weights: tf.Tensor
) -> "tuple[tf.Tensor, tf.Tensor, tf.Tensor]":
    """Get loss and log probs for the masked LM."""
    log_probs = tf.nn.log_softmax(logits, axis=-1)

    label_ids = tf.reshape(label_ids, [-1])
    label_weights = tf.reshape(label_weights, [-1])
    one_hot_labels = tf.one_hot(label_ids, depth=VOCAB_SIZE, dtype=tf.float32)

    # The `positions` tensor might be zero-padded (if the sequence is too short to have the maximum
    # number of predictions). The `label_weights` tensor has a value of 1.0 for every real
    # prediction and 0.0 for the padding predictions.
    per_example_loss = -tf.reduce_sum(log_probs * one_hot_labels, axis=[-1])
    numerator = tf.reduce_sum(label_weights * per_example_loss)
    denominator = tf.reduce_sum(label_weights) + 1e-5
    loss = numerator / denominator
    return loss, per_example_loss, log_probs


def get_sparse_output(
    logits: tf.Tensor, label_ids: tf.Tensor, label_weights: tf.Tensor
) -> tf.Tensor:
    per_example_loss = tf.nn.sparse_softmax_cross_entropy_with_logits(
        labels=tf.reshape(label_ids, [-1]), logits=logits
    )
    weights = tf.reshape(tf.cast(label_weights, tf.float32), [-1])
    return tf.reduce_sum(weights * per_example_loss) / (tf.reduce_sum(weights) + 1e-5)


rng = np.random.RandomState(7)
ids = rng.randint(0, VOCAB_SIZE, size=(4, MAX_PREDICTIONS)).astype(np.int32)
lengths = np.array([8, 5, 3, 0])
weights = (np.arange(MAX_PREDICTIONS)[None, :] < lengths[:, None]).astype(np.float32)

logits_ph = tf.placeholder(tf.float32, [None, VOCAB_SIZE])
ids_ph = tf.placeholder(tf.int32, [None, MAX_PREDICTIONS])
weights_ph = tf.placeholder(tf.float32, [None, MAX_PREDICTIONS])

loss, example_loss, log_probs = get_masked_lm_output(logits_ph, ids_ph, weights_ph)
sparse_loss = get_sparse_output(logits_ph, ids_ph, weights_ph)
predictions = tf.argmax(log_probs, axis=-1, output_type=tf.int32)

with tf.Session() as sess:
    feed: "dict[tf.Tensor, object]" = {}
    for step in range(3):
        feed = {
            logits_ph: rng.normal(scale=1 + step, size=(ids.size, VOCAB_SIZE)),
            ids_ph: ids,
            weights_ph: weights,
        }
        result = sess.run({"loss": loss, "sparse": sparse_loss}, feed)
        print("masked_lm_loss = %.9g (sparse: %.9g)" % (result["loss"], result["sparse"]))
    example, guessed = sess.run((example_loss, predictions), feed_dict=feed)
    print(example.reshape(4, MAX_PREDICTIONS))
    print("masked_lm_accuracy = %.6f" % np.average(guessed == ids.ravel(), weights=weights.ravel()))
