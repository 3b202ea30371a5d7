"""What stopped a command, as it stands in a file or a pipe."""

from __future__ import annotations

import pytest

from nqpf_assets.exports.told_problems import tell
from nqpf_assets.messages.problems import Problem, ProblemsFound


def test_no_line_is_broken_where_no_terminal_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    error = ProblemsFound(
        [Problem("a.csv", f"line {n}", "a number", "x", "mend it") for n in (1, 2)]
    )
    error.add_note("nothing was published, the warehouse is as it was")
    monkeypatch.setenv("COLUMNS", "80")
    tell(error)
    said = "2 problems stopped by a check; nothing was published, the warehouse is as it was."
    assert capsys.readouterr().err.splitlines()[-1] == said
