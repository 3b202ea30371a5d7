"""Column lineage of a step's tables: read from its query, or as the step declares it beside its output.

A declaration names columns, and behind them how others enter, in the words of `query_lineage`:

    {
        "variable unit": "identity reported_cell.=; join unit.unit",
        "value": "transformation reported_cell.value; conditional series.interpolation, series.ends",
        "*": "filter rests_on.first_lag",
    }

`reported_cell` is a table of the step's study, `source.file` one that serves all, `study file` what lies
outside of the warehouse; `=` stands for the column of the same name, `*` for the rows of the table, `others`
for all columns that are not named. Names with blanks in them stand in a tuple.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from nqpf_assets.steps.query_lineage import (
    DIRECT,
    INDIRECT,
    OUTSIDE,
    ROWS,
    From,
    Lineage,
    query_lineage,
)
from nqpf_assets.steps.step import Step
from nqpf_assets.warehouse.store import TableKey

OTHERS = "others"


def column_lineage(
    step: Step, key: TableKey, columns: Mapping[TableKey, tuple[str, ...]]
) -> Lineage:
    """For each column of a table of the step, and for its rows, what it is made from.

    Args:
        key: one of its outputs.
        columns: those of the table and of the tables that the step reads, as far as they are known.

    Returns:
        Column → the columns that enter it; under `ROWS` what decides which rows there are. Empty where a
        query is of a form that cannot be followed, or nothing is declared; that costs no number.
    """
    if key in step.sql:
        known = tuple((one, columns[one]) for one in step.inputs if columns.get(one))
        is_of_study = not step.parameters.keys().isdisjoint({"studies", "study file"})
        return query_lineage(step.sql[key], known, "study file" if is_of_study else "program")
    return declared(tuple(step.lineage.get(key, {}).items()), step.study, columns.get(key, ()))


@lru_cache(maxsize=512)
def declared(
    said: tuple[tuple[str | tuple[str, ...], str], ...], study: str | None, columns: tuple[str, ...]
) -> Lineage:
    """A declaration as what it says of each column.

    Raises:
        ValueError: it cannot be read, or names a column that the table has not.
    """
    named = {
        name: words
        for names, words in said
        for name in (names.split() if isinstance(names, str) else names)
    }
    if others := named.pop(OTHERS, ""):
        named = dict.fromkeys(columns, others) | named
    if unknown := named.keys() - {*columns, ROWS} if columns else ():
        raise ValueError(f"no column {', '.join(sorted(unknown))} in {', '.join(columns)}")
    return {name: tuple(dict.fromkeys(_read(words, name, study))) for name, words in named.items()}


def is_from_outside(step: Step, key: TableKey) -> bool:
    """Whether a table is declared to be made from what the step is told alone, and from no table."""
    said = step.lineage.get(key, {})
    sources = (one for words in said.values() for one in _read(words, "", step.study))
    return bool(said) and all(not one.schema for one in sources)


def _read(words: str, name: str, study: str | None) -> Iterator[From]:
    for clause in filter(None, (one.strip() for one in words.split(";"))):
        how = next((one for one in (*DIRECT, *INDIRECT) if clause.startswith(f"{one} ")), None)
        if how is None:
            raise ValueError(
                f"`{clause}` does not begin with one of {', '.join((*DIRECT, *INDIRECT))}"
            )
        for one in clause.removeprefix(how).split(","):
            yield _source(one.strip(), name, how, study)


def _source(said: str, name: str, how: str, study: str | None) -> From:
    if said in OUTSIDE:
        return From("", said, "", how)
    table, _, column = said.rpartition(".")
    schema, _, table = table.rpartition(".")
    if not table or not column or not (schema or study):
        raise ValueError(f"`{said}` is neither a column of a table nor one of {', '.join(OUTSIDE)}")
    return From(schema or str(study), table, name if column == "=" else column, how)


def listed(table: str, columns: Iterable[str]) -> str:
    """Columns of a table as a declaration names them."""
    return ", ".join(f"{table}.{column}" for column in columns)
