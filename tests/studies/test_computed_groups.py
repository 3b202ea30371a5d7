"""Groupings that expressions make: samples, and what reads labels, become conditions on rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from nqpf_assets.catalog.region_files import load_regions
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.stages.named_groups import group_problems
from nqpf_assets.stages.named_groups_of_tables import table_group_problems
from nqpf_assets.stages.requested_columns import requests
from nqpf_assets.studies.equation import Sample
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.studies.sample_conditions import where_name
from nqpf_assets.studies.table_kind import PanelTable
from nqpf_assets.studies.tables import TABLE_KINDS
from tests.studies.every_option import BLOCKS
from tests.studies.every_part import PARTS
from tests.studies.test_every_option import checked, study

COLUMN = {"label": "(1)", "outcome": "y", "regressors": ["x"], "controls": ["z"]}
GROUPS = {
    "late": {"expression": "year > 2015", "names": ["early", "recent"]},
    "thirds": {"expression": "cut(q, 3)", "names": ["low", "middle", "high"]},
    "step": {"expression": "q", "values": [2, 7], "names": ["two", "seven"]},
}


def text_of(column: dict[str, Any], model: dict[str, Any] | None = None, **more: Any) -> str:
    whole = yaml.safe_load(study(COLUMN | column))
    whole["groups"] |= GROUPS
    whole |= more
    if model is not None:
        whole["tables"]["t"]["model"] = model
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False)


def samples(text: str) -> list[tuple[str, dict[str, Any]]]:
    file, problems = checked(text)
    assert problems == []
    assert file is not None
    columns = [one.column for one in requests(file.study)]
    return [
        (one.label, {k: v for k, v in one.sample.model_dump(exclude_unset=True).items() if v})
        for one in columns
    ]


@pytest.mark.parametrize(
    ("model", "sample", "taken"),
    [
        ({}, {"within": {"late": "early"}}, {"where": "late == 0"}),
        ({}, {"within": {"step": "seven"}}, {"where": "step == 7"}),
        (
            {},
            {"within": {"late": "recent", "area": "north", "thirds": "low"}, "where": "x > 0 or q > 0"},
            {"within": {"area": "north"}, "where": "(x > 0 or q > 0) and late == 1 and thirds == 1"},
        ),
        ({"within": {"late": "early"}}, {"first": 2013}, {"first": 2013, "where": "late == 0"}),
        ({"within": {"late": "early"}}, {"within": {}}, {}),
        ({"within": {"late": "early"}}, {"within": {"late": "recent"}}, {"where": "late == 1"}),
        (
            {"within": {"area": "north"}},
            {"within": {"late": "recent"}},
            {"within": {"area": "north"}, "where": "late == 1"},
        ),
        (
            {"within": {"late": "early"}, "where": "x > 0"},
            {"within": {"area": "north"}},
            {"within": {"area": "north"}, "where": "(x > 0) and late == 0"},
        ),
        (
            {"within": {"late": "early"}, "where": "x > 0"},
            {"where": "q > 0"},
            {"where": "(q > 0) and late == 0"},
        ),
    ],
)  # fmt: skip
def test_a_sample_within_a_group_is_a_condition(
    model: dict[str, Any], sample: dict[str, Any], taken: dict[str, Any]
) -> None:
    text = text_of({"sample": sample}, {"sample": model})
    assert samples(text) == [("(1)", taken)]


def test_a_column_for_each_group_in_the_order_of_the_names() -> None:
    each = samples(text_of({"label": "{group}", "within_each": "thirds"}))
    assert each == [
        ("low", {"where": "thirds == 1"}),
        ("middle", {"where": "thirds == 2"}),
        ("high", {"where": "thirds == 3"}),
    ]
    named = samples(
        text_of({"within_each": {"late": ["recent"]}, "variants": [{"label": "(2)", "lag": 1}]})
    )
    assert named == [("(1) recent", {"where": "late == 1"}), ("(2) recent", {"where": "late == 1"})]


def test_it_is_a_variable_of_its_name_in_formulas() -> None:
    text = text_of({"regressors": ["apart"]})
    whole = yaml.safe_load(text)
    whole["variables"]["apart"] = {"expression": "x * (thirds == 2)"}
    assert samples(yaml.safe_dump(whole, allow_unicode=True)) == [("(1)", {})]


def refused(text: str, words: str) -> Problem:
    """The one problem, which stands at the line that has these words."""
    _, problems = checked(text)
    assert len(problems) == 1, problems
    (at,) = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == words]
    assert problems[0].where.startswith(f"line {at},"), (problems[0], text)
    return problems[0]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"expression": "q", "names": ["a", "b"]}, "`values` beside the names"),
        ({"expression": "q > 1", "names": ["a", "b", "c"]}, "2 names"),
        ({"expression": "cut(q, 4)", "names": ["a", "b", "c"]}, "4 names"),
        ({"expression": "q", "names": ["a", "b"], "values": [1, 1]}, "values that differ"),
        ({"expression": "q > 1", "names": ["a", "a"]}, "names that differ"),
    ],
)
def test_names_go_with_values(block: dict[str, Any], expected: str) -> None:
    _, problems = checked(text_of({}, groups={"own": block}))
    assert [expected in one.expected for one in problems] == [True], problems


def test_what_is_wrong_with_an_expression_is_told_once_at_its_line() -> None:
    groups = {"own": {"expression": "qq > 1", "names": ["a", "b"]}}
    text = text_of({"label": "{group}", "within_each": "own"}, groups=groups)
    assert "`qq`" in refused(text, "expression: qq > 1").found


def test_a_group_that_is_not_there_is_told_at_its_line() -> None:
    problem = refused(text_of({"sample": {"within": {"thirds": "hihg"}}}), "thirds: hihg")
    assert problem.remedy == "did you mean `high`?"


def test_a_name_is_used_once() -> None:
    groups = {"x": {"expression": "q > 1", "names": ["a", "b"]}}
    _, problems = checked(text_of({}, groups=groups))
    assert "name_clash" in [one.code for one in problems]


LABELLED = "late == 0 or late == 1"


@pytest.mark.parametrize(
    ("column", "where"),
    [
        ({"effects": ["unit", "period", "late"]}, LABELLED),
        ({"effects": ["unit", "late * period"]}, LABELLED),
        ({"vcov": {"by": ["late"]}}, LABELLED),
        ({"vcov": {"by": ["step", "late"]}}, f"(step == 2 or step == 7) and ({LABELLED})"),
        ({"vcov": {"by": ["late"]}, "sample": {"where": "x > 0"}}, f"(x > 0) and ({LABELLED})"),
        ({"vcov": {"by": ["late"]}, "sample": {"within": {"late": "early"}}}, "late == 0"),
        (
            {"vcov": {"by": ["late"]}, "sample": {"within": {"step": "two"}}},
            f"step == 2 and ({LABELLED})",
        ),
        (
            {
                "estimator": "group_difference",
                "difference": {"grouping": "late", "groups": ["early", "recent"]},
            },
            LABELLED,
        ),
    ],
)
def test_a_column_that_reads_labels_takes_rows_that_have_one(
    column: dict[str, Any], where: str
) -> None:
    ((_, sample),) = samples(text_of(column))
    assert sample["where"] == where


def test_so_it_is_where_the_table_reads_them() -> None:
    text = text_of({}, {"vcov": {"by": ["late"]}, "sample": {"where": "x > 0"}})
    assert samples(text) == [("(1)", {"where": f"(x > 0) and ({LABELLED})"})]
    text = text_of({"vcov": {"by": ["unit"]}}, {"vcov": {"by": ["late"]}})
    assert samples(text) == [("(1)", {})]


def blocks() -> Iterator[tuple[str, dict[str, Any]]]:
    """What draws whole units, with the options of every estimator that does."""
    for name, offer in ESTIMATORS.items():
        if offer.options and "resample" in offer.options.groupings:
            block = BLOCKS[name]
            own = block[offer.options.key] | {"resample": "late"}
            yield name, {"estimator": name, **block, offer.options.key: own}


@pytest.mark.parametrize(("name", "column"), [*blocks()])
def test_blocks_that_are_drawn_take_rows_that_have_a_label(
    name: str, column: dict[str, Any]
) -> None:
    ((_, sample),) = samples(text_of(column))
    assert sample["where"] == LABELLED, name


def test_a_group_of_a_difference_that_is_not_there_is_told_at_its_line() -> None:
    column = {
        "estimator": "group_difference",
        "difference": {"grouping": "thirds", "groups": ["low", "hihg"]},
    }
    text = text_of(column)
    file = read_study_file("demo.yaml", text)
    (problem,) = group_problems(file, load_regions()[0])
    assert problem.remedy == "did you mean `high`?"
    (at,) = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "- hihg"]
    assert problem.where.startswith(f"line {at},")


def kinds() -> list[str]:
    return [
        name for name, one in TABLE_KINDS.own.items()
        if issubclass(one.model, PanelTable) and one.model.grouping_keys & {*one.model.model_fields}
    ]  # fmt: skip


@pytest.mark.parametrize("kind", kinds())
def test_tables_take_it_as_they_take_groupings_of_units(kind: str) -> None:
    def told(grouping: str, groups: list[str]) -> list[Problem]:
        whole = yaml.safe_load(text_of({}))
        table = PARTS[f"tables.{kind}"]
        named = dict.fromkeys(TABLE_KINDS.own[kind].model.grouping_keys, grouping)
        named |= {"groups": groups} if "groups" in table else {}
        whole["tables"]["other"] = table | named
        return checked(yaml.safe_dump(whole, allow_unicode=True))[1]

    of_units = told("area", ["north", "south"])
    assert told("late", ["early", "recent"]) == of_units
    assert {one.code for one in of_units} <= {"unknown_variable"}
    assert "unknown_grouping" in {one.code for one in told("lat", ["early", "recent"])}


def test_a_group_of_a_table_that_is_not_there_is_told_at_its_line() -> None:
    whole = yaml.safe_load(text_of({}))
    means = {"grouping": "thirds", "groups": ["low", "hihg"]}
    whole["tables"]["other"] = PARTS["tables.group_means"] | means
    text = yaml.safe_dump(whole, allow_unicode=True)
    file = read_study_file("demo.yaml", text)
    (problem,) = table_group_problems(file, load_regions()[0])
    assert (problem.code, problem.remedy) == ("unknown_group", "did you mean `high`?")
    (at,) = [n for n, line in enumerate(text.splitlines(), 1) if line.strip() == "- hihg"]
    assert problem.where.startswith(f"line {at},")


def formulas_of(text: str) -> dict[str, str]:
    file, problems = checked(text)
    assert problems == []
    assert file is not None
    return {one.name: one.definition.expression for one in file.formulas}


def test_is_group_asks_for_its_value() -> None:
    whole = yaml.safe_load(
        text_of({"regressors": ["in_high"], "sample": {"where": "is_group(late, early)"}})
    )
    whole["variables"]["in_high"] = {
        "expression": "x * is_group(thirds, high) * is_group(area, north)"
    }
    found = formulas_of(yaml.safe_dump(whole, allow_unicode=True))
    assert found["in_high"] == "(x * (thirds == 3)) * is_group(area, north)"
    assert found[str(where_name(Sample(where="is_group(late, early)")))] == "late == 0"


def test_a_group_that_is_group_does_not_find_is_told_at_its_line() -> None:
    whole = yaml.safe_load(text_of({"regressors": ["in_low"]}))
    whole["variables"]["in_low"] = {"expression": "is_group(thirds, hihg)"}
    text = yaml.safe_dump(whole, allow_unicode=True)
    problem = refused(text, "expression: is_group(thirds, hihg)")
    assert (problem.code, problem.remedy) == ("unknown_group", "did you mean `high`?")


def test_a_grouping_is_no_regressor() -> None:
    _, problems = checked(text_of({"regressors": ["late"]}))
    assert ["late == 0" in one.remedy for one in problems] == [True]


def test_nobody_reads_groups_but_by_the_two_kinds() -> None:
    file = read_study_file("demo.yaml", text_of({}))
    assert {*file.study.groups} == {*file.study.unit_groups} | {*GROUPS}
    assert {one.name for one in file.formulas} >= {*GROUPS}
    with pytest.raises(InputError):
        read_study_file("demo.yaml", text_of({"within_each": "lat"}))
