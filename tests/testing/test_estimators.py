"""Our own estimators hold to the contract, and estimators that break it are found out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import fit_two_way_fe
from nqpf_assets.estimation.result_rows import Fitted
from nqpf_assets.studies.estimator import Covariance, Estimator, OptionBlock, Role
from nqpf_assets.studies.estimator_contract import lacks
from nqpf_assets.studies.estimator_registry import REGISTRY
from nqpf_assets.studies.estimators.fe_2sls import InstrumentOptions
from nqpf_assets.studies.vcov import Vcov
from nqpf_assets.testing import check_estimator, estimator_checks

pytestmark = pytest.mark.slow

RANDOM_SPACE = {
    "effects": ["period"],
    "vcov": {"type": "unadjusted"},
    "space": {"weights": "contiguity", "draws": 100},
}
SPACE: dict[str, Any] = {
    "other": {
        "weights": ["inverse_distance", "economic"],
        "durbin": [["x"]],
        "power": {"weights": "inverse_distance", "power": 2.0},
        "cutoff_km": {"weights": "inverse_distance", "cutoff_km": 900.0},
        "economic_variable": {"weights": "economic", "economic_variable": "size"},
        "join": [[["110000", "370000"]]],
        "draws": 150,
    },
    "is_free_of_names": False,
}
GIVEN: dict[str, dict[str, Any]] = {
    "two_way_fe": {},
    "ols": {},
    "tobit": {
        "written": {"tobit": {"lower": 0}},
        "outcome_at_least": 0.0,
        "other": {"lower": -0.5, "upper": 1.5, "nodes": 8},
    },
    "re_tobit": {
        "written": {"tobit": {"lower": 0}, "effects": ["period"]},
        "outcome_at_least": 0.0,
        "other": {"lower": -0.5, "upper": 1.5, "nodes": 8},
    },
    "between_units": {},
    "fe_poisson": {"outcome_at_least": 0.0, "scales_with_outcome": False},
    "fractional": {
        "written": {"outcome": "q", "effects": ["period"], "fractional": {}},
        "scales_with_outcome": False,
    },
    "first_difference": {"written": {"effects": ["period"]}},
    "random_effects": {"written": {"effects": ["period"], "random": {}}},
    "fe_2sls": {
        "written": {"iv": {"endogenous": ["x"], "instruments": ["i"]}},
        "other": {"endogenous": [["z"]], "instruments": [["i", "w"]]},
    },
    "mediation": {
        "written": {"mediation": {"mediator": "m", "draws": 40}},
        "other": {"mediator": "w", "draws": 30, "resample": "part"},
    },
    "chain_mediation": {
        "written": {"chain": {"mediators": ["m", "q"], "draws": 40}},
        "other": {"mediators": [["q", "m"], ["m", "w"]], "draws": 30, "resample": "part"},
    },
    "moderated_mediation": {
        "written": {
            "moderated": {"mediator": "m", "moderator": "q", "moderates": ["first"], "draws": 40}
        },
        "other": {
            "mediator": "w",
            "moderator": "w",
            "moderates": [["second"], ["first", "second", "direct"]],
            "draws": 30,
            "resample": "part",
        },
    },
    "group_difference": {
        "written": {"difference": {"grouping": "area", "groups": ["north", "south"], "draws": 20}},
        "other": {"grouping": "part", "groups": [["south", "north"]], "draws": 0},
    },
    "threshold": {
        "written": {"threshold": {"variable": "q", "regime": ["x"], "draws": 10}},
        "other": {
            "variable": "w", "regime": [["x", "z"]], "count": 2, "trim": 0.3, "draws": 20, "grid": 10,
        },
    },
    "spatial_durbin": {"written": {"space": {"weights": "contiguity", "draws": 100}}} | SPACE,
    "spatial_lag": {"written": {"space": {"weights": "contiguity", "draws": 100}}} | SPACE,
    "spatial_error": {"written": {"space": {"weights": "contiguity"}}} | SPACE,
    "spatial_slx": {"written": {"space": {"weights": "contiguity"}}} | SPACE,
    "re_spatial_durbin": {"written": RANDOM_SPACE} | SPACE,
    "re_spatial_lag": {"written": RANDOM_SPACE} | SPACE,
}  # fmt: skip
CHECKS = [
    check for name, one in REGISTRY.own.items() for check in estimator_checks(one, **GIVEN[name])
]


@pytest.mark.parametrize("check", CHECKS, ids=str)
def test_our_estimators_hold_to_the_contract(check) -> None:  # type: ignore[no-untyped-def]
    check()


def test_all_our_estimators_are_tried() -> None:
    assert set(GIVEN) == set(REGISTRY.own)


def using(function: Callable[[Design], Any]) -> Estimator:
    """Two-way fixed effects, estimated by a function of this module."""

    class Broken(Estimator):
        @property
        def fit(self) -> Callable[[Design], Any]:
            return function

    own = REGISTRY.own["two_way_fe"]
    return Broken(**{field.name: getattr(own, field.name) for field in fields(own)})


def first_term(fitted: Fitted, **numbers: float) -> Fitted:
    """The same with other numbers of the first coefficient."""
    one, *others = fitted.terms
    return replace(fitted, terms=(replace(one, **numbers), *others))


def first_row(design: Design) -> Fitted:
    """Depends on the order of rows."""
    return first_term(fit_two_way_fe(design), estimate=float(design.outcome[0]))


def names(design: Design) -> Fitted:
    """Depends on what units are called, and years."""
    number = float(design.units[0]) + float(design.periods[0])
    return first_term(fit_two_way_fe(design), estimate=number)


calls = iter(range(1000))


def drifts(design: Design) -> Fitted:
    """Another result each time."""
    return first_term(fit_two_way_fe(design), estimate=float(next(calls)))


def deaf(design: Design) -> Fitted:
    """No covariance, correction or switch is used, and a missing group is."""
    column = design.column.model_copy(
        update={"vcov": Vcov(), "standardize": False, "hausman": False}
    )
    return fit_two_way_fe(
        replace(design, column=column.model_copy(update={"drop_singletons": True}))
    )


def one_sided(design: Design) -> Fitted:
    """p-values that its intervals know nothing of."""
    fitted = fit_two_way_fe(design)
    return replace(fitted, terms=tuple(replace(one, p_value=0.9) for one in fitted.terms))


def miscounts(design: Design) -> Fitted:
    fitted = fit_two_way_fe(design)
    return replace(fitted, model=replace(fitted.model, n_obs=7), dropped=["x: of no use"])


def fails(design: Design) -> Fitted:
    """Ends with an exception of its own where there is too little."""
    if len(design.rows) < 3:
        raise ZeroDivisionError("no variance")
    return fit_two_way_fe(design)


def adds(design: Design) -> Fitted:
    """A number that another unit of measurement changes."""
    fitted = fit_two_way_fe(design)
    return first_term(fitted, estimate=fitted.terms[0].estimate + 1)


def without_first_years(design: Design) -> Fitted:
    """Looks at some years alone."""
    late = design.periods > np.sort(np.unique(design.periods))[3]
    fitted = fit_two_way_fe(
        replace(design, rows=design.rows.filter(late), taken=design.taken[late])
    )
    used = late.copy()
    used[late] = fitted.is_in_sample
    return replace(fitted, is_in_sample=used)


def test_a_gap_is_made_in_a_row_that_has_a_say() -> None:
    checks = estimator_checks(using(without_first_years), **GIVEN["two_way_fe"])
    (check,) = [one for one in checks if "missing value" in one.about]
    check()


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (first_row, ["order of rows: estimate of x"]),
        (names, ["names of units: estimate of x", "years are counted from: estimate of x"]),
        (drifts, ["another result the second time"]),
        (
            deaf,
            [
                "robust gives the same as clustered",
                "clustered with {'by': ['part']} gives the same",
                "driscoll_kraay with {'lags': 3} gives the same",
                "newey_west with {'lags': 3} gives the same",
                "{'small_sample': 'none'} gives the same",
                "standardize makes no difference",
                "hausman makes no difference",
                "drop_singletons makes no difference",
                "without a group for a unit is estimated",
            ],
        ),
        (one_sided, ["x has the p-value 0.9 and the interval"]),
        (
            miscounts,
            [
                "counts 96 rows, n_obs is 7, and the estimator does not say `of_differences`",
                "; dropped is no tuple",
                "has no docstring",
            ],
        ),
        (fails, ["one row: ZeroDivisionError"]),
        (
            adds,
            ["unit of measurement of a regressor: estimate of x", "of the outcome: estimate of x"],
        ),
        (lambda design: 1, ["a Fitted is expected, int was returned"]),
    ],
)
def test_an_estimator_that_does_not_is_told_all_of_it(function: Any, found: list[str]) -> None:
    with pytest.raises(AssertionError) as caught:
        check_estimator(using(function))
    assert [one for one in found if one not in str(caught.value)] == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"function": "fit"}, "module:function"),
        ({"covariances": {"hc3": Covariance()}}, "covariances out of"),
        ({"effects": frozenset({("units",)})}, "effects out of"),
        ({"switches": frozenset({"verbose"})}, "switches out of"),
        ({"options": OptionBlock("vcov", InstrumentOptions)}, "no column has anyway"),
        (
            {"options": OptionBlock("mine", InstrumentOptions, variables={"mediator": Role("m")})},
            "that are keys of the options",
        ),
    ],
)
def test_an_estimator_that_a_study_could_not_use_is_told_so(changed: Any, expected: str) -> None:
    lack = lacks(replace(REGISTRY.own["two_way_fe"], **changed))
    assert lack is not None
    assert expected in lack[0]
