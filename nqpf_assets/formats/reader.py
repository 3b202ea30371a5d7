"""What a reader is: by what it knows its files, and the function that reads one.

Those of this package stand in `readers`, a module for each publisher's format; `registry` finds them and
those of packages.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from nqpf_assets.formats.raw_content import RawContent
    from nqpf_assets.formats.reading import Reading


@dataclass(frozen=True)
class FormatWords:
    """What the page on formats says of some of a reader's formats.

    Attributes:
        formats: their names.
        known_by: what shows in a file that it is one.
        series: where it says series and unit.
        region: where it says region and year.
        card: what it leaves to the card.
    """

    formats: tuple[str, ...]
    known_by: str
    series: str
    region: str
    card: str


@dataclass(frozen=True)
class Reader:
    """One reader.

    Attributes:
        name: of the reader.
        formats: names of the formats that it reads, as `source.file.format` has them.
        holds: what its files are, in words and in the plural: ``EPS workbooks (.xlsx)``.
        sees: the format of a file that it knows by its content, None of others; called with whatever
            lies under `raw/`, and never raises.
        read: the cells of a file that it knows, with all that is wrong in it; it never raises either.
        order: who is asked first; the readers of publishers stand below 500, those of any table at 900.
        by: what of a card says that a file is for this reader, whatever it looks like.
        words: what docs/formats.md says of it, for the readers of this package.
        documentation: where it is described: a page and its heading, ``page.md#Heading``, or an address.
    """

    name: str
    formats: tuple[str, ...]
    holds: str
    sees: Callable[[RawContent], str | None]
    read: Callable[[RawContent], Reading]
    order: int = 500
    by: Literal["content", "layout", "columns"] = "content"
    words: tuple[FormatWords, ...] = ()
    documentation: str = ""


def lacks(reader: Reader) -> tuple[str, str] | None:
    """What is missing of a reader, as (expected, found); None where it is whole."""
    wrong = [one for one in reader.formats if not re.fullmatch(r"[a-z][a-z0-9_]*", one)]
    if not reader.formats or wrong:
        return "names of formats in small letters", repr(wrong or reader.formats)
    if not reader.holds.strip():
        return "words for what its files are, `holds`", "none"
    for name in ("sees", "read"):
        if not callable(getattr(reader, name)):
            return f"a function `{name}`", repr(getattr(reader, name))
    return None
