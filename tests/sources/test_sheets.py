"""Several sheets of one workbook under one card, and the card that `nqpf check` suggests."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import xlsxwriter

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.sources.collection import Collection
from nqpf_assets.sources.collector import collect

CATALOGUE = load_catalogue()
ABOUT = "publisher: X\ntitle: y\nstatus: official\nunit: 无\n"
SHEETS = "sheets:\n  P: {columns: {region: prov, period: year, values: [idx]}}\n"
CITIES = (
    "  C: {columns: {region: city, period: year, values: [idx]}, series: {idx: gdp}, unit: 亿元}\n"
)


def workbook(*hidden: str, rows: int = 2) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet("Note").write(0, 0, "An index")
        for name, region, places in (
            ("P", "prov", ("北京市", "天津市")),
            ("C", "city", ("重庆市",)),
        ):
            page = book.add_worksheet(name)
            page.write_row(0, 0, ["year", region, f"{region}_code", "idx"])
            for row in range(rows):
                place = places[row % len(places)]
                page.write_row(row + 1, 0, [2020 + row // len(places), place, 11, row + 1.5])
        for name in hidden:
            book.get_worksheet_by_name(name).hide()
    return buffer.getvalue()


def collected(folder: Path, content: bytes, card: str | None) -> Collection:
    place = folder / "raw" / "x" / "2026-05"
    place.mkdir(parents=True, exist_ok=True)
    (place / "a.xlsx").write_bytes(content)
    if card is not None:
        (place / "a.xlsx.card.yaml").write_text(card, encoding="utf-8")
    return collect(folder / "raw", CATALOGUE)


def test_two_sheets_are_read_each_with_its_own_entries(tmp_path: Path) -> None:
    found = collected(tmp_path, workbook(rows=2), ABOUT + SHEETS + CITIES)
    assert found.problems == ()
    values = found.observations.select(
        "series_id", "region_code", "period", "value", "unit_measure"
    )
    assert set(values.rows()) == {
        ("idx", "110000", 2020, 1.5, "无"), ("idx", "120000", 2020, 2.5, "无"),
        ("gdp", "500000", 2020, 1.5, "亿元"), ("gdp", "500000", 2021, 2.5, "亿元"),
    }  # fmt: skip
    (file,) = found.files.to_dicts()
    assert (file["n_cells_seen"], file["n_cells_read"], file["n_cells_ignored"]) == (12, 4, 8)
    assert file["cells_ignored"] == "column city_code: 2; column prov_code: 2; labels and years: 4"


def test_a_sheet_that_is_not_listed_is_named(tmp_path: Path) -> None:
    found = collected(tmp_path, workbook("C"), ABOUT + SHEETS)
    assert [(p.code, p.where) for p in found.problems] == [("hidden_sheet", "C")]
    (file,) = found.files.to_dicts()
    assert (file["n_cells_seen"], file["n_cells_read"]) == (12, 2)
    assert "hidden sheet C: 6" in file["cells_ignored"]


def test_a_hidden_sheet_that_is_listed_is_read(tmp_path: Path) -> None:
    found = collected(tmp_path, workbook("C"), ABOUT + SHEETS + CITIES)
    assert found.problems == ()
    (file,) = found.files.to_dicts()
    assert (file["n_cells_seen"], file["n_cells_read"], file["n_cells_ignored"]) == (12, 4, 8)


@pytest.mark.parametrize(
    ("card", "said"),
    [
        ("sheets: {P: {}}\n", "either `layout` or `columns`"),
        (
            "sheets: {P: {columns: {sheet: Q, year: 2020, values: [idx]}}}\n",
            "sheets named by `sheets` alone",
        ),
        ("sheets: {Z: {columns: {year: 2020, values: [idx]}}}\n", "Note, P, C"),
    ],
)
def test_sheets_that_cannot_be_read_are_told(tmp_path: Path, card: str, said: str) -> None:
    problems = collected(tmp_path, workbook(), ABOUT + card).problems
    assert any(said in str(problem) for problem in problems)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [2, 20_500])
def test_the_suggested_card_reads_the_workbook(tmp_path: Path, rows: int) -> None:
    """Also of a sheet that is too long for a page, since it may be a table."""
    content = workbook(rows=min(rows, 150)) if rows < 1000 else long_workbook(rows)
    (problem,) = collected(tmp_path, content, None).problems
    assert problem.code == "missing_card"
    card = "\n".join(line[4:] for line in problem.remedy.splitlines()[1:])
    assert "not taken: Note" in card
    assert (
        "Counties" in card or "  C: {columns: {region: city, period: year, values: [idx]}}" in card
    )
    card = card.replace("title:", "title: t").replace("status:", "status: official")
    card = card.replace("unit: ", "unit: 无 ").replace("accessed:", "accessed: 2026-05-03")
    found = collected(tmp_path, content, card)
    assert {problem.code for problem in found.problems} <= {"unknown_region"}
    if rows == 2:
        assert found.observations.height == 4


def long_workbook(rows: int) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "constant_memory": True}) as book:
        book.add_worksheet("Note").write(0, 0, "An index")
        page = book.add_worksheet("Counties")
        page.write_row(0, 0, ["year", "name", "idx"])
        for row in range(rows):
            page.write_row(row + 1, 0, [2020, f"某{row}县", row + 0.5])
    return buffer.getvalue()


def test_year_columns_are_years_of_the_cards_series(tmp_path: Path) -> None:
    place = tmp_path / "raw" / "x" / "2026-05"
    place.mkdir(parents=True)
    (place / "a.csv").write_text("省份,2012,2013\n北京,1,2\n天津,3,4\n", encoding="utf-8")
    (problem,) = collect(tmp_path / "raw", CATALOGUE).problems
    assert "columns: {region: 省份, values: ['2012', '2013']}" in problem.remedy
    card = ABOUT.replace("无", "亿元") + "columns: {region: 省份, values: [2012, 2013]}\n"
    (place / "a.csv.card.yaml").write_text(card, encoding="utf-8")
    found = collect(tmp_path / "raw", CATALOGUE)
    assert {problem.code for problem in found.problems} == {"missing_series"}
    (place / "a.csv.card.yaml").write_text(card + "series: gdp\n", encoding="utf-8")
    found = collect(tmp_path / "raw", CATALOGUE)
    assert found.problems == ()
    assert sorted(found.observations.select("period", "value").rows()) == [
        (2012, 1.0), (2012, 3.0), (2013, 2.0), (2013, 4.0),
    ]  # fmt: skip
