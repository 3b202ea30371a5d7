"""Manuscripts in Markdown: tables with bars between cells, everything else paragraphs."""

from __future__ import annotations

import re

from nqpf_assets.proofs.manuscripts.manuscript import (
    FoundTable,
    Manuscript,
    Paragraph,
    rectangular,
)

_RULE = re.compile(r"^\s*\|?[\s:|-]*-[\s:|-]*\|?\s*$")
_BAR = re.compile(r"(?<!\\)\|")
_MARKS = re.compile(r"\\([\\`*_\[\]<>#|~$&!+\-=:.(){}])")
_EMPHASIS = re.compile(r"(?<!\\)(\*\*|__)(?=\S)(.+?)(?<=\S)(?<!\\)\1")
_LIGHT = re.compile(r"(?<![\\*\d])\*(?=[^\s*])([^*]+?)(?<![\s\\])\*(?!\*)")
_HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)


def read_md(text: str) -> Manuscript:
    """The manuscript of a text in Markdown."""
    lines = _HIDDEN.sub(lambda found: "\n" * found[0].count("\n"), text).splitlines()
    found, block, start, at = Manuscript(), list[str](), 0, 0
    pending: list[tuple[str, str, list[list[str]], list[str]]] = []

    def end_block() -> None:
        if block:
            words = _text(" ".join(block))
            found.paragraphs.append(Paragraph(f"line {start + 1}", words))
            if pending:
                pending[-1][3].append(words)
            block.clear()

    while at < len(lines):
        line = lines[at]
        is_table = "|" in line and at + 1 < len(lines) and _RULE.match(lines[at + 1])
        if is_table and "-" in lines[at + 1]:
            end_block()
            caption = found.paragraphs[-1].text if found.paragraphs else ""
            rows, first = [_cells(line)], at
            at += 2
            while at < len(lines) and "|" in lines[at] and lines[at].strip():
                rows.append(_cells(lines[at]))
                at += 1
            pending.append((f"line {first + 1}", caption, rows, []))
            continue
        is_heading = line.lstrip().startswith("#")
        if not line.strip() or is_heading:
            end_block()
        if line.strip():
            start = start if block else at
            block.append(line.lstrip().lstrip("#") if is_heading else line)
            if is_heading:
                end_block()
        at += 1
    end_block()
    found.tables += [
        FoundTable(place, caption, rectangular(rows), tuple(below))
        for place, caption, rows, below in pending
    ]
    return found


def _cells(line: str) -> list[str]:
    parts = _BAR.split(line.strip())
    if line.strip().startswith("|"):
        parts = parts[1:]
    if parts and line.rstrip().endswith("|"):
        parts = parts[:-1]
    return [_text(part) for part in parts]


def _text(part: str) -> str:
    """What a reader sees: emphasis and escapes apart, stars after numbers kept."""
    known = _EMPHASIS.sub(r"\2", part.strip())
    known = _LIGHT.sub(r"\1", known)
    known = re.sub(r"</?su[pb]>|`", "", known)
    known = re.sub(r"\$\^\{?(\*+)\}?\$|\^(\*+)\^", lambda found: found[1] or found[2], known)
    return _MARKS.sub(r"\1", known).strip()
