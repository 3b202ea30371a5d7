"""Write nqpf.lock: what is published, from which files and releases, all by hash."""

from __future__ import annotations

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.commands.common.published import require_current
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.publications.lockfile import NAME, lock_of_newest, write_lock
from nqpf_assets.user_input.project import Project


def run(project: ProjectOption = None) -> int:
    """Write the lock of what is published; the exit status."""
    opened = Project.at(project)
    require_current(opened, "lock")
    lock = lock_of_newest(opened)
    write_lock(opened, lock)
    out().print(
        plain(
            f"{NAME}: publication {lock.publication}, {counted(len(lock.inputs), 'files')}, "
            f"{counted(len(lock.tables), 'tables')}"
        )
    )
    out().print("next: keep it with the files; `nqpf verify` proves it, here or elsewhere")
    return 0


COMMAND = Command("lock", run)
