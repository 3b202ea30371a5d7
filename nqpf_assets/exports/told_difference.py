"""What changed between two publications, in words: a line for each thing, from files to coefficients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from nqpf_assets.exports.told_estimates import is_code, told_estimates
from nqpf_assets.exports.told_numbers import arrow, number_words, share_words
from nqpf_assets.exports.told_summary import summary
from nqpf_assets.messages.counted import counted
from nqpf_assets.publications.difference import Difference

if TYPE_CHECKING:
    import polars as pl

MOST = 12
"""Rows shown of each kind; `--format json` has them all."""

SHOWN_NAMES = 6
SAID_OF_LEVELS = {
    "vintages": "vintages",
    "corrected_years": "corrected years",
    "unit_measure": "unit of measurement",
}
VALUE_DIGITS = 6
"""Of published values; coefficients have fewer."""

CODE = "code"
UNTOLD = "code, or what a user wrote,"
"""Said of publications whose accounts do not tell them apart."""


def told_difference(found: Difference) -> Iterator[str]:
    """All lines; the first names the two."""
    old, new = found.old, found.new
    yield (f"publication {old.number} ({old.published_at}) → {new.number} ({new.published_at})")
    if old.fingerprint == new.fingerprint:
        yield "nothing differs"
        return
    yield from summary(found)
    yield ""
    yield from _origins(found)
    tables = list(found.tables.values)
    more = f" and {len(tables) - SHOWN_NAMES} more" if len(tables) > SHOWN_NAMES else ""
    if tables:
        yield f"tables    {', '.join(tables[:SHOWN_NAMES])}{more}"
    yield from _files(found.parts["file"])
    yield from _observations(found.parts["observation"])
    yield from _corrections(found.parts["correction"])
    yield from _cells(found.parts["cell"])
    yield from _weights(found.parts["weight"])
    yield from _scores(found.parts["score"])
    yield from _levels(found.parts["level"])
    yield from told_estimates(found, MOST)


def _origins(found: Difference) -> Iterator[str]:
    """Studies, changed cards, settings, code and versions; raw files are told as files."""
    names = [name for name in found.inputs.values if not name.startswith("raw/")]
    yield from (f"input     {found.inputs.words(name)}: {name}" for name in names)
    cards = [
        name
        for name in found.inputs.values
        if name.startswith("raw/") and name.endswith("card.yaml")
    ]
    told = [name for name in cards if found.inputs.words(name) == "changed"]
    yield from (f"card      changed: {name}" for name in told[:MOST])
    if len(told) > MOST:
        yield f"card      and {len(told) - MOST} more"
    for name, (before, after) in found.versions.values.items():
        yield f"version   {name}: {before or 'none'} → {after or 'none'}"
    by_origin: dict[str, list[str]] = {}
    for step in found.steps.values:
        for who in found.origins.get(step, (UNTOLD,)):
            by_origin.setdefault(CODE if is_code(who) else who, []).append(step)
    for who, steps in sorted(by_origin.items()):
        names = [name.replace("__", ".") for name in dict.fromkeys(steps)]
        more = f" and {len(names) - SHOWN_NAMES} more" if len(names) > SHOWN_NAMES else ""
        yield f"steps     changed by {who}: {', '.join(names[:SHOWN_NAMES])}{more}"


def _files(rows: pl.DataFrame) -> Iterator[str]:
    for row in rows.head(MOST).iter_rows(named=True):
        place = f"{row['old_path']} → {row['path']}" if row["old_path"] else row["path"]
        synthetic = ", SYNTHETIC" if row["data_status"] == "synthetic" else ""
        yield (
            f"file      {row['change']}: {place} ({row['publisher']}, vintage {row['vintage']}, "
            f"{_counts(row)}{synthetic})"
        )
    yield from _rest("file", rows)


def _counts(row: dict[str, Any]) -> str:
    before, now = row["old_n_cells"], row["n_cells"]
    was = f"{before:,} → " if row["change"] == "replaced" and before != now else ""
    return f"{was}{counted(now, 'cells', ',')}"


def _corrections(rows: pl.DataFrame) -> Iterator[str]:
    """Corrections by name, with the values before and after, and why."""
    for row in rows.head(MOST).iter_rows(named=True):
        printed = row["reported_value"]
        old, new = (printed if one is None else one for one in (row["old_value"], row["new_value"]))
        place = f"{row['series_id']} {row['region_name']} {row['period']} of {row['vintage']}"
        yield (
            f"corrected {row['change']}: {row['name']}, {place}: {arrow(old, new, VALUE_DIGITS)} "
            f"(printed {number_words(printed, VALUE_DIGITS)}; {row['reason']})"
        )
    yield from _rest("correction", rows)


def _observations(rows: pl.DataFrame) -> Iterator[str]:
    for row in rows.head(MOST).iter_rows(named=True):
        counts = ((row["n_new"], "new"), (row["n_gone"], "gone"), (row["n_changed"], "replaced"))
        words = [f"{n:,} {what}" for n, what in counts if n]
        if row["n_converted"]:
            units = f"{row['old_unit_measure']} → {row['new_unit_measure']}"
            words.append(f"{row['n_converted']:,} in another unit of measurement: {units}")
        if row["at"] is not None:
            values = arrow(row["old_value"], row["new_value"], VALUE_DIGITS)
            words.append(f"the most {row['at']}: {values}")
        if not row["n_taken"]:
            words.append(f"which no panel takes ({row['path']})")
        yield f"values    {row['series_id']}, {row['publisher']} {row['vintage']}: {', '.join(words)}"
    yield from _rest("values", rows)


def _levels(rows: pl.DataFrame) -> Iterator[str]:
    """Numbers of tables of levels and growth, with the editions and corrections that their rows name."""
    for row in rows.head(MOST).iter_rows(named=True):
        said = [
            f"{words} {row[f'old_{name}'] or 'none'} → {row[f'new_{name}'] or 'none'}"
            for name, words in SAID_OF_LEVELS.items()
            if row[f"old_{name}"] != row[f"new_{name}"]
        ]
        place = f"{row['study']}.{row['table_name']} {row['row_label']} {row['column']}"
        why = f"; {', '.join(said)}" if said else ""
        yield f"level     {place}: {arrow(row['old_value'], row['new_value'], VALUE_DIGITS)}{why}"
    yield from _rest("level", rows)


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
            values = arrow(at["old_value"], at["new_value"], VALUE_DIGITS)
            words = f", the most {at['unit_name']} {at['period']}: {values} ({share_words(at['share'])})"
        yield f"cells     {row['study']} {row['series_id']}: {row['n']:,} {row['change']}{words}"
    yield from _rest("cells", by_series)


def _weights(rows: pl.DataFrame) -> Iterator[str]:
    import polars as pl

    ordered = rows.sort(pl.col("change").abs(), descending=True, nulls_last=False)
    for row in ordered.head(MOST).iter_rows(named=True):
        year = f" {row['weight_period']}" if row["weight_period"] else ""
        yield (
            f"weight    {row['study']} {row['index_name']} {row['indicator']}{year}: "
            f"{arrow(row['old_weight'], row['new_weight'])}"
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
        largest = "" if row["largest"] is None else f" (by at most {row['largest']:.3g})"
        at = row["at"]
        ranks = (
            f", {counted(row['n_ranks'], 'ranks', ',')}, the most {at['unit_name']} {at['period']}: "
            f"{at['old_rank']} → {at['new_rank']}"
            if row["n_ranks"]
            else ", no rank"
        )
        yield f"score     {row['study']} {row['index_name']}: {row['n']:,} moved{largest}{ranks}"


def _rest(what: str, rows: pl.DataFrame) -> Iterator[str]:
    if rows.height > MOST:
        yield f"{what:<9} and {rows.height - MOST} more; --format json has all"
