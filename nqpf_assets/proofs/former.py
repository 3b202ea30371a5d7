"""Printed tables of a study in earlier publications, read from the archive."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.exports.printed.lines import printed_table
from nqpf_assets.proofs.matching import Key, Published
from nqpf_assets.publications.archive import content_path
from nqpf_assets.warehouse.store import scan_file

if TYPE_CHECKING:
    from nqpf_assets.publications.manifest import Manifest
    from nqpf_assets.user_input.project import Project


@dataclass(frozen=True)
class Former:
    """A printed table as an earlier publication had it."""

    publication: int
    day: dt.date
    published: Published
    cells: Mapping[tuple[Key, str], str]

    @property
    def told(self) -> str:
        return f"publication {self.publication} of {self.day}"


def former_tables(
    project: Project, past: Sequence[Manifest], names: Sequence[str], current: Mapping[str, str]
) -> dict[str, list[Former]]:
    """Each table's earlier contents, the newest first; contents that are not kept any more are passed over.

    Args:
        past: earlier publications, oldest first.
        names: ``study.table``.
        current: table → hash of its content now.
    """
    found: dict[str, list[Former]] = {name: [] for name in names}
    seen = {name: {current.get(name)} for name in names}
    for manifest in reversed(past):
        for name in names:
            table = manifest.tables.get(name)
            if table is None or table.sha256 in seen[name]:
                continue
            seen[name].add(table.sha256)
            path = content_path(project, table.sha256)
            if not path.is_file():
                continue
            rows = scan_file(path).sort("row_position").collect()
            study, _, short = name.partition(".")
            printed = printed_table(study, short, table.description, rows.columns, rows.to_dicts())
            one = Published(printed)
            found[name].append(Former(manifest.number, manifest.day, one, one.cells()))
    return found
