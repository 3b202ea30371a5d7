"""A figure drawn, and its bytes: the same table, style and release of matplotlib give the same bytes."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from nqpf_assets.figures.boundaries import Boundaries
from nqpf_assets.figures.listing import find_figure
from nqpf_assets.figures.page import Page
from nqpf_assets.figures.registry import KINDS
from nqpf_assets.figures.request import FigureRequest
from nqpf_assets.figures.study_tables import StudyTables
from nqpf_assets.figures.style import Theme, chinese_font, families, style, styled
from nqpf_assets.figures.words import Language, ThemeName, has_han
from nqpf_assets.messages.problems import InputError, Problem

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Picture

    from nqpf_assets.warehouse.connection import Connection

DPI = 200
"""Points per inch of a PNG where nothing else is asked for."""
_PROLOG = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
_FAMILY = re.compile(r"font-family: [^;\"]+")
_NAMED = re.compile(r'(\bid="|href="#|url\(#)')


@dataclass(frozen=True)
class Figure:
    """A drawn figure.

    Attributes:
        request: what it is.
        theme: its colours.
        picture: matplotlib's, whose artists hold the numbers.
        is_bare: title and caption are left to the page that shows it.
    """

    request: FigureRequest
    theme: Theme
    picture: Picture
    is_bare: bool = False

    def svg(self) -> str:
        """As SVG, letters as text, with title and caption for those who hear it.

        It can stand in a page beside others: its names begin with its own.
        """
        text = self._saved("svg", {"Date": None, "Creator": None}).decode("utf-8")
        text = _PROLOG.sub("", text, count=1)
        own = re.sub(r"\W", "-", f"{self.request.study}.{self.request.full_name}")
        text = _NAMED.sub(rf"\g<1>{own}-", text)
        text = _FAMILY.sub(f"font-family: {families()}", text)
        said = f"<title>{escape(self.request.title)}</title>"
        if not self.is_bare:
            said += f"<desc>{escape(self.request.caption)}</desc>"
        return re.sub(r"<svg([^>]*)>", rf'<svg role="img"\1>{_literal(said)}', text, count=1)

    def png(self, dpi: int = DPI) -> bytes:
        """As PNG."""
        return self._saved("png", {"Software": None, "Title": self.request.title}, dpi=dpi)

    def pdf(self) -> bytes:
        """As PDF, letters as text."""
        told = {"Title": self.request.title, "Subject": self.request.caption}
        return self._saved("pdf", {"CreationDate": None, "Creator": None, "Producer": None, **told})

    def _saved(self, suffix: str, metadata: dict[str, str | None], dpi: int = DPI) -> bytes:
        with styled(self.theme):
            buffer = io.BytesIO()
            self.picture.savefig(buffer, format=suffix, metadata=metadata, dpi=dpi)
        return buffer.getvalue()


def draw(
    tables: Connection,
    request: FigureRequest,
    *,
    language: Language = "en",
    theme: ThemeName = "light",
    is_bare: bool = False,
    boundaries: Boundaries | None = None,
) -> Figure:
    """Draw a figure from the published tables.

    Args:
        is_bare: without title and caption, which name the publication: for a page that says both. The same
            rows then give the same bytes in every publication.
        boundaries: of the project, for maps by area.

    Raises:
        InputError: matplotlib is not installed, or there is no font for the Chinese in it.
    """
    require_matplotlib()
    from matplotlib.figure import Figure as Picture

    if request.language != language:
        request = find_figure(
            tables, request.study, request.full_name, language=language, boundaries=boundaries
        )
    if language == "zh":
        _require_font("--language zh")
    colours = style().themes[theme]
    study = StudyTables(tables, request.study, language, boundaries)
    with styled(colours):
        page = Page(colours, language, Picture(layout="constrained"))
        KINDS.own[request.kind].draw(page, study, request.subject)
        page.finish(request, is_bare)
        _require_letters(page.picture, request)
    return Figure(request, colours, page.picture, is_bare)


def require_matplotlib() -> None:
    """Refuse to draw without the library.

    Raises:
        InputError: it is not installed.
    """
    if find_spec("matplotlib") is None:
        raise InputError(
            [
                Problem(
                    file="figures",
                    where="",
                    expected="the package that figures are drawn with: matplotlib",
                    found="no matplotlib in this installation",
                    remedy="pip install 'nqpf-assets[figures]'",
                    code="not_installed",
                )
            ]
        )


def _require_letters(picture: Picture, request: FigureRequest) -> None:
    from matplotlib.text import Text

    texts = (one.get_text() for one in picture.findobj(Text))
    if chinese := next(filter(has_han, texts), None):
        _require_font(f"{request.study}.{request.full_name}", f", which `{chinese}` asks for")


def _require_font(where: str, why: str = "") -> None:
    if chinese_font() is None:
        raise InputError(
            [
                Problem(
                    file=where,
                    where="",
                    expected=f"a font with Chinese characters{why}: {', '.join(style().chinese)}",
                    found="none of them among the fonts of this machine",
                    remedy="install one, such as Debian's package fonts-noto-cjk, and remove "
                    "matplotlib's list of fonts (~/.cache/matplotlib)",
                    code="no_chinese_font",
                )
            ]
        )


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\")
