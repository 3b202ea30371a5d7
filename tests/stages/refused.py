"""What `nqpf check` refuses of a study of the four provinces, held to its words and its line."""

from __future__ import annotations

from pathlib import Path

from tests.command import nqpf
from tests.stages.mini import write_mini


def assert_refused(root: Path, study: str, written: str, told: str) -> None:
    """Checking the study ends with these words, at the line on which this is written."""
    ran = nqpf("check", project=write_mini(root, study).root)
    assert ran.status == 2
    assert told in " ".join((ran.out + ran.err).split())
    line = next(n for n, one in enumerate(study.splitlines(), 1) if written in one)
    assert f"line {line}" in ran.out + ran.err
