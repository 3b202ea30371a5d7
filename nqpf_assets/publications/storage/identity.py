"""Which project a prefix belongs to: a mark that is drawn once and lies beside the history of publications.

It goes into backups with the history. Without the history publications begin anew, and so does the mark.
"""

from __future__ import annotations

import secrets

from nqpf_assets.publications.manifest import history_folder
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.sealed_json import unsealed, write_sealed

_NAME = "project.json"


def identity_of(project: Project) -> str:
    """The project's mark, drawn where there is none, or a damaged one.

    Raises:
        OSError: it is there and the disk does not give it now: another one would lose the storage for good.
    """
    path = history_folder(project) / _NAME
    try:
        return str(unsealed(path.read_text("utf-8"))["project"])
    except (FileNotFoundError, ValueError, KeyError):
        mark = secrets.token_hex(16)
        write_sealed(path, {"project": mark})
        return mark
