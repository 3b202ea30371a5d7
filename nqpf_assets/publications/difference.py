"""What differs between two publications, from the files that came to the coefficients that moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.publications.between import Files, Part, compared, files_of
from nqpf_assets.publications.held_back import HeldBack
from nqpf_assets.publications.levels import candidates, changed_levels
from nqpf_assets.publications.manifest import Manifest, TableContent, chosen, key_of, manifests
from nqpf_assets.publications.origins import inputs_of, step_hashes, step_origins, versions
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.steps.fingerprint import PROGRAM, QUERY
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.projects.opened import OpenedProject

HELD_BACK = "held back"
"""Fingerprint of what was built and is not published."""
CATALOGUE = "catalogue"
"""Who says what steps look up in the catalogue."""
PARTS: tuple[Part, ...] = (
    "file",
    "observation",
    "correction",
    "cell",
    "weight",
    "score",
    "estimate",
    "moved_by",
)


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
        origins: of steps that both have, who says what is another: ``program``, ``query``, or what a user
            wrote (``study file``, ``corrections.yaml`` …); where a user's words changed, a query made from
            them is not named. Publications of earlier releases know it not.
        versions: packages by name.
        parts: rows of each query of `between`; those of `cell` say why they are others.
    """

    old: Manifest
    new: Manifest
    inputs: Changed
    steps: Changed
    versions: Changed
    parts: Mapping[Part, pl.DataFrame]
    origins: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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
    levels = candidates(old, new)
    sides = [files_of(project, side, levels) for side in (old, new)]
    return _difference(old, new, sides[0], sides[1], study)


def _difference(
    old: Manifest, new: Manifest, old_files: Files, new_files: Files, study: str | None
) -> Difference:
    import polars as pl

    with compared(old_files, new_files) as between:
        parts: dict[Part, pl.DataFrame] = {
            part: between.rows("cell_cause" if part == "cell" else part) for part in PARTS
        }
    parts["level"] = changed_levels(candidates(old, new), old_files, new_files)
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
        _origins(old, new),
    )


def held_back_difference(opened: OpenedProject, stopped: HeldBack, study: str | None) -> Difference:
    """What is published against what was built since and not published; whatever was built of it.

    A table that a failed check kept from being built is read as published.
    """
    last = manifests(opened.project)[-1]
    records = {key: opened.store.record(key) for key in opened.descriptions}
    built = {
        ".".join(key): TableContent(record.sha256, record.n_rows, opened.descriptions[key])
        for key, record in records.items()
        if record is not None
    }
    names = {".".join(key) for key in opened.descriptions}
    candidate = replace(
        last,
        number=last.number + 1,
        published_at=stopped.at,
        tables={name: table for name, table in last.tables.items() if name in names} | built,
        inputs=inputs_of(opened.project, RawState.of(opened.project)),
        steps=step_hashes(opened.graph),
        versions=versions(),
        origins=step_origins(opened.graph),
    )
    if candidate.tables != last.tables:
        candidate = replace(candidate, fingerprint=HELD_BACK)
    kept = files_of(opened.project, last, candidates(last, candidate))

    def files(name: str) -> Path | None:
        return opened.store.path(key_of(name)) if name in built else kept(name)

    return _difference(last, candidate, kept, files, study)


def _origins(old: Manifest, new: Manifest) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for step in sorted({*old.origins} & {*new.origins}):
        said = Changed.between(old.origins[step], new.origins[step])
        who = set(said.values)
        # What is only asked beside another's words came with them: names of a catalogue, with corrections.
        whole = {name for name, sides in said.values.items() if None not in sides}
        who = whole | {name for name in who if name != CATALOGUE} or who
        if who - {QUERY, PROGRAM}:
            who -= {QUERY}
        if who:
            found[step] = tuple(sorted(who))
    return found


def pair(project: Project, old: str | None, new: str | None) -> tuple[Manifest, Manifest]:
    """The two publications that a user names; by default the last and the one before it.

    Raises:
        InputError: there are no two, or a name fits none.
    """
    kept = manifests(project)
    if len(kept) < 2 and (old is None or new is None):
        there = f"{len(kept)} is kept" if kept else "nothing is kept yet"
        raise InputError(
            [
                Problem(
                    file="publications",
                    where="",
                    expected="two publications to compare",
                    found=there,
                    remedy="a refresh that finds something new makes the next one",
                    code="no_publication",
                )
            ]
        )
    later = chosen(project, new) if new else kept[-1]
    earlier = chosen(project, old) if old else None
    if earlier is None:
        before = [one for one in kept if one.number < later.number]
        earlier = before[-1] if before else later
    return (earlier, later) if earlier.number <= later.number else (later, earlier)
