"""The raw files of a study: which they are, what their cards say of them, and which may go along.

A folder of raw files goes as a whole, with its cards: a card that names a file which is not there would be a
mistake in the package. A file whose card forbids passing on is named with the place to get it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nqpf_assets.replication.package.licence import Passing, passing_on
from nqpf_assets.sources.card_files import is_card, load_cards
from nqpf_assets.warehouse.duckdb_engine import frame_of

if TYPE_CHECKING:
    from nqpf_assets.user_input.project import Project
    from nqpf_assets.warehouse.connection import Connection

SYNTHETIC = "synthetic"


@dataclass(frozen=True)
class RawFile:
    """One raw file.

    Attributes:
        path: in the project.
        row: of `source.file`.
        passing: whether it may be given to others.
        is_read: it holds a series of the study, or its weights, or a value that is corrected.
    """

    path: str
    row: dict[str, Any]
    passing: Passing
    is_read: bool

    @property
    def goes_along(self) -> bool:
        return self.passing != "forbidden"

    @property
    def is_synthetic(self) -> bool:
        return bool(self.row["data_status"] == SYNTHETIC)


@dataclass(frozen=True)
class Source:
    """Files of one publisher and vintage under the same terms.

    Attributes:
        files: by their paths.
    """

    publisher: str
    vintage: str
    licence: str | None
    passing: Passing
    files: tuple[RawFile, ...]

    @property
    def is_synthetic(self) -> bool:
        return any(one.is_synthetic for one in self.files)

    def said(self, key: str) -> list[str]:
        """What the cards say under a key, each text once."""
        return list(dict.fromkeys(str(one.row[key]) for one in self.files if one.row[key]))


@dataclass(frozen=True)
class Sources:
    """All raw files that a study's folders hold."""

    files: tuple[RawFile, ...]

    @property
    def folders(self) -> set[str]:
        return {str(Path(one.path).parent) for one in self.files}

    @property
    def kept_back(self) -> list[RawFile]:
        return [one for one in self.files if not one.goes_along]

    @property
    def is_synthetic(self) -> bool:
        return any(one.is_synthetic for one in self.files if one.is_read)

    @cached_property
    def by_terms(self) -> list[Source]:
        """By publisher, vintage and terms."""
        found: dict[tuple[str, str, str | None, Passing], list[RawFile]] = {}
        for one in self.files:
            row = one.row
            key = (row["publisher"], row["vintage"], row["licence"], one.passing)
            found.setdefault(key, []).append(one)
        return [Source(*key, tuple(files)) for key, files in found.items()]

    def goes(self, path: str) -> bool:
        """Whether a file of the project's `raw/`, data or card, belongs to the package."""
        known = {one.path: one for one in self.files}
        if path in known:
            return known[path].goes_along
        return is_card(Path(path).name) and str(Path(path).parent) in self.folders


def sources_of(
    connection: Connection, project: Project, series: Collection[str], weights: Collection[str] = ()
) -> Sources:
    """The raw files of a study.

    Args:
        series: that the study names.
        weights: spatial weights of raw files that it names.
    """
    said: list[list[str]] = [sorted(series)]
    of_weights = ""
    if weights:
        of_weights = (
            " UNION SELECT DISTINCT file_id FROM source.weight_unit"
            " WHERE list_contains($2, weights_name)"
        )
        said.append(sorted(weights))
    read = frame_of(
        connection,
        "SELECT DISTINCT file_id FROM source.observation WHERE list_contains($1, series_id)"
        f" UNION SELECT DISTINCT file_id FROM source.correction{of_weights}",
        said,
    )["file_id"].to_list()
    rows = frame_of(connection, "FROM source.file ORDER BY path").to_dicts()
    paths = {
        path: row
        for row in rows
        for path in [row["path"], *(row["also_at"] or "").split("; ")]
        if path
    }
    folders = {str(Path(path).parent) for path, row in paths.items() if row["file_id"] in read}
    there = sorted(path for path in paths if str(Path(path).parent) in folders)
    outright = {path: one for folder in folders for path, one in _said(project, folder, there)}
    found = [
        RawFile(
            path,
            paths[path],
            passing_on(outright.get(path), paths[path]["licence"]),
            paths[path]["file_id"] in read,
        )
        for path in there
    ]
    return Sources(tuple(found))


def _said(
    project: Project, folder: str, paths: Collection[str]
) -> Iterator[tuple[str, bool | None]]:
    """What the cards of a folder say outright of its files."""
    names = [Path(path).name for path in paths if str(Path(path).parent) == folder]
    for name, loaded in load_cards(project.root / folder, folder, names).cards.items():
        yield f"{folder}/{name}", loaded.card.may_be_passed_on
