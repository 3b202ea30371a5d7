"""Say what changed between two publications, and which revision moved what.

Files that came and went, cells that were revised, weights, scores and ranks that moved, and every
coefficient before and after, with the cells under it that changed. A publication is named by its
number, or by a day: the last one up to its end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nqpf_assets.commands.common.arguments import (
    ProjectOption,
    StudyOption,
    TextFormat,
    TextFormatOption,
)
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import out, plain, write_data
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.publications import held_back as refreshes
from nqpf_assets.publications.difference import (
    Changed,
    Difference,
    difference,
    held_back_difference,
    pair,
)
from nqpf_assets.publications.manifest import manifests
from nqpf_assets.steps.fingerprint import PROGRAM, QUERY
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    import polars as pl

MOST = 12
"""Rows shown of each kind; `--format json` has them all."""

SHOWN_NAMES = 6

CODE = "code"
UNTOLD = "code, or what a user wrote,"
"""Said of publications whose accounts do not tell them apart."""


def run(
    old: Annotated[
        str | None,
        typer.Argument(metavar="[N|DAY]", help="The earlier publication; default: the one before."),
    ] = None,
    new: Annotated[
        str | None, typer.Argument(metavar="[N|DAY]", help="The later one; default: the last.")
    ] = None,
    project: ProjectOption = None,
    study: StudyOption = None,
    format: TextFormatOption = TextFormat.text,
    held_back: Annotated[
        bool,
        typer.Option("--held-back", help="Compare what was held back with what is published."),
    ] = False,
) -> int:
    """Print the difference; the exit status."""
    opened = Project.at(project)
    if not held_back:
        return _show_difference(opened, old, new, study, format)
    if old or new:
        raise typer.BadParameter(
            "--held-back compares with what is published, and takes no publication"
        )
    return _show_held_back(opened, study, format)


def _show_difference(
    project: Project, old: str | None, new: str | None, study: str | None, format: str
) -> int:
    """Print the difference; the exit status."""
    earlier, later = pair(project, old, new)
    found = difference(project, earlier, later, study)
    if format == "json":
        text = json.dumps(_as_data(found), indent=1, ensure_ascii=False, default=str)
        write_data(f"{text}\n")
        return 0
    console = out()
    for line in _lines(found):
        console.print(plain(line), soft_wrap=True)
    return 0


def _show_held_back(project: Project, study: str | None, format: str) -> int:
    """Print what the last refresh built and did not publish, against what is published; the exit status."""
    from nqpf_assets.projects.opened import open_project

    stopped = refreshes.held_back(project)
    if stopped is None or not manifests(project):
        raise InputError(
            [
                Problem(
                    file="held back",
                    where="",
                    expected="a refresh that was held back, and a publication before it",
                    found="none is held back" if stopped is None else "nothing is published yet",
                    remedy="run `nqpf diff` for the last two publications, or `nqpf status`",
                    code="no_publication",
                )
            ]
        )
    found = held_back_difference(open_project(project), stopped, study)
    if format == "json":
        text = json.dumps(_as_data(found), indent=1, ensure_ascii=False, default=str)
        write_data(f"{text}\n")
        return 0
    console = out()
    old = found.old
    console.print(
        plain(
            f"publication {old.number} ({old.published_at}) → held back on {stopped.at}, not published"
        )
    )
    for one in stopped.problems[:MOST]:
        place = f"{one.file}: {one.where}" if one.where else one.file
        console.print(plain(f"because   {place}: {one.found}"), soft_wrap=True)
    if len(stopped.problems) > MOST:
        console.print(
            f"because   and {len(stopped.problems) - MOST} more; `nqpf status` has the first"
        )
    lines = [*_lines(found)][1:]
    if lines == ["nothing differs"]:
        lines = ["nothing was built of it: the tables are those that are published"]
    for line in lines:
        console.print(plain(line), soft_wrap=True)
    return 0


def _as_data(found: Difference) -> dict[str, Any]:
    """Everything, for other programs; not-a-number becomes null."""
    return {
        "old": {"publication": found.old.number, "published_at": found.old.published_at},
        "new": {"publication": found.new.number, "published_at": found.new.published_at},
        "tables": {n: found.tables.words(n) for n in found.tables.values},
        "inputs": {n: found.inputs.words(n) for n in found.inputs.values},
        "steps": {n: found.steps.words(n) for n in found.steps.values},
        "origins": found.origins,
        "versions": found.versions.values,
        **{part: _rows(rows) for part, rows in found.parts.items()},
    }


def _rows(rows: pl.DataFrame) -> list[dict[str, Any]]:
    import polars as pl

    floats = [name for name, kind in rows.schema.items() if kind.is_float()]
    finite = [pl.when(pl.col(n).is_finite()).then(pl.col(n)).alias(n) for n in floats]
    return rows.with_columns(finite).to_dicts()


def _lines(found: Difference) -> Iterator[str]:
    old, new = found.old, found.new
    yield (f"publication {old.number} ({old.published_at}) → {new.number} ({new.published_at})")
    if old.fingerprint == new.fingerprint:
        yield "nothing differs"
        return
    yield from _origins(found)
    tables = list(found.tables.values)
    more = f" and {len(tables) - SHOWN_NAMES} more" if len(tables) > SHOWN_NAMES else ""
    yield f"tables    {', '.join(tables[:SHOWN_NAMES])}{more}"
    yield from _files(found.parts["file"])
    yield from _observations(found.parts["observation"])
    yield from _cells(found.parts["cell"])
    yield from _weights(found.parts["weight"])
    yield from _scores(found.parts["score"])
    yield from _estimates(
        found.parts["estimate"], found.parts["moved_by"], found.steps, found.origins
    )


def _origins(found: Difference) -> Iterator[str]:
    """Studies, settings, code and versions; raw files are told as files."""
    names = [name for name in found.inputs.values if not name.startswith("raw/")]
    yield from (f"input     {found.inputs.words(name)}: {name}" for name in names)
    for name, (before, after) in found.versions.values.items():
        yield f"version   {name}: {before or 'none'} → {after or 'none'}"
    by_origin: dict[str, list[str]] = {}
    for step in found.steps.values:
        for who in found.origins.get(step, (UNTOLD,)):
            by_origin.setdefault(CODE if _is_code(who) else who, []).append(step)
    for who, steps in sorted(by_origin.items()):
        names = [name.replace("__", ".") for name in dict.fromkeys(steps)]
        more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
        yield f"{who:<9} of {', '.join(names[:SHOWN_NAMES])}{more}"


def _is_code(who: str) -> bool:
    return who in (PROGRAM, QUERY)


def _files(rows: pl.DataFrame) -> Iterator[str]:
    for row in rows.head(MOST).iter_rows(named=True):
        place = f"{row['old_path']} → {row['path']}" if row["old_path"] else row["path"]
        synthetic = ", SYNTHETIC" if row["data_status"] == "synthetic" else ""
        yield (
            f"file      {row['change']}: {place} ({row['publisher']}, vintage {row['vintage']}, "
            f"{row['n_cells']:,} cells{synthetic})"
        )
    yield from _rest("file", rows)


def _observations(rows: pl.DataFrame) -> Iterator[str]:
    for row in rows.head(MOST).iter_rows(named=True):
        counts = ((row["n_new"], "new"), (row["n_gone"], "gone"), (row["n_changed"], "replaced"))
        words = ", ".join(f"{n:,} {what}" for n, what in counts if n)
        yield f"values    {row['series_id']}, {row['publisher']} {row['vintage']}: {words}"
    yield from _rest("values", rows)


def _cells(rows: pl.DataFrame) -> Iterator[str]:
    """Per study and series: how many cells, and the largest change."""
    import polars as pl

    size = pl.col("share").abs()
    by_series = rows.group_by("study", "series_id", "change", maintain_order=True).agg(
        pl.len().alias("n"),
        size.max().alias("largest"),
        pl.struct("unit_name", "period", "old_value", "new_value", "share")
        .sort_by(size, nulls_last=False)
        .last()
        .alias("at"),
    )
    for row in by_series.head(MOST).iter_rows(named=True):
        at, words = row["at"], ""
        if row["largest"] is not None:
            words = (
                f", the most {at['unit_name']} {at['period']}: {at['old_value']:g} → "
                f"{at['new_value']:g} ({at['share']:+.1%})"
            )
        yield f"cells     {row['study']} {row['series_id']}: {row['n']:,} {row['change']}{words}"
    yield from _rest("cells", by_series)


def _weights(rows: pl.DataFrame) -> Iterator[str]:
    import polars as pl

    ordered = rows.sort(pl.col("change").abs(), descending=True, nulls_last=False)
    for row in ordered.head(MOST).iter_rows(named=True):
        year = f" {row['weight_period']}" if row["weight_period"] else ""
        yield (
            f"weight    {row['study']} {row['index_name']} {row['indicator']}{year}: "
            f"{_number(row['old_weight'])} → {_number(row['new_weight'])}"
        )
    yield from _rest("weight", rows)


def _scores(rows: pl.DataFrame) -> Iterator[str]:
    """Per index: how many scores and ranks moved, and the unit that moved most places."""
    import polars as pl

    moved = (pl.col("new_rank").cast(pl.Int64) - pl.col("old_rank").cast(pl.Int64)).abs()
    by_index = rows.group_by("study", "index_name", maintain_order=True).agg(
        pl.len().alias("n"),
        pl.col("change").abs().max().alias("largest"),
        (moved > 0).sum().alias("n_ranks"),
        pl.struct("unit_name", "period", "old_rank", "new_rank")
        .sort_by(moved, nulls_last=False)
        .last()
        .alias("at"),
    )
    for row in by_index.iter_rows(named=True):
        largest = "" if row["largest"] is None else f" (by at most {row['largest']:.4f})"
        at = row["at"]
        ranks = (
            f", {row['n_ranks']:,} ranks, the most {at['unit_name']} {at['period']}: "
            f"{at['old_rank']} → {at['new_rank']}"
            if row["n_ranks"]
            else ", no rank"
        )
        yield f"score     {row['study']} {row['index_name']}: {row['n']:,} moved{largest}{ranks}"


def _estimates(
    rows: pl.DataFrame,
    moved_by: pl.DataFrame,
    steps: Changed,
    origins: Mapping[str, tuple[str, ...]],
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
        yield from (f"          {_cause(cause)}" for cause in under[:MOST])
        if len(under) > MOST:
            yield f"          and {len(under) - MOST} more series"
        if f"{study}__model" in steps.values:
            by = origins.get(f"{study}__model", ("study file", PROGRAM))
            who = dict.fromkeys(
                "the estimator's code" if _is_code(one) else f"its {one}" for one in by
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
    outside = "" if cause["n_in_sample"] else "; its rows read none of them: they scale its indices"
    file = cause["path"] or "no file"
    return f"moved by {cause['n_cells']:,} cells of {cause['series_id']} ({file}){most}{outside}"


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
    return f"{_number(row[f'{side}_estimate'])}{stars} ({_number(row[f'{side}_std_error'])})"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"


def _rest(what: str, rows: pl.DataFrame) -> Iterator[str]:
    if rows.height > MOST:
        yield f"{what:<9} and {rows.height - MOST} more; --format json has all"


COMMAND = Command("diff", run)
