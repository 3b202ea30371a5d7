"""Series that were found, in lines for people: what each is, and what which publisher's files have of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nqpf_assets.explanations.told_places import spans
from nqpf_assets.messages.counted import counted
from nqpf_assets.sources.coverage import KEY
from nqpf_assets.sources.found_series import FoundSeries, Holes

if TYPE_CHECKING:
    import polars as pl

MOST_FILES = 2
"""Files named behind a row; the rest are counted."""
MOST_GAPS = 5
"""Regions with gaps that are named; the rest are counted."""
PLURAL = {"country": "country", "county": "counties", "outside": "regions outside the mainland"}


def series_lines(one: FoundSeries, holes: Holes) -> list[str]:
    """The lines that tell one series."""
    lines = [f"{one.series_id}: {one.title}" if one.title else one.series_id]
    for row in one.covered:
        key = tuple(row[name] for name in KEY)
        lines.append(f"  {_row_words(row)}")
        lacking = holes.regions.get(key, [])
        if lacking:
            lines.append(f"    not in it: {', '.join(lacking)}")
        if row["n_gaps"] and row["n_values"]:
            lines.append(f"    without a value: {_gap_words(holes.years.get(key, {}))}")
    if one.is_refused:
        lines.append("  in a file that is refused: `nqpf check` says why")
    elif not one.covered:
        lines.append("  in the catalogue; no file has it")
    return lines


def _row_words(row: Mapping[str, Any]) -> str:
    by = " ".join(filter(None, (row["publisher"] or "publisher not named", row["vintage"])))
    what = row["region_level"] or "region"
    regions = counted(row["n_regions"], PLURAL.get(what, f"{what}s"))
    years = spans([row["first_year"]]) if row["first_year"] == row["last_year"] else (
        f"{row['first_year']}–{row['last_year']}"
    )  # fmt: skip
    values = f"{counted(row['n_values'], 'values', ',')} in {row['unit_measure']}"
    if row["n_values"]:
        values += f", {counted(row['n_gaps'], 'gaps', ',')}" if row["n_gaps"] else ", no gaps"
    said = "SYNTHETIC, " if "synthetic" in row["data_status"] else ""
    paths = list(row["paths"])
    more = len(paths) - MOST_FILES
    where = ", ".join(paths[:MOST_FILES]) + (
        f" and {counted(more, 'more files')}" if more > 0 else ""
    )
    return f"{by}: {said}{regions} {years}, {values}; {where}"


def _gap_words(years: Mapping[str, list[int]]) -> str:
    of_all = years.get("", [])
    parts = [f"{spans(of_all)} (all)"] if of_all else []
    single = sorted(
        ((name, gone) for name, gone in years.items() if name), key=lambda one: -len(one[1])
    )
    parts += [f"{name} {spans(gone)}" for name, gone in single[:MOST_GAPS]]
    if len(single) > MOST_GAPS:
        parts.append(f"and {counted(len(single) - MOST_GAPS, 'more regions')}")
    return "; ".join(parts)


def series_rows(found: Sequence[FoundSeries], holes: Holes) -> pl.DataFrame:
    """The same as rows: one per series, publisher, vintage and level, or one of a series without files."""
    import polars as pl

    text, whole = pl.String, pl.Int64
    schema = {
        "series_id": text, "title": text, "is_near": pl.Boolean, "is_refused": pl.Boolean,
        "publisher": text, "vintage": text, "region_level": text, "data_status": text,
        "unit_measure": text, "n_regions": whole, "first_year": whole, "last_year": whole,
        "n_values": whole, "n_gaps": whole, "gaps": text, "regions_lacking": text, "paths": text,
    }  # fmt: skip
    rows: list[dict[str, Any]] = []
    for one in found:
        about = {
            "series_id": one.series_id,
            "title": one.title,
            "is_near": one.is_near,
            "is_refused": one.is_refused,
        }
        for row in one.covered or ({},):
            key = tuple(row.get(name, "") for name in KEY)
            years = holes.years.get(key, {})
            said = {
                "gaps": "; ".join(f"{name or 'all'} {spans(gone)}" for name, gone in years.items())
                or None,
                "regions_lacking": ", ".join(holes.regions.get(key, [])) or None,
                "paths": ", ".join(row.get("paths", ())) or None,
            }
            rows.append(about | {k: v for k, v in row.items() if k != "paths"} | said)
    return pl.DataFrame(rows, schema=schema)
