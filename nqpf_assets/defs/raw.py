"""The raw folders as assets that this project does not make: where the lineage graph begins."""

from __future__ import annotations

import re
from hashlib import sha256

import dagster as dg

from nqpf_assets.formats.limits import FOLDERS_DEEP
from nqpf_assets.messages.shown_text import on_page
from nqpf_assets.user_input.own_files import folders_of, is_text
from nqpf_assets.user_input.project import Project

_TAKEN = re.compile(r"[A-Za-z0-9_.-]+")


def raw_keys(project: Project) -> list[tuple[str, ...]]:
    """Folders under `raw/` that hold files, as publisher and vintage."""
    if not project.raw.is_dir():
        return []
    folders = sorted(
        (where, names)
        for where, _, names in folders_of(project.raw, FOLDERS_DEEP)
        if where != project.raw
    )
    return [
        path.relative_to(project.raw).parts
        for path, names in folders
        if any((path / name).is_file() for name in names if not name.startswith("."))
    ]


def raw_key(folder: tuple[str, ...]) -> dg.AssetKey:
    """The folder's key; Dagster makes names from it that may hold letters a to z and digits only.

    A part such as 国家统计局 becomes one of its own with a number; the description has the folder's name.
    """
    parts = [
        part if _TAKEN.fullmatch(part) else f"folder_{sha256(part.encode()).hexdigest()[:8]}"
        for part in folder
    ]
    return dg.AssetKey(["raw", *parts])


def raw_assets(project: Project) -> list[dg.AssetSpec]:
    """One external asset per folder of raw files."""
    return [
        dg.AssetSpec(
            raw_key(folder),
            group_name="raw",
            description=f"Files as they arrived in raw/{on_page('/'.join(folder))}, never edited.",
            kinds={"file"},
            metadata={
                "files": dg.MetadataValue.md(
                    "\n".join(
                        f"- {on_page(file.name)}"
                        for file in sorted((project.raw.joinpath(*folder)).iterdir())
                        if file.is_file() and not file.name.startswith(".") and is_text(file.name)
                    )
                )
            },
        )
        for folder in raw_keys(project)
    ]
