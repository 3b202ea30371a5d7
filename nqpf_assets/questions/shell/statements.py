"""Where a statement ends: at a semicolon that stands in no text, name or remark."""

from __future__ import annotations

import re

_PIECE = re.compile(
    r"""'(?:[^']|'')*'?        # a text, to its end or that of the input
      | "(?:[^"]|"")*"?        # a name
      | \$\$.*?(?:\$\$|\Z)     # a text between dollars
      | --[^\n]*               # remarks
      | /\*.*?(?:\*/|\Z)
      | ;
      | [^'"$;/-]+ | .""",
    re.VERBOSE | re.DOTALL,
)


def statements(text: str) -> tuple[list[str], str]:
    """The finished statements of a text, without their semicolons, and what is left behind them."""
    done, current = [], ""
    for piece in _PIECE.findall(text):
        if piece != ";":
            current += piece
            continue
        if current.strip():
            done.append(current.strip())
        current = ""
    return done, current.strip()


def is_finished(text: str) -> bool:
    """Whether a text has statements, and each has its semicolon."""
    done, rest = statements(text)
    return bool(done) and not _without_remarks(rest)


def _without_remarks(text: str) -> str:
    pieces = (one for one in _PIECE.findall(text) if not one.startswith(("--", "/*")))
    return "".join(pieces).strip()
