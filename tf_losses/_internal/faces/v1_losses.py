# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 1.x's `tf.losses`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.composed.losses import Reduction as Reduction
from tf_losses._internal.composed.plain_losses import absolute_difference as absolute_difference
from tf_losses._internal.composed.loss_collection import add_loss as add_loss
from tf_losses._internal.composed.losses import compute_weighted_loss as compute_weighted_loss
from tf_losses._internal.composed.plain_losses import cosine_distance as cosine_distance
from tf_losses._internal.composed.loss_collection import get_losses as get_losses
from tf_losses._internal.composed.loss_collection import get_regularization_loss as get_regularization_loss
from tf_losses._internal.composed.loss_collection import get_regularization_losses as get_regularization_losses
from tf_losses._internal.composed.loss_collection import get_total_loss as get_total_loss
from tf_losses._internal.composed.plain_losses import hinge_loss as hinge_loss
from tf_losses._internal.composed.plain_losses import huber_loss as huber_loss
from tf_losses._internal.composed.losses import log_loss as log_loss
from tf_losses._internal.composed.plain_losses import mean_pairwise_squared_error as mean_pairwise_squared_error
from tf_losses._internal.composed.plain_losses import mean_squared_error as mean_squared_error
from tf_losses._internal.composed.losses import sigmoid_cross_entropy as sigmoid_cross_entropy
from tf_losses._internal.composed.losses import softmax_cross_entropy as softmax_cross_entropy
from tf_losses._internal.composed.losses import sparse_softmax_cross_entropy as sparse_softmax_cross_entropy

__all__ = [
    "Reduction",
    "absolute_difference",
    "add_loss",
    "compute_weighted_loss",
    "cosine_distance",
    "get_losses",
    "get_regularization_loss",
    "get_regularization_losses",
    "get_total_loss",
    "hinge_loss",
    "huber_loss",
    "log_loss",
    "mean_pairwise_squared_error",
    "mean_squared_error",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]
