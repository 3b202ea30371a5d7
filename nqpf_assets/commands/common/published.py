"""The published warehouse, opened to be asked: read-only, and closed to the rest of the machine."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from nqpf_assets.exports.terminal import err, plain
from nqpf_assets.publications.manifest import chosen, manifests
from nqpf_assets.publications.recall import recalled
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import open_database

if TYPE_CHECKING:
    import duckdb

_HOLDER = re.compile(r"held in (.+?) \(PID (\d+)\)")
"""As DuckDB names who holds a file."""
_CLOSED: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,  # or `FROM rows` would read a variable of ours
}
"""What must be closed before the file is opened; the rest follows once it is."""


def open_published(
    project: Project, publication: str | None = None
) -> duckdb.DuckDBPyConnection | None:
    """The published warehouse, read-only and closed to the rest of the machine; None if there is none.

    Args:
        publication: an earlier one, by number or day.

    Raises:
        InputError: no such publication is kept.
    """
    import duckdb

    if publication is not None:
        with recalled(project, chosen(project, publication)) as path:
            return _closed(open_database(path, **_CLOSED))
    if not project.database.exists():
        err().print(plain(f"{project.database} is not there yet: run `nqpf refresh` first"))
        return None
    try:
        connection = open_database(project.database, **_CLOSED)
    except duckdb.Error as error:
        return _opened_otherwise(project, error)
    return _closed(connection)


def held_by(project: Project, error: Exception) -> str | None:
    """Why a file that is sound cannot be opened: who has it, or that one may not; None for another reason."""
    words = str(error)
    if "lock" in words.lower():
        holder = _HOLDER.search(words)
        who = f"process {holder[2]} ({holder[1]})" if holder else "another program"
        return f"is open for writing in {who}"
    if not os.access(project.database, os.R_OK):
        return "may not be read by you"
    return None


def _opened_otherwise(project: Project, error: duckdb.Error) -> duckdb.DuckDBPyConnection | None:
    """The same publication from its Parquet tables, which need no lock; None where that is no way out."""
    why = held_by(project, error)
    known = manifests(project) if why else []
    if why and known:
        err().print(
            plain(
                f"{project.database} {why}; answered from the Parquet tables of publication "
                f"{known[-1].number}"
            ),
            soft_wrap=True,
        )
        with recalled(project, known[-1]) as path:
            return _closed(open_database(path, **_CLOSED))
    remedy = (
        "end that program, or ask for the right to read it"
        if why
        else "remove it and run `nqpf refresh`"
    )
    err().print(
        plain(f"{project.database} {why or f'cannot be opened: {error}'}\nto do: {remedy}"),
        soft_wrap=True,
    )
    return None


def _closed(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """The connection, from now on without a way to other files."""
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection
