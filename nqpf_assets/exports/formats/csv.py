"""Rows as CSV that a spreadsheet may open: no text in it is computed.

Names of regions and indicators come from raw files, and `=HYPERLINK(…)` is a name like any other
until Excel or LibreOffice opens it. Such a text gets an apostrophe before it. A text with a separator
of any country is put in quotes, or its second half would begin a cell of its own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nqpf_assets.exports.cells import flat
from nqpf_assets.exports.export import Export
from nqpf_assets.messages.shown_text import LEADS, NO_FORMULA

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.exports.document import Dataset


_IN_BRACKETS = r"^\([\d.,]+%?\)$"
"""What Excel takes for a negative number: a statistic below its estimate, the head of a column."""


def csv_text(rows: pl.DataFrame, is_exact: bool) -> str:
    """A frame of plain columns as CSV.

    Args:
        is_exact: texts as they are stored, for programs that compute nothing.
    """
    import polars as pl

    # A line of nothing is no row to most programs: where a column stands alone it is a pair of quotes.
    missing = '""' if rows.width == 1 else ""
    if is_exact:
        return rows.write_csv(null_value=missing)
    names = _safe(pl.Series(rows.columns, dtype=pl.String)).to_list()
    texts = [
        _safe(column) for column in rows if column.dtype in (pl.String, pl.Categorical, pl.Enum)
    ]
    body = rows.with_columns(texts).write_csv(
        include_header=False, quote_style="never", null_value=missing
    )
    return ",".join(names) + "\n" + body


def _safe(column: pl.Series) -> pl.Series:
    """Texts of which none is a formula, in quotes where they need them."""
    import polars as pl

    text = pl.col("text")
    is_formula = text.str.slice(0, 1).is_in(list(LEADS)) & ~text.str.contains(NO_FORMULA)
    needs_quotes = text.str.contains(r'[",;\t\r\n]') | (text == "")
    return (
        pl.DataFrame({"text": column.cast(pl.String)})
        .with_columns(pl.when(is_formula).then("'" + text).otherwise(text).alias("text"))
        .with_columns(
            pl.when(needs_quotes)
            .then('"' + text.str.replace_all('"', '""', literal=True) + '"')
            .otherwise(text)
            .alias("text")
        )
        .to_series()
        .rename(column.name)
    )


def _write(rows: pl.DataFrame) -> str:
    return csv_text(flat(rows), is_exact=False)


def _write_exact(rows: pl.DataFrame) -> str:
    return csv_text(flat(rows), is_exact=True)


def _write_dataset(dataset: Dataset) -> str:
    """For a spreadsheet: in UTF-8 as it says itself, and nothing in brackets taken for a negative number."""
    import polars as pl

    rows = flat(dataset.rows)
    texts = [name for name, dtype in rows.schema.items() if dtype == pl.String]
    is_bracket = pl.col(texts).str.contains(_IN_BRACKETS)
    guarded = rows.with_columns(
        pl.when(is_bracket).then(pl.lit("'") + pl.col(texts)).otherwise(pl.col(texts)).name.keep()
    )
    named = {name: f"'{name}" for name in rows.columns if re.search(_IN_BRACKETS, name)}
    return f"\ufeff{csv_text(guarded.rename(named), is_exact=False)}"


EXPORT = Export(
    "csv",
    ".csv",
    _write,
    write_exact=_write_exact,
    write_dataset=_write_dataset,
    purpose="Excel and any other program",
)
