"""What a message proposes can be written: no key that is there already, no unit that is named already."""

from __future__ import annotations

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.messages.problems import InputError
from nqpf_assets.projects.inspection import study_problems
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.studies.template import template_text


def _problem(text: str):
    with pytest.raises(InputError) as caught:
        read_study_file("demo.yaml", text)
    (problem,) = caught.value.problems
    return problem


def test_a_key_that_is_there_already_is_not_proposed():
    text = template_text("demo")
    twice = _problem(text.replace("title: demo\n", "title: demo\ntitel: other\n"))
    assert "titel" in twice.found
    assert "title" not in twice.remedy
    instead = _problem(text.replace("title: demo\n", "titel: other\n"))
    assert instead.remedy == "did you mean `title`?"


@pytest.mark.parametrize(
    "excluded", ["exclude: [北京, 北京币]", "only: [北京, 天津]\n  exclude: [北京币]"]
)
def test_a_unit_that_is_named_already_is_not_proposed(excluded):
    text = template_text("demo").replace("  level: province", f"  level: province\n  {excluded}")
    file = read_study_file("demo.yaml", text)
    found = study_problems(file, load_catalogue(), None)
    about = [problem for problem in found if "北京币" in problem.found]
    assert about
    assert all("`北京`" not in problem.remedy for problem in about)


def _found(text: str, about: str):
    file = read_study_file("demo.yaml", text)
    return [one for one in study_problems(file, load_catalogue(), None) if about in one.found]


MODEL = "outcome: log_gdp_per_capita"


@pytest.mark.parametrize(
    ("old", "new", "wrong", "never"),
    [
        # Another name of a unit that is left out is that unit.
        ("  level: province", "  level: province\n  exclude: [北京, 北京布]", "北京布", "北京市"),
        ("  level: province", "  level: province\n  exclude: ['110000', 北京布]", "北京布", "北京"),
    ],
)
def test_a_unit_is_not_proposed_under_another_name(
    old: str, new: str, wrong: str, never: str
) -> None:
    text = template_text("demo")
    assert old in text
    found = _found(text.replace(old, new, 1), wrong)
    assert found
    assert all(f"`{never}`" not in one.remedy for one in found)


def _mini(model: str, column: str = "label: (1)", more: str = "") -> str:
    return f"""\
study: mini
title: A study
units: {{level: province, only: [北京, 天津, 河北, 山西]}}
periods: {{first: 2015, last: 2018}}
variables:
  output: {{series: gdp, title: Output}}
  outputs: {{expression: 2 * gdp, title: Twice}}
  people: {{series: population, title: People}}
groups:
  half: {{eastern: [北京, 天津], easterns: [河北, 山西]}}
tables:
  table_1:
    title: A table
    {more}
    model: {{{model}}}
    columns:
      - {{{column}}}
"""


@pytest.mark.parametrize(
    ("text", "wrong", "proposed", "never"),
    [
        (_mini("outcome: output, regressors: [people, outputt]"), "outputt", "outputs", "output"),
        (_mini("outcome: output, regressors: [outputs, outputt]"), "outputt", "", "output"),
        (_mini("outcome: output", "label: (1), regressors: [outputt, people]"), "outputt", "outputs",
         "output"),
        (_mini("outcome: output, regressors: [people], sample: {exclude: [北京市, 北京巿]}"), "北京巿", "",
         "北京"),
        (_mini("outcome: output, regressors: [people], published: {people: {estimate: 1}, "
               "peopel: {estimate: 2}}"), "peopel", "", "people"),
        (_mini("outcome: output, regressors: [people]", more="hide: [people, peopel]"), "peopel", "",
         "people"),
        (_mini("outcome: output, regressors: [people], estimator: group_difference, "
               "difference: {grouping: half, groups: [eastern, eastrn]}"), "eastrn",
         "easterns", "eastern"),
    ],
    ids=lambda one: one[:12] if one.isascii() and len(one) < 12 else "",
)  # fmt: skip
def test_what_is_written_beside_is_not_proposed(
    text: str, wrong: str, proposed: str, never: str
) -> None:
    found = _found(text, f"`{wrong}`")
    assert found
    for one in found:
        assert f"`{never}`" not in one.remedy
        assert not proposed or f"`{proposed}`" in one.remedy


def test_a_part_that_is_there_or_cannot_be_added_up_is_not_proposed(tmp_path) -> None:
    own = """\
whole: {names: [总量], unit: 亿元, kind: flow, english: All, parts: [part_a, part_aa]}
part_a: {names: [甲], unit: 亿元, kind: flow, english: A}
part_ab: {names: [乙], unit: 万人, kind: flow, english: B}
"""
    (tmp_path / "series.yaml").write_text(own, "utf-8")
    with pytest.raises(InputError) as caught:
        load_catalogue(tmp_path)
    (problem,) = [one for one in caught.value.problems if "part_aa" in one.found]
    assert "part_a`" not in problem.remedy
    assert "part_ab" not in problem.remedy


@pytest.mark.parametrize(
    ("expect", "sample", "is_possible"),
    [(16, "", True), (17, "", False), (12, ", first: 2016", True), (13, ", first: 2016", False),
     (4, ", exclude: [河北, 天津, 山西]", True), (5, ", exclude: [河北, 天津, 山西]", False),
     (1, "", False), (2, "", True), (0, "", False), (-3, "", False)],
)  # fmt: skip
def test_a_promised_n_that_no_sample_can_have_is_told_with_its_line(
    expect: int, sample: str, is_possible: bool
) -> None:
    model = "outcome: output, regressors: [people], effects: []"
    text = _mini(model, f"label: (1), expect: {{n: {expect}}}, sample: {{{sample[2:]}}}")
    found = _found(text, f"n = {expect}")
    assert [one.where for one in found] == ([] if is_possible else ["line 17, column 31"])
