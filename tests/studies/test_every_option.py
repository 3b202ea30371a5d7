"""Estimator × covariance × option: each combination changes what comes out, or is refused at its line.

The schema is walked, so that an option which is added to it is tried by itself with all estimators and
covariances. One in a block of other estimators is refused before covariances are looked at, and tried with
one of an estimator's. A column is written to a study file, and `check` and the estimator get the same file.
"""

from __future__ import annotations

import copy
import textwrap
from dataclasses import asdict
from functools import cache
from typing import Any, get_args

import numpy as np
import polars as pl
import pytest
import yaml

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.catalog.geography import Geography, load_geography
from nqpf_assets.estimation.column import FittedColumn, fit_column
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.projects.inspection import study_problems
from nqpf_assets.stages.requested_columns import requests
from nqpf_assets.stages.study import samples_in_codes
from nqpf_assets.studies.equation import Sample
from nqpf_assets.studies.estimator_registry import BLOCKS, ESTIMATORS
from nqpf_assets.studies.reader import StudyFile, read_study_file
from nqpf_assets.studies.sample_conditions import filled_name, where_name
from nqpf_assets.studies.variants import lagged_name
from nqpf_assets.studies.vcov import Vcov
from nqpf_assets.studies.year_terms import term_name
from tests.estimation.panels import NORTH, UNITS, panel
from tests.studies.every_option import BESIDE, VALUES, Path, base, options

pytestmark = pytest.mark.slow  # every option of every estimator is estimated

COVARIANCES = get_args(Vcov.model_fields["type"].annotation)
VARIABLES = (
    "y",
    "x",
    "z",
    "m",
    "q",
    "i1",
    "i2",
    "scores",
    "gdp",
    "w",
    "w2",
    "rough",
    "people",
    "portion",
)


def study(column: dict[str, Any]) -> str:
    """A study file of one column, every key on a line of its own."""
    return head() + textwrap.indent(written([column]), "    ")


@cache
def head() -> str:
    """The file up to its one column."""
    halves = {"north": list(NORTH), "south": [code for code in UNITS if code not in NORTH]}
    side = {"north": [*UNITS][:8], "south": [*UNITS][8:]}
    return written({
        "study": "demo", "title": "Demo",
        "units": {"level": "province", "only": [*UNITS]},
        "periods": {"first": 2012, "last": 2019},
        "variables": {name: {"series": name} for name in VARIABLES},
        "groups": {"area": halves, "side": side, "part": {"a": [*UNITS][:3], "b": [*UNITS][3:5]}},
        "tables": {"t": {"title": "T", "columns": None}},
    }).replace("columns: null", "columns:")  # fmt: skip


def written(whole: Any) -> str:
    return yaml.dump(whole, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)


@cache
def catalogue() -> Any:
    return load_catalogue()


@cache
def geography() -> Geography:
    return load_geography()[0]


def checked(text: str) -> tuple[StudyFile | None, list[Problem]]:
    """What `check` says of a study file."""
    try:
        file = read_study_file("studies/demo.yaml", text)
    except InputError as error:
        return None, list(error.problems)
    return file, study_problems(file, catalogue(), dict.fromkeys(VARIABLES, "无"))


@cache
def rows(has_single: bool) -> pl.DataFrame:
    """The panel of the tests of fits, with groups that differ and one lonely row where it is asked for."""
    frame = panel().with_columns(
        side=pl.when(pl.col("unit").is_in([*UNITS][:8]))
        .then(pl.lit("north"))
        .otherwise(pl.lit("south")),
        portion=1 / (1 + (-pl.col("y")).exp()),
        w2=pl.col("gdp") * pl.col("w").exp(),
        **{
            term_name(of, year): pl.col(of) * (pl.col("period") == year)
            for of in ("x", "z")
            for year in range(2012, 2020)
        },
        **{
            lagged_name(of, 1): pl.col(of).shift(1).over("unit", order_by="period")
            for of in ("x", "z")
        },
        # What the conditions of a sample give, as the panel has them: spatial models need whole years.
        **{where_name(Sample(where="year >= 2013")): (pl.col("period") >= 2013).cast(pl.Float64)},
        **{filled_name(one): (pl.col("period") == 2014).cast(pl.Float64) for one in VARIABLES},
        rough=pl.when(pl.col("q") < 0.4).then(0.2).otherwise(pl.col("q").round(2)),
    )
    if has_single:
        frame = frame.filter((pl.col("unit") != "620000") | (pl.col("period") == 2014))
    return frame


