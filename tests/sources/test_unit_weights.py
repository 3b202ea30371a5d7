"""Weights of a raw file: whose rows they are is read or declared, never guessed; what is wrong is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect
from tests.sources.every_card import book

ABOUT = "publisher: 局\ntitle: 权重\nstatus: official\nweights:\n  name: trade\n"
PAIRS = "  unit: 省\n  neighbour: 邻省\n  weight: 权重\n"
MATRIX = "省,河北省,北京,120000\n北京市,1,,2\n天津,0.5,3,0\n河北,0,4,0\n"
"""Rows and columns in another order, by names and codes."""
LINKS = [
    ("110000", "120000", 2.0),
    ("110000", "130000", 1.0),
    ("120000", "110000", 3.0),
    ("120000", "130000", 0.5),
    ("130000", "110000", 4.0),
]


def read(root: Path, content: str | bytes, more: str = "", name: str = "w.csv") -> Collection:
    """What is read of one file of weights under a card with further lines."""
    folder = root / "raw" / "x" / "2020"
    folder.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else content.encode()
    (folder / name).write_bytes(data)
    (folder / f"{name}.card.yaml").write_text(ABOUT + more, encoding="utf-8")
    return collect(root / "raw", load_catalogue(), cache=root / "cache")


def links(found: Collection) -> list[tuple[str, str, float]]:
    assert not found.problems, list(map(str, found.problems))
    return sorted(found.weights.select("region_code", "neighbour_code", "weight").rows())


def test_a_matrix_is_read_by_its_labels_in_any_order(tmp_path):
    found = read(tmp_path, MATRIX)
    assert links(found) == LINKS
    row = found.weight_units.filter(region_code="120000").row(0, named=True)
    assert (row["weights_name"], row["n_neighbours"], row["weight_sum"]) == ("trade", 2, 3.5)
    assert (row["smallest_weight"], row["largest_weight"]) == (0.5, 3)
    file = found.files.row(0, named=True)
    assert (file["format"], file["n_series"], found.observations.height) == ("weights", 0, 0)
    assert file["n_cells_seen"] == file["n_cells_read"] + file["n_cells_ignored"]
    assert file["notes"] == (
        "weights trade: 3 units, 5 links, 1 to 2 neighbours, 1.67 on average; weights 0.5 to 4; not "
        "symmetric in 5 links: 天津市 counts 2 for 北京市, 北京市 3 for 天津市"
    )
    assert links(read(tmp_path, MATRIX)) == LINKS  # and again, from what was kept


@pytest.mark.slow
def test_pairs_and_workbooks_and_a_declared_order_give_the_same(tmp_path):
    rows = "".join(f"{unit},{other},{weight},9\n" for unit, other, weight in LINKS)
    assert links(read(tmp_path / "pairs", "省,邻省,权重,年\n" + rows, PAIRS)) == LINKS
    sheet = [
        ["", "河北省", "北京", 120000],
        ["北京市", 1, None, 2],
        ["天津", 0.5, 3, 0],
        ["河北", 0, 4, 0],
    ]
    workbook = book(W=sheet, Other=[["a", 1]])
    assert links(read(tmp_path / "book", workbook, "  sheet: W\n", "w.xlsx")) == LINKS
    bare = "0,2,1\n3,0,.5\n4,0,0\n"
    order = "  order: [北京, 天津, 130000]\n"
    assert links(read(tmp_path / "order", bare, order)) == LINKS
    empty = ",2,1\n3,,.5\n4,0,\n"
    assert links(read(tmp_path / "empty diagonal", empty, order)) == LINKS


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        ("0,2\n3,0\n", "", "numbers alone, 2 rows of 2 columns: nothing says which unit a row is of"),
        (",2\n2,\n", "", "numbers alone, 2 rows of 2 columns: nothing says which unit a row is of"),
        ("0,2\n3,0\n", "  order: [北京]\n", "2 rows of 2 columns"),
        ("-,2\n3,-\n", "  order: [北京, 天津]\n", "`-`"),
        ("省,北京,天津,河北\n北京,0,1e308,1e308\n天津,1,0,1\n河北,1,1,0\n", "", "those of 北京, too large"),
        (MATRIX, "  order: [北京, 天津, 河北]\n", "4 rows of 4 columns"),
        ("省,北京,天津\n北京,0,1\n", "", "2 rows of 3 columns"),
        ("省,北京,北京\n北京,0,1\n河北,1,0\n", "", "北京, 北京, which are all 110000"),
        ("省,北京,天津\n北京,0,1\n河北,1,0\n", "", "河北, 天津 in one of the two only"),
        ("省,北京,天津\n北京,0,\n天津,1,0\n", "", "an empty cell"),
        ("省,北京,天津\n北京,0,-1\n天津,1,0\n", "", "-1"),
        ("省,北京,天津\n北京,0,x\n天津,1,0\n", "", "`x`"),
        ("省,北京,天津\n北京,.1,1\n天津,1,0\n", "", "0.1 of 北京 with itself"),
        ("省,北京,天津\n北京,0,0\n天津,0,0\n", "", "zeros alone"),
        ("省,北京,津\n北京,0,1\n津,1,0\n", "", "`津`; near: "),
        ("省,北京,北京市\n北京,0,1\n北京市,1,0\n", "", "北京, 北京市, which are all 110000"),
        ("省,邻省,权重\n北京,天津,1\n北京市,天津,2\n", PAIRS, "北京市 and 天津 again, first at line 2"),
        ("省,邻省,权重\n北京,,1\n", PAIRS, "an empty cell"),
        ("省,邻省\n北京,天津\n", PAIRS, "省, 邻省"),
        ("", "", "an empty file"),
    ],
)  # fmt: skip
def test_what_is_no_matrix_of_weights_is_refused_with_the_line_of_its_card(
    tmp_path, content, more, said
):
    found = read(tmp_path, content, more)
    told = [one for one in found.problems if said in one.found]
    assert told, list(map(str, found.problems))
    assert all(one.severity == "error" and "w.csv.card.yaml" in one.remedy for one in told)
    assert (found.files.height, found.weights.height) == (0, 0)


def test_a_unit_of_an_order_is_told_at_its_line(tmp_path):
    (problem,) = read(tmp_path, "0,2\n3,0\n", "  order: [北京, 津]\n").problems
    assert (problem.where, problem.found.partition(";")[0]) == ("", "`津`")
    assert problem.remedy.endswith("line 6 of raw/x/2020/w.csv.card.yaml")


def test_the_reason_of_an_order_is_told(tmp_path):
    (problem,) = read(tmp_path, "0,2\n3,0\n").problems
    assert "`order: [unit, unit, …]`" in problem.remedy
    assert "a spatial lag of the other sign" in problem.remedy
    assert "line 4 of raw/x/2020/w.csv.card.yaml" in problem.remedy


def test_units_without_a_neighbour_are_known_and_told(tmp_path):
    found = read(tmp_path, "省,邻省,权重\n北京,天津,1\n天津,北京,1\n海南,北京,0\n", PAIRS)
    (problem,) = found.problems
    assert (problem.severity, problem.found) == ("warning", "none of 海南省")
    assert found.weight_units.filter(n_neighbours=0)["region_code"].to_list() == ["460000"]
    assert found.files["notes"][0].endswith("; symmetric")


def test_two_files_of_one_name_are_refused(tmp_path):
    read(tmp_path, MATRIX)
    found = read(tmp_path, MATRIX + "\n", name="v.csv")
    (problem,) = found.problems
    assert problem.found == "`trade`, as in raw/x/2020/v.csv"
    assert "line 5 of raw/x/2020/w.csv.card.yaml" in problem.expected


@pytest.mark.parametrize(
    ("more", "line", "said"),
    [
        ("  name: economic\n", 5, "`economic`, which nqpf makes"),
        ("  unit: 省\n", 6, "no `neighbour` and no `weight`"),
        (PAIRS + "  order: [北京]\n", 9, "`order` beside columns of pairs"),
        ("  order: [北京, 北京]\n", 6, "`北京` again"),
        ("series: gdp\n", 6, "`series`"),
    ],
)
def test_a_card_that_contradicts_itself_is_refused_at_its_line(tmp_path, more, line, said):
    text = ABOUT.replace("  name: trade\n", "") + more if "  name" in more else ABOUT + more
    folder = tmp_path / "raw" / "x" / "2020"
    folder.mkdir(parents=True)
    (folder / "w.csv").write_text(MATRIX, encoding="utf-8")
    (folder / "w.csv.card.yaml").write_text(text, encoding="utf-8")
    (problem,) = collect(tmp_path / "raw", load_catalogue()).problems
    assert (problem.where.partition(",")[0], said in problem.found) == (f"line {line}", True), (
        problem
    )


@pytest.mark.parametrize("corner", ["", "省份"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_square_without_a_card_gets_the_card_of_weights(tmp_path, corner, kind):
    square = [[corner, "北京", "天津"], ["北京", 0, 2], ["天津", 3, 0]]
    folder = tmp_path / "raw" / "x" / "2020"
    folder.mkdir(parents=True)
    text = "\n".join(",".join(map(str, row)) for row in square)
    content = book(W=square, Note=[["a", "b"]]) if kind == "xlsx" else text.encode()
    (folder / f"w.{kind}").write_bytes(content)
    (told,) = collect(tmp_path / "raw", load_catalogue()).problems
    (line,) = (one.strip() for one in told.remedy.splitlines() if "weights: {" in one)
    sheet = ", sheet: W" if kind == "xlsx" else ""
    assert line.startswith(f"weights: {{name: {sheet}}} # a name of yours")
    card = ABOUT.split("weights")[0] + line.replace("name: ", "name: trade", 1)
    (folder / f"w.{kind}.card.yaml").write_text(card, encoding="utf-8")
    assert links(collect(tmp_path / "raw", load_catalogue())) == [
        ("110000", "120000", 2.0), ("120000", "110000", 3.0)
    ]  # fmt: skip


BY_YEAR = (
    "省,邻省,权重,年\n北京,天津,1,2018\n天津,北京,2,2018\n北京,天津,3,2019\n天津,北京,4,2019\n"
)


def test_weights_that_differ_by_year_are_read_with_it(tmp_path):
    found = read(tmp_path, BY_YEAR, PAIRS + "  period: 年\n")
    assert not found.problems, list(map(str, found.problems))
    rows = found.weights.select("weight_year", "region_code", "neighbour_code", "weight").rows()
    assert sorted(rows) == [
        (2018, "110000", "120000", 1.0),
        (2018, "120000", "110000", 2.0),
        (2019, "110000", "120000", 3.0),
        (2019, "120000", "110000", 4.0),
    ]
    units = found.weight_units.select("region_code", "weight_year", "weight_sum").rows()
    assert sorted(units) == [
        ("110000", 2018, 1.0),
        ("110000", 2019, 3.0),
        ("120000", 2018, 2.0),
        ("120000", 2019, 4.0),
    ]
    assert "2 units in 2 years from 2018 to 2019, 4 links" in found.files["notes"][0]


def test_years_of_weights_are_printed_as_years_are(tmp_path):
    printed = BY_YEAR.replace(",2018", ",2018年").replace(",2019", ",2019.0")
    years = [
        read(tmp_path / name, text, PAIRS + "  period: 年\n")
        .weights["weight_year"]
        .sort()
        .to_list()
        for name, text in (("plain", BY_YEAR), ("printed", printed))
    ]
    assert years[0] == years[1] == [2018, 2018, 2019, 2019]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("北京,天津,1,2018\n天津,北京,2,18\n", "`18`"),
        ("北京,天津,1,2018\n天津,北京,2,\n", "an empty cell"),
        ("北京,天津,1,2018\n北京,天津,2,2018\n", "北京 and 天津 again in 2018, first at line 2"),
        ("北京,天津,1,2018\n北京,天津,0,2019\n", "zeros alone in 2019"),
        ("北京,天津,1,2018\n天津,河北,1,2018\n北京,天津,1,2019\n", "none of 河北 in 2019"),
        ("北京,天津,1,2018\n北京,北京,1,2019\n", "1 of 北京 with itself"),
    ],
)
def test_what_is_wrong_with_one_year_is_told_with_it(tmp_path, content, said):
    found = read(tmp_path, "省,邻省,权重,年\n" + content, PAIRS + "  period: 年\n")
    assert [one for one in found.problems if said in one.found], list(map(str, found.problems))
    assert found.weights.height == 0
