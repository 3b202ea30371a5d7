"""What an engine refuses, in our words: what was not found, what is nearest to it, what may not be asked.

The engine's own words stand behind, for they show the place in the query.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nqpf_assets.messages.problems import did_you_mean
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.publications.damaged_file import WAY_OUT
from nqpf_assets.questions.contents import Table
from nqpf_assets.warehouse.duckdb_file import is_damage

_TABLE = re.compile(r"Table with name \"?([^\s\"]+)\"? does not exist")
_COLUMN = re.compile(r"(?:Referenced column|have a column named) \"([^\"]+)\"")
_FUNCTION = re.compile(r"Function with name (\S+) does not exist")
_CLOSED = re.compile(r"Permission Error|disabled by configuration|configuration has been locked")


def told(error: Exception, tables: Sequence[Table]) -> str:
    """Why a query was refused.

    Args:
        tables: those of the file, from which a near name is proposed.
    """
    words = str(error)
    if is_damage(error):
        return f"the published file is damaged: {WAY_OUT}\n{words}"
    if _CLOSED.search(words):
        what = "the warehouse is open for reading only: other files, settings and extensions are closed"
        return f"{what}\n{_place(words)}".rstrip()
    if found := _TABLE.search(words):
        return f"there is no table `{found[1]}`; {_near_table(found[1], tables)}"
    if found := _COLUMN.search(words):
        return f"there is no column `{found[1]}`; {_near_column(found[1], words, tables)}"
    if found := _FUNCTION.search(words):
        offered = re.search(r"Did you mean \"([^\"]+)\"", words)
        return f"there is no function `{found[1]}`" + (
            f"; did you mean `{offered[1]}`?" if offered else ""
        )
    kind, _, rest = words.partition(": ")
    if kind == "Parser Error":
        return f"this is not SQL as DuckDB reads it: {rest}"
    return f"the query cannot be answered: {rest or words}"


def _near_table(name: str, tables: Sequence[Table]) -> str:
    """The table that was meant, by its whole name, or where all of them are listed."""
    word = name.lower()
    whole = [one.full_name for one in tables if one.name.lower() == word.rpartition(".")[2]]
    if whole and "." not in word:
        return f"it is {' or '.join(f'`{one}`' for one in whole[:4])}"
    known = [one.full_name for one in tables]
    bare = {one.name: one.full_name for one in tables}
    near = did_you_mean(word, known if "." in word else bare)
    return near or "`nqpf describe` lists all tables"


def _near_column(name: str, words: str, tables: Sequence[Table]) -> str:
    """The column that was meant: of the query's tables, else the tables that have it, else of any."""
    if near := did_you_mean(name, dict.fromkeys(one for one in _offered(words) if one != name)):
        return near
    known = {column.name.lower() for table in tables for column in table.columns}
    if name.lower() in known:
        have = [one.full_name for one in tables if name.lower() in {c.name for c in one.columns}]
        return f"it is one of {listed(have, 4)}"
    return did_you_mean(name, known) or "`nqpf describe TABLE` lists them"


def _offered(words: str) -> list[str]:
    """The columns of the query's own tables that the engine offers."""
    _, _, offered = words.partition("Candidate bindings:")
    return re.findall(r"\"([^\"]+)\"", offered)


def _place(words: str) -> str:
    return words.partition(": ")[2]