def fitted(file: StudyFile, *, has_single: bool = False) -> FittedColumn:
    """What the column gives."""
    known = samples_in_codes(file.study, catalogue().regions)
    (request,) = requests(known)
    frame = rows(has_single)
    return fit_column(known, "t", request.column, frame, geography())


def numbers(fit: FittedColumn) -> list[Any]:
    """Everything that is reported, rounded, without what only words say."""
    one = fit.fitted
    found: list[Any] = [fit.sample_id]
    for each in (*one.terms, *one.effects):
        found.append((each.effect, each.term, *map(rounded, (
            each.estimate, each.std_error, each.p_value, each.conf_low, each.conf_high
        ))))  # fmt: skip
    found += [
        (t.test, rounded(t.statistic), rounded(t.p_value), rounded(t.df), t.detail)
        for t in one.tests
    ]
    found += [
        rounded(value) for value in asdict(one.model).values() if isinstance(value, int | float)
    ]
    return found


def rounded(value: float | None) -> float | None:
    return None if value is None or np.isnan(value) else float(f"{value:.9g}")


def line_of(text: str, path: Path) -> int:
    """Line of a key of the column, from 1: every key stands on its own line."""
    lines, at, depth = text.splitlines(), text.splitlines().index("    columns:") + 1, 4
    for key in path:
        depth += 2
        while not lines[at].removeprefix("    - ").strip().startswith(f"{key}:") or (
            len(lines[at]) - len(lines[at].lstrip(" -")) != depth
        ):
            at += 1
    return at + 1


