"""Series: exact names only, one owner per name, units that are known."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.catalog.series_files import load_series
from nqpf_assets.messages.problems import InputError

SERIES, _ = load_series()


def test_shipped_file_is_sound() -> None:
    assert load_series()[1] == ()
    assert SERIES.table().height == len(SERIES.series)


@pytest.mark.parametrize(
    ("label", "series_id"),
    [
        ("地区生产总值", "gdp"),
        ("地区生产总值（当年价）", "gdp"),
        ("国内专利 申请授权量", "patents_granted"),
        ("国内发明专利申请授权量", "inventions_granted"),
        ("专利申请受理数", "patents_applied"),
        ("年末常住人口", "population"),
        ("人口数(人口抽样调查)", "population_sample"),
        ("农林牧渔业总产值", "agriculture_output_gross"),
        ("农业总产值", "farming_output_gross"),
    ],
)
def test_printed_names_find_their_series(label: str, series_id: str) -> None:
    assert SERIES.find(label) == series_id


@pytest.mark.parametrize("label", ["人口数", "地区生产总值指数", "专利", "发明专利申请授权"])
def test_names_that_are_only_alike_find_nothing(label: str) -> None:
    assert SERIES.find(label) is None
    assert SERIES.id_for(label) == label


def test_unknown_label_is_kept_without_its_blanks() -> None:
    assert SERIES.id_for(" 甘蔗 播种面积（一）") == "甘蔗播种面积(一)"
    assert SERIES.id_for("Gross  output ") == "Gross output"


def test_near_names_are_ids() -> None:
    assert "patents_granted" in SERIES.near("专利申请授权")


def project(folder: Path, text: str) -> Path:
    (folder / "series.yaml").write_text(text, encoding="utf-8")
    return folder


def test_a_project_adds_and_replaces(tmp_path: Path) -> None:
    text = "gdp: {names: [本地生产总值], unit: 万元, kind: flow, english: GDP}\n"
    text += "tea: {names: [茶叶产量], unit: 吨, kind: flow, english: Tea}\n"
    catalogue = load_catalogue(project(tmp_path, text))
    assert catalogue.series.find("茶叶产量") == "tea"
    assert catalogue.series.find("地区生产总值") is None
    assert catalogue.fingerprint != load_catalogue().fingerprint


@pytest.mark.parametrize(
    ("text", "expected", "line"),
    [
        (
            "a:\n  names: [地区生产总值]\n  unit: 亿元\n  kind: flow\n  english: x",
            "one series only",
            2,
        ),
        ("a:\n  names: [x]\n  unit: 亿员\n  kind: flow\n  english: x", "a known unit", 3),
        ("a:\n  names: [x]\n  unti: 元\n  kind: flow\n  english: x", "one of names, unit", 3),
        ("a:\n  names: [x]\n  unit: 元\n  kind: flows\n  english: x", "one of stock, flow", 4),
        ("a: 1\n", "keys with values", 1),
        ("- a\n", "series ids", 1),
        ("a: {}\na: {}\n", "`a` once", 2),
    ],
)
def test_mistakes_of_a_project_name_their_line(
    tmp_path: Path, text: str, expected: str, line: int
) -> None:
    with pytest.raises(InputError) as caught:
        load_catalogue(project(tmp_path, text))
    lines = [
        int(p.where.removeprefix("line ").partition(",")[0])
        for p in caught.value.problems
        if expected in p.expected
    ]
    assert lines == [line]


def test_examples_in_the_documentation_load(tmp_path: Path) -> None:
    text = (Path(__file__).parents[2] / "docs" / "catalog.md").read_text(encoding="utf-8")
    for language, name in (("csv", "regions.csv"), ("yaml", "series.yaml")):
        example = text.split(f"```{language}\n")[1].split("```")[0]
        (tmp_path / name).write_text(example, encoding="utf-8")
    catalogue = load_catalogue(tmp_path)
    assert catalogue.series.find("茶叶产量") == "tea_output"
    assert "310115" in catalogue.regions.parents


def test_declared_breaks_and_parts_of_a_project_are_tables(tmp_path: Path) -> None:
    own = tmp_path / "series.yaml"
    own.write_text(
        "tea: {names: [茶叶产量], unit: 万吨, kind: flow, english: Tea, parts: [green_tea, black_tea],"
        " breaks: {2018: raw tea is counted}}\n"
        "green_tea: {names: [绿茶], unit: 吨, kind: flow, english: Green tea}\n"
        "black_tea: {names: [红茶], unit: 万吨, kind: flow, english: Black tea}\n",
        "utf-8",
    )
    catalogue, problems = load_series(own)
    assert problems == ()
    breaks, parts = catalogue.breaks(), catalogue.parts()
    assert ("tea", 2018, "raw tea is counted", False) in breaks.rows()
    assert {2004, 2008, 2013, 2018, 2023} == set(
        breaks.filter(breaks["series_id"] == "gdp")["period"]
    )
    assert [row for row in parts.rows() if row[0] == "tea"] == [
        ("tea", "green_tea"), ("tea", "black_tea"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ("[gren_tea]", "did you mean `green_tea`?"),
        ("[tea]", "the id of another series"),
        ("[gdp]", "`gdp` in 亿元"),
    ],
)
def test_parts_that_cannot_be_added_up_are_refused_with_their_line(
    tmp_path: Path, parts: str, words: str
) -> None:
    own = tmp_path / "series.yaml"
    own.write_text(
        "green_tea: {names: [绿茶], unit: 吨, kind: flow, english: Green tea}\n"
        f"tea:\n  names: [茶叶产量]\n  unit: 万吨\n  kind: flow\n  english: Tea\n  parts: {parts}\n",
        "utf-8",
    )
    (problem,) = load_series(own)[1]
    assert problem.where.startswith("line 7")
    assert words in str(problem)
