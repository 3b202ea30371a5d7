"""Data on which an estimator is tried: what a study writes of the column, and a panel that is made up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nqpf_assets.studies.estimator import Estimator
from nqpf_assets.studies.spec import Column, CompleteColumn, Model, RegressionTable, Study

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.geography import Geography
    from nqpf_assets.estimation.design import Design
    from nqpf_assets.estimation.result_rows import Fitted

UNITS = (
    *("110000", "120000", "130000", "140000", "150000", "210000"),
    *("220000", "230000", "370000", "410000", "610000", "620000"),
)
"""Provinces that touch one another, so that spatial weights have no islands."""
FIRST, N_YEARS = 2012, 8
SEED = 20260217
REGRESSOR, CONTROL, OUTCOME = "x", "z", "y"
OTHERS = ("w", "m", "q", "i", "size")
"""Further variables: any, a mediator, one between 0 and 1, an instrument of x, one that is positive."""


@dataclass(frozen=True)
class EstimatorExample:
    """One column over twelve units and eight years.

    Attributes:
        estimator: that estimates it.
        written: keys of the column, over outcome y, regressor x and control z.
        rows: the analysis panel, in no order.
    """

    estimator: Estimator
    written: Mapping[str, Any]
    rows: pl.DataFrame

    @cached_property
    def column(self) -> CompleteColumn:
        """The column as a study reads it, what it says and does not say refused as in a study."""
        said = {
            "outcome": OUTCOME,
            "regressors": [REGRESSOR],
            "controls": [CONTROL],
            **self.written,
        }
        said |= {"label": "(1)", "estimator": self.estimator.name}
        table = RegressionTable(title="T", model=Model(), columns=(Column.model_validate(said),))
        return table.completed(table.columns[0], STUDY.periods.years)

    def design(self, rows: pl.DataFrame | None = None) -> Design:
        """What the estimator is given of these rows, or of others."""
        from nqpf_assets.estimation.design import design_of

        used = self.rows if rows is None else rows
        return design_of(STUDY, "example (1)", self.column, used, _geography())

    def fitted(self, rows: pl.DataFrame | None = None) -> Fitted:
        """What it gives of these rows, or of others; held to what any result must be.

        Raises:
            EstimationError, LinAlgError: it is refused with a reason.
        """
        return self.of_design(self.design(rows))

    def of_design(self, design: Design) -> Fitted:
        """The same of rows as an estimator is given them."""
        from nqpf_assets.estimation.contract import require_fitted

        found = self.estimator.fit(design)
        require_fitted(design, found)
        return found  # type: ignore[no-any-return]

    def but(self, **written: Any) -> EstimatorExample:
        """The same with other keys; those of a block over the block's."""
        whole = dict(self.written)
        for key, value in written.items():
            under = whole.get(key)
            is_block = isinstance(value, dict) and isinstance(under, Mapping)
            whole[key] = {**under, **value} if is_block and under else value
        return replace(self, written=whole)


STUDY = Study.model_validate(
    {"study": "example", "title": "Example", "units": {}, "periods": {"first": 1900, "last": 2100}}
)


def example_of(
    estimator: Estimator, written: Mapping[str, Any] | None, outcome_at_least: float | None
) -> EstimatorExample:
    """An example on made-up rows; where a limit is given, the outcome is moved so that some lie at it."""
    return EstimatorExample(estimator, written or {}, _panel(outcome_at_least))


def _panel(at_least: float | None) -> pl.DataFrame:
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(SEED)
    unit = np.repeat(np.arange(len(UNITS)), N_YEARS)
    year = np.tile(np.arange(N_YEARS), len(UNITS))
    own, common = rng.normal(size=len(UNITS))[unit], rng.normal(size=N_YEARS)[year]
    i, z, w, shock, noise = rng.normal(size=(5, len(unit)))
    x = 0.9 * i + 0.3 * own + 0.4 * shock
    m, q = 0.6 * x + 0.2 * common + rng.normal(size=len(unit)), rng.uniform(size=len(unit))
    y = (0.5 + 0.8 * (q > 0.5)) * x + 0.4 * m - 0.3 * z + own + common + shock + noise
    if at_least is not None:
        y = np.maximum(y + 1, at_least)
    named = {"y": y, "x": x, "z": z, "w": w, "m": m, "q": q, "i": i, "size": np.exp(own + 3)}
    frame = pl.DataFrame(
        {
            "unit": np.array(UNITS)[unit],
            "unit_name": np.array(UNITS)[unit],
            "period": (FIRST + year).astype(np.int32),
            **named,
            "area": np.where(unit < len(UNITS) // 2, "north", "south"),
            "part": np.array([f"part {one % 5}" for one in unit]),
        }
    )
    return frame.sample(fraction=1.0, shuffle=True, seed=5)


def _geography() -> Geography:
    from nqpf_assets.catalog.geography import load_geography

    return load_geography()[0]
