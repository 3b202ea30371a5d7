"""In which formats something is asked to leave: by their names, or by the suffix of the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nqpf_assets.exports.destination import export_for
from nqpf_assets.exports.export import Export
from nqpf_assets.exports.registry import EXPORTS, require_installed
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, Problem, did_you_mean

_ELSEWHERE = {
    "rdata": "ask for rds, which R reads with readRDS",
    "sav": "ask for dta, which SPSS reads, or for csv",
    "xls": "ask for xlsx",
    "doc": "ask for docx",
    "pdf": "ask for docx, tex or html, and print it",
}
"""Formats that somebody may look for, and what takes their place."""


def formats_asked(to: str | None, output: Path | None) -> tuple[Export, ...]:
    """The formats that are asked for, by name, or by the suffix of the file.

    Raises:
        InputError: none is named, or one that there is not.
    """
    if to is None:
        if output is None or output.is_dir() or not output.suffix:
            raise InputError([_no_format("nothing: neither --to nor a file with --output")])
        return (export_for(output, None, "tables", "rows"),)
    names = [name.strip().lower().removeprefix(".") for name in to.split(",") if name.strip()]
    known = {name: one for name, one in EXPORTS.all.items() if not one.is_drawn}
    wrong = [name for name in names if name not in known]
    if wrong or not names:
        raise InputError(map(_no_format, wrong or ["no name"]))
    asked = tuple(known[name] for name in dict.fromkeys(names))
    for one in asked:
        require_installed(one)
    if output is not None and output.suffix and not output.is_dir():
        if len(asked) > 1:
            raise InputError([_no_folder(output, asked)])
        export_for(output, asked[0].name, "tables", "rows")
    return asked


def _no_format(found: str) -> Problem:
    known = [name for name, one in EXPORTS.all.items() if not one.is_drawn]
    remedy = _ELSEWHERE.get(found) or did_you_mean(found, known) or "name one of these"
    return Problem(
        file="--to",
        where="",
        expected=f"formats, with commas between them: {', '.join(known)}",
        found=f"`{found}`" if " " not in found else found,
        remedy=remedy,
        code="format",
    )


def _no_folder(output: Path, asked: Sequence[Export]) -> Problem:
    return Problem(
        file=str(output),
        where="",
        expected=f"a folder for {counted(len(asked), 'formats')}",
        found="the name of one file",
        remedy="name a folder, or one format",
        code="output",
    )
