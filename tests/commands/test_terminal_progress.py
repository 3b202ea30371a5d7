"""On a real terminal, a refresh says at which table it is while it works."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stages.mini import write_mini


@pytest.mark.slow
def test_a_terminal_sees_the_steps_while_they_run(tmp_path: Path) -> None:
    write_mini(tmp_path)
    main_end, other_end = pty.openpty()
    command = [sys.executable, "-m", "nqpf_assets.cli", "refresh", "--project", str(tmp_path)]
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=other_end,
        env=environment,
    ) as running:
        os.close(other_end)
        seen = _everything(main_end)
    assert running.returncode == 0, seen
    assert "reading raw files" in seen
    # Dagster points stderr elsewhere while steps run. Which tables are seen is a matter of speed:
    # the bar is drawn some ten times a second.
    schemas = "mini|source|catalog|panel|index|result|audit"
    assert len(set(re.findall(rf"(?:{schemas})\.[a-z_]+", seen))) >= 3, seen


def _everything(handle: int) -> str:
    """All that is written to a terminal until the other end is closed."""
    pieces = []
    while True:
        try:
            piece = os.read(handle, 65536)
        except OSError:  # how Linux says that nobody holds the other end
            break
        if not piece:
            break
        pieces.append(piece)
    os.close(handle)
    return b"".join(pieces).decode("utf-8", "replace")
