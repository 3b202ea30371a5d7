"""The numbers of another program held against what is published, term by term.

Every published coefficient and effect is a row, whatever the other program gave: a number that it should have
and has not is a failure, one that its script leaves out by declaration is told with the reason.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite, isnan
from pathlib import Path

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.replication.r.call import COEFFICIENTS, Call, NotInR
from nqpf_assets.replication.r.script import Translated
from nqpf_assets.replication.r.table_calls import TranslatedTable

SAME, DIFFERS, MISSING, LEFT_OUT = "same", "differs", "missing", "left out"
BIAS_CORRECTED = " (bias-corrected)"
"""Of an effect whose estimate is the same and whose interval is another."""
ROUNDING = 1e-9
"""Relative: what is left where a standard error gives no scale."""
OF_TABLES = 1e-6
"""Relative, of numbers without standard errors: sums over rows in another order, R's own distributions."""
ROUNDING_OF_ONE = 1e-12
"""What sums over pairs leave of a zero, where one is a large number."""
LEAST = 1e-300
"""Below it a p-value has no digits of its own."""
NO_ERROR = ""
"""The verdict on the standard error of a number that has none by its nature."""

Key = tuple[str, str, str, str]
"""Table, column, effect (empty for a coefficient), term."""


@dataclass(frozen=True)
class Compared:
    """One published number beside the other program's.

    Attributes:
        verdict: `same`, `differs`, `missing` or `left out`.
        error_verdict: of its standard error.
        why: what a verdict other than `same` rests on.
    """

    key: Key
    estimate: float
    other: float | None
    std_error: float | None
    other_error: float | None
    verdict: str
    error_verdict: str
    why: str = ""

    @property
    def is_failure(self) -> bool:
        return {self.verdict, self.error_verdict} & {DIFFERS, MISSING} != set()


