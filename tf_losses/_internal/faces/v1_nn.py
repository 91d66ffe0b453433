# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 1.x's `tf.nn`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.composed.average_loss import compute_average_loss as compute_average_loss
from tf_losses._internal.operations.arrays_v1 import in_top_k as in_top_k
from tf_losses._internal.operations.reductions import l2_loss as l2_loss
from tf_losses._internal.operations.softmaxes_v1 import log_softmax as log_softmax
from tf_losses._internal.composed.sampled_losses_v1 import nce_loss as nce_loss
from tf_losses._internal.operations.extremes import relu as relu
from tf_losses._internal.composed.sampled_losses_v1 import sampled_softmax_loss as sampled_softmax_loss
from tf_losses._internal.composed.average_loss import scale_regularization_loss as scale_regularization_loss
from tf_losses._internal.operations.transcendental import sigmoid as sigmoid
from tf_losses._internal.operations.softmaxes_v1 import softmax as softmax
from tf_losses._internal.operations.transcendental import softplus as softplus
from tf_losses._internal.operations.transcendental import tanh as tanh
from tf_losses._internal.operations.ranking import top_k as top_k
from tf_losses._internal.operations.reductions import zero_fraction as zero_fraction

__all__ = [
    "compute_average_loss",
    "in_top_k",
    "l2_loss",
    "log_softmax",
    "nce_loss",
    "relu",
    "sampled_softmax_loss",
    "scale_regularization_loss",
    "sigmoid",
    "softmax",
    "softplus",
    "tanh",
    "top_k",
    "zero_fraction",
]
