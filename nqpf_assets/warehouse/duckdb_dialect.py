"""DuckDB's SQL as a tree and back: the dialect in which `sql/` and the stages write.

Apart from the engine, because a look at what is out of date parses queries and runs none.
"""

from __future__ import annotations

from sqlglot import exp, parse_one
from sqlglot.errors import ParseError

DIALECT = "duckdb"
"""As sqlglot names it."""


def parsed(sql: str) -> exp.Expr:
    """One query as a tree.

    Raises:
        ValueError: it is no query.
    """
    try:
        return parse_one(sql, dialect=DIALECT)
    except ParseError as error:
        raise ValueError(f"not a query: {error}") from error


def written(tree: exp.Expr) -> str:
    """A tree as the text that the engine runs."""
    return tree.sql(dialect=DIALECT, comments=False)
