"""What matters of a difference, as a few rows in order: what is another, and what it did to the results.

The head of `nqpf diff`, a mail and a page show the same rows, each in words of its own. Nothing is told here
that the parts of the difference do not have.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from nqpf_assets.publications.difference import Difference
from nqpf_assets.steps.fingerprint import PROGRAM

if TYPE_CHECKING:
    import polars as pl

Kind = Literal[
    "cause", "cells", "coefficients", "coefficient", "stars", "index", "weight", "rank", "tables"
]
MOST_COEFFICIENTS = 3
COLUMN = ("study", "table_name", "column_label")


@dataclass(frozen=True)
class Matter:
    """One row.

    Attributes:
        kind: ``cause``: ``what`` is ``change``, with ``names``; nothing that is made from it.
            ``cells``: of a study and series, the number, and the one that changed most.
            ``coefficients``: how many moved, how far, how many signs, stars and levels of 5 % changed.
            ``coefficient``: a row of the part `estimate`, with the rows of `moved_by` under its column as
            ``cells`` and who says its column otherwise as ``said_by``.
            ``stars``: coefficients with other stars than before, as rows of `estimate`.
            ``index``: how many scores, ranks and weights of how many indices moved.
            ``weight``, ``rank``: the one that moved most, a row of its part, whether the study has cells that
            are others (``has_cells``), and who says its weights otherwise.
            ``tables``: how many differ, how many do not.
    """

    kind: Kind
    facts: Mapping[str, Any]

    def as_data(self) -> dict[str, Any]:
        """For other programs."""
        return {"kind": self.kind, **self.facts}


def what_matters(found: Difference) -> list[Matter]:
    """The rows: causes, cells, coefficients, stars, indices, tables."""
    if found.old.fingerprint == found.new.fingerprint:
        return []
    return [
        *_causes(found),
        *_cells(found.parts["cell"]),
        *_coefficients(found),
        *_indices(found),
        _tables(found),
    ]


def move(row: Mapping[str, Any]) -> float:
    """How far a coefficient moved, in its standard errors before."""
    if row["old_estimate"] is None or row["new_estimate"] is None or not row["old_std_error"]:
        return 0.0
    return float(abs(row["new_estimate"] - row["old_estimate"]) / row["old_std_error"])


def is_moved(row: Mapping[str, Any]) -> bool:
    """Whether a coefficient of both publications is another number, and not its standard error alone."""
    old, new = row["old_estimate"], row["new_estimate"]
    is_in_both = old is not None and new is not None
    # As `difference.estimate` tells a change from rounding.
    return is_in_both and abs(new - old) > 1e-9 * max(1e-3, abs(old))


def error_change(row: Mapping[str, Any]) -> float:
    """By which share a coefficient's standard error changed; 0 where there are not two to compare."""
    if not row["old_std_error"] or row["new_std_error"] is None:
        return 0.0
    return float(abs(row["new_std_error"] / row["old_std_error"] - 1))


def _cause(what: str, change: str, names: list[str]) -> Iterator[Matter]:
    if names:
        yield Matter("cause", {"what": what, "change": change, "names": names})


def _causes(found: Difference) -> Iterator[Matter]:
    files = found.parts["file"].to_dicts()
    for change in ("added", "replaced", "removed", "moved"):
        rows = [row for row in files if row["change"] == change]
        names = [f"{row['path']} ({row['publisher']} {row['vintage']})" for row in rows]
        yield from _cause("file" if len(rows) == 1 else "files", change, names)
    kinds: dict[tuple[str, str], list[str]] = {}
    for name in found.inputs.values:
        change = found.inputs.words(name)
        kind = _kind_of_input(name)
        # A card that came or went with its file is told with the file.
        if kind and (change == "changed" or not name.startswith("raw/")):
            kinds.setdefault((kind, change), []).append(name)
    for (kind, change), names in kinds.items():
        corrected = sorted(set(found.parts["correction"]["name"].to_list()))
        yield from _cause(kind, change, corrected or names if kind == "corrections" else names)
    if any(PROGRAM in by for by in found.origins.values()):
        yield Matter("cause", {"what": "code of the program", "change": "changed", "names": []})
    releases = [
        f"{name} {old or 'none'} → {new or 'none'}"
        for name, (old, new) in found.versions.values.items()
    ]
    yield from _cause("releases", "changed", releases)


def _kind_of_input(name: str) -> str | None:
    if name.startswith("raw/"):
        return "card" if name.endswith("card.yaml") else None
    if name == "corrections.yaml":
        return "corrections"
    if name == "nqpf.yaml":
        return "settings"
    return "catalogue" if name.startswith("catalog/") else "study file"


