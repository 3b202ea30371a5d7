"""The published file as an assistant asks it: opened, within limits, with what an answer rests on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nqpf_assets.exports.cells import frame_from
from nqpf_assets.exports.registry import content_of, formats_of
from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.messages.problems import InputError, ProblemsFound
from nqpf_assets.questions.contents import contents
from nqpf_assets.questions.refusals import told
from nqpf_assets.warehouse.duckdb_engine import engine_error, is_interruption
from nqpf_assets.warehouse.duckdb_file import NoQuery, answer_of, is_damage, stopped_after

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.user_input.project import Project
    from nqpf_assets.warehouse.connection import Connection

MOST_ROWS = 1_000
"""Rows of an answer; an assistant that wants more should ask for a summary."""
MOST_CHARACTERS = 1_000_000
"""Of the rows of an answer, as JSON; one cell may hold a list of millions."""
SECONDS = 30.0
"""A query that takes longer is stopped."""
Rows = list[dict[str, Any]]


class Refused(Exception):
    """What was asked cannot be answered; the words say why and what to do."""


@dataclass(frozen=True)
class Asked:
    """A project whose publications are asked.

    Attributes:
        opened: opens a publication, the newest where none is named; None where there is none.
    """

    project: Project
    opened: Callable[[str | None], Connection | None]

    @contextmanager
    def publication(self, named: str | None = None) -> Iterator[Connection]:
        """A publication, opened to be asked, read-only and for a limited time.

        Raises:
            Refused: it cannot be opened, or the question cannot be answered.
        """
        with _in_words():
            connection = self.opened(named)
            if connection is None:
                raise Refused(
                    "nothing is published yet, or it cannot be opened: run `nqpf refresh`"
                )
        with connection:
            try:
                with stopped_after(connection, SECONDS):
                    yield connection
            except (InputError, NoQuery) as error:
                raise Refused(str(error)) from None
            except engine_error() as error:
                raise Refused(_words_of(connection, error)) from None


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except ProblemsFound as error:
        raise Refused(str(error)) from None


def _words_of(connection: Connection, error: Exception) -> str:
    if is_interruption(error):
        return (
            f"stopped after {SECONDS:g} seconds: ask for fewer rows, with WHERE on study, table_name or "
            "index_name; views named provenance have millions of rows"
        )
    known = [] if is_damage(error) else contents(connection, counted=False)
    return told(error, known)


def provenance(connection: Connection) -> dict[str, Any]:
    """Which publication an answer comes from, and how far it may be believed."""
    (row,) = rows_of(
        connection,
        "SELECT publication, published_at, fingerprint, n_inputs FROM audit.publication"
        " ORDER BY publication DESC LIMIT 1",
    )
    kinds = rows_of(
        connection,
        "SELECT data_status, count(*) AS n_files FROM source.file GROUP BY data_status ORDER BY 1",
    )
    status = {str(one["data_status"]): one["n_files"] for one in kinds}
    row["files_by_data_status"] = status
    if "synthetic" in status:
        row["warning"] = "numbers rest on SYNTHETIC files: they are no evidence about any region"
    return row


def rows_of(connection: Connection, sql: str, most: int = MOST_ROWS) -> Rows:
    """The rows of a query of ours, as an assistant reads them."""
    rows = answer_of(connection, sql)
    return [] if rows is None else as_rows(frame_from(rows.slice(0, most)))


def as_rows(frame: pl.DataFrame) -> Rows:
    """A frame as rows of JSON.

    Raises:
        Refused: they are too long for an answer.
    """
    text = content_of(formats_of("rows")["json"], frame)
    if len(text) > MOST_CHARACTERS:
        raise Refused(
            f"{counted(len(frame), 'rows')} of {len(text):,} characters {verb(len(frame), 'are')} too "
            "long for an "
            f"answer, which has {MOST_CHARACTERS:,} at most: ask for fewer rows or columns, or for a summary"
        )
    found: Rows = json.loads(text)
    return found
