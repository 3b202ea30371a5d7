"""Raw files that are not as they were, read for a plan: their series or weights, and who reads them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.projects.opened import OpenedProject
    from nqpf_assets.sources.collection import Collection as Found
    from nqpf_assets.steps.fingerprint import Change

MOST_READ, MOST_BYTES = 20, 20_000_000
"""So many new files are read to say which studies they concern; more would take as long as building."""


@dataclass(frozen=True)
class ChangedFiles:
    """What is known of the files before a refresh reads them.

    Attributes:
        told: path → its series or weights and who reads them, in words.
        series: all series of which a cell or a fact of its file can be another; None where that is not known.
        has_other_facts: who published which series, when, in which unit or kind of numbers can be another.
        is_much: they are too many or too large to be read for a plan.
    """

    told: dict[str, str] = field(default_factory=dict)
    series: frozenset[str] | None = None
    has_other_facts: bool = True
    is_much: bool = False


def changed_files(opened: OpenedProject, changes: Collection[Change]) -> ChangedFiles:
    """Read those that are few and small; of more nothing is known.

    Args:
        changes: what is not as it was in the step that reads the raw files.
    """
    from nqpf_assets.sources.card_files import OWN_CARD
    from nqpf_assets.sources.collector import check_paths
    from nqpf_assets.warehouse.made_from import OUTSIDE

    root = opened.project.root
    shown = {name for one in changes if one.kind == OUTSIDE for name in _paths_of(one)}
    names = _raw_files(opened, shown)
    paths = [path for path in (root / name for name in sorted(names)) if path.is_file()]
    if len(paths) > MOST_READ or sum(path.stat().st_size for path in paths) > MOST_BYTES:
        return ChangedFiles(is_much=True)
    found = check_paths(paths, opened.catalogue, root=root)
    told = _told(opened, found, shown)
    is_known = (
        all(one.kind == OUTSIDE for one in changes)
        and names.issuperset(name.removesuffix(OWN_CARD) for name in shown)
        and all(one.severity == "warning" for one in found.problems)
        and not found.refused
    )
    before = _before(opened, names) if names and is_known else None
    if before is None:
        return ChangedFiles(told)
    series = {*before[1]["series_id"], *found.observations["series_id"]}
    return ChangedFiles(
        told, frozenset(series), _facts(*before) != _facts(found.files, found.observations)
    )


def _facts(files: pl.DataFrame, cells: pl.DataFrame) -> set[tuple[Any, ...]]:
    """What `series_facts` tells of the series of these files."""
    import polars as pl

    from nqpf_assets.stages.series_facts import OF_CELLS, OF_FILES

    value = pl.col("value").drop_nulls()
    facts = (
        cells.join(files.select("file_id", *OF_FILES), on="file_id")
        .group_by(*OF_CELLS, *OF_FILES)
        .agg(
            (value == value.round()).all().alias("whole"),
            value.is_in([0.0, 1.0]).all().alias("binary"),
            (value.len() > 0).alias("any"),
            (value != 0).all().alias("nonzero"),
            (value > 0).all().alias("positive"),
        )
    )
    return set(facts.iter_rows())


def _paths_of(one: Change) -> tuple[str, ...]:
    """The paths at which something is not as it was; what was copied stands where it stood."""
    return (one.what, one.other) if one.how == "renamed" else (one.what,)


def _raw_files(opened: OpenedProject, shown: Collection[str]) -> set[str]:
    """The raw files among these paths, and those whose own card is among them."""
    from nqpf_assets.sources.card_files import OWN_CARD
    from nqpf_assets.sources.raw_state import is_raw, is_small

    project = opened.project
    files = {one.removesuffix(OWN_CARD) for one in shown if is_raw(one, project)}
    return {one for one in files if not is_small(one, project)}


def _before(
    opened: OpenedProject, names: Collection[str]
) -> tuple[pl.DataFrame, pl.DataFrame] | None:
    """These files and their cells in the tables; None where they cannot be asked."""
    import polars as pl

    from nqpf_assets.stages.series_facts import OF_CELLS, OF_FILES

    store = opened.store
    keys = (("source", "file"), ("source", "observation"))
    if not all(store.record(key) and store.is_sound(key) for key in keys):
        return None
    files, cells = map(store.scan, keys)
    of_files = {"file_id", "path", "also_at", *OF_FILES}
    of_cells = {"file_id", "value", *OF_CELLS}
    if not of_files <= set(files.collect_schema().names()):
        return None
    if not of_cells <= set(cells.collect_schema().names()):
        return None
    # The same bytes at two paths are read once, and at the other path where the first is changed.
    if files.filter(pl.col("also_at").is_not_null()).head(1).collect().height:
        return None
    of_them = files.filter(pl.col("path").is_in(sorted(names)))
    cells = cells.join(of_them, on="file_id", how="semi").select(sorted(of_cells))
    return of_them.collect(), cells.collect()


def _told(opened: OpenedProject, found: Found, seen: Collection[str]) -> dict[str, str]:
    from nqpf_assets.stages.own_weights import own_weights

    reads = {name: one.named_series for name, one in opened.compiled.items()}
    wrong = {one.file for one in found.problems if one.severity == "error"}
    told = {name: ": has mistakes, see `nqpf check`" for name in seen if name in wrong}
    series = found.observations.select("file_id", "series_id").unique().sort("series_id")
    for file_id, name in found.files.select("file_id", "path").iter_rows():
        names = series.filter(series["file_id"] == file_id)["series_id"].to_list()
        studies = [study for study, read in reads.items() if read & set(names)]
        first = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        told[name] = f": {first}; read by {', '.join(studies) or 'no study'}"
    asked = {name: own_weights(opened.files[name]) for name in opened.compiled}
    of_files = found.weight_units.select("file_id", "weights_name").unique()
    for name, weights in (
        found.files.join(of_files, on="file_id").select("path", "weights_name").iter_rows()
    ):
        studies = [study for study, names in asked.items() if weights in names]
        told[name] = f": weights {weights}; read by {', '.join(studies) or 'no study'}"
    return told
