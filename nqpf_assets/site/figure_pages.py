"""Figures of a study as files of the site: drawn once for each content, and kept from site to site.

The name of a file ends in a hash of all that it is drawn from, so that one of the former site which bears the
same name is the same figure, and is not drawn again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nqpf_assets.figures as room
from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.figures import FigureRequest, available, draw
from nqpf_assets.figures.boundaries import Boundaries
from nqpf_assets.figures.words import LANGUAGES, Language
from nqpf_assets.messages.problems import InputError
from nqpf_assets.site.addresses import figure_file, figures_page
from nqpf_assets.site.page import Page, drawn, slug
from nqpf_assets.site.words import Said
from nqpf_assets.warehouse.duckdb_engine import quoted

_READ_BESIDES = (("catalog", "region"), ("catalog", "region_group"), ("catalog", "series"))
"""What figures read besides the study's own tables."""
ON_STUDY = ("trend", "map", "coefficients", "bands")
"""Kinds of which the page of the study itself shows the first."""


@dataclass(frozen=True)
class FormerFigures:
    """What is there of figures, and whether more are wanted.

    Attributes:
        folder: of the former site; None where there is none.
        draws: figures that it does not have are drawn.
        boundaries: of the project, for maps by area.
    """

    folder: Path | None = None
    draws: bool = False
    boundaries: Boundaries | None = None

    def has_any(self, study: str) -> bool:
        """Whether the former site has figures of the study."""
        return self.folder is not None and (self.folder / slug(study) / "figures").is_dir()

    def content(self, path: str) -> bytes | None:
        """A figure of the former site; None where it is not there."""
        try:
            return (self.folder / path).read_bytes() if self.folder is not None else None
        except OSError:
            return None


@dataclass(frozen=True)
class Shown:
    """One figure of a page.

    Attributes:
        title, caption: in words.
        anchor: on the page of figures.
        kind: what is drawn.
        subject: the table or index that it is of; empty for one of the whole study.
        table: whose rows are drawn.
        files: language → the file; English where another language could not be drawn.
    """

    title: Said
    caption: Said
    anchor: str
    kind: str
    subject: str
    table: str
    files: dict[str, str]


@dataclass(frozen=True)
class StudyFigures:
    """The figures of one study.

    Attributes:
        study: whose.
        former: what is there already.
    """

    study: PublishedStudy
    former: FormerFigures

    @cached_property
    def files(self) -> dict[tuple[str, Language], Page]:
        """Name of a figure and language → its file; those that can neither be kept nor drawn are left out."""
        if not (self.former.draws or self.former.has_any(self.study.name)):
            return {}
        found = {}
        for language in LANGUAGES:
            for request in self._requests[language]:
                path = figure_file(self.study.name, request.full_name, language, self._key(request))
                content = self.former.content(path) or self._drawn(request)
                if content is not None:
                    found[request.full_name, language] = Page(path, content)
        return found

    @cached_property
    def _requests(self) -> dict[Language, list[FigureRequest]]:
        connection = self.study.connection
        return {
            language: available(
                connection,
                self.study.name,
                language=language,
                boundaries=self.former.boundaries,
            )
            for language in LANGUAGES
        }

    def _drawn(self, request: FigureRequest) -> bytes | None:
        """The figure; None where nobody asked for it, or a font is missing."""
        if not self.former.draws:
            return None
        try:
            figure = draw(
                self.study.connection,
                request,
                language=request.language,
                is_bare=True,
                boundaries=self.former.boundaries,
            )
        except InputError:
            return None
        return figure.svg().encode("utf-8")

    @cached_property
    def shown(self) -> list[Shown]:
        """The figures that have a file, in the order in which they are listed."""
        chinese = {one.full_name: one for one in self._requests["zh"]} if self.files else {}
        found = []
        for one in self._requests["en"] if self.files else ():
            other = chinese.get(one.full_name, one)
            files: dict[str, str] = {
                language: self.files[one.full_name, language].path
                for language in LANGUAGES
                if (one.full_name, language) in self.files
            }
            if not files:
                continue
            found.append(
                Shown(
                    Said(one.title, other.title),
                    Said(one.caption, other.caption),
                    slug(one.full_name),
                    one.kind,
                    one.subject,
                    one.table,
                    files,
                )
            )
        return found

    @property
    def by_subject(self) -> dict[str, list[tuple[Said, str]]]:
        """Table or index → titles and addresses of its figures."""
        page = figures_page(self.study.name)
        found: dict[str, list[tuple[Said, str]]] = {}
        for one in self.shown:
            found.setdefault(one.subject, []).append((one.title, f"{page}#{one.anchor}"))
        return found

    @property
    def listed(self) -> list[tuple[Said, str]]:
        """Titles and addresses of all figures."""
        return [pair for pairs in self.by_subject.values() for pair in pairs]

    @property
    def few(self) -> list[Shown]:
        """Those of the page of the study itself."""
        firsts: dict[str, Shown] = {}
        for one in self.shown:
            firsts.setdefault(one.kind, one)
        return [firsts[kind] for kind in ON_STUDY if kind in firsts]

    def pages(self, links: dict[str, str], about: dict[str, Any]) -> Iterator[Page]:
        """The files, and the page that shows them.

        Args:
            links: table or index → its page.
            about: what every page says.
        """
        yield from self.files.values()
        if self.shown:
            yield drawn(
                "figures.html",
                figures_page(self.study.name),
                figures=self.shown,
                links=links,
                **about,
            )

    def _key(self, request: FigureRequest) -> str:
        told = (self._content, _program(), request.full_name, request.language, request.title)
        areas = self.former.boundaries.digest if self.former.boundaries else ""
        said = repr((*told, request.synthetic, areas))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @cached_property
    def _content(self) -> str:
        """A hash of all rows that figures of the study may read."""
        tables = self.study.connection.execute(
            "SELECT table_schema, table_name FROM information_schema.tables"
            " WHERE table_schema = ? ORDER BY ALL",
            [self.study.name],
        ).fetchall()
        found = []
        for schema, name in (*tables, *_READ_BESIDES):
            row = self.study.connection.execute(
                f"SELECT count(*), sum(hash(t)::HUGEINT) FROM {quoted(schema)}.{quoted(name)} AS t"
            ).fetchone()
            found.append((schema, name, row))
        return repr(found)


@cache
def _program() -> str:
    """What draws: the code of the room of figures, and the release of matplotlib."""
    try:
        release = version("matplotlib")
    except PackageNotFoundError:
        release = "none"
    folder = Path(room.__file__).parent
    code = hashlib.sha256(release.encode())
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".yaml", ".csv"):
            code.update(path.read_bytes())
    return code.hexdigest()


def can_draw() -> bool:
    """Whether the library that figures are drawn with is installed."""
    return find_spec("matplotlib") is not None
