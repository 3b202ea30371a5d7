"""What may follow what was typed: tables, columns of the tables that are named, words of SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nqpf_assets.questions.contents import Table, as_sql
from nqpf_assets.questions.ready import ready_queries
from nqpf_assets.warehouse.duckdb_dialect import KEYWORDS

COMMANDS = {
    "\\d": "list the tables, or describe one: \\d province.panel",
    "describe": "the same",
    "\\ready": "list the ready queries, or run one: \\ready studies",
    "\\?": "help",
    "\\q": "leave",
}
"""What the shell knows beside SQL."""
_WORD = re.compile(r'[\w"(.\\]*\Z')
_NAMED = re.compile(r'\b(?:FROM|JOIN)\s+("?\w+"?\."?\w+"?)(?:\s+AS)?(?:\s+(\w+))?', re.IGNORECASE)


@dataclass(frozen=True)
class Suggestion:
    """A word that may stand in place of the last characters.

    Attributes:
        n_typed: characters before the cursor that it replaces.
        words: what it is.
    """

    text: str
    n_typed: int
    words: str = ""


def suggestions(tables: Sequence[Table], before: str) -> Iterator[Suggestion]:
    """What may follow the text before the cursor, the nearest kind first."""
    found = _WORD.search(before)
    typed = found[0] if found else ""
    head = before[: len(before) - len(typed)].strip().lower()
    for text, words in _candidates(tables, before, head, typed):
        if text.lower().startswith(typed.lower()) and text != typed:
            yield Suggestion(text, len(typed), words)


def _candidates(
    tables: Sequence[Table], before: str, head: str, typed: str
) -> Iterator[tuple[str, str]]:
    if head == "\\ready":
        yield from ((one.name, one.title) for one in ready_queries().values())
        return
    if head in ("\\d", "describe"):
        yield from _of_tables(tables)
        return
    if not head:
        yield from COMMANDS.items()
    asked = _asked(tables, before)
    if "." in typed:
        yield from _of_tables(tables)
        owner = typed.rpartition(".")[0]
        for name, table in asked.items():
            if name.lower() == owner.lower():
                yield from ((f"{owner}.{as_sql(c.name)}", c.description) for c in table.columns)
        return
    if not re.search(r"\b(?:from|join|summarize)\Z", head):
        columns = {as_sql(c.name): c.description for table in asked.values() for c in table.columns}
        yield from columns.items()
        yield from ((word, "") for word in KEYWORDS)
    yield from ((schema, "schema") for schema in dict.fromkeys(one.schema for one in tables))
    yield from _of_tables(tables)


def _of_tables(tables: Sequence[Table]) -> Iterator[tuple[str, str]]:
    return ((one.sql, one.description) for one in tables)


def _asked(tables: Sequence[Table], text: str) -> dict[str, Table]:
    """Tables that a statement names, by their alias and their name."""
    known = {one.full_name.lower(): one for one in tables}
    asked: dict[str, Table] = {}
    for name, alias in _NAMED.findall(text):
        table = known.get(name.replace('"', "").lower())
        if table is not None:
            asked |= {table.name: table} | ({alias: table} if alias else {})
    return asked
