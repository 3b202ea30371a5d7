"""The raw folders as assets that this project does not make: where the lineage graph begins.

A folder's data version is the hash of its files and cards. It is reported when a run begins and when the
sensor sees news, so that Dagster shows a table as out of date where its files are not what it was made from.
"""

from __future__ import annotations

import re
from hashlib import sha256

import dagster as dg

from nqpf_assets.defs.owners import owners_of_folder
from nqpf_assets.formats.limits import FOLDERS_DEEP
from nqpf_assets.messages.shown_text import on_page
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.user_input.own_files import folders_of, is_text
from nqpf_assets.user_input.project import Project

GROUP = "raw"
VERSION = "dagster/data_version"
"""Tag under which Dagster looks for the data version of an observation."""

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
    """The folder's key. Its last part, which is all that a node shows, has publisher and vintage.

    Dagster makes names from a key that may hold letters a to z and digits only: a part such as 国家统计局
    becomes one of its own with a number; the description has the folder's name.
    """
    parts = [
        part if _TAKEN.fullmatch(part) else f"folder_{sha256(part.encode()).hexdigest()[:8]}"
        for part in folder
    ]
    return dg.AssetKey(["raw", *parts[:-1], "_".join(parts)])


def raw_assets(project: Project) -> list[dg.AssetSpec]:
    """One external asset per folder of raw files."""
    return [
        dg.AssetSpec(
            raw_key(folder),
            group_name=GROUP,
            description=f"Files as they arrived in raw/{on_page('/'.join(folder))}, never edited.",
            kinds={"file"},
            owners=owners_of_folder(folder),
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


def folder_versions(raw: RawState) -> dict[tuple[str, ...], tuple[str, int]]:
    """Folder under `raw/` → hash of its files and cards by name and content, and their number."""
    files: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for shown, content in raw.hashes.items():
        root, *folder, name = shown.split("/")
        if root == "raw" and folder:
            files.setdefault(tuple(folder), []).append((name, content))
    return {
        folder: (sha256(repr(sorted(of)).encode()).hexdigest()[:16], len(of))
        for folder, of in files.items()
    }


def new_versions(
    instance: dg.DagsterInstance, project: Project, raw: RawState
) -> list[dg.AssetObservation]:
    """The data version of every folder where that is not what Dagster was told last."""
    versions = folder_versions(raw)
    found = []
    for folder in raw_keys(project):
        key = raw_key(folder)
        version, n_files = versions.get(folder, ("", 0))
        last = instance.fetch_observations(key, limit=1).records
        told = last[0].asset_observation if last else None
        if version and (told is None or told.tags.get(VERSION) != version):
            found.append(
                dg.AssetObservation(key, tags={VERSION: version}, metadata={"files": n_files})
            )
    return found
