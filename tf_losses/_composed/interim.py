# SPDX-License-Identifier: Apache-2.0
"""interim"""

import numpy as np
from tf_losses._autodiff.arithmetic import _operands, _refuse_pair, rounded, _sum_back
from tf_losses._operations.results import result, no_gradient
from tf_losses._arguments import operations
from tf_losses._arguments.convert import to_array
from tf_losses._arguments.messages import TF2
from tf_losses._runtime.subnormals import flush


def abs(x, name=None):
    a = to_array(x, TF2)

    def back(a, g, wanted):
        return (rounded(np.multiply, g, np.sign(flush(a))),)

    return result("abs", (x,), np.abs(a), back, a)


def _mm(x, y, first):
    a, b = _operands(operations.ADD, x, y, _refuse_pair)
    a, b = flush(a), flush(b)
    m = first(a, b)

    def back(a, b, m, g, wanted):
        z = np.zeros((), g.dtype)
        return (_sum_back(np.where(m, g, z), a), _sum_back(np.where(m, z, g), b))

    return result("mm", (x, y), np.where(m, a, b), back, a, b, m)


def minimum(x, y, name=None):
    return _mm(x, y, lambda a, b: a <= b)


def maximum(x, y, name=None):
    return _mm(x, y, lambda a, b: a >= b)


def relu(x, name=None):
    a = flush(to_array(x, TF2))
    return result(
        "relu",
        (x,),
        np.where(a > 0, a, np.zeros((), a.dtype)),
        lambda a, g, w: (rounded(np.multiply, g, (a > 0).astype(g.dtype)),),
        a,
    )


def squared_difference(x, y, name=None):
    a, b = _operands(operations.SUB, x, y, _refuse_pair)
    d = rounded(np.subtract, a, b)

    def back(a, b, d, g, wanted):
        t = rounded(np.multiply, rounded(np.multiply, np.asarray(2, g.dtype), g), d)
        return _sum_back(t, a), -_sum_back(t, b)

    return result("sd", (x, y), rounded(np.multiply, d, d), back, a, b, d)


def _dnn(a, b):
    q = rounded(np.divide, a, b)
    return np.where(flush(np.broadcast_to(b, q.shape)) == 0, np.zeros((), q.dtype), q)


def divide_no_nan(x, y, name=None):
    a, b = _operands(operations.REAL_DIV, x, y, _refuse_pair)

    def back(a, b, g, wanted):
        return (
            _sum_back(_dnn(g, b), a),
            _sum_back(rounded(np.multiply, g, _dnn(_dnn(-a, b), b)), b),
        )

    return result("dnn", (x, y), _dnn(a, b), back, a, b)


def log(x, name=None):
    a = to_array(x, TF2)
    return result(
        "log",
        (x,),
        np.log(a),
        lambda a, g, w: (rounded(np.multiply, g, rounded(np.divide, np.ones((), a.dtype), a)),),
        a,
    )
