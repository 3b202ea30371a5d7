"""What python-docx has no word for: rules of cells, repeated heads, fonts for Chinese, alternative text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.table import Table, _Cell, _Row
    from docx.text.run import Run


def element(name: str, **attributes: str) -> Any:
    """An element of WordprocessingML, ``w:name``."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def rule(cell: _Cell, side: str, points: float) -> None:
    """A line above (``top``) or below (``bottom``) a cell; none where it has no width."""
    if not points:
        return
    from docx.oxml.ns import qn

    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    if borders is None:
        borders = element("tcBorders")
        properties.append(borders)
    line = element(side, val="single", sz=str(round(points * 8)), space="0", color="auto")
    if side == "top":  # the schema wants them in this order
        borders.insert(0, line)
    else:
        borders.append(line)


def keep_whole(row: _Row, *, is_head: bool) -> None:
    """A row that no page parts; a head stands again on every page that its table goes on to."""
    properties = row._tr.get_or_add_trPr()
    properties.append(element("cantSplit"))
    if is_head:
        properties.append(element("tblHeader"))


def describe(table: Table, title: str, description: str) -> None:
    """What a screen reader says of a table before it reads it."""
    table._tbl.tblPr.append(element("tblCaption", val=title))
    table._tbl.tblPr.append(element("tblDescription", val=description))


def set_fonts(run: Run, font: str, east_asian: str, size: float) -> None:
    """One font for letters and one for Chinese characters."""
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run.font.name = font
    run.font.size = Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), east_asian)


def linked(run: Run, address: str) -> None:
    """A run that leads to an address, and looks as it did."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), run.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run._r.addprevious(link)
    link.append(run._r)
