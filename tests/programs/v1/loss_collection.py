# SPDX-License-Identifier: Apache-2.0
"""tf.losses collects what it computes; the total is their sum."""

import tensorflow as tf

import numpy as np

rng = np.random.RandomState(11)
N, C = 16, 7

tf.reset_default_graph()
class_logits = tf.placeholder(tf.float32, [N, C], name="class_logits")
class_ids = tf.placeholder(tf.int64, [N], name="class_ids")
has_box = tf.placeholder(tf.float32, [N], name="has_box")
box_pred = tf.placeholder(tf.float32, [N, 4])
box_true = tf.placeholder(tf.float32, [N, 4])
object_logits = tf.placeholder(tf.float32, [N, 1])

class_loss = tf.losses.softmax_cross_entropy(
    tf.one_hot(class_ids, C), class_logits, label_smoothing=0.1, scope="class_loss"
)
aux_loss = tf.losses.sparse_softmax_cross_entropy(
    labels=class_ids, logits=class_logits * 0.5, weights=0.4
)
object_loss = tf.losses.sigmoid_cross_entropy(tf.expand_dims(has_box, 1), object_logits)
# Only examples that have a box count.
box_loss = tf.losses.huber_loss(box_true, box_pred, weights=tf.expand_dims(has_box, 1))
log_loss = tf.losses.log_loss(
    has_box, tf.sigmoid(tf.squeeze(object_logits, [1])), epsilon=1e-6, loss_collection=None
)
mse = tf.losses.mean_squared_error(box_true, box_pred, reduction=tf.losses.Reduction.SUM)
tf.losses.add_loss(0.01 * mse)

per_example = tf.losses.sparse_softmax_cross_entropy(
    class_ids,
    class_logits,
    weights=1.0 + has_box,
    reduction=tf.losses.Reduction.NONE,
    loss_collection=None,
)
collected = tf.losses.get_losses()
total = tf.losses.get_total_loss(add_regularization_losses=False)
by_hand = tf.add_n(collected)

boxed = (rng.rand(N) < 0.4).astype(np.float32)
feed = {
    class_logits: rng.randn(N, C),
    class_ids: rng.randint(0, C, N),
    has_box: boxed,
    box_true: rng.rand(N, 4),
    box_pred: rng.rand(N, 4) + rng.randn(N, 4),
    object_logits: rng.randn(N, 1) + boxed[:, None],
}

print("losses collected:", len(collected))
print("in the collection:", len(tf.get_collection(tf.GraphKeys.LOSSES)))
with tf.Session() as sess:
    names = ["class", "aux", "object", "box", "mse"]
    values = sess.run([class_loss, aux_loss, object_loss, box_loss, mse], feed)
    for name, value in zip(names, values):
        print("{:>8}: {:.9g}".format(name, float(value)))
    for value in sess.run(collected, feed):
        print("%.9g" % float(value), end=" ")
    print()
    t, h = sess.run([total, by_hand], feed_dict=feed)
    print("log loss of the objects: %.5f" % float(sess.run(log_loss, feed)))
    print("total %.9g, by hand %.9g" % (float(t), float(h)))
    print(sess.run(per_example, feed))
