"""One figure that can be drawn, as it is listed: what it shows and of which table."""

from __future__ import annotations

from dataclasses import dataclass

from nqpf_assets.figures.words import Language


@dataclass(frozen=True)
class FigureRequest:
    """A figure of a study.

    Attributes:
        study: whose it is.
        subject: the table or index that it is of; empty for one of the whole study.
        kind: what is drawn of it, the name of a module of `kinds`.
        is_first: the subject alone names it.
        title: what it shows.
        table: the published table whose rows are drawn, ``study.table``.
        caption: how it is to be read, with source, publication, n and intervals.
        synthetic: its data rest on synthetic files.
        language: of title and caption.
    """

    study: str
    subject: str
    kind: str
    is_first: bool
    title: str
    table: str
    caption: str
    synthetic: bool
    language: Language = "en"

    @property
    def name(self) -> str:
        """Under which it is asked for: ``nqpf`` for the first of a subject, ``nqpf.map`` for the others."""
        return self.subject if self.subject and self.is_first else self.full_name

    @property
    def full_name(self) -> str:
        """With its kind, which no other figure of the study has."""
        return f"{self.subject}.{self.kind}" if self.subject else self.kind
