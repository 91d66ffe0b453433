# SPDX-License-Identifier: Apache-2.0
"""Evaluate the logits of a trained classifier batch by batch."""

import tensorflow as tf

import numpy as np

NUM_CLASSES = 10
BATCH_SIZE = 32

rng = np.random.RandomState(1234)
test_labels = rng.randint(0, NUM_CLASSES, size=200)
test_onehot = np.eye(NUM_CLASSES, dtype=np.float32)[test_labels]
test_logits = (rng.randn(200, NUM_CLASSES) * 2 + 3 * test_onehot).astype(np.float32)

x = tf.placeholder(tf.float32, shape=[None, NUM_CLASSES], name="logits")
y_ = tf.placeholder(tf.float32, [None, NUM_CLASSES], name="labels")

with tf.name_scope("loss"):
    cross_entropy = tf.nn.softmax_cross_entropy_with_logits_v2(labels=y_, logits=x)
    loss_op = tf.reduce_mean(cross_entropy)

with tf.name_scope("accuracy"):
    correct_prediction = tf.equal(tf.argmax(x, 1), tf.argmax(y_, 1))
    accuracy = tf.reduce_mean(tf.cast(correct_prediction, tf.float32))

init = tf.global_variables_initializer()

print("logits:", x.get_shape().as_list(), x.dtype)
print("per example:", cross_entropy.get_shape().as_list(), cross_entropy.dtype.name)

with tf.Session() as sess:
    sess.run(init)
    total_loss, total_acc, seen = 0.0, 0.0, 0
    for start in range(0, len(test_logits), BATCH_SIZE):
        batch_x = test_logits[start : start + BATCH_SIZE]
        batch_y = test_onehot[start : start + BATCH_SIZE]
        loss, acc = sess.run([loss_op, accuracy], feed_dict={x: batch_x, y_: batch_y})
        print("Batch %d: loss = %.9g, accuracy = %.4f" % (start // BATCH_SIZE, loss, acc))
        total_loss += float(loss) * len(batch_x)
        total_acc += float(acc) * len(batch_x)
        seen += len(batch_x)
    print("Test loss: {:.12g}".format(total_loss / seen))
    print("Test accuracy: {:.6f}".format(total_acc / seen))

    worst = sess.run(cross_entropy, feed_dict={x: test_logits, y_: test_onehot})
    order = np.argsort(-worst)[:5]
    print("Hardest examples:", order, worst[order])
    print("Accuracy again: %g" % accuracy.eval({x: test_logits, y_: test_onehot}))
