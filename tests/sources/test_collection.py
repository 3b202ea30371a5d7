"""Collecting: every observation with its place, every mistake in one run, nothing read twice."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.catalog.table_frames import shape_of
from nqpf_assets.catalog.units import conversion_factor
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.collection import FILE, OBSERVATION, Collection
from nqpf_assets.sources.collector import check_paths, collect
from nqpf_assets.sources.conflicts import settle

CATALOGUE = load_catalogue()
CARD = "publisher: 国家统计局\ntitle: 分省年度数据\nstatus: official\n"
GDP = """数据库：分省年度数据
指标：地区生产总值(亿元)
时间：最近5年
地区,2021年,2020年
北京市,41045.6,35943.3
天津市,15685.1,
数据来源：国家统计局
"""
SILENT = (
    "数据库：分省年度数据 \n时间：2020年-2021年 \n地区\t,2021年\t,2020年\t,\n"
    "北京市\t,{}\t,{}\t,\n数据来源：国家统计局"
)
TIDY = "columns: {region: 区县, period: 年份, values: [地区生产总值]}\nunit: 亿元\n"


def project(root: Path, files: dict[str, str]) -> Path:
    """A raw folder; names are below ``raw/``."""
    for name, text in files.items():
        path = root / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root / "raw"


def told(problems: tuple[Problem, ...], code: str) -> Problem:
    """The one problem of a kind."""
    found = [problem for problem in problems if problem.code == code]
    assert len(found) == 1, "\n".join(str(problem) for problem in problems)
    return found[0]


def errors(collection: Collection) -> list[Problem]:
    return [problem for problem in collection.problems if problem.severity == "error"]


def test_cells_become_observations(tmp_path: Path) -> None:
    raw = project(tmp_path, {"nbs/2022-03/a.csv": GDP, "nbs/2022-03/card.yaml": CARD})
    found = collect(raw, CATALOGUE)
    assert found.problems == ()
    assert found.files.schema == shape_of(FILE)
    assert found.observations.schema == shape_of(OBSERVATION)
    rows = found.observations.to_dicts()
    assert len(rows) == 4
    assert rows[0] == {
        "series_id": "gdp",
        "region_code": "110000",
        "region_level": "province",
        "period": 2020,
        "vintage": "2022-03",
        "value": 35943.3,
        "unit_measure": "亿元",
        "file_id": found.files["file_id"].item(),
        "locator": "line 5, column 3",
        "footnote": None,
        "reported_text": "35943.3",
        "series_label": "地区生产总值",
        "region_label": "北京市",
    }
    assert rows[2]["value"] is None
    file = found.files.row(0, named=True)
    assert (file["path"], file["vintage"]) == ("raw/nbs/2022-03/a.csv", "2022-03")
    assert (file["n_cells"], file["n_series"], file["data_status"]) == (4, 1, "official")
    assert file["sha256"].startswith(file["file_id"])


def test_card_supplies_what_the_file_is_silent_about(tmp_path: Path) -> None:
    card = CARD + "series: patents_granted\nunit: 项\nvintage: spring\n"
    raw = project(tmp_path, {"nbs/x/a.csv": SILENT.format(2, 1), "nbs/x/a.csv.card.yaml": card})
    found = collect(raw, CATALOGUE)
    assert found.problems == ()
    assert set(found.observations["series_id"]) == {"patents_granted"}
    assert set(found.observations["unit_measure"]) == {"项"}
    assert set(found.observations["vintage"]) == {"spring"}


def test_what_nobody_says_is_asked_for(tmp_path: Path) -> None:
    raw = project(tmp_path, {"nbs/x/a.csv": SILENT.format(2, 1), "nbs/x/a.csv.card.yaml": CARD})
    problems = collect(raw, CATALOGUE).problems
    assert "`series: …`" in told(problems, "missing_series").remedy
    assert "`unit: …`" in told(problems, "missing_unit").remedy


@pytest.mark.parametrize(
    ("values", "series", "remedy"),
    [
        ("[a]", "{a: gdp}", "`unit: 亿元`, or the multiple of it that the file counts in"),
        ("[a, b]", "{a: gdp, b: population}", "`unit: {a: 亿元}`, or the multiple of it"),
        ("[a]", "{a: 怪指标}", "`unit: …`, or 无 for a plain number"),
    ],
)
def test_a_unit_that_is_missing_is_asked_for_with_what_to_write(
    tmp_path: Path, values: str, series: str, remedy: str
) -> None:
    card = f"{CARD}series: {series}\ncolumns: {{region: 区县, period: 年份, values: {values}}}\n"
    table = "区县,年份,a,b\n北京,2020,1.5,2\n"
    raw = project(tmp_path, {"nbs/x/a.csv": table, "nbs/x/a.csv.card.yaml": card})
    missing = [one for one in collect(raw, CATALOGUE).problems if one.code == "missing_unit"]
    assert "a unit of a" in missing[0].expected
    assert remedy in missing[0].remedy


def test_missing_card_comes_ready_made(tmp_path: Path) -> None:
    raw = project(tmp_path, {"nbs/x/a.csv": SILENT.format(2, 1)})
    remedy = told(collect(raw, CATALOGUE).problems, "missing_card").remedy
    head, _, card = remedy.partition(":\n")
    assert head.startswith("save this as raw/nbs/x/a.csv.card.yaml")
    for key, value in {"status:": "official", "series:": "gdp", "unit:": "亿元"}.items():
        card = card.replace(key, f"{key} {value}", 1)
    (raw / "nbs/x/a.csv.card.yaml").write_text(
        card.replace("accessed:", "accessed: 2026-05-03"), encoding="utf-8"
    )
    assert errors(collect(raw, CATALOGUE)) == []


@pytest.mark.parametrize(
    ("card", "code", "said"),
    [
        ("series: population\n", "disagrees_indicator", "that is `gdp`"),
        ("series: {地区生产总值: population}\n", "disagrees_indicator", "that is `gdp`"),
        ("series: {生产总值: gdp}\n", "label_not_printed", "地区生产总值"),
        ("series: {地区生产总值: 地区生产总值, x: gpd}\n", "label_not_printed", "`x`"),
        ("unit: 万元\n", "disagrees_unit", "the file prints 亿元"),
        ("unit: {地区生产总值: 万元}\n", "disagrees_unit", "line 4"),
        ("region: 上海\n", "disagrees_region", "北京市"),
        ("region: 上诲市\n", "unknown_region", "near: 上海市"),
        ("published: 2019\n", "disagrees_published", "values of 2021"),
        ("sha256: '" + "0" * 64 + "'\n", "changed_content", "line 4"),
        ("sha256: '" + "0" * 64 + "'\n", "changed_content", "nqpf add FILE --vintage"),
    ],
)
def test_card_and_file_must_agree(tmp_path: Path, card: str, code: str, said: str) -> None:
    raw = project(tmp_path, {"nbs/x/a.csv": GDP, "nbs/x/a.csv.card.yaml": CARD + card})
    found = collect(raw, CATALOGUE)
    assert said in str(told(found.problems, code))
    assert found.observations.is_empty()
    assert found.files.is_empty()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("数据来源：国家统计局", "数据来源：中国统计年鉴\n由EPS DATA整理", "disagrees_source"),
        ("国家统计局", "重庆市统计局", "disagrees_source"),
        ("数据库：分省年度数据", "数据库：分省年度数据（合成数据）", "disagrees_status"),
        ("(亿元)", "(件)", "disagrees_unit"),
    ],
)
def test_file_that_says_otherwise_stops(tmp_path: Path, old: str, new: str, code: str) -> None:
    files = {"nbs/x/a.csv": GDP.replace(old, new), "nbs/x/a.csv.card.yaml": CARD}
    assert told(collect(project(tmp_path, files), CATALOGUE).problems, code).severity == "error"


def test_known_mistake_of_a_file_is_accepted(tmp_path: Path) -> None:
    card = CARD + "unit: 万元\naccept: {unit: 亿元}\n"
    raw = project(tmp_path, {"nbs/x/a.csv": GDP, "nbs/x/a.csv.card.yaml": card})
    found = collect(raw, CATALOGUE)
    assert told(found.problems, "disagrees_unit").severity == "warning"
    assert found.observations.height == 4
    assert set(found.observations["unit_measure"]) == {
        "万元"
    }  # the card's word, since the file's is wrong
    alone = project(tmp_path / "b", {"nbs/x/a.csv": GDP, "nbs/x/a.csv.card.yaml": CARD})
    as_printed = collect(alone, CATALOGUE).observations
    assert set(as_printed["unit_measure"]) == {"亿元"}
    assert as_printed["value"].to_list() == found.observations["value"].to_list()


def test_an_accepted_unit_is_corrected_only_where_the_card_gives_another(tmp_path: Path) -> None:
    page = (
        "数据库：x\n地区：重庆市\n指标,2020年\n国内生产总值(万元),1\n财政收入(万元),2\n"
        "数据来源：国家统计局\n"
    )
    card = CARD + "unit: {国内生产总值: 亿元}\naccept: {unit: 万元}\n"
    found = collect(
        project(tmp_path, {"nbs/x/a.csv": page, "nbs/x/a.csv.card.yaml": card}), CATALOGUE
    )
    assert dict(found.observations.select("value", "unit_measure").iter_rows()) == {
        1.0: "亿元",
        2.0: "万元",
    }


def test_an_accepted_region_is_the_card_s_and_others_are_still_held_against_it(
    tmp_path: Path,
) -> None:
    page = "数据库：x\n指标：地区生产总值(亿元)\n地区,2020年\n四川省,1\n{}数据来源：国家统计局\n"
    card = CARD + "region: 重庆市\naccept: {region: 四川省}\n"
    files = {"nbs/x/a.csv": page.format(""), "nbs/x/a.csv.card.yaml": card}
    found = collect(project(tmp_path, files), CATALOGUE)
    assert [p.severity for p in found.problems if p.code == "disagrees_region"] == ["warning"]
    assert found.observations["region_code"].to_list() == ["500000"]
    files["nbs/x/a.csv"] = page.format("贵州省,2\n")
    both = collect(project(tmp_path / "b", files), CATALOGUE)
    told_of = [p.severity for p in both.problems if p.code == "disagrees_region"]
    assert sorted(told_of) == ["error", "warning"]


def test_synthetic_card_for_a_silent_file_is_fine(tmp_path: Path) -> None:
    card = CARD.replace("official", "synthetic")
    raw = project(tmp_path, {"nbs/x/a.csv": GDP, "nbs/x/a.csv.card.yaml": card})
    assert collect(raw, CATALOGUE).files["data_status"].to_list() == ["synthetic"]


def test_an_unknown_printed_unit_is_kept_with_a_warning(tmp_path: Path) -> None:
    text = "数据集名称,指标名称,地区,年份,数值,单位\n甲,地区生产总值 (亿元),北京,2020,1,亿元\n"
    text += "甲,怪指标 (捆),北京,2020,2,捆\n"
    raw = project(tmp_path, {"nbs/x/a.csv": text, "nbs/x/a.csv.card.yaml": CARD})
    found = collect(raw, CATALOGUE)
    assert told(found.problems, "unknown_unit").severity == "warning"
    assert found.observations.select("series_id", "unit_measure").rows() == [
        ("gdp", "亿元"), ("怪指标", "捆"),
    ]  # fmt: skip
    other = project(
        tmp_path / "other",
        {"nbs/x/a.csv": text.replace("亿元", "捆"), "nbs/x/a.csv.card.yaml": CARD},
    )
    found = collect(other, CATALOGUE)
    told_of = [p for p in found.problems if p.code == "unknown_unit"]
    assert [p.severity for p in told_of] == ["warning", "warning"]
    assert any("a study that reads `gdp` is refused" in p.remedy for p in told_of)
    assert found.observations.select("series_id", "unit_measure").rows() == [
        ("gdp", "捆"), ("怪指标", "捆"),
    ]  # fmt: skip
    raw = project(tmp_path, {"nbs/x/a.csv.card.yaml": CARD + "ignore: [怪指标]\n"})
    found = collect(raw, CATALOGUE)
    assert found.problems == ()
    assert found.observations["series_id"].to_list() == ["gdp"]
    raw = project(tmp_path, {"nbs/x/a.csv.card.yaml": CARD + "ignore: [怪指标, 无此指标]\n"})
    assert told(collect(raw, CATALOGUE).problems, "ignored").found == "无此指标"


def test_unknown_names(tmp_path: Path) -> None:
    text = "区县,年份,地区生产总值,怪指标\n万洲区,2020,1,2\n全市,2020,3,4\n"
    text += "主城都市区,2020,5,6\n忠县,2020,7,8\n"
    card = CARD + TIDY.replace("[地区生产总值]", "[地区生产总值, 怪指标]").replace(
        "亿元", "{地区生产总值: 亿元, 怪指标: 捆}"
    )
    raw = project(tmp_path, {"cq/x/a.csv": text, "cq/x/a.csv.card.yaml": card})
    problems = collect(raw, CATALOGUE).problems
    assert "万州区" in told(problems, "unknown_region").found
    assert told(problems, "unknown_unit").file.endswith("card.yaml")
    raw = project(
        tmp_path,
        {"cq/x/a.csv": text.replace("洲", "州"), "cq/x/a.csv.card.yaml": card.replace("捆", "件")},
    )
    found = collect(raw, CATALOGUE)
    assert found.problems == ()
    levels = dict(found.observations.select("region_label", "region_level").iter_rows())
    assert levels == {
        "万州区": "county",
        "忠县": "county",
        "全市": "province",
        "主城都市区": "area",
    }
    assert set(found.observations["series_id"]) == {"gdp", "怪指标"}


def test_many_unknown_regions_of_a_file_are_one_problem_with_all_places(tmp_path: Path) -> None:
    names = ["甲东新区", "丙丁区", "戊己区", "长寿曲", "庚辛区"]
    text = "区县,年份,地区生产总值\n" + "".join(f"{name},2017,1\n" for name in names)
    card = CARD + TIDY
    raw = project(tmp_path, {"sh/x/a.csv": text, "sh/x/a.csv.card.yaml": card})
    problem = told(collect(raw, CATALOGUE).problems, "unknown_region")
    assert problem.where == "line 2, column 1"
    assert "so are 4 more labels: `丙丁区` (line 3, column 1)" in problem.found
    assert "`长寿曲` (line 5, column 1; near: 长寿, 长寿区, 长寿县)" in problem.found
    assert all(f"CODE,,{name},,,LEVEL,,2017,,," in problem.remedy for name in names)
    few = text.replace("庚辛区,2017,1\n", "")
    raw = project(tmp_path / "few", {"sh/x/a.csv": few, "sh/x/a.csv.card.yaml": card})
    assert [one.found[:5] for one in collect(raw, CATALOGUE).problems] == [
        "`甲东新区", "`丙丁区`", "`戊己区`", "`长寿曲`"]  # fmt: skip


def test_what_helps_is_told_for_each_kind_of_unknown_region(tmp_path: Path) -> None:
    codes = "".join(f"{code},2017,1\n" for code in range(15, 21))
    names = "甲东新区,2017,1\n丙丁区,2017,1\n"
    text = f"区县,年份,地区生产总值\n{codes}{names}"
    raw = project(tmp_path, {"sh/x/a.csv": text, "sh/x/a.csv.card.yaml": CARD + TIDY})
    problems = collect(raw, CATALOGUE).problems
    assert [one.where for one in problems] == [f"line {n}, column 1" for n in (2, 8, 9)]
    assert "so are 5 more labels: `16` (line 3, column 1)" in problems[0].found
    assert "write codes with six digits, like 150000" in problems[0].remedy
    assert "CODE,,丙丁区,,,LEVEL,,2017,,," in problems[1].remedy
    assert "15," not in problems[1].remedy


def test_every_mistake_of_every_file_in_one_run(tmp_path: Path) -> None:
    files = {
        "a/x/a.csv": GDP.replace("北京市", "北惊市").replace("15685.1", "15685.l"),
        "a/x/a.csv.card.yaml": CARD,
        "b/x/b.csv": GDP,
        "b/x/b.csv.card.yaml": CARD + "titel: x\n",
        "c/c.csv": GDP + "\n",
        "c/c.csv.card.yaml": CARD,
        "d/x/d.csv": "",
    }
    codes = {problem.code for problem in collect(project(tmp_path, files), CATALOGUE).problems}
    assert {"unknown_region", "not_a_number", "unknown_key", "missing_vintage", "empty"} <= codes


def test_second_run_reads_nothing(tmp_path: Path) -> None:
    raw = project(
        tmp_path, {"nbs/x/a.csv": GDP, "nbs/x/b.csv": GDP + "\n", "nbs/x/card.yaml": CARD}
    )
    cache = tmp_path / "cache"
    first, second = (collect(raw, CATALOGUE, cache=cache) for _ in range(2))
    assert (first.n_read, second.n_read) == (2, 0)
    assert first.observations.equals(second.observations)
    assert first.files.equals(second.files)
    assert first.problems == second.problems
    (raw / "nbs/x/b.csv").unlink()
    (raw / "nbs/x/card.yaml").write_text(CARD + "licence: free\n", encoding="utf-8")
    assert collect(raw, CATALOGUE, cache=cache).n_read == 1
    assert len(list(cache.iterdir())) == 1


def test_damaged_cache_is_read_again(tmp_path: Path) -> None:
    raw = project(tmp_path, {"nbs/x/a.csv": GDP, "nbs/x/card.yaml": CARD})
    cache = tmp_path / "cache"
    collect(raw, CATALOGUE, cache=cache)
    next(cache.iterdir()).write_bytes(b"PAR1")
    assert collect(raw, CATALOGUE, cache=cache).observations.height == 4


def test_same_content_twice_is_one_file(tmp_path: Path) -> None:
    files = {"nbs/x/a.csv": GDP, "nbs/x/card.yaml": CARD, "old/y/b.csv": GDP}
    found = collect(project(tmp_path, files), CATALOGUE)
    assert errors(found) == []
    assert told(found.problems, "same_content").file == "raw/old/y/b.csv"
    assert found.files["also_at"].to_list() == ["raw/old/y/b.csv"]
    other = project(tmp_path, {"old/y/b.csv.card.yaml": CARD.replace("official", "synthetic")})
    assert told(collect(other, CATALOGUE).problems, "same_content").severity == "error"


def test_two_values_for_a_cell_are_told_with_both_places(tmp_path: Path) -> None:
    files = {
        "nbs/2022/a.csv": GDP,
        "nbs/2022/b.csv": GDP.replace("35943.3", "36102.6"),
        "nbs/2022/card.yaml": CARD,
    }
    raw = project(tmp_path, files)
    problem = told(collect(raw, CATALOGUE).problems, "two_values")
    assert "35943.3 亿元 at raw/nbs/2022/a.csv: line 5, column 3" in problem.expected
    assert (problem.file, problem.where) == ("raw/nbs/2022/b.csv", "line 5, column 3")
    text = CARD + "files: {b.csv: {vintage: '2023'}}\n"
    (raw / "nbs/2022/card.yaml").write_text(text, encoding="utf-8")
    found = collect(raw, CATALOGUE)
    assert found.problems == ()
    assert found.observations.height == 8


def test_equal_values_in_two_units_are_one(tmp_path: Path) -> None:
    cell = "区县,年份,地区生产总值\n万州区,2020,{}\n"
    files = {
        "cq/x/a.csv": cell.format("1234.56"),
        "cq/x/b.csv": cell.format("12345600"),
        "cq/x/card.yaml": CARD + TIDY + "files: {b.csv: {unit: 万元}, a.csv: {}}\n",
    }
    found = collect(project(tmp_path, files), CATALOGUE)
    assert found.problems == ()
    assert found.observations.select("value", "unit_measure").rows() == [(1234.56, "亿元")]


def test_links_hidden_files_and_notes_are_not_read(tmp_path: Path) -> None:
    files = {"nbs/x/a.csv": GDP, "nbs/x/card.yaml": CARD, "nbs/x/.b.csv": "x", "README.md": "x"}
    raw = project(tmp_path, files)
    (raw / "nbs/x/~$a.xlsx").write_text("x")
    outside = tmp_path / "secret.csv"
    outside.write_text(GDP, encoding="utf-8")
    (raw / "nbs/x/link.csv").symlink_to(outside)
    (raw / "folder").symlink_to(tmp_path)
    found = collect(raw, CATALOGUE)
    assert errors(found) == []
    assert [problem.code for problem in found.problems] == ["link", "link"]
    assert found.files.height == 1


def test_no_raw_folder(tmp_path: Path) -> None:
    assert told(collect(tmp_path / "raw", CATALOGUE).problems, "no_raw")


def test_check_some_paths(tmp_path: Path) -> None:
    files = {"nbs/x/a.csv": GDP, "nbs/x/a.csv.card.yaml": CARD, "nbs/y/b.csv": "x"}
    raw = project(tmp_path, files)
    for path in ("nbs/x/a.csv", "nbs/x/a.csv.card.yaml", "nbs/x"):
        found = check_paths([raw / path], CATALOGUE, root=tmp_path)
        assert (found.problems, found.observations.height) == ((), 4)
        assert found.files["path"].to_list() == ["raw/nbs/x/a.csv"]
        assert found.files["vintage"].to_list() == ["x"]
    assert errors(check_paths([raw], CATALOGUE, root=tmp_path)) != []
    assert told(check_paths([raw / "nope"], CATALOGUE, root=tmp_path).problems, "path")


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["110000", "120000"]),
            st.sampled_from([2020, 2021]),
            st.sampled_from([None, 1.0, 2.0]),
        ),
        max_size=12,
    )
)
def test_settling_keeps_each_cell_once_and_no_conflict_silent(
    cells: list[tuple[str, int, float | None]],
) -> None:
    rows = [
        {"series_id": "gdp", "region_code": code, "period": year, "vintage": "v", "value": value,
         "unit_measure": "亿元", "file_id": "f", "locator": str(place), "reported_text": str(value)}
        for place, (code, year, value) in enumerate(cells)
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=shape_of(OBSERVATION))
    settled, problems = settle([frame], {"f": "raw/f.csv"}, CATALOGUE.series)
    kept = {(r["region_code"], r["period"]): r["value"] for r in settled.to_dicts()}
    assert len(kept) == settled.height == len({cell[:2] for cell in cells})
    several = False
    for key, value in kept.items():
        values = [cell[2] for cell in cells if cell[:2] == key and cell[2] is not None]
        assert value == (values[0] if values else None)
        several |= len(set(values)) > 1
    assert bool(problems) == several


@pytest.mark.slow
def test_large_files_are_resolved_whole(tmp_path: Path) -> None:
    names = CATALOGUE.regions.units("county", parent="500000", year=2023)["name"]
    years = pl.DataFrame({"年份": range(1997, 2025)})
    series = pl.DataFrame({"指标": [f"指标{i}" for i in range(300)]})
    frame = names.to_frame("区县").join(years, how="cross").join(series, how="cross")
    frame = frame.with_row_index("值")
    (tmp_path / "raw/cq/x").mkdir(parents=True)
    frame.write_csv(tmp_path / "raw/cq/x/a.csv")
    columns = "columns: {region: 区县, period: 年份, series: 指标, value: 值}\nunit: 元\n"
    project(tmp_path, {"cq/x/card.yaml": CARD + columns})
    found = collect(tmp_path / "raw", CATALOGUE)
    assert found.observations.height == 38 * 28 * 300
    assert errors(found) == []


genuine = pytest.mark.skipif(
    "NQPF_SHARED" not in os.environ, reason="NQPF_SHARED names no folder with genuine files"
)
PLACES = {
    "nbs_csv_new/*.csv": "nbs/2026-05",
    "nbs_csv_old/*.csv": "nbs/2025-12",
    "nbs_xls/*.xls": "nbs/2020",
    "gdp_vintages/*.xlsx": "nbs/2023",
    "nbs_api/*.csv": "nbs/2026-api",
    "eps/*.xlsx": "eps/2023-08",
}
SILENT_SERIES = {
    "_1": ("fiscal_expenditure_science", "亿元"),
    "_2": ("technology_market_turnover", "亿元"),
    "_4": ("fiscal_expenditure", "亿元"),
    "_5": ("patents_granted", "项"),
    "_6": ("gdp", "亿元"),
    "_8": ("inventions_granted", "件"),
}


@pytest.fixture(scope="module")
def genuine_raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    real = Path(os.environ["NQPF_SHARED"]) / "real"
    raw = tmp_path_factory.mktemp("project") / "raw"
    for pattern, place in PLACES.items():
        folder = raw / place
        folder.mkdir(parents=True)
        for path in sorted(real.glob(pattern)):
            shutil.copy(path, folder)
        (folder / "card.yaml").write_text(CARD, encoding="utf-8")
    listed = "".join(
        f"  分省年度数据{number}.csv: {{series: {series}, unit: {unit}}}\n"
        for number, (series, unit) in SILENT_SERIES.items()
    )
    (raw / "nbs/2026-05/card.yaml").write_text(CARD + "files:\n" + listed, encoding="utf-8")
    (raw / "nbs/2023/card.yaml").write_text(CARD + "series: gdp\nunit: 亿元\n", encoding="utf-8")
    eps = CARD.replace("国家统计局", "EPS DATA")
    (raw / "eps/2023-08/card.yaml").write_text(eps, encoding="utf-8")
    return raw


@pytest.mark.slow
@genuine
def test_genuine_files_make_a_panel_without_gaps(genuine_raw: Path) -> None:
    found = collect(genuine_raw, CATALOGUE)
    assert errors(found) == []
    assert found.files.height == 25
    assert found.observations["region_code"].n_unique() == 31
    wanted = (
        "population gdp fiscal_expenditure_science fiscal_expenditure patents_granted "
        "inventions_granted machinery_power sown_area irrigated_area fertilizer_use "
        "agriculture_output_gross urban_share roads"
    )
    panel = found.observations.filter(
        pl.col("period").is_between(2015, 2022), pl.col("value").is_not_null()
    )
    for series_id in wanted.split():
        cells = panel.filter(pl.col("series_id") == series_id)
        assert cells.select("region_code", "period").n_unique() == 31 * 8, series_id
        known = CATALOGUE.series.get(series_id)
        assert known is not None
        for unit in cells["unit_measure"].unique():
            assert conversion_factor(unit, known.unit) == 1.0


@pytest.mark.slow
@genuine
def test_vintages_of_one_cell_stand_side_by_side(genuine_raw: Path) -> None:
    found = collect(genuine_raw, CATALOGUE).observations
    tianjin = found.filter(
        pl.col("series_id") == "gdp", pl.col("region_code") == "120000", pl.col("period") == 2018
    )
    values = dict(tianjin.select("vintage", "value").iter_rows())
    assert values == {
        "2020": 13362.92,
        "2023": 13362.9,
        "2023-08": 18809.64,
        "2025-12": 13411.1,
        "2026-05": 13411.1,
    }


@genuine
def test_swapped_cards_of_genuine_files_are_noticed(genuine_raw: Path, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(genuine_raw / "nbs/2025-12", raw / "nbs/2025-12")
    text = CARD + "files: {'分省年度数据 (7).csv': {series: population_sample}}\n"
    (raw / "nbs/2025-12/card.yaml").write_text(text, encoding="utf-8")
    found = collect(raw, CATALOGUE)
    assert {problem.code for problem in errors(found)} == {"disagrees_indicator"}
    assert "年末常住人口" in errors(found)[0].found


@pytest.mark.slow
@genuine
def test_genuine_yearbook_page_with_a_projects_regions(tmp_path: Path) -> None:
    listed = "黄浦 徐汇 长宁 静安 普陀 虹口 杨浦 闵行 宝山 嘉定 浦东新 金山 松江 青浦 奉贤 崇明"
    districts = listed.split()
    rows = [f"3101{i:02},{name}区,county,310000,1997" for i, name in enumerate(districts, 1)]
    header = "region_code,name,level,parent,valid_from\n"
    project(tmp_path, {"../catalog/regions.csv": header + "\n".join(rows)})
    card = """
publisher: 上海市统计局
title: 上海统计年鉴2017 表2.2
edition: 2017
status: official
layout:
  columns: {land_area: 行政区划面积, residents: 年末常住人口, migrants: 其中 / 外来人口}
  ignore: [人口密度]
  rows: {keep: [totals]}
series: {residents: population}
"""
    raw = project(tmp_path, {"yearbook/2017/C0202.xls.card.yaml": card})
    page = Path(os.environ["NQPF_SHARED"]) / "real/yearbook/shanghai_2017/C0202.xls"
    shutil.copy(page, raw / "yearbook/2017")
    found = collect(raw, load_catalogue(tmp_path / "catalog"))
    assert errors(found) == []
    people = found.observations.filter(pl.col("series_id") == "population")
    by_level = people.group_by("region_level").agg(pl.len(), pl.col("value").sum().round(2))
    assert set(by_level.iter_rows()) == {("province", 1, 2418.33), ("county", 16, 2418.33)}
    wrong = card.replace("edition: 2017", "edition: 2012")
    project(tmp_path, {"yearbook/2017/C0202.xls.card.yaml": wrong})
    again = collect(raw, load_catalogue(tmp_path / "catalog"))
    assert told(again.problems, "disagrees_title").where == "title"
