"""Source tables between two publications: some files as they were before, others as they are since.

The archive keeps what was read of every file and which values were corrected, not the files: that is enough
to take one cause after the other from the earlier publication to the later. A file is known by its content,
or by its place where another content stands there since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.catalog.table_frames import frame_of, schema_of
from nqpf_assets.publications.between import Files
from nqpf_assets.warehouse.store import TableKey, scan_file

if TYPE_CHECKING:
    import polars as pl

FILE, OBSERVATION, CORRECTION = "source.file", "source.observation", "source.correction"
WEIGHTS = ("source.weight", "source.weight_unit")
ALL = (FILE, OBSERVATION, CORRECTION, *WEIGHTS)
_PLACE = "known_at"
"""Column: where a file stands, the same in both publications where it is the same file."""
_READ = ("publisher", "published", "vintage", "vintage_order", "data_status")
"""What the steps of a study read of a file besides its values."""


@dataclass(frozen=True)
class Sources:
    """The source tables of one publication, each row with the place of its file."""

    tables: Mapping[str, pl.DataFrame]

    @classmethod
    def of(cls, files: Files, moved: Mapping[str, str]) -> Sources:
        """Read from the archive, in the columns of today.

        Args:
            moved: ``file_id`` → the place under which it is known, of files that stand elsewhere since.
        """
        import polars as pl

        tables = {name: _read(name, files) for name in ALL}
        places = tables[FILE].select(
            "file_id", pl.col("file_id").replace_strict(moved, default=pl.col("path")).alias(_PLACE)
        )
        return cls(
            {name: one.join(places, on="file_id", how="left") for name, one in tables.items()}
        )


def _read(name: str, files: Files) -> pl.DataFrame:
    schema, table = name.split(".")
    path = files(name)
    if path is None:
        return frame_of(table, (), schema)
    frame = scan_file(path)
    known = [one for one in schema_of(table, schema) if one in frame.collect_schema()]
    return frame_of(table, [frame.select(known).collect()], schema)


def moved_files(rows: pl.DataFrame) -> dict[str, str]:
    """Of `difference.file`: files of the same content that stand elsewhere since → where they stand now."""
    import polars as pl

    moved = rows.filter(pl.col("change") == "moved")
    return dict(zip(moved["file_id"], moved["path"], strict=True))


def changed_places(
    old: Sources, new: Sources, series: Collection[str], weights: Collection[str] = ()
) -> list[tuple[str, ...]]:
    """Places of which something else is read, of these series and weights; the oldest vintage first.

    Places that say a value of the same edition, one before and another since, are taken together: a file
    that was put elsewhere and changed.
    """
    import polars as pl

    values = ["series_id", "region_code", "period", "vintage", "value", "unit_measure", _PLACE]
    sides = [
        one.tables[OBSERVATION].filter(pl.col("series_id").is_in(list(series)))
        for one in (old, new)
    ]
    changed: set[str] = set()
    for one, other in (sides, sides[::-1]):
        left = one.select(values).join(
            other.select(values), on=values, how="anti", nulls_equal=True
        )
        changed |= set(left[_PLACE])
    beneath = {place for one in sides for place in one[_PLACE].unique()}
    files = [one.tables[FILE].select(_PLACE, *_READ) for one in (old, new)]
    for one, other in (files, files[::-1]):
        left = one.join(other, on=[_PLACE, *_READ], how="anti", nulls_equal=True)
        changed |= set(left[_PLACE]) & beneath
    changed |= _changed_weights(old, new, weights)
    order = pl.concat(files).group_by(_PLACE).agg(pl.col("vintage_order").max())
    when = dict(zip(order[_PLACE], order["vintage_order"], strict=True))
    ordered = sorted(changed, key=lambda place: (when.get(place) or "", place))
    groups = {place: {place} for place in ordered}
    for before, after in _same_cells(*sides):
        if before in groups and after in groups:
            together = groups[before] | groups[after]
            groups |= dict.fromkeys(together, together)
    told = dict.fromkeys(tuple(one for one in ordered if one in groups[place]) for place in ordered)
    return list(told)


def _changed_weights(old: Sources, new: Sources, names: Collection[str]) -> set[str]:
    """Places of files that give other weights, of these names."""
    import polars as pl

    changed: set[str] = set()
    for table in WEIGHTS:
        sides = [
            one.tables[table].filter(pl.col("weights_name").is_in(list(names))).drop("file_id")
            for one in (old, new)
        ]
        for one, other in (sides, sides[::-1]):
            left = one.join(other, on=one.columns, how="anti", nulls_equal=True)
            changed |= set(left[_PLACE])
    return changed


def _same_cells(old: pl.DataFrame, new: pl.DataFrame) -> Iterator[tuple[str, str]]:
    """Places before and since that hold a cell of the same series and edition, and are not the same."""
    import polars as pl

    cell = ["series_id", "region_code", "period", "vintage"]
    both = old.select(*cell, _PLACE).join(new.select(*cell, since=_PLACE), on=cell)
    pairs = both.filter(pl.col(_PLACE) != pl.col("since")).select(_PLACE, "since").unique()
    yield from pairs.sort(_PLACE, "since").iter_rows()


def changed_corrections(rows: pl.DataFrame, old: Sources, new: Sources) -> list[str]:
    """Of `difference.correction`: names that are in one publication only, or say another value."""
    import polars as pl

    named = [set(one.tables[CORRECTION]["name"]) for one in (old, new)]
    other = set(rows.filter(pl.col("change") == "changed")["name"])
    return sorted(other | (set(rows["name"]) & (named[0] ^ named[1])))


def mixed(
    old: Sources, new: Sources, moved: Collection[str], corrections: Collection[str], *, late: bool
) -> dict[TableKey, pl.DataFrame]:
    """The source tables with these places as they are since, and all others as they were.

    Args:
        corrections: names that follow no file.
        late: whether these are as they are since.
    """
    import polars as pl

    found: dict[TableKey, pl.DataFrame] = {}
    since = pl.col(_PLACE).is_in(list(moved))
    named = pl.col("name").is_in(list(corrections))
    for name in ALL:
        before, after = old.tables[name], new.tables[name]
        parts = [before.filter(~since), after.filter(since)]
        if name == CORRECTION:
            parts = [one.filter(~named) for one in parts]
            parts.append((after if late else before).filter(named))
        schema, table = name.split(".")
        found[schema, table] = frame_of(table, [one.drop(_PLACE) for one in parts], schema)
    return found
