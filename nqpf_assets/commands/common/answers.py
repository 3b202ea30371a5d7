"""An answer in rows, into a file or onto the terminal."""

from __future__ import annotations

import sys
from pathlib import Path

from nqpf_assets.exports.destination import write_answer
from nqpf_assets.exports.export import Export
from nqpf_assets.exports.terminal import err, out, plain, write_data


def leave(export: Export, content: str | bytes, output: Path | None) -> bool:
    """Write an answer; whether it could be written."""
    try:
        _leave(export, content, output)
    except OSError as error:
        err().print(plain(f"{output} cannot be written: {error.strerror or error}"), soft_wrap=True)
        return False
    return True


def _leave(export: Export, content: str | bytes, output: Path | None) -> None:
    if output is not None:
        write_answer(output, content if isinstance(content, bytes) else content.encode("utf-8"))
    elif isinstance(content, bytes):
        raise AssertionError("what is no text has a file")
    elif export.is_drawn or sys.stdout.isatty():
        out().print(plain(content.removesuffix("\n")), soft_wrap=True)
    else:
        write_data(content)
