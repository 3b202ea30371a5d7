"""Reading a table of numbers in CSV."""

from __future__ import annotations

import io

from benchmarks.suite import tables
from benchmarks.suite.line import OURS, Contestant, Line


def pandas(content: bytes) -> tuple[float, ...]:
    import pandas as pd

    return tables.summed(pd.read_csv(io.BytesIO(content), dtype={"code": str}))


def polars(content: bytes) -> tuple[float, ...]:
    import polars as pl

    return tables.summed(pl.read_csv(content, schema_overrides={"code": pl.String}))


LINE = Line(
    "Reading a table in CSV, ten columns of values",
    "cells",
    (10_000, 100_000, 1_000_000),
    (100_000, 1_000_000, 10_000_000),
    tables.as_csv,
    1_000,
    {
        OURS: Contestant(tables.ours, "nqpf-assets", remark="a text and a place with each number"),
        "pandas": Contestant(pandas, "pandas"),
        "Polars": Contestant(polars, "polars"),
    },
)
