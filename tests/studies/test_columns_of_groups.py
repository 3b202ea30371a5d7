"""`within_each`: one column for each group, each with the places of the one that is written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nqpf_assets.messages.problems import InputError
from nqpf_assets.stages.requested_columns import requests
from nqpf_assets.studies.adopted import adopt
from nqpf_assets.studies.reader import read_study_file
from tests.studies.test_effects import told
from tests.studies.test_every_option import checked, study

COLUMN = {"label": "(1)", "outcome": "y", "regressors": ["x"], "controls": ["z"]}
SIDES = {"area": ["north", "south"]}


def labels_and_samples(**more: Any) -> list[tuple[str, dict[str, str], int | None]]:
    file, problems = checked(study(COLUMN | more))
    assert problems == []
    assert file is not None
    columns = [one.column for one in requests(file.study)]
    return [(one.label, one.sample.within, one.sample.first) for one in columns]


def test_each_group_has_a_column() -> None:
    assert labels_and_samples(within_each=SIDES) == [
        ("(1) north", {"area": "north"}, None),
        ("(1) south", {"area": "south"}, None),
    ]


def test_a_label_says_where_the_group_stands_and_the_rest_of_the_sample_is_kept() -> None:
    sample = {"first": 2014, "within": {"side": "north"}}
    within = {"area": ["north"]}
    assert labels_and_samples(label="of {group}", within_each=within, sample=sample) == [
        ("of north", {"side": "north", "area": "north"}, 2014)
    ]


def test_columns_behind_it_keep_their_lines() -> None:
    text = study(COLUMN | {"within_each": SIDES})
    wrong = text[text.index("    - label") :].replace("(1)", "(2)").replace("- x", "- xx")
    both = text + "".join(
        line for line in wrong.splitlines(True) if "area" not in line and "within_each" not in line
        and "- north" not in line and "- south" not in line
    )  # fmt: skip
    file, problems = checked(both)
    assert file is not None
    assert [one.label for one in file.study.tables["t"].columns] == [  # type: ignore[union-attr]
        "(1) north",
        "(1) south",
        "(2)",
    ]
    lines = {one.where.split(",")[0] for one in problems}
    at = both.splitlines().index("      - xx") + 1
    assert lines == {f"line {at}"}


def test_a_copy_of_a_study_keeps_the_entry_as_it_is_written(tmp_path: Path) -> None:
    text = study(COLUMN | {"within_each": SIDES})
    (tmp_path / "demo.yaml").write_text(text, "utf-8")
    made = adopt(tmp_path / "demo.yaml", "other").text
    assert "within_each:" in made
    assert len(read_study_file("other.yaml", made).study.tables["t"].columns) == 2  # type: ignore[union-attr]


def test_a_group_that_is_not_there_is_told_at_its_line() -> None:
    from nqpf_assets.stages.named_groups import group_problems
    from tests.studies.test_every_option import catalogue

    text = study(COLUMN | {"within_each": {"area": ["north", "sowth"]}})
    (problem,) = group_problems(read_study_file("demo.yaml", text), catalogue().regions)
    at = text.splitlines().index("        - sowth") + 1
    assert problem.where.startswith(f"line {at},")
    assert "sowth" in problem.found


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"within_each": {"area": ["north", "north"]}}, "every group once"),
        ({"within_each": SIDES, "sample": {"within": {"area": "north"}}}, "`sample: {within}`"),
        ({"within_each": SIDES, "expect": {"n": 48}}, "`expect` is said of one sample"),
        ({"within_each": {"area": []}}, ""),
        ({"label": "of {group}"}, "`{group}` in a label"),
        ({"within_each": SIDES | {"side": ["north"]}}, ""),
    ],
)
def test_what_cannot_be_said_of_each_group_is_refused(more: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as refused:
        read_study_file("demo.yaml", study(COLUMN | more))
    assert words in str(refused.value)


def test_a_grouping_that_is_not_there_is_told() -> None:
    problems = told(within_each={"aria": ["north"]})
    assert len(problems) == 1, problems
    assert "`aria`" in problems[0]


def test_a_grouping_alone_has_all_its_groups_of_variants_too() -> None:
    listed = labels_and_samples(within_each=SIDES, variants=[{"label": "(2)", "lag": 1}])
    assert labels_and_samples(within_each="area", variants=[{"label": "(2)", "lag": 1}]) == listed
    assert [label for label, *_ in listed] == ["(1) north", "(1) south", "(2) north", "(2) south"]
    one = [{"label": "{group}", "lag": 1, "within_each": "area"}]
    assert labels_and_samples(variants=one) == [
        ("(1)", {}, None),
        ("north", {"area": "north"}, None),
        ("south", {"area": "south"}, None),
    ]


@pytest.mark.parametrize(
    ("grouping", "words"),
    [("four", "write which of its groups"), ("aera", "did you mean `area`?")],
)
def test_a_grouping_alone_whose_groups_are_not_written_is_told_at_its_line(
    grouping: str, words: str
) -> None:
    text = study(COLUMN | {"within_each": grouping}).replace(
        "groups:\n", "groups:\n  four: four_regions\n"
    )
    with pytest.raises(InputError) as refused:
        read_study_file("demo.yaml", text)
    (problem,) = refused.value.problems
    at = next(n for n, line in enumerate(text.splitlines(), 1) if "within_each" in line)
    assert problem.where.startswith(f"line {at},")
    assert words in problem.remedy
