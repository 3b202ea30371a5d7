"""A group that is not there, and clusters without some of the units, are refused where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.projects.inspection import study_problems
from nqpf_assets.stages.named_groups import group_problems
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.user_input.project import SHIPPED_STUDIES
from tests.stages.mini import STUDY as STUDY_OF_MINI
from tests.stages.mini import walked

STUDY = """\
study: demo
title: Demo
units: {level: province}
periods: {first: 2012, last: 2022}
variables: {y: {series: gdp}, x: {series: population}}
groups:
  areas: four_regions
  part: {a: [北京, 天津], b: [河北, 江苏]}
  firms: {a: ["500101"]}
tables:
  t:
    title: T
    model:
      outcome: y
      regressors: [x]
    columns:
      - label: one
"""


def found(*lines: str) -> list[str]:
    """Line, code and words of what is refused in a column of these further lines."""
    text = STUDY + "".join(f"        {line}\n" for line in lines)
    problems = group_problems(read_study_file("demo.yaml", text), load_catalogue().regions)
    return [f"{one.where.split(',')[0]} {one.code}: {one.found}" for one in problems]


def test_what_is_there_is_accepted():
    assert found("sample: {within: {areas: east}}") == []
    assert found("vcov: {by: [areas]}") == []
    assert found("sample: {only: [北京, 天津, 河北, 江苏]}", "vcov: {by: [part]}") == []
    assert found("vcov: {type: robust}", "sample: {within: {part: a}}") == []


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["sample: {within: {areas: wst}}"], "line 18 unknown_group: `wst`"),
        (["sample: {within: {firms: a}}"], "line 18 unknown_group: `a`"),
        (["estimator: group_difference", "difference: {grouping: areas, groups: [east, wst]}"],
         "line 19 unknown_group: `wst`"),
        (["estimator: group_difference", "difference: {grouping: areas, groups: [east, west]}",
          "sample: {within: {part: a}}"], "line 20 unknown_group: a sample without any of `west`"),
        (["sample: {only: [北京], exclude: [北京]}"], "line 18 empty_sample: none"),
        (["vcov: {by: [part]}"], "line 18 units_without_group: 27 units without: 山西"),
        (["vcov: {type: cr2, by: [part]}"], "line 18 units_without_group: 27 units without"),
        (["vcov: {by: [areas]}", "sample: {within: {areas: east}}"],
         "line 18 one_cluster: `east` alone"),
        (["estimator: mediation", "mediation: {mediator: m, draws: 9, resample: part}"],
         "line 19 units_without_group: 27 units without"),
    ],
)  # fmt: skip
def test_what_is_not_is_refused_at_its_line(lines, said):
    (problem,) = found(*lines)
    assert problem.startswith(said)


@pytest.mark.parametrize("grouping", ["areas", "firms", "nowhere"])
@pytest.mark.parametrize("more", [[], ["expect: {n: 341}"], ["estimator: ols"]])
def test_all_that_looks_at_a_column_passes_over_a_group_that_is_not_there(grouping, more):
    """The room for parameters asked for its units, and `check` ended in Python's words."""
    lines = [f"sample: {{within: {{{grouping}: wst}}}}", *more]
    file = read_study_file("demo.yaml", STUDY + "".join(f"        {line}\n" for line in lines))
    problems = study_problems(file, load_catalogue(), {"gdp": "亿元", "population": "万人"})
    assert any("line 18" in problem.where for problem in problems)


@pytest.mark.parametrize(
    ("label", "found", "remedy"),
    [
        ("areas, centre", "there is no group `centre`", "did you mean `central`?"),
        ("areas, inland", "there is no group `inland`", "known: east, central, west, northeast"),
        ("zone, west", "there is no grouping `zone`", "known: areas, part, firms"),
        ("part, c", "there is no group `c`", "known: a, b"),
    ],
)
def test_a_formula_is_held_against_the_groups_of_schemes(label, found, remedy):
    text = STUDY.replace("x: {series: population}", f'x: {{expression: "is_group({label})"}}')
    file = read_study_file("demo.yaml", text)
    problems = study_problems(file, load_catalogue(), {"gdp": "亿元"})
    (problem,) = (one for one in problems if one.code == "expression")
    assert problem.where.startswith("line 5,")
    assert problem.found.startswith(found)
    assert problem.remedy == remedy


@pytest.mark.parametrize("path", sorted(SHIPPED_STUDIES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_shipped_studies_name_groups_that_they_have(path):
    assert group_problems(read_study_file(path), load_catalogue().regions) == []


ALONE = "sample: {only: [北京]}"


@pytest.mark.parametrize(
    "lines",
    [
        [ALONE],
        [ALONE, "effects: []", "vcov: {type: robust}"],
        [ALONE, "estimator: ols", "vcov: {by: [period]}"],
        [ALONE, "estimator: tobit", "tobit: {lower: 0}", "vcov: {type: robust}"],
        [ALONE, "estimator: tobit", "tobit: {lower: 0}", "effects: []"],
        [ALONE, "estimator: re_tobit", "tobit: {lower: 0}", "effects: []", "vcov: {type: robust}"],
    ],
)
def test_a_single_unit_is_no_panel(lines):
    (problem,) = found(*lines)
    assert problem == "line 18 one_unit: `北京` alone"


def test_a_group_of_a_single_unit_is_not_compared_and_a_tobit_may_have_one():
    (problem,) = found(
        "estimator: group_difference",
        "difference: {grouping: part, groups: [a, b]}",
        "sample: {exclude: [天津]}",
    )
    assert problem == "line 20 one_unit: `北京` alone"
    tobit = ["estimator: tobit", "tobit: {lower: 0}", "effects: []", "vcov: {type: robust}"]
    assert found(ALONE, *tobit) == []


@pytest.mark.parametrize(
    ("by", "more", "said"),
    [
        ("areas", (), "line 19 few_clusters: 4 of `areas`"),
        ("period", ("sample: {first: 2020}",), "line 19 few_clusters: 3 of `period`"),
        ("unit", ("sample: {only: [北京, 天津, 河北]}",), "line 19 few_clusters: 3 of `unit`"),
        ("unit", (), None),
        ("period", (), None),
    ],
)
def test_as_many_instruments_as_clusters_are_told(by, more, said):
    iv = "iv: {endogenous: [x], instruments: [a, b, c, d]}"
    told = found("estimator: fe_2sls", f"vcov: {{by: [{by}]}}", iv, *more)
    assert told == ([said] if said else [])


@pytest.mark.slow
def test_units_that_a_replaced_scheme_leaves_out_are_told(tmp_path: Path) -> None:
    """The project's own `four_regions` knows two of the four provinces."""
    study = STUDY_OF_MINI.replace("sources:\n", "groups: {areas: four_regions}\nsources:\n", 1)
    own = "scheme,group,label,region_code\nfour_regions,east,,110000\nfour_regions,west,,120000\n"
    done = walked(tmp_path, study, {"catalog/region_groups.csv": own}, is_published=True)
    told = done.query("SELECT check_name, about, found FROM audit.check_finding")
    (words,) = (
        words
        for name, about, words in told
        if (name, about) == ("left_out_of_groups", "mini.unit_group")
    )
    assert words.startswith(
        "grouping areas: the project's scheme `four_regions` replaces the shipped one"
    )
    assert words.endswith("leaves out 2 units: 河北省, 山西省")
