# SPDX-License-Identifier: Apache-2.0
"""The two losses of a generative adversarial network, and what they hand back to its outputs."""

import tensorflow as tf

import numpy as np

BATCH = 16

d_real = tf.placeholder(tf.float32, [None, 1], name="D_logits_real")
d_fake = tf.placeholder(tf.float32, [None, 1], name="D_logits_fake")
smooth = tf.placeholder(tf.float32, (), name="smooth")


def sigmoid_loss(logits: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(logits=logits, labels=labels))


# Discriminator: real ones are ones (or a little less), generated ones are zeros.
d_loss_real = sigmoid_loss(d_real, tf.ones_like(d_real) * (1 - smooth))
d_loss_fake = sigmoid_loss(d_fake, tf.zeros_like(d_fake))
d_loss = d_loss_real + d_loss_fake
# Generator: its own are to be taken for real.
g_loss = sigmoid_loss(d_fake, tf.ones_like(d_fake))

d_grads = tf.gradients(d_loss, [d_real, d_fake])
(g_grad,) = tf.gradients(g_loss, [d_fake])

real_score = tf.reduce_mean(tf.nn.sigmoid(d_real))
fake_score = tf.reduce_mean(tf.nn.sigmoid(d_fake))
fooled = tf.reduce_mean(tf.cast(d_fake > 0, tf.float32))

rng = np.random.RandomState(77)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for epoch in range(4):
        real = rng.normal(2.0 - 0.5 * epoch, 1.0, size=(BATCH, 1))
        fake = rng.normal(-2.0 + 0.5 * epoch, 1.0, size=(BATCH, 1))
        feed = {d_real: real, d_fake: fake, smooth: 0.1 if epoch % 2 else 0.0}
        d_curr, g_curr, (gr, gf), g = sess.run([d_loss, g_loss, d_grads, g_grad], feed_dict=feed)
        print("Epoch: {}".format(epoch))
        print("D_loss: {:.9g}  G_loss: {:.9g}".format(d_curr, g_curr))
        print(
            "scores: real %.7f, fake %.7f, fooled %.4f"
            % tuple(sess.run([real_score, fake_score, fooled], feed))
        )
        for name, grad in [("real", gr), ("fake", gf), ("generator", g)]:
            print("gradient norm (%s): %.6f" % (name, np.linalg.norm(grad)))
