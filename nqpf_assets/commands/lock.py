"""Write nqpf.lock: what is published, from which files and releases, all by hash."""

from __future__ import annotations

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.publications.archive import content_path, require_kept
from nqpf_assets.publications.lockfile import NAME, lock_of, write_lock
from nqpf_assets.publications.manifest import manifests
from nqpf_assets.user_input.project import Project


def run(project: ProjectOption = None) -> int:
    """Write the lock of what is published; the exit status."""
    from nqpf_assets.warehouse.duckdb_engine import in_memory, rows_of_file, sums_of

    opened = Project.at(project)
    _require_current(opened)
    manifest = manifests(opened)[-1]
    require_kept(opened, manifest, manifest.tables)
    with in_memory() as connection:
        sums = {
            name: sums_of(connection, rows_of_file(content_path(opened, table.sha256)))
            for name, table in manifest.tables.items()
        }
    write_lock(opened, lock_of(manifest, sums))
    out().print(
        plain(
            f"{NAME}: publication {manifest.number}, {counted(len(manifest.inputs), 'files')}, "
            f"{counted(len(manifest.tables), 'tables')}"
        )
    )
    out().print("next: keep it with the files; `nqpf verify` proves it, here or elsewhere")
    return 0


def _require_current(project: Project) -> None:
    """A lock of something else than what the files give now would never hold."""
    from nqpf_assets.projects.opened import open_project
    from nqpf_assets.publications.publish import current
    from nqpf_assets.sources.raw_state import RawState

    opened = open_project(project)
    if current(project) is None or opened.plan(RawState.of(project)):
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


COMMAND = Command("lock", run)