def results_of(path: Path) -> dict[Key, Mapping[str, str]]:
    """What the other program wrote, by table, column, effect and term."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        names = ("table_name", "column_label", "effect", "term")
        return {
            (row[names[0]], row[names[1]], row[names[2]], row[names[3]]): row
            for row in csv.DictReader(file)
        }


def compared(
    study: PublishedStudy, columns: list[Translated], others: Mapping[Key, Mapping[str, str]]
) -> list[Compared]:
    """All published coefficients and effects, each with its verdict."""
    return [row for one in columns for row in _column(one, others)]


def compared_tables(
    tables: list[TranslatedTable], others: Mapping[Key, Mapping[str, str]]
) -> list[Compared]:
    """All printed numbers of tables that describe the panel, each with its verdict."""
    return [row for one in tables for row in _table(one, others)]


def told(rows: list[Compared]) -> str:
    """How many of all were compared, in one line."""
    count = Counter(row.verdict for row in rows)
    errors = Counter(row.error_verdict for row in rows)
    return (
        f"estimates: {count[SAME]} of {len(rows)} the same, {count[DIFFERS]} "
        f"{verb(count[DIFFERS], 'differ')}, "
        f"{count[MISSING]} missing, {count[LEFT_OUT]} left out; standard errors: {errors[SAME]} the "
        "same, "
        f"{errors[DIFFERS]} {verb(errors[DIFFERS], 'differ')}, {errors[MISSING]} missing, "
        f"{errors[LEFT_OUT]} left out"
    )


def _column(one: Translated, others: Mapping[Key, Mapping[str, str]]) -> Iterator[Compared]:
    n_obs = one.column.model["n_obs"]
    rows = [("", row) for row in one.column.rows("estimate", "ORDER BY term")]
    rows += [(row["effect"], row) for row in one.column.rows("effect", "ORDER BY effect, term")]
    for effect, row in rows:
        key = (*one.key, effect, row["term"])
        estimate, error = row["estimate"], row["std_error"]
        if isinstance(one.call, NotInR):
            yield Compared(key, estimate, None, error, None, LEFT_OUT, LEFT_OUT, one.call.reason)
            continue
        other = others.get((*one.key, effect.removesuffix(BIAS_CORRECTED), row["term"]))
        if other is None:
            yield Compared(key, estimate, None, error, None, MISSING, MISSING, "R has no such term")
            continue
        yield _held(key, one.call, row, other, n_obs)


def _table(one: TranslatedTable, others: Mapping[Key, Mapping[str, str]]) -> Iterator[Compared]:
    for label, column, published in one.table.numbers():
        yield _number_of_table(one, others, (label, column), published)
    for (label, column), values in one.table.curves().items():
        least = ROUNDING_OF_ONE * max(map(abs, values.values()))
        points = [
            _number_of_table(one, others, (f"{label}, {point}", column), value, least)
            for point, value in values.items()
        ]
        curve = f"{label}, {counted(len(points), 'points')}"
        yield _farthest(points, (one.table.name, column, "", curve))


def _number_of_table(
    one: TranslatedTable,
    others: Mapping[Key, Mapping[str, str]],
    named: tuple[str, str],
    published: float,
    least: float = LEAST,
) -> Compared:
    """A number of a table; by its label and column, and what is nothing beside it."""
    label, column = named
    key = (one.table.name, column, "", label)
    if isinstance(one.call, NotInR):
        why, verdict, found = one.call.reason, LEFT_OUT, None
    elif column in one.call.lacks:
        why, verdict, found = one.call.lacks[column], LEFT_OUT, None
    elif key not in others:
        why, verdict, found = "R has no such number", MISSING, None
    else:
        found = _read(others[key]["estimate"])
        least = ROUNDING_OF_ONE if column in one.call.without_unit else least
        is_same = abs(found - published) <= OF_TABLES * abs(published) + least
        verdict, why = (SAME, "") if is_same else (DIFFERS, f"R has {found:.10g}")
    return Compared(key, published, found, None, None, verdict, NO_ERROR, why)


def _farthest(points: list[Compared], key: Key) -> Compared:
    """The worst point of a curve, told in place of all; of several alike the one that is farthest apart."""

    def how_bad(point: Compared) -> tuple[int, float]:
        apart = 0.0 if point.other is None else abs(point.other - point.estimate)
        return (SAME, LEFT_OUT, DIFFERS, MISSING).index(point.verdict), apart

    worst = max(points, key=how_bad)
    why = f"{worst.key[3]}: {worst.why}" if worst.is_failure else worst.why
    return replace(worst, key=key, why=why)


def _held(
    key: Key, call: Call, row: Mapping[str, float], other: Mapping[str, str], n_obs: int
) -> Compared:
    """One number against the other's: in standard errors, or relative where there is none."""
    estimate, error = row["estimate"], _number(row["std_error"])
    found, found_error = _read(other["estimate"]), _number(_read(other["std_error"]))
    scale = error or abs(estimate)
    is_same = abs(found - estimate) <= call.precision * scale + ROUNDING * abs(estimate)
    why = "" if is_same else f"R has {found:.10g}"
    if int(other["n_obs"]) != n_obs:
        is_same, why = (
            False,
            (
                f"R has {counted(int(other['n_obs']), 'observations')}, and {n_obs} {verb(n_obs, 'are')} "
                "published"
            ),
        )
    reason = call.lacks_errors.get(key[2].removesuffix(BIAS_CORRECTED) or COEFFICIENTS)
    if reason is not None:
        told_error, why = LEFT_OUT, why or reason
    elif error is None and found_error is None:
        told_error = SAME
    elif error is None or found_error is None:
        lacking = "R" if found_error is None else "the publication"
        told_error, why = MISSING, why or f"{lacking} has no standard error"
    else:
        is_near = abs(found_error - error) <= max(call.precision, 1e-6) * error
        told_error = SAME if is_near else DIFFERS
        why = why or ("" if is_near else f"R's standard error is {found_error:.10g}")
    verdict = SAME if is_same else DIFFERS
    return Compared(key, estimate, found, error, found_error, verdict, told_error, why)


def _read(text: str) -> float:
    """A number as R writes it; NaN for its NA."""
    return float("nan") if text == "NA" else float(text)


def _number(value: float | None) -> float | None:
    """A number, or None where there is none."""
    if value is None or isnan(value) or not isfinite(value):
        return None
    return value
