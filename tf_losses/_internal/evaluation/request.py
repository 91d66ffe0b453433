# SPDX-License-Identifier: Apache-2.0
"""What is asked of an evaluation, as the command line or another process names it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from tf_losses._internal.dask.settings import Settings

GIBIBYTE = 1 << 30
REDUCTIONS = (
    *("sum", "mean", "weighted_sum", "weighted_mean", "weighted_sum_over_batch_size"),
    "weighted_sum_by_nonzero_weights",
)
"""The last four are those of tf.losses.Reduction."""


@dataclass(frozen=True)
class Request:
    """The options of one `eval`; files are named as on the command line."""

    loss: str
    logits: str
    labels: str
    pos_weight: float | str | None = None
    axis: int = -1
    out: str | None = None
    recorded: str | None = None
    bfloat16: bool = False
    numbers: str = "float32"
    """The type of fractions in text, which has none."""
    worst: int = 5
    keras: str | None = None
    """A Keras loss's config, as JSON."""
    keras_file: str | None = None
    """Where it was read."""
    from_probabilities: bool = False
    label_smoothing: float = 0.0
    ignore_index: tuple[int, ...] = ()
    cast_labels: bool = False
    mask: str | None = None
    weights: str | None = None
    reduction: str | None = None
    logits_column: str | None = None
    labels_column: str | None = None
    weights_column: str | None = None
    id_column: str | None = None
    ids: str | None = None
    by: str | None = None
    by_class: bool = False
    class_names: str | None = None
    json: str | None = None
    html: str | None = None
    resume: bool = False
    scheduler: str | None = None
    workers: int = 0
    memory: int = GIBIBYTE
    bits: Settings = field(default_factory=Settings.here)
    """Whose bits, in whatever process."""

    @property
    def is_detailed(self) -> bool:
        """Whether the predicted class of every example is asked for."""
        return self.by_class or self.by is not None or self.html is not None

    @property
    def gives_probabilities(self) -> bool:
        """Whether the logits are probabilities in truth."""
        if self.keras is not None:
            return not json.loads(self.keras).get("config", {}).get("from_logits", False)
        return self.from_probabilities

    @property
    def is_reduced(self) -> bool:
        """Whether one number of all losses may be asked for."""
        return (self.reduction or self.keras or self.weights or self.weights_column) is not None

    @property
    def is_distributed(self) -> bool:
        """Whether workers compute."""
        return self.scheduler is not None or self.workers > 0

    @property
    def may_ignore(self) -> bool:
        """Whether some losses may not count."""
        return bool(self.ignore_index) or self.mask is not None
