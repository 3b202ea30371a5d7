"""What matters of a difference in a dozen lines, to be sent to somebody: what came, and what it did."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nqpf_assets.exports.told_causes import why
from nqpf_assets.exports.told_estimates import estimate_words
from nqpf_assets.exports.told_numbers import arrow, share_words
from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.publications.difference import HELD_BACK, Difference
from nqpf_assets.publications.what_matters import Matter, what_matters

MOST_LINES = 12
SEVERAL = "because   of several causes: `nqpf diff --shares` tells what each of them moved"
SHOWN = 3
"""Names of a kind of cause, coefficients with other stars, and indices that are told."""
SHOWN_CAUSES = 2
"""Series under one coefficient."""
VALUE_DIGITS = 6
OF_FILES = ("added", "replaced", "removed")
"""What is said of a file, and not of the cells in it."""

Facts = Mapping[str, Any]


def summary(found: Difference) -> list[str]:
    """The lines; the head of the whole stands above them."""
    rows = what_matters(found)
    causes = [_cause(row.facts) for row in rows if row.kind == "cause"]
    effects = [*_effects(found, [row for row in rows if row.kind != "cause"])]
    is_kept = found.new.fingerprint != HELD_BACK  # shares are told of publications
    hint = [SEVERAL] if len(causes) > 1 and found.parts["estimate"].height and is_kept else []
    room = MOST_LINES - len(effects) - len(hint) - 1  # the head
    if len(causes) > room:
        more = f"because   and {counted(len(causes) - room + 1, 'further kinds')} of causes, told below"
        causes = [*causes[: room - 1], more]
    return [*causes, *hint, *effects]


def _cause(facts: Facts) -> str:
    names = f": {_some(facts['names'])}" if facts["names"] else ""
    return f"because   {facts['what']} {facts['change']}{names}"


def _some(names: list[str], of: int | None = None) -> str:
    n = len(names) if of is None else of
    return ", ".join(names[:SHOWN]) + (f" and {n - SHOWN} more" if n > SHOWN else "")


def _effects(found: Difference, rows: list[Matter]) -> Iterator[str]:
    yield from _cells([row.facts for row in rows if row.kind == "cells"])
    for row in rows:
        if row.kind == "coefficients":
            yield f"result    {_coefficients(row.facts)}"
        elif row.kind == "coefficient":
            yield f"          {_name(row.facts)} {estimate_words(row.facts)}{_moved_by(found, row.facts)}"
        elif row.kind == "stars":
            yield f"stars     {_stars(row.facts['rows'])}"
    yield from _indices({row.kind: row.facts for row in rows})
    for row in rows:
        if row.kind == "tables":
            yield f"tables    {row.facts['n_differ']:,} changed, {row.facts['n_same']:,} unchanged"


def _cells(rows: list[Facts]) -> Iterator[str]:
    """All series in one line: the one whose cell changed most, and how many more there are."""
    if not rows:
        return
    first = rows[0]
    words = f"{counted(first['n'], 'cells', ',')} of {first['series_id']}"
    share = "" if first["share"] is None else f"{share_words(first['share'])}, "
    values = arrow(first["old_value"], first["new_value"], VALUE_DIGITS)
    place = f"{first['unit_name'] or first['unit']} {first['period']}"
    at = f"the most {place}: {values} ({share}{first['change']})"
    names = [
        f"{row['n']:,} of {row['series_id']}" for row in rows[1:] if row["study"] == first["study"]
    ]
    besides = f"; {_some(names)}" if names else ""
    others = len({row["study"] for row in rows}) - 1
    more = f"; and in {counted(others, 'other studies')}" if others else ""
    yield f"cells     {first['study']}: {words}, {at}{besides}{more}"


def _coefficients(facts: Facts) -> str:
    """How many coefficients moved, how far, and how many changed their meaning."""
    if not facts["n"]:
        return "no coefficient of a table moves"
    counts = ((facts["n_signs"], "with another sign"), (facts["n_levels"], "across 5 %"),
              (facts["n_stars"], "with other stars"))  # fmt: skip
    said = ", ".join(f"{n} {words}" for n, words in counts if n)
    whose = f"{counted(facts['n'], 'coefficients', ',')} of {counted(facts['n_columns'], 'columns', ',')} "
    moved = f"moved, by at most {facts['most']:.2g} standard errors"
    besides = [f"{facts[f'n_{what}']:,} {what}" for what in ("gone", "added") if facts[f"n_{what}"]]
    n_alone = facts["n"] - facts["n_moved"] - facts["n_gone"] - facts["n_added"]
    if n_alone:
        besides.insert(
            0, f"{n_alone:,} in the standard error alone, by at most {facts['most_error']:.0%}"
        )
    if besides and facts["n_moved"]:
        besides.insert(0, f"{facts['n_moved']:,} {moved}")
    words = f"{verb(facts['n'], 'differ')}: {', '.join(besides)}" if besides else moved
    return f"{whose}{words}{f'; {said}' if said else ''}"


def _name(row: Facts) -> str:
    return f"{row['study']}.{row['table_name']} {row['column_label']}"


def _moved_by(found: Difference, row: Facts) -> str:
    """What is another under the coefficient's column."""
    cells = [
        f"{counted(one['n_cells'], 'cells', ',')} of {one['series_id']} "
        f"{'of a file ' if one['because'] in OF_FILES else ''}"
        f"{why(found, one['because'], one['path'])}"
        for one in row["cells"][:SHOWN_CAUSES]
    ]
    if len(row["cells"]) > SHOWN_CAUSES:
        cells.append(f"{counted(len(row['cells']) - SHOWN_CAUSES, 'more series')}")
    return f" ← {', '.join([*cells, *row['said_by']])}" if cells or row["said_by"] else ""


def _stars(rows: list[Facts]) -> str:
    named = [
        f"{_name(row)} {row['term']} {row['old_stars'] or 'none'} → {row['new_stars'] or 'none'}"
        for row in rows
    ]
    return _some(named)


def _indices(rows: Mapping[str, Facts]) -> Iterator[str]:
    """How many scores, ranks and weights moved; the weight and the rank that moved most."""
    if "index" not in rows:
        return
    facts = rows["index"]
    yield (
        f"index     {counted(facts['n_scores'], 'scores', ',')}, "
        f"{counted(facts['n_ranks'], 'ranks', ',')} and "
        f"{counted(facts['n_weights'], 'weights', ',')} moved: {_some(facts['names'])}"
    )
    most = []
    if "weight" in rows:
        row = rows["weight"]
        year = f" {row['weight_period']}" if row["weight_period"] else ""
        name = f"{row['study']} {row['index_name']} {row['indicator']}{year}"
        by = _index_by(row, "cells of other indicators")
        most.append(f"weight of {name} {arrow(row['old_weight'], row['new_weight'])}{by}")
    if "rank" in rows:
        row = rows["rank"]
        name = (
            f"{row['study']} {row['index_name']} {row['unit_name'] or row['unit']} {row['period']}"
        )
        by = _index_by(row, "cells of other units or years")
        most.append(f"rank of {name} {row['old_rank']} → {row['new_rank']}{by}")
    if most:
        yield f"          the most {'; '.join(most)}"


def _index_by(row: Facts, others: str) -> str:
    """Series of its own that are others; else that others are; and who says the index otherwise."""
    cells = row["moved_by"] or (others if row["has_cells"] else None)
    causes = [*([cells] if cells else []), *row["said_by"]]
    return f" ← {', '.join(causes)}" if causes else ""
