"""Least squares of unit means as a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import cluster_counts, repaired_words, vcov_words
from nqpf_assets.estimation.result_rows import Fitted, ModelRow, Test, terms_of
from nqpf_assets.messages.counted import counted

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from nqpf_assets.estimators.influence.moving import Moving
    from nqpf_assets.estimators.linear.inference import Cluster
    from nqpf_assets.estimators.linear.sample import PanelSample


def fit_between(design: Design) -> Fitted:
    """The mean outcome of each unit on its mean regressors; units weigh alike, as in `xtreg, be`."""
    from nqpf_assets.estimators.linear.sample import panel_sample
    from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
    from nqpf_assets.estimators.linear.variance_components import unit_means
    from nqpf_assets.estimators.linear.within import fixed_effects

    column, names = design.column, design.names
    sample = panel_sample(
        design.outcome, design.values(names), design.units, design.periods, names=names
    )
    fe = fixed_effects(("unit",), sample.unit_codes, sample.period_codes)
    means = unit_means(np.column_stack([sample.outcome, sample.regressors]), fe)
    result = two_way_fe(
        means[:, 0],
        means[:, 1:],
        np.array(sample.unit_labels),
        np.zeros(len(means), dtype=np.int64),
        names=names,
        effects=(),
        vcov=column.vcov.type,  # type: ignore[arg-type]
        cluster=_of_units(design.cluster, sample),
        **design.correction,
    )
    return Fitted(
        model=ModelRow(
            effects="",
            n_obs=len(sample.outcome),
            n_units=len(means),
            n_periods=fe.n_periods,
            vcov=vcov_words(column, result.vcov) + repaired_words(result),
            small_sample=result.small_sample,
            n_clusters=min(result.n_clusters) if result.n_clusters else None,
            df_resid=float(result.df_resid),
            df_test=float(min(result.df_inference)) if len(result.df_inference) else None,
        ),
        terms=terms_of(result),
        tests=(
            Test("r2_between", result.r2, detail="of unit means"),
            *cluster_counts(column, result),
        ),
        is_in_sample=sample.is_in_sample,
        dropped=tuple(f"{one.name}: {one.reason}" for one in result.dropped),
        notes=(f"Least squares of the means of {counted(len(means), 'units')}, which weigh alike",),
    )


def _of_units(cluster: Cluster | None, sample: PanelSample) -> Cluster | None:
    """Clusters of the means: those of each unit's rows."""
    if cluster is None or isinstance(cluster, str):
        return cluster
    if isinstance(cluster, tuple):
        return tuple(one if isinstance(one, str) else _of_unit(one, sample) for one in cluster)
    return _of_unit(cluster, sample)


def _of_unit(cluster: ArrayLike, sample: PanelSample) -> NDArray[Any]:
    from nqpf_assets.estimators.linear.whole_units import require_whole_units

    labels = np.asarray(cluster)[sample.is_in_sample]
    codes = np.unique(labels, return_inverse=True)[1]
    what = "clusters of unit means"
    require_whole_units(sample.unit_codes, sample.unit_labels, [codes], what)
    return np.asarray(labels[np.unique(sample.unit_codes, return_index=True)[1]])


def moving(design: Design) -> Moving:
    """The column as its coefficients and constant move with its rows."""
    from nqpf_assets.estimators.influence.made_rows_column import between_column

    return between_column(design.given)
