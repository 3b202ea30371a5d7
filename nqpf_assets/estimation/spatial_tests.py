"""Tests of spatial columns as rows: against restrictions, fixed against random effects, Moran's I by year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.result_rows import Test
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.messages.counted import counted
from nqpf_assets.studies.spatial_options import lags_of

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.comparison import SpatialTest
    from nqpf_assets.estimators.spatial.period_weights import AnyWeights
    from nqpf_assets.estimators.spatial.result import SpatialModel

Form = Literal["sdm", "sar", "sem", "slx"]


def panel_of(design: Design, weights: AnyWeights) -> tuple[Any, ...]:
    """What every spatial estimator begins with: outcome, regressors, units, periods, weights."""
    values = design.values(design.names)
    return design.outcome, values, design.units, design.periods, weights


def restriction_rows(
    result: SpatialModel, restricted: Mapping[str, Callable[[], SpatialModel]]
) -> Iterator[Test]:
    """Likelihood ratio and Wald tests of a Durbin model against its restrictions.

    Args:
        restricted: ``"sar"``, ``"sem"`` → the model estimated on the same rows.
    """
    from nqpf_assets.estimators.spatial.comparison import lr_test, wald_test_sar, wald_test_sem

    walds = {"sar": wald_test_sar, "sem": wald_test_sem}

    def ratio(make: Callable[[], SpatialModel]) -> SpatialTest:
        return lr_test(result, make())

    against: list[tuple[str, Callable[[], SpatialTest]]] = [
        *((f"lr_{name}", partial(ratio, make)) for name, make in restricted.items()),
        *((f"wald_{name}", partial(wald, result)) for name, wald in walds.items()),
    ]
    for key, test in against:
        try:
            found = test()
        except EstimationError as error:
            yield Test(key, None, None, None, f"not computed: {error}")
            continue
        yield Test(key, found.statistic, float(found.df), found.p_value, found.null)


def hausman_rows(
    design: Design, weights: AnyWeights, model: Literal["sdm", "sar"]
) -> Iterator[Test]:
    """Hausman's test of fixed against random unit effects."""
    from nqpf_assets.estimators.spatial.hausman import spatial_hausman

    try:
        test = spatial_hausman(
            *panel_of(design, weights),
            names=design.names,
            model=model,
            lagged=lags_of(design.column),
            period_effects="period" in design.column.effects,
        )
    except EstimationError as error:
        yield Test("spatial_hausman", None, None, None, f"not computed: {error}")
        return
    detail = "fixed against random unit effects"
    yield Test("spatial_hausman", test.statistic, float(test.df), test.p_value, detail)


def moran_rows(design: Design, weights: AnyWeights) -> Iterator[Test]:
    """Moran's I of the outcome, period by period."""
    from nqpf_assets.estimators.spatial.moran import morans_i_by_period

    try:
        found = morans_i_by_period(
            design.outcome, design.units, design.periods, weights, seed=design.seed("moran")
        )
    except EstimationError as error:
        yield Test("moran", None, None, None, f"not computed: {error}")
        return
    for period, one in found.items():
        detail = f"z = {one.z_randomization:.2f}, p of {counted(one.permutations, 'permutations')}"
        yield Test(f"moran_{period}", one.statistic, None, one.p_permutation, detail)
