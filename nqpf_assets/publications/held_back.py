"""Why the last refresh did not publish: kept beside the published file until one does."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from nqpf_assets.messages.problems import Problem
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.durable import replace_file


@dataclass(frozen=True)
class HeldBack:
    """A refresh that ended without a publication: when, and everything that stopped it."""

    at: str  # ISO 8601, UTC
    problems: tuple[Problem, ...]


def note_path(project: Project) -> Path:
    return project.warehouse / "held_back.json"


def hold_back(project: Project, problems: Iterable[Problem]) -> None:
    """Keep the reasons. A warehouse that cannot be written keeps none: the command says them anyway."""
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    stops = [asdict(problem) for problem in problems if problem.severity == "error"]
    text = json.dumps({"at": at, "problems": stops}, indent=1, ensure_ascii=False)
    try:
        replace_file(note_path(project), lambda beside: beside.write_text(text, "utf-8"))
    except OSError:
        return


FAILED = "failed"
"""Code of a reason that is no mistake in files: an error of the program or the machine."""


def failure(step: str, error: Exception) -> Problem:
    """A step that failed for a reason that is not the user's."""
    return Problem(
        file=f"step {step.replace('__', '.')}",
        where="",
        expected="a step that ends",
        found=f"{type(error).__name__}: {error}",
        remedy="`nqpf refresh` tries again; `nqpf ui` shows the run",
        code=FAILED,
    )


def held_back(project: Project) -> HeldBack | None:
    """The reasons of the last refresh, or None where it published or had nothing to do."""
    try:
        content = json.loads(note_path(project).read_text("utf-8"))
        return HeldBack(content["at"], tuple(Problem(**one) for one in content["problems"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def clear(project: Project) -> None:
    """Forget the reasons: everything that is there has been published."""
    note_path(project).unlink(missing_ok=True)
