"""Slips in cards, in folders' cards and for sheets, and those that `nqpf add` writes by itself."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nqpf_assets.formats.slips import Slip
from nqpf_assets.sources.card_draft import draft_card
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from nqpf_assets.sources.said import Said
from nqpf_assets.sources.slip_draft import MOST, ROWS_OF_ONE, with_likely_slips
from tests.command import nqpf
from tests.formats.conftest import build_xls, build_xlsx
from tests.sources.every_card import book
from tests.sources.test_collection import CARD, CATALOGUE, TIDY, project

TABLE = "区县,年份,地区生产总值\n北京,2020,1.5\n天津,2020,e\n"
AT = "slips:\n  - {{at: '{}', printed: {}, read: {}, reason: why}}\n"
SLIP = AT.format("line 3, column 3", "e", "missing")


def found_in(tmp_path: Path, card: str, table: str = TABLE, name: str = "card.yaml") -> Collection:
    return collect(project(tmp_path, {"cq/x/a.csv": table, f"cq/x/{name}": card}), CATALOGUE)


def test_what_rests_on_a_slip_says_so(tmp_path: Path) -> None:
    found = found_in(tmp_path, CARD + TIDY + SLIP)
    (told,) = found.problems
    assert (told.severity, told.code, told.where) == ("warning", "slip", "line 3, column 3")
    rows = found.observations.select("value", "reported_text", "footnote").rows()
    assert rows == [(1.5, "1.5", None), (None, "e", "printed 'e', read as missing: why")]
    assert "line 3, column 3: 'e', read as missing: why" in found.files["notes"][0]


@pytest.mark.parametrize(("read", "is_lost"), [("missing", True), ("'天津,2020,2.5'", False)])
def test_of_a_lost_line_the_way_to_have_it_is_told(
    tmp_path: Path, read: str, *, is_lost: bool
) -> None:
    slip = AT.format("line 3", "'天津,2020,,2.5'", read)
    found = found_in(tmp_path, CARD + TIDY + slip, TABLE.replace("天津,2020,e", "天津,2020,,2.5"))
    (told,) = found.problems
    assert (told.severity, told.code) == ("warning", "slip")
    assert ("write it whole as `read`" in told.remedy) == is_lost
    assert found.observations["value"].to_list() == ([1.5] if is_lost else [1.5, 2.5])


def test_a_corrected_copy_makes_a_slip_stale(tmp_path: Path) -> None:
    found = found_in(tmp_path, CARD + TIDY + SLIP, TABLE.replace("e", "2.5"))
    (told,) = found.problems
    assert (told.severity, told.code, told.found) == ("error", "slip_not_there", "'2.5'")
    line = (CARD + TIDY).count("\n") + 2
    assert f"line {line} of raw/cq/x/card.yaml" in told.remedy
    assert found.observations.is_empty()


@pytest.mark.parametrize(
    ("slips", "expected"),
    [
        (AT.format("the third line", "e", "1"), "a place as messages name it"),
        (AT.format("line 0, column 3", "e", "1"), "a place as messages name it"),
        (AT.format("line 3, column 3", "e", "e"), "another text than the printed one"),
        (AT.format("line 3, column 3", "e", '"1\\n2"'), "a text in one line"),
        (AT.format("line 3, column 3", "e", '"1\\0"'), "a text in one line"),
        (SLIP + SLIP.partition("\n")[2], "each place once"),
        (SLIP + AT.format("line 3", "e", "1").partition("\n")[2], "each place once"),
        ("slips:\n  - {at: 'line 3, column 3', printed: e, read: missing}\n", "reason"),
    ],
)
def test_a_slip_that_is_none_is_refused_at_its_line(
    tmp_path: Path, slips: str, expected: str
) -> None:
    (told,) = found_in(tmp_path, CARD + TIDY + slips).problems
    assert expected in str(told)
    assert int(told.where.partition(",")[0].removeprefix("line ")) > (CARD + TIDY).count("\n")


def test_weights_have_no_slips(tmp_path: Path) -> None:
    card = CARD + "weights: {name: trade}\n" + SLIP
    assert any("beside `weights`" in one.expected for one in found_in(tmp_path, card).problems)


def test_a_folder_says_slips_for_one_of_its_files(tmp_path: Path) -> None:
    of_one = f"files:\n  a.csv:\n    {SLIP.replace(chr(10), chr(10) + '    ').rstrip()}\n"
    found = found_in(tmp_path, CARD + TIDY + of_one)
    assert [one.code for one in found.problems] == ["slip"]
    of_another = of_one.replace("a.csv", "b.csv")
    codes = {one.code for one in found_in(tmp_path, CARD + TIDY + of_another).problems}
    assert codes == {"card_without_file", "not_a_number"}


SHEETS = book(
    A=[["地区", "年份", "gdp"], ["北京", 2018, 1.5], ["天津", 2018, "e"]],
    B=[["地区", "年份", "people"], ["北京", 2018, 1.5], ["天津", 2018, "o"]],
    C=[["注", "x"], [1, 2]],
)
READ = "{{columns: {{region: 地区, period: 年份, values: [{}]}}{}}}"
OWN = ", slips: [{at: %s, printed: %s, read: 9, reason: why}]"


@pytest.mark.parametrize(
    ("above", "of_a", "of_b", "code"),
    [
        (("A!C3", "B!C3"), "", "", None),
        ((), OWN % ("C3", "e"), OWN % ("B!C3", "o"), None),
        (("B!C3",), OWN % ("A!C3", "e"), "", None),
        (("A!C3", "C!A2"), "", OWN % ("B!C3", "o"), "line"),
        (("C3",), "", OWN % ("B!C3", "o"), None),
        (("C3",), "", "", "line"),
        (("A!C3", "B!C3"), "", OWN % ("B!C3", "o"), "line"),
        ((), OWN % ("B!C3", "o"), "", "line"),
    ],
)
def test_slips_of_sheets(
    tmp_path: Path, above: tuple[str, ...], of_a: str, of_b: str, code: str | None
) -> None:
    told = [
        f"{{at: {at}, printed: {'o' if at[0] == 'B' else 'e'}, read: 9, reason: why}}"
        for at in above
    ]
    card = CARD + "unit: 亿元\n" + (f"slips: [{', '.join(told)}]\n" if told else "")
    card += f"sheets:\n  A: {READ.format('gdp', of_a)}\n  B: {READ.format('people', of_b)}\n"
    raw = project(tmp_path, {"cq/x/card.yaml": card})
    (raw / "cq/x/a.xlsx").write_bytes(SHEETS)
    found = collect(raw, CATALOGUE)
    if code is not None:
        refused = [one for one in found.problems if one.severity == "error"]
        assert refused
        assert all(one.file == "raw/cq/x/card.yaml" for one in refused)
        assert all(one.where.startswith(code) for one in refused)
        return
    assert {
        (one.code, one.where.removeprefix("A!").removeprefix("B!")) for one in found.problems
    } == {("slip", "C3")}
    assert len(found.problems) == 2
    texts = found.observations.filter(value=9.0)["reported_text"].sort().to_list()
    assert texts == ["e", "o"]


NAMES = [
    *("北京", "天津", "河北", "山西", "内蒙古", "辽宁", "吉林", "黑龙江", "上海"),
    *("江苏", "浙江", "安徽", "福建", "江西", "山东", "河南", "湖北", "湖南"),
]


def lines_of(n_years: int = 1) -> list[str]:
    """A table of 18 provinces in some years."""
    rows = [
        f"{name},{2000 + year},{k}.5,{k}"
        for year in range(n_years)
        for k, name in enumerate(NAMES, start=1)
    ]
    return ["地区,年份,地区生产总值(亿元),年末常住人口(万人)", *rows]


def drafted(lines: list[str]) -> list[str] | None:
    """The slips that the card of a table gets, in words; None where it has an error and gets none."""
    content = "\n".join([*lines, ""]).encode()
    draft, _ = draft_card(content, "t.csv", "0" * 64, Said(publisher="某"), CATALOGUE)
    mended = draft and with_likely_slips(draft, content, "t.csv", CATALOGUE)
    if mended is None:
        return None
    return [f"{one['at']} prints {Slip(**one).words}" for one in mended.lines.known["slips"]]


def added(tmp_path: Path, lines: list[str]) -> tuple[int, list[str]]:
    """Status, and slips that are told, which the card has."""
    (tmp_path / "p").mkdir()
    (tmp_path / "t.csv").write_text("\n".join([*lines, ""]), "utf-8")
    ran = nqpf("add", tmp_path / "t.csv", "--publisher", "某", "--yes", project=tmp_path / "p")
    cards = [one.read_text("utf-8") for one in (tmp_path / "p").rglob("*.card.yaml")]
    slips = [line for line in ran.out.splitlines() if line.startswith("  slip: ")]
    assert (len(slips) > 0) == any("slips:" in one for one in cards)
    return ran.status, slips


@pytest.mark.parametrize(
    ("line", "slip"),
    [
        ("天津,2000,e,2", "line 3, column 3 prints 'e', read as missing: "),
        ("天津1,2000,2.5,2", "line 3, column 1 prints '天津1', read as '天津': "),
        ("天津*。,2000,2.5,2", "line 3, column 1 prints '天津*。', read as '天津': "),
        (
            "天津,2000,,2.5,2",
            "line 3 prints '天津,2000,,2.5,2', left out: 5 fields; 4 fields, as in the header",
        ),
    ],
)
def test_a_plain_slip_is_written_into_the_card(line: str, slip: str) -> None:
    lines = lines_of()
    lines[2] = line
    (told,) = drafted(lines) or ()
    assert told.startswith(slip)


@pytest.mark.parametrize(
    "changes",
    [
        {2: "天津,2000,1O5,2"},  # holds a number
        {2: "天津,2000,O,2"},
        {2: "天津,2000,零,2"},
        {2: "天津（2010）,2000,2.5,2"},  # of another year
        {2: "天津%,2000,2.5,2"},
        {2: "天津,2000,x,2"},  # a sign of publishers
        {2: "天津,2000,/,2"},
        {2: "天津,2000,e,f"},  # two in so short a table
        {2: "天津,2000,e,2", 3: "河北,2000,f,3"},
        {2: "天津,2000,,2.5,2", 3: "河北,2000,,2.5,2"},
        {2: "北京1,2000,2.5,2"},  # would stand twice
        {2: "某地1,2000,2.5,2"},
        {18: "湖南,2000,2.5"},  # the last line: a cut file
        {2: "天津,2000,e,2", 3: "某地,2000,2.5,3"},  # something else is wrong
    ],
)
def test_what_is_no_plain_slip_is_refused_as_it_was(changes: dict[int, str]) -> None:
    lines = lines_of()
    for number, line in changes.items():
        lines[number] = line
    assert drafted(lines) is None


@pytest.mark.slow
def test_more_than_a_handful_are_no_slips(tmp_path: Path) -> None:
    for n, expected in ((MOST, 0), (MOST + 1, 2)):
        lines = lines_of(n_years=1 + MOST * ROWS_OF_ONE // len(NAMES) + 1)
        for number in (2, 3, 4):
            name, *rest = lines[number].split(",")
            lines[number] = ",".join((f"{name}{number}", *rest))
        lines[5] = lines[5].replace(",", ",,", 1)
        lines[6] = lines[6].rpartition(",")[0] + ",e"
        if n > MOST:
            lines[7] = lines[7].replace(",7.5,", ",f,")
        (tmp_path / str(n)).mkdir()
        status, slips = added(tmp_path / str(n), lines)
        assert status == expected
        assert len(slips) == (n if not expected else 0)


class Terminal(io.StringIO):
    """An input that a person types."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@pytest.mark.parametrize(
    ("answer", "value", "status"), [("", None, 0), ("2.5", 2.5, 0), ("e", None, 2)]
)
def test_a_terminal_is_asked_what_is_read_for_a_slip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, value: float | None, status: int
) -> None:
    lines = lines_of()
    lines[2] = "天津,2000,e,2"
    (tmp_path / "t.csv").write_text("\n".join([*lines, ""]), "utf-8")
    monkeypatch.setattr(sys, "stdin", Terminal(f"某\n\n\n{answer}\n"))
    ran = nqpf("add", tmp_path / "t.csv", project=tmp_path)
    assert ran.status == status, ran.err
    assert "line 3, column 3 prints 'e'" in ran.out
    assert "[missing]" in ran.out + ran.err
    found = collect(tmp_path / "raw", CATALOGUE).observations.filter(
        series_id="gdp", region_code="120000"
    )
    assert found["value"].to_list() == ([value] if status == 0 else [])


