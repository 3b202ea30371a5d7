"""Coefficients that change where a variable crosses a value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.messages.problems import Refusal
from nqpf_assets.studies.draws import Draws
from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.estimator import ALONE, REGRESSOR, Estimator, OptionBlock, Role
from nqpf_assets.studies.least_squares_covariances import LEAST_SQUARES
from nqpf_assets.studies.printing import PrintedEffect, PrintedTest, Printing
from nqpf_assets.studies.refused_variables import is_outcome, twice
from nqpf_assets.user_input.strict import Name, Strict

if TYPE_CHECKING:
    from nqpf_assets.studies.relations import Relations


def _null_is_a_word(value: object) -> object:
    """An unquoted null is YAML's way of writing nothing, and here the null model is meant."""
    return "null" if value is None else value


ROUNDING = 1e-9
"""By how much a share such as a third may exceed what it stands for."""


class ThresholdOptions(Strict):
    """Coefficients that change where a variable crosses a threshold."""

    variable: Name = Field(description="threshold variable")
    regime: tuple[Name, ...] = Field(
        min_length=1, description="regressors whose coefficients change"
    )
    count: int = Field(1, ge=1, le=3, description="number of thresholds")
    trim: float = Field(0.05, gt=0, lt=0.5, description="least share of rows in each regime")
    draws: Draws = Field(300, description="bootstrap draws of whole units; 0 for none")
    divisor: Literal["hansen", "xthreg", "pdr"] = Field(
        "hansen",
        description="divisor of the error variance in F: Hansen's, Stata's xthreg, R's pdR",
    )
    grid: int | None = Field(
        None,
        ge=2,
        description="tries quantiles in steps of 1/grid (400 in Hansen's paper); null tries all values",
    )
    grid_of: Literal["rows", "distinct"] = Field(
        "rows", description="quantiles of the rows, or of the distinct values as Hansen's program"
    )
    residuals_from: Annotated[Literal["alternative", "null"], BeforeValidator(_null_is_a_word)] = (
        Field(
            "alternative",
            description="model whose residuals the bootstrap draws: Hansen's paper, or his program",
        )
    )
    demeaned_periods: Literal["all", "drop_last"] = Field(
        "all",
        description="`drop_last` leaves the last period out after demeaning, as Hansen's program "
        "and R's pdR do; for balanced panels with `effects: [unit]`, to reproduce their tables",
    )


def _refusals(column: Equation) -> Iterator[Refusal]:
    options = column.options(ThresholdOptions)
    said = options.model_fields_set
    if options.variable == column.outcome:
        yield is_outcome(("threshold", "variable"), options.variable)
    if column.outcome in options.regime:
        yield is_outcome(("threshold", "regime"), str(column.outcome))
    yield from twice(("threshold", "regime"), options.regime)
    yield from _room(options)
    for key, needs, has in (
        ("grid_of", "`grid:` beside it", options.grid is not None),
        ("residuals_from", "draws", options.draws > 0),
    ):
        if key in said and not has:
            yield Refusal(
                ("threshold", key),
                needs,
                f"`{key}` without, where it changes nothing",
                f"remove `{key}`",
            )
    if options.demeaned_periods == "drop_last":
        if tuple(column.effects) != ("unit",):
            yield Refusal(
                ("threshold", "demeaned_periods"),
                "`effects: [unit]` beside it",
                "drop_last goes with unit effects alone",
                "write `effects: [unit]`, or remove it",
            )
        errors = LEAST_SQUARES.get(column.vcov.type)
        if errors and not errors.corrections:
            yield Refusal(
                ("threshold", "demeaned_periods"),
                f"`all` with `type: {column.vcov.type}`",
                f"drop_last does not go with {column.vcov.type}",
                "change one of the two",
            )


def _room(options: ThresholdOptions) -> Iterator[Refusal]:
    """Regimes that cannot all have their share of the rows, and grids with too few values to try."""
    regimes = options.count + 1
    if regimes * options.trim > 1 + ROUNDING:
        yield Refusal(
            ("threshold", "trim"),
            f"at most 1/{regimes} with `count: {options.count}`, which makes {counted(regimes, 'regimes')}",
            f"`trim: {options.trim:g}`: {counted(regimes, 'shares')} of it are more than all rows",
            "take a smaller share, or fewer thresholds",
        )
    # As `estimators.thresholds.candidates` steps through them.
    tried = (
        None if options.grid is None else 1 + int((1 - 2 * options.trim) * options.grid + ROUNDING)
    )
    if tried is not None and tried < options.count:
        yield Refusal(
            ("threshold", "grid"),
            f"a grid of at least {counted(options.count, 'quantiles')} between trim and 1 − trim",
            f"`grid: {options.grid}`, of which {tried} {verb(tried, 'lie')} there",
            "take a finer grid, or fewer thresholds",
        )


def _relations(of: Relations) -> Iterator[Refusal]:
    """Regimes are not sorted by the outcome, and each of their regressors has a coefficient of its own."""
    options = of.column.options(ThresholdOptions)
    if options.variable != of.outcome:
        at = ("threshold", "variable")
        yield from of.made_of(at, options.variable, [of.outcome], "a threshold variable")
    for place, name in enumerate(options.regime):
        within = ("threshold", "regime", place)
        yield from of.nothing_left(within, name, "a regressor")
        yield from of.repeats(within, name, options.regime[:place], "a regressor")


def _more_parameters(column: Equation) -> int:
    """A coefficient for every further regime."""
    options = column.options(ThresholdOptions)
    return options.count * len({*options.regime})


ESTIMATOR = Estimator(
    "threshold",
    purpose="coefficients that change where a variable crosses a value",
    documentation="docs/estimators.md#Panel threshold",
    covariances=LEAST_SQUARES,
    function="nqpf_assets.estimation.threshold:fit_threshold",
    influence="nqpf_assets.estimation.linear_influence:threshold",
    order=8,
    elsewhere=("xthreg", "xthenreg", "xtptm"),
    options=OptionBlock(
        "threshold",
        ThresholdOptions,
        variables={
            "regime": REGRESSOR,
            "variable": Role("threshold variable", is_yielding=True),
        },
        refusals=_refusals,
        relations=_relations,
        more_parameters=_more_parameters,
    ),
    effects=frozenset({("unit",), ("period", "unit")}),
    switches=ALONE,
    printing=Printing(
        tests={
            "threshold_1": PrintedTest("F of one threshold"),
            "threshold_2": PrintedTest("F of a second threshold"),
            "threshold_3": PrintedTest("F of a third threshold"),
        },
        effects=tuple(
            PrintedEffect(f"threshold_{place}", f"Threshold {place}", has_interval=True)
            for place in (1, 2, 3)
        ),
    ),
    example="""\
- label: "(6)" # coefficients of `regime` change where `variable` crosses a threshold
  estimator: threshold
  effects: [unit]
  threshold:
    variable: urbanization
    regime: [log_gdp_per_capita]
    count: 1
    trim: 0.05
    draws: 300
    divisor: hansen
    # These four as in Hansen's program, to reproduce old tables; left out, all values are
    # tried, and least squares is taken over all periods.
    grid: 400
    grid_of: distinct
    residuals_from: "null"
    demeaned_periods: drop_last
""",
)
