"""What `check` refuses for its formulas, an estimator refuses for its numbers: nothing more is refused.

Formulas, columns and estimators are drawn at random. An instrument, mediator or threshold variable made of
the outcome or of what is endogenous can be estimated, and is refused all the same; nothing else is.
"""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import polars as pl
import pytest

from nqpf_assets.catalog.geography import load_geography
from nqpf_assets.estimation.column import fit_column
from nqpf_assets.messages.problems import CheckFailed
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.relations import relations_of
from nqpf_assets.studies.spec import CompleteColumn, Study
from nqpf_assets.studies.validation_relations import absorbed, given
from tests.estimation.panels import UNITS, complete
from tests.studies.test_linear_forms import FIRST, N_UNITS, N_YEARS, drawn

YEARS = range(FIRST, FIRST + N_YEARS)
STUDY = Study.model_validate(
    {"study": "d", "title": "D", "units": {}, "periods": {"first": YEARS[0], "last": YEARS[-1]}}
)
ERRORS = ("e1", "e2", "e3")


def frame_of(values: dict[str, np.ndarray], seed: int) -> pl.DataFrame:
    """The panel of some formulas, with three variables that have to do with nothing."""
    noise = np.random.default_rng(seed).normal(size=(3, N_UNITS * N_YEARS))
    columns = {
        name: np.where(np.isfinite(one), one, np.nan).ravel() for name, one in values.items()
    }
    units = np.repeat([*UNITS][:N_UNITS], N_YEARS)
    return pl.DataFrame({
        "unit": units, "unit_name": units,
        "period": np.tile(np.array(YEARS, dtype=np.int32), N_UNITS),
        "area": np.repeat(["a"] * 4 + ["b"] * (N_UNITS - 4), N_YEARS),
        **columns, **dict(zip(ERRORS, noise, strict=True)),
    })  # fmt: skip


def column_of(draw: random.Random, names: list[str]) -> CompleteColumn | None:
    """A column of three different variables; None where two are alike."""
    estimator = draw.choice(
        ("two_way_fe", "fe_2sls", "mediation", "threshold", "group_difference", "tobit")
    )
    effects = [["unit", "period"], ["unit"], ["period"], []]
    outcome = draw.choice((*names, *["e1"] * 4))
    one, other, third = (draw.choice((*names, *ERRORS)) for _ in range(3))
    if len({outcome, one, other, third}) < 4:
        return None
    options: dict[str, Any] = {
        "fe_2sls": {"iv": {"endogenous": [one], "instruments": [third]}},
        "mediation": {"mediation": {"mediator": third, "draws": 0}},
        "threshold": {"threshold": {"variable": "e3", "regime": [third], "draws": 0}},
        "tobit": {"tobit": {"lower": -1e9}},
        "group_difference": {"difference": {"grouping": "area", "groups": ["a", "b"], "draws": 0}},
    }
    return complete(
        estimator=estimator, outcome=outcome, regressors=[one], controls=[other],
        effects=draw.choice(effects[:2] if estimator == "threshold" else effects),
        vcov={"type": "unadjusted"}, **options.get(estimator, {}),
    )  # fmt: skip


@pytest.mark.slow  # hundreds of columns are estimated
def test_nothing_that_can_be_estimated_is_refused_for_its_formulas() -> None:
    geography = load_geography()[0]
    n_refused = 0
    for seed in range(150):
        draw = random.Random(seed)
        forms, written, values = drawn(seed, 6)
        frame = frame_of(values, seed)
        for column in filter(None, (column_of(draw, sorted(written)) for _ in range(4))):
            estimator = ESTIMATORS[column.estimator]
            options = estimator.options
            compared = options.compared(column) if options else None
            of = relations_of(column, forms, YEARS, compared, tuple(column.effects))
            told = [*(options.relations(of) if options else ()), *absorbed(of, is_told=False)]
            told += [] if estimator.reports_exact else given(of)
            # An instrument that is the logarithm of what it instruments is computed, and is none.
            wrong = ("an exact function of", f"`{column.outcome}`")
            if not told or any(words in one.found for one in told for words in wrong):
                continue
            n_refused += 1
            with pytest.raises(CheckFailed):
                fit_column(STUDY, "t", column, frame, geography)
    assert n_refused > 50