def test_open_facts_stay_open_beside_a_slip(tmp_path: Path) -> None:
    lines = lines_of()
    lines[0], lines[2] = "地区,年份,甲,乙", "天津,2000,e,2"
    status, slips = added(tmp_path, lines)
    assert (status, len(slips)) == (0, 1)


@pytest.mark.parametrize("build", [build_xls, build_xlsx])
@pytest.mark.parametrize(
    ("row", "column", "printed", "where", "read"),
    [(4, 1, "e", "B5", "missing"), (4, 0, "天津1", "A5", "'天津'")],
)
def test_slips_on_a_page(
    tmp_path: Path,
    build: Callable[..., bytes],
    row: int,
    column: int,
    printed: str,
    where: str,
    read: str,
) -> None:
    rows = [
        ["表1 生产总值（2018）", None, None],
        ["地区", "生产总值", "人口"],
        [None, "（亿元）", "（万人）"],
        *([name, k + 0.5, k] for k, name in enumerate(NAMES, start=1)),
    ]
    rows[row][column] = printed
    (tmp_path / "t.xls").write_bytes(build(rows))
    ran = nqpf("add", tmp_path / "t.xls", "--publisher", "某", "--yes", project=tmp_path)
    assert ran.status == 0, ran.err
    assert f"  slip: Sheet1!{where} prints '{printed}', read as {read}: " in ran.out
    found = collect(tmp_path / "raw", CATALOGUE)
    assert [one.code for one in found.problems] == ["slip"]
    assert found.observations.drop_nulls("value").height == 2 * len(NAMES) - (read == "missing")


