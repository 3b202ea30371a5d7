"""`nqpf lock` and `nqpf verify`: a publication by hash, and whether it comes out the same here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.publications.archive import content_path, require_kept
from nqpf_assets.publications.lockfile import NAME, lock_of, read_lock, sums_of, write_lock
from nqpf_assets.publications.manifest import manifests
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.publications.verification import Verified

MOST = 20
"""Tables shown that are not the same."""


def make_lock(project: Project) -> int:
    """Write the lock of what is published; the exit status."""

    from nqpf_assets.warehouse.duckdb_engine import in_memory, rows_of_file

    _require_current(project)
    manifest = manifests(project)[-1]
    require_kept(project, manifest, manifest.tables)
    with in_memory() as connection:
        sums = {
            name: sums_of(connection, rows_of_file(content_path(project, table.sha256)))
            for name, table in manifest.tables.items()
        }
    write_lock(project, lock_of(manifest, sums))
    out().print(
        plain(
            f"{NAME}: publication {manifest.number}, {len(manifest.inputs)} files, "
            f"{len(manifest.tables)} tables"
        )
    )
    out().print("next: keep it with the files; `nqpf verify` proves it, here or elsewhere")
    return 0


def _require_current(project: Project) -> None:
    """A lock of something else than what the files give now would never hold."""
    from nqpf_assets.projects.opened import open_project
    from nqpf_assets.publications.publish import current
    from nqpf_assets.sources.raw_state import RawState

    bench = open_project(project)
    if current(project) is None or bench.plan(RawState.of(project)):
        raise CheckFailed(
            [
                Problem(
                    file=str(project.database.relative_to(project.root)),
                    where="",
                    expected="a publication of the files as they are",
                    found="an older one, or none",
                    remedy="run `nqpf refresh` first",
                    code="lock",
                )
            ]
        )


def run_verify(project: Project) -> int:
    """Build anew and compare; the exit status."""
    from nqpf_assets.commands.refresh import refresh_with_progress
    from nqpf_assets.publications.verification import verify

    lock = read_lock(project)
    found = verify(project, lock, lambda aside: refresh_with_progress(aside, ()))
    console = out()
    for line in _lines(found):
        console.print(plain(line), soft_wrap=True)
    return 0 if found.holds else 1


def verify_stored(project: Project) -> int:
    """Hold what lies in the warehouse against its hashes; the exit status."""
    from nqpf_assets.publications.manifest import numbers
    from nqpf_assets.publications.stored import stored_problems

    if not numbers(project) and not project.database.exists():
        out().print(plain(f"nothing was published in {project.warehouse} yet: run `nqpf refresh`"))
        return 2
    problems = stored_problems(project)
    if problems:
        raise CheckFailed(problems)
    out().print("tables, archive, accounts and published rows are what was written")
    return 0


def _lines(found: Verified) -> list[str]:
    lines = [
        f"version   {name}: {before or 'none'} when locked, {after or 'none'} here"
        for name, (before, after) in found.versions.values.items()
    ]
    if found.has_other_code:
        lines.append("code      of nqpf-assets is not that of the lock")
    other = [(name, verdict) for name, verdict in found.verdicts.items() if verdict != "same"]
    lines += [f"{verdict:<9} {name}" for name, verdict in other[:MOST]]
    if len(other) > MOST:
        lines.append(f"          and {len(other) - MOST} more")
    n_same = len(found.verdicts) - len(other)
    rounding = sum(verdict == "rounding" for _, verdict in other)
    lines.append(f"{n_same} of {len(found.verdicts)} tables the same to the last bit")
    if rounding:
        lines.append(f"{rounding} the same but for rounding, as far as the sums of columns tell")
    lines.append("the lock holds" if found.holds else "the lock does NOT hold here")
    return lines
