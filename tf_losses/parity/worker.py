# SPDX-License-Identifier: Apache-2.0
"""A process that answers with TensorFlow's results. Run as a file, by any Python with TensorFlow.

It imports nothing of tf_losses and runs on Python 3.6 too, the last one that TensorFlow 1.12 and
its elders have packages for. Requests come on standard input, answers go to what was standard
output: a line of JSON that says what follows, then the arrays' bytes. Whatever TensorFlow prints
goes to standard error.

A request names a loss of tf.nn, a mode, whether gradients are wanted, and its arrays:

    {"loss": "softmax_cross_entropy_with_logits", "mode": "eager", "gradient": true,
     "pos_weight": null,
     "arrays": {"labels": ["float32", [3, 4]], "logits": ["float32", [3, 4]]}}

Arrays may be "labels", "logits", "pos_weight" and "upstream". The answer has the arrays "loss" and
the gradients "labels", "logits" and "pos_weight", and under "missing" the names of those that
TensorFlow refuses to compute, with its words; or "error" where it refuses all of them. A gradient
that does not exist is in neither. Bytes of bfloat16 are those of uint16. In the mode "raw op" the
loss is the op's own, and the gradient of the logits its second output. In "second derivative", also
with " in tf.function", that gradient is differentiated again, with "grad_grad" for its upstream.

What TensorFlow 1.x gives is what a session gives, and its gradients are those of the graph. Up to
1.13 labels were called targets in weighted, and tf.compat.v1 is younger still.
"""

import json
import os
import platform
import sys
import traceback

import numpy as np

_TWICE = "second derivative"


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
        "machine": platform.machine(),
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
        header, found = answer(compute, tf, request, arrays)
        _write(answers, header, found)


def answer(compute, tf, request, arrays):
    """What to write: all results at once, or one by one where TensorFlow has not all of them."""
    gradients = [name for name in ("labels", "logits", "pos_weight") if name in arrays]
    wanted = ["loss"] + (gradients if request["gradient"] else [])
    if "grad_grad" in arrays:
        wanted = ["logits"]
    try:
        return {"missing": {}}, compute(tf, request, arrays, wanted)
    except Exception as error:
        whole = _text(error)
    alone = {name: _alone(compute, tf, request, arrays, name) for name in wanted}
    found = {name: a for results, _ in alone.values() for name, a in results.items()}
    missing = {name: text for name, (_, text) in alone.items() if text}
    return ({"missing": missing}, found) if found else ({"error": missing.get("loss", whole)}, {})


def _alone(compute, tf, request, arrays, name):
    """One result by name, and nothing to say; or none, and what TensorFlow says."""
    try:
        return compute(tf, request, arrays, [name]), ""
    except Exception as error:
        return {}, _text(error)


def _text(error):
    return "".join(traceback.format_exception_only(type(error), error)).strip()[:2000]


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


def _compute(tf, request, arrays, wanted):
    dtypes = {name: dtype for name, (dtype, _) in request["arrays"].items()}
    given = {name: _tensor(tf, a, dtypes[name]) for name, a in arrays.items()}
    number = request["pos_weight"]
    watched = [name for name in wanted if name in given and given[name].dtype.is_floating]

    if request["mode"] == "raw op":
        found = _raw_op(request["loss"], given)
        return {name: _values(tf, found[name]) for name in wanted if name in found}

    if request["mode"].startswith(_TWICE):
        twice = _twice(tf, request["loss"])
        call = tf.function(twice) if request["mode"] != _TWICE else twice
        names = ("labels", "logits", "upstream", "grad_grad")
        return {"logits": _values(tf, call(*[given.get(name) for name in names]))}

    def both(labels, logits, pos_weight, upstream):
        inputs = {"labels": labels, "logits": logits, "pos_weight": pos_weight}
        with tf.GradientTape() as tape:
            for name in watched:
                tape.watch(inputs[name])
            weight = number if pos_weight is None else pos_weight
            loss = _loss(tf, request["loss"], labels, logits, weight)
        if not watched:
            return loss, []
        return loss, tape.gradient(loss, [inputs[name] for name in watched], upstream)

    call = tf.function(both) if request["mode"] == "function" else both
    arguments = [given.get(name) for name in ("labels", "logits", "pos_weight", "upstream")]
    loss, gradients = call(*arguments)
    found = {"loss": loss} if "loss" in wanted else {}
    found.update((name, g) for name, g in zip(watched, gradients) if g is not None)
    return {name: _values(tf, tensor) for name, tensor in found.items()}


def _compute_in_session(tf, request, arrays, wanted):
    """What programs of TensorFlow 1.x do: a graph, run by a session."""
    dtypes = {name: dtype for name, (dtype, _) in request["arrays"].items()}
    v1 = getattr(tf.compat, "v1", tf)
    with tf.Graph().as_default(), v1.Session() as session:
        fed = {name: v1.placeholder(a.dtype, a.shape) for name, a in arrays.items()}
        given = {
            name: tf.bitcast(t, tf.bfloat16) if dtypes[name] == "bfloat16" else t
            for name, t in fed.items()
        }
        found = _in_graph(tf, request, given, wanted)
        names = {name: t.dtype.base_dtype.name for name, t in found.items()}
        fetched = {
            name: tf.bitcast(t, tf.uint16) if names[name] == "bfloat16" else t
            for name, t in found.items()
        }
        values = session.run(fetched, {fed[name]: a for name, a in arrays.items()})
    return {name: (names[name], np.asarray(a)) for name, a in values.items()}


def _in_graph(tf, request, given, wanted):
    if request["mode"] == "raw op":
        found = _raw_op(request["loss"], given)
        return {name: found[name] for name in wanted if name in found}
    weight = given.get("pos_weight", request["pos_weight"])
    loss = _loss(tf, request["loss"], given["labels"], given["logits"], weight)
    if request["mode"].startswith(_TWICE):
        x = given["logits"]
        once = tf.gradients(loss, x, given.get("upstream"))[0]
        return {"logits": tf.gradients(once, x, given["grad_grad"])[0]}
    found = {"loss": loss} if "loss" in wanted else {}
    watched = [name for name in wanted if name in given]
    if watched:
        inputs = [given[name] for name in watched]
        gradients = tf.gradients(loss, inputs, given.get("upstream"))
        found.update((n, g) for n, g in zip(watched, gradients) if g is not None)
    return found


def _twice(tf, name):
    """The derivative of the logits' gradient, by tapes one inside the other."""

    def twice(labels, logits, upstream, grad_grad):
        with tf.GradientTape() as outer:
            outer.watch(logits)
            with tf.GradientTape() as inner:
                inner.watch(logits)
                loss = _loss(tf, name, labels, logits, None)
            once = inner.gradient(loss, logits, upstream)
        return outer.gradient(once, logits, grad_grad)

    return twice


def _raw_op(name, given):
    """Both outputs of the op below a loss of tf.nn, which tf.raw_ops has from 1.14 on."""
    from tensorflow.python.ops import gen_nn_ops

    op = getattr(gen_nn_ops, name, None) or getattr(gen_nn_ops, "_" + name)
    loss, backprop = op(features=given["logits"], labels=given["labels"])
    return {"loss": loss, "logits": backprop}


def _loss(tf, name, labels, logits, pos_weight):
    loss = getattr(tf.nn, name + "_v2", None) or getattr(tf.nn, name)
    if pos_weight is not None:
        return loss(labels, logits, pos_weight)  # by place: names of labels differ
    return loss(labels=labels, logits=logits)


if __name__ == "__main__":
    main()
