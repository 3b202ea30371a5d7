"""Which figures a study has, and the one that a name means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.figures.boundaries import Boundaries
from nqpf_assets.figures.kind import Found, Kind
from nqpf_assets.figures.registry import kinds_in_order
from nqpf_assets.figures.request import FigureRequest
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.words import Language
from nqpf_assets.messages.problems import InputError, Problem, did_you_mean

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection


def studies_in(tables: Connection) -> list[str]:
    """Studies that are published, by name."""
    rows = tables.execute(
        "SELECT table_schema FROM information_schema.tables WHERE table_name = 'panel' ORDER BY 1"
    ).fetchall()
    return [row[0] for row in rows]


def available(
    tables: Connection,
    study: str,
    *,
    language: Language = "en",
    boundaries: Boundaries | None = None,
) -> list[FigureRequest]:
    """All figures of a study: those of the whole study, then table by table and index by index.

    Args:
        boundaries: of the project, for maps by area.

    Raises:
        InputError: no such study is published.
    """
    known = studies_in(tables)
    if study not in known:
        raise InputError([_unknown(study, "a study", known)])
    asked = StudyTables(tables, study, language, boundaries)
    found = [(kind, one) for kind in kinds_in_order() for one in kind.find(asked)]
    firsts: dict[str, str] = {}
    for kind, one in found:
        firsts.setdefault(one.subject, kind.name)
    requests = [_request(asked, kind, one, firsts[one.subject] == kind.name) for kind, one in found]
    places = {name: place for place, name in enumerate(["", *asked.titles, *asked.indices])}
    return sorted(requests, key=lambda one: places.get(one.subject, len(places)))


def find_figure(
    tables: Connection,
    study: str,
    name: str,
    *,
    language: Language = "en",
    boundaries: Boundaries | None = None,
) -> FigureRequest:
    """The figure of that name: a table or index, for its first, or ``SUBJECT.KIND``.

    Raises:
        InputError: there is none; the nearest names are told.
    """
    listed = available(tables, study, language=language, boundaries=boundaries)
    for one in listed:
        if name in (one.name, one.full_name):
            return one
    known = [one.name for one in listed]
    raise InputError([_unknown(name, f"a figure of {study}", known)])


def _request(study: StudyTables, kind: Kind, found: Found, is_first: bool) -> FigureRequest:
    table = f"{study.name}.{found.table}"
    synthetic = study.is_synthetic if found.synthetic is None else found.synthetic
    about = study.about
    source = study.say(
        f"Source: {table}, publication {about.publication} of {about.published_at:%Y-%m-%d}, "
        f"content {about.fingerprint[:12]}.",
        f"来源：{table}，第 {about.publication} 次发布（{about.published_at:%Y-%m-%d}），"
        f"内容 {about.fingerprint[:12]}。",
    )
    mark = study.say("Synthetic data.", "合成数据。") if synthetic else ""
    parts = [found.caption, found.n, source, mark]
    caption = study.say(" ", "").join(part for part in parts if part)
    return FigureRequest(
        study.name,
        found.subject,
        kind.name,
        is_first,
        found.title,
        table,
        caption,
        synthetic,
        study.language,
    )


def _unknown(name: str, what: str, known: list[str]) -> Problem:
    return Problem(
        file=name,
        where="",
        expected=f"{what}: {', '.join(known) or 'there is none'}",
        found="nothing of that name in what is published",
        remedy=did_you_mean(name, known) or "`nqpf plot STUDY` lists what can be drawn",
        code="unknown_figure",
    )
