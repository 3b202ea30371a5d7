"""Whether two publications have the same numbers of a study, row by row and to the last bit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.exports.published_tables import known_tables
from nqpf_assets.exports.study import RESULTS
from nqpf_assets.warehouse.duckdb_file import comments_of_columns

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

LONG = ("panel", *RESULTS, "index_score", "index_weight", "variable", "unit")
"""Tables of numbers beside the printed ones."""


def different_tables(ours: Connection, theirs: Connection, study: str) -> list[str]:
    """Tables of the study that are not the same in both."""
    printed = [
        name.partition(".")[2] for name in known_tables(ours) if name.startswith(f"{study}.")
    ]
    return [
        name for name in dict.fromkeys([*LONG, *printed]) if not _is_same(ours, theirs, study, name)
    ]


def _is_same(ours: Connection, theirs: Connection, study: str, table: str) -> bool:
    columns = list(comments_of_columns(ours, study, table))
    if columns != list(comments_of_columns(theirs, study, table)):
        return False
    if not columns:
        return True  # neither has the table
    frames = [
        PublishedStudy(one, study).frame(f'FROM {{study}}."{table}" ORDER BY ALL')
        for one in (ours, theirs)
    ]
    return frames[0].equals(frames[1], null_equal=True)
