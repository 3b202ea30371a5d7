"""What only the data show to be wrong is told with the line of the study file, its table and column."""

from __future__ import annotations

import re

import pytest

from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.projects.opened import open_project
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.asked_lines import at_its_line
from nqpf_assets.steps.execute import execute
from nqpf_assets.user_input.project import Project
from tests.stages.mini import write_mini

HEAD = """\
study: NAME
title: Some of it cannot be made
units: {level: province, only: [北京, 天津, 河北, 山西]}
periods: {first: 2015, last: 2018}
variables:
  out: {series: gdp}
  people: {series: population}
"""
COLUMNS = """\
  past: {expression: "lag(people, 9)"}
  ratio: {expression: out / people}
tables:
  t:
    title: T
    model: {outcome: out, effects: [unit]}
    columns:
      - {label: fine, regressors: [people]}
      - {label: promised, regressors: [people], expect: {n: 16}}  # <- t promised: out in 1
      - {label: nothing, regressors: [past]}  # <- t nothing: past in 16, out in 1
      - label: censored  # <- t censored: limit
        estimator: tobit
        regressors: [people]
        effects: []
        tobit: {lower: 1e9}
  d:  # <- d: no value of past
    kind: regional_differences
    title: D
    variable: past
    grouping: sides
groups:
  sides: {a: [北京, 天津], b: [河北, 山西]}
"""
STUDIES = {
    "ranged": HEAD + "  wide: {expression: out * 2, maximum: 1}  # <- wide: up to 1\n",
    "gappy": HEAD
    + """\
indices:
  i:
    title: I
    method: entropy
    dimensions:
      all:
        - {indicator: a, expression: log(gdp * 0)}  # <- indicator a: missing: 110000 2015
        - {indicator: b, series: population}
""",
    "flat": HEAD
    + """\
indices:
  i:  # <- index i
    title: I
    method: entropy
    dimensions:
      all:
        - {indicator: a, expression: population * 0 + 1}
        - {indicator: b, series: population}
""",
    "grown": HEAD
    + """\
tables:
  g:
    kind: growth
    title: G
    region: 重庆
    first: 2015
    last: 2018
    rows:
      - {series: gdp, title: Output}  # <- g, row Output: none
""",
    "old": HEAD
    + """\
sources:
  series:
    gdp: {vintage: "2031"}  # <- series gdp: vintage 2019
""",
    "columns": HEAD + COLUMNS,
}
MARK = re.compile(r"  # <- (.*?): (.*)$|  # <- (.*)$")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    files = {f"studies/{name}.yaml": text.replace("NAME", name) for name, text in STUDIES.items()}
    project = write_mini(tmp_path_factory.mktemp("asked"), files=files)
    (project.root / "studies" / "mini.yaml").unlink()
    return project


@pytest.fixture(scope="module")
def found(project: Project) -> list[Problem]:
    """Everything that the steps of these studies refuse, as a refresh tells it."""
    opened, raw = open_project(project), RawState.of(project)
    told, lost = [], set()
    for step in (one.step for one in opened.plan(raw)):
        if lost & {*step.inputs}:
            lost |= {*step.outputs}
            continue
        try:
            execute(step, project, opened.store, raw)
        except CheckFailed as failed:
            lost |= {*step.outputs}
            told += [at_its_line(one, opened.files) for one in failed.problems]
    return told


def expected() -> list[tuple[str, int, str, str]]:
    """Study, line, what is named there, and words of the message."""
    lines = []
    for name, text in STUDIES.items():
        for number, line in enumerate(text.splitlines(), 1):
            if match := MARK.search(line):
                about, words = (match[1], match[2]) if match[1] else (match[3], "")
                lines.append((name, number, about, words))
    return lines


@pytest.mark.slow  # walks six studies
def test_every_refusal_names_its_line_table_and_column(found: list[Problem]) -> None:
    for name, line, about, words in expected():
        mine = [
            one
            for one in found
            if one.file == f"studies/{name}.yaml" and f"line {line}," in one.where
        ]
        assert [one for one in mine if about in one.where and words in str(one)], (
            name,
            line,
            about,
            words,
        )
    assert [str(one) for one in found if not one.where.startswith("line ") or not one.remedy] == []
