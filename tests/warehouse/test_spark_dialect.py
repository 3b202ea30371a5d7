"""Queries in Spark's words: what is carried, and what is refused. Nothing is run; `test_spark` does."""

from __future__ import annotations

import pytest

from nqpf_assets.warehouse.spark_dialect import NotCarried, files_read, in_spark

TABLES = {"p.t": "view_of_t"}


@pytest.mark.parametrize(
    ("sql", "carried"),
    [
        # A name before a minus sign would be read as one name with a hyphen.
        (
            "SELECT lag(a) OVER w - a AS b FROM p.t WINDOW w AS (ORDER BY a)",
            "SELECT (LAG(a) OVER w) - a AS b FROM `view_of_t` AS `t` "
            "WINDOW w AS (ORDER BY a NULLS LAST)",
        ),
        # sqlglot leaves the order of a list out.
        (
            "SELECT list(a ORDER BY k) AS b FROM p.t",
            "SELECT ARRAY_SORT(COLLECT_LIST(NAMED_STRUCT('k', k, 'v', a))).v AS b "
            "FROM `view_of_t` AS `t`",
        ),
        # Spark counts downwards from the first to the last.
        (
            "SELECT unnest(generate_series(a, b)) AS c FROM p.t",
            "SELECT EXPLODE(CASE WHEN a <= b THEN SEQUENCE(a, b) END) AS c FROM `view_of_t` AS `t`",
        ),
        # A quotient of decimals would be rounded, inside another function as well.
        (
            "SELECT CAST(a / b AS VARCHAR) AS c FROM p.t",
            "SELECT NQPF_TEXT(CAST(CAST(a AS DOUBLE) / b AS STRING)) AS c FROM `view_of_t` AS `t`",
        ),
        # Rows without a value would count for the smallest.
        (
            "SELECT arg_min(a, b) AS c FROM p.t",
            "SELECT MIN_BY(a, CASE WHEN NOT a IS NULL THEN b END) AS c FROM `view_of_t` AS `t`",
        ),
        # Of sums it has one kind.
        (
            "SELECT fsum(a / b) AS c FROM p.t",
            "SELECT SUM(CAST(a AS DOUBLE) / b) AS c FROM `view_of_t` AS `t`",
        ),
        (
            "SELECT t.* REPLACE (a + 1 AS a) FROM p.t",
            "SELECT t.* EXCEPT (a), a + 1 AS a FROM `view_of_t` AS `t`",
        ),
    ],
)
def test_what_would_mean_something_else_is_written_otherwise(sql: str, carried: str) -> None:
    assert in_spark(sql, TABLES) == carried


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT mode(a) FROM p.t", "the function mode"),
        ("SELECT own_function(a) FROM p.t", "the function own_function"),
        ("SELECT CAST(a AS HUGEINT) FROM p.t", "the type INT128"),
        ("SELECT list(a ORDER BY k DESC) FROM p.t", "a list in another order"),
        ("SELECT list(a) FROM p.t", "a list in another order"),
        ("SELECT list(a ORDER BY a)[2:3] FROM p.t", "a part of a list"),
        ("SELECT unnest(generate_series(a, b, 2)) FROM p.t", "a sequence with a step"),
    ],
)
def test_what_is_not_known_to_be_the_same_is_refused(sql: str, why: str) -> None:
    with pytest.raises(NotCarried, match=why):
        in_spark(sql, TABLES)


def test_a_file_is_read_through_its_view() -> None:
    sql = "SELECT * FROM read_parquet('/a b/it''s.parquet', hive_partitioning = false) WHERE x = 1"
    assert files_read(sql) == ["/a b/it's.parquet"]
    assert in_spark(sql, {"/a b/it's.parquet": "v"}) == "SELECT * FROM `v` WHERE x = 1"
