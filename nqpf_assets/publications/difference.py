"""What differs between two publications, from the files that came to the coefficients that moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.problems import InputError, Problem
from nqpf_assets.project import Project
from nqpf_assets.publications.between import Part, compared, files_of
from nqpf_assets.publications.manifest import Manifest, chosen, manifests

if TYPE_CHECKING:
    import polars as pl

PARTS: tuple[Part, ...] = (
    "file", "observation", "cell", "weight", "score", "estimate", "moved_by",
)  # fmt: skip


@dataclass(frozen=True)
class Changed:
    """What differs between two accounts of the same kind: name → before and after, null where absent."""

    values: Mapping[str, tuple[str | None, str | None]]

    @classmethod
    def between(cls, old: Mapping[str, str], new: Mapping[str, str]) -> Changed:
        names = sorted({*old, *new})
        pairs = {name: (old.get(name), new.get(name)) for name in names}
        return cls({name: pair for name, pair in pairs.items() if pair[0] != pair[1]})

    def words(self, name: str) -> str:
        """``added``, ``removed`` or ``changed``."""
        before, after = self.values[name]
        return "added" if before is None else "removed" if after is None else "changed"


@dataclass(frozen=True)
class Difference:
    """Two publications compared.

    Attributes:
        inputs: files by path; a card or a study counts like a raw file.
        steps: steps by name whose query, parameters or code is another.
        versions: packages by name.
        parts: rows of each query of `between`.
    """

    old: Manifest
    new: Manifest
    inputs: Changed
    steps: Changed
    versions: Changed
    parts: Mapping[Part, pl.DataFrame]

    @property
    def tables(self) -> Changed:
        """Tables by name whose content is another."""
        old, new = (
            {name: table.sha256 for name, table in side.tables.items()}
            for side in (self.old, self.new)
        )
        return Changed.between(old, new)


def difference(project: Project, old: Manifest, new: Manifest, study: str | None) -> Difference:
    """Compare two publications that are kept.

    Args:
        study: only this one; files and published values are shown all the same.
    """
    import polars as pl

    with compared(files_of(project, old), files_of(project, new)) as between:
        parts: dict[Part, pl.DataFrame] = {part: between.rows(part) for part in PARTS}
    if study is not None:
        parts = {
            part: rows.filter(pl.col("study") == study) if "study" in rows.columns else rows
            for part, rows in parts.items()
        }
    return Difference(
        old,
        new,
        Changed.between(old.inputs, new.inputs),
        Changed.between(old.steps, new.steps),
        Changed.between(old.versions, new.versions),
        parts,
    )


def pair(project: Project, old: str | None, new: str | None) -> tuple[Manifest, Manifest]:
    """The two publications that a user names; by default the last and the one before it.

    Raises:
        InputError: there are no two, or a name fits none.
    """
    kept = manifests(project)
    if len(kept) < 2 and (old is None or new is None):
        there = f"{len(kept)} is kept" if kept else "nothing is kept yet"
        raise InputError([Problem(
            "publications", "", "two publications to compare", there,
            "a refresh that finds something new makes the next one", code="no_publication",
        )])  # fmt: skip
    later = chosen(project, new) if new else kept[-1]
    earlier = chosen(project, old) if old else None
    if earlier is None:
        before = [one for one in kept if one.number < later.number]
        earlier = before[-1] if before else later
    return (earlier, later) if earlier.number <= later.number else (later, earlier)
