"""Every kind of wrong input, as its user meets it: one message, all at once, nothing lost.

`nqpf check` and `nqpf refresh` are run on a small project that has been published before. What was
published and what lies under raw/ must be the same bytes afterwards.
"""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import msoffcrypto.format.ooxml
import pytest
import xlsxwriter

from nqpf_assets.messages.problems import Problem
from tests.command import Ran, nqpf
from tests.formats.conftest import CREATED
from tests.stages.mini import REGIONS, STUDY, walked

NEW = "raw/bureau/2020"
CARD = """\
publisher: 国家统计局
title: 分省年度数据
status: official
published: 2020-10
series: energy_consumption
"""
TEXT = """\
数据库：分省年度数据
指标：能源消费总量(万吨标准煤)
时间：最近5年
地区,2018年,2017年
北京市,7269.8,7132.8
天津市,8016.1,7831.7
数据来源：国家统计局
"""


def workbook() -> bytes:
    rows = [line.split(",") for line in TEXT.splitlines()]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        page = book.add_worksheet("分省年度数据")
        for place, row in enumerate(rows):
            page.write_row(place, 0, row)
    return buffer.getvalue()


def with_password() -> bytes:
    buffer = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(workbook())).encrypt("secret", buffer)
    return buffer.getvalue()


def zip_bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 1024**2))
    return buffer.getvalue()


def million_rows() -> bytes:
    buffer = io.BytesIO()
    last = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    with zipfile.ZipFile(io.BytesIO(workbook())) as old, zipfile.ZipFile(buffer, "w") as new:
        for part in old.infolist():
            data = old.read(part).replace(b"</sheetData>", last)
            new.writestr(part.filename, data)
    return buffer.getvalue()


@dataclass(frozen=True)
class BadFile:
    """A raw file with its card, and what its user should be told."""

    name: str
    content: Callable[[], bytes]
    where: str
    told: tuple[str, ...]
    card: str | None = CARD


def text(old: str = "", new: str = "") -> Callable[[], bytes]:
    assert old in TEXT
    return lambda: TEXT.replace(old, new, 1).encode()


BAD_FILES = [
    BadFile("truncated.xlsx", lambda: workbook()[:2000], "", ("damaged or cut", "download it again")),
    BadFile("empty.csv", lambda: b"", "", ("an empty file", "download it again")),
    BadFile("utf16.csv", lambda: TEXT.encode("utf-16"), "", ("UTF-16", "save it again as UTF-8")),
    BadFile("page.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "",
            ("a web page (HTML)", "download the table")),
    BadFile("locked.xlsx", with_password, "", ("without a password", "remove the password")),
    BadFile("bomb.xlsx", zip_bomb, "", ("unfold to 62914560", "do not open it")),
    BadFile("long.xlsx", million_rows, "分省年度数据", ("1048576 rows", "at most", "CSV or Parquet")),
    BadFile("twice.csv", text("2017年", "2018年"), "line 4, column 3",
            ("a calendar year like 2012年, once", "first at line 4, column 2")),
    BadFile("letter.csv", text("2018年", "2O18年"), "line 4, column 2",
            ("a calendar year like 2012年", "'2O18年'", "mend the header")),
    BadFile("percent.csv", text("7269.8", "45.2%"), "line 5, column 2",
            ("a number in the unit of its series", "'45.2%'", "take the % sign out")),
    BadFile("region.csv", text("北京市", "北京师"), "line 5, column 2",
            ("a region of the catalogue", "北京师", "near: 北京", "catalog/regions.csv")),
    BadFile("no_card.csv", text("7269.8", "1"), "", ("an origin card", "none", "publisher: 国家统计局"),
            card=None),
    BadFile("other_unit.csv", text(), "line 5, column 2",
            ("as line 6 of", "亿元", "万吨标准煤"), card=CARD + "unit: 亿元\n"),
    BadFile("other_series.csv", text("能源消费总量(万吨标准煤)", "能源生产总量(万吨标准煤)"),
            "line 5, column 2", ("the series `energy_consumption`", "能源生产总量", "correct `series`")),
    BadFile("other_publisher.csv", text("7269.8", "2"), "",
            ("a file of 某局", "国家统计局", "name the publisher"),
            card=CARD.replace("国家统计局", "某局")),
    BadFile("card_key.csv", text("7269.8", "3"), "line 3",
            ("one of publisher, title", "`staus`", "did you mean `status`?"),
            card=CARD.replace("status", "staus")),
]  # fmt: skip


@dataclass(frozen=True)
class BadStudy:
    """A change of the study file, and what its user should be told."""

    name: str
    old: str
    new: str
    status: int
    where: str
    told: tuple[str, ...]


