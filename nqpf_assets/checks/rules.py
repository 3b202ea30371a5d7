"""What single tables must hold beyond their columns and grain; each rule finds what breaks it.

Rules by a table's name stand here, and how a study's ranges become one; what all estimates must hold is in
`inference_rules`, and which rules a table has in all in `table_rules`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.estimators.spatial.limits import WEAK_ABOVE
from nqpf_assets.steps.checks import Find, Finding, Rule
from nqpf_assets.warehouse.duckdb_engine import literal

if TYPE_CHECKING:
    import duckdb


Bounds = tuple[float | None, float | None]


def sql_rule(name: str, expected: str, sql: str, *, is_warning: bool = False) -> Rule:
    """A rule whose query over ``{table}`` gives null where it holds, else what was found."""

    def find(connection: duckdb.DuckDBPyConnection, relation: str) -> str | None:
        row = connection.execute(sql.format(table=relation)).fetchone()
        return None if row is None or row[0] is None else str(row[0])

    return Rule(name, expected, find, is_warning)


def finding_rules(check: str, expected: str, remedy: str) -> tuple[Rule, Rule]:
    """Findings of an audit table with `about`, `severity` and `found`: errors stop, warnings are told.

    Args:
        check: name of the check, as `accept` in nqpf.yaml knows it.
        remedy: what to look at before accepting.
    """

    def find(severity: str) -> Find:
        def found(
            connection: duckdb.DuckDBPyConnection, relation: str
        ) -> tuple[Finding, ...] | None:
            rows = connection.execute(
                f"SELECT about, found, accepted_on FROM {relation} WHERE severity = '{severity}' ORDER BY ALL"
            ).fetchall()
            return tuple(
                Finding(about, words, remedy if day else f"{remedy}; {_acceptance(check, about)}")
                for about, words, day in rows
            )

        return found

    return (
        Rule(check, expected, find("error")),
        Rule(f"{check}_warning", expected, find("warning"), is_warning=True),
    )


def _acceptance(check: str, about: str) -> str:
    """The lines with which somebody says that a finding is right."""
    quoted = json.dumps(about, ensure_ascii=False)
    return (
        "if it is right, say so in nqpf.yaml:\n"
        f"    accept:\n      - {{check: {check}, about: {quoted}, "
        f'reason: "…", date: {dt.date.today()}}}'
    )


def range_rule(ranges: Mapping[str, Bounds]) -> tuple[Rule, ...]:
    """Values of variables inside the bounds that a study states; no rule where it states none.

    Held against the values before clipping, which would hide what is outside. A bound is a promise like
    the expected n: a value outside, a wrong unit perhaps, stops the refresh.

    Args:
        ranges: variable → smallest and greatest value, each of which may be None.
    """
    rows = [
        f"({literal(name)}, {_number(low, '-')}, {_number(high, '+')}, {literal(_words(low, high))})"
        for name, (low, high) in ranges.items()
        if (low, high) != (None, None)
    ]
    if not rows:
        return ()
    sql = f"""
        WITH bound AS (SELECT * FROM (VALUES {", ".join(rows)}) AS t (variable, low, high, words)),
        far AS (
            SELECT c.variable, b.words, count(*) AS n,
                arg_max(c.reported_value || ' in ' || c.unit || ' ' || c.period,
                    greatest(b.low - c.reported_value, c.reported_value - b.high)) AS farthest
            FROM {{table}} AS c INNER JOIN bound AS b ON b.variable = c.variable
            WHERE c.reported_value < b.low OR c.reported_value > b.high
            GROUP BY c.variable, b.words
        )
        SELECT string_agg(variable || ': ' || n || ' values not ' || words || ', the farthest ' || farthest,
            '; ' ORDER BY variable)
        FROM far"""
    return (sql_rule("ranges", "values inside the study's bounds", sql),)


def clipping_rules(clipped: Collection[str]) -> tuple[Rule, ...]:
    """What clipping must leave of a variable, and variables that have nothing to clip.

    A variable that is one number after clipping would be told later as absorbed by the effects, which is
    another cause.
    """
    if not clipped:
        return ()
    names = ", ".join(literal(name) for name in sorted(clipped))
    sql = f"""
        WITH known AS (
            SELECT variable, count(DISTINCT reported_value) AS n_before, min(value) AS low,
                count(DISTINCT value) AS n_after, count(reported_value) AS n
            FROM {{table}} WHERE variable IN ({names}) GROUP BY variable
        )
        SELECT string_agg(WORDS, '; ' ORDER BY variable) FROM known WHERE """
    emptied = "variable || ': ' || n_before || ' values before, and ' || low || ' everywhere after'"
    return (
        sql_rule(
            "clipped_to_one_value",
            "variables that still vary once they are clipped",
            sql.replace("WORDS", emptied) + "n_before > 1 AND n_after = 1",
        ),
        sql_rule(
            "nothing_to_clip",
            "more than two values in a variable with `winsorize`: two are no tails, and stay as they are",
            sql.replace("WORDS", "variable") + "n_before = 2 AND n > 2",
            is_warning=True,
        ),
    )


def _number(bound: float | None, sign: str) -> str:
    return f"CAST('{f'{sign}infinity' if bound is None else repr(float(bound))}' AS DOUBLE)"


def _words(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"up to {high:g}" if low is None else f"from {low:g} on"
    return f"between {low:g} and {high:g}"


def _index_findings(
    connection: duckdb.DuckDBPyConnection, relation: str
) -> tuple[Finding, ...] | None:
    """What speaks against an index of components: each with what to do about it."""
    rows = connection.execute(
        f"SELECT index_name, test, term, statistic, detail FROM {relation} WHERE test IN"
        " ('against_direction', 'sign') OR (test = 'bartlett' AND p_value >= 0.05) OR (test = 'kmo'"
        " AND term = '' AND (statistic IS NULL OR statistic < 0.5 - 1e-9)) ORDER BY ALL"
    ).fetchall()
    found = []
    for index, test, term, statistic, detail in rows:
        about = f"index {index}" + (f", indicator {term}" if term else "")
        number = "-" if statistic is None else f"{statistic:.3f}"
        words = f"{INDEX_TESTS[test]} {number}: {detail}"
        found.append(Finding(about, words, INDEX_REMEDIES[test]))
    return tuple(found) or None


INDEX_TESTS = {
    "against_direction": "weight",
    "sign": "share of loadings on one side",
    "bartlett": "Bartlett's χ²",
    "kmo": "KMO",
}
INDEX_REMEDIES = {
    "against_direction": "correct the `direction`, or leave out what does not go with the others",
    "sign": "name an indicator under `anchor:` of the index",
    "bartlett": "choose indicators that have something in common, or another method",
    "kmo": "choose indicators that have something in common, or another method",
}
"""Test of an index → how its number is called, and what to do."""


def _weakly_identified(
    connection: duckdb.DuckDBPyConnection, relation: str
) -> tuple[Finding, ...] | None:
    """Spatial parameters that their weights hardly tell from the effects."""
    rows = connection.execute(
        f"SELECT table_name, column_label, statistic FROM {relation}"
        f" WHERE test = 'weights_std_error' AND statistic > {WEAK_ABOVE} ORDER BY ALL"
    ).fetchall()
    return tuple(
        Finding(
            f"{table} {label}",
            f"a standard error of {error:.3f} from the weights alone",
            "take contiguity, a power of 2, a shorter cut-off, or spatial_slx; or read rho as hardly known",
        )
        for table, label, error in rows
    )


_FINITE = sql_rule(
    "finite",
    "every value is a finite number or missing",
    "SELECT string_agg(variable || ' ' || unit || ' ' || period, ', ') FROM"
    " (SELECT variable, unit, period FROM {table} WHERE NOT isfinite(value) ORDER BY ALL LIMIT 5)",
)
_FLAGGED = sql_rule(
    "flagged",
    "a value wherever the status is not missing, and none where it is",
    "SELECT string_agg(variable || ' ' || unit || ' ' || period || ' ' || status, ', ') FROM"
    " (SELECT variable, unit, period, status FROM {table}"
    " WHERE (status = 'missing') <> (value IS NULL) ORDER BY ALL LIMIT 5)",
)

_COVERED = sql_rule(
    "covered",
    "a value in at least four fifths of the cells of every variable",
    "SELECT string_agg(variable || ': ' || n_missing || ' of ' || n || ' cells have none, most for '"
    " || reason, '; ' ORDER BY variable) FROM (SELECT variable, count(*) AS n, count(*) - count(value) AS"
    " n_missing, coalesce(mode(reason), 'no reason given') AS reason FROM {table} GROUP BY variable)"
    " WHERE n_missing > 0.2 * n",
    is_warning=True,
)

BY_TABLE: Mapping[str, tuple[Rule, ...]] = {
    "observation": (
        # Whether it is a known one is told when a file is read: what nobody knows is kept as printed.
        sql_rule(
            "units",
            "a unit with every value",
            "SELECT string_agg(DISTINCT series_id, ', ') FROM {table}"
            " WHERE coalesce(trim(unit_measure), '') = ''",
        ),
        sql_rule(
            "regions",
            "a region with every value, which the catalogue knows",
            "SELECT string_agg(DISTINCT coalesce(o.region_code, o.region_label), ', ') FROM {table} AS o"
            " WHERE NOT EXISTS (SELECT 1 FROM catalog.region AS r WHERE r.region_code = o.region_code)",
        ),
        sql_rule(
            "periods",
            "calendar years from 1900 to 2100",
            "SELECT string_agg(period, ', ') FROM (SELECT DISTINCT period FROM {table}"
            " WHERE period NOT BETWEEN 1900 AND 2100 LIMIT 5)",
        ),
    ),
    "filled_cell": (_FINITE, _FLAGGED),
    "variable_cell": (_FINITE, _FLAGGED, _COVERED),
    "index_weight": (
        sql_rule(
            "weights",
            "entropy weights between 0 and 1 that add up to 1",
            "SELECT string_agg(index_name || ' ' || total, ', ') FROM (SELECT index_name, weight_period,"
            " sum(weight) AS total, min(weight) AS least FROM {table} WHERE entropy IS NOT NULL"
            " GROUP BY ALL HAVING abs(total - 1) > 1e-9 OR least < 0)",
        ),
    ),
    "index_test": (
        Rule(
            "index_tests",
            "indicators that are correlated, and weigh in their declared directions",
            _index_findings,
            is_warning=True,
        ),
    ),
    "model": (
        sql_rule(
            "n_expected",
            "as many observations as the study expects",
            "SELECT string_agg(table_name || ' ' || column_label || ': ' || n_obs || ' instead of '"
            " || n_expected, '; ') FROM {table} WHERE n_obs <> n_expected",
        ),
    ),
    "test": (
        Rule(
            "weak_weights",
            f"weights from which rho or lambda can have a standard error of {WEAK_ABOVE} or less",
            _weakly_identified,
            is_warning=True,
        ),
    ),
    "magnitude": finding_rules(
        "magnitude",
        "values of the size of the earlier vintage",
        "look at unit and definition in the file",
    ),
    # Its warnings are findings that the end of a refresh tells.
    "audit.series_break": finding_rules(
        "series_break",
        "years of a series in one unit of measurement",
        "look at the unit of that year in the file",
    )[:1],
    "total": finding_rules(
        "totals", "parts that add up to their printed total", "look at total and parts in the file"
    ),
    "vintage_tie": finding_rules(
        "vintage_tie",
        "vintages of different days, or equal values",
        "say `published` or `accessed` on the cards",
    ),
}
"""Rules of single tables, by the table's name; with its schema where another table bears the same."""
