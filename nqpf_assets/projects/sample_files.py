"""The synthetic raw files that travel with the package, and a copy of them in a project.

They stand under `raw/` in a checkout, where somebody's own files may stand beside them: only folders are
taken whose card says that what is in them is synthetic, and the table of a paper that a study follows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.own_files import read_own
from nqpf_assets.user_input.project import Project, sample_root

AS_PRINTED = "kou_gao_lu/2025"
"""The one folder of the sample that is not made up: a table of the paper that a shipped study follows."""
MOST_NAMED = 3
"""Files in the way that are named; the rest are counted."""


def sample_files() -> list[Path]:
    """All of them, below `sample_root()`."""
    return sorted(path for folder in _folders() for path in folder.iterdir() if path.is_file())


def _folders() -> Iterator[Path]:
    for card in sorted(sample_root().glob("*/*/card.yaml")):
        content, problem = read_own(card, card.name)
        is_printed = card.parent.relative_to(sample_root()).as_posix() == AS_PRINTED
        if is_printed or (problem is None and yaml.safe_load(content).get("status") == "synthetic"):
            yield card.parent


def write_sample(project: Project) -> list[Path]:
    """Copy them into the project's `raw/`; gives what was written.

    Raises:
        InputError: something stands there already; nothing is then written.
    """
    found = {path: project.raw / path.relative_to(sample_root()) for path in sample_files()}
    there = [path for path in found.values() if path.exists() or path.is_symlink()]
    if there:
        named = ", ".join(str(path.relative_to(project.root)) for path in there[:MOST_NAMED])
        more = f" and {len(there) - MOST_NAMED} more" if len(there) > MOST_NAMED else ""
        raise InputError(
            [
                Problem(
                    file="raw/",
                    where="",
                    expected=f"none of the {counted(len(found), 'files')} of the sample",
                    found=f"{named}{more}",
                    remedy="begin another project in an empty folder: `nqpf sample --project DIR`",
                    topic="sample_data",
                )
            ]
        )
    for source, target in found.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:  # "x" follows no link that leads nowhere
            file.write(source.read_bytes())
    return list(found.values())
