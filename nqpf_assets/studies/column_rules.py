"""What one column can be, once its table's defaults are filled in: refusals, each at its key.

Only what the column itself says is looked at. Names, groups and years are held against the study in
`validation_tables`; what an estimator takes is declared in `offers`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nqpf_assets.messages.problems import Refusal
from nqpf_assets.studies.columns import FilledColumn
from nqpf_assets.studies.estimators import ThresholdOptions
from nqpf_assets.studies.offers import BLOCKS, OFFERS, WITH_MULTIPLIERS, Errors

OWN_KEYS = ("unit", "period")
"""Keys of clusters that every panel has."""
ROUNDING = 1e-9
"""By how much a share such as a third may exceed what it stands for."""


def refusals(column: FilledColumn) -> Iterator[Refusal]:
    """Everything in a column that its estimator needs, cannot have or would not use."""
    yield from _blocks(column)
    yield from _effects(column)
    yield from _switches(column)
    yield from _covariance(column)
    yield from _equation(column)
    if column.estimator == "fe_2sls" and column.iv is not None:
        yield from _instruments(column)
    if column.estimator == "mediation" and column.mediation is not None:
        yield from _mediation(column)
    if column.estimator == "group_difference" and column.difference is not None:
        yield from _difference(column)
    if column.estimator == "threshold" and column.threshold is not None:
        yield from _threshold(column)
    if column.estimator == "tobit" and column.tobit is not None and column.tobit.nodes is not None:
        yield Refusal(
            ("tobit", "nodes"),
            "limits only",
            "`nodes` are for re_tobit: tobit integrates nothing",
            "remove `nodes`",
        )
    if OFFERS[column.estimator].options == "space" and column.space is not None:
        yield from _space(column)


def resampled(column: FilledColumn) -> str:
    """What a bootstrap of a mediation draws whole: ``unit`` or a grouping."""
    if column.mediation is not None and column.mediation.resample is not None:
        return column.mediation.resample
    groupings = _groupings(column)
    return groupings[0] if len(groupings) == 1 else "unit"


def _groupings(column: FilledColumn) -> list[str]:
    return [key for key in column.vcov.by if key not in OWN_KEYS]


def _blocks(column: FilledColumn) -> Iterator[Refusal]:
    for block, estimators in BLOCKS.items():
        is_given, belongs = getattr(column, block) is not None, column.estimator in estimators
        if is_given and not belongs:
            yield Refusal(
                (block,),
                f"options of {column.estimator}",
                f"`{block}:` is for {' and '.join(estimators)}, not {column.estimator}",
                f"remove `{block}:`, or change the estimator",
            )
        if belongs and not is_given:
            yield Refusal(
                ("estimator",),
                f"`{block}:` beside it",
                f"{column.estimator} needs its options under `{block}:`",
                f"add `{block}:`",
            )


def _effects(column: FilledColumn) -> Iterator[Refusal]:
    offer, is_said = OFFERS[column.estimator], "effects" in column.model_fields_set
    found = tuple(sorted(column.effects))
    if found in offer.effects or (column.estimator == "ols" and not is_said):
        return
    allowed = [f"[{', '.join(sorted(one, reverse=True))}]" for one in sorted(offer.effects)]
    said = f"`effects: [{', '.join(column.effects)}]`"
    if column.estimator == "ols":
        said = "ols has no effects"
    if column.estimator == "re_tobit":
        said = "re_tobit has random unit effects"
    yield Refusal(
        ("effects",) if is_said else ("estimator",),
        f"`effects:` one of {', '.join(allowed)}",
        said,
        f"write `effects: {allowed[0]}`, or take another estimator",
    )


def _switches(column: FilledColumn) -> Iterator[Refusal]:
    is_on = {
        "standardize": column.standardize,
        "hausman": bool(column.hausman),
        "drop_singletons": not column.drop_singletons,
    }
    for key, on in is_on.items():
        known = [name for name, offer in OFFERS.items() if key in offer.switches]
        written = f"`{key}: {str(getattr(column, key)).lower()}`"
        if on and column.estimator not in known:
            yield Refusal(
                (key,),
                f"a key of {column.estimator}",
                f"{written} is for {' and '.join(known)}",
                "remove it",
            )
    if column.hausman and column.estimator == "two_way_fe" and "unit" not in column.effects:
        yield Refusal(
            ("hausman",),
            "`unit` among the effects",
            "`hausman` is for effects of units",
            "add `unit` to `effects`, or remove it",
        )
    knows = "drop_singletons" in OFFERS[column.estimator].switches
    if knows and not column.drop_singletons and not column.effects:
        yield Refusal(
            ("drop_singletons",),
            "effects, in which a row can be alone",
            "`drop_singletons: false` without effects",
            "remove it",
        )


def _covariance(column: FilledColumn) -> Iterator[Refusal]:
    vcov, covariances = column.vcov, OFFERS[column.estimator].covariances
    errors = covariances.get(vcov.type)
    if errors is None:
        yield Refusal(
            ("vcov", "type"),
            f"a covariance of {column.estimator}: {', '.join(covariances)}",
            f"`{vcov.type}`, which {column.estimator} does not have",
            "take one of these",
        )
        return
    said = vcov.model_fields_set
    if vcov.lags is not None and not errors.has_lags:
        yield _not_used("lags", vcov.type, (k for k, v in covariances.items() if v.has_lags))
    if vcov.small_sample is not None and vcov.small_sample not in errors.corrections:
        which = ", ".join(errors.corrections)
        yield Refusal(
            ("vcov", "small_sample"),
            f"one of {which}" if which else "no `small_sample`",
            f"`{vcov.small_sample}`, which {vcov.type} of {column.estimator} does not have",
            "take one of these" if which else "remove it: this covariance has one of its own",
        )
    if not errors.most_keys:
        if "by" in said:
            yield _not_used("by", vcov.type, (k for k, v in covariances.items() if v.most_keys))
        return
    yield from _keys(column, errors)


def _not_used(key: str, covariance: str, users: Iterable[str]) -> Refusal:
    named = ", ".join(users) or "none of this estimator's"
    return Refusal(
        ("vcov", key),
        f"`{key}` beside a covariance that uses it: {named}",
        f"`{key}` with `type: {covariance}`, which does not use it",
        f"remove `{key}`, or change `type`",
    )


def _keys(column: FilledColumn, errors: Errors) -> Iterator[Refusal]:
    """What standard errors are clustered by."""
    by, name = column.vcov.by, f"`{column.vcov.type}` of {column.estimator}"
    shown = f"`by: [{', '.join(by)}]`"
    expected = ""
    if len(by) > errors.most_keys or len(set(by)) < len(by):
        expected = "one key" if errors.most_keys == 1 else "one or two different keys"
    elif errors.keys == "unit" and by != ("unit",):
        expected = "`by: [unit]`"
    elif "period" in by and (
        errors.keys == "units"
        or (column.vcov.type == "cr2" and column.estimator != "ols" and "unit" in column.effects)
    ):
        expected = "clusters that do not divide units, which periods do"
    if expected:
        yield Refusal(
            ("vcov", "by"), f"{expected} for {name}", shown, "change `by`, or the covariance"
        )


def _equation(column: FilledColumn) -> Iterator[Refusal]:
    """Outcome, regressors and controls."""
    if OFFERS[column.estimator].needs_regressors and not column.regressors:
        yield Refusal(
            ("regressors",),
            "at least one",
            f"{column.estimator} is about `regressors`",
            "write there what is now a control",
        )


def _instruments(column: FilledColumn) -> Iterator[Refusal]:
    iv = column.iv
    assert iv is not None
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
        column.vcov.type == "clustered" or "unit" not in column.effects
    ):
        yield Refusal(
            ("iv", "chi2_observations"),
            "errors that are not clustered, and effects of units",
            "`chi2_observations` changes nothing where errors are clustered or no units are absorbed",
            "leave it out",
        )
    for key in ("endogenous", "instruments"):
        yield from _twice(("iv", key), getattr(iv, key))
    if len(set(iv.instruments)) < len(set(iv.endogenous)):
        yield Refusal(
            ("iv", "instruments"),
            f"at least {len(set(iv.endogenous))}, as many as are endogenous",
            f"{len(set(iv.instruments))}",
            "add instruments",
        )


def _in_equation(column: FilledColumn, name: str) -> tuple[str, str]:
    """What an instrument is in the equation, and what to do about it; empty where it is not in it."""
    assert column.iv is not None
    if name == column.outcome:
        return (
            "the outcome",
            "name another variable: the outcome cannot instrument what explains it",
        )
    if name in column.iv.endogenous:
        other = "name another variable: what is endogenous cannot be its own instrument"
        return "an endogenous regressor", other
    if name in (*column.regressors, *column.controls):
        is_what = "a control" if name in column.controls else "an exogenous regressor"
        return is_what, "remove it: what is exogenous in the equation instruments itself already"
    return "", ""


def _mediation(column: FilledColumn) -> Iterator[Refusal]:
    options = column.mediation
    assert options is not None
    if options.mediator in (*column.regressors, *column.controls):
        yield Refusal(
            ("mediation", "mediator"),
            "a variable outside of the equation",
            f"the mediator {options.mediator} is added to the equation by itself",
            "remove it from regressors and controls",
        )
    if options.mediator == column.outcome:
        yield _is_outcome(("mediation", "mediator"), options.mediator)
    if options.resample is not None and not options.draws:
        yield Refusal(
            ("mediation", "resample"),
            "draws",
            "`resample` with `draws: 0`, which draws nothing",
            "remove it, or ask for draws",
        )
    if options.resample == "period":
        yield Refusal(
            ("mediation", "resample"),
            "`unit` or a grouping",
            "`period`",
            "units are drawn with all their years",
        )
    is_clustered = OFFERS["mediation"].covariances[column.vcov.type].most_keys
    by = column.vcov.by if is_clustered else ("unit",)
    is_open = by == ("period",) or len(_groupings(column)) == 2
    if options.draws and options.resample is None and is_open:
        yield Refusal(
            ("vcov", "by"),
            "`mediation: {resample: …}` beside these clusters",
            f"`by: [{', '.join(by)}]`, which does not say what the bootstrap draws whole",
            "write `resample: unit` or a grouping into `mediation`, or `draws: 0`",
        )


def _difference(column: FilledColumn) -> Iterator[Refusal]:
    options = column.difference
    assert options is not None
    if options.groups[0] == options.groups[1]:
        yield Refusal(
            ("difference", "groups"),
            "two different groups",
            f"`{options.groups[0]}` twice",
            "name another group",
        )


def _threshold(column: FilledColumn) -> Iterator[Refusal]:
    options = column.threshold
    assert options is not None
    said = options.model_fields_set
    if options.variable == column.outcome:
        yield _is_outcome(("threshold", "variable"), options.variable)
    if column.outcome in options.regime:
        yield _is_outcome(("threshold", "regime"), str(column.outcome))
    yield from _twice(("threshold", "regime"), options.regime)
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
        if column.vcov.type in ("cr2", "linearmodels"):
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
            f"at most 1/{regimes} with `count: {options.count}`, which makes {regimes} regimes",
            f"`trim: {options.trim:g}`: {regimes} shares of it are more than all rows",
            "take a smaller share, or fewer thresholds",
        )
    # As `estimators.thresholds.candidates` steps through them.
    tried = (
        None if options.grid is None else 1 + int((1 - 2 * options.trim) * options.grid + ROUNDING)
    )
    if tried is not None and tried < options.count:
        yield Refusal(
            ("threshold", "grid"),
            f"a grid of at least {options.count} quantiles between trim and 1 − trim",
            f"`grid: {options.grid}`, of which {tried} lie there",
            "take a finer grid, or fewer thresholds",
        )


def _space(column: FilledColumn) -> Iterator[Refusal]:
    space = column.space
    assert space is not None
    if (
        space.standardize == "spectral"
        and "period" in column.effects
        and space.lee_yu == "transformation"
    ):
        yield Refusal(
            ("space", "standardize"),
            "`lee_yu: bias_correction`, or `none`, beside it",
            "`spectral`, whose rows do not add up to one, with period effects and "
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


def _twice(at: tuple[str, ...], names: tuple[str, ...]) -> Iterator[Refusal]:
    for name in sorted({one for one in names if names.count(one) > 1}):
        yield Refusal(at, "each variable once", f"`{name}` twice", "remove one of them")


def _is_outcome(at: tuple[str, ...], name: str) -> Refusal:
    return Refusal(
        at, "a variable other than the outcome", f"`{name}`, the outcome", "name another variable"
    )
