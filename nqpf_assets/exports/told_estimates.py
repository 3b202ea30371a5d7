"""What happened to coefficients between two publications, in words: before, after, and what moved them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from nqpf_assets.exports.told_causes import cause_words
from nqpf_assets.exports.told_numbers import pair_words
from nqpf_assets.publications.difference import Difference
from nqpf_assets.publications.what_matters import error_change, is_moved, move, said_by_study
from nqpf_assets.steps.fingerprint import PROGRAM, QUERY

MOST_STEPS = 6
"""Steps named that are others under a column whose cells are not."""


def told_estimates(found: Difference, most: int) -> Iterator[str]:
    """Coefficients before and after; under each column, what it rests on and is another since."""
    keys = ("study", "table_name", "column_label")
    causes: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in found.parts["moved_by"].iter_rows(named=True):
        causes.setdefault(tuple(row[key] for key in keys), []).append(row)
    for column, part in found.parts["estimate"].group_by(keys, maintain_order=True):
        study, table, label = column
        yield f"{study}.{table} {label}"
        yield from (f"          {line}" for line in _terms(part.to_dicts()))
        under = causes.get(column, [])
        yield from (f"          {cause_words(found, cause)}" for cause in under[:most])
        if len(under) > most:
            yield f"          and {len(under) - most} more series"
        yield from (f"          {line}" for line in besides(found, str(study), bool(under)))


def besides(found: Difference, study: str, has_cells: bool) -> Iterator[str]:
    """What changed besides the cells under a column: what the study says of it, code, releases."""
    step = f"{study}__model"
    if step in found.steps.values:
        by = found.origins.get(step, ("study file", PROGRAM))
        who = dict.fromkeys("the estimator's code" if is_code(one) else f"its {one}" for one in by)
        yield f"{' or '.join(who)} changed too"
        return
    if has_cells:
        return
    others = [
        one.replace("__", ".")
        for one in found.steps.values
        if one.startswith((f"{study}__", "source__", "catalog__"))
    ]
    if others:
        said_by = [one for one in said_by_study(found, study) if not is_code(one)]
        whose = f"its {' and '.join(said_by)}" if said_by else "what makes it"
        yield f"no cell under it changed; {whose} did, for {', '.join(others[:MOST_STEPS])}"
    elif found.versions.values:
        yield f"no cell under it changed; releases did: {', '.join(found.versions.values)}"
    else:
        yield "no cell under it changed, nor what the study says of it, code or releases"


def _terms(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Coefficients whose meaning changed, or the one that moved most; the others are counted."""

    def far(row: Mapping[str, Any]) -> tuple[float, float]:
        return move(row), error_change(row)

    told = [row for row in rows if meaning(row)] or [max(rows, key=far)]
    yield from map(estimate_words, told)
    rest = [row for row in rows if row not in told]
    if any(map(is_moved, rest)):
        yield f"and {len(rest)} more, by at most {max(map(move, rest)):.2g} standard errors"
    elif rest:
        most = max(map(error_change, rest))
        yield f"and {len(rest)} more in the standard error alone, by at most {most:.0%}"


def meaning(row: Mapping[str, Any]) -> list[str]:
    """What a change of a coefficient means beyond its digits."""
    if row["old_estimate"] is None or row["new_estimate"] is None:
        return ["added" if row["old_estimate"] is None else "gone"]
    notes = []
    if row["is_sign_changed"]:
        notes.append("SIGN CHANGED")
    if row["is_significance_changed"]:
        is_significant = row["new_p_value"] is not None and row["new_p_value"] < 0.05
        notes.append(f"{'significant' if is_significant else 'no longer significant'} at 5 %")
    if (row["old_std_error"] is None) != (row["new_std_error"] is None):
        notes.append(
            "no standard error" if row["new_std_error"] is None else "has a standard error"
        )
    if row["old_n_obs"] != row["new_n_obs"]:
        notes.append(f"n {row['old_n_obs']} → {row['new_n_obs']}")
    return notes


def estimate_words(row: Mapping[str, Any]) -> str:
    """``nqpf: 0.432*** (0.058) → 0.428*** (0.057)``, and what that means."""
    numbers = pair_words(row["old_estimate"], row["new_estimate"])
    errors = pair_words(row["old_std_error"], row["new_std_error"])
    sides = [
        f"{number}{row[f'{side}_stars']} ({error})"
        for side, number, error in zip(("old", "new"), numbers, errors, strict=True)
        if row[f"{side}_estimate"] is not None
    ]
    words = "".join(f"; {note}" for note in meaning(row))
    return f"{row['term']}: {' → '.join(sides)}{words}"


def is_code(who: str) -> bool:
    return who in (PROGRAM, QUERY)
