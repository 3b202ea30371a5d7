"""Of a study file with a mistake all others are told at once, and nothing that follows from the mistake."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml

from nqpf_assets.catalog.catalogue import Catalogue, load_catalogue
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.projects.inspection import study_problems
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.studies.sound_part import sound_part
from nqpf_assets.user_input.lined_yaml import KeyPath
from tests.studies.every_part import PARTS
from tests.studies.test_every_part import SERIES as OF_PARTS
from tests.studies.test_every_part import with_part

SERIES = {"gdp": "亿元", "population": "万人", "urban_population": "万人"}
STUDY = """\
study: demo
title: Demo
units: {level: province, only: [北京, 天津, 河北, 山西]}
periods: {first: 2012, last: 2022}
variables:
  gdp_pc: {expression: gdp / population, unit: 元/人}
  log_gdp: {expression: log(gdp_pc)}
  share:
    series: urban_population
    per: population
indices:
  score:
    method: entropy
    title: Score
    dimensions:
      one:
        - {indicator: much, expression: gdp / population}
        - {indicator: towns, expression: urban_population / population}
tables:
  table_1:
    title: One
    model: {outcome: score}
    columns:
      - label: (1)
        regressors: [log_gdp]
      - label: (2)
        regressors: [share]
"""
BESIDE = STUDY.replace("log(gdp_pc)", "log(gdp_cp)").replace("[share]", "[shaer]")
"""Two further mistakes."""


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def further(text: str) -> list[Problem]:
    """What is told beside what stops the file from being read."""
    with pytest.raises(InputError) as caught:
        read_study_file("demo.yaml", text)
    part = sound_part("demo.yaml", text)
    if part is None:
        return []
    assert {*caught.value.problems} <= {*part.problems}
    found = [*part.problems, *part.certain(study_problems(part.file, catalogue(), SERIES))]
    return [one for one in found if one not in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("    title: One", "    titel: One", ["gdp_cp", "shaer"]),
        ("    title: One", "    title: One\n    colour: red", ["gdp_cp", "shaer"]),
        ("regressors: [log_gdp]", "regresors: [log_gpd]", ["gdp_cp", "log_gpd", "shaer"]),
        ("label: (1)", "label: (1)\n        colour: red", ["gdp_cp", "shaer"]),
        ("label: (1)", "label: (1)\n        sample: 2012", ["gdp_cp", "shaer"]),
        ("label: (2)", "label: (2)\n        sample: 2012", ["gdp_cp"]),
        ("model: {outcome: score}", "model: {y: score}", ["gdp_cp", "shaer"]),
        ("    per: population", "    prer: populaton", ["gdp_cp", "populaton", "shaer"]),
        ("variables:", "varaibles:", ["gdp_cp", "shaer"]),
        ("title: Demo", "title: Demo\nauthor: me", ["gdp_cp", "shaer"]),
        # Formulas may want for what is passed over.
        (
            "{expression: gdp / population, unit",
            "{expression: gdp / population, einheit",
            ["shaer"],
        ),
        ("log(gdp_cp)", "log(gdp_cp), minimum: low", ["gdp_cp", "shaer"]),
    ],
)
def test_other_mistakes_are_told_with_an_unknown_key(old: str, new: str, found: list[str]) -> None:
    assert old in BESIDE
    told = [one.found for one in further(BESIDE.replace(old, new))]
    assert len(told) == len(found)
    assert all(any(f"`{name}`" in one for one in told) for name in found), told


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("last: 2022", "last: soon"),
        ("variables:", "what_there_is:"),
        ("only: [北京, 天津, 河北, 山西]", "provinces: [北京]"),
        ("method: entropy", "method: guess"),
        ("title: Demo\n", ""),
    ],
)
def test_what_may_be_the_cause_of_all_else_is_told_alone(old: str, new: str) -> None:
    assert old in BESIDE
    assert further(BESIDE.replace(old, new)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "  log_gdp:",
            "  notes: {expression: [gdp]}\n  more: {expression: log(notes)}\n  log_gdp:",
        ),
        ("      one:\n", "      title: [{indicator: a, expression: [gdp]}]\n      one:\n"),
        ("indices:", "groups:\n  area:\n    notes: [{}]\n    west: [山西]\nindices:"),
    ],
)
def test_a_name_that_is_written_like_a_key_is_read_by_others(old: str, new: str) -> None:
    within = "regressors: [share, a]\n        sample: {within: {area: notes}}"
    text = STUDY.replace("regressors: [share]", within)
    assert old in text
    assert further(text.replace(old, new)) == []


def misspelt(data: Any, above: KeyPath = ()) -> Iterator[tuple[KeyPath, str]]:
    """Every key of a study, and what is written for it or beside it."""
    for key, below in data.items() if isinstance(data, dict) else enumerate(data):
        if isinstance(data, dict):
            yield from (((*above, key), how) for how in (f"{key}x", "zzqq", "beside", "value"))
        if isinstance(below, dict | list):
            yield from misspelt(below, (*above, key))


def written(data: Any, path: KeyPath, how: str) -> str:
    whole = copy.deepcopy(data)
    block = whole
    for part in path[:-1]:
        block = block[part]
    items = [*block.items()]
    block.clear()
    for key, value in items:
        is_it = key == path[-1]
        block[how if is_it and how not in ("beside", "value") else key] = (
            {"nonsense": 1} if is_it and how == "value" else value
        )
        if is_it and how == "beside":
            block["zzqq"] = 3
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)


def follows(data: Any, below: KeyPath = ()) -> dict[tuple[KeyPath, str], list[str]]:
    """What is told beside one mistake, in a sound study or a part of it, by mistake."""
    told = {}
    for path, how in misspelt(data):
        if path[: len(below)] == below:
            text = written(data, path, how)
            try:
                read_study_file("demo.yaml", text)
            except InputError:
                told[path, how] = [one.found for one in further(text)]
    return told


def test_nothing_is_told_that_follows_from_one_mistake() -> None:
    told = follows(yaml.safe_load(STUDY))
    assert len(told) > 100
    assert {mistake: found for mistake, found in told.items() if found} == {}


@pytest.mark.slow
@pytest.mark.parametrize("part", PARTS)
def test_nothing_is_told_that_follows_from_one_mistake_in_a_part(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, unit in OF_PARTS.items():
        monkeypatch.setitem(SERIES, name, unit)
    told = follows(with_part("demo", part, PARTS[part]), (part.partition(".")[0], "demo"))
    assert told
    assert {mistake: found for mistake, found in told.items() if found} == {}


def test_a_file_of_nothing_but_mistakes_is_not_looked_through() -> None:
    """Each mistake looks at all of the file: with thousands of them that would take minutes."""
    wrong = "".join(f"  v{one}: {{expression: gdp, colour: red}}\n" for one in range(2_000))
    assert sound_part("demo.yaml", STUDY.replace("variables:\n", f"variables:\n{wrong}")) is None
