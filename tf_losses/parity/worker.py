# SPDX-License-Identifier: Apache-2.0
"""A process that answers with TensorFlow's results. Run as a file, by any Python with TensorFlow.

It imports nothing of tf_losses and runs on Python 3.7 too, the last one that TensorFlow 1.15 has a
package for. Requests come on standard input, answers go to what was standard output: a line of JSON
that says what follows, then the arrays' bytes. Whatever TensorFlow prints goes to standard error.

A request names a loss of tf.nn, a mode, whether gradients are wanted, and its arrays:

    {"loss": "softmax_cross_entropy_with_logits", "mode": "eager", "gradient": true,
     "pos_weight": null,
     "arrays": {"labels": ["float32", [3, 4]], "logits": ["float32", [3, 4]]}}

Arrays may be "labels", "logits", "pos_weight" and "upstream". The answer has the arrays "loss" and
the gradients "labels", "logits" and "pos_weight", those that TensorFlow has; or "error". Bytes of
bfloat16 are those of uint16.

What TensorFlow 1.x gives is what a session gives, and its gradients are those of the graph.
"""

import json
import os
import sys
import traceback

import numpy as np


def main():
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    import tensorflow as tf

    compute = _compute_in_session if tf.__version__.startswith("1.") else _compute
    versions = {
        "tensorflow": tf.__version__,
        "numpy": np.__version__,
        "python": sys.version.split()[0],
    }
    _write(answers, {"versions": versions}, {})
    while True:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        request = json.loads(line)
        arrays = {
            name: _read(sys.stdin.buffer, dtype, shape)
            for name, (dtype, shape) in request["arrays"].items()
        }
        try:
            found = compute(tf, request, arrays)
        except Exception as error:
            text = "".join(traceback.format_exception_only(type(error), error))
            _write(answers, {"error": text.strip()[:2000]}, {})
        else:
            _write(answers, {}, found)


def _read(source, dtype, shape):
    stored = np.dtype("uint16" if dtype == "bfloat16" else dtype)
    count = int(np.prod(shape, dtype=np.int64))
    values = np.empty(shape, stored)
    if count:
        view = memoryview(values).cast("B")
        at = 0
        while at < len(view):
            n = source.readinto(view[at:])
            if not n:
                raise EOFError("the request ends early")
            at += n
    return values


def _write(answers, header, arrays):
    header["arrays"] = {name: [dtype, list(a.shape)] for name, (dtype, a) in arrays.items()}
    answers.write(json.dumps(header).encode() + b"\n")
    for _, a in arrays.values():
        answers.write(memoryview(np.ascontiguousarray(a)).cast("B") if a.size else b"")
    answers.flush()


def _tensor(tf, values, dtype):
    tensor = tf.constant(values)
    return tf.bitcast(tensor, tf.bfloat16) if dtype == "bfloat16" else tensor


def _values(tf, tensor):
    """A dtype's name, and an array; TensorFlow 1.15 gives gradients as slices here and there."""
    tensor = tf.convert_to_tensor(tensor)
    if tensor.dtype == tf.bfloat16:
        return "bfloat16", tf.bitcast(tensor, tf.uint16).numpy()
    return tensor.dtype.name, np.asarray(tensor.numpy())


def _compute(tf, request, arrays):
    dtypes = {name: dtype for name, (dtype, _) in request["arrays"].items()}
    given = {name: _tensor(tf, a, dtypes[name]) for name, a in arrays.items()}
    number = request["pos_weight"]
    watched = [n for n in ("labels", "logits", "pos_weight") if n in given]
    watched = [n for n in watched if given[n].dtype.is_floating]
    tensors = [given[name] for name in ("labels", "logits")]
    weight = given.get("pos_weight")
    upstream = given.get("upstream")

    def both(labels, logits, pos_weight, upstream):
        inputs = {"labels": labels, "logits": logits, "pos_weight": pos_weight}
        with tf.GradientTape() as tape:
            for name in watched:
                tape.watch(inputs[name])
            loss = _loss(
                tf, request["loss"], labels, logits, number if pos_weight is None else pos_weight
            )
        if not request["gradient"]:
            return loss, []
        return loss, tape.gradient(loss, [inputs[name] for name in watched], upstream)

    call = tf.function(both) if request["mode"] == "function" else both
    loss, gradients = call(tensors[0], tensors[1], weight, upstream)
    found = {"loss": _values(tf, loss)}
    for name, gradient in zip(watched, gradients):
        if gradient is not None:
            found[name] = _values(tf, gradient)
    return found


def _compute_in_session(tf, request, arrays):
    """What programs of TensorFlow 1.x do: a graph, run by a session."""
    dtypes = {name: dtype for name, (dtype, _) in request["arrays"].items()}
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        fed = {name: tf.compat.v1.placeholder(a.dtype, a.shape) for name, a in arrays.items()}
        given = {
            name: tf.bitcast(t, tf.bfloat16) if dtypes[name] == "bfloat16" else t
            for name, t in fed.items()
        }
        weight = given.get("pos_weight", request["pos_weight"])
        loss = _loss(tf, request["loss"], given["labels"], given["logits"], weight)
        watched = [name for name in ("labels", "logits", "pos_weight") if name in given]
        found = {"loss": loss}
        if request["gradient"]:
            inputs = [given[name] for name in watched]
            gradients = tf.gradients(loss, inputs, given.get("upstream"))
            found.update((n, g) for n, g in zip(watched, gradients) if g is not None)
        names = {name: t.dtype.base_dtype.name for name, t in found.items()}
        fetched = {
            name: tf.bitcast(t, tf.uint16) if names[name] == "bfloat16" else t
            for name, t in found.items()
        }
        values = session.run(fetched, {fed[name]: a for name, a in arrays.items()})
    return {name: (names[name], np.asarray(a)) for name, a in values.items()}


def _loss(tf, name, labels, logits, pos_weight):
    weight = {} if pos_weight is None else {"pos_weight": pos_weight}
    loss = getattr(tf.nn, name + "_v2", None) or getattr(tf.nn, name)
    return loss(labels=labels, logits=logits, **weight)


if __name__ == "__main__":
    main()
