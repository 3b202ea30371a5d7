"""Which published values the corrections of a project apply to, and which corrections are wrong by now.

What a correction says is read in `corrections`; what becomes of it, in `stages.corrections`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nqpf_assets.messages.problems import Problem, did_you_mean
from nqpf_assets.sources.corrections import FILE, Correction, Corrections

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.catalogue import Catalogue


def applied(
    corrections: Corrections,
    observations: pl.LazyFrame,
    files: pl.DataFrame,
    catalogue: Catalogue,
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Which observations are corrected: rows of `source.correction`, and what is wrong with corrections.

    An observation of the cell is corrected where its value equals `expect` exactly. Any other value that
    was published after the day of the correction means that the publisher has changed it, which is an
    error; other values of earlier vintages are left as they are.

    Args:
        observations: rows of `source.observation`.
        files: rows of `source.file`.
    """
    if not corrections.entries:
        return [], []
    codes, problems = _regions(corrections, catalogue)
    cells = _cells(corrections, codes, observations, files, catalogue)
    rows: list[dict[str, Any]] = []
    owner: dict[tuple[str, ...], str] = {}
    for index, (one, place) in enumerate(zip(corrections.entries, corrections.places, strict=True)):
        if index not in codes:
            continue
        seen = [
            cell
            for cell in cells.get(index, [])
            if one.vintage in (None, cell["vintage"]) and one.publisher in (None, cell["publisher"])
        ]
        mine = [cell for cell in seen if cell["reported_value"] == one.expect]
        problems += _changed(one, place, seen)
        if not mine:
            problems.append(
                _unmatched(one, place, seen, cells.get(index, []), observations, catalogue)
            )
        for cell in mine:
            key = (cell["series_id"], cell["region_code"], str(cell["period"]), cell["vintage"])
            if owner.setdefault(key, one.name) != one.name:
                problems.append(
                    Problem(
                        file=FILE,
                        where=place,
                        expected="one correction for a value",
                        found=f"`{owner[key]}` corrects it too: {_at(cell)}",
                        remedy="remove one of the two",
                        code="correction",
                    )
                )
                continue
            told = {key: getattr(one, key) for key in ("name", "value", "reason", "source", "date")}
            rows.append(
                {
                    k: v
                    for k, v in cell.items()
                    if k not in ("index", "path", "day", "vintage_order")
                }
                | told
            )
    return rows, problems


def _regions(
    corrections: Corrections, catalogue: Catalogue
) -> tuple[dict[int, str], list[Problem]]:
    """Place in the list → code of the unit that is meant."""
    from nqpf_assets.catalog.region_match import find_region

    codes: dict[int, str] = {}
    problems = []
    for index, (one, place) in enumerate(zip(corrections.entries, corrections.places, strict=True)):
        code, near = find_region(one.region, catalogue.regions, one.period)
        unit = catalogue.regions.unit_codes.get(code or "")
        if unit is None:
            problems.append(
                Problem(
                    file=FILE,
                    where=place,
                    expected=f"a region that existed in {one.period}",
                    found=f"`{one.region}` in `{one.name}`",
                    remedy=f"did you mean {near}?" if near else "correct the region",
                    code="unknown_region",
                )
            )
        else:
            codes[index] = unit
    return codes, problems


