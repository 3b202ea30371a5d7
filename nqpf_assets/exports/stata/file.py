"""Rows as a .dta file of format 118, which Stata reads from release 14 on: UTF-8, labels, notes, `xtset`.

pandas writes the file; what it does not write is put in by `characteristics`.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nqpf_assets.exports.cells import as_number, as_text, flat
from nqpf_assets.exports.stata.characteristics import FILE, notes, with_characteristics, xtset
from nqpf_assets.exports.stata.names import names_in_stata
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.shown_text import on_one_line

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

LONGEST_LABEL = 80
"""Characters of the label of a variable or file; the whole text is a note."""
_LONGEST_TEXT = 2045
"""Bytes of a text of fixed length; columns with longer ones are of type strL."""
_LONG = range(-(2**31) + 1, 2_147_483_621)
"""Whole numbers of type long, without those that Stata takes for missing."""
_LARGEST = 2.0**1023 * (1 - 2.0**-53)
"""Above it a number of type double is missing to Stata."""
_DAY = dt.datetime(1980, 1, 1)


@dataclass(frozen=True)
class StataFile:
    """What a .dta file says beside its rows.

    Attributes:
        label: of the file.
        labels: column → what it holds.
        notes: of the file.
        variable_notes: column → notes of it.
        coded: columns of texts that become numbers with value labels; column → the texts, by number.
        panel: the columns of unit and period, by which the rows are sorted; None for other tables.
        moment: that the file bears.
    """

    label: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[str] = ()
    variable_notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    coded: Mapping[str, Mapping[int, str]] = field(default_factory=dict)
    panel: tuple[str, str] | None = None
    moment: dt.datetime = _DAY


def dta(rows: pl.DataFrame, about: StataFile) -> bytes:
    """The file; coded columns of `rows` hold numbers already."""
    import polars as pl

    if not rows.width:  # pandas writes no file without a variable
        rows = pl.DataFrame({"no_columns": []}, schema={"no_columns": pl.Float64})
    names = names_in_stata(rows.columns)
    frame, long_texts = _frame(rows, names)
    labels = {names[one]: _label(text) for one, text in about.labels.items() if one in names}
    buffer = io.BytesIO()
    frame.to_stata(
        buffer,
        write_index=False,
        version=118,
        byteorder="little",
        time_stamp=about.moment,
        data_label=_label(about.label),
        variable_labels=labels,
        value_labels={
            names[one]: {code: on_one_line(text) or "." for code, text in texts.items()}
            for one, texts in about.coded.items()
        },
        convert_strl=long_texts,
    )
    moved = [f"{one} is named {name}" for one, name in names.items() if one != name]
    moved += [f"{names[one]}: {words}" for one, words in _not_in_stata(rows)]
    owners = {FILE: notes([*about.notes, *map(on_one_line, moved)])}
    places: list[int] = []
    if about.panel is not None:
        unit, period = (names[one] for one in about.panel)
        owners[FILE] = xtset(unit, period) | owners[FILE]
        places = [rows.columns.index(one) for one in about.panel]
    owners |= {
        names[one]: notes(texts) for one, texts in about.variable_notes.items() if one in names
    }
    return with_characteristics(buffer.getvalue(), owners, places)


def _not_in_stata(rows: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Columns with numbers that Stata does not have, and how many."""
    import polars as pl

    for column in rows.select(pl.selectors.float()):
        n = column.filter(~(column.abs() <= _LARGEST) & column.is_not_nan()).len()
        if n:
            yield column.name, f"{counted(n, 'values')} too large for Stata, or infinite, missing"


def _label(text: str) -> str:
    """A label of one line that fits; a longer one ends with a mark that more stands in the notes."""
    plain = on_one_line(text)
    return plain if len(plain) <= LONGEST_LABEL else f"{plain[: LONGEST_LABEL - 1]}…"


def _frame(rows: pl.DataFrame, names: Mapping[str, str]) -> tuple[pd.DataFrame, list[str]]:
    """The rows as pandas hands them on, and columns with texts that are too long for a fixed length."""
    import pandas as pd
    import polars as pl

    columns: dict[str, pd.Series] = {}  # type: ignore[type-arg]
    long_texts = []
    plain = flat(rows.with_columns(as_number(column) for column in rows))
    for column in plain:
        name, dtype = names[column.name], column.dtype
        if dtype == pl.Boolean:
            column = column.cast(pl.Int8)
        if column.dtype.is_integer():
            columns[name] = _whole(column)
        elif column.dtype.is_float():
            finite = pl.when(column.abs() <= _LARGEST).then(column).otherwise(None)
            numbers = pl.select(finite.cast(pl.Float64)).to_series()
            columns[name] = pd.Series(numbers.to_numpy(), dtype="float64")
        else:
            texts = as_text(column).fill_null("").str.replace_all("\0", "\\u0000", literal=True)
            if (texts.str.len_bytes().max() or 0) > _LONGEST_TEXT:  # type: ignore[operator]
                long_texts.append(name)
            columns[name] = pd.Series(texts.to_list(), dtype=object)
    return pd.DataFrame(columns, index=range(rows.height)), long_texts


def _whole(column: pl.Series) -> pd.Series:  # type: ignore[type-arg]
    """Whole numbers as long where they fit and none is missing, else as double."""
    import pandas as pd
    import polars as pl

    low, high = column.min(), column.max()
    fits = column.null_count() == 0 and (low is None or (low in _LONG and high in _LONG))
    numbers = column.cast(pl.Int32 if fits else pl.Float64)
    return pd.Series(numbers.to_numpy(), dtype="int32" if fits else "float64")
