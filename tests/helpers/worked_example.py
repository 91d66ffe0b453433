# SPDX-License-Identifier: Apache-2.0
import numpy as np

import tf_losses as tf


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def naive(labels, logits):
    return -labels * np.log(sigmoid(logits)) - (1 - labels) * np.log(1 - sigmoid(logits))


single_logits = np.array([[11, 8, 7], [10, 14, 3], [1, 2, 4]], dtype=float)
single_labels = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=float)
multi_logits = np.array([[1, 8, 7], [10, 14, 3], [1, 2, 4]], dtype=float)
multi_labels = np.array([[0, 1, 0], [1, 1, 0], [0, 0, 1]], dtype=float)

np.set_printoptions(precision=17, floatmode="unique")
for labels, logits in ((single_labels, single_logits), (multi_labels, multi_logits)):
    print("naive")
    print(naive(labels, logits))
    with tf.Session() as sess:
        print("sigmoid")
        print(sess.run(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits)))
        print("softmax")
        print(sess.run(tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)))
