"""Least squares of unit means as a column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import vcov_words
from nqpf_assets.estimation.result_rows import Fitted, ModelRow, Test, terms_of
from nqpf_assets.estimation.simple_vcov import one_cluster
from nqpf_assets.messages.counted import counted

if TYPE_CHECKING:
    from nqpf_assets.estimators.influence.moving import Moving


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
    cluster = one_cluster(design)
    if cluster is not None and not isinstance(cluster, str):
        first = np.unique(sample.unit_codes, return_index=True)[1]
        cluster = np.asarray(cluster)[first]
    result = two_way_fe(
        means[:, 0],
        means[:, 1:],
        np.array(sample.unit_labels),
        np.zeros(len(means), dtype=np.int64),
        names=names,
        effects=(),
        vcov=column.vcov.type,  # type: ignore[arg-type]
        cluster=cluster,
        **design.correction,
    )
    return Fitted(
        model=ModelRow(
            effects="",
            n_obs=len(sample.outcome),
            n_units=len(means),
            n_periods=fe.n_periods,
            vcov=vcov_words(column, result.vcov),
            small_sample=result.small_sample,
            n_clusters=min(result.n_clusters) if result.n_clusters else None,
            df_resid=float(result.df_resid),
            df_test=float(min(result.df_inference)) if len(result.df_inference) else None,
        ),
        terms=terms_of(result),
        tests=(Test("r2_between", result.r2, detail="of unit means"),),
        is_in_sample=sample.is_in_sample,
        dropped=tuple(f"{one.name}: {one.reason}" for one in result.dropped),
        notes=(f"Least squares of the means of {counted(len(means), 'units')}, which weigh alike",),
    )


def moving(design: Design) -> Moving:
    """The column as its coefficients and constant move with its rows."""
    from nqpf_assets.estimators.influence.made_rows_column import between_column

    return between_column(design.given)
