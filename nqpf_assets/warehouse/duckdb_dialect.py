"""DuckDB's SQL as a tree and back: the dialect in which `sql/` and the stages write.

Apart from the engine, because a look at what is out of date parses queries and runs none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

DIALECT = "duckdb"
"""As sqlglot names it."""

KEYWORDS = (
    *(
        "SELECT",
        "FROM",
        "WHERE",
        "GROUP BY",
        "ORDER BY",
        "HAVING",
        "LIMIT",
        "QUALIFY",
        "WITH",
        "DISTINCT",
    ),
    *("JOIN", "LEFT JOIN", "INNER JOIN", "USING", "ON", "UNION ALL", "PIVOT", "SUMMARIZE"),
    *("AND", "OR", "NOT", "IN", "IS NULL", "LIKE", "BETWEEN", "AS", "DESC", "NULLS LAST"),
    *("CASE", "WHEN", "THEN", "ELSE", "END", "OVER", "PARTITION BY"),
    *("count", "sum", "avg", "min", "max", "median", "round"),
)
"""Words that a query is likely to go on with."""


def parsed(sql: str) -> exp.Expr:
    """One query as a tree.

    Raises:
        ValueError: it is no query.
    """
    from sqlglot import parse_one
    from sqlglot.errors import ParseError

    try:
        return parse_one(sql, dialect=DIALECT)
    except ParseError as error:
        raise ValueError(f"not a query: {error}") from error


def written(tree: exp.Expr) -> str:
    """A tree as the text that the engine runs."""
    return tree.sql(dialect=DIALECT, comments=False)
