# SPDX-License-Identifier: Apache-2.0
"""Where each name stands: the one table of what TensorFlow's two ages find in their namespaces.

A line has the module that computes, below `tf_losses`; the namespaces of 1.x (`tf_losses` and
`tf_losses.compat.v1`), then those of 2.x (`tf_losses.compat.v2`), "-" for none; and the names. A
name that the module calls otherwise stands as public=inner. "tf" is the namespace itself, "math"
its `tf.math`, and so on; "tensor" has what only tensors themselves call. What is not asked for is
not imported.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from functools import cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from tf_losses._internal.arguments.signatures import dispatched, published, takes_symbols

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_TABLE = """
autodiff.arithmetic     tf,math  tf,math  add divide multiply negative subtract square add_n
autodiff.arithmetic     tf,math  tf,math  truediv=divide
operations.division_v1  tf       -        div
autodiff.arrays         tf       tf       convert_to_tensor
autodiff.arrays         -        tf       constant
autodiff.functions      tf       tf       function
autodiff.arrays         -        tf,math  reduce_mean reduce_sum
autodiff.plumbing       tf       tf       cast identity reshape
autodiff.plumbing       -        tf       ones_like zeros_like
autodiff.plumbing_v1    tf       -        expand_dims ones_like squeeze zeros_like
autodiff.shapes         tf       tf       one_hot ones zeros
autodiff.shapes         -        tf       expand_dims squeeze
autodiff.tape           tf       tf       GradientTape UnconnectedGradients stop_gradient
graph.gradients         tf       -        gradients
graph.graphs            tf       tf       Graph executing_eagerly
graph.graphs            tf       -        disable_eager_execution enable_eager_execution
graph.graphs            tf       -        get_default_graph name_scope reset_default_graph
graph.operations        tf       tf       Operation group no_op
graph.operations        tf       -        global_variables_initializer initialize_all_variables
graph.operations        tf       -        local_variables_initializer tables_initializer
graph.placeholders      tf       -        constant placeholder placeholder_with_default
graph.logs              logging  -        DEBUG ERROR FATAL INFO WARN debug error fatal
graph.logs              logging  -        get_verbosity info log set_verbosity warn warning
graph.logs              tf       tf       get_logger
graph.settings          tf       -        ConfigProto GPUOptions OptimizerOptions RunMetadata
graph.settings          tf       -        RunOptions global_variables local_variables
graph.settings          tf       -        model_variables set_random_seed trainable_variables
graph.settings          tf       -        variable_scope
graph.settings          tf       tf       device
graph.settings          -        random   set_seed=set_random_seed
graph.settings          random   -        set_random_seed
graph.sessions          tf       -        InteractiveSession Session get_default_session
runtime.tf_dtypes       tf,dtypes tf,dtypes bfloat16 bool complex64 complex128 double float16
runtime.tf_dtypes       tf,dtypes tf,dtypes float32 float64 half int8 int16 int32 int64 uint8
runtime.tf_dtypes       tf,dtypes tf,dtypes uint16 uint32 uint64 string DType
arguments.conversions   tf,dtypes tf,dtypes as_dtype=as_tf_dtype
runtime.tf_shapes       tf       tf       TensorShape
runtime.tf_shapes       tf       -        Dimension
autodiff.tensor         tf       tf       Tensor
autodiff.plumbing       dtypes   dtypes   cast
operations.transcendental  tf,math tf,math exp sqrt
operations.transcendental  tf,math math expm1 log log1p log_sigmoid rsqrt
operations.transcendental  tf,math,nn tf,math,nn sigmoid tanh
operations.transcendental  math,nn math,nn softplus
operations.power        tf,math  tf,math  pow
operations.rounding     tf,math  tf,math  abs floor round sign
operations.rounding     tf,math  math     ceil is_finite is_inf is_nan rint
operations.extremes     tf,math  tf,math  maximum minimum
operations.extremes     tf       tf       clip_by_value
operations.extremes     nn       nn       relu
operations.division     tf,math  math     floordiv floormod mod=floormod squared_difference
operations.division     math     math     divide_no_nan multiply_no_nan
operations.division     tf       -        div_no_nan=divide_no_nan
operations.comparisons  tf,math  tf,math  equal greater greater_equal less less_equal not_equal
operations.comparisons  tf,math  tf,math  logical_and logical_not logical_or
operations.comparisons  tf,math  math     logical_xor
operations.select       -        tf       where
operations.select       tf       -        where=where_v1 where_v2=where
operations.reductions   -        tf,math  reduce_all reduce_any reduce_max reduce_min
operations.reductions   -        tf,math  reduce_prod
operations.reductions   -        math     count_nonzero
operations.reductions   nn       nn       l2_loss
operations.reductions   math,nn  math,nn  zero_fraction
operations.reductions_v1  tf,math -       reduce_all reduce_any reduce_max reduce_min
operations.reductions_v1  tf,math -       count_nonzero reduce_mean reduce_prod reduce_sum
operations.cumulative   tf,math  tf,math  cumsum
operations.reciprocal   tf,math  math     reciprocal
operations.log_sums     -        tf,math  reduce_logsumexp
operations.reductions_v1  tf,math -       reduce_logsumexp
composed.average_loss  nn nn compute_average_loss scale_regularization_loss
composed.collections  tf - GraphKeys add_to_collection add_to_collections get_collection
composed.collections  tf - get_collection_ref
composed.contrib_losses  contrib.losses - absolute_difference compute_weighted_loss cosine_distance
composed.contrib_losses  contrib.losses - hinge_loss log_loss mean_squared_error
composed.contrib_losses  contrib.losses - sigmoid_cross_entropy softmax_cross_entropy
composed.contrib_losses  contrib.losses - sparse_softmax_cross_entropy
composed.legacy_sequence_loss  contrib.legacy_seq2seq - sequence_loss sequence_loss_by_example
composed.loss_collection  losses,contrib.losses - add_loss get_losses get_regularization_losses
composed.loss_collection  losses,contrib.losses - get_total_loss
composed.loss_collection  losses - get_regularization_loss
composed.losses  losses - Reduction compute_weighted_loss log_loss sigmoid_cross_entropy
composed.losses  losses - softmax_cross_entropy sparse_softmax_cross_entropy
composed.metrics_v1  metrics - accuracy mean mean_absolute_error mean_squared_error precision
composed.metrics_v1  metrics - recall
composed.plain_losses  losses - absolute_difference cosine_distance hinge_loss huber_loss
composed.plain_losses  losses - mean_pairwise_squared_error mean_squared_error
composed.sampled_losses  - nn nce_loss sampled_softmax_loss
composed.sampled_losses_v1  nn - nce_loss sampled_softmax_loss
composed.sequence_loss  contrib.seq2seq - sequence_loss
operations.arrays_v1    tf,math  -        argmax argmin
operations.arrays_v1    tf       -        arg_max arg_min batch_gather boolean_mask gather gather_nd
operations.arrays_v1    tf       -        pad shape size transpose
operations.arrays_v1    math,nn  -        in_top_k
operations.converting_v1  tf     -        to_bfloat16 to_double to_float to_int32 to_int64
operations.filling      tf       tf       fill linspace range sequence_mask
operations.filling      tf       -        lin_space=linspace
operations.filling      tf,linalg tf,linalg eye
operations.gathering    -        tf       boolean_mask gather gather_nd
operations.gathering    tf       tf       scatter_nd
operations.indexing     tf       tf       newaxis slice strided_slice
operations.indexing     tensor   tensor   getitem
operations.parts        tensor   tensor   sigmoid weighted
operations.operators    tensor   tensor   and_ equals invert not_equals or_ times xor
operations.joining      tf       tf       concat split stack unstack
operations.measuring    tf       tf       is_tensor rank shape_n
operations.measuring    -        tf       shape size
operations.moving       tf       tf       broadcast_to reverse roll tile
operations.moving       tf       -        reverse_v2=reverse
operations.moving       -        tf       transpose
operations.padding      -        tf       pad
operations.ranking      -        tf,math  argmax argmin
operations.ranking      -        math,nn  in_top_k
operations.ranking      math,nn  math,nn  top_k
operations.ranking      tf       tf       argsort sort
operations.repeating    tf       tf       meshgrid repeat
operations.softmaxes    -        nn,math  log_softmax softmax
operations.softmaxes_v1  nn,math -        log_softmax softmax
composed.keras.losses     keras.losses keras.losses BinaryCrossentropy BinaryFocalCrossentropy
composed.keras.losses     keras.losses keras.losses CategoricalCrossentropy
composed.keras.losses     keras.losses keras.losses CategoricalFocalCrossentropy CategoricalHinge
composed.keras.losses     keras.losses keras.losses CosineSimilarity Hinge Huber KLDivergence
composed.keras.losses     keras.losses keras.losses LogCosh Loss MeanAbsoluteError
composed.keras.losses     keras.losses keras.losses MeanAbsolutePercentageError MeanSquaredError
composed.keras.losses     keras.losses keras.losses MeanSquaredLogarithmicError Poisson Reduction
composed.keras.losses     keras.losses keras.losses SparseCategoricalCrossentropy SquaredHinge
composed.keras.losses     keras.losses keras.losses binary_crossentropy binary_focal_crossentropy
composed.keras.losses     keras.losses keras.losses categorical_crossentropy
composed.keras.losses     keras.losses keras.losses categorical_focal_crossentropy
composed.keras.losses     keras.losses keras.losses categorical_hinge cosine_similarity deserialize
composed.keras.losses     keras.losses keras.losses get hinge huber kl_divergence log_cosh
composed.keras.losses     keras.losses keras.losses mean_absolute_error
composed.keras.losses     keras.losses keras.losses mean_absolute_percentage_error
composed.keras.losses     keras.losses keras.losses mean_squared_error
composed.keras.losses     keras.losses keras.losses mean_squared_logarithmic_error poisson
composed.keras.losses     keras.losses keras.losses serialize sparse_categorical_crossentropy
composed.keras.losses     keras.losses keras.losses squared_hinge mse=mean_squared_error
composed.keras.losses     keras.losses keras.losses MSE=mean_squared_error mae=mean_absolute_error
composed.keras.losses     keras.losses keras.losses MAE=mean_absolute_error
composed.keras.losses     keras.losses keras.losses mape=mean_absolute_percentage_error
composed.keras.losses     keras.losses keras.losses MAPE=mean_absolute_percentage_error
composed.keras.losses     keras.losses keras.losses msle=mean_squared_logarithmic_error
composed.keras.losses     keras.losses keras.losses MSLE=mean_squared_logarithmic_error
composed.keras.losses     keras.losses keras.losses kld=kl_divergence KLD=kl_divergence
composed.keras.losses     keras.losses keras.losses kullback_leibler_divergence=kl_divergence
composed.keras.losses     keras.losses keras.losses logcosh=log_cosh
composed.keras.metrics    keras.metrics keras.metrics Accuracy BinaryAccuracy BinaryCrossentropy
composed.keras.metrics    keras.metrics keras.metrics CategoricalAccuracy CategoricalCrossentropy
composed.keras.metrics    keras.metrics keras.metrics CategoricalHinge FalseNegatives
composed.keras.metrics    keras.metrics keras.metrics FalsePositives Hinge KLDivergence
composed.keras.metrics    keras.metrics keras.metrics LogCoshError Mean MeanAbsoluteError
composed.keras.metrics    keras.metrics keras.metrics MeanAbsolutePercentageError MeanMetricWrapper
composed.keras.metrics    keras.metrics keras.metrics MeanSquaredError MeanSquaredLogarithmicError
composed.keras.metrics    keras.metrics keras.metrics Metric Poisson Precision Recall
composed.keras.metrics    keras.metrics keras.metrics SparseCategoricalAccuracy
composed.keras.metrics    keras.metrics keras.metrics SparseCategoricalCrossentropy
composed.keras.metrics    keras.metrics keras.metrics SparseTopKCategoricalAccuracy SquaredHinge
composed.keras.metrics    keras.metrics keras.metrics Sum TopKCategoricalAccuracy TrueNegatives
composed.keras.metrics    keras.metrics keras.metrics TruePositives binary_accuracy
composed.keras.metrics    keras.metrics keras.metrics binary_crossentropy binary_focal_crossentropy
composed.keras.metrics    keras.metrics keras.metrics categorical_accuracy categorical_crossentropy
composed.keras.metrics    keras.metrics keras.metrics categorical_focal_crossentropy
composed.keras.metrics    keras.metrics keras.metrics categorical_hinge deserialize get hinge huber
composed.keras.metrics    keras.metrics keras.metrics kl_divergence log_cosh mean_absolute_error
composed.keras.metrics    keras.metrics keras.metrics mean_absolute_percentage_error
composed.keras.metrics    keras.metrics keras.metrics mean_squared_error
composed.keras.metrics    keras.metrics keras.metrics mean_squared_logarithmic_error poisson
composed.keras.metrics    keras.metrics keras.metrics serialize sparse_categorical_accuracy
composed.keras.metrics    keras.metrics keras.metrics sparse_categorical_crossentropy
composed.keras.metrics    keras.metrics keras.metrics sparse_top_k_categorical_accuracy
composed.keras.metrics    keras.metrics keras.metrics squared_hinge top_k_categorical_accuracy
composed.keras.metrics    keras.metrics keras.metrics mse=mean_squared_error MSE=mean_squared_error
composed.keras.metrics    keras.metrics keras.metrics mae=mean_absolute_error
composed.keras.metrics    keras.metrics keras.metrics MAE=mean_absolute_error
composed.keras.metrics    keras.metrics keras.metrics mape=mean_absolute_percentage_error
composed.keras.metrics    keras.metrics keras.metrics MAPE=mean_absolute_percentage_error
composed.keras.metrics    keras.metrics keras.metrics msle=mean_squared_logarithmic_error
composed.keras.metrics    keras.metrics keras.metrics MSLE=mean_squared_logarithmic_error
composed.keras.metrics    keras.metrics keras.metrics kld=kl_divergence KLD=kl_divergence
composed.keras.metrics    keras.metrics keras.metrics kullback_leibler_divergence=kl_divergence
composed.keras.metrics    keras.metrics keras.metrics logcosh=log_cosh
composed.keras.backend    keras.backend keras.backend binary_crossentropy binary_focal_crossentropy
composed.keras.backend    keras.backend keras.backend categorical_crossentropy
composed.keras.backend    keras.backend keras.backend categorical_focal_crossentropy epsilon floatx
composed.keras.backend    keras.backend keras.backend mean set_epsilon set_floatx sigmoid softmax
composed.keras.backend    keras.backend keras.backend sparse_categorical_crossentropy sum
operations.asserting    -        debugging,tf assert_equal assert_greater assert_less assert_rank
operations.asserting    -        debugging assert_greater_equal assert_less_equal assert_near
operations.asserting    -        debugging assert_negative assert_non_negative assert_non_positive
operations.asserting    -        debugging assert_none_equal assert_positive assert_rank_at_least
operations.asserting    -        debugging assert_rank_in assert_scalar
operations.asserting    debugging,tf debugging assert_integer assert_type is_numeric_tensor
operations.asserting_v1  debugging,tf -   assert_equal assert_greater assert_greater_equal
operations.asserting_v1  debugging,tf -   assert_less assert_less_equal assert_near assert_negative
operations.asserting_v1  debugging,tf -   assert_non_negative assert_non_positive assert_none_equal
operations.asserting_v1  debugging,tf -   assert_positive assert_rank assert_rank_at_least
operations.asserting_v1  debugging,tf -   assert_rank_in assert_scalar
operations.asserting_v1  tf      -        verify_tensor_all_finite
operations.asserting_v1  debugging -      assert_all_finite=verify_tensor_all_finite
operations.checking     -        debugging assert_all_finite
operations.checking     debugging,tf debugging check_numerics
operations.checking     debugging,tf debugging,tf Assert
operations.counting     tf       tf       ensure_shape unique unique_with_counts
operations.counting     -        math     bincount confusion_matrix
operations.counting_v1  math,tf  -        bincount confusion_matrix
operations.flow         tf       tf       case map_fn
operations.flow         -        tf       tuple
operations.flow_v1      tf       -        tuple
graph.flow              tf       tf       control_dependencies
graph.flow              tf       -        cond=cond_v1
graph.flow              -        tf       cond
operations.printing     tf       -        Print
operations.saturating   tf,dtypes tf,dtypes saturate_cast
operations.printing     tf       tf       print
composed.keras.utils      keras.utils keras.utils register_keras_serializable to_categorical
composed.keras.activations  keras.activations keras.activations linear sigmoid softmax
"""


@cache
def table(age: int) -> dict[str, dict[str, str]]:
    """Give, for 1.x or 2.x, each namespace's names with where they are: "module:name".

    >>> table(2)["math"]["add_n"]
    'autodiff.arithmetic:add_n'
    """
    found: dict[str, dict[str, str]] = {}
    for line in _TABLE.strip().splitlines():
        module, *spaces_of, names = line.split(maxsplit=3)
        for space in spaces_of[age - 1].split(","):
            for name in names.split():
                public, _, inner = name.partition("=")
                found.setdefault(space, {})[public] = f"{module}:{inner or public}"
    found.pop("-", None)
    return found


def find(age: int, space: str, name: str) -> Any:  # noqa: ANN401 (functions and classes)
    """Give what a name stands for in a namespace.

    >>> float(find(2, "tf", "add")(1.0, 2.0))
    3.0
    """
    module, _, inner = table(age)[space][name].partition(":")
    return getattr(importlib.import_module(f"tf_losses._internal.{module}"), inner)


def names_of(age: int, space: str) -> list[str]:
    """List a namespace's names.

    >>> "add" in names_of(1, "math")
    True
    """
    made = set(table(age)) & MADE_HERE if space == "tf" else ()
    return sorted({*table(age).get(space, ()), *made})


def lookup(module: str, age: int, space: str) -> Callable[[str], Any]:
    """Make the `__getattr__` of a namespace: it finds names and keeps them in the module."""

    def look_up(name: str) -> Any:  # noqa: ANN401 (functions and classes)
        if space == "tf" and name in MADE_HERE and name in table(age):
            value = _namespace(f"{module}.{name}", age, name)
        elif name in table(age).get(space, ()):
            value = find(age, space, name)
        else:
            raise _missing(module, age, space, name)
        if inspect.isfunction(value):
            value = dispatched(value) if takes_symbols(value) else published(value)
            value.__module__ = module  # where pickle looks for it
        setattr(importlib.import_module(module), name, value)
        return value

    return look_up


def lookup_of_modules(
    module: str, age: int, space: str, listed: Collection[str]
) -> Callable[[str], Any]:
    """Make the `__getattr__` of a package: it imports a module of it when one is asked for."""
    others = lookup(module, age, space)

    def look_up(name: str) -> Any:  # noqa: ANN401 (a module)
        return importlib.import_module(f"{module}.{name}") if name in listed else others(name)

    return look_up


# Namespaces that are no files: they are made when they are asked for.
MADE_HERE = {"debugging", "dtypes", "linalg", "logging", "random"}


def _namespace(module: str, age: int, space: str) -> ModuleType:
    """Make a namespace that has nothing but what the table says."""
    made = ModuleType(module, f"TensorFlow's `tf.{space}`, as far as it is here.")
    listed = names_of(age, space)
    made.__dict__.update(
        __all__=listed, __dir__=lambda: listed, __getattr__=lookup(module, age, space)
    )
    sys.modules[module] = made
    return made


def _missing(module: str, age: int, space: str, name: str) -> AttributeError:
    if name.startswith("_"):  # Python asks for many of these
        return AttributeError(f"module {module!r} has no attribute {name!r}")
    absent = importlib.import_module("tf_losses._internal.absent")
    text = absent.message(module, age, space, name, table)
    # Python would look for close names in the object, and add the wrong ones to the text.
    return AttributeError(text, name=name, obj=object())
