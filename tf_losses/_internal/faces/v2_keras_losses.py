# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 2.x's `tf.keras.losses`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.composed.keras.losses import BinaryCrossentropy as BinaryCrossentropy
from tf_losses._internal.composed.keras.losses import BinaryFocalCrossentropy as BinaryFocalCrossentropy
from tf_losses._internal.composed.keras.losses import CategoricalCrossentropy as CategoricalCrossentropy
from tf_losses._internal.composed.keras.losses import CategoricalFocalCrossentropy as CategoricalFocalCrossentropy
from tf_losses._internal.composed.keras.losses import CategoricalHinge as CategoricalHinge
from tf_losses._internal.composed.keras.losses import CosineSimilarity as CosineSimilarity
from tf_losses._internal.composed.keras.losses import Hinge as Hinge
from tf_losses._internal.composed.keras.losses import Huber as Huber
from tf_losses._internal.composed.keras.losses import kl_divergence as KLD
from tf_losses._internal.composed.keras.losses import KLDivergence as KLDivergence
from tf_losses._internal.composed.keras.losses import LogCosh as LogCosh
from tf_losses._internal.composed.keras.losses import Loss as Loss
from tf_losses._internal.composed.keras.losses import mean_absolute_error as MAE
from tf_losses._internal.composed.keras.losses import mean_absolute_percentage_error as MAPE
from tf_losses._internal.composed.keras.losses import mean_squared_error as MSE
from tf_losses._internal.composed.keras.losses import mean_squared_logarithmic_error as MSLE
from tf_losses._internal.composed.keras.losses import MeanAbsoluteError as MeanAbsoluteError
from tf_losses._internal.composed.keras.losses import MeanAbsolutePercentageError as MeanAbsolutePercentageError
from tf_losses._internal.composed.keras.losses import MeanSquaredError as MeanSquaredError
from tf_losses._internal.composed.keras.losses import MeanSquaredLogarithmicError as MeanSquaredLogarithmicError
from tf_losses._internal.composed.keras.losses import Poisson as Poisson
from tf_losses._internal.composed.keras.losses import Reduction as Reduction
from tf_losses._internal.composed.keras.losses import SparseCategoricalCrossentropy as SparseCategoricalCrossentropy
from tf_losses._internal.composed.keras.losses import SquaredHinge as SquaredHinge
from tf_losses._internal.composed.keras.losses import binary_crossentropy as binary_crossentropy
from tf_losses._internal.composed.keras.losses import binary_focal_crossentropy as binary_focal_crossentropy
from tf_losses._internal.composed.keras.losses import categorical_crossentropy as categorical_crossentropy
from tf_losses._internal.composed.keras.losses import categorical_focal_crossentropy as categorical_focal_crossentropy
from tf_losses._internal.composed.keras.losses import categorical_hinge as categorical_hinge
from tf_losses._internal.composed.keras.losses import cosine_similarity as cosine_similarity
from tf_losses._internal.composed.keras.losses import deserialize as deserialize
from tf_losses._internal.composed.keras.losses import get as get
from tf_losses._internal.composed.keras.losses import hinge as hinge
from tf_losses._internal.composed.keras.losses import huber as huber
from tf_losses._internal.composed.keras.losses import kl_divergence as kl_divergence
from tf_losses._internal.composed.keras.losses import kl_divergence as kld
from tf_losses._internal.composed.keras.losses import kl_divergence as kullback_leibler_divergence
from tf_losses._internal.composed.keras.losses import log_cosh as log_cosh
from tf_losses._internal.composed.keras.losses import log_cosh as logcosh
from tf_losses._internal.composed.keras.losses import mean_absolute_error as mae
from tf_losses._internal.composed.keras.losses import mean_absolute_percentage_error as mape
from tf_losses._internal.composed.keras.losses import mean_absolute_error as mean_absolute_error
from tf_losses._internal.composed.keras.losses import mean_absolute_percentage_error as mean_absolute_percentage_error
from tf_losses._internal.composed.keras.losses import mean_squared_error as mean_squared_error
from tf_losses._internal.composed.keras.losses import mean_squared_logarithmic_error as mean_squared_logarithmic_error
from tf_losses._internal.composed.keras.losses import mean_squared_error as mse
from tf_losses._internal.composed.keras.losses import mean_squared_logarithmic_error as msle
from tf_losses._internal.composed.keras.losses import poisson as poisson
from tf_losses._internal.composed.keras.losses import serialize as serialize
from tf_losses._internal.composed.keras.losses import sparse_categorical_crossentropy as sparse_categorical_crossentropy
from tf_losses._internal.composed.keras.losses import squared_hinge as squared_hinge

__all__ = [
    "BinaryCrossentropy",
    "BinaryFocalCrossentropy",
    "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy",
    "CategoricalHinge",
    "CosineSimilarity",
    "Hinge",
    "Huber",
    "KLD",
    "KLDivergence",
    "LogCosh",
    "Loss",
    "MAE",
    "MAPE",
    "MSE",
    "MSLE",
    "MeanAbsoluteError",
    "MeanAbsolutePercentageError",
    "MeanSquaredError",
    "MeanSquaredLogarithmicError",
    "Poisson",
    "Reduction",
    "SparseCategoricalCrossentropy",
    "SquaredHinge",
    "binary_crossentropy",
    "binary_focal_crossentropy",
    "categorical_crossentropy",
    "categorical_focal_crossentropy",
    "categorical_hinge",
    "cosine_similarity",
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
    "sparse_categorical_crossentropy",
    "squared_hinge",
]
