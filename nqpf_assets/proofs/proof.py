"""A whole manuscript held against a study: its tables, those that are not in it, and its sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.exports.published_tables import known_tables, read_printed
from nqpf_assets.proofs.comparison import Difference, differences, note_key
from nqpf_assets.proofs.former import Former, former_tables
from nqpf_assets.proofs.manuscripts.manuscript import FoundTable, Manuscript
from nqpf_assets.proofs.matching import Published, matched
from nqpf_assets.proofs.quotations import Changed, Quotation, quotations
from nqpf_assets.proofs.texts import cell_text

if TYPE_CHECKING:
    from nqpf_assets.publications.manifest import Manifest
    from nqpf_assets.user_input.project import Project
    from nqpf_assets.warehouse.connection import Connection


@dataclass(frozen=True)
class ProvedTable:
    """A table of the manuscript that is one of the study's."""

    found: FoundTable
    name: str
    differences: Sequence[Difference]
    n_cells: int


@dataclass(frozen=True)
class Proof:
    """What was found.

    Attributes:
        tables: of the manuscript that are published ones.
        others: of the manuscript that are none.
        absent: published tables that are not in the manuscript.
        quotations: sentences that quote what is not published any more.
    """

    tables: Sequence[ProvedTable]
    others: Sequence[FoundTable]
    absent: Sequence[str]
    quotations: Sequence[Quotation]

    @property
    def holds(self) -> bool:
        return not self.quotations and not any(one.differences for one in self.tables)


def proof(
    manuscript: Manuscript,
    study: str,
    connection: Connection,
    project: Project,
    publications: Sequence[Manifest],
) -> Proof:
    """Hold a manuscript against a study.

    Args:
        connection: the publication that it is held against.
        publications: all up to that one, oldest first.
    """
    titles = {
        name: title
        for name, title in known_tables(connection).items()
        if name.partition(".")[0] == study
    }
    published = [Published(read_printed(connection, name, title)) for name, title in titles.items()]
    contents = publications[-1].tables if publications else {}
    now = {name: contents[name].sha256 for name in titles if name in contents}
    former = former_tables(project, publications[:-1], list(titles), now)
    pairs = matched(manuscript.tables, published)
    proved, wrong = list[ProvedTable](), list[Changed]()
    for found, one in pairs:
        told, n_cells = differences(found, one, former.get(one.table.full_name, ()))
        name = one.table.full_name
        proved.append(ProvedTable(found, name, told, n_cells))
        wrong += [
            Changed(
                f"{name} {each.where}", each.found, each.published, "the manuscript's own table"
            )
            for each in told
        ]
    changed = [*_changed(published, former), *wrong]
    notes = {note_key(note) for one in published for note in one.table.notes}
    own_notes = [
        paragraph.text
        for paragraph in manuscript.paragraphs
        if any(note in note_key(paragraph.text) for note in notes)
    ]
    current = [text for one in published for row in one.rows for text in row[1:]]
    named = {name for one in proved for name in _parts(one.name)}
    return Proof(
        proved,
        [one for one in manuscript.tables if not any(one is found for found, _ in pairs)],
        [name for name in titles if name not in named],
        list(quotations(manuscript, current, changed, own_notes)),
    )


def _parts(name: str) -> list[str]:
    """Names of tables that stand side by side."""
    study, _, tables = name.partition(".")
    return [f"{study}.{table}" for table in tables.split(" + ")]


def _changed(published: Sequence[Published], former: dict[str, list[Former]]) -> Iterator[Changed]:
    """Cells that were otherwise in an earlier publication, the newest first."""
    for one in published:
        cells = one.cells()
        for past in former[one.table.full_name]:
            for (key, head), was in past.cells.items():
                now = cells.get((key, head), "")
                if cell_text(was) != cell_text(now):
                    where = f"{one.table.full_name} {key[0]}{' (below)' if key[1] else ''} × {head}"
                    yield Changed(where, was, now, past.told)
