"""Where an answer may be written, and as what: never over a file of the project's, and as its suffix says."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from nqpf_assets.exports.export import Export
from nqpf_assets.exports.registry import EXPORTS, formats_of
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.own_files import real
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.duckdb_file import SUFFIXES
from nqpf_assets.warehouse.durable import replace_file

_OWN_FILES = ("nqpf.yaml", "sources.yaml", "corrections.yaml", "boundaries.yaml", "nqpf.lock")


def require_free(project: Project, output: Path) -> None:
    """Refuse to write over what a project is made of or has made.

    Raises:
        InputError: the file is one of the project's own, by whatever name.
    """
    place = real(output)
    folders = (
        project.warehouse,
        project.raw,
        project.catalog,
        project.root / "studies",
        project.dagster_home,
    )
    inside = [folder for folder in folders if place.is_relative_to(real(folder))]
    is_own = place in [real(project.root / name) for name in _OWN_FILES]
    if inside or is_own or (project.database.exists() and _is_same(place, project.database)):
        found = f"a place in {inside[0].name}/" if inside else "a file of the project's own"
        raise InputError(
            [
                Problem(
                    file=str(output),
                    where="",
                    expected="a file outside of the project's own files and folders",
                    found=found,
                    remedy="name another file; what is published is changed by `nqpf refresh` alone",
                    code="output",
                )
            ]
        )


def require_folder_of(output: Path) -> None:
    """Refuse a file in a folder that is not there, which is one misspelled and is not made.

    Raises:
        FileNotFoundError: it is not there.
    """
    if not output.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(output))


def require_nothing(output: Path) -> None:
    """Refuse a name under which something stands.

    Raises:
        InputError: something does.
    """
    if os.path.lexists(output):
        raise InputError(
            [
                Problem(
                    file=str(output),
                    where="",
                    expected="a name under which nothing stands yet",
                    found="something of that name",
                    remedy="name another one",
                    code="output",
                )
            ]
        )


def export_for(output: Path | None, asked: str | None, *what: str) -> Export:
    """The format of an answer: as asked, else as the file's suffix says, else a table.

    Args:
        what: what is to be written, as `Export.writers` calls it; rows where nothing is named. Of two
            formats with one suffix that which comes first counts.

    Raises:
        InputError: the suffix is that of another format, of none, or of several.
    """
    suffix = output.suffix.lower() if output is not None else ""
    if not suffix:
        return EXPORTS.all[asked or "table"]
    known = {name: one for kind in what or ("rows",) for name, one in formats_of(kind).items()}
    said = [one for one in known.values() if one.suffix == suffix]
    meant = [one for one in said if asked in (None, one.name)]
    if what and len(meant) > 1:
        meant = meant[:1]
    if len(meant) != 1:
        suffixes = ", ".join(dict.fromkeys(one.suffix for one in known.values()))
        told = suffixes if what else f"{suffixes}, or no suffix with --format"
        raise InputError(
            [
                Problem(
                    file=str(output),
                    where="",
                    expected=f"a suffix that says the format: {told}",
                    found=f"`{suffix}`"
                    + (f" and --format {asked}" if asked else "")
                    + (f", of {' and '.join(one.name for one in meant)}" if meant else ""),
                    remedy="name the file as what is written into it",
                    code="output",
                )
            ]
        )
    return meant[0]


def require_database_name(output: Path) -> None:
    """Refuse a name under which nobody would look for a DuckDB file.

    Raises:
        InputError: the suffix is that of something else.
    """
    if output.suffix and output.suffix.lower() not in SUFFIXES:
        raise InputError(
            [
                Problem(
                    file=str(output),
                    where="",
                    expected=f"the name of a DuckDB file: {', '.join(SUFFIXES)}",
                    found=f"`{output.suffix}`",
                    remedy="name it as what is written into it",
                    code="output",
                )
            ]
        )


def write_answer(output: Path, content: bytes) -> None:
    """The whole answer, or the file as it was; a pipe or a device is written to as it is.

    Raises:
        OSError: it cannot be written.
    """
    require_folder_of(output)
    if output.exists() and not output.is_file():
        output.write_bytes(content)
    else:
        replace_file(real(output), lambda beside: beside.write_bytes(content))


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
