"""What happened to coefficients between two publications, in words: before, after, and what moved them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nqpf_assets.publications.difference import Changed
from nqpf_assets.steps.fingerprint import PROGRAM, QUERY

if TYPE_CHECKING:
    import polars as pl


def told_estimates(
    rows: pl.DataFrame,
    moved_by: pl.DataFrame,
    steps: Changed,
    origins: Mapping[str, tuple[str, ...]],
    most: int,
) -> Iterator[str]:
    """Coefficients before and after; under each column, the revisions that it rests on."""
    keys = ("study", "table_name", "column_label")
    causes: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in moved_by.iter_rows(named=True):
        causes.setdefault(tuple(row[key] for key in keys), []).append(row)
    for column, part in rows.group_by(keys, maintain_order=True):
        study, table, label = column
        yield f"{study}.{table} {label}"
        yield from (f"          {line}" for line in _terms(part.to_dicts()))
        under = causes.get(column, [])
        yield from (f"          {_cause(cause)}" for cause in under[:most])
        if len(under) > most:
            yield f"          and {len(under) - most} more series"
        if f"{study}__model" in steps.values:
            by = origins.get(f"{study}__model", ("study file", PROGRAM))
            who = dict.fromkeys(
                "the estimator's code" if is_code(one) else f"its {one}" for one in by
            )
            yield f"          {' or '.join(who)} changed too"
        elif not under:
            yield "          no cell under it changed: see code and versions"


def _terms(rows: list[dict[str, Any]]) -> Iterator[str]:
    """Coefficients whose meaning changed, or the one that moved most; the others are counted."""
    told = [row for row in rows if _meaning(row)] or [max(rows, key=_move)]
    yield from map(_estimate, told)
    rest = [row for row in rows if row not in told]
    if rest:
        yield f"and {len(rest)} more, by at most {max(map(_move, rest)):.2g} standard errors"


def _move(row: dict[str, Any]) -> float:
    """How far a coefficient moved, in its standard errors before."""
    if row["old_estimate"] is None or row["new_estimate"] is None or not row["old_std_error"]:
        return 0.0
    return float(abs(row["new_estimate"] - row["old_estimate"]) / row["old_std_error"])


def _cause(cause: dict[str, Any]) -> str:
    share = cause["largest_share"]
    most = "" if share is None else f", the most {cause['largest_at']} by {share:.1%}"
    file = cause["path"] or "no file"
    return (
        f"moved by {cause['n_cells']:,} cells of {cause['series_id']} ({file}){most}{_role(cause)}"
    )


def _role(cause: dict[str, Any]) -> str:
    """How cells act that no row of the sample reads; nothing where rows read them."""
    if cause["n_in_sample"]:
        return ""
    if cause["n_filled_from"]:
        return "; its rows read cells that are filled from them"
    if cause["fitted"]:
        return f"; its rows read none of them: they set {cause['fitted']}"
    return "; its rows read none of them, nor cells that are filled from them"


def _meaning(row: dict[str, Any]) -> list[str]:
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


def _estimate(row: dict[str, Any]) -> str:
    """``nqpf: 0.432*** (0.058) → 0.428*** (0.057)``, and what that means."""
    sides = [_side(row, side) for side in ("old", "new") if row[f"{side}_estimate"] is not None]
    words = "".join(f"; {note}" for note in _meaning(row))
    return f"{row['term']}: {' → '.join(sides)}{words}"


def _side(row: dict[str, Any], side: str) -> str:
    stars = row[f"{side}_stars"]
    return (
        f"{number_words(row[f'{side}_estimate'])}{stars} ({number_words(row[f'{side}_std_error'])})"
    )


def number_words(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"


def is_code(who: str) -> bool:
    return who in (PROGRAM, QUERY)
