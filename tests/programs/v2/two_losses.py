# SPDX-License-Identifier: Apache-2.0
"""Two heads, one total: a weighted sum of two losses with a weight for each example."""

import tensorflow as tf

import numpy as np

rng = np.random.default_rng(6)
batch = 12
category = rng.integers(0, 3, batch)
clicked = rng.integers(0, 2, batch).astype("float32")
age_days = rng.uniform(0, 60, batch).astype("float32")
category_logits = tf.constant(rng.normal(size=(batch, 3)), tf.float32)
click_logits = tf.constant(rng.normal(size=batch), tf.float32)
GLOBAL_BATCH = 2 * batch


def compute_loss(
    category_logits: tf.Tensor,
    click_logits: tf.Tensor,
    example_weights: tf.Tensor,
    balance: float,
) -> "tuple[tf.Tensor, tf.Tensor, tf.Tensor]":
    category_loss = tf.nn.softmax_cross_entropy_with_logits(
        labels=tf.one_hot(category, 3), logits=category_logits
    )
    click_loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=clicked, logits=click_logits)
    both = balance * category_loss + (1.0 - balance) * click_loss
    weighted = tf.reduce_sum(both * example_weights) / tf.reduce_sum(example_weights)
    return weighted, category_loss, click_loss


# Newer examples count more; those older than a month by a tenth at least.
weights = tf.maximum(tf.exp(-tf.constant(age_days) / 14.0), 0.1)
print("weights:", weights.numpy())

for balance in (0.0, 0.3, 0.5, 1.0):
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([category_logits, click_logits, weights])
        total, category_loss, click_loss = compute_loss(
            category_logits, click_logits, weights, balance
        )
    d_category, d_click = tape.gradient(total, [category_logits, click_logits])
    d_weights = tape.gradient(total, weights)
    print(f"balance {balance}: total {float(total):.9g}")
    print("   d category", d_category[0].numpy().tolist())
    print("   d click   ", d_click[:3].numpy().tolist())
    print("   d weights ", d_weights[:3].numpy().tolist())

average = tf.nn.compute_average_loss(
    category_loss, sample_weight=weights, global_batch_size=GLOBAL_BATCH
)
print("average loss:", average)
print("sum:", tf.add_n([tf.reduce_sum(category_loss), tf.reduce_sum(click_loss)]))

order = tf.math.top_k(category_loss, k=3)
print("hardest:", order.indices.numpy(), order.values.numpy())
hard = tf.reduce_mean(tf.gather(category_loss, order.indices))
print(f"mean of the hardest: {hard:.9g}")
clipped = tf.clip_by_value(category_loss, 0.5, 2.0)
print(clipped)
