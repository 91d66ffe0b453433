# SPDX-License-Identifier: Apache-2.0
"""What each loss asks of pieces, in the chosen version (csrc/kernels/row.h, csrc/api/ways.c)."""

from __future__ import annotations

import math

from tf_losses._internal.dask.cutting import PACKET, Rule
from tf_losses._internal.losses.catalogue import of
from tf_losses._internal.runtime import native
from tf_losses._internal.runtime.dtypes import FLOAT64, FLOAT_CODES, Dtype
from tf_losses.versions import release

# Rows up to this length are summed without being halved, in every version and dtype: where the row
# begins does not matter to its sum.
_SHORT = 1024


def rule_of(loss: str, dtype: Dtype, rows: int, classes: int, *, gradient: bool) -> Rule:
    """Give the rule of a loss, or of its gradients.

    Args:
        loss: its name in the catalogue.
        dtype: of the logits.
        rows: how many there are; elements, where each is computed alone.
        classes: of a row; 1 there.
        gradient: whether gradients of the logits are computed.

    >>> rule_of("sigmoid", FLOAT64, 100, 1, gradient=True)
    Rule(unit=8, least=0, together=False, each=1)
    """
    if dtype not in FLOAT_CODES or not of(loss).by_row or not classes:
        # Whether a weight has fewer elements than the result decides how a graph multiplies it.
        each = 2 if gradient and of(loss).has_weight else 1
        return Rule(PACKET, _least_flushed(loss, dtype, rows, classes), each=each)
    least = _least_flushed(loss, dtype, rows, classes)
    unit, together = PACKET, classes > _SHORT and classes % PACKET != 0
    if gradient and loss == "softmax":
        tile, scalar_from = release().softmax_tiles[dtype == FLOAT64]
        if scalar_from and rows * classes >= scalar_from:
            least = max(least, -(-scalar_from // classes))
        elif tile and classes <= tile < rows * classes:
            unit, together = math.lcm(PACKET, (tile - 1) // classes + 1), True
    return Rule(unit, least, together)


def _least_flushed(loss: str, dtype: Dtype, rows: int, classes: int) -> int:
    """Give how many rows it takes that subnormal numbers are flushed as in the whole.

    2.0 to 2.2 flushed them in calls that were large enough to be shared among threads.
    """
    code = FLOAT_CODES.get(dtype)
    if code is None:
        return 0

    def flushes(count: int) -> bool:
        sizes = (count, classes) if of(loss).by_row else (1, count)
        return native.flushes_by_op(native.version.get(), of(loss).code, code, *sizes)

    if not flushes(rows):
        return 0
    low, high = 0, rows  # the least is above low, and at most high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if flushes(middle) else (middle, high)
    return high
