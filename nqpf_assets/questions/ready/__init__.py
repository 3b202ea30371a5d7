"""Ready queries: a file of SQL each, which opens with its title and says below it what one should know.

They ask tables that put all studies together, and so hold in every project.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import takewhile
from pathlib import Path

from nqpf_assets.messages.problems import InputError, Problem, did_you_mean

_TABLE = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+\.[a-z_]+)", re.IGNORECASE)


@dataclass(frozen=True)
class ReadyQuery:
    """A query and what it is for.

    Attributes:
        title: the question, on one line.
        words: what one should know of the answer.
        sql: the query, as it is typed anywhere.
    """

    name: str
    title: str
    words: str
    sql: str

    @property
    def tables(self) -> tuple[str, ...]:
        """``schema.table`` of all that it asks, in its order."""
        return tuple(dict.fromkeys(_TABLE.findall(self.sql)))


@cache
def ready_queries() -> dict[str, ReadyQuery]:
    """All of them, by name."""
    return {path.stem: _read(path) for path in sorted(Path(__file__).parent.glob("*.sql"))}


def _read(path: Path) -> ReadyQuery:
    lines = path.read_text("utf-8").splitlines()
    head = [line.lstrip("- ") for line in takewhile(lambda line: line.startswith("--"), lines)]
    sql = "\n".join(lines[len(head) :]).strip().removesuffix(";")
    return ReadyQuery(path.stem, head[0], " ".join(head[1:]), sql)


def ready_query(name: str) -> ReadyQuery:
    """The one of that name.

    Raises:
        InputError: there is none.
    """
    known = ready_queries()
    if name in known:
        return known[name]
    raise InputError(
        [
            Problem(
                file=name,
                where="",
                expected="a ready query",
                found="none of that name",
                remedy=did_you_mean(name, known) or "`nqpf query --list` lists them",
                code="unknown_query",
            )
        ]
    )
