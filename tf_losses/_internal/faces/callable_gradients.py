# SPDX-License-Identifier: Apache-2.0
"""`tf_losses.gradients`, for type checkers: a module that can be called."""

from tf_losses._internal.graph.gradients import gradients as _of_graphs
from tf_losses.gradients import Gradients as _Found
from tf_losses.gradients import Repeated as _Repeated
from tf_losses.gradients import repeated as _repeated
from tf_losses.gradients import sigmoid_cross_entropy_with_logits as _sigmoid
from tf_losses.gradients import softmax_cross_entropy_with_logits as _softmax
from tf_losses.gradients import softmax_cross_entropy_with_logits_v2 as _softmax_v2
from tf_losses.gradients import sparse_softmax_cross_entropy_with_logits as _sparse_softmax
from tf_losses.gradients import weighted_cross_entropy_with_logits as _weighted


class _Gradients:
    """The module's functions, and 1.x's `tf.gradients` in a call."""

    __call__ = staticmethod(_of_graphs)
    Gradients = _Found
    Repeated = _Repeated
    repeated = staticmethod(_repeated)
    sigmoid_cross_entropy_with_logits = staticmethod(_sigmoid)
    softmax_cross_entropy_with_logits = staticmethod(_softmax)
    softmax_cross_entropy_with_logits_v2 = staticmethod(_softmax_v2)
    sparse_softmax_cross_entropy_with_logits = staticmethod(_sparse_softmax)
    weighted_cross_entropy_with_logits = staticmethod(_weighted)


gradients = _Gradients()
