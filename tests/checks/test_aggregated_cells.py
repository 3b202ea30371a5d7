"""Units that are left without a value say why, and values say that no unit takes them."""

from __future__ import annotations

import duckdb
import pytest

from nqpf_assets.checks.aggregated_cells import incomplete_rule, untaken_rule


@pytest.mark.parametrize(
    ("n_present", "share", "absent", "told"),
    [
        (3, "0.75", "'340721'", "340700 2016 (3 of 4, without 340721)"),
        (4, "1.0", "NULL", "340700 2016 (4 of 4, whose weights add up to nothing)"),
        (4, "NULL", "NULL", "340700 2016 (4 of 4, whose weights add up to nothing)"),
        (3, "NULL", "'340721'",
         "340700 2016 (3 of 4, without 340721, whose share of the weight nobody knows)"),
    ],
)  # fmt: skip
def test_why_there_is_no_value(n_present: int, share: str, absent: str, told: str) -> None:
    row = (
        f"SELECT 'towns' AS variable, '340700' AS unit, 2016 AS period, CAST(NULL AS DOUBLE) AS value,"
        f" 4 AS n_members, {n_present} AS n_present, CAST({share} AS DOUBLE) AS share,"
        f" 0.9 AS least_share, {absent} AS members_absent"
    )
    with duckdb.connect() as connection:
        (found,) = incomplete_rule().find(connection, f"({row})") or ()
    assert found.about == "series towns"
    assert found.found.endswith(told)


def test_values_of_years_in_which_their_region_was_not_there_are_told() -> None:
    """巢湖市 is there from 2011 on; 寿县 was in no unit of the study; a weight is no part of a sum."""
    with duckdb.connect() as connection:
        connection.execute("""
            CREATE SCHEMA s; CREATE SCHEMA catalog;
            CREATE TABLE s.series AS FROM (VALUES ('gdp', 'county', 2008, 2012), ('people', NULL, 2008, 2012))
                AS t (series_id, from_level, first_period, last_period);
            CREATE TABLE s.member AS FROM (VALUES
                ('county', '340181', 2011, 9999), ('county', '340422', 2015, 9999),
                ('county', '340402', 0, 9999))
                AS t (level, member, first_period, last_period);
            CREATE TABLE catalog.region AS FROM (VALUES
                ('340181', 2011, NULL), ('340422', 1999, 2014), ('340422', 2015, NULL),
                ('340402', 1980, NULL))
                AS t (unit_code, valid_from, valid_to);
            CREATE TABLE cells AS
                SELECT v.variable, u.unit, p.period, 1.0 AS value
                FROM (VALUES ('gdp'), ('people')) AS v (variable)
                CROSS JOIN (VALUES ('340181'), ('340422'), ('340402')) AS u (unit)
                CROSS JOIN range(2007, 2014) AS p (period)
        """)
        (found,) = untaken_rule("s").find(connection, "cells") or ()
        assert found.about == "series gdp"
        assert found.found.startswith("3 cells of 1 region left out of every unit")
        assert found.found.endswith(": 340181 2008–2010")
        connection.execute("DELETE FROM cells WHERE period < 2011")
        assert untaken_rule("s").find(connection, "cells") is None
