"""Text of strangers in the places where it is shown: a terminal, a web page, a spreadsheet.

Names of files, regions and indicators come from raw files. A terminal obeys control characters, a page
follows Markdown and HTML, a spreadsheet computes what begins with `=`; here such text is made plain
for each. What is stored is never changed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from nqpf_assets.messages.problems import shortened

LONGEST_ON_PAGES = 500
"""Characters of a text on a page; a name of ten thousand would hide all others."""
MOST_LISTED = 8
"""Names of a list in a note; hundreds would hide what the note says."""
LEADS = "=+-@\t\r\n＝＋－＠"
"""A text that begins with one of these is a formula, or may become one once blanks are trimmed."""
NO_FORMULA = r"^[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?:%|\*{1,3})?$|^[-–—－]{1,2}$"
"""Numbers, starred as in a regression table or in percent, and dashes for a missing value."""
_MARKS = {ord(mark): f"&#{ord(mark)};" for mark in "\\`*_{}[]()<>#+!|&~$\"'@:^="}


def without_controls(text: str) -> str:
    """Text that cannot move the cursor, recolour the screen or turn the direction of writing."""
    if text.isprintable():  # nearly all text is, and a site shows it by the million
        return text
    return "".join(map(_visible, text))


def on_one_line(text: str) -> str:
    """The same, with line breaks shown by name too."""
    return without_controls(text).replace("\n", "\\n").replace("\t", "\\t")


def on_page(value: object) -> str:
    """Text in Markdown that is nothing but text: no HTML, link, picture, emphasis or new cell."""
    return on_one_line(shortened(str(value), LONGEST_ON_PAGES)).translate(_MARKS)


def listed(names: Sequence[object], most: int = MOST_LISTED) -> str:
    """Names with commas; a long list is cut, and says how many more there are."""
    shown = ", ".join(map(str, names[:most]))
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def code_on_page(code: str, language: str) -> str:
    """A block of code in Markdown, which no run of backticks in the code ends early."""
    fence = "```"
    while fence in code:
        fence += "`"
    return f"{fence}{language}\n{code}\n{fence}"


def _visible(character: str) -> str:
    if character in "\n\t" or not unicodedata.category(character).startswith("C"):
        return character
    return f"\\u{ord(character):04x}"
