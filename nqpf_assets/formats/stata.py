"""Stata's .dta files: values under their labels, missing codes as missing.

A labelled value is shown by its label (a region coded 50 and labelled 重庆 is 重庆), except in
columns where only some values have labels, such as a -9 for "no answer": there a labelled
value is not a measurement, and stays visible as text. Pandas is loaded here and nowhere else.
"""

from __future__ import annotations

import io
import warnings
from typing import Any

import polars as pl

from nqpf_assets.messages.problems import Problem


def read_stata(content: bytes) -> tuple[pl.DataFrame, tuple[str, ...], list[Problem]]:
    """A frame of the file's columns; system and extended missing values (., .a to .z) are null."""
    import pandas as pd

    notes: list[str] = []
    reader: Any  # its value labels are not in the stubs
    with (
        warnings.catch_warnings(),
        pd.io.stata.StataReader(io.BytesIO(content), convert_categoricals=False) as reader,
    ):
        # Text that is not UTF-8 comes as Latin-1: no region of the catalogue, and told as such.
        warnings.simplefilter("ignore", UnicodeWarning)
        data = reader.read()
        if reader.data_label:
            notes.append(reader.data_label)
        value_labels = reader.value_labels()
        # Which column uses which set of labels is not in pandas' public interface.
        sets = dict(zip(reader._varlist, reader._lbllist, strict=True))
    columns: dict[str, pl.Series] = {}
    for name in data.columns:
        series = data[name]
        texts = value_labels.get(sets.get(name, ""), {})
        if series.dtype == object:
            series = series.where(series.notna(), None)
        column = pl.Series(str(name), series.tolist(), strict=False)
        if column.dtype.is_float():
            column = column.fill_nan(None)
        if texts and column.dtype.is_numeric():
            column = _labelled(column, {float(code): text for code, text in texts.items()})
        columns[str(name)] = column
    return pl.DataFrame(columns), tuple(notes), []


def _labelled(column: pl.Series, texts: dict[float, str]) -> pl.Series:
    codes = column.cast(pl.Float64)
    shown = codes.replace_strict(texts, default=None, return_dtype=pl.String)
    plain = column.cast(pl.String).str.replace(r"\.0$", "")
    return shown.zip_with(shown.is_not_null(), plain).rename(column.name)
