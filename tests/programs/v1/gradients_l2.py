# SPDX-License-Identifier: Apache-2.0
"""Gradients of a loss with an l2 term, for a softmax regression that NumPy multiplies out."""

import tensorflow as tf

import numpy as np

LEARNING_RATE = 0.5
WEIGHT_DECAY = 1e-3

rng = np.random.RandomState(3)
features = rng.randn(40, 5).astype(np.float32)
truth = rng.randn(5, 3)
classes = np.argmax(features.dot(truth) + rng.randn(40, 3), axis=1)
weights = np.zeros((5, 3), dtype=np.float32)
bias = np.zeros(3, dtype=np.float32)

scores = tf.placeholder(tf.float32, [None, 3], name="scores")
w = tf.placeholder(tf.float32, [5, 3], name="w")
b = tf.placeholder(tf.float32, [3], name="b")
y = tf.placeholder(tf.int32, [None], name="y")

logits = scores + b
losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
data_loss = tf.reduce_mean(losses, name="data_loss")
l2 = WEIGHT_DECAY * (tf.nn.l2_loss(w) + tf.nn.l2_loss(b))
total = tf.add(data_loss, l2, name="total_loss")
grad_scores, grad_w, grad_b = tf.gradients(total, [scores, w, b])
grad_norm = tf.sqrt(tf.add_n([tf.reduce_sum(tf.square(g)) for g in (grad_w, grad_b)]))

print([g.get_shape().as_list() for g in (grad_scores, grad_w, grad_b)])
feed: "dict[tf.Tensor, object]" = {}
gs = np.zeros((40, 3), dtype=np.float32)
with tf.Session() as sess:
    for step in range(6):
        # Rounded, so that no BLAS shows in the last digits.
        feed = {scores: np.round(features @ weights, 4), w: weights, b: bias, y: classes}
        loss, decay, norm, gs, gw, gb = sess.run(
            [total, l2, grad_norm, grad_scores, grad_w, grad_b], feed_dict=feed
        )
        print("step %d: loss %.9g (l2 %.9g), norm %.9g" % (step, loss, decay, norm))
        weights -= LEARNING_RATE * (np.round(features.T @ gs, 4) + gw).astype(np.float32)
        bias -= LEARNING_RATE * gb
    accuracy = tf.reduce_mean(tf.cast(tf.nn.in_top_k(logits, y, 1), tf.float32))
    print("accuracy %.4f" % sess.run(accuracy, feed))
    print("bias", bias.tolist())
    print(gs[:4])
