# SPDX-License-Identifier: Apache-2.0
"""What to say of a name that is not there; imported when one is asked for, not before.

data/tensorflow_names.txt has TensorFlow's own names, as tests/tools/record_names.py found them.
"""

from __future__ import annotations

import difflib
import importlib
import sys
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    Table = Mapping[str, Collection[str]]

__all__ = ["SCOPE", "message", "recorded"]

SCOPE = "it computes losses and what follows the logits, not models"


class _Age(NamedTuple):
    title: str
    face: str


# As the recorded names have them.
_AGES = {
    "1": _Age("TensorFlow 1.15", "tf_losses"),
    "c": _Age("the compat.v1 of TensorFlow 2", "tf_losses.compat.v1"),
    "2": _Age("TensorFlow 2", "tf_losses.compat.v2"),
}

# Names, and what a program can do instead. A name stands for itself in any namespace, but for
# "train.x", which is that of `tf.train` alone.
_HINTS = """
matmul sparse_matmul: with NumPy: np.matmul(a, b)
tensordot einsum: with NumPy: np.{name}(...)
norm cholesky svd eig eigvals qr: with NumPy: np.linalg.{name}(...)
trace diag cross: with NumPy: np.{name}(...)
matrix_inverse: with NumPy: np.linalg.inv(a)
matrix_determinant: with NumPy: np.linalg.det(a)
sin cos tan sinh cosh real imag angle conj reciprocal cumprod: with NumPy: np.{name}(x)
asin acos atan asinh acosh atanh: with NumPy: np.arc... of the same name
atan2: with NumPy: np.arctan2(y, x)
erf erfc lgamma digamma: with SciPy: scipy.special
reduce_std reduce_variance: with NumPy: np.std(x, axis), np.var(x, axis)
searchsorted: with NumPy: np.{name}
histogram_fixed_width: with NumPy: np.histogram(x, bins, range)
random_normal truncated_normal: draw with NumPy: np.random.default_rng(seed).normal(size=shape)
random_uniform: draw with NumPy: np.random.default_rng(seed).uniform(size=shape)
random_shuffle: with NumPy: np.random.default_rng(seed).permutation(x)
Variable get_variable: keep weights in NumPy arrays; a tape watches tf.constant(weights)
get_variable_scope: there are no variables; keep weights in NumPy arrays
assign assign_add assign_sub: there are no variables; change the NumPy array between calls
AUTO_REUSE VariableScope: there are no variables; keep weights in NumPy arrays
constant_initializer zeros_initializer ones_initializer initializers: with NumPy: np.full(shape, x)
random_normal_initializer truncated_normal_initializer: with NumPy: rng.normal(size=shape)
random_uniform_initializer glorot_uniform_initializer: with NumPy: rng.uniform(-a, a, shape)
list_physical_devices list_logical_devices: there is no device to configure; take the line out
set_visible_devices set_soft_device_placement: there is no device to configure; take the line out
version VERSION: __version__ is tf_losses' own; get_tf_version() says whose bits
summary Summary: log with Python: print(value), or tensorboardX
app flags: with Python: argparse, and a call of main()
gfile: with Python: open, os, glob
io: with NumPy: np.load, np.save
data: iterate over NumPy arrays: for start in range(0, len(x), batch)
image audio signal: preprocess before the loss, with NumPy or SciPy
train: training stays with a framework; a gradient step is: weights -= rate * gradient
optimizers: training stays with a framework; a gradient step is: weights -= rate * gradient
Module: write a plain Python class
estimator: training stays with a framework; call the loss on its predictions
layers models Model Sequential applications Input InputLayer: take the logits of a trained model
rnn_cell dynamic_rnn static_rnn bidirectional_dynamic_rnn: take the logits of a trained model
conv1d conv2d conv3d conv2d_transpose depthwise_conv2d: take the logits of a trained model
max_pool avg_pool batch_normalization dropout bias_add: take the logits of a trained model
max_pool2d avg_pool2d fused_batch_norm moments lrn: take the logits of a trained model
embedding_lookup: with NumPy: table[ids]
l2_normalize: with NumPy: x / np.sqrt(np.maximum(np.sum(x * x, axis, keepdims=True), 1e-12))
callbacks datasets preprocessing: training and its data stay with a framework
saved_model lite tpu distribute quantization xla graph_util: models stay with a framework
feature_column lookup sparse ragged strings: make arrays of numbers before the loss
SparseTensor RaggedTensor TensorArray: take dense arrays
IndexedSlices: gradients here are dense arrays
scan foldl foldr: with Python: tf.stack([fn(x) for x in xs])
while_loop: with Python: while
py_func py_function numpy_function: call the function; tensors here are NumPy arrays
custom_gradient: write the gradient with NumPy beside the function
hessians: take a tape in a tape
ctc_loss: torch.nn.functional.ctc_loss computes it, with other bits
"""


