"""Every estimator with every covariance, correction and set of effects that it takes, in Stata and in R.

Columns are made from what estimators declare, so that none has to be thought of: a do-file has documented
commands or a reason, R's script a call of a function that is there, and R's numbers are ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from nqpf_assets.estimation.result_rows import Fitted
from nqpf_assets.estimators.linear.observation_weights import Kind
from nqpf_assets.replication.crosscheck.columns import compared_columns
from nqpf_assets.replication.crosscheck.verdicts import results_of
from nqpf_assets.replication.r.call import Call, literal
from nqpf_assets.replication.r.calls import call_of
from nqpf_assets.replication.r.estimators.spatial import WEIGHTS
from nqpf_assets.replication.r.run import run_script
from nqpf_assets.replication.r.script import LIBRARY, RESULTS, SCRIPT, Translated, _section
from nqpf_assets.replication.stata.command import NotInStata
from nqpf_assets.replication.stata.commands import commands_of
from nqpf_assets.replication.stata.names import names_of
from nqpf_assets.studies.estimator import Covariance
from nqpf_assets.studies.estimator_registry import REGISTRY
from nqpf_assets.testing.estimator_example import STUDY, EstimatorExample, example_of
from nqpf_assets.testing.options import Refused
from tests.replication.test_crosscheck import needs_r
from tests.replication.test_do_file import SYNTAX
from tests.testing.test_estimators import GIVEN

DRAWS = {
    key: {"draws": 0} for key in ("mediation", "chain", "moderated", "difference", "threshold")
}
"""What R does not draw again, is not drawn here."""
OF_SEVERAL_EQUATIONS = ("mediation", "chain_mediation", "moderated_mediation")
"""Estimators of least squares equation by equation: each of their covariances stands with one set of effects,
in turn, since least squares has all of both."""


def _vcovs(kind: str, told: Covariance) -> Iterator[dict[str, Any]]:
    """Every correction and kind of clusters of a covariance, one after the other."""
    # R does not draw a wild bootstrap again either; no fewer draws may be asked for.
    yield {"type": kind} | ({"draws": 99} if kind == "wild_bootstrap" else {})
    yield from ({"type": kind, "small_sample": one} for one in told.corrections)
    if told.has_lags:
        yield {"type": kind, "lags": 2}
    if told.has_large_sample:
        yield {"type": kind, "large_sample": True}
    if told.most_keys:
        yield from ({"type": kind, "by": by} for by in (["period"], ["part"], ["unit", "period"]))


@cache
def examples() -> dict[str, EstimatorExample]:
    """Columns that a study may write, by a label that says what they are."""
    found = {}
    for name, one in REGISTRY.own.items():
        given = GIVEN[name]
        base = example_of(one, given.get("written"), given.get("outcome_at_least"))
        if one.options is not None and one.options.key in DRAWS:
            base = base.but(**{one.options.key: DRAWS[one.options.key]})
        vcovs = [vcov for kind, told in one.covariances.items() for vcov in _vcovs(kind, told)]
        for place, vcov in enumerate(vcovs):
            for effects in _turned(sorted(one.effects), place):
                tried = base.but(vcov=vcov, effects=list(effects))
                own = {
                    f"{name} {literal(effects)} {literal(vcov)}{weights}": weighed
                    for weighed, weights in _weighed(tried)
                    if not _is_refused(weighed)
                }
                found |= own
                if own and name in OF_SEVERAL_EQUATIONS:
                    break
    return found


def _turned(values: list[Any], place: int) -> list[Any]:
    """The values, begun with another one at each place."""
    at = place % len(values)
    return values[at:] + values[:at]


def _is_refused(one: EstimatorExample) -> bool:
    try:
        _ = one.column
    except Refused:
        return True
    return False


def _weighed(one: EstimatorExample) -> Iterator[tuple[EstimatorExample, str]]:
    """A column as it is, and with every kind of weights that it takes, each with words for its label."""
    yield one, ""
    for kind in get_args(Kind) if one.estimator.takes_weights else ():
        yield one.but(weights={"variable": "q", "type": kind}), f" {kind}"


def test_all_that_is_declared_is_among_them() -> None:
    kinds = {(one.estimator.name, one.column.vcov.type) for one in examples().values()}
    assert kinds == {(name, kind) for name, one in REGISTRY.own.items() for kind in one.covariances}
    sets = {(one.estimator.name, frozenset(one.column.effects)) for one in examples().values()}
    assert sets == {
        (name, frozenset(of)) for name, one in REGISTRY.own.items() for of in one.effects
    }
    assert len(examples()) > 600
    weighed = {one.column.weights.type for one in examples().values() if one.column.weights}
    assert weighed == {*get_args(Kind)}


@pytest.mark.slow
def test_a_do_file_has_documented_commands_or_a_reason() -> None:
    wrong = []
    for label, one in examples().items():
        made = commands_of(one.column, names_of(one.rows))
        if isinstance(made, NotInStata):
            assert made.reason, label
            continue
        for line in made:
            if line.startswith("* "):  # a remark for the reader
                continue
            pattern = SYNTAX.get(line.split()[0].rstrip(","))
            if pattern is None or not re.fullmatch(pattern, line):
                wrong.append(f"{label}: {line}")
    assert not wrong, "\n".join(wrong)


def test_a_script_calls_what_its_library_has() -> None:
    text = "\n".join(path.read_text("utf-8") for path in LIBRARY.glob("*.R"))
    functions = dict(
        re.findall(r"^(\w+) <- function\(((?:[^()]|\([^()]*\))*)\)", text, re.MULTILINE)
    )
    for label, one in examples().items():
        call = call_of(one.column)
        if not isinstance(call, Call):
            assert call.reason, label
            continue
        taken = {part.split("=")[0].strip() for part in functions[call.function].split(",")}
        if "..." in taken:
            taken |= {part.split("=")[0].strip() for part in functions["two_way_fe"].split(",")}
        weights = {WEIGHTS} if call.function == "spatial" else set()
        assert {*call.arguments, *weights} <= taken, label


@needs_r
@pytest.mark.slow
def test_numbers_of_r_are_ours(tmp_path: Path) -> None:
    lines = [path.read_text("utf-8") for path in sorted(LIBRARY.glob("*.R"))]
    columns: list[Translated] = []
    read = ""
    for place, (label, one) in enumerate(examples().items()):
        if one.column.weights is not None and one.column.weights.type == "frequency":
            continue  # q counts nothing, and the script has no such weights
        panel = f"panel_{GIVEN[one.estimator.name].get('outcome_at_least')}.csv"
        if panel != read:
            one.rows.write_csv(tmp_path / panel)
            lines += [f"panel <- read_panel({literal(panel)})"]
            read = panel
        columns.append(Translated(_published(label, one, one.fitted()), call_of(one.column)))
        lines += _section(columns[-1], place, tmp_path)
    lines.append(f"write_results({literal(RESULTS)})")
    (tmp_path / SCRIPT).write_text("\n".join(lines) + "\n", "utf-8")
    done = run_script(tmp_path)
    assert done.returncode == 0, done.stderr
    rows = compared_columns(columns, results_of(tmp_path / RESULTS))
    failures = [f"{row.key}: {row.why}" for row in rows if row.is_failure]
    assert not failures, "\n".join([*failures, done.stdout[-2000:]])


def _published(label: str, one: EstimatorExample, fitted: Fitted) -> Any:
    """What a comparison asks of a published column."""
    rows = {"estimate": fitted.terms, "effect": fitted.effects}
    return SimpleNamespace(
        key=("t", label),
        model={"n_obs": fitted.model.n_obs},
        study=STUDY,
        asked=one.column,
        design=one.design(),
        rows=lambda table, more="": [asdict(row) for row in rows[table]],
    )
