"""`variants`: a base column and its changes as the columns that would be written, each key at its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nqpf_assets.stages.requested_columns import Request, requests
from nqpf_assets.studies.adopted import adopt
from nqpf_assets.studies.reader import read_study_file
from tests.studies.test_every_option import checked, study

COLUMN = {"label": "base", "outcome": "y", "regressors": ["x"], "controls": ["z", "w"]}


def text_of(
    variants: list[dict[str, Any]], model: dict[str, Any] | None = None, **more: Any
) -> str:
    """A study of one entry with these variants; with a `model`, of a table with that."""
    text = study(COLUMN | more | {"variants": variants})
    if model is None:
        return text
    whole = yaml.safe_load(text)
    whole["tables"]["t"] = {"title": "T", "model": model, **whole["tables"]["t"]}
    return yaml.safe_dump(whole, allow_unicode=True, sort_keys=False, default_flow_style=False)


def asked(text: str) -> list[Request]:
    file, problems = checked(text)
    assert problems == []
    assert file is not None
    return list(requests(file.study))


def told(text: str) -> list[str]:
    """Line and words of what is refused."""
    lines = text.splitlines()
    places = [int(one.where.split(",")[0].removeprefix("line ")) for one in checked(text)[1]]
    found = [one.found for one in checked(text)[1]]
    return [f"{lines[at - 1].strip()} | {words}" for at, words in zip(places, found, strict=True)]


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"sample": {"last": 2018}}, {}),
    ({"sample": {"exclude": ["甘肃"]}}, {}),
    ({"sample": {"reported_only": True}}, {}),
    ({"lag": 1}, {}),
    ({"replace": {"x": "q"}}, {}),
    ({"outcome": "q"}, {}),
    ({"regressors": ["q"]}, {}),
    ({"controls": ["z"]}, {}),
    ({"drop_controls": ["w"]}, {"controls": ["z"]}),
    ({"add_controls": ["q"]}, {"controls": ["z", "w", "q"]}),
    ({"drop_controls": ["z"], "add_controls": ["q"]}, {"controls": ["w", "q"]}),
    ({"winsorize": {"share": 0.05}}, {}),
    ({"effects": ["unit"]}, {}),
    ({"vcov": {"type": "driscoll_kraay", "lags": 2}}, {}),
    ({"estimator": "tobit", "tobit": {"lower": 0}}, {}),
    ({"estimator": "fe_2sls", "iv": {"endogenous": ["x"], "instruments": ["i1"]}}, {}),
    ({"weights": {"variable": "people"}}, {}),
]  # fmt: skip
"""What a variant writes → what a column writes in its place, where that is another."""


@pytest.mark.parametrize(("change", "instead"), CHANGES)
def test_a_variant_is_the_column_that_would_be_written(
    change: dict[str, Any], instead: dict[str, Any]
) -> None:
    base, variant = asked(text_of([{"label": "other"} | change]))
    (alone,), (by_hand,) = asked(study(COLUMN)), asked(study(COLUMN | (instead or change)))
    assert base.model == alone.model
    assert (variant.column.label, variant.model) == ("other", by_hand.model)


def test_blocks_are_put_together_key_by_key_with_those_of_column_and_table() -> None:
    model = {"vcov": {"type": "driscoll_kraay", "lags": 2}, "sample": {"first": 2013}}
    variants = [{"label": "r", "vcov": {"type": "robust"}, "sample": {"exclude": ["甘肃"]}}]
    _, one = asked(text_of(variants, model, sample={"last": 2018}))
    sample = one.column.sample
    assert (sample.first, sample.last, sample.exclude) == (2013, 2018, ("甘肃",))
    assert (one.column.vcov.type, one.column.vcov.lags) == ("robust", None)


def test_options_of_the_tables_estimator_are_kept_and_left_with_it() -> None:
    iv = {"endogenous": ["x"], "instruments": ["i1"]}
    variants = [{"label": "2", "iv": {"instruments": ["i2"]}}, {"label": "3", "estimator": "ols"}]
    _, kept, left = asked(text_of(variants, {"estimator": "fe_2sls"}, iv=iv))
    assert kept.column.iv.endogenous == ("x",)  # type: ignore[attr-defined]
    assert kept.column.iv.instruments == ("i2",)  # type: ignore[attr-defined]
    assert (left.column.estimator, left.column.iv) == ("ols", None)  # type: ignore[attr-defined]


def test_what_is_promised_and_printed_of_the_column_is_not_the_variants() -> None:
    said = {"expect": {"n": 96}, "published": {"x": {"estimate": 1.0}}, "note": "as printed"}
    base, variant = asked(text_of([{"label": "2", "lag": 1, "expect": {"n": 84}}], **said))
    assert (base.column.expect.n, base.column.note) == (96, "as printed")
    assert (variant.column.expect.n, variant.column.note) == (84, None)
    assert variant.column.published == {}


def test_controls_may_be_those_of_the_table() -> None:
    whole = yaml.safe_load(text_of([{"label": "2", "drop_controls": ["z"]}]))
    table = whole["tables"]["t"]
    table["model"] = {"controls": table["columns"][0].pop("controls")}
    _, variant = asked(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False))
    assert variant.column.controls == ("w",)


def test_each_group_has_a_column_of_each_variant() -> None:
    sides = {"area": ["north", "south"]}
    variants = [{"label": "{group}, before", "lag": 1}, {"label": "side", "within_each": {}}]
    columns = asked(text_of(variants, label="{group}", within_each=sides))
    assert [(one.column.label, one.column.lag) for one in columns] == [
        ("north", None),
        ("south", None),
        ("north, before", 1),
        ("south, before", 1),
        ("side", None),
    ]


def test_another_grouping_stands_in_the_place_of_the_columns() -> None:
    each = {"area": ["north", "south"]}
    variants = [{"label": "{group}", "within_each": {"side": ["north"]}}]
    text = text_of(variants, label="in {group}", within_each=each)
    assert [one.column.sample.within for one in asked(text)] == [
        {"area": "north"},
        {"area": "south"},
        {"side": "north"},
    ]


@pytest.mark.parametrize(
    ("column", "variant", "same"),
    [
        (
            {"label": "{group}", "within_each": {"area": ["north", "south"]}},
            {"label": "{group} again", "within_each": {"area": ["south"]}},
            "`south again`, which is estimated as `south` is",
        ),
        (
            {"label": "{group}", "within_each": {"area": ["north", "south"]}},
            {"label": "again", "within_each": {}, "sample": {"within": {"area": "south"}}},
            "`again`, which is estimated as `south` is",
        ),
        (
            {},
            {"label": "again", "replace": {"x": "x"}},
            "`again`, which is estimated as `base` is",
        ),
        (
            {},
            {"label": "again", "effects": ["period", "unit"]},
            "`again`, which is estimated as `base` is",
        ),
        (
            {"sample": {"exclude": ["甘肃", "陕西"]}},
            {"label": "again", "sample": {"exclude": ["陕西", "甘肃"]}},
            "`again`, which is estimated as `base` is",
        ),
        (
            {"sample": {"where": "z > 1"}},
            {"label": "again", "sample": {"where": "z  > 1"}},
            "`again`, which is estimated as `base` is",
        ),
    ],
)
def test_a_variant_that_is_a_column_of_its_entry_is_told_however_it_is_written(
    column: dict[str, Any], variant: dict[str, Any], same: str
) -> None:
    (problem,) = told(text_of([variant], **column))
    assert problem.endswith(f" | {same}")


def test_a_copy_of_a_study_keeps_the_entry_as_it_is_written(tmp_path: Path) -> None:
    text = text_of([{"label": "2", "lag": 1, "expect": {"n": 84}}])
    (tmp_path / "demo.yaml").write_text(text, "utf-8")
    made = adopt(tmp_path / "demo.yaml", "other").text
    assert "variants:" in made
    _, variant = read_study_file("other.yaml", made).study.tables["t"].columns  # type: ignore[union-attr]
    assert (variant.lag, variant.expect.n) == (1, None)


@pytest.mark.parametrize(
    ("variant", "found"),
    [
        ({"lag": 0}, "lag: 0 | "),
        ({"lagg": 1}, "lagg: 1 | the unknown key `lagg`"),
        ({"regressors": ["xx"]}, "- xx | `xx`"),
        ({"add_controls": ["ww"]}, "- ww | `ww`"),
        ({"add_controls": ["w"]}, "- w | `w`"),
        ({"add_controls": ["x"]}, "add_controls: | `x` twice in column `2`"),
        ({"add_controls": []}, "add_controls: [] | "),
        ({"drop_controls": ["x"]}, "- x | `x`"),
        ({"controls": ["q"], "drop_controls": ["z"]}, "drop_controls: | both"),
        ({"sample": {"last": 2030}}, "last: 2030 | 2030"),
        ({"replace": {"q": "w2"}}, "q: w2 | `q`"),
        ({"iv": {"endogenous": ["x"], "instruments": ["i1"]}}, "iv: | `iv:` is for fe_2sls"),
        (
            {"space": {"weights": "contiguity"}},
            "spatial_slx, re_spatial_durbin and re_spatial_lag, not",
        ),
        ({"label": "Base", "lag": 1}, "- label: Base | `Base`, as in the column of line"),
        ({"label": "{group}", "lag": 1}, "- label: '{group}' | `{group}` in a label"),
        ({"variants": []}, "variants: [] | the unknown key `variants`"),
        ({}, "- label: '2' | `2`, which is estimated as `base` is"),
        ({"sample": {"first": 2012}}, "- label: '2' | `2`, which is estimated as `base` is"),
        ({"controls": ["w", "z"]}, "- label: '2' | `2`, which is estimated as `base` is"),
        ({"note": "the same"}, "- label: '2' | `2`, which is estimated as `base` is"),
    ],
)
def test_what_a_variant_cannot_be_is_refused_at_its_line(
    variant: dict[str, Any], found: str
) -> None:
    problems = told(text_of([{"label": "2"} | variant]))
    assert len(problems) == 1, problems
    assert found in problems[0]


def test_two_variants_that_are_the_same_are_told() -> None:
    (problem,) = told(text_of([{"label": "2", "lag": 1}, {"label": "3", "lag": 1}]))
    assert problem == "- label: '3' | `3`, which is estimated as `2` is"


def test_a_mistake_of_the_column_is_told_once_and_at_its_line() -> None:
    file, problems = checked(
        text_of([{"label": "2", "drop_controls": ["w"]}], controls=["zz", "w"])
    )
    assert file is not None
    assert {str(one) for one in problems} == {str(problems[0])}
    assert problems[0].found == "`zz`"