def _cells(
    corrections: Corrections,
    codes: dict[int, str],
    observations: pl.LazyFrame,
    files: pl.DataFrame,
    catalogue: Catalogue,
) -> dict[int, list[dict[str, Any]]]:
    """Place in the list → all published values of the cell, of every publisher and vintage."""
    import polars as pl

    wanted = pl.LazyFrame(
        [
            (index, catalogue.series.id_for(one.series), codes[index], one.period)
            for index, one in enumerate(corrections.entries)
            if index in codes
        ],
        schema={
            "index": pl.Int64,
            "series_id": pl.String,
            "unit_code": pl.String,
            "period": pl.Int32,
        },
        orient="row",
    )
    units = catalogue.regions.continuing.lazy().select("region_code", "unit_code")
    described = files.lazy().select(
        "file_id", "publisher", "path", "vintage_order", day="vintage_day"
    )
    found = (
        observations.filter(pl.col("value").is_not_null())
        .select(
            "series_id",
            "region_code",
            "period",
            "vintage",
            "unit_measure",
            "file_id",
            "locator",
            reported_value="value",
        )
        .join(units, on="region_code")
        .join(wanted, on=["series_id", "unit_code", "period"])
        .drop("unit_code")
        .join(described, on="file_id")
        .sort("index", "vintage_order", "region_code")
        .collect()
    )
    cells: dict[int, list[dict[str, Any]]] = {}
    for row in found.to_dicts():
        cells.setdefault(row["index"], []).append(row)
    return cells


def _changed(one: Correction, place: str, seen: list[dict[str, Any]]) -> Iterator[Problem]:
    """Values published since the correction that are not the wrong one any more."""
    later = [c for c in seen if c["reported_value"] != one.expect and _is_later(c, one.date)]
    if not later:
        return
    wrong = [c["vintage"] for c in seen if c["reported_value"] == one.expect]
    only = f", or restrict it to what is wrong: `vintage: {wrong[-1]}`" if wrong else ""
    yield Problem(
        file=FILE,
        where=place,
        expected=f"{one.expect!r}, which `{one.name}` corrects to {one.value!r}",
        found=f"published after {one.date}, so that the publisher has changed the value: "
        + "; ".join(map(_at, later)),
        remedy=f"remove `{one.name}`{only}",
        code="correction_outdated",
    )


def _is_later(cell: dict[str, Any], date: dt.date) -> bool:
    """Whether a value was published after a day; where its own is unknown, it may have been."""
    return cell["day"] is None or bool(cell["day"] > date)


def _at(cell: dict[str, Any]) -> str:
    where = f"{cell['path']}, {cell['locator']}"
    return (
        f"{cell['reported_value']!r} {cell['unit_measure']} in {where} (vintage {cell['vintage']})"
    )


def _unmatched(
    one: Correction,
    place: str,
    seen: list[dict[str, Any]],
    cells: list[dict[str, Any]],
    observations: pl.LazyFrame,
    catalogue: Catalogue,
) -> Problem:
    """A correction that applies to nothing, with what is there instead."""
    expected = f"a published value {one.expect!r} for `{one.name}`"
    remedy = "write `expect` as it is printed, or remove the correction"
    if seen:
        found = "; ".join(_at(cell) for cell in seen)
        return Problem(
            file=FILE,
            where=place,
            expected=expected,
            found=found,
            remedy=remedy,
            code="correction_unmatched",
        )
    asked = f"{one.series}, {one.region}, {one.period}"
    if cells:
        there = ", ".join(dict.fromkeys(f"{c['publisher']} {c['vintage']}" for c in cells))
        only = " ".join(filter(None, (one.publisher, one.vintage)))
        found, remedy = f"no value of {only}; there are {there}", "correct vintage or publisher"
    else:
        found = f"no value of {asked}"
        remedy = _near_series(one, observations, catalogue) or "correct series, region or period"
    return Problem(
        file=FILE,
        where=place,
        expected=expected,
        found=found,
        remedy=remedy,
        code="correction_unmatched",
    )


def _near_series(one: Correction, observations: pl.LazyFrame, catalogue: Catalogue) -> str:
    """Names near to that of a series which nobody published."""
    import polars as pl

    series_id = catalogue.series.id_for(one.series)
    known = observations.select(pl.col("series_id").unique()).collect().get_column("series_id")
    if series_id in known:
        return ""
    names = {*known, *(s for key in known if (e := catalogue.series.get(key)) for s in e.names)}
    return did_you_mean(one.series, sorted(names))
