"""What a column of a spatial model cannot say."""

from __future__ import annotations

from collections.abc import Iterator

from nqpf_assets.messages.problems import Refusal, did_you_mean
from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.spatial_options import (
    WITH_LAGS,
    WITH_MULTIPLIERS,
    WITH_RANDOM_UNITS,
    WITHOUT_PARAMETER,
    SpaceOptions,
)


def spatial_refusals(column: Equation) -> Iterator[Refusal]:
    """Each with the key that is at fault."""
    space = column.options(SpaceOptions)
    yield from _durbin_refusals(column)
    if column.estimator in WITH_RANDOM_UNITS:
        yield from _random_refusals(column)
    else:
        yield from _information_refusals(column)
    if (
        space.standardize != "row"
        and "period" in column.effects
        and space.lee_yu == "transformation"
        and column.estimator not in WITHOUT_PARAMETER
    ):
        others = ("none",) if column.estimator in WITH_RANDOM_UNITS else ("bias_correction", "none")
        yield Refusal(
            ("space", "standardize"),
            f"`lee_yu: {'`, or `'.join(others)}`, beside it",
            f"`{space.standardize}`, whose rows need not add up to one, with period effects and "
            "`lee_yu: transformation`",
            f"write `lee_yu: {others[0]}`, or standardize rows",
        )
    if space.by_period:
        yield from by_period_refusals(column, "by_period")
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


def by_period_refusals(column: Equation, key: str) -> Iterator[Refusal]:
    """Models and corrections that need one matrix for all years, of a column whose weights differ by year.

    Args:
        key: of `space`, which makes them differ.
    """
    space = column.options(SpaceOptions)
    if column.estimator in WITHOUT_PARAMETER:
        return
    at = ("space", key)
    other = "take weights that are the same in all years" if space.is_own else f"remove `{key}`"
    if column.estimator in WITH_RANDOM_UNITS:
        yield Refusal(
            at,
            "spatial_durbin, spatial_lag, spatial_error or spatial_slx",
            f"weights by year with {column.estimator}, whose likelihood is that of one matrix for all years",
            f"{other}, or take fixed unit effects",
        )
        return
    if "unit" not in column.effects:
        return
    others = ["none"] if column.estimator == "spatial_error" else ["bias_correction", "none"]
    if space.lee_yu not in others:
        why = {
            "transformation": "which makes of the years mixed ones, and so needs one matrix for all",
            "bias_correction": "whose bias is not known where weights filter a unit's effect by year",
        }[space.lee_yu]
        yield Refusal(
            at,
            f"`lee_yu: {'` or `'.join(others)}` beside it, with unit effects",
            f"weights by year with `lee_yu: {space.lee_yu}`, {why}",
            f"write `lee_yu: {others[0]}`, or {other}",
        )


def _random_refusals(column: Equation) -> Iterator[Refusal]:
    """Words of models with fixed unit effects."""
    space = column.options(SpaceOptions)
    found = {}
    if "information" in space.model_fields_set:
        found["information"] = "`information`"
    if space.lee_yu == "bias_correction":
        found["lee_yu"] = "`bias_correction`"
    for key, words in found.items():
        yield Refusal(
            ("space", key),
            "spatial_durbin or spatial_lag, whose unit effects are fixed",
            f"{words} with {column.estimator}, whose errors come from the expected information of a maximum",
            "remove it, or for weights whose rows do not add up to one write `lee_yu: none`"
            if key == "lee_yu"
            else "remove it",
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
