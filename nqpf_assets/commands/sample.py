"""Put the synthetic raw files that come with the package into a project, to try everything on them.

They have the layouts of the real publishers and made-up numbers, and planted faults that are told. A project
without studies of its own then builds the two studies that ship with the package. Nothing that is there is
replaced.

nqpf sample --project tryout
"""

from __future__ import annotations

from nqpf_assets.commands.common.arguments import ProjectOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.messages.counted import counted
from nqpf_assets.user_input.project import Project


def run(project: ProjectOption = None) -> int:
    """Write the files; the exit status."""
    from nqpf_assets.projects.sample_files import write_sample

    opened = Project.at(project)
    written = write_sample(opened)
    told = (
        f"wrote {counted(len(written), 'files')} into {opened.raw}: SYNTHETIC, made up by a program, but for "
        "the table of a paper"
    )
    out().print(plain(told), soft_wrap=True)
    then = "" if opened.own_study_paths() else ", then `nqpf show province.table_1`"
    out().print(f"next: `nqpf refresh`{then}; `nqpf help sample_data`")
    return 0


COMMAND = Command("sample", run)
