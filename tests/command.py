"""The `nqpf` command run in this process: exit status, what it printed, what it complained about."""

from __future__ import annotations

import contextlib
import io
import sys
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from nqpf_assets.cli import main


@dataclass(frozen=True)
class Ran:
    """One call of the command."""

    status: int
    out: str
    err: str


def nqpf(*arguments: object, project: Path | None = None) -> Ran:
    """Run a command as from a terminal; a traceback is a failure whatever else is asserted."""
    words = [str(argument) for argument in arguments]
    if project is not None:
        words += ["--project", str(project)]
    out, err = io.StringIO(), io.StringIO()
    with (
        mock.patch.object(sys, "argv", ["nqpf", *words]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
            status = 0
        except SystemExit as ended:
            status = int(ended.code or 0)
    ran = Ran(status, out.getvalue(), err.getvalue())
    assert "Traceback" not in ran.err + ran.out, ran.err
    return ran
