# SPDX-License-Identifier: Apache-2.0
"""The loss of a decoder over sequences of several lengths, and its perplexity."""

import tensorflow as tf

import numpy as np

PAD, VOCAB, MAX_TIME, BATCH = 0, 12, 6, 4


def make_batch(rng: np.random.RandomState) -> "tuple[np.ndarray, np.ndarray, np.ndarray]":
    lengths = rng.randint(1, MAX_TIME + 1, size=BATCH)
    tokens = rng.randint(1, VOCAB, size=(BATCH, MAX_TIME))
    for row, n in zip(tokens, lengths):
        row[n:] = PAD
    return tokens, lengths, rng.randn(MAX_TIME, BATCH, VOCAB)


targets = tf.placeholder(tf.int32, [None, None], name="targets")
lengths = tf.placeholder(tf.int32, [None], name="lengths")
time_major_logits = tf.placeholder(tf.float32, [None, None, VOCAB])

logits = tf.transpose(time_major_logits, [1, 0, 2])
max_time = tf.reduce_max(lengths)
# Cut what no sequence needs.
used_logits, used_targets = logits[:, :max_time], targets[:, :max_time]

crossent = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=used_targets, logits=used_logits)
target_weights = tf.sequence_mask(lengths, max_time, dtype=logits.dtype)
batch_size = tf.shape(targets)[0]
train_loss = tf.reduce_sum(crossent * target_weights) / tf.to_float(batch_size)

# Averages as sequence_loss takes them: across all, across time, across the batch
total_size = tf.reduce_sum(target_weights) + 1e-12
average = tf.reduce_sum(crossent * target_weights) / total_size
by_sequence = tf.reduce_sum(crossent * target_weights, axis=1) / (
    tf.reduce_sum(target_weights, axis=1) + 1e-12
)
by_step = tf.reduce_sum(crossent * target_weights, axis=0) / tf.reduce_sum(target_weights, axis=0)
last = tf.gather_nd(crossent, tf.stack([tf.range(batch_size), lengths - 1], axis=1))

rng = np.random.RandomState(314)
total_loss, total_words = 0.0, 0
feed: "dict[tf.Tensor, object]" = {}
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(3):
        tokens, sizes, raw = make_batch(rng)
        feed = {targets: tokens, lengths: sizes, time_major_logits: raw}
        loss, mean, words = sess.run([train_loss, average, tf.reduce_sum(lengths)], feed)
        total_loss += float(loss) * BATCH
        total_words += int(words)
        print("step %d loss %.9g mean %.9g words %d" % (step, loss, mean, words))
        print("  by sequence", sess.run(by_sequence, feed).tolist())
        print("  by step", sess.run(by_step, feed))
        print("  last", sess.run(last, feed))
    print(sess.run(target_weights, feed))
print("perplexity %.6f" % np.exp(total_loss / total_words))
