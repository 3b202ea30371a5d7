"""Printed tables leave whole: every number, star and note is found again in each format."""

from __future__ import annotations

import datetime as dt
import io
import re
from pathlib import Path

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nqpf_assets.commands.common.published import open_published
from nqpf_assets.exports.about import About
from nqpf_assets.exports.document import Document
from nqpf_assets.exports.leaving import tables_as
from nqpf_assets.exports.printed.style import styles
from nqpf_assets.exports.printed.table import Cell, Line, PrintedTable, number_in, without_stars
from nqpf_assets.exports.published_tables import known_tables, read_printed
from nqpf_assets.exports.registry import EXPORTS, document_of, formats_of
from nqpf_assets.user_input.project import Project
from tests.examples import examples
from tests.exports.reading_back import READERS, bare, expected_rows

pytestmark = pytest.mark.slow  # whole builds and publications

ABOUT = About(3, dt.datetime(2026, 11, 27, tzinfo=dt.UTC), "ab" * 32, "0.1.0", ("s.t",), True)
HOSTILE = [
    "a|b", "\\", "a\\|b", "`x`", "*a*", "_a_", "<b>x</b>", "&amp;", '"q"', "'q'", "=1+1", "+1", "-1-1", "@x",
    "$x$", "100%", "#1", "{x}", "~", "^", "a & b", "a \\\\ b", "\\input{x}", "\\end{table}", "[x](y)",
    "![x](y)", "<script>alert(1)</script>", "&#60;", "---", "--", "a\nb", "a\tb", "\x00", "\u202e",
    "\ud800", "\ufffe", "新质生产力" * 400, "R²", "ρ → λ", "‘“x”’", "| --- |", "1. x", "- x", "# x",
    "]]>", "<!--", "***", "0.1***",
]  # fmt: skip
"""Texts that one of the formats could take for its own."""
TEXT = st.sampled_from(HOSTILE) | st.text(max_size=20)


def test_every_format_of_papers_is_read_back_here() -> None:
    assert {*formats_of("tables")} - {"xlsx"} == {*READERS}


@pytest.mark.parametrize("style", styles())
@pytest.mark.parametrize("name", READERS)
def test_all_numbers_stars_and_notes_of_the_shipped_studies(
    built_sample: Project, name: str, style: str
) -> None:
    connection = open_published(built_sample)
    assert connection is not None
    with connection:
        titles = known_tables(connection)
        assert len(titles) > 15
        tables = [read_printed(connection, one, title) for one, title in titles.items()]
        content = tables_as(connection, EXPORTS.own[name], [*titles], titles, styles()[style])
        again = tables_as(connection, EXPORTS.own[name], [*titles], titles, styles()[style])
        ((fingerprint,),) = connection.execute(
            "SELECT fingerprint FROM audit.publication"
        ).fetchall()
    assert content == again, "the same publication gives the same bytes"
    found = READERS[name](content)  # type: ignore[operator]
    assert len(found) == len(tables)
    for shown, table in zip(found, tables, strict=True):
        assert shown.rows == expected_rows(table), table.full_name
        around = re.sub(r"\s+", " ", shown.around)
        for text in (*table.notes, table.full_name, table.title):
            assert bare(text) in around, table.full_name
        assert ("SYNTHETIC" in around) or not table.is_synthetic
    assert fingerprint in (content if isinstance(content, str) else found[0].around)


@given(title=TEXT, head=TEXT, label=TEXT, cell=TEXT, note=TEXT)
@settings(max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@pytest.mark.parametrize("name", READERS)
def test_texts_of_strangers_are_text(
    name: str, title: str, head: str, label: str, cell: str, note: str
) -> None:
    lines = (
        Line("heading", "Outcome", (Cell(cell), Cell("x"))),
        Line("estimate", label, (Cell("0.440***"), Cell(cell))),
        Line("parentheses", "", (Cell("(7.40)"), Cell("[1, 2]"))),
        Line("fact", label, (Cell("341"), Cell("-0.5"))),
    )
    table = PrintedTable("s", "t", title, ("(1)", head), lines, (note,), is_synthetic=True)
    document = Document(title, (table,), ABOUT, styles()["three_line"])
    (shown,) = READERS[name](document_of(EXPORTS.own[name], document))  # type: ignore[operator]
    assert shown.rows == expected_rows(table)
    assert bare(note) in re.sub(r"\s+", " ", shown.around)


def test_a_word_file_says_in_its_properties_what_it_is(built_sample: Project) -> None:
    connection = open_published(built_sample)
    assert connection is not None
    with connection:
        titles, style = known_tables(connection), styles()["three_line"]
        content = tables_as(connection, EXPORTS.own["docx"], ["province.table_1"], titles, style)
    assert isinstance(content, bytes)
    known = docx.Document(io.BytesIO(content)).core_properties
    assert "SYNTHETIC DATA" in known.title
    assert "Publication 1" in known.subject
    assert re.search("[0-9a-f]{64}", known.subject)
    assert "province.table_1" in known.comments


@pytest.mark.parametrize(
    ("text", "value", "decimals", "stars"),
    [
        ("0.440***", 0.44, 3, "***"),
        ("-0.048", -0.048, 3, ""),
        ("18,100", 18100.0, 0, ""),
        ("5.08e-05", 5.08e-05, 2, ""),
        ("10.40*", 10.4, 2, "*"),
    ],
)
def test_a_number_is_known_by_its_text(text: str, value: float, decimals: int, stars: str) -> None:
    found = number_in(text)
    assert found is not None
    assert (found.value, found.decimals, found.stars) == (value, decimals, stars)


@pytest.mark.parametrize(
    "text", ["(7.40)", "[31.170, 70.240]", "-", "", "Yes", "***", "38 periods"]
)
def test_what_stands_in_parentheses_is_no_number(text: str) -> None:
    assert number_in(text) is None
    assert "".join(without_stars(text)) == text


def test_every_style_has_its_rules_above_and_below(tmp_path: Path) -> None:
    assert "three_line" in styles()
    assert all(one.rules.top and one.rules.bottom and one.rules.head for one in styles().values())
