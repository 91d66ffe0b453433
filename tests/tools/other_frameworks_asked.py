# SPDX-License-Identifier: Apache-2.0
"""The losses by other frameworks, each as its users write them; run by other_frameworks.py.

    python other_frameworks_asked.py INPUTS.npz ANSWERS.npz

It needs NumPy, and what is installed of torch, jax, onnxruntime and onnx; it prints their versions.
"""

from __future__ import annotations

import importlib.util
import json
import sys
import warnings
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[Any]
    Found = tuple[Array, Array | None]


def numpy_results(loss: str, labels: Array, logits: Array, pos_weight: Array | None) -> Found:
    """Compute by the formula that does not overflow, and its derivative."""
    z, x = labels, logits
    if loss in ("sigmoid", "weighted"):
        with np.errstate(over="ignore"):
            tail = np.log1p(np.exp(-np.abs(x)))
            sigmoid = 1 / (1 + np.exp(-x))
        if loss == "sigmoid":
            return np.maximum(x, 0) - x * z + tail, sigmoid - z
        one = x.dtype.type(1)
        weight = one + (pos_weight - one) * z
        made = (one - z) * x + weight * (tail + np.maximum(-x, 0))
        return made, (one - z) + weight * (sigmoid - one)
    shifted = x - x.max(-1, keepdims=True)
    exponentials = np.exp(shifted)
    sums = exponentials.sum(-1, keepdims=True)
    logs = shifted - np.log(sums)
    if loss == "softmax":
        made, hot = -(z * logs).sum(-1), z
    else:
        places = (np.arange(len(z)), z)
        hot = np.zeros_like(x)
        hot[places] = 1
        made = -logs[places]
    return made, exponentials / sums - hot


def torch_results(loss: str, labels: Array, logits: Array, pos_weight: Array | None) -> Found:
    """Compute by torch.nn.functional, and its tape."""
    import torch
    from torch.nn import functional

    x = torch.tensor(logits, requires_grad=True)
    z = torch.tensor(labels.astype(np.int64) if labels.dtype.kind == "i" else labels)
    if loss in ("sigmoid", "weighted"):
        weight = None if pos_weight is None else torch.tensor(pos_weight)
        made = functional.binary_cross_entropy_with_logits(
            x, z, reduction="none", pos_weight=weight
        )
    else:
        made = functional.cross_entropy(x, z, reduction="none")
    made.sum().backward()
    return made.detach().numpy(), x.grad.numpy()


def jax_results(loss: str, labels: Array, logits: Array, pos_weight: Array | None) -> Found:
    """Compute by jax.nn, as Optax does, compiled; and by jax.grad."""
    import jax

    jax.config.update("jax_enable_x64", True)  # noqa: FBT003 (JAX's signature)
    weight = np.zeros((), logits.dtype) if pos_weight is None else pos_weight
    losses, gradient = _jax_functions(loss)
    return np.asarray(losses(logits, labels, weight)), np.asarray(gradient(logits, labels, weight))


_JAX: dict[str, tuple[Any, Any]] = {}


def _jax_functions(loss: str) -> tuple[Any, Any]:
    import jax
    from jax import numpy as jnp

    def losses(x: Any, z: Any, weight: Any) -> Any:  # noqa: ANN401 (tracers)
        if loss in ("sigmoid", "weighted"):
            yes, no = jax.nn.log_sigmoid(x), jax.nn.log_sigmoid(-x)
            return -z * yes * (weight if loss == "weighted" else 1) - (1 - z) * no
        logs = jax.nn.log_softmax(x)
        if loss == "softmax":
            return -jnp.sum(z * logs, axis=-1)
        return -jnp.take_along_axis(logs, z[:, None], axis=-1)[:, 0]

    if loss not in _JAX:
        gradient = jax.grad(lambda x, z, weight: losses(x, z, weight).sum())
        _JAX[loss] = jax.jit(losses), jax.jit(gradient)
    return _JAX[loss]


def onnxruntime_results(loss: str, labels: Array, logits: Array, pos_weight: Array | None) -> Found:
    """Compute by the operators that exporters write; there are no gradients."""
    feed = {"x": logits, "z": labels.astype(np.int64) if labels.dtype.kind == "i" else labels}
    if pos_weight is not None:
        feed["weight"] = pos_weight
    return _session(loss, logits.dtype.name, np.ndim(pos_weight)).run(None, feed)[0], None


