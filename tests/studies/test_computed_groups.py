"""Groupings that expressions make: samples become conditions, whatever needs units refuses them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.stages.requested_columns import requests
from nqpf_assets.studies.estimator_registry import ESTIMATORS
from nqpf_assets.studies.reader import read_study_file
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


def keys_of_units() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every place of a column where a grouping is named, but for samples."""
    yield "effects", {"effects": ["unit", "period", "late * period"]}
    yield "effects", {"effects": ["unit", "late"]}
    yield "by", {"vcov": {"by": ["late"]}}
    for name, offer in ESTIMATORS.items():
        for key in offer.options.groupings if offer.options else ():
            block = BLOCKS[name]
            own = block[offer.options.key] | {key: "late"}  # type: ignore[union-attr]
            yield f"{name}: {key}", {"estimator": name, **block, offer.options.key: own}  # type: ignore[union-attr]


@pytest.mark.parametrize(("key", "column"), [*keys_of_units()])
def test_whatever_needs_the_units_of_a_group_refuses_it(key: str, column: dict[str, Any]) -> None:
    _, problems = checked(text_of(column))
    assert "computed_grouping" in [one.code for one in problems], (key, problems)
    (told,) = [one for one in problems if one.code == "computed_grouping"]
    assert "within_each: late" in told.remedy
    assert "late == 0" in told.remedy


def kinds() -> list[str]:
    return [
        name for name, one in TABLE_KINDS.own.items()
        if issubclass(one.model, PanelTable) and one.model.grouping_keys & {*one.model.model_fields}
    ]  # fmt: skip


@pytest.mark.parametrize("kind", kinds())
def test_tables_by_groups_of_units_refuse_it(kind: str) -> None:
    whole = yaml.safe_load(text_of({}))
    table = PARTS[f"tables.{kind}"]
    keys = TABLE_KINDS.own[kind].model.grouping_keys
    whole["tables"]["other"] = table | dict.fromkeys(keys, "late")
    _, problems = checked(yaml.safe_dump(whole, allow_unicode=True))
    assert "computed_grouping" in [one.code for one in problems], problems


def test_is_group_refuses_it_and_says_the_value() -> None:
    whole = yaml.safe_load(text_of({"regressors": ["in_low"]}))
    whole["variables"]["in_low"] = {"expression": "is_group(thirds, high)"}
    text = yaml.safe_dump(whole, allow_unicode=True)
    assert "thirds == 3" in refused(text, "expression: is_group(thirds, high)").remedy


def test_a_grouping_is_no_regressor() -> None:
    _, problems = checked(text_of({"regressors": ["late"]}))
    assert ["late == 0" in one.remedy for one in problems] == [True]


def test_nobody_reads_groups_but_by_the_two_kinds() -> None:
    file = read_study_file("demo.yaml", text_of({}))
    assert {*file.study.groups} == {*file.study.unit_groups} | {*GROUPS}
    assert {one.name for one in file.formulas} >= {*GROUPS}
    with pytest.raises(InputError):
        read_study_file("demo.yaml", text_of({"within_each": "lat"}))
