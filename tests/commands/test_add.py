"""`nqpf add`: files from anywhere with their cards, whole or not at all, and nothing invented."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.projects import added_files
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from nqpf_assets.user_input.lined_yaml import read_yaml
from nqpf_assets.user_input.model_messages import validate
from tests.command import nqpf
from tests.formats.conftest import build_xlsx

OLD = (
    "数据库：分省年度数据\n指标：地区生产总值(亿元)\n时间：最近2年\n地区,2020年,2019年\n北京市,2,1\n天津市,4,3\n"
    "数据来源：国家统计局\n"
)
NEW = (
    "\ufeff数据库：分省年度数据 \n时间：2019年-2020年 \n"
    "地区\t,2020年\t,2019年\t,\n北京市\t,2\t,1\t,\n天津市\t,4\t,3\t,\n"
    "数据来源：国家统计局"
)
PAGE = [
    ["表2.2 各区、县土地面积、常住人口（2012）", None, None, None],
    ["地  区", "土地面积", "年末常住人口", "其  中"],
    [None, "（平方公里）", "（万人）", "外来人口"],
    ["全  市", 6340.5, 2380.43, 960.24],
    ["  万州区", 1210.41, 526.39, 222.84],
    ["  其  他", 1.5, 2.5, 3.5],
]
SIDE = (
    "6-7 2020年各地区畜牧业分项产值\n,,,,6-7 续表,,\n"
    "单位:亿元,,,,单位:亿元,,\n地 区,牧业产值,1.牲畜饲养,,,,\n"
    ",,#牛,,地 区,2.家禽饲养,\n"
    "全 国,9,5,,,#肉禽,\n北 京,2,1,,全 国,7,\n天 津,4,3,,北 京,6,\n,,,,天 津,8,\n"
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    place = tmp_path / "project"
    place.mkdir()
    return place


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    os.utime(path, (1_777_800_000, 1_777_800_000))  # 3 May 2026
    return path


def collected(project: Path) -> Collection:
    return collect(project / "raw", load_catalogue(None))


def below(project: Path) -> list[str]:
    return sorted(p.relative_to(project).as_posix() for p in project.rglob("*") if p.is_file())


def values(project: Path) -> list[tuple[str, str, int, float, str]]:
    found = collected(project).observations.drop_nulls("value")
    columns = ("series_id", "region_code", "period", "value", "unit_measure")
    return sorted(found.select(columns).rows())


@pytest.mark.slow
def test_an_export_of_the_bureau_needs_nothing(tmp_path: Path, project: Path) -> None:
    ran = nqpf("add", put(tmp_path, "分省年度数据.csv", OLD), "--yes", project=project)
    assert (ran.status, ran.err) == (0, "")
    assert "1 file added, 0 there already, 0 refused; 0 cards with open facts" in ran.out
    place = "raw/nbs/2026-05/分省年度数据.csv"
    assert below(project) == [place, f"{place}.card.yaml"]
    assert (project / place).read_bytes() == OLD.encode()
    assert collected(project).problems == ()
    assert len(values(project)) == 4
    assert ("gdp", "120000", 2019, 3.0, "亿元") in values(project)


@pytest.mark.slow
def test_a_region_that_ended_is_told_with_what_leaves_it_out(tmp_path: Path, project: Path) -> None:
    table = put(tmp_path, "a.csv", "地区,年份,gdp\n济南市,2020,4\n莱芜市,2020,5\n")
    told = nqpf("add", table, "--publisher", "某", "--unit", "亿元", "--yes", project=project).err
    assert "to leave the rows out, `ignore: [莱芜市]`" in " ".join(told.split())
    assert "see:      nqpf help catalog regions" in told
    (card,) = (project / "raw").rglob("*.card.yaml")
    card.write_text(f"{card.read_text('utf-8')}ignore: [莱芜市]\n", "utf-8")
    assert values(project) == [("gdp", "370100", 2020, 4.0, "亿元")]
    assert collected(project).problems == ()


def test_a_content_that_is_there_is_told_and_a_taken_name_gets_a_number(
    tmp_path: Path, project: Path
) -> None:
    nqpf("add", put(tmp_path, "a/x.csv", OLD), "--yes", project=project)
    before = {name: (project / name).stat().st_mtime_ns for name in below(project)}
    same, other = put(tmp_path, "b/y.csv", OLD), put(tmp_path, "c/x.csv", OLD.replace("2,1", "2,5"))
    ran = nqpf("add", same, other, "--yes", project=project)
    assert f"there already: {same} is raw/nbs/2026-05/x.csv" in ran.out.replace("\n", "")
    assert "raw/nbs/2026-05/x (2).csv" in below(project)
    assert len(below(project)) == 4
    assert before.items() <= {n: (project / n).stat().st_mtime_ns for n in below(project)}.items()


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><table><tr><td>1</td></tr></table></html>", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0",
     b"%PDF-1.7", "地区\t2012年\n北京市\t1\n".encode("utf-16"), b"1,2\n3,4\n"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_and_leaves_nothing(
    tmp_path: Path, project: Path, content: bytes
) -> None:
    ran = nqpf("add", put(tmp_path, "x.xls", content), "--yes", project=project)
    assert ran.status == 2
    assert "1 refused" in ran.out
    assert ran.err.count("expected:") == 1
    assert below(project) == []


@pytest.mark.slow
def test_what_a_file_does_not_say_is_left_open_or_said_beside_it(
    tmp_path: Path, project: Path
) -> None:
    file = put(tmp_path, "分省年度数据_6.csv", NEW)
    ran = nqpf("add", file, "--yes", project=project)
    assert ran.status == 0
    assert "open: series, what the file measures" in ran.out
    assert "open: unit" in ran.out
    card = project / "raw/nbs/2026-05/分省年度数据_6.csv.card.yaml"
    text = card.read_text("utf-8")
    assert "\n# series:" in text
    assert "\n# unit:" in text
    assert {one.code for one in collected(project).problems} == {"missing_series", "missing_unit"}
    lines = [line.partition("  #")[0].removeprefix("# ") for line in text.splitlines()]
    filled = "\n".join(lines).replace("series:", "series: gdp").replace("unit:", "unit: 亿元")
    card.write_text(filled, "utf-8")
    assert ("gdp", "110000", 2020, 2.0, "亿元") in values(project)
    other = project.parent / "other"
    other.mkdir()
    ran = nqpf("add", file, "--series", "gdp", "--unit", "亿元", "--yes", project=other)
    assert "0 cards with open facts" in ran.out
    assert values(other) == values(project)


@pytest.mark.slow
def test_the_layout_of_a_page_is_proposed_and_reads_it(tmp_path: Path, project: Path) -> None:
    file = put(tmp_path, "C0202.xlsx", build_xlsx(PAGE))
    ran = nqpf(
        "add", file, "--publisher", "上海市统计局", "--vintage", "2013", "-y", project=project
    )
    assert (ran.status, ran.err) == (0, "")
    assert "raw/上海市统计局/2013/C0202.xlsx: a page of a yearbook" in ran.out
    assert values(project) == [
        ("land_area", "500101", 2012, 1210.41, "平方公里"), ("population", "500101", 2012, 526.39, "万人"),
        ("土地面积、常住人口_外来人口", "500101", 2012, 222.84, "万人"),
    ]  # fmt: skip
    (row,) = collected(project).files.to_dicts()
    assert "area 其  他" in row["cells_ignored"]


def test_tables_side_by_side_in_a_text_are_each_read_by_their_own_header(
    tmp_path: Path, project: Path
) -> None:
    file = put(tmp_path, "6-7.csv", SIDE)
    ran = nqpf("add", file, "--publisher", "某司", "--yes", project=project)
    assert ran.status == 0, ran.err
    found = {(series, region): value for series, region, _, value, _ in values(project)}
    assert found == {
        ("畜牧业分项产值_牧业产值", "110000"): 2.0, ("畜牧业分项产值_牧业产值", "120000"): 4.0,
        ("畜牧业分项产值_牲畜饲养_牛", "110000"): 1.0, ("畜牧业分项产值_牲畜饲养_牛", "120000"): 3.0,
        ("畜牧业分项产值_家禽饲养_肉禽", "110000"): 6.0, ("畜牧业分项产值_家禽饲养_肉禽", "120000"): 8.0,
    }  # fmt: skip


def test_a_terminal_is_asked_with_the_likely_answer_first(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    file = put(tmp_path, "a.csv", "省份,year,甲\n北京,2020,1\n天津,2020,2\n")
    monkeypatch.setattr(sys, "stdin", Terminal("某所\n\n无\n\n"))
    ran = nqpf("add", file, project=project)
    assert ran.status == 0, ran.err
    assert "[2026-05-某所]" in ran.out + ran.err
    assert "raw/某所/2026-05-某所/a.csv" in below(project)
    assert values(project) == [("甲", "110000", 2020, 1.0, "无"), ("甲", "120000", 2020, 2.0, "无")]


def test_a_folder_is_taken_whole_with_the_cards_that_stand_in_it(
    tmp_path: Path, project: Path
) -> None:
    folder = tmp_path / "downloads"
    put(folder, "gdp.csv", OLD)
    put(folder, "inner/own.csv", "r,y,v\n北京,2020,1\n")
    card = "publisher: 某\ntitle: t\nstatus: survey\nunit: 无\ncolumns: {region: r, period: y, values: [v]}\n"
    put(folder, "inner/own.csv.card.yaml", card)
    put(folder, "README.md", "no data")
    put(folder, "page.html", "<html></html>")
    ran = nqpf("add", folder, "--yes", project=project)
    assert ran.status == 2
    assert "2 files added, 0 there already, 1 refused" in ran.out
    assert {row["data_status"] for row in collected(project).files.to_dicts()} == {
        "official",
        "survey",
    }


def test_a_card_that_cannot_be_written_takes_its_file_away(
    tmp_path: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = added_files._write_new

    def full(target: Path, content: bytes) -> bool:
        if target.name.endswith(".yaml"):
            raise OSError(28, "No space left on device")
        return write(target, content)

    monkeypatch.setattr(added_files, "_write_new", full)
    ran = nqpf("add", put(tmp_path, "x.csv", OLD), "--yes", project=project)
    assert ran.status == 2
    assert "No space left on device" in ran.err
    assert below(project) == []


def test_a_file_in_raw_without_a_card_gets_one_where_it_is(tmp_path: Path, project: Path) -> None:
    file = put(project, "raw/nbs/2026-05/gdp.csv", OLD)
    ran = nqpf("add", project / "raw", "--yes", project=project)
    assert ran.status == 0, ran.err
    assert below(project) == ["raw/nbs/2026-05/gdp.csv", "raw/nbs/2026-05/gdp.csv.card.yaml"]
    assert len(values(project)) == 4
    card = file.with_name("gdp.csv.card.yaml")
    card.write_text(card.read_text("utf-8") + "notes: mine\n", "utf-8")
    ran = nqpf("add", file, "--yes", project=project)
    assert "there already" in ran.out
    assert "notes: mine" in card.read_text("utf-8")
    assert len(below(project)) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "has", "lacks"),
    [
        ([["Sgnyea", "Prvcnm", "Cntycd", "Gdp"], ["统计年度", "省份", "县代码", "总值"],
          ["无", "无", "无", "亿元"],
          ["2012", "北京市", "110000", 1.5]], ("values: [Gdp]", "region: Prvcnm"), ("unit", "Cntycd")),
        ([["表1 各区县测试（2020）", None, None], ["地区", "Region", "总值"], [None, None, "（亿元）"],
          ["万州区", "Wanzhou", 5], ["涪陵区", "Fuling", 6]], ("ignore: [Region]",), ("测试_Region",)),
        ([["表1 各区县测试", None, None], ["地区", 2020, "2020年比2019年增长"], ["万州区", 1, 2]],
          ("ignore: ['2020年比2019年增长']", "测试: 年份"), ("year:",)),
        ([["表1 测试（2020）", None], ["年份", "总值"], [None, "（亿元）"],
          [1978, 1], ["1980", 2], ["十五时期", 3]],
          ("row_kind: year", "# region:"), ("# year:",)),
        ([["地区", "年份", "甲"], ["北京市", "12年", 1]], ("period: 年份",), ("# year",)),
        ([["地区", "年份", "甲（亿元）", "乙/万人", "丙"], ["北京市", 2012, 1, 2, 3]],
          ("乙/万人: 万人", "# unit: {丙: }"), ("甲（亿元）:",)),
    ],
)  # fmt: skip
def test_what_is_proposed_of_a_sheet(
    tmp_path: Path,
    project: Path,
    rows: list[list[object]],
    has: tuple[str, ...],
    lacks: tuple[str, ...],
) -> None:
    nqpf(
        "add", put(tmp_path, "x.xlsx", build_xlsx(rows)), "--publisher", "某", "-y", project=project
    )
    (card,) = (project / "raw").rglob("*.card.yaml")
    text = card.read_text("utf-8")
    assert [word for word in has if word not in text] == []
    assert [word for word in lacks if word in text] == []


def test_two_publishers_of_one_month_are_two_vintages(tmp_path: Path, project: Path) -> None:
    eps = build_xlsx(
        [[None, None, "2019"], ["地区生产总值（亿元）", "北京", "1.5"], ["由EPS DATA整理"]]
    )
    files = put(tmp_path, "a.csv", OLD), put(tmp_path, "b.xlsx", eps)
    assert nqpf("add", *files, "--yes", project=project).status == 0
    found = collected(project)
    assert not [one for one in found.problems if one.severity == "error"]
    assert sorted(set(found.files["vintage"])) == ["2026-05", "2026-05-eps"]


def test_editions_of_a_yearbook_are_vintages_of_their_own_and_in_order(
    tmp_path: Path, project: Path
) -> None:
    """The newer goes before, whichever was copied last; a folder of the year of its numbers is no edition."""
    for year, of in ((2022, 2021), (2021, 2020), (2020, 2020)):
        content = SIDE.replace("2020", str(of)).replace("北 京,2,", f"北 京,{year},")
        put(tmp_path, f"in/中国农村统计年鉴{year}/6-7 {of}年各地区畜牧业分项产值.csv", content)
    ran = nqpf("add", tmp_path / "in", "--publisher", "局", "--yes", project=project)
    assert ran.status == 0, ran.err
    folders = {path.parent.name for path in project.glob("raw/局/*/*.csv")}
    assert folders == {"2022-局", "2021-局", "2026-05-局"}
    found = collected(project)
    assert found.problems == ()
    files = dict(found.files.select("vintage", "edition").iter_rows())
    assert files == {"2022-局": "2022", "2021-局": "2021", "2026-05-局": None}
    orders = dict(found.files.select("vintage", "vintage_order").iter_rows())
    assert orders["2021-局"] < orders["2022-局"]


def test_what_is_no_file_is_told_and_waited_for_by_nobody(tmp_path: Path, project: Path) -> None:
    folder = tmp_path / "odd"
    put(folder, "empty.csv", "")
    os.mkfifo(folder / "pipe.csv")
    put(project, "raw/x/2026/pipe", "").unlink()
    os.mkfifo(project / "raw/x/2026/pipe")
    (folder / os.fsdecode(b"\xff\xfe.csv")).write_text(OLD, "utf-8")
    ran = nqpf("add", folder, tmp_path / "nowhere.csv", "--yes", project=project)
    assert ran.status == 2
    for words in ("a pipe", "an empty file", "nothing there", "rename it"):
        assert words in ran.err
    assert below(project) == []


@pytest.mark.parametrize("time", [-(10**11), 10**11])
def test_a_date_beyond_the_calendar_is_today(tmp_path: Path, project: Path, time: int) -> None:
    file = put(tmp_path, "x.csv", OLD)
    os.utime(file, (time, time))
    assert nqpf("add", file, "--yes", project=project).status == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "a: b",
        "'#x",
        "- y",
        "{x}",
        "a\tb",
        "x" * 3000,
        "\u202e甲",
        "是",
        "yes",
        "1.0",
        "a/",
        "b >",
        "其中",
    ],
)
def test_any_printed_name_gives_a_card_that_is_one(
    tmp_path: Path, project: Path, name: str
) -> None:
    rows = [["表1 各区县测试（2020）", None], ["地区", name], ["万州区", 5], ["涪陵区", 6]]
    files = (
        put(tmp_path, "x.xlsx", build_xlsx(rows)),
        put(tmp_path, "y.csv", f'地区,年份,"{name}"\n北京,2020,1\n'),
    )
    ran = nqpf("add", *files, "--publisher", name, "-y", project=project)
    assert "2 files added" in ran.out or "expected:" in ran.err
    for card in (project / "raw").rglob("*.card.yaml"):
        document = read_yaml(card.read_text("utf-8"), card.name)
        assert document.problems == ()
        assert validate(OriginCard, document)[0] is not None


@pytest.mark.parametrize("name", ["../2026", "a/b", "", ".hidden", "-x"])
def test_a_vintage_is_a_plain_name(tmp_path: Path, project: Path, name: str) -> None:
    file = put(tmp_path, "x.csv", OLD)
    ran = nqpf("add", file, f"--vintage={name}", "--yes", project=project)
    assert ran.status == 2
    assert "a name of letters, digits" in ran.err
    assert below(project) == []
