"""Numbers, tables and sums of products as pieces of SQL that mean the same in either dialect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from nqpf_assets.estimators.linear.summed_rows import Floats
from nqpf_assets.warehouse.duckdb_engine import SUM_IN_ANY_ORDER as SUM


def number(value: float) -> str:
    """A double as SQL: with an exponent it is no decimal in either dialect."""
    return f"{float(value):.17e}"


def listed(periods: Iterable[int]) -> str:
    return ", ".join(map(str, periods))


def table_of(alias: str, names: Sequence[str], rows: dict[int, list[float]]) -> str:
    """Numbers of periods as a table of SQL: `year`, the period, and these columns."""
    listed = (f"({at}, {', '.join(map(number, numbers))})" for at, numbers in rows.items())
    return f"(VALUES {', '.join(listed)}) AS {alias}(year, {', '.join(names)})"


def combined(columns: Sequence[str], weights: Floats) -> str:
    terms = (
        f"({number(weight)}) * {one}"
        for one, weight in zip(columns, weights.tolist(), strict=True)
        if weight
    )
    return " + ".join(terms)


def products_of(columns: Sequence[str]) -> str:
    """Sums of the products of columns, each pair once."""
    pairs = ((one, other) for at, one in enumerate(columns) for other in columns[at:])
    return ", ".join(f"{SUM}({one} * {other}) AS {one}_{other}" for one, other in pairs)


def square(numbers: Sequence[float], size: int) -> Floats:
    """A symmetric matrix from its upper half, row after row."""
    whole = np.zeros((size, size))
    whole[np.triu_indices(size)] = numbers
    return np.asarray(np.triu(whole) + np.triu(whole, 1).T)
