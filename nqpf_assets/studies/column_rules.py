"""What one column can be, once its table's defaults are filled in: refusals, each at its key.

Only what the column itself says is looked at. Names, groups and years are held against the study in
`validation_tables`; what an estimator takes, and what its own options cannot say, it declares itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nqpf_assets.messages.problems import Refusal
from nqpf_assets.studies.effects import further_effects, own_effects
from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.estimator import Covariance
from nqpf_assets.studies.estimator_registry import BLOCKS, ESTIMATORS, OWNERS, block_of
from nqpf_assets.studies.vcov import DRAWN
from nqpf_assets.studies.weights_rules import weights_refusals
from nqpf_assets.studies.year_rules import year_refusals


def refusals(column: Equation) -> Iterator[Refusal]:
    """Everything in a column that its estimator needs, cannot have or would not use."""
    yield from _blocks(column)
    yield from _effects(column)
    yield from _keys_of_few(column)
    yield from _covariance(column)
    yield from _equation(column)
    yield from year_refusals(column)
    yield from weights_refusals(column)
    options = block_of(column.estimator)
    if options is not None and getattr(column, options.key) is not None:
        yield from options.refusals(column)


def _blocks(column: Equation) -> Iterator[Refusal]:
    for block in BLOCKS:
        estimators = OWNERS[block]
        is_given, belongs = getattr(column, block) is not None, column.estimator in estimators
        if is_given and not belongs:
            yield Refusal(
                (block,),
                f"options of {column.estimator}",
                f"`{block}:` is for {_and(estimators)}, not {column.estimator}",
                f"remove `{block}:`, or change the estimator",
            )
        if belongs and not is_given and not _may_be_left_out(column.estimator):
            yield Refusal(
                ("estimator",),
                f"`{block}:` beside it",
                f"{column.estimator} needs its options under `{block}:`",
                f"add `{block}:`",
            )


def _may_be_left_out(estimator: str) -> bool:
    options = ESTIMATORS[estimator].options
    return options is not None and options.is_optional


def _effects(column: Equation) -> Iterator[Refusal]:
    offer, is_said = ESTIMATORS[column.estimator], "effects" in column.model_fields_set
    found = tuple(sorted(own_effects(column.effects)))
    yield from _further_effects(column)
    if found in offer.effects or not (offer.has_effects or is_said):
        return
    # What is asked for and can be had comes first; other effects would be another model.
    nearest = sorted(offer.effects, key=lambda one: (-len({*one} & {*found}), len(one), one))
    allowed = [f"[{', '.join(sorted(one, reverse=True))}]" for one in sorted(offer.effects)]
    meant = f"[{', '.join(sorted(nearest[0], reverse=True))}]"
    said = offer.effects_words or f"`effects: [{', '.join(column.effects)}]`"
    yield Refusal(
        ("effects",) if is_said else ("estimator",),
        f"`effects:` one of {', '.join(allowed)}",
        said,
        f"write `effects: {meant}`, or take another estimator",
    )


def _further_effects(column: Equation) -> Iterator[Refusal]:
    """Effects beside those of units and periods, of estimators and with covariances that take them."""
    offer, written = ESTIMATORS[column.estimator], column.effects
    further = further_effects(written)
    names: dict[tuple[frozenset[str], bool], list[str]] = {}
    for one in further:  # factors mean the same in any order
        names.setdefault((frozenset(one.factors), one.is_trend), []).append(one.name)
    for same in (found for found in names.values() if len(found) > 1):
        said = f"`{same[0]}` twice" if len(set(same)) == 1 else " and ".join(f"`{n}`" for n in same)
        yield Refusal(("effects",), "different effects", said, "remove one of them")
    for one in further:
        if one.is_trend and "period" in one.factors:
            yield Refusal(
                ("effects",),
                "a trend of units or groupings",
                f"`{one.name}`: within a year time does not move",
                "remove it, or write `unit * trend`",
            )
    if not further:
        return
    shown = ", ".join(f"`{one.name}`" for one in further)
    if not offer.takes_further_effects:
        takers = [name for name, one in ESTIMATORS.items() if one.takes_further_effects]
        yield Refusal(
            ("effects",),
            f"`unit` and `period` alone for {column.estimator}",
            f"{shown}, for {' and '.join(takers)}",
            "remove them, or take another estimator",
        )
        return
    for one in further:
        if one.is_trend and " * ".join(one.factors) not in written:
            yield Refusal(
                ("effects",),
                f"`{' * '.join(one.factors)}` beside `{one.name}`: lines have levels of their own",
                f"`{one.name}` alone",
                "add it to `effects`",
            )
    errors = offer.covariances.get(column.vcov.type)
    if errors is not None and not errors.corrections:
        able = [name for name, told in offer.covariances.items() if told.corrections]
        yield Refusal(
            ("effects",),
            f"effects of units and periods alone beside `vcov: {{type: {column.vcov.type}}}`",
            shown,
            f"remove them, or take another covariance: {', '.join(able)}",
        )
    if column.hausman:
        yield Refusal(
            ("hausman",),
            "effects of units and periods alone",
            f"`hausman` with {shown}",
            "remove it",
        )


def _and(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def _keys_of_few(column: Equation) -> Iterator[Refusal]:
    """Keys that not every estimator takes."""
    keys = ESTIMATORS[column.estimator].keys
    is_on = {
        "standardize": column.standardize,
        "hausman": bool(column.hausman),
        "drop_singletons": not column.drop_singletons,
    }
    is_given = {"by_year": column.by_year is not None, "weights": column.weights is not None}
    for key, on in (is_on | is_given).items():
        value = f": {str(getattr(column, key)).lower()}" if key in is_on else ""
        if on and key not in keys:
            known = [name for name, offer in ESTIMATORS.items() if key in offer.keys]
            yield Refusal(
                (key,),
                f"a key of {column.estimator}",
                f"`{key}{value}` is for {_and(known)}",
                "remove it, or take another estimator",
            )
    if column.hausman and "hausman" in keys and "unit" not in column.effects:
        yield Refusal(
            ("hausman",),
            "`unit` among the effects",
            "`hausman` is for effects of units",
            "add `unit` to `effects`, or remove it",
        )
    if "drop_singletons" in keys and not column.drop_singletons and not column.effects:
        yield Refusal(
            ("drop_singletons",),
            "effects, in which a row can be alone",
            "`drop_singletons: false` without effects",
            "remove it",
        )


def _covariance(column: Equation) -> Iterator[Refusal]:
    vcov, covariances = column.vcov, ESTIMATORS[column.estimator].covariances
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
    yield from _large_sample(column, errors)
    yield from _draws(column, errors)
    if not errors.most_keys:
        if "by" in said:
            yield _not_used("by", vcov.type, (k for k, v in covariances.items() if v.most_keys))
        return
    yield from _keys(column, errors)


def _large_sample(column: Equation, errors: Covariance) -> Iterator[Refusal]:
    """Large-sample errors are without a correction, so that none is chosen beside them."""
    vcov = column.vcov
    if not vcov.large_sample:
        return
    if not errors.has_large_sample:
        covariances = ESTIMATORS[column.estimator].covariances.items()
        users = (key for key, one in covariances if one.has_large_sample)
        yield _not_used("large_sample", vcov.type, users)
    elif vcov.small_sample is not None:
        yield Refusal(
            ("vcov", "small_sample"),
            "no correction beside `large_sample: true`, which has none",
            f"`small_sample: {vcov.small_sample}`",
            "remove one of the two",
        )


def _draws(column: Equation, errors: Covariance) -> Iterator[Refusal]:
    """Keys of a bootstrap, beside one."""
    vcov, covariances = column.vcov, ESTIMATORS[column.estimator].covariances.items()
    if not errors.is_drawn:
        users = [key for key, one in covariances if one.is_drawn]
        said = (key for key in DRAWN if key in vcov.model_fields_set)
        yield from (_not_used(key, vcov.type, users) for key in said)
    elif not vcov.restricted and not errors.can_be_unrestricted:
        yield Refusal(
            ("vcov", "restricted"),
            f"`restricted: true` for {column.estimator}",
            "`restricted: false`, which its bootstrap cannot be",
            "remove it",
        )


def _not_used(key: str, covariance: str, users: Iterable[str]) -> Refusal:
    named = ", ".join(users) or "none of this estimator's"
    return Refusal(
        ("vcov", key),
        f"`{key}` beside a covariance that uses it: {named}",
        f"`{key}` with `type: {covariance}`, which does not use it",
        f"remove `{key}`, or change `type`",
    )


_MANY = ("no key", "one key", "one or two different keys", "one to three different keys")
"""How many keys a covariance clusters by, in words."""


def _keys(column: Equation, errors: Covariance) -> Iterator[Refusal]:
    """What standard errors are clustered by."""
    by, name = column.vcov.by, f"`{column.vcov.type}` of {column.estimator}"
    shown = f"`by: [{', '.join(by)}]`"
    expected = ""
    if len(by) > errors.most_keys or len(set(by)) < len(by):
        expected = _MANY[errors.most_keys]
    elif errors.keys == "unit" and by != ("unit",):
        expected = "`by: [unit]`"
    elif "period" in by and (
        errors.keys == "units"
        or (
            errors.has_own_df
            and ESTIMATORS[column.estimator].has_effects
            and "unit" in column.effects
        )
    ):
        expected = "clusters that do not divide units, which periods do"
    if expected:
        yield Refusal(
            ("vcov", "by"), f"{expected} for {name}", shown, "change `by`, or the covariance"
        )


def _equation(column: Equation) -> Iterator[Refusal]:
    """Outcome, regressors and controls."""
    if ESTIMATORS[column.estimator].needs_regressors and not column.regressors:
        yield Refusal(
            ("regressors",),
            "at least one",
            f"{column.estimator} is about `regressors`",
            "write there what is now a control",
        )
