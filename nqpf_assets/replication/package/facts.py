"""What a package says of its study, read once: README, metadata and data package are written from it."""

from __future__ import annotations

import json
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nqpf_assets.exports.about import About
from nqpf_assets.messages.counted import counted, verb

if TYPE_CHECKING:
    from nqpf_assets.replication.package.sources import Sources
    from nqpf_assets.studies.spec import Study

UNNAMED = "AUTHOR, TO BE NAMED"
"""Stands where an author's name belongs and none was given."""


@dataclass(frozen=True)
class TableFacts:
    """One printed table, and what makes it in each program; why not, where it does not."""

    name: str
    title: str
    files: tuple[str, ...]
    in_r: str
    in_stata: str


@dataclass(frozen=True)
class FigureFacts:
    """One figure: how `nqpf plot` is asked for it, and its file; why there is none, where none was drawn."""

    name: str
    title: str
    file: str
    why_not: str


@dataclass(frozen=True)
class PackageFacts:
    """Everything that is said of a package.

    Attributes:
        study: the study file, as it was read.
        study_file: its path in the package.
        about: the publication that the package was made from.
        authors: ``Family, Given``, as they were named.
        sources: raw files.
        tables: printed tables, in the order of the paper.
        figures: those of the study, drawn or not.
        versions: package → release, Python among them.
        run_minutes: whole minutes that building from the package took, at least 1.
        processors: of the machine that it was built on.
        codebook: a row for each column of the panel.
        n_rows: of the panel.
    """

    study: Study
    study_file: str
    about: About
    authors: tuple[str, ...]
    sources: Sources
    tables: Sequence[TableFacts]
    figures: Sequence[FigureFacts]
    versions: Mapping[str, str]
    run_minutes: int
    processors: int
    codebook: Sequence[Mapping[str, Any]]
    n_rows: int

    @property
    def is_synthetic(self) -> bool:
        return self.about.is_synthetic or self.sources.is_synthetic

    @property
    def drawn(self) -> list[FigureFacts]:
        return [one for one in self.figures if one.file]

    @property
    def title(self) -> str:
        """Of the package, which says where the data are synthetic."""
        mark = " [SYNTHETIC DATA]" if self.is_synthetic else ""
        return f"Replication package for: {self.study.title}{mark}"

    @property
    def named_authors(self) -> tuple[str, ...]:
        return self.authors or (UNNAMED,)

    @property
    def synthetic_words(self) -> str:
        """What a reader must know before anything else; empty where the data are real."""
        if not self.is_synthetic:
            return ""
        made_up = [one for one in self.sources.files if one.is_synthetic]
        return (
            f"SYNTHETIC DATA: {len(made_up)} of {counted(len(self.sources.files), 'raw files')} "
            f"{verb(len(made_up), 'were')} made up, as the "
            "cards say. Nothing may be concluded about the world from numbers that rest on them."
        )

    @property
    def description(self) -> str:
        """In a few sentences, for catalogues of data."""
        periods = self.study.periods
        words = [
            f"Raw files with their origin cards, analysis panel with codebook, study file, and programs that "
            f"make {self.made} of the study “{self.study.title}”, "
            f"{periods.first}–{periods.last}.",
            self.about.words,
        ]
        if cited := self.study.citation:
            words.append(f"Belongs to: {cited}")
        return " ".join([self.synthetic_words, *words] if self.is_synthetic else words)

    @property
    def made(self) -> str:
        """``12 tables and 8 figures``."""
        tables = counted(len(self.tables), "tables")
        return f"{tables} and {counted(len(self.drawn), 'figures')}" if self.drawn else tables

    @property
    def machine(self) -> str:
        return (
            f"{platform.system()} on {platform.machine()}, {counted(self.processors, 'processors')}"
        )


def as_json(content: object) -> str:
    """For people and programs: indented, in the order it was written."""
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
