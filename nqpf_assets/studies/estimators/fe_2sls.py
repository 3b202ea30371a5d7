"""Two-stage least squares with fixed effects."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from nqpf_assets.messages.problems import Refusal
from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.estimator import ALONE, Covariance, Estimator, OptionBlock, Role
from nqpf_assets.studies.least_squares_covariances import WITH_OWN_DF
from nqpf_assets.studies.printing import PrintedTest, Printing
from nqpf_assets.studies.refused_variables import twice
from nqpf_assets.user_input.strict import Name, Strict

if TYPE_CHECKING:
    from nqpf_assets.studies.relations import Relations


class InstrumentOptions(Strict):
    """Two-stage least squares with fixed effects."""

    endogenous: tuple[Name, ...] = Field(
        min_length=1, description="which regressors are endogenous"
    )
    instruments: tuple[Name, ...] = Field(min_length=1, description="excluded instruments")
    chi2_observations: Literal["dofminus", "all"] = Field(
        "dofminus",
        description="what χ² statistics count where units are absorbed and errors are not "
        "clustered: dofminus, observations less units, as xtivreg2; all, as fixest",
    )


def _refusals(column: Equation) -> Iterator[Refusal]:
    iv = column.options(InstrumentOptions)
    terms = (*column.regressors, *column.controls)
    stray = sorted(set(iv.endogenous) - set(terms))
    if stray:
        yield Refusal(
            ("iv", "endogenous"),
            "variables that are regressors too",
            f"endogenous variables are regressors too: add {', '.join(stray)}",
            "add them to `regressors`",
        )
    for name in dict.fromkeys(iv.instruments):
        is_what, remedy = _in_equation(column, name)
        if is_what:
            yield Refusal(
                ("iv", "instruments", iv.instruments.index(name)),
                "variables that are outside of the equation",
                f"`{name}`, {is_what}",
                remedy,
            )
    if "chi2_observations" in iv.model_fields_set and (
        column.vcov.type in _CLUSTERED or "unit" not in column.effects
    ):
        yield Refusal(
            ("iv", "chi2_observations"),
            "errors that are not clustered, and effects of units",
            "`chi2_observations` changes nothing where errors are clustered or no units are absorbed",
            "leave it out",
        )
    for key in ("endogenous", "instruments"):
        yield from twice(("iv", key), getattr(iv, key))
    if len(set(iv.instruments)) < len(set(iv.endogenous)):
        yield Refusal(
            ("iv", "instruments"),
            f"at least {len(set(iv.endogenous))}, as many as are endogenous",
            f"{len(set(iv.instruments))}",
            "add instruments",
        )


def _in_equation(column: Equation, name: str) -> tuple[str, str]:
    """What an instrument is in the equation, and what to do about it; empty where it is not in it."""
    if name == column.outcome:
        return (
            "the outcome",
            "name another variable: the outcome cannot instrument what explains it",
        )
    if name in column.options(InstrumentOptions).endogenous:
        other = "name another variable: what is endogenous cannot be its own instrument"
        return "an endogenous regressor", other
    if name in (*column.regressors, *column.controls):
        is_what = "a control" if name in column.controls else "an exogenous regressor"
        return is_what, "remove it: what is exogenous in the equation instruments itself already"
    return "", ""


_CLUSTERED = ("clustered", "wild_bootstrap", *WITH_OWN_DF)
_CORRECTIONS = ("xtreg", "ivreg2_small", "ivreg2")


def _relations(of: Relations) -> Iterator[Refusal]:
    """Instruments have something of their own, and nothing of the outcome or of what is endogenous."""
    iv = of.column.options(InstrumentOptions)
    exogenous = [name for name in of.terms if name not in iv.endogenous]
    for place, name in enumerate(iv.endogenous):
        at, what = ("iv", "endogenous", place), "an endogenous regressor"
        yield from of.nothing_left(at, name, what)
        yield from of.repeats(at, name, [*exogenous, *iv.endogenous[:place]], what)
    for place, name in enumerate(iv.instruments):
        if name in (of.outcome, *of.terms):
            continue  # told where the column is held against itself
        at, what, earlier = ("iv", "instruments", place), "an instrument", iv.instruments[:place]
        told = [
            *of.nothing_left(at, name, what),
            *of.made_of(at, name, [of.outcome, *iv.endogenous], what),
            *of.repeats(at, name, [*exogenous, *earlier], what),
            *of.repeats(at, name, [of.outcome, *of.terms, *earlier], what, as_read=True),
        ]
        yield from told[:1]


def _least_clusters(column: Equation) -> int:
    """As many clusters as instruments leave their covariance without an inverse."""
    return len(column.options(InstrumentOptions).instruments) + 1


def _more_parameters(column: Equation) -> int:
    """The first stage has the instruments in place of the endogenous variables."""
    options = column.options(InstrumentOptions)
    return len(options.instruments) - len(options.endogenous)


ESTIMATOR = Estimator(
    "fe_2sls",
    purpose="endogenous regressors",
    documentation="docs/estimators.md#Instruments with fixed effects",
    covariances={
        "clustered": Covariance(3, corrections=_CORRECTIONS, has_large_sample=True),
        "wild_bootstrap": Covariance(1, corrections=_CORRECTIONS, is_drawn=True),
        "unadjusted": Covariance(corrections=_CORRECTIONS, has_large_sample=True),
        "robust": Covariance(corrections=_CORRECTIONS, has_large_sample=True),
        **WITH_OWN_DF,
    },
    function="nqpf_assets.estimation.instruments:fit_instruments",
    influence="nqpf_assets.estimation.linear_influence:instruments",
    order=5,
    takes_further_effects=True,
    takes_weights=True,
    elsewhere=(
        "ivreg",
        "ivreg2",
        "ivreghdfe",
        "ivregress",
        "xtivreg",
        "xtivreg2",
        "iv",
        "2sls",
        "tsls",
        "iv2sls",
    ),
    options=OptionBlock(
        "iv",
        InstrumentOptions,
        variables={
            "endogenous": Role("endogenous", is_term=True),
            "instruments": Role("instrument"),
        },
        refusals=_refusals,
        relations=_relations,
        least_clusters=_least_clusters,
        more_parameters=_more_parameters,
    ),
    switches=ALONE,
    printing=Printing(
        tests={
            "kleibergen_paap_f": PrintedTest("Kleibergen–Paap F"),
            "cragg_donald_f": PrintedTest("Cragg–Donald F"),
            "stock_yogo_size_10": PrintedTest("Stock–Yogo bound of Cragg–Donald F, 10 % size"),
            "underidentification": PrintedTest("Underidentification χ²"),
            "overidentification": PrintedTest("Overidentification χ²"),
        }
    ),
    example="""\
- label: 2SLS # an instrument must vary within units
  estimator: fe_2sls
  vcov: {type: robust}
  iv: {endogenous: [log_gdp_per_capita], instruments: [urbanization], chi2_observations: dofminus}
""",
)