@cache
def recorded() -> dict[str, dict[str, str]]:
    """Give TensorFlow's names: of each namespace, every name and the ages that have it.

    >>> recorded()["nn"]["softmax_cross_entropy_with_logits_v2"]
    '1c'
    """
    found: dict[str, dict[str, str]] = {}
    file = resources.files("tf_losses").joinpath("data/tensorflow_names.txt")
    for line in file.read_text(encoding="utf-8").splitlines():
        space, ages, *names = line.split()
        found.setdefault(space, {}).update(dict.fromkeys(names, ages))
    return found


def hints() -> dict[str, str]:
    """Give the hints, by name.

    >>> hints()["matmul"]
    'with NumPy: np.matmul(a, b)'
    """
    found: dict[str, str] = {}
    for line in _HINTS.strip().splitlines():
        names, _, text = line.partition(": ")
        found.update({name: text.replace("{name}", name) for name in names.split()})
    return found


def message(module: str, age: int, space: str, name: str, tables: Callable[[int], Table]) -> str:
    """Say that a module lacks a name, and what to do.

    Args:
        module: the full name of the module.
        age: 1 or 2, for TensorFlow 1.x or 2.x.
        space: which of TensorFlow's namespaces the module is; "tf" is the outermost.
        name: what it was asked for.
        tables: what gives an age's namespaces with their names.

    >>> message("tf_losses", 1, "tf", "matmul", lambda age: {})
    "tf_losses has no 'matmul': it computes losses and what follows the logits, not models; with \
NumPy: np.matmul(a, b)"
    """
    mine = "c" if module.startswith(_AGES["c"].face) else str(age)
    ages = recorded().get(space, {}).get(name, "")
    begin = f"{module} has no {name!r}"
    if mine in ages:
        return f"{begin}: {_out_of_scope(name)}"
    if space in recorded():
        begin += f", nor has {_AGES[mine].title}"
    there = _there(mine, tables)
    said = (
        _elsewhere_in_this_age(name, mine, there)
        or _in_other_ages(name, space, ages, tables)
        or _misspelt(name, [*there.get(space, ()), *dir(importlib.import_module(module))])
    )
    return f"{begin}: {said}" if said else begin


def _out_of_scope(name: str) -> str:
    hint = hints().get(name)
    return f"{SCOPE}; {hint}" if hint else SCOPE


def _there(age: str, tables: Callable[[int], Table]) -> dict[str, set[str]]:
    """Give what an age's namespaces have: what stands in the table, and in modules themselves."""
    found = {space: set(names) for space, names in tables(2 if age == "2" else 1).items()}
    for space in recorded():
        path = _AGES[age].face if space == "tf" else f"{_AGES[age].face}.{space}"
        if path in sys.modules:
            found.setdefault(space, set()).update(dir(sys.modules[path]))
    return found


def _elsewhere_in_this_age(name: str, age: str, there: Mapping[str, Collection[str]]) -> str:
    here = [_written(space, name) for space in there if name in there[space]]
    if here:
        return f"it is {min(here, key=lambda one: (len(one), one))}"
    lacking = [_written(space, name) for space, of in recorded().items() if age in of.get(name, "")]
    if lacking:
        return f"it is {min(lacking, key=len)}, which is not here either: {_out_of_scope(name)}"
    return ""


def _in_other_ages(name: str, space: str, ages: str, tables: Callable[[int], Table]) -> str:
    if not ages:
        return ""
    having = " and ".join(_AGES[age].title for age in ages) + (" have" if ages[1:] else " has")
    faces = [_AGES[age].face for age in ages if name in _there(age, tables).get(space, ())]
    if faces:
        return f"{having} it, and here {' and '.join(faces)}"
    return f"{having} it, which is not here either: {_out_of_scope(name)}"


def _written(space: str, name: str) -> str:
    return f"tf.{name}" if space == "tf" else f"tf.{space}.{name}"


def _misspelt(name: str, there: Collection[str]) -> str:
    near = difflib.get_close_matches(name, there, n=1, cutoff=0.75)
    return f"did you mean {near[0]!r}?" if near else ""
