"""Files of printed tables read back as what they show: heads, labels, cells, notes.

Each reader knows its format and nothing of what wrote the file.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import docx

from nqpf_assets.exports.formats import tex
from nqpf_assets.exports.printed.table import PrintedTable
from nqpf_assets.messages.shown_text import on_one_line


@dataclass
class Shown:
    """One table of a file: its rows of texts, and everything that is written around it."""

    rows: list[list[str]] = field(default_factory=list)
    around: str = ""


def expected_rows(table: PrintedTable) -> list[list[str]]:
    """The rows that every format must show, spaces at the ends of texts apart."""
    lines = [*table.headings, *(line for part in table.body for line in part)]
    rows = [["", *table.heads]]
    rows += [[line.label, *(cell.text for cell in line.cells)] for line in lines]
    return [[_bare(text) for text in row] for row in rows]


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", on_one_line(text)).strip()


def of_docx(content: bytes) -> list[Shown]:
    document = docx.Document(io.BytesIO(content))
    around = "\n".join(paragraph.text for paragraph in document.paragraphs)
    return [
        Shown([[_bare(cell.text) for cell in row.cells] for row in table.rows], around)
        for table in document.tables
    ]


def of_md(content: str) -> list[Shown]:
    found: list[Shown] = []
    around = _unescaped("\n".join(line for line in content.split("\n") if not line.startswith("|")))
    for block in re.findall(r"(?:^\|[^\n]*\n)+", content, re.MULTILINE):
        cells = [_cells(line) for line in block.rstrip("\n").split("\n")]
        del cells[1]  # the rule under the heads
        found.append(Shown(cells, around))
    return found


def _cells(line: str) -> list[str]:
    """Cells of one line; a bar after a backslash is no end of one."""
    cells, cell, signs = [], "", iter(line)
    for sign in signs:
        if sign == "\\":
            cell += next(signs)
        elif sign == "|":
            cells.append(_bare(cell))
            cell = ""
        else:
            cell += sign
    return cells[1:]


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def of_tex(content: str) -> list[Shown]:
    body = "\n".join(line for line in content.split("\n") if not line.startswith("%"))
    found = []
    for block in re.findall(r"\\begin\{table\}.*?\\end\{table\}", body, re.DOTALL):
        inside = re.search(r"\\begin\{tabular\}\{[lcr]+\}\n(.*)\\end\{tabular\}", block, re.DOTALL)
        assert inside is not None
        lines = [line for line in inside[1].split("\n") if line.endswith(r" \\")]
        rows = [
            [_said(text) for cell in line[:-3].split(" & ") for text in _each(cell)]
            for line in lines
        ]
        found.append(Shown(rows, "\n".join(map(_said, block.replace(inside[0], "").split("\n")))))
    return found


def _each(cell: str) -> list[str]:
    """A text that stands over several columns, once for each."""
    over = re.fullmatch(r"\\multicolumn\{(\d+)\}\{c\}\{(.*)\}", cell)
    return [over[2]] * int(over[1]) if over else [cell]


_COMMANDS = {command: sign for sign, command in tex.SIGNS.items()}
_ANY = re.compile("|".join(map(re.escape, sorted(_COMMANDS, key=len, reverse=True))))


def _said(cell: str) -> str:
    """What LaTeX shows of a cell, without the commands."""
    plain = re.sub(r"\$\^\{(\*+)\}\$", r"\1", cell).replace("-{}-", "--")
    plain = re.sub(r"\$-\$(?=\d)", "-", plain)
    plain = _ANY.sub(lambda found: _COMMANDS[found[0]], plain)
    return _bare(plain)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Shown] = []
        self.around = ""
        self.cell: str | None = None
        self.is_style = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "table":
            self.found.append(Shown())
        elif tag == "tr":
            self.found[-1].rows.append([])
        elif tag in ("td", "th"):
            self.cell = ""
        elif tag == "style":
            self.is_style = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self.cell is not None:
            self.found[-1].rows[-1].append(_bare(self.cell))
            self.cell = None
        elif tag == "style":
            self.is_style = False

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell += data
        elif not self.is_style:
            self.around += data


def of_html(content: str) -> list[Shown]:
    page = _Page()
    page.feed(content)
    return [Shown(one.rows, page.around) for one in page.found]


READERS = {"docx": of_docx, "md": of_md, "tex": of_tex, "html": of_html}
"""Format → what reads it back."""


def bare(text: str) -> str:
    """A text as all readers give it."""
    return _bare(text)
