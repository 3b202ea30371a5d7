"""What a page is, and how it is drawn from a template: every text escaped, no script and no style in it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from nqpf_assets.messages.shown_text import on_one_line
from nqpf_assets.site.words import said

if TYPE_CHECKING:
    from jinja2 import Environment

_HARMLESS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class Page:
    """One file of the site.

    Attributes:
        path: from the root of the site, with `/`.
        content: its bytes.
        source: the file that it is a copy of, in the place of bytes.
    """

    path: str
    content: bytes = b""
    source: Path | None = None


@lru_cache(maxsize=100_000)
def slug(text: str) -> str:
    """A name as part of an address: itself where it is harmless, else what is left of it and a hash."""
    if _HARMLESS.fullmatch(text) and len(text) <= 80:
        return text
    kept = re.sub(r"[^A-Za-z0-9_]+", "-", text).strip("-")[:40]
    return f"{kept or 'x'}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def number(value: float | int | None) -> str:
    """A number with the digits that one reads; nothing for none."""
    return "" if value is None else f"{value:.6g}"


def exact(value: float | int | None) -> str:
    """A number with all digits that it is told with."""
    return "" if value is None else f"{value:.10g}"


def drawn(template: str, path: str, **what: Any) -> Page:
    """A page of a template; its links begin at the root of the site by ``root``."""
    root = "../" * path.count("/")
    text = _templates().get_template(template).render(root=root, **what)
    return Page(path, text.encode("utf-8"))


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    templates.globals |= {
        "t": said,
        "slug": slug,
        "number": number,
        "exact": exact,
        "lines": _lines,
    }
    return templates


def _lines(text: str) -> Markup:
    """Text of several lines, escaped as it stands."""
    return Markup("\n").join(on_one_line(line) for line in text.splitlines())


def _shown(value: object) -> object:
    """Text without what would move it; markup and words of both languages as they are."""
    return on_one_line(value) if isinstance(value, str) and not isinstance(value, Markup) else value