_SESSIONS: dict[tuple[str, str, int], Any] = {}
# Output, operator, inputs; "one" and "zero" are constants.
_GRAPHS = {
    "sigmoid": """
        positive Max x zero | product Mul x z | begin Sub positive product
        size Abs x | minus Neg size | small Exp minus | more Add one small | tail Log more
        loss Add begin tail""",
    "weighted": """
        minus Neg x | no Softplus x | yes Softplus minus | not Sub one z
        first Mul z yes | weighed Mul first weight | second Mul not no | loss Add weighed second""",
    "softmax": """
        logs LogSoftmax x | products Mul z logs | sums ReduceSum products axes | loss Neg sums""",
    "sparse_softmax": "loss SoftmaxCrossEntropyLoss x z",
}


def _session(loss: str, dtype: str, weight_rank: int) -> Any:  # noqa: ANN401 (of a framework)
    import onnxruntime
    from onnx import TensorProto, helper

    key = loss, dtype, weight_rank
    if key in _SESSIONS:
        return _SESSIONS[key]
    kind = TensorProto.FLOAT if dtype == "float32" else TensorProto.DOUBLE
    nodes = []
    for line in _GRAPHS[loss].replace("\n", "|").split("|"):
        if line.split():
            output, operator, *inputs = line.split()
            options = {}
            if operator == "SoftmaxCrossEntropyLoss":
                options = {"reduction": "none"}
            elif operator == "ReduceSum":
                options = {"keepdims": 0}
            nodes.append(helper.make_node(operator, inputs, [output], **options))
    is_sparse = loss == "sparse_softmax"
    rows = ["rows", "classes"] if "softmax" in loss else None
    inputs = [
        helper.make_tensor_value_info("x", kind, rows),
        helper.make_tensor_value_info(
            "z", TensorProto.INT64 if is_sparse else kind, rows[:1] if is_sparse else rows
        ),
    ]
    if loss == "weighted":
        inputs.append(helper.make_tensor_value_info("weight", kind, None))
    graph = helper.make_graph(
        nodes,
        loss,
        inputs,
        [helper.make_tensor_value_info("loss", kind, None)],
        [
            helper.make_tensor("zero", kind, [], [0.0]),
            helper.make_tensor("one", kind, [], [1.0]),
            helper.make_tensor("axes", TensorProto.INT64, [1], [-1]),
        ],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    _SESSIONS[key] = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return _SESSIONS[key]


FRAMEWORKS: dict[str, Callable[..., Found]] = {
    "numpy": numpy_results,
    "onnxruntime": onnxruntime_results,
    "torch": torch_results,
    "jax": jax_results,
}
_NEEDS = {"onnxruntime": ("onnxruntime", "onnx")}


def answer(given: dict[str, Array]) -> tuple[dict[str, Array], dict[str, str]]:
    """Give every framework's results for every case, and the frameworks' versions."""
    names = sorted({name.rpartition(" ")[0] for name in given})
    answers: dict[str, Array] = {}
    versions: dict[str, str] = {}
    for framework, results in FRAMEWORKS.items():
        if any(importlib.util.find_spec(n) is None for n in _NEEDS.get(framework, (framework,))):
            continue
        versions[framework] = __import__(framework).__version__
        refused = set()
        for name in names:
            loss, dtype, _ = name.split(" ")
            if (loss, dtype) in refused:
                continue
            labels, logits = given[f"{name} labels"], given[f"{name} logits"]
            try:
                found = results(loss, labels, logits, given.get(f"{name} pos_weight"))
            except Exception as error:  # noqa: BLE001 (of any framework: it has no such kernel)
                refused.add((loss, dtype))
                print(f"{framework} {loss} {dtype}: {str(error)[:300]}", file=sys.stderr)
                continue
            for result, array in zip(("loss", "gradient"), found, strict=False):
                if array is not None:
                    answers[f"{framework} {name} {result}"] = array
    return answers, versions


def main() -> None:
    """Read, ask, write."""
    source, target = sys.argv[1:]
    with np.load(source) as archive:
        given = {name: archive[name] for name in archive.files}
    warnings.simplefilter("ignore")
    answers, versions = answer(given)
    np.savez(target, **answers)
    print(json.dumps(versions))


if __name__ == "__main__":
    main()
