"""Checks that need the last publication: what went missing, and what moved beyond the limits.

The tables themselves know nothing of the past, so that the same files always give the same tables;
whether the new ones may take the place of the old ones is decided here. Every finding is a `Problem`:
an error holds the publication back until it is accepted in `nqpf.yaml`, a warning is published and told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from nqpf_assets.estimation.result_rows import CONSTANT
from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.messages.problems import Problem
from nqpf_assets.projects.opened import OpenedProject
from nqpf_assets.publications.between import Comparison, compared, files_of
from nqpf_assets.publications.manifest import Manifest, key_of
from nqpf_assets.studies.refilled_series import VERSION
from nqpf_assets.user_input.settings import CheckName, Settings

if TYPE_CHECKING:
    from pathlib import Path

CHECKS: dict[CheckName, str] = {
    "coverage": "cells that had a value in the last publication have one",
    "rescaled": "values of a series in the unit of measurement of the last publication",
    "weights": "weights of an index near those of the last publication",
    "results": "no significant coefficient changes its sign",
}
"""Checks made here, with what each expects."""


def compare_with_last(opened: OpenedProject, last: Manifest | None, new: Manifest) -> list[Problem]:
    """Everything that departs from the last publication; nothing where there is none."""
    if last is None:
        return []

    def files(name: str) -> Path | None:
        return opened.store.path(key_of(name)) if name in new.tables else None

    with compared(files_of(opened.project, last), files) as between:
        return [
            *_coverage(between, opened.settings),
            *_rescaled(between, opened.settings, last, new),
            *_weights(between, opened.settings, last, new),
            *_results(between, opened.settings),
        ]


def _coverage(between: Comparison, settings: Settings) -> Iterator[Problem]:
    """Series of a study whose published cells went missing, within the units and years it still has."""
    between.rows("cell")
    lost = between.connection.execute("""
        WITH span AS (
            SELECT study, variable, min(period) AS first, max(period) AS last
            FROM new.panel.cell GROUP BY study, variable
        ),
        had AS (
            SELECT c.study, c.variable, c.unit, c.period, c.file_id, c.locator FROM old.panel.cell AS c
            INNER JOIN span AS s ON s.study = c.study AND s.variable = c.variable
            SEMI JOIN new.panel.cell AS n ON n.study = c.study AND n.variable = c.variable AND n.unit = c.unit
            WHERE c.file_id IS NOT NULL AND c.period BETWEEN s.first AND s.last
        )
        SELECT h.study, h.variable, count(*) AS n_had, count(*) FILTER (WHERE n.file_id IS NULL) AS n_lost,
            min(h.unit || ' ' || h.period) FILTER (WHERE n.file_id IS NULL) AS example,
            arg_min(coalesce(f.path, h.file_id) || coalesce(': ' || h.locator, ''), h.unit || ' ' || h.period)
                FILTER (WHERE n.file_id IS NULL) AS place
        FROM had AS h
        LEFT JOIN old.source.file AS f ON f.file_id = h.file_id
        LEFT JOIN new.panel.cell AS n
            ON n.study = h.study AND n.variable = h.variable AND n.unit = h.unit AND n.period = h.period
        GROUP BY h.study, h.variable HAVING n_lost > 0 ORDER BY ALL""").fetchall()
    for study, variable, n_had, n_lost, example, place in lost:
        words = (
            f"{n_lost} of {n_had} {verb(n_lost, 'have')} none now ({n_lost / n_had:.1%}), {example} "
            "among them, "
            f"which stood in {place}"
        )
        stops = n_lost / n_had > settings.limits.coverage_loss
        yield _finding(settings, "coverage", f"{study} {variable}", words, stops)


def _rescaled(
    between: Comparison, settings: Settings, last: Manifest, new: Manifest
) -> Iterator[Problem]:
    """Series whose published cells are a power of ten times what they were, within an eighth.

    At least three of them and a fifth, or all of two, of one vintage or in the place of one that is gone: a
    new vintage is held against those before by `magnitude`. Told only, where the study's own series changed:
    it may name another unit.
    """
    between.rows("cell")
    moved = between.connection.execute(f"""
        WITH held AS (
            SELECT n.study, n.variable, n.unit, n.period, n.file_id, n.locator, o.value AS old_value,
                n.value AS new_value, log10(n.value / o.value) AS tens
            FROM new.panel.cell AS n
            INNER JOIN old.panel.cell AS o
                ON o.study = n.study AND o.variable = n.variable AND o.unit = n.unit AND o.period = n.period
            SEMI JOIN difference.cell AS d ON d.study = n.study AND d.series_id = n.variable
            WHERE n.file_id IS NOT NULL AND o.file_id IS NOT NULL AND n.value * o.value > 0
                AND (n.vintage = o.vintage OR NOT EXISTS (
                    SELECT 1 FROM new.source.observation AS s
                    WHERE s.series_id = regexp_replace(o.variable, '{VERSION}', '') AND s.vintage = o.vintage
                ))
        ),
        power AS (
            SELECT study, variable, round(tens) AS power, count(*) AS n,
                arg_min(unit || ' ' || period, (period, unit)) AS at,
                arg_min(old_value, (period, unit)) AS old_value,
                arg_min(new_value, (period, unit)) AS new_value, arg_min(file_id, (period, unit)) AS file_id,
                arg_min(locator, (period, unit)) AS locator
            FROM held WHERE round(tens) <> 0 AND abs(tens - round(tens)) < 0.055
            GROUP BY study, variable, round(tens)
        ),
        counted AS (SELECT study, variable, count(*) AS n_both FROM held GROUP BY study, variable)
        SELECT p.study, p.variable, p.n, c.n_both, p.power, p.at, p.old_value, p.new_value,
            coalesce(f.path, '') || coalesce(': ' || p.locator, '')
        FROM power AS p
        INNER JOIN counted AS c ON c.study = p.study AND c.variable = p.variable
        LEFT JOIN new.source.file AS f ON f.file_id = p.file_id
        WHERE (p.n >= 3 AND 5 * p.n >= c.n_both) OR (p.n = 2 AND c.n_both = 2)
        ORDER BY ALL""").fetchall()
    for study, variable, n, n_both, power, at, old, now, place in moved:
        factor = f"{'' if power > 0 else '1/'}{10 ** abs(int(power))}"
        words = (
            f"{n} of {counted(n_both, 'cells')} {verb(n, 'are')} about {factor} times what they were, as in "
            "another unit: "
            f"{at}: {old:g} → {now:g} ({place})"
        )
        table = f"{study}.series"
        is_same_study = table in last.tables and last.tables[table] == new.tables.get(table)
        yield _finding(settings, "rescaled", f"{study} {variable}", words, is_same_study)


def _weights(
    between: Comparison, settings: Settings, last: Manifest, new: Manifest
) -> Iterator[Problem]:
    """Indicators whose weight moved beyond the limit; told only, where the study itself was changed."""
    limit = settings.limits.weight_shift
    for row in between.rows("weight").iter_rows(named=True):
        if row["shift"] is None or row["shift"] <= limit:
            continue
        step = f"{row['study']}__index_weight"
        is_by_data = row["is_same_system"] and last.steps.get(step) == new.steps.get(step)
        year = f" {row['weight_period']}" if row["weight_period"] else ""
        about = f"{row['study']} {row['index_name']} {row['indicator']}{year}"
        words = f"weight {row['old_weight']:.4g} before, {row['new_weight']:.4g} now"
        beneath = cells_beneath(between, row["study"], (row["indicator"], row["index_name"]))
        yield _finding(settings, "weights", about, words + beneath, is_by_data)


def _results(between: Comparison, settings: Settings) -> Iterator[Problem]:
    """Coefficients significant at 5 percent before and now, with opposite signs.

    A constant's sign says where zero lies, and is left out.
    """
    for row in between.rows("estimate").iter_rows(named=True):
        if row["term"] == CONSTANT:
            continue
        is_firm = all((row[key] or 1) < 0.05 for key in ("old_p_value", "new_p_value"))
        if row["is_sign_changed"] and is_firm:
            about = f"{row['study']}.{row['table_name']} {row['column_label']} {row['term']}"
            words = f"{row['old_estimate']:.4g} before, {row['new_estimate']:.4g} now"
            yield _finding(settings, "results", about, words, False)


MOST_SERIES = 3
"""Series named under a finding; `nqpf diff --held-back` has them all."""


def cells_beneath(between: Comparison, study: str, variables: tuple[str, ...]) -> str:
    """The cells under a variable that are others now, by series and file; of the first that has any.

    An indicator's weight moves with those of its index, so that the cells may lie under the others.
    """
    between.rows("cell")
    for variable in variables:
        rows = between.connection.execute(
            """
            SELECT c.series_id, c.path, count(*) AS n,
                arg_max(c.unit_name || ' ' || c.period, abs(coalesce(c.share, 1e99))) AS at,
                arg_max(c.old_value, abs(coalesce(c.share, 1e99))) AS old_value,
                arg_max(c.new_value, abs(coalesce(c.share, 1e99))) AS new_value,
                arg_max(c.locator, abs(coalesce(c.share, 1e99))) AS locator
            FROM difference.cell AS c
            SEMI JOIN new.panel.rests_on AS r
                ON r.study = c.study AND r.series_id = c.series_id AND r.variable = ?
            WHERE c.study = ?
            GROUP BY c.series_id, c.path ORDER BY n DESC, c.series_id, c.path""",
            [variable, study],
        ).fetchall()
        if rows:
            told = [
                f"{counted(n, 'cells')} of {series} ({path or 'no file'}), the most {at}: {_number(old)} → "
                f"{_number(new)}{f' at {locator}' if locator else ''}"
                for series, path, n, at, old, new, locator in rows[:MOST_SERIES]
            ]
            more = [f"{len(rows) - MOST_SERIES} more"] if len(rows) > MOST_SERIES else []
            return f"; beneath it changed {'; '.join([*told, *more])}"
    return "; no cell beneath it changed"


def _number(value: float | None) -> str:
    return "none" if value is None else f"{value:g}"


def _finding(settings: Settings, check: CheckName, about: str, found: str, stops: bool) -> Problem:
    severity: Literal["error", "warning"] = "error" if stops else "warning"
    remedy = "see `nqpf diff` for what changed"
    accepted = settings.acceptance(check, about)
    if accepted:
        severity, remedy = "warning", f"accepted on {accepted.date}: {accepted.reason}"
    elif stops:
        remedy = (
            "look at the new files, and at `nqpf diff --held-back`; if it is right, say so in nqpf.yaml:\n"
            f'    accept:\n      - {{check: {check}, about: "{about}", '
            f"reason: …, date: {dt.date.today()}}}"
        )
    expected = CHECKS[check]
    return Problem(
        file=f"check {check}",
        where=about,
        expected=expected,
        found=found,
        remedy=remedy,
        severity=severity,
        code=check,
    )
