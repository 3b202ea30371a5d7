"""The tables of a package in other programs: the script in R, and which tables it makes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.replication.package.data_files import PANEL
from nqpf_assets.replication.r.call import NotInR
from nqpf_assets.replication.r.script import SCRIPT, Translated, translated, write_script

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

R_FOLDER = "r"


@dataclass(frozen=True)
class Programs:
    """What was written."""

    columns: list[Translated]

    def made_in_r(self, table: str) -> str:
        """Which columns of a table the script in R makes, in words; empty where it makes none."""
        mine = [one for one in self.columns if one.key[0] == table]
        made = [one.key[1] for one in mine if not isinstance(one.call, NotInR)]
        if not made:
            return ""
        script = f"`{R_FOLDER}/{SCRIPT}`"
        return script if len(made) == len(mine) else f"{script}: columns {', '.join(made)}"


def write_programs(connection: Connection, study: str, folder: Path) -> Programs:
    """Write the script in R."""
    published = PublishedStudy(connection, study)
    columns = translated(published)
    (folder / R_FOLDER).mkdir()
    write_script(published, columns, folder / R_FOLDER, panel=f"../{PANEL}")
    return Programs(columns)
