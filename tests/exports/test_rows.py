"""Formats of rows: each is whole, and gives a text or bytes as it says."""

from __future__ import annotations

from pathlib import Path

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