def test_slips_of_a_workbook_with_several_sheets(tmp_path: Path) -> None:
    rows = {
        name: [["地区", "年份", label], *([one, 2018, k + 0.5] for k, one in enumerate(NAMES))]
        for name, label in (("A", "地区生产总值(亿元)"), ("B", "年末常住人口(万人)"))
    }
    rows["A"][2][2], rows["B"][3][0] = "e", "河北。"
    content = book(**rows)
    (tmp_path / "t.xlsx").write_bytes(content)
    ran = nqpf("add", tmp_path / "t.xlsx", "--publisher", "某", "--yes", project=tmp_path)
    assert ran.status == 2  # two in 36 rows
    rows["A"][2][2] = 1.5
    (tmp_path / "u.xlsx").write_bytes(book(**rows))
    ran = nqpf("add", tmp_path / "u.xlsx", "--publisher", "某", "--yes", project=tmp_path)
    assert ran.status == 0, ran.err
    assert "  slip: B!A4 prints '河北。', read as '河北': " in ran.out


STUDY = """\
study: s
title: Output
units: {level: province, only: ['110000', '120000'], expect: 2}
periods: {first: 2000, last: 2001}
variables:
  output: {expression: gdp}
tables:
  t:
    kind: descriptive
    title: Output
    describe: [output]
"""


