"""Printed tables in LaTeX: booktabs and adjustbox, to be read in by a paper with ``\\input``.

Numbers stand as text in centred columns, which needs no further package; what the preamble needs, and which
LaTeX sets letters beside the Latin ones, is said in a comment at the top. A table that is wider than
the page, or higher with its notes, is set smaller by adjustbox: LaTeX lets both run off the paper. Notes have
the width of the page and their own size, however narrow or small the table. Greek letters and signs are set
by LaTeX's own commands, since few text fonts have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import quote

from nqpf_assets.exports.export import Export
from nqpf_assets.exports.printed.alphabets import needed
from nqpf_assets.exports.printed.table import without_stars
from nqpf_assets.messages.shown_text import on_one_line

if TYPE_CHECKING:
    from nqpf_assets.exports.document import Document
    from nqpf_assets.exports.printed.style import TableStyle
    from nqpf_assets.exports.printed.table import Cell, Line, PrintedTable

_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
        re.findall(
            r"\S+",
            "alpha beta gamma delta varepsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
            "upsilon varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega",
        ),
        strict=True,
    )
)
SIGNS = {
    "\\": r"\textbackslash{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': r"\textquotedbl{}",
    "'": "{'}",
    "`": r"\textasciigrave{}",
    **{mark: f"\\{mark}" for mark in "{}$&#_%"},
    **{mark: f"{{{mark}}}" for mark in "[]*"},  # no options after \\
    "²": "$^{2}$",
    "³": "$^{3}$",
    "−": "$-$",
    "×": r"$\times$",
    "·": r"$\cdot$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "→": r"$\rightarrow$",
    "–": r"\textendash{}",
    "—": r"\textemdash{}",
    "…": r"\dots{}",
    "‘": r"\textquoteleft{}",
    "’": r"\textquoteright{}",
    "“": r"\textquotedblleft{}",
    "”": r"\textquotedblright{}",
    **{sign: f"$\\{name}$" for sign, name in _GREEK.items()},
}
_TABLE = {ord(sign): command for sign, command in SIGNS.items()}
_MINUS = re.compile(r"(?<![\w.])-(?=\d)")
_SIZES = ((4, r"\small"), (7, r"\footnotesize"), (99, r"\scriptsize"))
"""The size of letters by the number of columns."""


def _plain(text: str) -> str:
    """Text in which LaTeX finds no command."""
    return on_one_line(text).translate(_TABLE).replace("--", "-{}-")  # a dash of two would be one


def _number(cell: Cell, style: TableStyle) -> str:
    """A cell: minus signs as such, stars as the style says."""
    bare, stars = without_stars(cell.text)
    pieces = _MINUS.split(on_one_line(bare))
    text = "$-$".join(piece.translate(_TABLE) for piece in pieces)
    if cell.link:
        text = f"\\nqpflink{{{_address(cell.link)}}}{{{text}}}"
    if not stars:
        return text
    return f"{text}$^{{{stars}}}$" if style.stars == "raised" else f"{text}{_plain(stars)}"


def _address(link: str) -> str:
    """An address in which LaTeX finds no command."""
    return re.sub(r"([#%&])", r"\\\1", quote(link, safe=":/#%&=?-._~"))


def _write(document: Document) -> str:
    body = "\n".join(_drawn(one, document) for one in document.tables)
    return "\n".join([*_head(document, body), body]) + "\n"


def _head(document: Document, body: str) -> Iterator[str]:
    """What the file is, and what a paper must load to read it in."""
    about = document.about
    yield f"% {on_one_line(document.said_title)}"
    if about.is_synthetic:
        yield "% SYNTHETIC DATA: made up, to be replaced before anything is concluded from them"
    yield f"% {about.words}"
    yield f"% Tables: {', '.join(map(on_one_line, about.names))}"
    yield "% In the preamble:  \\usepackage{booktabs,adjustbox}"
    yield from needed(body)
    if any(cell.link for one in document.tables for line in one.lines for cell in line.cells):
        yield "% numbers lead to the page that explains them where hyperref is loaded:"
        yield r"\providecommand{\nqpflink}[2]{\ifdefined\href\href{#1}{#2}\else#2\fi}"
    yield ""


def _drawn(table: PrintedTable, document: Document) -> str:
    return "\n".join(_lines(table, document.style))


def _lines(table: PrintedTable, style: TableStyle) -> Iterator[str]:
    rules = style.rules
    columns = "".join(
        "l" if place in table.left else "c" if table.is_regression else "r"
        for place in range(len(table.heads))
    )
    size = next(name for most, name in _SIZES if len(columns) <= most or most == 99)
    caption = _plain(table.said_title)  # LaTeX counts tables itself
    yield f"% table {on_one_line(table.full_name)}"
    yield from (r"\begin{table}[htbp]", r"\centering", size, r"\setlength{\tabcolsep}{4pt}")
    yield f"\\caption{{{caption}}}"
    yield f"\\label{{tab:{re.sub('[^A-Za-z0-9]+', '-', table.full_name)}}}"
    yield r"\begin{adjustbox}{max totalheight=0.9\textheight}"  # the title keeps its size
    yield from (r"\begin{minipage}{\linewidth}", r"\centering")
    yield r"\begin{adjustbox}{max width=\linewidth}"
    yield f"\\begin{{tabular}}{{l{columns}}}"
    yield f"\\toprule[{rules.top}pt]"
    yield from _spans(table)
    yield _row(["", *map(_plain, table.heads)])
    yield from (_heading(line) for line in table.headings)
    yield f"\\midrule[{rules.head}pt]"
    for place, part in enumerate(table.body):
        if place:
            yield f"\\midrule[{rules.section}pt]" if rules.section else r"\addlinespace"
        yield from (_line(line, style) for line in part)
    yield f"\\bottomrule[{rules.bottom}pt]"
    yield from (r"\end{tabular}", r"\end{adjustbox}", r"\par\smallskip\raggedright\footnotesize")
    for place, note in enumerate([*table.notes, f"Table {table.full_name}."]):
        lead = f"\\textit{{{style.notes.strip()}}} " if place == 0 else ""
        yield f"{lead}{_plain(note)}\\par"
    yield from (r"\end{minipage}", r"\end{adjustbox}", r"\end{table}", "")


def _spans(table: PrintedTable) -> Iterator[str]:
    """Heads above the heads, each with its rule."""
    if not table.spans:
        return
    heads = (f"\\multicolumn{{{one.n_columns}}}{{c}}{{{_plain(one.text)}}}" for one in table.spans)
    yield _row(["", *heads])
    rules, first = [], 2
    for one in table.spans:
        rules.append(f"\\cmidrule(lr){{{first}-{first + one.n_columns - 1}}}")
        first += one.n_columns
    yield "".join(rules)


def _line(line: Line, style: TableStyle) -> str:
    return _row([_plain(line.label), *(_number(cell, style) for cell in line.cells)])


def _heading(line: Line) -> str:
    """Names under the heads; one that several columns share is written once over all of them."""
    cells = [_plain(line.label)]
    for text, same in groupby(line.cells, key=lambda cell: cell.text):
        n = len(list(same))
        shared = n > 1 and bool(text)
        cells += [f"\\multicolumn{{{n}}}{{c}}{{{_plain(text)}}}"] if shared else [_plain(text)] * n
    return _row(cells)


def _row(cells: list[str]) -> str:
    return " & ".join(cells) + r" \\"


EXPORT = Export("tex", ".tex", write_tables=_write, purpose="LaTeX: `\\input{province.table_1}`")
