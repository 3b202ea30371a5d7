"""Columns of regressions: coefficients and effects, measured by their standard errors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite

from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.replication.crosscheck.verdicts import (
    DIFFERS,
    LEFT_OUT,
    MISSING,
    SAME,
    Compared,
    Key,
    Others,
    read_number,
)
from nqpf_assets.replication.r.call import COEFFICIENTS, Call, NotInR
from nqpf_assets.replication.r.script import Translated

BIAS_CORRECTED = " (bias-corrected)"
"""Of an effect whose estimate is the same and whose interval is another."""
ROUNDING = 1e-9
"""Relative: what is left where a standard error gives no scale."""
LEAST_OF_ERRORS = 1e-6
"""Relative, of standard errors of numbers that are held closer."""


def compared_columns(columns: list[Translated], others: Others) -> list[Compared]:
    """All published coefficients and effects, each with its verdict."""
    return [row for one in columns for row in _column(one, others)]


def _column(one: Translated, others: Others) -> Iterator[Compared]:
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


def _held(
    key: Key, call: Call, row: Mapping[str, float], other: Mapping[str, str], n_obs: int
) -> Compared:
    """One number against the other's: in standard errors, or relative where there is none."""
    estimate, error = row["estimate"], _finite(row["std_error"])
    found, found_error = read_number(other["estimate"]), _finite(read_number(other["std_error"]))
    scale = error or abs(estimate)
    verdict, why = SAME, ""
    if int(other["n_obs"]) != n_obs:
        of_r = counted(int(other["n_obs"]), "observations")
        verdict, why = DIFFERS, f"R has {of_r}, and {n_obs} {verb(n_obs, 'are')} published"
    elif not abs(found - estimate) <= call.precision * scale + ROUNDING * abs(estimate):
        verdict, why = DIFFERS, f"R has {found:.10g}"
    reason = call.lacks_errors.get(key[2].removesuffix(BIAS_CORRECTED) or COEFFICIENTS)
    if reason is not None:
        error_verdict, why_error = LEFT_OUT, reason
    else:
        error_verdict, why_error = _verdict_on_errors(
            error, found_error, call.precision, ROUNDING * abs(estimate)
        )
    why = why or why_error
    return Compared(key, estimate, found, error, found_error, verdict, error_verdict, why)


def _verdict_on_errors(
    error: float | None, found: float | None, precision: float, rounding: float
) -> tuple[str, str]:
    """The verdict on a standard error, and what it rests on.

    R prints what rounding leaves of an error that cancels; the publication has none then.
    """
    if error is None and (found is None or found <= rounding):
        return SAME, ""
    if error is None or found is None:
        return MISSING, f"{'R' if found is None else 'the publication'} has no standard error"
    if abs(found - error) <= max(precision, LEAST_OF_ERRORS) * error:
        return SAME, ""
    return DIFFERS, f"R's standard error is {found:.10g}"


def _finite(value: float | None) -> float | None:
    """A number, or None where there is none."""
    return value if value is not None and isfinite(value) else None
