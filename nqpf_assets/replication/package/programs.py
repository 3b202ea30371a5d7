"""The tables of a package in other programs: script in R, do-file of Stata, and what each makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.replication.other_tables import tables_in_no_script
from nqpf_assets.replication.package.data_files import PANEL
from nqpf_assets.replication.r.call import NotInR
from nqpf_assets.replication.r.script import SCRIPT, Translated, translated, write_script
from nqpf_assets.replication.r.table_calls import TranslatedTable, translated_tables
from nqpf_assets.replication.stata.command import NotInStata
from nqpf_assets.replication.stata.do_file import FILE, column_commands, do_file
from nqpf_assets.replication.stata.names import StataNames, names_of
from nqpf_assets.replication.stata.table_commands import table_commands

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection

R_FOLDER, STATA_FOLDER = "r", "stata"


@dataclass(frozen=True)
class Programs:
    """What was written."""

    columns: list[Translated]
    tables: list[TranslatedTable]
    names: StataNames

    def made_in_r(self, table: str) -> str:
        """Which columns of a table the script in R makes, in words; empty where it makes none."""
        is_made = {one.key: not isinstance(one.call, NotInR) for one in self.columns}
        is_made |= {(one.table.name, ""): not isinstance(one.call, NotInR) for one in self.tables}
        return _told(f"`{R_FOLDER}/{SCRIPT}`", table, is_made)

    def made_in_stata(self, table: str) -> str:
        """The same of the do-file."""
        is_made = {
            one.key: not isinstance(column_commands(one, self.names), NotInStata)
            for one in self.columns
        }
        is_made |= {
            (one.table.name, ""): not isinstance(table_commands(one.table, self.names), NotInStata)
            for one in self.tables
        }
        return _told(f"`{STATA_FOLDER}/{FILE}` (not run)", table, is_made)


def _told(program: str, table: str, is_made: Mapping[tuple[str, str], bool]) -> str:
    mine = {label: made for (name, label), made in is_made.items() if name == table}
    made = [label for label, one in mine.items() if one]
    if not made:
        return ""
    return program if len(made) == len(mine) else f"{program}: columns {', '.join(made)}"


def write_programs(connection: Connection, study: str, folder: Path) -> Programs:
    """Write both."""
    published = PublishedStudy(connection, study)
    columns = translated(published)
    (folder / R_FOLDER).mkdir()
    write_script(published, columns, folder / R_FOLDER, panel=f"../{PANEL}")
    names = names_of(published.frame("FROM {study}.panel ORDER BY unit, period"))
    (folder / STATA_FOLDER).mkdir()
    tables = translated_tables(published)
    described = [one.table for one in tables]
    others = tables_in_no_script(published)
    text = do_file(study, columns, names, f"../{PANEL.removesuffix('.csv')}.dta", described, others)
    (folder / STATA_FOLDER / FILE).write_text(text, "utf-8")
    return Programs(columns, tables, names)
