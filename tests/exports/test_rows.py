"""Formats of rows: each is whole, and gives a text or bytes as it says."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

from nqpf_assets.exports import formats
from nqpf_assets.exports.export import Export
from nqpf_assets.exports.registry import EXPORTS, content_of, formats_of

ANY = pl.DataFrame({"a": [1, None], "b": ["=1+1", "x"], "c": [[1.5], []], "d": [{"e": b"1"}, None]})


def test_a_format_bears_the_name_of_its_module() -> None:
    (folder,) = formats.__path__
    assert {*EXPORTS.own} == {path.stem for path in Path(folder).glob("[a-z]*.py")}
    suffixes = [one.suffix for one in EXPORTS.own.values()]
    assert len({*suffixes}) == len(suffixes)


@pytest.mark.parametrize("export", formats_of("rows").values(), ids=lambda one: one.name)
@pytest.mark.parametrize("frame", [ANY, ANY.head(0), ANY.select("a")])
def test_rows_of_any_type_leave(export: Export, frame: pl.DataFrame) -> None:
    content = content_of(export, frame)
    assert isinstance(content, str if export.is_text else bytes)
    assert content


@pytest.mark.parametrize(
    "export",
    [
        Export("Markdown", ".md", str),
        Export("markdown", "md", str),
        Export("markdown", ".csv", str),
        Export("csv", ".json", str),
        Export("markdown", ".md", None),  # type: ignore[arg-type]
    ],
)
def test_a_format_that_is_not_whole_is_none(export: Export) -> None:
    assert EXPORTS.lacks(export)


def test_exact_is_another_way_in_csv_only() -> None:
    csv = EXPORTS.own["csv"]
    assert "'=1+1" in content_of(csv, ANY)
    assert "'=1+1" not in content_of(csv, ANY, is_exact=True)
    for name in ("json", "parquet", "table"):
        assert content_of(EXPORTS.own[name], ANY, is_exact=True) == content_of(
            EXPORTS.own[name], ANY
        )


@pytest.mark.parametrize("is_exact", [False, True])
@pytest.mark.parametrize("values", [[1.5, None, 2.5], ["x", None, "y"], [None, None]])
def test_rows_of_one_column_stay_rows_where_nothing_stands(
    values: list[object], is_exact: bool
) -> None:
    """Most programs pass over lines without a character."""
    frame = pl.DataFrame({"a": values}, schema={"a": pl.String} if not any(values) else None)
    text = str(content_of(EXPORTS.own["csv"], frame, is_exact=is_exact))
    assert [row for row in csv.reader(io.StringIO(text)) if row][1:] == [
        ["" if value is None else str(value)] for value in values
    ]
    assert len(pd.read_csv(io.StringIO(text))) == len(values)


def test_numbers_that_stata_does_not_have_are_missing_and_told() -> None:
    largest = 8.988465674311579e307
    frame = pl.DataFrame({"a": [1e308, largest, float("inf"), -1e308, float("nan"), None, 5e-324]})
    content = content_of(EXPORTS.own["dta"], frame)
    assert isinstance(content, bytes)
    found = pd.read_stata(io.BytesIO(content))["a"]
    assert found.dropna().tolist() == [largest, 5e-324]
    assert b"a: 3 values too large for Stata, or infinite, missing" in content
