"""A manuscript of any format that is known, by the suffix of its file."""

from __future__ import annotations

from pathlib import Path

from nqpf_assets.exports.registry import EXPORTS, require_installed
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.proofs.manuscripts.manuscript import Manuscript
from nqpf_assets.user_input.own_files import read_own

SUFFIXES = (".docx", ".tex", ".md")
LARGEST = 100_000_000
"""Bytes; a manuscript with its pictures has a tenth."""


def read_manuscript(path: Path) -> Manuscript:
    """The manuscript.

    Raises:
        InputError: it cannot be read, or is in another format.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        found = f"`{path.suffix}`" if path.suffix else "no suffix"
        raise InputError([_unread(path, f"a manuscript: {', '.join(SUFFIXES)}", found)])
    content, problem = read_own(path, str(path), most=LARGEST, code="manuscript")
    if problem is not None:
        raise InputError([problem])
    if suffix == ".docx":
        from nqpf_assets.proofs.manuscripts.docx import read_docx

        require_installed(EXPORTS.all["docx"])
        try:
            return read_docx(content)
        except ValueError as error:
            raise InputError([_unread(path, "a file of Word", str(error))]) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            [_unread(path, "a text in UTF-8", f"byte {error.start} is none")]
        ) from None
    if suffix == ".md":
        from nqpf_assets.proofs.manuscripts.md import read_md

        return read_md(text)
    from nqpf_assets.proofs.manuscripts.tex import read_tex

    return read_tex(text, path.parent)


def _unread(path: Path, expected: str, found: str) -> Problem:
    return Problem(
        file=str(path),
        where="",
        expected=expected,
        found=found,
        remedy="save it in one of these formats",
        code="manuscript",
    )
