"""On which rows of the panel the numbers of an index rest, as ranges.

A score rests on the indicators in its own row, and on those of all rows as far as they set its scale; a
weight rests on all rows. Which published cells lie under them is asked in the published file, of
`index.provenance`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from nqpf_assets.catalog.table_frames import rows_of

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nqpf_assets.indices.method import IndexResult, Indicators
    from nqpf_assets.studies.index_method import Pool

Row = dict[str, Any]


def reads_of_index(
    name: str, indicators: Indicators, result: IndexResult, *, pool: Pool | None
) -> pl.DataFrame:
    """Rows of `index_read` of one index.

    Args:
        name: of the index.
        indicators: what it is made of.
        result: what it has numbers of.
        pool: on which other rows than its own a score rests, as `IndexMethod` says.
    """
    whole = tuple(_in_pool(indicators))
    scale = whole
    if pool == "extremes":
        scale = tuple(_at_bounds(indicators, result))
    elif result.bounds is not None:
        scale = tuple(_in_years(indicators, result))
    rows = [
        *_of_scores(indicators, result, scale if pool is not None else ()),
        *_of_weights(result, scale),
        *_of_components(result, whole),
        *_of_tests(indicators, result, whole),
    ]
    return rows_of("index_read", [{"index_name": name, "role": "scale"} | row for row in rows])


def _of_scores(indicators: Indicators, result: IndexResult, pool: Iterable[Row]) -> Iterator[Row]:
    """What a score reads in its own row, and in others; so with the part of each dimension."""
    parts: list[tuple[str, str | None, tuple[str, ...]]] = [("score", None, indicators.names)]
    for dimension in result.dimension_scores:
        own = zip(indicators.names, indicators.dimensions, strict=True)
        names = tuple(indicator for indicator, of in own if of == dimension)
        parts.append(("dimension_score", dimension, names))
    for table, term, names in parts:
        number = {"number_table": table, "number": "score", "term": term}
        for variable in names:
            yield number | {"variable": variable, "role": "value", "is_own_row": True}
        yield from (number | read for read in pool)


def _of_weights(result: IndexResult, pool: Iterable[Row]) -> Iterator[Row]:
    """A weight compares all indicators, an entropy is of its own, and what a study says is of none."""
    for read in pool if result.weights and not result.weights[0].is_said else ():
        yield {"number_table": "weight", "number": "weight"} | read
        for number in ("entropy", "divergence"):
            if getattr(result.weights[0], number) is not None:
                yield {"number_table": "weight", "number": number, "term": read["variable"]} | read


def _of_components(result: IndexResult, pool: Iterable[Row]) -> Iterator[Row]:
    for number in ("loading", "eigenvalue", "share") if result.components else ():
        yield from ({"number_table": "component", "number": number} | read for read in pool)


def _of_tests(indicators: Indicators, result: IndexResult, pool: Iterable[Row]) -> Iterator[Row]:
    for test in result.tests:
        of = {"number_table": "test", "number": test.test, "term": test.term}
        if test.rows is None:
            yield from (of | read for read in pool)
        else:
            for variable in indicators.names:
                yield from (of | read for read in _in_rows(indicators, variable, test.rows))


def _in_pool(indicators: Indicators) -> Iterator[Row]:
    """All rows, of each indicator."""
    import numpy as np

    for variable in indicators.names:
        of = {"variable": variable, "is_own_row": False}
        yield from (of | run for run in _runs(indicators, np.arange(len(indicators.units))))


def _in_years(indicators: Indicators, result: IndexResult) -> Iterator[Row]:
    """Of each year its own rows, and those of other years that bound an indicator."""
    import numpy as np

    assert result.bounds is not None, "asked only where there are some"
    for year in sorted(set(indicators.periods.tolist())):
        own = tuple(_runs(indicators, np.flatnonzero(indicators.periods == year)))
        for variable, rows in zip(indicators.names, result.bounds, strict=True):
            of = {"variable": variable, "is_own_row": False, "period": year}
            yield from (of | run for run in own)
            others = rows[indicators.periods[rows] != year].tolist()
            yield from ({"period": year} | read for read in _in_rows(indicators, variable, others))


def _at_bounds(indicators: Indicators, result: IndexResult) -> Iterator[Row]:
    """The rows that bound an indicator, for all years."""
    assert result.bounds is not None, "what rests on extremes says where they are"
    for variable, rows in zip(indicators.names, result.bounds, strict=True):
        yield from _in_rows(indicators, variable, rows.tolist())


def _runs(indicators: Indicators, rows: NDArray[np.intp]) -> Iterator[Row]:
    """Rows as ranges of years: of all units where none lacks one, else of each unit."""
    periods = indicators.periods[rows]
    first, last = int(periods.min()), int(periods.max())
    n_units = len(set(indicators.units.tolist()))
    if len(rows) == n_units * (last - first + 1):
        yield {"first_period": first, "last_period": last}
        return
    years: dict[str, list[int]] = {}
    for unit, period in zip(indicators.units[rows].tolist(), periods.tolist(), strict=True):
        years.setdefault(str(unit), []).append(int(period))
    for unit, of_unit in years.items():
        begin = of_unit[0]
        for year, following in zip(of_unit, [*of_unit[1:], None], strict=True):
            if following != year + 1:
                yield {"from_unit": unit, "first_period": begin, "last_period": year}
                begin = following or begin


def _in_rows(indicators: Indicators, variable: str, rows: Iterable[int]) -> Iterator[Row]:
    for row in rows:
        year = int(indicators.periods[row])
        of = {"variable": variable, "is_own_row": False, "from_unit": str(indicators.units[row])}
        yield of | {"first_period": year, "last_period": year}
