# SPDX-License-Identifier: Apache-2.0
"""Several labels for one example, rare ones weighted, and the usual scores."""

import tensorflow as tf

import numpy as np

rng = np.random.RandomState(5)
NUM_LABELS = 6
prior = np.array([0.5, 0.3, 0.2, 0.1, 0.05, 0.05])
targets = (rng.rand(80, NUM_LABELS) < prior).astype(np.float32)
scores = (rng.randn(80, NUM_LABELS) * 1.5 + 2 * targets - 1.5).astype(np.float32)

logits = tf.placeholder(tf.float32, shape=(None, NUM_LABELS))
labels = tf.placeholder(tf.float32, shape=(None, NUM_LABELS))
threshold = tf.placeholder_with_default(0.5, shape=())

positive = tf.reduce_sum(labels, axis=0)
pos_weight = tf.clip_by_value((tf.to_float(tf.shape(labels)[0]) - positive) / positive, 1.0, 20.0)

plain = tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)
weighted = tf.nn.weighted_cross_entropy_with_logits(labels, logits, pos_weight)
loss = tf.reduce_mean(tf.reduce_sum(plain, axis=1))
weighted_loss = tf.reduce_mean(tf.reduce_sum(weighted, 1))

probabilities = tf.sigmoid(logits)
predicted = tf.cast(tf.greater(probabilities, threshold), tf.float32)
tp = tf.reduce_sum(predicted * labels, 0)
fp = tf.reduce_sum(predicted * (1 - labels), 0)
fn = tf.reduce_sum((1 - predicted) * labels, 0)
precision = tp / tf.maximum(tp + fp, 1)
recall = tp / tf.maximum(tp + fn, 1)
f1 = 2 * precision * recall / (precision + recall + 1e-7)
exact = tf.reduce_mean(tf.cast(tf.reduce_all(tf.equal(predicted, labels), axis=1), tf.float32))

sess = tf.InteractiveSession()
feed: "dict[tf.Tensor, object]" = {logits: scores, labels: targets}
print("loss %.9g, weighted %.9g" % (loss.eval(feed), weighted_loss.eval(feed_dict=feed)))
print("pos_weight", pos_weight.eval(feed_dict=feed))
for cut in (0.3, 0.5, 0.7):
    feed[threshold] = cut
    p, r, f, e = sess.run([precision, recall, f1, exact], feed)
    print("threshold", cut)
    print("  precision", np.round(p, 4))
    print("  recall   ", np.round(r, 4))
    print("  f1       ", f)
    print("  exact match: {:.4f}, macro f1: {:.6f}".format(float(e), f.mean()))
print("first probabilities:", probabilities.eval(feed)[0].tolist())
sess.close()