def _cells(rows: pl.DataFrame) -> Iterator[Matter]:
    """Per study and series, those first of which one cell changed most; all kinds of change together."""
    import polars as pl

    size = pl.col("share").abs()
    by_series = (
        rows.group_by("study", "series_id", maintain_order=True)
        .agg(
            pl.len().alias("n"),
            size.max().alias("largest"),
            pl.struct("unit_name", "unit", "period", "change", "old_value", "new_value", "share")
            .sort_by(size, nulls_last=False)
            .last()
            .alias("at"),
        )
        .sort("largest", descending=True, nulls_last=True, maintain_order=True)
    )
    for row in by_series.iter_rows(named=True):
        yield Matter("cells", {k: row[k] for k in ("study", "series_id", "n")} | row["at"])


def _coefficients(found: Difference) -> Iterator[Matter]:
    moved = found.parts["estimate"].to_dicts()
    starred = [row for row in moved if _has_other_stars(row)]
    yield Matter(
        "coefficients",
        {
            "n": len(moved),
            "n_moved": sum(map(is_moved, moved)),
            "n_gone": sum(row["new_estimate"] is None for row in moved),
            "n_added": sum(row["old_estimate"] is None for row in moved),
            "n_columns": len({tuple(row[key] for key in COLUMN) for row in moved}),
            "most": max(map(move, moved), default=0.0),
            "most_error": max(map(error_change, moved), default=0.0),
            "n_signs": sum(row["is_sign_changed"] for row in moved),
            "n_levels": sum(row["is_significance_changed"] for row in moved),
            "n_stars": len(starred),
        },
    )
    under = found.parts["moved_by"].to_dicts()
    for row in sorted(moved, key=_weight)[:MOST_COEFFICIENTS]:
        cells = [one for one in under if all(one[key] == row[key] for key in COLUMN)]
        said_by = _said_by(found, f"{row['study']}__model")
        if not cells and not said_by:
            said_by = said_by_study(found, row["study"])
        yield Matter("coefficient", row | {"cells": cells, "said_by": said_by})
    if starred:
        yield Matter("stars", {"rows": sorted(starred, key=_weight)})


def _said_by(found: Difference, step: str) -> list[str]:
    """Who says a step of both publications otherwise than before."""
    return list(found.origins.get(step, ())) if step in found.steps.values else []


def said_by_study(found: Difference, study: str) -> list[str]:
    """Who says any step of a study otherwise: what moved a coefficient under which no cell is another."""
    own = (step for step in found.steps.values if step.startswith(f"{study}__"))
    return list(dict.fromkeys(one for step in own for one in found.origins.get(step, ())))


def _has_other_stars(row: Mapping[str, Any]) -> bool:
    is_there = row["old_estimate"] is not None and row["new_estimate"] is not None
    return bool(is_there and row["old_stars"] != row["new_stars"])


def _weight(row: Mapping[str, Any]) -> tuple[int, float]:
    """What came or went and signs before significance, before stars, before size."""
    is_gone = row["old_estimate"] is None or row["new_estimate"] is None
    rank = (
        0 if is_gone or row["is_sign_changed"]
        else 1 if row["is_significance_changed"]
        else 2 if _has_other_stars(row) else 3
    )  # fmt: skip
    return (rank, -move(row))


def _indices(found: Difference) -> Iterator[Matter]:
    """Counts over all indices, and the weight and the rank that moved most."""
    import polars as pl

    weights, scores = found.parts["weight"], found.parts["score"]
    names = {
        f"{study} {index}"
        for frame in (weights, scores)
        for study, index in frame.select("study", "index_name").unique().iter_rows()
    }
    if not names:
        return
    places = (pl.col("new_rank").cast(pl.Int64) - pl.col("old_rank").cast(pl.Int64)).abs()
    ranked = scores.filter(places > 0).sort(places, descending=True, maintain_order=True)
    facts = {"n_scores": scores.height, "n_ranks": ranked.height, "n_weights": weights.height}
    yield Matter("index", facts | {"names": sorted(names)})
    size = pl.col("change").abs()
    moved = weights.filter(size > 0).sort(size, descending=True, maintain_order=True)
    kinds: tuple[tuple[Kind, pl.DataFrame], ...] = (("weight", moved), ("rank", ranked))
    for kind, rows in kinds:
        if rows.height:
            row = rows.row(0, named=True)
            besides = {
                "has_cells": row["study"] in set(found.parts["cell"]["study"].to_list()),
                "said_by": _said_by(found, f"{row['study']}__index_weight"),
            }
            yield Matter(kind, row | besides)


def _tables(found: Difference) -> Matter:
    differ = found.tables.values
    n_same = len(found.new.tables) - sum(name in found.new.tables for name in differ)
    return Matter("tables", {"n_differ": len(differ), "n_same": n_same})