BAD_STUDIES = [
    BadStudy("key", "periods: {first", "periods: {frist", 2, "line 4, column 11",
             ("the unknown key `frist`", "did you mean `first`?")),
    BadStudy("series", "output: {series: gdp", "output: {series: gpd", 2, "line 10, column 12",
             ("`gpd` is neither a series nor a variable", "did you mean `gdp`?")),
    BadStudy("printed name", "output: {series: gdp", "output: {series: 地区生产总值", 2, "line 10, column 12",
             ("`地区生产总值` is neither a series nor a variable",
              "write `gdp`, under which the catalogue has 地区生产总值")),
    BadStudy("unit", "gdp / population, unit: 元/人", "gdp + population, unit: 元/人", 2,
             "line 12, column 23", ("亿元 (money)", "万人 (person)", "correct the expression or the unit")),
    BadStudy("variable", "regressors: [people_before]", "regressors: [people_befor]", 2,
             "line 24, column", ("`people_befor`", "did you mean `people_before`")),
    BadStudy("circle", "variables:\n", "variables:\n  a: {expression: b}\n  b: {expression: a}\n", 2,
             "line 10, column", ("defined by each other", "define one of them from series alone")),
    BadStudy("unit of the sample", "exclude: [山西]", "exclude: [山溪]", 2, "line 28, column",
             ("a unit of the study", "山溪")),
    BadStudy("level", "level: province", "level: provinz", 2, "line 3, column",
             ("a level of the region catalogue", "did you mean `province`?")),
    BadStudy("region of another level", "only: [北京, ", "only: [渝北区, 北京, ", 2, "line 3, column",
             ("a region of the level `province`", "渝北区")),
    BadStudy("name", "study: mini", "study: source", 2, "line 1, column", ("a schema of the warehouse",)),
    BadStudy("table", "  table_1:", "  panel:", 2, "line 22, column", ("a table that every study has",)),
    BadStudy("units", "expect: 4", "expect: 5", 2, "line 3, column", ("5 units", "4", "北京市")),
    BadStudy("indicator that is nowhere", "people, expression: population",
             "people, expression: log(0 * population)",
             1, "index wealth, indicator people",
             ("a value of every indicator", "16 missing: 110000 2015", "log of non-positive")),
    BadStudy("constant indicator", "people, expression: population", "people, expression: gdp / gdp", 1,
             "index wealth", ("indicator does not vary: people",)),
    BadStudy("n", "n: 6}", "n: 5}", 1, "table_1 (3)", ("n = 5", "n = 6", "state the new number")),
    BadStudy("vintage", "{ends: nearest}", "{ends: nearest, vintage: '2020'}", 1, "sources of series",
             ("values of vintage 2020", "Survey, vintage 2019")),
    BadStudy("publisher", "{ends: nearest}", "{ends: nearest, publishers: [bureau]}", 1,
             "sources of series", ("publisher bureau", "Survey, vintage 2019")),
]  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    done = walked(tmp_path_factory.mktemp("published"), is_published=True)
    return done.project.root


@pytest.fixture
def project(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path / "project"))


def put(project: Path, *files: BadFile) -> None:
    folder = project / NEW
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        (folder / file.name).write_bytes(file.content())
        if file.card is not None:
            (folder / f"{file.name}.card.yaml").write_text(file.card, "utf-8")


def state(project: Path) -> dict[str, str]:
    """What must never change: the published file and everything the user has written."""
    paths = [path for name in ("raw", "studies") for path in (project / name).rglob("*")]
    paths.append(project / "warehouse/nqpf.duckdb")
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()}


def messages(ran: Ran) -> list[str]:
    """The problems that were told, one text each."""
    blocks: list[list[str]] = []
    for line in ran.err.splitlines():
        if (
            line
            and not line.startswith(" ")
            and not line[0].isdigit()
            and "was published" not in line
        ):
            blocks.append([])
        if blocks:
            blocks[-1].append(line)
    return ["\n".join(block) for block in blocks if len(block) > 1]


def refused(project: Path, status: int) -> list[list[str]]:
    """What check and refresh say; nothing but the caches may have changed."""
    before = state(project)
    told = []
    for command in ("check", "refresh") if status == 2 else ("refresh",):
        ran = nqpf(command, project=project)
        assert ran.status == status, ran.err
        told.append(messages(ran))
        assert state(project) == before
    assert "nothing was published" in " ".join(ran.err.split())
    return told


