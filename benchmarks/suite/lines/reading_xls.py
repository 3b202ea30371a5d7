"""Reading a sheet of numbers in .xls, as yearbooks on disc have them."""

from __future__ import annotations

import io

from benchmarks.suite import tables
from benchmarks.suite.line import OURS, Contestant, Line


def xlrd(content: bytes) -> tuple[float, ...]:
    from xlrd import open_workbook

    sheet = open_workbook(file_contents=content).sheet_by_index(0)
    return tables.summed_rows(sheet.row_values(at) for at in range(sheet.nrows))


def pandas(content: bytes) -> tuple[float, ...]:
    import pandas as pd

    return tables.summed(pd.read_excel(io.BytesIO(content), engine="xlrd"))


LINE = Line(
    "Reading a sheet in .xls, ten columns of values",
    "cells",
    (1_000, 10_000, 100_000),
    (10_000, 100_000, 500_000),
    tables.as_xls,
    100,
    {
        OURS: Contestant(tables.ours, "nqpf-assets", remark="a text and a place with each number"),
        "xlrd": Contestant(xlrd, "xlrd"),
        "pandas": Contestant(pandas, "pandas", remark="by xlrd"),
    },
)
