"""On which rows of the panel the numbers of tables that describe it rest: `table_read` and `table_span`.

Which published cells lie under them is asked in the published file (`result.table_provenance`), and never
written out here. A table whose numbers are not all told is refused, so that no kind of table can forget them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nqpf_assets.catalog.table_frames import rows_of, schema_of
from nqpf_assets.stages.provenance.numbers_read import ANY_SCALE, IN_PRINT, Read
from nqpf_assets.stages.spans import spans_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.stages.printed_panel_table import Described
    from nqpf_assets.studies.table_kind import PanelTable

KEYS = ("period", "group_name", "other_group")
"""What a row of a table can be of; where it is of none, a number rests on the same rows in all of them."""
Number = tuple[str, str, int | None, str | None, str | None]
"""Table, column or measure, and year and groups of the row in which a number stands."""


def read_rows(
    name: str,
    table: PanelTable,
    described: Described,
    scores: Collection[str] = (),
    computed: Collection[str] = (),
) -> pl.DataFrame:
    """Rows of `table_read` of one table.

    Args:
        name: of the table.
        table: as the study asks for it.
        described: what it says of its numbers.
        scores: variables that are one standard score, shifted and scaled; others are values.
        computed: groupings that expressions make: what decides the group of a row decides a number by groups.

    Raises:
        ValueError: the kind does not tell of all its numbers, or of a variable that it is not made from;
            a mistake of the kind, not of the study.
    """
    if wrong := [*_untold(described), *_other_variables(table, described.reads)]:
        raise ValueError(f"table {name}: {'; '.join(wrong)}")
    reads = [*described.reads, *_of_labels(table, described, computed)]
    return rows_of("table_read", _rows(name, table, reads, scores))


def span_rows(
    name: str, table: PanelTable, described: Described, panel: pl.DataFrame
) -> pl.DataFrame:
    """Rows of `table_span` of one table: rows that it counts, as runs of years in one group."""
    import polars as pl

    group = next(iter(table.groupings()), None)
    label = pl.lit(None, pl.String) if group is None else pl.col(group)
    labels = panel.select("unit", "period", label.alias("group_name"))
    rows = described.sample.join(labels, on=["unit", "period"], how="left")
    return spans_of(rows, "unit", "group_name").with_columns(table_name=pl.lit(name))


def _of_labels(
    table: PanelTable, described: Described, computed: Collection[str]
) -> Iterator[Read]:
    """What decides in which group rows are, under all numbers by groups: a row may come from another."""
    asked = [grouping for grouping in table.groupings() if grouping in computed]
    if not asked:
        return
    years = described.sample.get_column("period").to_list()
    first, last = min(years), max(years)
    numbers = dict.fromkeys(
        (one.table, name, one.period, one.group, one.other)
        for one in described.reads
        for name in one.numbers
        if one.groups or one.group is not None or one.is_by_group
    )
    for name, number, period, group, other in numbers:
        from_year, to_year = (first, last) if period is None else (period, period)
        for grouping in asked:
            of = Read(name, (number,), grouping, from_year, to_year, role="threshold_side")
            yield replace(of, period=period, group=group, other=other)


def _rows(
    name: str, table: PanelTable, reads: Iterable[Read], scores: Collection[str]
) -> Iterator[dict[str, Any]]:
    grouping = getattr(table, "grouping", None)
    for one in reads:
        row = {
            "table_name": name,
            "number_table": one.table or name,
            "period": one.period,
            "group_name": one.group,
            "other_group": one.other,
            "variable": one.variable,
            "role": "value" if one.role == ANY_SCALE and one.variable not in scores else one.role,
            "from_unit": one.unit,
            "is_own_unit": one.is_own_unit,
            "first_period": one.first,
            "last_period": one.last,
            "weights_name": one.weights,
            "standardize": one.standardize,
        }
        for group in one.groups or (None,):
            from_group = {"grouping": grouping if group else None, "from_group": group}
            yield from (row | from_group | {"number": number} for number in one.numbers)


def _untold(described: Described) -> Iterator[str]:
    """Numbers of which no read tells what they rest on."""
    told = {
        (one.table, number, one.period, one.group, one.other)
        for one in described.reads
        for number in one.numbers
    }
    for number in _numbers(described):
        table, name, *keys = number
        if number not in told and (table, name, None, None, None) not in told:
            words = " ".join(str(key) for key in keys if key is not None)
            yield f"not told what {name} {words} of {table or 'the printed table'} rests on"


def _numbers(described: Described) -> Iterator[Number]:
    """Every number that is no count."""
    for table, frame in described.long.items():
        numbers = [name for name, dtype in schema_of(table).items() if dtype.is_float()]
        keys = [name for name in (*KEYS, "measure") if name in frame.columns]
        of_rows = frame.select(keys).unique().to_dicts() if keys else [{}]
        for row in of_rows:
            names = [row["measure"]] if "measure" in row else numbers
            of = (row.get("period"), row.get("group_name"), row.get("other_group"))
            yield from ((table, name, *of) for name in names)
    numbers = [name for name, is_count in described.columns.items() if not is_count]
    for line in described.printed:
        label = str(line["row_label"])
        of = (int(label), None, None) if described.kind == "period" else (None, label, None)
        yield from ((IN_PRINT, name, *of) for name in numbers if line[name] is not None)


def _other_variables(table: PanelTable, reads: Iterable[Read]) -> Iterator[str]:
    read, made_from = {one.variable for one in reads}, set(table.variables())
    if read != made_from:
        yield f"made from {', '.join(sorted(made_from))}, and told to rest on {', '.join(sorted(read))}"
