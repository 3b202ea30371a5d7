"""What a manuscript is made of, whatever its format: tables as texts in cells, and paragraphs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from nqpf_assets.proofs.texts import sentences_of


@dataclass(frozen=True)
class FoundTable:
    """A table as it stands in the manuscript.

    Attributes:
        place: where it begins, as its author finds it.
        caption: what stands over it, or as its caption.
        rows: from top to bottom; a cell that spans several columns stands in each of them.
        below: paragraphs between it and the next table: notes, then text.
        marks: other words that belong to it: labels, comments, descriptions.
    """

    place: str
    caption: str
    rows: tuple[tuple[str, ...], ...]
    below: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    """A text outside of tables, with its place."""

    place: str
    text: str

    @property
    def sentences(self) -> Iterator[str]:
        return sentences_of(self.text)


@dataclass
class Manuscript:
    """A manuscript."""

    tables: list[FoundTable] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)


def rectangular(rows: list[list[str]]) -> tuple[tuple[str, ...], ...]:
    """Rows of one length, without columns and rows that are empty throughout."""
    width = max(map(len, rows), default=0)
    filled = [[*row, *[""] * (width - len(row))] for row in rows]
    used = [place for place in range(width) if place == 0 or any(row[place] for row in filled)]
    return tuple(tuple(row[place] for place in used) for row in filled if any(row))