@pytest.mark.slow
def test_every_number_on_a_slip_explains_it(tmp_path: Path) -> None:
    lines = lines_of(n_years=2)
    lines[2] = "天津1,2000,2.5,2"
    status, slips = added(tmp_path, lines)
    assert (status, len(slips)) == (0, 1)
    project = tmp_path / "p"
    (project / "nqpf.yaml").touch()
    (project / "studies").mkdir()
    (project / "studies" / "s.yaml").write_text(STUDY, "utf-8")
    ran = nqpf("refresh", project=project)
    assert ran.status == 0, ran.err
    said = "line 3, column 1 prints '天津1', read as '天津'"
    assert said in nqpf("explain", "s.gdp", "天津", 2000, project=project).out.replace("\n", " ")
    assert "天津1" not in nqpf("explain", "s.gdp", "天津", 2001, project=project).out
    asked = "SELECT count(*) FROM source.observation WHERE footnote IS NOT NULL"
    assert "2" in nqpf("query", asked, "--format", "csv", project=project).out.splitlines()[1]


def test_what_a_refusal_says_can_be_pasted(tmp_path: Path) -> None:
    (told,) = found_in(tmp_path, CARD + TIDY).problems
    pasted = told.remedy.rpartition("say in its card `")[2].rstrip("`")
    (slip,) = found_in(tmp_path, f"{CARD}{TIDY}{pasted}\n").problems
    assert (slip.severity, slip.code, slip.where) == ("warning", "slip", told.where)
