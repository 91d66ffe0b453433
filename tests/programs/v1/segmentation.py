# SPDX-License-Identifier: Apache-2.0
"""Pixels of NHWC logits, where 255 marks those without a label."""

import tensorflow as tf

import numpy as np

IGNORE_LABEL = 255
NUM_CLASSES = 5
BATCH, HEIGHT, WIDTH = 2, 6, 8

rng = np.random.RandomState(2018)
annotation = rng.randint(0, NUM_CLASSES, size=(BATCH, HEIGHT, WIDTH, 1)).astype(np.int32)
annotation[rng.rand(BATCH, HEIGHT, WIDTH, 1) < 0.2] = IGNORE_LABEL
scores = rng.randn(BATCH, HEIGHT, WIDTH, NUM_CLASSES).astype(np.float32)

label_batch = tf.placeholder(tf.int32, [None, HEIGHT, WIDTH, 1])
raw_output = tf.placeholder(tf.float32, [None, HEIGHT, WIDTH, NUM_CLASSES])

# Predictions: ignoring all predictions with labels greater or equal than n_classes
raw_prediction = tf.reshape(raw_output, [-1, NUM_CLASSES])
label_proc = tf.squeeze(label_batch, squeeze_dims=[3])
raw_gt = tf.reshape(label_proc, [-1])
indices = tf.squeeze(tf.where(tf.less_equal(raw_gt, NUM_CLASSES - 1)), 1)
gt = tf.cast(tf.gather(raw_gt, indices), tf.int32)
prediction = tf.gather(raw_prediction, indices)
loss = tf.nn.sparse_softmax_cross_entropy_with_logits(logits=prediction, labels=gt)
reduced_loss = tf.reduce_mean(loss)

# The same with a mask, in the shape of the image
mask = tf.not_equal(label_proc, IGNORE_LABEL)
safe_labels = tf.where(mask, label_proc, tf.zeros_like(label_proc))
pixel_loss = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=safe_labels, logits=raw_output)
pixel_loss = pixel_loss * tf.cast(mask, tf.float32)
masked_loss = tf.reduce_sum(pixel_loss) / tf.maximum(tf.reduce_sum(tf.cast(mask, tf.float32)), 1.0)
by_image = tf.reduce_sum(pixel_loss, axis=[1, 2])

# And with boolean_mask
valid_logits = tf.boolean_mask(raw_output, mask)
valid_labels = tf.boolean_mask(label_proc, mask)
boolean_loss = tf.reduce_mean(
    tf.nn.sparse_softmax_cross_entropy_with_logits(labels=valid_labels, logits=valid_logits)
)

predicted = tf.expand_dims(tf.argmax(raw_output, axis=3), dim=3)
hits = tf.logical_and(tf.equal(tf.cast(predicted, tf.int32), label_batch), tf.expand_dims(mask, 3))
pixel_accuracy = tf.reduce_sum(tf.to_int32(hits)) / tf.reduce_sum(tf.to_int32(mask))

with tf.Session() as sess:
    feed = {label_batch: annotation, raw_output: scores}
    print("valid pixels:", sess.run(tf.shape(indices), feed))
    print("gathered: %.9g" % sess.run(reduced_loss, feed))
    print("masked:   %.9g" % sess.run(masked_loss, feed))
    print("boolean:  %.9g" % sess.run(boolean_loss, feed))
    print("by image:", sess.run(by_image, feed).tolist())
    print("pixel accuracy:", sess.run(pixel_accuracy, feed))
    print(sess.run(pixel_loss, feed)[0, 0])
    print(sess.run(predicted, feed_dict=feed)[1, :, :, 0])
