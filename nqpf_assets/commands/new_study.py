"""`nqpf new-study`: a first study file, and what to do next."""

from __future__ import annotations

from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.user_input.project import Project


def begin_study(project: Project, name: str) -> int:
    """Write the study file and folders; the exit status."""
    from nqpf_assets.studies.template import new_study

    for path in new_study(name, project.root):
        out().print(plain(f"wrote {path}"))
    out().print(
        "next: put files and their cards under raw/<publisher>/<vintage>/, then `nqpf check`"
    )
    return 0
