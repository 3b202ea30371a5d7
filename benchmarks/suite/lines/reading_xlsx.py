"""Reading a sheet of numbers in .xlsx."""

from __future__ import annotations

import io

from benchmarks.suite import tables
from benchmarks.suite.line import OURS, Contestant, Line


def openpyxl(content: bytes) -> tuple[float, ...]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    return tables.summed_rows(book.active.iter_rows(values_only=True))


def pandas(content: bytes) -> tuple[float, ...]:
    import pandas as pd

    return tables.summed(pd.read_excel(io.BytesIO(content), engine="openpyxl"))


def polars(content: bytes) -> tuple[float, ...]:
    import polars as pl

    return tables.summed(pl.read_excel(content, engine="calamine"))


LINE = Line(
    "Reading a sheet in .xlsx, ten columns of values",
    "cells",
    (1_000, 10_000, 100_000),
    (10_000, 100_000, 1_000_000),
    tables.as_xlsx,
    100,
    {
        OURS: Contestant(tables.ours, "nqpf-assets", remark="a text and a place with each number"),
        "openpyxl": Contestant(openpyxl, "openpyxl", remark="read-only mode"),
        "pandas": Contestant(pandas, "pandas", remark="by openpyxl"),
        "Polars": Contestant(polars, "polars", remark="by calamine (fastexcel)"),
    },
)
