"""What matters of a difference in ten lines at most, to be sent to somebody: what came, and what it did.

Everything else stands below it; nothing is told here that is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nqpf_assets.exports.told_estimates import estimate_words, meaning, move
from nqpf_assets.messages.counted import counted
from nqpf_assets.publications.difference import HELD_BACK, Difference

if TYPE_CHECKING:
    import polars as pl

MOST_LINES = 10
SEVERAL = "because   of several causes: `nqpf diff --shares` tells what each of them moved"
SHOWN = 3
"""Names of a kind of cause, and coefficients, that are told."""


def summary(found: Difference) -> list[str]:
    """The lines; the head of the whole stands above them."""
    effects = [
        *_coefficients(found.parts["estimate"]),
        *_indices(found.parts["weight"], found.parts["score"]),
        _tables(found),
    ]
    causes = [*_causes(found)]
    is_kept = found.new.fingerprint != HELD_BACK  # shares are told of publications
    hint = [SEVERAL] if len(causes) > 1 and found.parts["estimate"].height and is_kept else []
    room = MOST_LINES - len(effects) - len(hint) - 1  # the head
    if len(causes) > room:
        more = f"because   and {counted(len(causes) - room + 1, 'further kinds')} of causes, told below"
        causes = [*causes[: room - 1], more]
    return [*causes, *hint, *effects]


def _causes(found: Difference) -> Iterator[str]:
    """What is another, a line for each kind: nothing of what is made from it."""
    files = found.parts["file"]
    for change in ("added", "replaced", "removed", "moved"):
        rows = [row for row in files.iter_rows(named=True) if row["change"] == change]
        names = [f"{row['path']} ({row['publisher']} {row['vintage']})" for row in rows]
        yield from _kind("file" if len(rows) == 1 else "files", change, names)
    kinds: dict[tuple[str, str], list[str]] = {}
    for name in found.inputs.values:
        if (kind := _kind_of_input(name)) and not _comes_with_file(found, name):
            kinds.setdefault((kind, found.inputs.words(name)), []).append(name)
    for (kind, change), names in kinds.items():
        if kind == "corrections":
            names = sorted(set(found.parts["correction"]["name"].to_list())) or names
        yield from _kind(kind, change, names)
    if any(PROGRAM in by for by in found.origins.values()):
        yield "because   code of the program changed"
    changed = [
        f"{name} {old or 'none'} → {new or 'none'}"
        for name, (old, new) in found.versions.values.items()
    ]
    yield from _kind("releases", "changed", changed)


PROGRAM = "program"


def _kind(what: str, change: str, names: list[str]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield f"because   {what} {change}: {', '.join(names[:SHOWN])}{more}"


def _kind_of_input(name: str) -> str | None:
    if name.startswith("raw/"):
        return "card" if name.endswith("card.yaml") else None
    if name == "corrections.yaml":
        return "corrections"
    if name == "nqpf.yaml":
        return "settings"
    return "catalogue" if name.startswith("catalog/") else "study file"


def _comes_with_file(found: Difference, name: str) -> bool:
    """Whether a card came or went with its file, which is told already."""
    return name.startswith("raw/") and found.inputs.words(name) != "changed"


def _coefficients(rows: pl.DataFrame) -> Iterator[str]:
    """How many coefficients moved, how far, and those whose meaning changed or that moved most."""
    moved = rows.to_dicts()
    if not moved:
        yield "result    no coefficient of a table moves"
        return
    columns = {(row["study"], row["table_name"], row["column_label"]) for row in moved}
    n_signs = sum(row["is_sign_changed"] for row in moved)
    n_levels = sum(row["is_significance_changed"] for row in moved)
    words = f"; {n_signs} with another sign, {n_levels} across 5 %" if n_signs or n_levels else ""
    yield (
        f"result    {counted(len(moved), 'coefficients', ',')} of {counted(len(columns), 'columns', ',')} "
        f"moved, by at most {max(map(move, moved)):.2g} standard errors{words}"
    )
    yield from (f"          {_named(row)}" for row in sorted(moved, key=_weight)[:SHOWN])


def _weight(row: dict[str, Any]) -> tuple[int, float]:
    """Signs before significance before size."""
    is_gone = row["old_estimate"] is None or row["new_estimate"] is None
    rank = 0 if row["is_sign_changed"] else 1 if row["is_significance_changed"] else 2
    return (rank if not is_gone else min(rank, 1 if meaning(row) else 2), -move(row))


def _named(row: dict[str, Any]) -> str:
    return f"{row['study']}.{row['table_name']} {row['column_label']} {estimate_words(row)}"


def _indices(weights: pl.DataFrame, scores: pl.DataFrame) -> Iterator[str]:
    """Per index nothing, in all one line: how many scores and ranks moved, and in which indices."""
    import polars as pl

    names = {
        f"{row['study']} {row['index_name']}"
        for frame in (weights, scores)
        for row in frame.select("study", "index_name").unique().iter_rows(named=True)
    }
    if not names:
        return
    n_ranks = scores.filter(pl.col("old_rank") != pl.col("new_rank")).height
    shown = sorted(names)[:SHOWN]
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    yield (
        f"index     {counted(scores.height, 'scores', ',')}, {counted(n_ranks, 'ranks', ',')} and "
        f"{counted(weights.height, 'weights', ',')} moved: {', '.join(shown)}{more}"
    )


def _tables(found: Difference) -> str:
    same = len(found.new.tables) - sum(name in found.new.tables for name in found.tables.values)
    return f"tables    {len(found.tables.values):,} differ, {same:,} are the same"
