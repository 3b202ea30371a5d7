"""The published warehouse, opened to be asked: read-only, and closed to the rest of the machine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from nqpf_assets.exports.terminal import err, plain
from nqpf_assets.messages.problems import CheckFailed, InputError, Problem, did_you_mean
from nqpf_assets.publications.damaged_file import WAY_OUT
from nqpf_assets.publications.manifest import chosen, manifests
from nqpf_assets.publications.recall import recalled
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_engine import engine_error
from nqpf_assets.warehouse.duckdb_file import holder_of, is_damage, open_closed

if TYPE_CHECKING:
    from nqpf_assets.warehouse.connection import Connection


def open_published(project: Project, publication: str | None = None) -> Connection | None:
    """The published warehouse, read-only and closed to the rest of the machine; None if there is none.

    Args:
        publication: an earlier one, by number or day.

    Raises:
        InputError: no such publication is kept.
    """
    if publication is not None:
        with recalled(project, chosen(project, publication)) as path:
            return open_closed(path)
    if not project.database.exists():
        err().print(
            plain(f"{project.database} is not there yet: run `nqpf refresh` first"), soft_wrap=True
        )
        return None
    try:
        return open_closed(project.database)
    except engine_error() as error:
        return _opened_otherwise(project, error)


def require_current(project: Project, code: str) -> None:
    """Refuse to hand on something else than what the files give now.

    Raises:
        CheckFailed: the publication is older than the files, or there is none.
    """
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
                    code=code,
                )
            ]
        )


def require_study(connection: Connection, name: str) -> None:
    """Refuse a name that no published study has.

    Raises:
        InputError: there is none of that name; says which there are.
    """
    known = [
        schema
        for (schema,) in connection.execute(
            "SELECT DISTINCT table_schema FROM information_schema.tables WHERE table_name = 'panel' "
            "ORDER BY 1"
        ).fetchall()
    ]
    if name not in known:
        raise InputError(
            [
                Problem(
                    file=name,
                    where="",
                    expected=f"a published study: {', '.join(known) or 'there is none'}",
                    found="nothing of that name",
                    remedy=did_you_mean(name, known) or "name one of these",
                    code="unknown_study",
                )
            ]
        )


def held_by(project: Project, error: Exception) -> tuple[str, str] | None:
    """Why a file cannot be opened, who has it, no right, or damage, and what to do; None otherwise."""
    if who := holder_of(error):
        return f"is open for writing in {who}", "end that program"
    if not os.access(project.database, os.R_OK):
        return "may not be read by you", "ask for the right to read it"
    if is_damage(error):
        return "is damaged", WAY_OUT
    return None


def _opened_otherwise(project: Project, error: Exception) -> Connection | None:
    """The same publication from its Parquet tables, which need no lock; None where that is no way out."""
    why = held_by(project, error)
    known = manifests(project) if why else []
    found, remedy = why or (f"cannot be opened: {error}", "remove it and run `nqpf refresh`")
    if known:
        err().print(
            plain(
                f"{project.database} {found}; answered from the Parquet tables of publication "
                f"{known[-1].number}\nto do: {remedy}"
            ),
            soft_wrap=True,
        )
        with recalled(project, known[-1]) as path:
            return open_closed(path)
    err().print(plain(f"{project.database} {found}\nto do: {remedy}"), soft_wrap=True)
    return None
