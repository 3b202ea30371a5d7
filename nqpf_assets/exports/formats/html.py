"""Printed tables as one page without anything from elsewhere: light and dark, on screen and on paper.

Heads have their scope and each table its caption and notes, so that a screen reader says of a number
which column and row it belongs to. Nothing on the page runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from nqpf_assets.exports.export import Export
from nqpf_assets.exports.printed.table import without_stars
from nqpf_assets.messages.shown_text import on_one_line

if TYPE_CHECKING:
    from nqpf_assets.exports.document import Document
    from nqpf_assets.exports.printed.style import TableStyle
    from nqpf_assets.exports.printed.table import Cell, Line, PrintedTable

_CSS = """\
:root {{ color-scheme: light dark; --ink: #111; --paper: #fff; --quiet: #595959; }}
@media (prefers-color-scheme: dark) {{ :root {{ --ink: #eee; --paper: #161616; --quiet: #b0b0b0; }} }}
body {{ color: var(--ink); background: var(--paper); margin: 2rem auto; max-width: 75rem; padding: 0 1rem;
  font: {size}pt "{font}", "{east}", "Noto Serif CJK SC", serif; }}
h1 {{ font-size: 1.3em; }}
section {{ margin: 2.5rem 0; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; border-top: {top}pt solid; border-bottom: {bottom}pt solid; }}
caption {{ text-align: {align}; font-weight: {weight}; padding-bottom: 0.4em; }}
th, td {{ padding: 0.15em 0.8em; font-weight: normal; text-align: center; vertical-align: baseline; }}
th[scope=row], .left {{ text-align: left; }}
.numbers td, .numbers thead th {{ text-align: right; }}
.numbers td.left, .numbers thead th.left {{ text-align: left; }}
td {{ white-space: nowrap; font-variant-numeric: tabular-nums; }}
thead tr:last-child > * {{ border-bottom: {head}pt solid; }}
tbody + tbody tr:first-child > * {{ border-top: {section}pt solid; padding-top: 0.4em; }}
sup {{ line-height: 0; }}
td a {{ color: inherit; text-decoration: underline dotted; text-underline-offset: 0.2em; }}
.notes, footer {{ font-size: {notes}pt; color: var(--quiet); max-width: 60rem; }}
.notes p {{ margin: 0.3em 0; }}
footer {{ overflow-wrap: anywhere; }}
@media print {{ :root {{ --ink: #000; --paper: #fff; --quiet: #000; }} body {{ margin: 0; max-width: none; }}
  section {{ break-inside: avoid; }} .wide {{ overflow: visible; }} }}
"""


def _plain(text: str) -> str:
    return escape(on_one_line(text))


def _write(document: Document) -> str:
    return "\n".join([*_head(document), *_body(document)]) + "\n"


def _head(document: Document) -> Iterator[str]:
    about, style = document.about, document.style
    css = _CSS.format(
        size=style.size,
        font=style.font,
        east=style.font_east_asian,
        notes=style.notes_size,
        align=style.caption_align,
        weight="bold" if style.caption_bold else "normal",
        **style.rules.model_dump(),
    )
    yield from ("<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">')
    yield (
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    )
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    for name, value in about.as_record().items():
        said = ", ".join(value) if isinstance(value, list) else str(value)
        yield f'<meta name="nqpf:{name}" content="{_plain(said)}">'
    yield f"<title>{_plain(document.said_title)}</title>"
    yield from ("<style>", css.rstrip(), "</style>", "</head>")


def _body(document: Document) -> Iterator[str]:
    yield from ("<body>", "<main>", f"<h1>{_plain(document.said_title)}</h1>")
    for place, table in enumerate(document.tables, 1):
        yield from _section(table, place, document.style)
    yield from ("</main>", f"<footer>{_plain(document.about.words)}</footer>", "</body>", "</html>")


def _section(table: PrintedTable, place: int, style: TableStyle) -> Iterator[str]:
    kind = "regression" if table.is_regression else "numbers"
    yield "<section>"
    yield (f'<div class="wide" role="region" tabindex="0" aria-labelledby="caption-{place}">')
    yield f'<table class="{kind}" aria-describedby="notes-{place}">'
    yield f'<caption id="caption-{place}">{_plain(style.caption_of(table))}</caption>'
    yield "<thead>"
    if table.spans:
        heads = (
            f'<th scope="colgroup" colspan="{one.n_columns}">{_plain(one.text)}</th>'
            for one in table.spans
        )
        yield f"<tr><td></td>{''.join(heads)}</tr>"
    heads = (
        f'<th scope="col"{_class(place, table)}>{_plain(head)}</th>'
        for place, head in enumerate(table.heads)
    )
    yield f"<tr><td></td>{''.join(heads)}</tr>"
    yield from (_line(line, table, style) for line in table.headings)
    yield "</thead>"
    for part in table.body:
        yield from ("<tbody>", *(_line(line, table, style) for line in part), "</tbody>")
    yield from ("</table>", "</div>", f'<div class="notes" id="notes-{place}">')
    for at, note in enumerate([*table.notes, f"Table {table.full_name}."]):
        lead = f"<em>{_plain(style.notes.strip())}</em> " if at == 0 else ""
        yield f"<p>{lead}{_plain(note)}</p>"
    yield from ("</div>", "</section>")


def _line(line: Line, table: PrintedTable, style: TableStyle) -> str:
    """A row; what stands in parentheses has no head of its own, and is read after the line above."""
    label = f'<th scope="row">{_plain(line.label)}</th>' if line.label else "<td></td>"
    cells = (
        f"<td{_class(place, table)}>{_cell(cell, style)}</td>"
        for place, cell in enumerate(line.cells)
    )
    return f"<tr>{label}{''.join(cells)}</tr>"


def _class(place: int, table: PrintedTable) -> str:
    return ' class="left"' if place in table.left else ""


def _cell(cell: Cell, style: TableStyle) -> str:
    bare, stars = without_stars(cell.text)
    number = f'<a href="{escape(cell.link)}">{_plain(bare)}</a>' if cell.link else _plain(bare)
    return number + (f"<sup>{stars}</sup>" if stars and style.stars == "raised" else stars)


EXPORT = Export(
    "html", ".html", write_tables=_write, purpose="a browser: one file, nothing from elsewhere"
)
