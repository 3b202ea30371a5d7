"""Publication: the tables as they stand become the published file, by one rename, if the checks let them.

The file is assembled beside the old one, so a reader sees a finished publication or the one before.
Killed at any moment, the next refresh ends at the same publication: contents are kept first, then the
file is renamed into place, then its account and its record are written, and each of these can be done
again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from nqpf_assets.catalog.columns import table_info
from nqpf_assets.catalog.schema_version import SCHEMA_VERSION
from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.projects.opened import OpenedProject
from nqpf_assets.publications import archive, held_back, origins, own_tables
from nqpf_assets.publications.against_last import compare_with_last
from nqpf_assets.publications.archive import content_path
from nqpf_assets.publications.assemble import assemble
from nqpf_assets.publications.manifest import (
    Finding,
    Manifest,
    TableContent,
    manifests,
    require_whole,
    write_manifest,
)
from nqpf_assets.publications.unneeded_acceptances import unneeded_acceptances
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.stages.sql import sql_files
from nqpf_assets.steps.soundness import Soundness
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.code_hash import modules_behind, source_of
from nqpf_assets.warehouse.durable import replace_file
from nqpf_assets.warehouse.releases import releases_of
from nqpf_assets.warehouse.sealed_json import unsealed, write_sealed
from nqpf_assets.warehouse.store import Store, TableKey


@dataclass(frozen=True)
class Publication:
    """The record beside the published file: which publication it is, how much, and when."""

    number: int
    fingerprint: str
    n_tables: int
    n_rows: int
    size: int
    published_at: str


def record_path(project: Project) -> Path:
    return project.database.with_suffix(".json")


def current(project: Project) -> Publication | None:
    """The record of the published file, or None where there is none or it is another file."""
    try:
        record = Publication(**unsealed(record_path(project).read_text("utf-8")))
        return record if project.database.stat().st_size == record.size else None
    except (OSError, ValueError, TypeError):
        return None


def publication_fingerprint(store: Store, tables: Mapping[TableKey, str]) -> str | None:
    """Hash of what the published file is put together from, and of the code that does it.

    None where a table is missing.
    """
    content = content_fingerprint(store, tables)
    if content is None:
        return None
    code = source_of("nqpf_assets.publications.assemble")
    releases = releases_of(modules_behind(code), with_parsers=False)
    return hashlib.sha256(f"{content}{code}{sorted(releases.items())}".encode()).hexdigest()


def content_fingerprint(store: Store, tables: Mapping[TableKey, str]) -> str | None:
    """Hash of all tables, their layout and descriptions, and the views; None where a table is missing."""
    digest = hashlib.sha256(repr((SCHEMA_VERSION, sorted(tables.items()))).encode())
    for query in _views(tables).values():
        digest.update(query.encode())
    for key in sorted(tables):
        record = store.record(key)
        if record is None:
            return None
        digest.update(f"{key}{record.sha256}{table_info(*key)}".encode())
    return digest.hexdigest()


def publish(opened: OpenedProject, raw: RawState) -> tuple[Publication, tuple[Problem, ...]]:
    """Hold the tables against the last publication, and put them in its place.

    Returns:
        The record, and the warnings of the comparison, of tables that somebody kept in the file, and of
        findings that are accepted and nowhere.

    Raises:
        LookupError: a table is missing.
        InputError: an account of an earlier publication is damaged or lost.
        CheckFailed: they depart from the last publication by more than the settings allow, or a table is
            not what was built.
        RuntimeError: the assembled file does not hold what the tables hold; it is thrown away.
    """
    project, store = opened.project, opened.store
    mark = content_fingerprint(store, opened.descriptions)
    if mark is None:
        raise LookupError("not all tables are built")
    require_whole(project)
    Soundness().require(store, opened.descriptions)
    known = manifests(project)
    # A process killed after the account was written finds it here, and ends at the same number.
    past = known[:-1] if known and known[-1].fingerprint == mark else known
    manifest = known[-1] if len(past) < len(known) else _manifest(opened, raw, mark, past)
    problems = compare_with_last(opened, past[-1] if past else None, manifest)
    if any(problem.severity == "error" for problem in problems):
        raise CheckFailed(problems)
    manifest = _with_findings(manifest, problems) if manifest not in known else manifest
    archive.keep_tables(project, store, manifest.tables)
    own = own_tables.put_beside(project, known)
    replace_file(
        project.database,
        lambda beside: assemble(
            beside, past, manifest, lambda name: content_path(project, manifest.tables[name].sha256)
        ),
    )
    if manifest not in known:
        write_manifest(project, manifest)
    done = _record(opened, manifest)
    write_sealed(record_path(project), asdict(done))
    held_back.clear(project)
    archive.prune(project, opened.settings.keep, manifest.day)
    return done, (*problems, *own, *unneeded_acceptances(opened))


def _manifest(opened: OpenedProject, raw: RawState, mark: str, past: list[Manifest]) -> Manifest:
    records = {key: opened.store.record(key) for key in sorted(opened.descriptions)}
    tables = {
        ".".join(key): TableContent(
            record.sha256, record.n_rows, opened.descriptions[key], record.releases
        )
        for key, record in records.items()
        if record is not None
    }
    warnings = (
        Finding(".".join(key), *words)
        for key, record in records.items()
        if record is not None
        for words in record.warnings
    )
    return Manifest(
        number=past[-1].number + 1 if past else 1,
        fingerprint=mark,
        published_at=dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        tables=tables,
        views=_views(opened.descriptions),
        inputs=origins.inputs_of(opened.project, raw),
        steps=origins.step_hashes(opened.graph),
        versions=origins.versions_behind(table.releases for table in tables.values()),
        origins=origins.step_origins(opened.graph),
        findings=tuple(warnings),
        schema_version=SCHEMA_VERSION,
    )


def _with_findings(manifest: Manifest, problems: list[Problem]) -> Manifest:
    more = (Finding(one.where, one.code, one.expected, one.found) for one in problems)
    return replace(manifest, findings=(*manifest.findings, *more))


def _views(tables: Mapping[TableKey, str]) -> dict[str, str]:
    """Views of the published file; they read results, which a project without a study has not."""
    if ("result", "model") not in tables:
        return {}
    return {".".join(file.key): file.text for file in sql_files() if file.is_view}


def _record(opened: OpenedProject, manifest: Manifest) -> Publication:
    return Publication(
        manifest.number,
        publication_fingerprint(opened.store, opened.descriptions) or "",
        len(manifest.tables),
        manifest.n_rows,
        opened.project.database.stat().st_size,
        manifest.published_at,
    )
