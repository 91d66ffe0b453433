# SPDX-License-Identifier: Apache-2.0
"""Weigh rare classes more, three ways."""

import tensorflow as tf

import numpy as np

np.random.seed(42)
n_classes = 4
counts = np.array([600, 250, 100, 50])
class_weights_np = (counts.sum() / (n_classes * counts)).astype(np.float32)

labels_np = np.random.choice(n_classes, size=64, p=counts / counts.sum())
logits_np = np.random.normal(0.0, 1.5, (64, n_classes)).astype(np.float32)

labels = tf.constant(labels_np, dtype=tf.int32)
logits = tf.constant(logits_np)
class_weights = tf.constant(class_weights_np)

# 1. a weight for each example, from its label
onehot_labels = tf.one_hot(labels, n_classes)
weights = tf.reduce_sum(class_weights * onehot_labels, axis=1)
unweighted_losses = tf.nn.softmax_cross_entropy_with_logits_v2(labels=onehot_labels, logits=logits)
loss_1 = tf.reduce_mean(unweighted_losses * weights)

# 2. the same weights, looked up, and the mean over their sum
weights_2 = tf.gather(class_weights, labels)
sparse_losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
loss_2 = tf.div(tf.reduce_sum(tf.multiply(weights_2, sparse_losses)), tf.reduce_sum(weights_2))

# 3. scaled logits
weighted_logits = tf.multiply(logits, class_weights)
loss_3 = tf.reduce_mean(
    tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=weighted_logits)
)

sess = tf.Session()
print("class weights:", sess.run(class_weights))
w1, w2 = sess.run([weights, weights_2])
print("same weights:", np.array_equal(w1, w2))
for name, loss in [("by label", loss_1), ("looked up", loss_2), ("scaled logits", loss_3)]:
    print("%-14s %.9g" % (name, sess.run(loss)))

per_example = sess.run(unweighted_losses)
for c in range(n_classes):
    chosen = tf.boolean_mask(unweighted_losses, tf.equal(labels, c))
    size, mean = sess.run([tf.size(chosen), tf.reduce_mean(chosen)])
    print("class %d: %2d examples, mean loss %s" % (c, int(size), mean))
print(per_example[:8].tolist())
sess.close()
