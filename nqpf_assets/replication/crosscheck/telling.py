"""What is told of a comparison: a line for each number, and how many of all are the same."""

from __future__ import annotations

from collections import Counter

from nqpf_assets.messages.counted import verb
from nqpf_assets.replication.crosscheck.verdicts import (
    DIFFERS,
    LEFT_OUT,
    MISSING,
    NO_ERROR,
    SAME,
    Compared,
)


def told(row: Compared) -> str:
    """One number beside the other program's, in one line."""
    table, column, effect, term = row.key
    of = f"{table} {column} {term}" + (f" ({effect})" if effect else "")
    other = "none" if row.other is None else f"{row.other:.8g}"
    why = f" ({row.why})" if row.why else ""
    if row.error_verdict == NO_ERROR:
        return f"{of}: {row.estimate:.8g} R {other}: {row.verdict}{why}"
    errors = f"se {_shown(row.std_error)} R {_shown(row.other_error)}"
    verdicts = f"{row.verdict}, error {row.error_verdict}"
    return f"{of}: {row.estimate:.8g} R {other}; {errors}: {verdicts}{why}"


def _shown(number: float | None) -> str:
    return "none" if number is None else f"{number:.6g}"


def counts_told(rows: list[Compared]) -> str:
    """How many of all were compared, in one line."""
    estimates = Counter(row.verdict for row in rows)
    errors = Counter(row.error_verdict for row in rows)
    return (
        f"estimates: {estimates[SAME]} of {len(rows)} {_verdicts(estimates)}; "
        f"standard errors: {errors[SAME]} {_verdicts(errors)}"
    )


def _verdicts(count: Counter[str]) -> str:
    return (
        f"the same, {count[DIFFERS]} {verb(count[DIFFERS], 'differ')}, {count[MISSING]} missing, "
        f"{count[LEFT_OUT]} left out"
    )
