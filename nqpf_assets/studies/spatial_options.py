"""What the spatial models share: weights and form, refusals, covariances, printed rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from nqpf_assets.messages.problems import Refusal, did_you_mean
from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.estimator import Covariance, Inherited, OptionBlock, Role
from nqpf_assets.studies.printing import PrintedEffect, PrintedTest, Printing
from nqpf_assets.studies.spatial_weights import WEIGHTS_OF, WeightOptions
from nqpf_assets.user_input.strict import Name


def _as_word(value: object) -> object:
    """`true` and `false`, which older studies say, as the words they stand for."""
    return {True: "transformation", False: "none"}[value] if isinstance(value, bool) else value


def lags_of(column: Equation) -> tuple[str, ...] | None:
    """Regressors whose spatial lags the model has, in the order of the column; None for all, or for none."""
    lags = column.options(SpaceOptions).durbin
    if lags is None or column.estimator not in WITH_LAGS:
        return None
    terms = (*column.regressors, *column.controls)
    named = tuple(one for one in terms if one in lags)
    return None if len(named) == len(terms) else named


class SpaceOptions(WeightOptions):
    """Which neighbours, and which form of the model."""

    lee_yu: Annotated[
        Literal["transformation", "bias_correction", "none"], BeforeValidator(_as_word)
    ] = Field(
        "transformation",
        description="how the estimated effects are corrected for: the likelihood of the data "
        "without them (`true` says the same), a correction of the estimates, which weights whose "
        "rows do not add up to one need with period effects, or not at all (`false`)",
        json_schema_extra={"enum": ["transformation", "bias_correction", "none", True, False]},
    )
    inference: Literal["simulated", "delta"] = Field(
        "simulated",
        description="where errors, p-values and intervals of the effects come from: quantiles of draws, "
        "or the delta method",
    )
    information: Literal["expected", "observed"] = Field(
        "expected",
        description="of which information matrix `vcov: {type: unadjusted}` is the inverse: expected, or "
        "observed, as Stata's xsmle prints",
    )
    durbin: tuple[Name, ...] | None = Field(
        None,
        min_length=1,
        description="regressors and controls whose spatial lags are in the model; all where left out",
    )
    draws: int = Field(1000, ge=100, description="draws behind the inference of the effects")


WITH_MULTIPLIERS = ("spatial_durbin", "spatial_lag")
"""Models whose effects run through (I − ρW)⁻¹; those of the others are coefficients."""


WITH_LAGS = ("spatial_durbin", "spatial_slx")
"""Models that have regressors of neighbours."""


WITHOUT_PARAMETER = ("spatial_slx",)
"""Models that are least squares: whatever the weights are, nothing has to be inverted."""


def _refusals(column: Equation) -> Iterator[Refusal]:
    space = column.options(SpaceOptions)
    yield from _durbin_refusals(column)
    yield from _information_refusals(column)
    if (
        space.standardize != "row"
        and "period" in column.effects
        and space.lee_yu == "transformation"
        and column.estimator not in WITHOUT_PARAMETER
    ):
        yield Refusal(
            ("space", "standardize"),
            "`lee_yu: bias_correction`, or `none`, beside it",
            f"`{space.standardize}`, whose rows need not add up to one, with period effects and "
            "`lee_yu: transformation`",
            "write `lee_yu: bias_correction`, or standardize rows",
        )
    if column.estimator not in WITH_MULTIPLIERS:
        for key in ("inference", "draws"):
            if key in space.model_fields_set:
                yield Refusal(
                    ("space", key),
                    f"{' or '.join(WITH_MULTIPLIERS)}, whose effects are not linear",
                    f"`{key}` with {column.estimator}, whose effects are coefficients",
                    "remove it",
                )
    elif space.inference == "delta" and "draws" in space.model_fields_set:
        yield Refusal(
            ("space", "draws"),
            "`inference: simulated` beside it",
            "`draws` with `inference: delta`, which draws nothing",
            "remove one of the two",
        )
    if "lee_yu" in space.model_fields_set and not column.effects and space.lee_yu != "none":
        yield Refusal(
            ("space", "lee_yu"),
            "effects, which it corrects for",
            f"`{space.lee_yu}` without effects",
            "remove it",
        )


def _information_refusals(column: Equation) -> Iterator[Refusal]:
    """Errors of the observed information where there is none, or where nothing uses it."""
    space = column.options(SpaceOptions)
    at, expected = ("space", "information"), ""
    if "information" not in space.model_fields_set:
        return
    if column.vcov.type != "unadjusted":
        expected, found = "`vcov: {type: unadjusted}` beside it", f"`type: {column.vcov.type}`"
    elif space.information == "observed" and column.estimator not in WITH_MULTIPLIERS:
        expected, found = " or ".join(WITH_MULTIPLIERS), f"`observed` with {column.estimator}"
    elif space.information == "observed" and space.lee_yu == "bias_correction":
        expected = "`lee_yu: transformation` or `none` beside it, whose estimates are a maximum"
        found = "`lee_yu: bias_correction`"
    if expected:
        yield Refusal(at, expected, found, "remove it, or change the other")


def _durbin_refusals(column: Equation) -> Iterator[Refusal]:
    """Lags of what the column does not explain by, twice, or in a model without any."""
    lags = column.options(SpaceOptions).durbin
    if lags is None:
        return
    if column.estimator not in WITH_LAGS:
        yield Refusal(
            ("space", "durbin"),
            f"{' or '.join(WITH_LAGS)}, which have regressors of neighbours",
            f"`durbin` with {column.estimator}, which has none",
            "remove it",
        )
        return
    terms = (*column.regressors, *column.controls)
    for place, name in enumerate(lags):
        if name not in terms:
            yield Refusal(
                ("space", "durbin", place),
                f"regressors and controls of the column: {', '.join(terms)}",
                f"`{name}`, which is none of them",
                did_you_mean(name, terms) or "add it to them, or remove it here",
            )
        elif name in lags[:place]:
            yield Refusal(
                ("space", "durbin", place), "each once", f"`{name}` again", "keep one of the two"
            )


def _left_behind(block: Inherited) -> Collection[str]:
    """Keys that go with the table's weights or model and not with the column's."""
    weights = block.column.get("weights")
    gone = [
        key for key, kinds in WEIGHTS_OF.items() if weights is not None and weights not in kinds
    ]
    if block.estimator not in WITH_LAGS:
        gone.append("durbin")
    if block.estimator not in WITH_MULTIPLIERS and "information" not in block.column:
        gone.append("information")
    if block.estimator not in WITH_MULTIPLIERS:
        gone += ["inference", "draws"]
    elif block.column.get("inference") == "delta":
        gone.append("draws")
    return gone


COVARIANCES = {
    "clustered": Covariance(1, "unit"),
    "unadjusted": Covariance(),
    "robust": Covariance(),
}
OPTIONS = OptionBlock(
    "space",
    SpaceOptions,
    variables={"economic_variable": Role("economic distance", is_yielding=True)},
    terms=("durbin",),
    unit_pairs=("join",),
    refusals=_refusals,
    left_behind=_left_behind,
    more_parameters=lambda _column: 1,  # of the neighbours
)
PRINTING = Printing(
    tests={
        "sigma2": PrintedTest("σ²", "three_digits"),
        "weights_std_error": PrintedTest("Error of ρ or λ from weights alone", "three_digits"),
        "log_likelihood": PrintedTest("Log-likelihood"),
        "lr_sar": PrintedTest("LR against spatial lag"),
        "lr_sem": PrintedTest("LR against spatial error"),
    },
    effects=tuple(
        PrintedEffect(kind, f"{kind.capitalize()} effect: ")
        for kind in ("direct", "indirect", "total")
    ),
    terms={"rho": "Spatial lag of the outcome (ρ)", "lambda": "Spatial error (λ)"},
    parts={"lag": "Neighbours: {}"},
)
