"""What LaTeX needs for the letters of a text, as comments for whoever reads it in: engine, package, font.

pdflatex sets Latin letters, and Cyrillic ones with an encoding of theirs. Chinese needs ctex. Of other
letters no package brings the font: which they are is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

CHINESE = re.compile("[\u2e80-\uffef\U00020000-\U0003ffff]")
"""What pdflatex has no font for: characters of Chinese and its punctuation."""
CYRILLIC = re.compile("[\u0400-\u045f\u0490-\u04ff]")
"""What the encoding T2A has, or composes."""
_LATIN = re.compile(
    "[\0-\u0125\u0128-\u0137\u0139-\u0148\u014a-\u0165\u0168-\u017e\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2116\u2122]"
)
"""What T1, and the signs that come with it, have: not ħ, ŧ, ĸ, ŉ."""
MOST_NAMED = 8
_FONT = "\\usepackage{fontspec}\\setmainfont{…}"


def needed(text: str) -> Iterator[str]:
    """Lines of comment that follow the one with the packages that all tables need."""
    has_chinese = CHINESE.search(text) is not None
    others = [one for one in dict.fromkeys(text) if not (CHINESE.match(one) or _LATIN.match(one))]
    named = " ".join(others[:MOST_NAMED]) + (" …" if len(others) > MOST_NAMED else "")
    if has_chinese:
        yield "% and, for the Chinese below, with xelatex or lualatex:  \\usepackage[UTF8,scheme=plain]{ctex}"
        if others:
            yield f"% and a font that has {named}, by its name:  \\setmainfont{{…}}"
    elif not others:
        yield "% with pdflatex also:  \\usepackage[T1]{fontenc}"
    elif all(map(CYRILLIC.match, others)):
        yield f"% with pdflatex also, for {named}:  \\usepackage[T1,T2A]{{fontenc}}"
        yield f"% with xelatex or lualatex a font that has them:  {_FONT}"
    else:
        yield f"% with xelatex or lualatex, and a font that has {named}, by its name:  {_FONT}"
