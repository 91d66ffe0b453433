# SPDX-License-Identifier: Apache-2.0
"""The names of TensorFlow 1.x's `tf.debugging`, for type checkers. Written by tests/tools/write_faces.py; do not edit."""

from tf_losses._internal.operations.checking import Assert as Assert
from tf_losses._internal.operations.asserting_v1 import verify_tensor_all_finite as assert_all_finite
from tf_losses._internal.operations.asserting_v1 import assert_equal as assert_equal
from tf_losses._internal.operations.asserting_v1 import assert_greater as assert_greater
from tf_losses._internal.operations.asserting_v1 import assert_greater_equal as assert_greater_equal
from tf_losses._internal.operations.asserting import assert_integer as assert_integer
from tf_losses._internal.operations.asserting_v1 import assert_less as assert_less
from tf_losses._internal.operations.asserting_v1 import assert_less_equal as assert_less_equal
from tf_losses._internal.operations.asserting_v1 import assert_near as assert_near
from tf_losses._internal.operations.asserting_v1 import assert_negative as assert_negative
from tf_losses._internal.operations.asserting_v1 import assert_non_negative as assert_non_negative
from tf_losses._internal.operations.asserting_v1 import assert_non_positive as assert_non_positive
from tf_losses._internal.operations.asserting_v1 import assert_none_equal as assert_none_equal
from tf_losses._internal.operations.asserting_v1 import assert_positive as assert_positive
from tf_losses._internal.operations.asserting_v1 import assert_rank as assert_rank
from tf_losses._internal.operations.asserting_v1 import assert_rank_at_least as assert_rank_at_least
from tf_losses._internal.operations.asserting_v1 import assert_rank_in as assert_rank_in
from tf_losses._internal.operations.asserting_v1 import assert_scalar as assert_scalar
from tf_losses._internal.operations.asserting import assert_type as assert_type
from tf_losses._internal.operations.checking import check_numerics as check_numerics
from tf_losses._internal.operations.asserting import is_numeric_tensor as is_numeric_tensor

__all__ = [
    "Assert",
    "assert_all_finite",
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_integer",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_non_positive",
    "assert_none_equal",
    "assert_positive",
    "assert_rank",
    "assert_rank_at_least",
    "assert_rank_in",
    "assert_scalar",
    "assert_type",
    "check_numerics",
    "is_numeric_tensor",
]
