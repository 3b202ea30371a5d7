"""A kind of figure, as the module of its name declares it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nqpf_assets.figures.page import Page
    from nqpf_assets.figures.study_tables import StudyTables


@dataclass(frozen=True)
class Found:
    """What of a study can be drawn as a figure of this kind.

    Attributes:
        subject: the table or index; empty for the whole study.
        table: of the study, whose rows are drawn.
        title, caption: in the language of the study; the source is added, in the same words for all figures.
        n: how many there are of what is counted, in words; empty where the caption says it.
        synthetic: whether the rows rest on synthetic files; None asks the files of the study.
    """

    subject: str
    table: str
    title: str
    caption: str
    n: str = ""
    synthetic: bool | None = None


@dataclass(frozen=True)
class Kind:
    """One kind.

    Attributes:
        name: of its module.
        title: what is drawn, in a few words.
        description: of what it is drawn and how it is to be read, for the list of all kinds.
        find: what of a study can be drawn so.
        draw: onto a page the figure of one subject.
        order: among the kinds of one subject; the first is named by the subject alone.
    """

    name: str
    title: str
    description: str
    find: Callable[[StudyTables], Iterable[Found]]
    draw: Callable[[Page, StudyTables, str], None]
    order: int = 50
