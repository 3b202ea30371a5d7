"""Stata's .dta files: values under their labels, or codes with labels beside them; missing codes as missing.

A labelled value is shown by its label (a region coded 50 and labelled 重庆 is 重庆), except in
columns where only some values have labels, such as a -9 for "no answer": there a labelled
value is not a measurement, and stays visible as text.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from nqpf_assets.messages.problems import Problem

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class StataFile:
    """A file as it is stored; system and extended missing values (., .a to .z) are null.

    Attributes:
        frame: its columns, codes as numbers.
        labels: column → code → label, of those that have labels.
        title: the file's own label; empty where it has none.
    """

    frame: pl.DataFrame
    labels: Mapping[str, Mapping[float, str]]
    title: str


def read_codes(content: bytes) -> StataFile:
    """The file with its codes, and what they stand for."""
    import pandas as pd

    reader: Any  # its value labels are not in the stubs
    with (
        warnings.catch_warnings(),
        pd.io.stata.StataReader(io.BytesIO(content), convert_categoricals=False) as reader,
    ):
        # Text that is not UTF-8 comes as Latin-1: no region of the catalogue, and told as such.
        warnings.simplefilter("ignore", UnicodeWarning)
        data = reader.read()
        title = reader.data_label
        value_labels = reader.value_labels()
        # Which column uses which set of labels is not in pandas' public interface.
        sets = dict(zip(reader._varlist, reader._lbllist, strict=True))
    labels = {
        str(name): {float(code): text for code, text in value_labels[key].items()}
        for name, key in sets.items()
        if value_labels.get(key)
    }
    return StataFile(frame_of(data), labels, title)


def read_stata(content: bytes) -> tuple[pl.DataFrame, tuple[str, ...], list[Problem]]:
    """A frame of the file's columns, labels in place of codes."""
    file = read_codes(content)
    shown = [
        _labelled(column, file.labels[column.name])
        if column.name in file.labels and column.dtype.is_numeric()
        else column
        for column in file.frame
    ]
    return pl.DataFrame(shown), (file.title,) if file.title else (), []


def frame_of(data: pd.DataFrame) -> pl.DataFrame:
    """Columns of a frame of pandas as those of Polars, without a loss where a column is mixed."""
    import pandas as pd

    columns = []
    for name in data.columns:
        series = data[name]
        if series.dtype == object or pd.api.types.is_string_dtype(series.dtype):
            series = series.astype(object).where(series.notna(), None)  # NaN would be a text
        column = pl.Series(str(name), series.tolist(), strict=False)
        columns.append(column.fill_nan(None) if column.dtype.is_float() else column)
    return pl.DataFrame(columns)


def _labelled(column: pl.Series, texts: Mapping[float, str]) -> pl.Series:
    codes = column.cast(pl.Float64)
    shown = codes.replace_strict(texts, default=None, return_dtype=pl.String)
    plain = column.cast(pl.String).str.replace(r"\.0$", "")
    return shown.zip_with(shown.is_not_null(), plain).rename(column.name)