def with_option(column: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    whole = copy.deepcopy(column)
    *blocks, key = path
    block = whole
    for name in blocks:
        block = block.setdefault(name, {})
    block[key] = value
    if path == ("space", "weights") and value in ("economic", "nested"):
        block["economic_variable"] = "gdp"
    return whole


COMBINATIONS = [(one, kind) for one in ESTIMATORS for kind in COVARIANCES]

OFFERED = [(one, kind) for one, kind in COMBINATIONS if kind in ESTIMATORS[one].covariances]


@pytest.mark.parametrize(("estimator", "vcov"), COMBINATIONS)
def test_a_covariance_estimates_or_is_refused_at_its_line(estimator: str, vcov: str):
    text = study(base(estimator, vcov))
    file, problems = checked(text)
    if vcov in ESTIMATORS[estimator].covariances:
        assert problems == []
        assert fitted(file).fitted.terms
        return
    assert [one.where.split(",")[0] for one in problems] == [
        f"line {line_of(text, ('vcov', 'type'))}"
    ]
    assert vcov in problems[0].found


@pytest.mark.parametrize(("estimator", "vcov"), OFFERED)
def test_every_option_is_used_or_refused_at_its_line(estimator: str, vcov: str):
    plain = base(estimator, vcov)
    wrong: list[str] = []
    for path, values in options():
        is_of_others = path[0] in BLOCKS and path[0] not in plain
        if is_of_others and vcov != next(iter(ESTIMATORS[estimator].covariances)):
            continue
        columns = [] if path[0] == "winsorize" and path in BESIDE else [plain]
        for column in (*columns, *([beside(plain, BESIDE[path])] if path in BESIDE else [])):
            for value in values:
                changed = with_option(column, path, value)
                if changed != column:
                    is_default = is_said_default(estimator, vcov, path, value)
                    wrong += fault(column, changed, path, value, is_default=is_default)
    assert not wrong, "\n".join(wrong)


def beside(column: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The column with what an option needs beside it, block by block."""
    whole = copy.deepcopy(column)
    for key, value in more.items():
        whole[key] = whole.get(key, {}) | value if isinstance(value, dict) else value
    return whole


def fault(
    column: dict[str, Any], changed: dict[str, Any], path: Path, value: Any, *, is_default: bool
) -> list[str]:
    """What is wrong with an option of a column, in words; nothing where it is used or refused."""
    text, what = study(changed), f"{'.'.join(path)}: {value}"
    file, problems = checked(text)
    if problems:
        return misplaced(text, path, problems, what)
    has_single = path == ("drop_singletons",)
    before = numbers_of(study(column), has_single)
    if before is None:
        return []
    try:
        after = numbers(fitted(file, has_single=has_single))
    except Exception as error:  # every one of them is a finding of this test
        return [f"{what} passes `check` and stops: {error}"]
    if (after == before) != is_default:
        return [f"{what} {'changes' if is_default else 'does not change'} what comes out"]
    return []


@cache
def numbers_of(text: str, has_single: bool) -> list[Any] | None:
    """What a study's column gives; None where it is refused."""
    file, problems = checked(text)
    return None if problems else numbers(fitted(file, has_single=has_single))


def misplaced(text: str, path: Path, problems: list[Problem], what: str) -> list[str]:
    """A refusal stands at the line of the option, and says what to do."""
    lines = text.splitlines()
    at = line_of(text, path[:1] if path[0] in lines else path)
    # A list or block below the key, and its own block above, belong to the option.
    first = line_of(text, path[:1])
    depth = len(lines[at - 1]) - len(lines[at - 1].lstrip(" -"))
    last = at
    while last < len(lines) and (
        lines[last].startswith(" " * depth + "-") or lines[last].startswith(" " * (depth + 1))
    ):
        last += 1
    found = [int(one.where.split(",")[0].removeprefix("line ")) for one in problems]
    said = [one for one in problems if not (one.expected and one.found and one.remedy)]
    if said or not any(first <= line <= last for line in found):
        return [f"{what} is refused elsewhere: {[str(one) for one in problems]}"]
    return []


def is_said_default(estimator: str, vcov: str, path: Path, value: Any) -> bool:
    """Whether a value says what is done anyway."""
    if (estimator, path, value) == ("fe_2sls", ("vcov", "small_sample"), "ivreg2_small"):
        return vcov not in (
            "clustered",
            "wild_bootstrap",
        )  # the two programs differ in how they count clusters' parameters
    errors = ESTIMATORS[estimator].covariances[vcov]
    defaults: dict[Path, Any] = {
        ("effects",): [] if estimator in ("ols", "between_units") else ["unit", "period"],
        ("vcov", "small_sample"): errors.corrections[:1] and errors.corrections[0],
        ("fractional", "link"): "logit",
        ("vcov", "multipliers"): "rademacher",
        ("weights", "type"): "analytic",
        ("winsorize", "quantile"): "linear",
        ("winsorize", "by"): "pooled",
        ("mediation", "resample"): "unit",
        ("chain", "resample"): "unit",
        ("moderated", "resample"): "unit",
        ("iv", "chi2_observations"): "dofminus",
        ("threshold", "divisor"): "hansen",
        ("threshold", "grid_of"): "rows",
        ("threshold", "residuals_from"): "alternative",
        ("threshold", "demeaned_periods"): "all",
        ("space", "weights"): "contiguity",
        ("space", "standardize"): "row",
        ("space", "lee_yu"): "transformation",
        ("space", "information"): "expected",
        ("space", "inference"): "simulated",
    }
    return path in defaults and defaults[path] == value


def test_every_option_has_values():
    """An option of the schema that no list of words describes needs its values in `VALUES`."""
    found = dict(options())
    assert [".".join(path) for path, values in found.items() if not values] == []
    assert set(VALUES) <= set(found)
