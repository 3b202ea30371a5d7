"""What an estimator declares, tried: documentation, covariances, corrections, switches and options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from nqpf_assets.studies.estimator import Estimator
from nqpf_assets.studies.estimator_contract import SWITCHES, lacks
from nqpf_assets.testing.comparing import facts
from nqpf_assets.testing.estimator_example import EstimatorExample
from nqpf_assets.testing.estimator_numbers import refusals
from nqpf_assets.testing.options import Refused, own_fields, tried_values

SWITCHED: Mapping[str, Any] = {"standardize": True, "hausman": True, "drop_singletons": False}


def registered(estimator: Estimator) -> None:
    """It has all that a study needs, and studies know it."""
    from nqpf_assets.studies.estimator_registry import ESTIMATORS

    lack = lacks(estimator)
    assert lack is None, f"expected {lack[0]}, found {lack[1]}" if lack else ""
    assert callable(estimator.fit)
    assert estimator.name in ESTIMATORS, (
        "studies do not know it: install the package that brings it"
    )


def documented(estimator: Estimator) -> None:
    """Somebody who meets it in a study can read what it is, and so what each of its keys means."""
    for key in ("purpose", "documentation"):
        assert getattr(estimator, key).strip(), f"`{key}` of the Estimator is empty"
    assert (estimator.fit.__doc__ or "").strip(), "its function has no docstring"
    if estimator.options is None:
        return
    model = estimator.options.model
    assert (model.__dict__.get("__doc__") or "").strip(), "its options have no docstring"
    bare = [key for key, field in model.model_fields.items() if not field.description]
    assert not bare, f"options without a description: {', '.join(bare)}"


def missing_label(example: EstimatorExample) -> None:
    """Clusters of a grouping that has no group for some unit."""
    import polars as pl

    for vcov, told in example.estimator.covariances.items():
        if not told.most_keys or told.keys == "unit":
            continue
        clustered = example.but(vcov={"type": vcov, "by": ["part"]})
        of_unit = pl.when(pl.col("unit") != "110000").then(pl.col("part"))
        try:
            clustered.fitted(example.rows.with_columns(of_unit.alias("part")))
        except refusals():
            continue
        raise AssertionError(f"{vcov} by a grouping without a group for a unit is estimated")


def covariances(example: EstimatorExample) -> None:
    """Each covariance gives other errors than the first, each correction other ones than the default."""
    wrong, seen = [], dict[str, str]()
    for vcov, told in example.estimator.covariances.items():
        base = example.but(vcov={"type": vcov})
        found = told_of(base)
        same = [other for other, facts_of in seen.items() if facts_of == found]
        wrong += [f"{vcov} gives the same as {other}" for other in same]
        seen[vcov] = found
        variants: list[dict[str, Any]] = [{"small_sample": one} for one in told.corrections[1:]]
        variants += [{"lags": 3}] if told.has_lags else []
        variants += [{"draws": 99}, {"seed": 1}, {"multipliers": "webb"}] if told.is_drawn else []
        variants += [{"large_sample": True}] if told.has_large_sample else []
        variants += [{"by": ["part"]}] if told.most_keys and told.keys != "unit" else []
        for more in variants:
            if told_of(base.but(vcov={"type": vcov, **more})) == found:
                wrong.append(f"{vcov} with {more} gives the same as without")
    assert not wrong, "; ".join(wrong)


def switches(example: EstimatorExample) -> None:
    """A switch that it declares makes a difference, and another is refused."""
    import polars as pl

    wrong = []
    is_lonely = (pl.col("unit") != "620000") | (pl.col("period") == 2014)
    # `drop_singletons` has something to say where one row is alone in its unit.
    rows = (
        example.rows.filter(is_lonely) if "drop_singletons" in example.estimator.switches else None
    )
    for key in sorted(SWITCHES):
        turned = example.but(**{key: SWITCHED[key]})
        if key not in example.estimator.switches:
            try:
                _ = turned.column
            except Refused:
                continue
            wrong.append(f"{key} is not declared, and taken without a word")
        elif told_of(turned, rows) == told_of(example, rows):
            wrong.append(f"{key} makes no difference")
    assert not wrong, "; ".join(wrong)


def own_options(example: EstimatorExample, other: Mapping[str, Any]) -> None:
    """Every key of its block makes a difference or is refused, and so is one that nobody knows."""
    block = example.estimator.options
    if block is None:
        return
    given, before, wrong = getattr(example.column, block.key), told_of(example), []
    for key in own_fields(block.model):
        tried = list(_each(tried_values(given, key, other), key in other))
        if not tried:
            wrong.append(f"{key}: say by `other` a value that makes a difference")
        elif all(told_of(example.but(**{block.key: _beside(key, one)})) == before for one in tried):
            wrong.append(f"{key}: {', '.join(map(repr, tried))} makes no difference")
    try:
        _ = example.but(**{block.key: {"no_such_key": 1}}).column
    except Refused:
        assert not wrong, "; ".join(wrong)
        return
    raise AssertionError("; ".join([*wrong, "a key that nobody knows is taken without a word"]))


def _each(tried: Iterable[Any], is_given: bool) -> Iterable[Any]:
    """Values of an option; a list that is given holds several of them."""
    for one in tried:
        yield from one if is_given and isinstance(one, list) else [one]


def _beside(key: str, value: Any) -> dict[str, Any]:
    """A value of an option; a mapping brings others that it needs beside it."""
    return value if isinstance(value, dict) else {key: value}


def told_of(example: EstimatorExample, rows: Any = None) -> str:
    """All that an example gives, or why it gives nothing."""
    import numpy as np

    refused: tuple[type[Exception], ...] = (*refusals(), *Refused)
    try:
        with np.errstate(all="ignore"):
            return facts(example.fitted(rows))
    except refused as error:
        return str(error)
