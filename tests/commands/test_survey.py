"""`nqpf survey`: the same answers in every format give the same series, and nobody is in them."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.sources.collector import collect
from tests.command import Ran, nqpf

N = 90
RULE = """file: ../villagers.{suffix}
publisher: 调查组
title: 村民满意度调查
status: synthetic
region: county
year: wave
weight: w
strata: stratum
clusters: village
missing: [-8, 拒答]
minimum: 10
series:
  满意度: {{mean: q1, range: [1, 5], unit: 分}}
  满意比例: {{share: q1, of: [4, 非常满意]}}
  满意度量表: {{scale: [q1, q2, q3], reversed: [q3], range: [1, 5], score: sum, at_least: 2, unit: 分}}
"""
LABELS = {1: "非常不满意", 2: "不满意", 3: "一般", 4: "满意", 5: "非常满意", -9: "拒答"}
COUNTIES = {1: "万州区", 2: "涪陵区", 3: "黔江区"}


def respondents() -> pd.DataFrame:
    rng = np.random.default_rng(14)
    data = pd.DataFrame(
        {
            "name": [f"respondent {n}" for n in range(N)],
            "county": [1] * 42 + [2] * 44 + [3] * 4,
            "wave": np.where(np.arange(N) % 2, 2020, 2022),
            "w": rng.uniform(0.5, 2, N).round(3),
            "stratum": np.arange(N) % 3 + 1,
            "village": np.arange(N) % 12 + 1,
            **{f"q{item}": rng.integers(1, 6, N) for item in (1, 2, 3)},
        }
    )
    data.loc[[3, 8], "q1"] = -9
    data.loc[[5, 60], "q2"] = -8
    return data


def dta(path: Path, data: pd.DataFrame) -> None:
    labels = {"county": COUNTIES, "q1": LABELS}
    data.to_stata(path, write_index=False, value_labels=labels, version=118)


def sav(path: Path, data: pd.DataFrame) -> None:
    labels = {"county": COUNTIES, "q1": LABELS}
    pyreadstat.write_sav(data, path, variable_value_labels=labels)


def table(data: pd.DataFrame) -> pd.DataFrame:
    """With labels as people save them: regions in words, answers in codes."""
    return data.assign(county=data["county"].map(COUNTIES), q1=data["q1"].replace(-9, -8)).assign(
        q1=lambda d: d["q1"].map(lambda code: "" if code == -8 else f"{code}")
    )


WRITERS: dict[str, Callable[[Path, pd.DataFrame], object]] = {
    "dta": dta,
    "sav": sav,
    "csv": lambda path, data: table(data).to_csv(path, index=False),
    "xlsx": lambda path, data: table(data).to_excel(path, index=False),
}


def ran(project: Path, suffix: str, rule: str = RULE, data: pd.DataFrame | None = None) -> Ran:
    WRITERS[suffix](project / f"villagers.{suffix}", respondents() if data is None else data)
    (project / "surveys").mkdir(exist_ok=True)
    place = project / "surveys" / "villagers.yaml"
    text = rule.format(suffix=suffix)
    if suffix in ("csv", "xlsx"):  # no labels there
        text = text.replace("非常满意]", "5]")
    place.write_text(text, "utf-8")
    return nqpf("survey", place, project=project)


def series(project: Path) -> dict[tuple[str, str, int], float]:
    found = collect(project / "raw", load_catalogue(None))
    assert not [one for one in found.problems if one.severity == "error"]
    rows = found.observations.select("series_id", "region_code", "period", "value")
    return {(one, code, year): value for one, code, year, value in rows.iter_rows()}


def by_hand() -> dict[tuple[str, str, int], float]:
    """Means and counts written out; standard errors have their own test."""
    data = respondents().replace({"q1": {-9: np.nan}, "q2": {-8: np.nan}})
    turned = data.assign(q3=6 - data["q3"])
    items = turned[["q1", "q2", "q3"]]
    data["scale"] = items.mean(axis=1).where(items.notna().sum(axis=1) >= 2) * 3
    data["share"] = np.where(data["q1"].isna(), np.nan, data["q1"].isin([4, 5]) * 100.0)
    expected = {}
    for county, code in ((1, "500101"), (2, "500102")):
        for year in (2020, 2022):
            here = data[(data["county"] == county) & (data["wave"] == year)]
            for name, column in (("满意度", "q1"), ("满意比例", "share"), ("满意度量表", "scale")):
                some = here.dropna(subset=[column])
                expected[name, code, year] = np.average(some[column], weights=some["w"])
                expected[f"{name}_n", code, year] = len(some)
    return expected


@pytest.mark.slow
@pytest.mark.parametrize("suffix", WRITERS)
def test_every_format_gives_the_means_by_hand(tmp_path: Path, suffix: str) -> None:
    told = ran(tmp_path, suffix)
    assert told.status == 0, told.err
    assert "满意度量表: Cronbach's alpha " in told.out
    assert "left out: 6 cells of fewer than 10 respondents" in told.out
    found, expected = series(tmp_path), by_hand()
    errors = {key for key in found if key[0].endswith("_se")}
    assert {*found} - errors == {*expected}
    assert all(found[key] == pytest.approx(expected[key], rel=1e-9) for key in expected)
    assert len(errors) == 12
    assert all(found[key] > 0 for key in errors)


def test_no_respondent_is_in_the_project(tmp_path: Path) -> None:
    assert ran(tmp_path, "dta").status == 0
    files = [one for one in (tmp_path / "raw").rglob("*") if one.is_file()]
    assert sorted(one.name for one in files) == ["villagers.csv", "villagers.csv.card.yaml"]
    text = "".join(one.read_text() for one in files)
    assert "respondent 1" not in text
    assert "village" not in text.replace("villagers", "").replace("clusters village", "")
    (written,) = (one for one in files if one.suffix == ".csv")
    rows = list(csv.DictReader(written.read_text().splitlines()))
    counts = [float(row["value"]) for row in rows if row["series"].endswith("_n")]
    assert min(counts) >= 10
    assert "黔江区" not in text  # four respondents


def test_again_it_is_there_already_and_another_is_not_put_over_it(tmp_path: Path) -> None:
    assert ran(tmp_path, "csv").out.startswith("added raw/调查组/")
    assert ran(tmp_path, "csv").out.startswith("there already: raw/调查组/")
    other = respondents().assign(w=1.0)
    again = ran(tmp_path, "csv", data=other)
    assert again.status == 2
    assert "a vintage without this survey" in again.err


@pytest.mark.parametrize(
    ("old", "new", "line", "told"),
    [
        ("region: county", "region: kreis", 5, "`kreis`"),
        ("weight: w", "weight: q1", 7, "2 respondents without, or not above 0"),
        ("missing: [-8, 拒答]", "missing: [拒答]", 15, "-8"),
        ("mean: q1, range: [1, 5]", "mean: name", 13, "`respondent 0` and 89 more"),
        ("of: [4, 非常满意]", "of: [4, 十分满意]", 14, "`十分满意`, which no label or answer"),
        ("share: q1, of: [4, 非常满意]", "share: q1", 14, "`of`: the answers that count"),
        ("share: q1", "mean: q2, share: q1", 14, "`mean` and `share`"),
        ("reversed: [q3]", "reversed: [q4]", 15, "`q4`"),
        ("  满意比例:", "  满意度_n:", 14, "which `满意度` gives rise to"),
        ("score: sum, at_least: 2", "score: sum, at_least: 4", 15, "at most 3"),
        ("minimum: 10", "minimum: 1", 11, "3"),
        ("range: [1, 5], unit", "range: [5, 1], unit", 13, "the lowest answer first"),
        ("share: q1,", "share: q1, unit: 人,", 14, "no `unit` of a share"),
    ],
)
def test_what_a_rule_cannot_say_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, told: str
) -> None:
    assert old in RULE
    text = RULE.replace(old, new)
    found = ran(tmp_path, "dta", text)
    assert found.status == 2
    assert told in found.err
    assert f"villagers.yaml: line {line}" in found.err
    assert not (tmp_path / "raw").exists()


@pytest.mark.parametrize("content", [b"", b"no file of Stata", b"\x00" * 200])
@pytest.mark.parametrize("suffix", ["dta", "sav", "xlsx"])
def test_a_damaged_file_is_told(tmp_path: Path, suffix: str, content: bytes) -> None:
    (tmp_path / f"villagers.{suffix}").write_bytes(content)
    rule = tmp_path / "surveys" / "villagers.yaml"
    rule.parent.mkdir()
    rule.write_text(RULE.format(suffix=suffix), "utf-8")
    found = nqpf("survey", rule, project=tmp_path)
    assert found.status == 2
    assert f"villagers.{suffix}" in found.err


def test_a_file_below_raw_is_refused(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    found = ran(tmp_path, "csv", RULE.replace("../villagers", "../raw/villagers"))
    assert found.status == 2
    assert "a file outside of raw/" in found.err


def means(project: Path, data: pd.DataFrame, labels: dict[str, dict[int, str]], rule: str) -> Ran:
    """A rule about a file of Stata with these labels."""
    data.to_stata(project / "villagers.dta", write_index=False, value_labels=labels, version=118)
    (project / "rule.yaml").write_text(
        "file: villagers.dta\npublisher: 组\ntitle: t\nstatus: synthetic\nregion: county\n"
        f"year: 2022\n{rule}",
        "utf-8",
    )
    return nqpf("survey", project / "rule.yaml", project=project)


@pytest.mark.slow
def test_villages_of_one_label_are_two_units(tmp_path: Path) -> None:
    rule = "clusters: village\nseries:\n  满意度: {mean: q2, unit: 分}\n"
    names = {code: "王家村" if code in (1, 2) else f"村{code}" for code in range(1, 13)}
    found = []
    for number, labels in enumerate(({}, {"village": names})):
        place = tmp_path / f"{number}"
        place.mkdir()
        assert means(place, respondents(), {"county": COUNTIES, **labels}, rule).status == 0
        found.append(series(place))
    assert len(found[0]) == 6
    assert found[0] == found[1]


def test_labels_mean_the_same_with_blanks_around_them(tmp_path: Path) -> None:
    labels = {"county": {1: "万州区 ", 2: " 涪陵区", 3: "黔江区"}, "q1": {-9: "拒答 "}}
    rule = "missing: [拒答]\nseries:\n  满意度: {mean: q1, range: [1, 5], unit: 分}\n"
    assert means(tmp_path, respondents(), labels, rule).status == 0
    assert ("满意度", "500101", 2022) in series(tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("of", ["[7]", "[从未有过]"])
def test_a_share_of_answers_that_nobody_gave_is_0_where_they_have_a_label(
    tmp_path: Path, of: str
) -> None:
    labels = {"county": COUNTIES, "q2": {7: "从未有过"}}
    rule = f"series:\n  比例: {{share: q2, of: {of}}}\n"
    assert means(tmp_path, respondents(), labels, rule).status == 0
    assert series(tmp_path)["比例", "500101", 2022] == 0.0


def test_a_label_of_two_counties_does_not_make_them_one(tmp_path: Path) -> None:
    data = respondents().assign(county=[500101] * 45 + [500102] * 45)
    labels = {"county": {500101: "江北区", 500102: "江北区"}}
    assert means(tmp_path, data, labels, "series:\n  满意度: {mean: q2, unit: 分}\n").status == 0
    assert {code for _, code, _ in series(tmp_path)} == {"500101", "500102"}


def test_a_text_that_spss_declares_missing_is_none(tmp_path: Path) -> None:
    data = respondents().assign(village=[f"村{n % 9}" for n in range(N)])
    data.loc[4, "village"] = "不详"
    pyreadstat.write_sav(data, tmp_path / "v.sav", missing_ranges={"village": ["不详"]})
    (tmp_path / "rule.yaml").write_text(
        RULE.format(suffix="sav").replace("../villagers", "v").replace("非常满意", "5"), "utf-8"
    )
    found = nqpf("survey", tmp_path / "rule.yaml", project=tmp_path)
    assert found.status == 2
    assert "1 respondent without" in found.err


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("series:\n  a: {share: q2, of: [9]}\n", "9, which nobody answered"),
        ("minimum: 80\nseries:\n  a: {mean: q2}\n", "80 respondents with an answer in a region"),
        ("series:\n  a: {mean: day}\n", "days or times"),
        ("weight: name\nseries:\n  a: {mean: q2}\n", "leave respondents without a weight out"),
        ("series:\n  a: {mean: q2, range: [.nan, 5]}\n", "the lowest answer first"),
    ],
)
def test_what_gives_no_number_is_told_and_nothing_written(
    tmp_path: Path, rule: str, told: str
) -> None:
    data = respondents().assign(day=pd.Timestamp("2022-05-01"))
    found = means(tmp_path, data, {"county": COUNTIES}, rule)
    assert found.status == 2
    assert told in found.err
    assert not (tmp_path / "raw").exists()


@pytest.mark.parametrize("file", ["~nobody-is-called-so/v.csv", '"a\\0b.csv"', "none.csv"])
def test_a_path_to_no_file_is_told(tmp_path: Path, file: str) -> None:
    found = ran(tmp_path, "csv", RULE.replace("../villagers.{suffix}", file))
    assert found.status == 2
    assert "expected:" in found.err


def test_in_another_month_the_same_table_is_there_already(tmp_path: Path) -> None:
    assert ran(tmp_path, "csv").status == 0
    again = nqpf(
        "survey", tmp_path / "surveys" / "villagers.yaml", "--vintage", "2099-01", project=tmp_path
    )
    assert again.out.startswith("there already: raw/调查组/")
    assert not (tmp_path / "raw" / "调查组" / "2099-01").exists()


@pytest.mark.slow
def test_series_that_come_back_tell_of_the_others(tmp_path: Path) -> None:
    """Studies read the newest vintage, which these are not."""
    assert ran(tmp_path, "csv").status == 0
    path = tmp_path / "surveys" / "villagers.yaml"
    rule = path.read_text("utf-8")
    path.write_text(rule.replace("{mean: q1", "{mean: q2"), "utf-8")
    other = nqpf("survey", path, "--vintage", "2099-01", project=tmp_path)
    assert other.out.startswith("added raw/调查组/2099-01/")
    assert "look:" not in other.out
    path.write_text(rule, "utf-8")
    again = nqpf("survey", path, project=tmp_path)
    assert again.out.startswith("there already: raw/调查组/")
    assert "look: raw/调查组/2099-01/villagers.csv has other series of this rule" in again.out
