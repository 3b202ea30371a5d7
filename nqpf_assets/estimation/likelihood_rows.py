"""What columns by maximum likelihood with errors around scores report alike: model and terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from nqpf_assets.estimation.linear import repaired_words, vcov_words
from nqpf_assets.estimation.result_rows import Estimate, ModelRow, estimates
from nqpf_assets.studies.spec import CompleteColumn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from nqpf_assets.estimators.linear.inference import Inference


class Fit(Protocol):
    """What the results of these estimators have in common."""

    @property
    def effects(self) -> tuple[str, ...]: ...
    @property
    def n_obs(self) -> int: ...
    @property
    def n_units(self) -> int: ...
    @property
    def n_periods(self) -> int: ...
    @property
    def n_clusters(self) -> tuple[int, ...]: ...
    @property
    def is_vcov_repaired(self) -> bool: ...
    @property
    def log_likelihood(self) -> float: ...


def likelihood_model(column: CompleteColumn, result: Fit, small_sample: str | None) -> ModelRow:
    """The row of the model."""
    return ModelRow(
        effects=", ".join(result.effects),
        n_obs=result.n_obs,
        n_units=result.n_units,
        n_periods=result.n_periods,
        vcov=vcov_words(column, column.vcov.type) + repaired_words(result),
        small_sample=small_sample,
        n_clusters=min(result.n_clusters) if result.n_clusters else None,
        log_likelihood=result.log_likelihood,
    )


def rows_of_terms(
    names: Sequence[str], values: NDArray[np.float64], tests: Inference, *, effect: str = ""
) -> Iterator[Estimate]:
    """One row per name: value and test."""
    found = (tests.std_errors, tests.t_stats, tests.p_values, tests.conf_int)
    return estimates(names, values, *found, effect=effect)
