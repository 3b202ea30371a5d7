"""Cells of a printed table in a workbook: Excel shows what is printed, whatever number is behind."""

from __future__ import annotations

import io
import re
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nqpf_assets.exports.office.book import Book, put_printed
from nqpf_assets.exports.printed.lines import printed_table
from nqpf_assets.exports.printed.table import Cell
from nqpf_assets.messages.printed_numbers import printed
from tests.examples import examples


def excel_shows(cells: list[Cell]) -> list[str]:
    """The cells as Excel rounds them: the 15 decimal digits that it knows, halves away from zero."""
    book = Book()
    sheet = book.sheet("x")
    for row, cell in enumerate(cells):
        put_printed(book, sheet, row, 0, cell)
    (page,) = openpyxl.load_workbook(io.BytesIO(book.content())).worksheets
    return [_shown(page.cell(row + 1, 1)) for row in range(len(cells))]


def _shown(cell: object) -> str:
    value, form = cell.value, cell.number_format  # type: ignore[attr-defined]
    if isinstance(value, str):
        return value
    digits, stars = re.fullmatch(r'(.*?)(?:"(\*+)")?', form).groups()  # type: ignore[union-attr]
    decimals = len(digits.partition(".")[2].replace("E+00", ""))
    known = Decimal(f"{value:.15g}")
    power = known.adjusted() if digits.endswith("E+00") and known else 0
    rounded = known.quantize(Decimal(1).scaleb(power - decimals), ROUND_HALF_UP)
    if digits.endswith("E+00"):
        mantissa = rounded.scaleb(-power)
        return f"{mantissa:.{decimals}f}e{power:+03d}{stars or ''}"
    return f"{rounded:{',' if digits.startswith('#,') else ''}.{decimals}f}{stars or ''}"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2.675, "2.67"),  # in binary a little less
        (0.0625, "0.062"),  # a half, to the even digit
        (-0.0001, "0.000"),
        (-0.0, "0.000"),
        (1234567.125, "1,234,567.12"),
        (0.1235, "0.123***"),
        (2.5e-9, "2.50e-09"),
        (1.0005e-7, "1.00e-07"),
        (12.0, "25"),
        (1000000000000001.0, "1000000000000001"),
        (4.79591130831289e16, "47959113083128896"),  # Excel has 00 at its end
    ],
)
def test_excel_shows_what_is_printed(value: float, text: str) -> None:
    assert excel_shows([Cell(text, value)]) == [text]


@settings(max_examples=examples(20), deadline=None)
@given(
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=20, max_size=20),
    st.lists(
        st.integers(-99999, 99999).map(lambda n: n / 10_000 + 0.00005), min_size=20, max_size=20
    ),
    st.sampled_from([None, 0, 2, 3, 4]),
)
def test_any_number_is_shown_as_it_is_printed(
    any_size: list[float], halves: list[float], decimals: int | None
) -> None:
    cells = [Cell(printed(value, decimals), value) for value in (*any_size, *halves)]
    assert excel_shows(cells) == [cell.text for cell in cells]


def test_all_digits_stay_where_excel_shows_what_is_printed() -> None:
    book = Book()
    sheet = book.sheet("x")
    put_printed(book, sheet, 0, 0, Cell("0.440***", 0.4398765432))
    (page,) = openpyxl.load_workbook(io.BytesIO(book.content())).worksheets
    assert page["A1"].value == 0.4398765432


@pytest.mark.parametrize(
    ("published", "texts"),
    [
        ((7.25, 10.0), ("7.25", "10.00")),  # as the paper prints it, not 7.2
        ((7.5, None), ("7.5", "")),
        ((None, None), ("", "")),
    ],
)
def test_growth_has_the_decimals_that_the_paper_prints(
    published: tuple[float | None, ...], texts: tuple[str, ...]
) -> None:
    rows = [
        {"row_position": place, "row_label": "A", "2020": 1.5, "annual_growth": 7.2468,
         "published_growth": one, "data_status": "official"}
        for place, one in enumerate(published)
    ]  # fmt: skip
    table = printed_table("s", "t", "T", list(rows[0]), rows)
    shown = [[cell.text for cell in line.cells] for line in table.lines]
    assert tuple(line[2] for line in shown) == texts
    decimals = len(texts[0].partition(".")[2]) or 1
    assert {line[1] for line in shown} == {f"{7.2468:.{decimals}f}"}
