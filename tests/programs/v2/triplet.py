# SPDX-License-Identifier: Apache-2.0
"""Triplets and pairs: distances of embeddings, margins, and which identity is nearest."""

import tensorflow as tf

import numpy as np

MARGIN = 0.5
rng = np.random.default_rng(404)
people, dim = 6, 8
centres = rng.normal(size=(people, dim))
anchor = tf.constant(centres + 0.3 * rng.normal(size=(people, dim)), dtype=tf.float32)
positive = tf.constant(centres + 0.6 * rng.normal(size=(people, dim)), dtype=tf.float32)
negative = tf.constant(np.roll(centres, 1, 0) + rng.normal(size=(people, dim)), dtype=tf.float32)


def triplet_loss(
    anchor: tf.Tensor, positive: tf.Tensor, negative: tf.Tensor, margin: float = MARGIN
) -> tf.Tensor:
    ap_distance = tf.reduce_sum(tf.square(anchor - positive), -1)
    an_distance = tf.reduce_sum(tf.square(anchor - negative), -1)
    return tf.maximum(ap_distance - an_distance + margin, 0.0)


def contrastive_loss(same: tf.Tensor, distance: tf.Tensor, margin: float = 1.0) -> tf.Tensor:
    same = tf.cast(same, distance.dtype)
    square_pred = tf.square(distance)
    margin_square = tf.square(tf.maximum(margin - distance, 0))
    return same * square_pred + (1 - same) * margin_square


with tf.GradientTape() as tape:
    tape.watch([anchor, positive, negative])
    losses = triplet_loss(anchor, positive, negative, margin=12.0)
    loss = tf.reduce_mean(losses)
grads = tape.gradient(loss, [anchor, positive, negative])
print("triplet:", losses.numpy(), loss)
print("active:", tf.where(losses > 0)[:, 0].numpy())
print("gradient:", [f"{tf.reduce_sum(g):.9g}" for g in grads])
print(grads[0][0].numpy())

# Every anchor beside every positive, by broadcasting
difference = tf.expand_dims(anchor, 1) - tf.expand_dims(positive, 0)
distances = tf.sqrt(tf.reduce_sum(difference**2, axis=2) + 1e-12)
same = tf.constant(np.eye(people, dtype=bool))
pairs = contrastive_loss(same, distances, margin=4.0)
print("contrastive:", tf.reduce_mean(pairs).numpy())
nearest = tf.argmin(distances, axis=1)
print("nearest:", nearest)
print(f"accuracy: {tf.reduce_mean(tf.cast(nearest == np.arange(people), tf.float32)):.4f}")

# As a classification: the nearer, the likelier
labels = tf.range(people)
ce = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=-distances)
print("n-pair:", ce.numpy().tolist())
far = tf.fill(distances.shape, 1e9)
hardest = tf.reduce_min(tf.where(same, far, distances), axis=1)
own = tf.reduce_max(tf.where(same, distances, tf.zeros_like(distances)), axis=1)
soft_margin = tf.math.softplus(own - hardest)
print("hardest others:", hardest.numpy())
print("soft margin:", soft_margin, f"{tf.reduce_mean(soft_margin):.9g}")
