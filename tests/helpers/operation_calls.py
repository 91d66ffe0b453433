# SPDX-License-Identifier: Apache-2.0
"""What tests/tools/record_operations.py has each TensorFlow compute, on Python 3.6 too.

As a program it takes two files: the values that are given, and where to write the results. What
that TensorFlow refuses is not written.
"""

import json
import os
import sys

import numpy as np


def call(tf, function, x, y, axis):
    """Compute an operation of tensors by a module like `tensorflow`."""
    if function.startswith("to "):
        return tf.cast(x, getattr(tf, function[3:]))
    if function in _GRADIENTS:
        names, weights = _GRADIENTS[function]
        return _gradient(tf, lambda: _found(tf, *names)(x, y), y, y * weights)
    if function in _COMPOSED:
        return _COMPOSED[function](tf, x, y)
    if function in ("softmax", "l2_loss", "relu"):
        return getattr(tf.nn, function)(x)
    return getattr(tf, function)(x) if axis is None else getattr(tf, function)(x, axis)


# Of the second operand; what follows has its values, so many times.
_GRADIENTS = {
    "divisor's gradient": (("divide",), 1.0),
    "guarded divisor's gradient": (("div_no_nan", "divide_no_nan"), 1.0),
    "difference's gradient": (("squared_difference",), 0.3),
}


def _gradient_of_zeros(tf, x, _y):
    zeros, zero = tf.zeros_like(x), tf.zeros([], x.dtype)
    return _gradient(tf, lambda: _found(tf, "squared_difference")(zeros, zero), zero, x)


_COMPOSED = {
    "quotient": lambda _tf, x, _y: 1.7 / x,
    "difference": lambda _tf, x, _y: x - 0.3,
    "maximum": lambda tf, x, y: tf.maximum(x, y),
    "minimum": lambda tf, x, y: tf.minimum(x, y),
    "rint": lambda tf, x, _y: _found(tf, "rint")(x),
    "gradient of zeros": _gradient_of_zeros,
}


def _found(tf, *names):
    """Find a function where, and under which name, a TensorFlow has it."""
    for module in (tf, getattr(tf, "math", tf)):
        for name in names:
            if hasattr(module, name):
                return getattr(module, name)
    raise LookupError(names)


def second_of(array):
    """Give a second operand."""
    return np.ascontiguousarray(np.roll(array, 3, -1)[..., ::-1])


def _gradient(tf, compute, x, upstream):
    if hasattr(tf, "placeholder"):
        return tf.gradients(compute(), x, upstream)[0]
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = compute()
    return tape.gradient(y, x, upstream)


def _main(given, made):
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"  # which computes Softmax on some processors
    import tensorflow as tf

    is_eager = int(tf.__version__.split(".")[0]) > 1
    results = {}
    with np.load(given) as values:
        threads = int(values["threads"])
        if is_eager:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
        for key, (function, dtype, axes) in enumerate(json.loads(str(values["cases"]))):
            array = values[str(key)]
            axis = tuple(axes) if isinstance(axes, list) else axes
            if tf.__version__[:4] == "2.2." and (function, dtype) == ("softmax", "bfloat16"):
                continue  # it crashes
            try:
                if is_eager:
                    found = _narrow_call(
                        tf, function, dtype, axis, *map(tf.constant, (array, second_of(array)))
                    ).numpy()
                else:
                    found = _in_session(tf, function, dtype, axis, array, threads)
            except (tf.errors.OpError, TypeError, LookupError) as error:
                is_younger = function in ("rint", "guarded divisor's gradient")
                if not is_younger and "bfloat16" not in str(error).lower():
                    raise
            else:
                results[str(key)] = found
    np.savez(made, **results)


def _narrow_call(tf, function, dtype, axis, x, y):
    """Compute; bfloat16 comes and goes as float32."""
    if dtype == "bfloat16":
        x, y = (tf.cast(one, tf.bfloat16) for one in (x, y))
    result = call(tf, function, x, y, axis)
    return tf.cast(result, tf.float32) if result.dtype == tf.bfloat16 else result


def _in_session(tf, function, dtype, axis, array, threads):
    tf = getattr(tf.compat, "v1", tf)
    with tf.Graph().as_default():
        x, y = (tf.placeholder(tf.as_dtype(array.dtype), array.shape) for _ in range(2))
        made = _narrow_call(tf, function, dtype, axis, x, y)
        settings = tf.ConfigProto(intra_op_parallelism_threads=threads)
        with tf.Session(config=settings) as session:
            return session.run(made, {x: array, y: second_of(array)})


if __name__ == "__main__":
    _main(*sys.argv[1:])