def is_clear(message: str, file: str, where: str, told: tuple[str, ...]) -> bool:
    head = message.splitlines()[0]
    parts = [line.split(":")[0].strip() for line in message.splitlines()[1:4]]
    complete = parts == ["expected", "found", "to do"]
    return (
        complete
        and head.startswith(file)
        and where in head
        and all(word in message for word in told)
    )


@pytest.mark.slow
@pytest.mark.parametrize("bad", BAD_FILES, ids=[file.name for file in BAD_FILES])
def test_a_bad_file_is_told_once(bad: BadFile, project: Path) -> None:
    put(project, bad)
    for told in refused(project, 2):
        assert len(told) == 1, told
        assert is_clear(told[0], f"{NEW}/{bad.name}", bad.where, bad.told), told


@pytest.mark.slow
@pytest.mark.parametrize(
    "bad",
    [
        # Those that a check stops need a run each; one of them is enough for every day.
        pytest.param(
            one, id=one.name, marks=[pytest.mark.slow] * (one.status == 1 and one.name != "n")
        )
        for one in BAD_STUDIES
    ],
)
def test_a_bad_study_is_told_once(bad: BadStudy, project: Path) -> None:
    assert bad.old in STUDY
    (project / "studies/mini.yaml").write_text(STUDY.replace(bad.old, bad.new, 1), "utf-8")
    for told in refused(project, bad.status):
        assert len(told) == 1, told
        assert is_clear(told[0], "studies/mini.yaml", bad.where, bad.told), told


@pytest.mark.slow
def test_everything_is_told_in_one_run(project: Path) -> None:
    put(project, *BAD_FILES)
    wrong = [study for study in BAD_STUDIES if study.name in ("series", "unit", "variable")]
    study = STUDY
    for one in wrong:
        study = study.replace(one.old, one.new, 1)
    (project / "studies/mini.yaml").write_text(study, "utf-8")
    (project / "studies/other.yaml").write_text("study: other\ntitle: [", "utf-8")
    for told in refused(project, 2):
        for bad in BAD_FILES:
            mine = [m for m in told if is_clear(m, f"{NEW}/{bad.name}", bad.where, bad.told)]
            assert len(mine) == 1, bad.name
        for one in wrong:
            mine = [m for m in told if is_clear(m, "studies/mini.yaml", one.where, one.told)]
            assert len(mine) == 1, one.name
        assert sum(m.startswith("studies/other.yaml") for m in told) == 1
        assert len(told) == len(BAD_FILES) + len(wrong) + 1


@pytest.mark.slow
def test_the_same_cell_with_two_values_names_both_places(project: Path) -> None:
    good = BadFile("a.csv", text(), "", ())
    other = BadFile("b.csv", text("7269.8", "7269.9"), "", ())
    put(project, good, other)
    for told in refused(project, 2):
        assert len(told) == 1
        assert "a.csv" in told[0]
        assert "b.csv" in told[0]
        assert "7269.8" in told[0]
        assert "7269.9" in told[0]


@pytest.mark.slow
def test_one_path_can_be_checked_alone(project: Path) -> None:
    put(project, *BAD_FILES[:3])
    bad = BAD_FILES[0]
    ran = nqpf("check", project / NEW / bad.name, project=project)
    assert ran.status == 2
    assert len(messages(ran)) == 1
    assert nqpf("check", project / "raw/bureau/2019", project=project).status == 0
    assert nqpf("check", project / "studies/mini.yaml", project=project).status == 0
    assert nqpf("check", project / "studies", project=project).status == 0
    ran = nqpf("check", project / "no/such/file.csv", project=project)
    assert ran.status == 2
    assert "nothing there" in ran.err


@pytest.mark.slow
def test_many_problems_are_counted_not_poured_out(project: Path) -> None:
    lines = "".join(f"某地{place},1,2\n" for place in range(300))
    content = TEXT.replace("北京市,7269.8,7132.8\n", lines).encode()
    put(project, BadFile("many.csv", lambda: content, "", ()))
    ran = nqpf("check", project=project)
    assert ran.status == 2
    assert len(ran.err) < 20_000


@pytest.mark.slow
def test_what_was_mended_is_built(project: Path) -> None:
    put(project, BAD_FILES[1])
    assert nqpf("refresh", project=project).status == 2
    for path in (project / NEW).iterdir():
        path.unlink()
    ran = nqpf("refresh", project=project)
    assert ran.status == 0, ran.err


def test_a_problem_says_four_things() -> None:
    problem = Problem("a.csv", "line 2", "a number", "'x'", "mend it")
    assert is_clear(str(problem), "a.csv", "line 2", ("a number", "'x'", "mend it"))
    assert len(REGIONS) == 4
