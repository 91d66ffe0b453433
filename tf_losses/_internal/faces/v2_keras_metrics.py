# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 2.x's `tf.keras.metrics`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.composed.keras.metrics import Accuracy as Accuracy
from tf_losses._internal.composed.keras.metrics import BinaryAccuracy as BinaryAccuracy
from tf_losses._internal.composed.keras.metrics import BinaryCrossentropy as BinaryCrossentropy
from tf_losses._internal.composed.keras.metrics import CategoricalAccuracy as CategoricalAccuracy
from tf_losses._internal.composed.keras.metrics import CategoricalCrossentropy as CategoricalCrossentropy
from tf_losses._internal.composed.keras.metrics import CategoricalHinge as CategoricalHinge
from tf_losses._internal.composed.keras.metrics import FalseNegatives as FalseNegatives
from tf_losses._internal.composed.keras.metrics import FalsePositives as FalsePositives
from tf_losses._internal.composed.keras.metrics import Hinge as Hinge
from tf_losses._internal.composed.keras.metrics import kl_divergence as KLD
from tf_losses._internal.composed.keras.metrics import KLDivergence as KLDivergence
from tf_losses._internal.composed.keras.metrics import LogCoshError as LogCoshError
from tf_losses._internal.composed.keras.metrics import mean_absolute_error as MAE
from tf_losses._internal.composed.keras.metrics import mean_absolute_percentage_error as MAPE
from tf_losses._internal.composed.keras.metrics import mean_squared_error as MSE
from tf_losses._internal.composed.keras.metrics import mean_squared_logarithmic_error as MSLE
from tf_losses._internal.composed.keras.metrics import Mean as Mean
from tf_losses._internal.composed.keras.metrics import MeanAbsoluteError as MeanAbsoluteError
from tf_losses._internal.composed.keras.metrics import MeanAbsolutePercentageError as MeanAbsolutePercentageError
from tf_losses._internal.composed.keras.metrics import MeanMetricWrapper as MeanMetricWrapper
from tf_losses._internal.composed.keras.metrics import MeanSquaredError as MeanSquaredError
from tf_losses._internal.composed.keras.metrics import MeanSquaredLogarithmicError as MeanSquaredLogarithmicError
from tf_losses._internal.composed.keras.metrics import Metric as Metric
from tf_losses._internal.composed.keras.metrics import Poisson as Poisson
from tf_losses._internal.composed.keras.metrics import Precision as Precision
from tf_losses._internal.composed.keras.metrics import Recall as Recall
from tf_losses._internal.composed.keras.metrics import SparseCategoricalAccuracy as SparseCategoricalAccuracy
from tf_losses._internal.composed.keras.metrics import SparseCategoricalCrossentropy as SparseCategoricalCrossentropy
from tf_losses._internal.composed.keras.metrics import SparseTopKCategoricalAccuracy as SparseTopKCategoricalAccuracy
from tf_losses._internal.composed.keras.metrics import SquaredHinge as SquaredHinge
from tf_losses._internal.composed.keras.metrics import Sum as Sum
from tf_losses._internal.composed.keras.metrics import TopKCategoricalAccuracy as TopKCategoricalAccuracy
from tf_losses._internal.composed.keras.metrics import TrueNegatives as TrueNegatives
from tf_losses._internal.composed.keras.metrics import TruePositives as TruePositives
from tf_losses._internal.composed.keras.metrics import binary_accuracy as binary_accuracy
from tf_losses._internal.composed.keras.metrics import binary_crossentropy as binary_crossentropy
from tf_losses._internal.composed.keras.metrics import binary_focal_crossentropy as binary_focal_crossentropy
from tf_losses._internal.composed.keras.metrics import categorical_accuracy as categorical_accuracy
from tf_losses._internal.composed.keras.metrics import categorical_crossentropy as categorical_crossentropy
from tf_losses._internal.composed.keras.metrics import categorical_focal_crossentropy as categorical_focal_crossentropy
from tf_losses._internal.composed.keras.metrics import categorical_hinge as categorical_hinge
from tf_losses._internal.composed.keras.metrics import deserialize as deserialize
from tf_losses._internal.composed.keras.metrics import get as get
from tf_losses._internal.composed.keras.metrics import hinge as hinge
from tf_losses._internal.composed.keras.metrics import huber as huber
from tf_losses._internal.composed.keras.metrics import kl_divergence as kl_divergence
from tf_losses._internal.composed.keras.metrics import kl_divergence as kld
from tf_losses._internal.composed.keras.metrics import kl_divergence as kullback_leibler_divergence
from tf_losses._internal.composed.keras.metrics import log_cosh as log_cosh
from tf_losses._internal.composed.keras.metrics import log_cosh as logcosh
from tf_losses._internal.composed.keras.metrics import mean_absolute_error as mae
from tf_losses._internal.composed.keras.metrics import mean_absolute_percentage_error as mape
from tf_losses._internal.composed.keras.metrics import mean_absolute_error as mean_absolute_error
from tf_losses._internal.composed.keras.metrics import mean_absolute_percentage_error as mean_absolute_percentage_error
from tf_losses._internal.composed.keras.metrics import mean_squared_error as mean_squared_error
from tf_losses._internal.composed.keras.metrics import mean_squared_logarithmic_error as mean_squared_logarithmic_error
from tf_losses._internal.composed.keras.metrics import mean_squared_error as mse
from tf_losses._internal.composed.keras.metrics import mean_squared_logarithmic_error as msle
from tf_losses._internal.composed.keras.metrics import poisson as poisson
from tf_losses._internal.composed.keras.metrics import serialize as serialize
from tf_losses._internal.composed.keras.metrics import sparse_categorical_accuracy as sparse_categorical_accuracy
from tf_losses._internal.composed.keras.metrics import sparse_categorical_crossentropy as sparse_categorical_crossentropy
from tf_losses._internal.composed.keras.metrics import sparse_top_k_categorical_accuracy as sparse_top_k_categorical_accuracy
from tf_losses._internal.composed.keras.metrics import squared_hinge as squared_hinge
from tf_losses._internal.composed.keras.metrics import top_k_categorical_accuracy as top_k_categorical_accuracy

__all__ = [
    "Accuracy",
    "BinaryAccuracy",
    "BinaryCrossentropy",
    "CategoricalAccuracy",
    "CategoricalCrossentropy",
    "CategoricalHinge",
    "FalseNegatives",
    "FalsePositives",
    "Hinge",
    "KLD",
    "KLDivergence",
    "LogCoshError",
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "Mean",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanMetricWrapper",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Metric",
    "Poisson",
    "Precision",
    "Recall",
    "SparseCategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "SquaredHinge",
    "Sum",
    "TopKCategoricalAccuracy",
    "TrueNegatives",
    "TruePositives",
    "binary_accuracy",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_accuracy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "deserialize",
    "get",
    "hinge",
    "huber",
    "kl_divergence",
    "kld",
    "kullback_leibler_divergence",
    "log_cosh",
    "logcosh",
    "mae",
    "mape",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
    "mse",
    "msle",
    "poisson",
    "serialize",
    "sparse_categorical_accuracy",
    "sparse_categorical_crossentropy",
    "sparse_top_k_categorical_accuracy",
    "squared_hinge",
    "top_k_categorical_accuracy",
]
