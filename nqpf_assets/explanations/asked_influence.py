"""What moves the numbers of a regression table most, asked by table, column and term."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nqpf_assets.explanations.designs import PublishedColumn
from nqpf_assets.explanations.estimated_again import EstimatedAgain, LeftOut
from nqpf_assets.explanations.influence_answer import row_of
from nqpf_assets.explanations.named import found, refused
from nqpf_assets.explanations.parts_left_out import parts_named
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.messages.problems import InputError

if TYPE_CHECKING:
    from nqpf_assets.explanations.cells_left_out import CellsLeftOut

NOTHING = "not_computed"
SUBJECTS = ("cell", "weight", "unit", "period", "observation", NOTHING)


@dataclass(frozen=True)
class Asked:
    """What is asked.

    Attributes:
        column, term, effect: None for all; of effects none unless one is named or all terms of a column are.
        most: rows of each kind.
        without: what is left out and estimated again, each as it was typed.
    """

    study: PublishedStudy
    table: str
    column: str | None
    term: str | None
    effect: str | None
    most: int
    without: tuple[str, ...]


def influence_rows(asked: Asked, cells: Callable[[], CellsLeftOut]) -> list[Row]:
    """Rows of the answer, by column, term, kind and size.

    Args:
        cells: opens the project, where cells are left out.

    Raises:
        InputError: a name that means nothing, or a publication without influence.
    """
    try:
        return _rows(asked, cells)
    except InputError as error:
        # Names are found as `nqpf explain` finds them.
        raise InputError(
            [
                replace(one, file="nqpf influence") if one.code == "explain" else one
                for one in error.problems
            ]
        ) from error


def _rows(asked: Asked, cells: Callable[[], CellsLeftOut]) -> list[Row]:
    study, place = asked.study, f"{asked.study.name}.{asked.table}"
    models = study.rows(
        "FROM {study}.model WHERE table_name = ? ORDER BY column_position", [asked.table]
    )
    if not models:
        tables = study.rows("SELECT DISTINCT table_name FROM {study}.model ORDER BY 1")
        found(
            asked.table,
            {one["table_name"]: 0 for one in tables},
            f"a regression table of {study.name}",
        )
    if not study.has("influence", "effect"):
        raise refused(
            place,
            "a publication with result.influence",
            f"the study {study.name} without it",
            "refresh, or ask a later publication",
        )
    columns = {row["column_label"]: PublishedColumn(study, row) for row in models}
    if asked.column is None and asked.without:
        raise refused(place, "a column beside --without", "none", f"name one: {', '.join(columns)}")
    wanted = (
        [*columns.values()]
        if asked.column is None
        else [found(asked.column, columns, f"a column of {place}")]
    )
    return [row for column in wanted for row in _of_column(asked, column, cells)]


def _of_column(
    asked: Asked, column: PublishedColumn, cells: Callable[[], CellsLeftOut]
) -> Iterator[Row]:
    numbers = _numbers(asked, column)
    told: list[Row] = []
    for kind, table in (("moved", "influence"), ("left_out", "leave_out")):
        for row in column.rows(table):
            number = (row["term"], row["effect"])
            if number in numbers or row["term"] is None:
                told.append(row_of(column, kind, row, numbers))
    told = [row for row in told if (row["size_rank"] or 1) <= asked.most]
    told += _again(asked, column, numbers, told, cells)
    order = {number: place for place, number in enumerate(numbers)}
    kinds = ("moved", "left_out", "estimated_again")
    yield from sorted(
        told,
        key=lambda row: (
            order.get((row["term"], row["effect"]), -1),
            kinds.index(row["kind"]),
            SUBJECTS.index(row["subject"]),
            row["size_rank"] or 0,
        ),
    )


def _numbers(asked: Asked, column: PublishedColumn) -> dict[tuple[str, str | None], Row]:
    """(term, effect) → its row, of what is asked, as the table has them."""
    rows = [row | {"effect": None} for row in column.rows("estimate")] + column.rows("effect")
    known = {(row["term"], row["effect"]): row for row in rows}
    if asked.effect is not None:
        effects = {effect: effect for _, effect in known if effect is not None}
        effect = found(asked.effect, effects, f"an effect of {' '.join(column.key)}")
        known = {number: row for number, row in known.items() if number[1] == effect}
    elif asked.term is not None or asked.column is None:
        known = {number: row for number, row in known.items() if number[1] is None}
    if asked.term is None:
        return known
    terms = {term: term for term, _ in known}
    term = found(asked.term, terms, f"a term of {' '.join(column.key)}")
    return {number: row for number, row in known.items() if number[0] == term}


def _again(
    asked: Asked,
    column: PublishedColumn,
    numbers: Mapping[tuple[str, str | None], Row],
    told: Sequence[Row],
    cells: Callable[[], CellsLeftOut],
) -> Iterator[Row]:
    """What is asked for by `without`, the largest changes first."""
    parts = parts_named(column, asked.without, told)
    walk = cells() if any(one.subject == "cell" for one in parts) else None
    again = EstimatedAgain(column, walk)
    found_rows = [row for part in parts for row in _estimated(column, again, part, numbers)]
    sizes: dict[tuple[str, str | None, str], list[Row]] = {}
    for row in found_rows:
        sizes.setdefault((row["term"], row["effect"], row["subject"]), []).append(row)
    for rows in sizes.values():
        rows.sort(
            key=lambda row: -abs(row["change"]) if row["change"] is not None else float("-inf")
        )
        for rank, row in enumerate(rows, start=1):
            yield row | {"size_rank": rank}


def _estimated(
    column: PublishedColumn,
    again: EstimatedAgain,
    part: LeftOut,
    numbers: Mapping[tuple[str, str | None], Row],
) -> Iterator[Row]:
    new = again.without(part)
    for (term, effect), row in numbers.items():
        estimate = new.estimates.get((term, effect))
        change = None if estimate is None or row["estimate"] is None else estimate - row["estimate"]
        error = row["std_error"]
        said = {
            "term": term,
            "effect": effect,
            "subject": part.subject,
            "series_id": part.series,
            "unit": part.unit,
            "period": part.period,
            "change": change,
            "change_in_std_errors": change / error if change is not None and error else None,
            "estimate": estimate,
            "note": new.why_not or (None if estimate is not None else "it is not identified then"),
        }
        yield row_of(column, "estimated_again", said, numbers)
