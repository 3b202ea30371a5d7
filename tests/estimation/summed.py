"""Panels by sums and in memory, held against each other to the tenth digit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import numpy as np
import polars as pl

from nqpf_assets.estimation.panel_sums import PanelSums
from nqpf_assets.estimators.linear.options import LeastSquaresOptions
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe, two_way_fe_of_sums
from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE

RELATIVE = 1e-10
"""Promised; sums of centred columns keep twelve digits of sixteen and more."""

Ask = Callable[[str], pl.DataFrame]
ARRAYS = ("params", "std_errors", "t_stats", "p_values", "conf_int", "standardized", "df_inference")
NUMBERS = ("rss", "sigma", "r2_within", "r2_unit_within", "r2", "r2_adjusted", "log_likelihood")
SAME = (
    "names", "dropped", "n_obs", "n_units", "n_periods", "n_components", "df_resid", "is_balanced",
    "n_clusters", "singleton_units", "singleton_periods", "effects", "vcov", "small_sample",
)  # fmt: skip


def panel(units: int, periods: int, regressors: int, *, seen: float, seed: int) -> pl.DataFrame:
    """Rows in no order: unit, period, g, and `v0`, the outcome, to `vK`, far from zero with large effects."""
    rng = np.random.default_rng(seed)
    unit, period = np.repeat(np.arange(units), periods), np.tile(np.arange(periods), units)
    is_seen = rng.random(len(unit)) < seen
    unit, period = unit[is_seen], period[is_seen]
    own, common = 5 * rng.normal(size=units)[unit], rng.normal(size=periods)[period]
    x = rng.normal(size=(len(unit), regressors)) + 0.5 * own[:, None] + common[:, None] + 100
    y = x @ np.linspace(1, -1, regressors) + own + common + rng.normal(size=len(unit))
    columns = {"v0": y} | {f"v{j + 1}": x[:, j] for j in range(regressors)}
    frame = pl.DataFrame(
        {"unit": [f"U{one:05}" for one in unit], "period": (2000 + period).astype(np.int32)}
        | columns
    )
    frame = frame.with_columns(g=pl.lit("G") + (pl.Series(unit) % 7).cast(pl.String))
    return frame.sample(fraction=1.0, shuffle=True, seed=seed)


def by_duckdb(frame: pl.DataFrame) -> Ask:
    """Queries of DuckDB over a frame, which they call `panel`."""
    connection = duckdb.connect()
    connection.register("panel", frame)
    return lambda sql: connection.sql(sql).pl()


def of_sums(
    frame: pl.DataFrame,
    effects: Sequence[str],
    cluster: str = "unit",
    ask: Ask | None = None,
    **options: Any,
) -> TwoWayFE | None:
    """Least squares from sums that DuckDB makes, or another engine over `panel`."""
    names = [name for name in frame.columns if name.startswith("v")][1:]
    rows = PanelSums("SELECT * FROM panel", 1 + len(names), cluster, ask or by_duckdb(frame))
    found = two_way_fe_of_sums(rows, names, effects, LeastSquaresOptions(**options))
    return None if found is None else found[0]


def in_memory(
    frame: pl.DataFrame, effects: Sequence[str], cluster: str = "unit", **options: Any
) -> TwoWayFE:
    """The same of the rows."""
    names = [name for name in frame.columns if name.startswith("v")][1:]
    rows = frame.sort("unit", "period")
    keys = {"unit": "unit", "period": "period", "g": rows["g"].to_numpy().astype(str)}
    is_clustered = options.get("vcov", "clustered") == "clustered"
    return two_way_fe(
        rows["v0"].to_numpy(),
        rows.select(names).to_numpy(),
        rows["unit"].to_numpy().astype(str),
        rows["period"].to_numpy(),
        names=names,
        effects=effects,
        cluster=keys[cluster] if is_clustered else None,
        **options,
    )


def assert_alike(one: TwoWayFE, other: TwoWayFE) -> None:
    """All that is reported, but for residuals and single effects."""
    for name in SAME:
        assert getattr(one, name) == getattr(other, name), name
    for name in (*ARRAYS, *NUMBERS, "small_sample_factor"):
        if getattr(other, name) is None:
            assert getattr(one, name) is None, name
            continue
        np.testing.assert_allclose(
            getattr(one, name), getattr(other, name), rtol=RELATIVE, err_msg=name
        )
    # Covariances near zero have the digits of the variances beside them.
    scale = np.sqrt(np.outer(*2 * [np.diag(other.covariance)]))
    np.testing.assert_allclose(one.covariance / scale, other.covariance / scale, atol=RELATIVE)
    constants = [list(vars(each.constant).values()) for each in (one, other)]
    np.testing.assert_allclose(*constants, rtol=RELATIVE)
