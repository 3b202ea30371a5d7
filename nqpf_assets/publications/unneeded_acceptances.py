"""Findings that `accept` in nqpf.yaml names and that are nowhere: slips, or left from replaced files.

Of checks whose findings stay with the files only: what is held against the last publication is found once,
and its acceptance is needed no more when it is published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from nqpf_assets.messages.problems import Problem
from nqpf_assets.projects.opened import OpenedProject
from nqpf_assets.user_input.settings import Accepted, project_document
from nqpf_assets.warehouse.store import TableKey

TABLES = {
    "magnitude": "magnitude",
    "totals": "total",
    "series_break": "series_break",
    "remarkable_cell": "remarkable_cell",
    "vintage_tie": "vintage_tie",
}
"""Check → the table of `audit` that has its findings; those of joins stand with each study."""


def unneeded_acceptances(opened: OpenedProject) -> tuple[Problem, ...]:
    """A warning for every entry that no finding of its check is about, at its line."""
    return tuple(_unneeded(opened, dict(enumerate(opened.settings.accept))))


def _unneeded(opened: OpenedProject, entries: dict[int, Accepted]) -> Iterator[Problem]:
    document = project_document(opened.project, "nqpf.yaml") if entries else None
    if document is None:
        return
    found: dict[str, set[str]] = {}
    for place, entry in entries.items():
        keys = _tables(opened, entry.check)
        if not keys:
            continue
        if entry.check not in found:
            found[entry.check] = {about for key in keys for about in _about(opened, key)}
        if not any(re.search(entry.pattern, about) for about in found[entry.check]):
            problem = document.problem(
                ("accept", place, "about"),
                f"what a finding of {entry.check} is about",
                f"`{entry.about}`, which none is about",
                "remove the entry, or write it as the message names it",
                "accept_unneeded",
            )
            yield replace(problem, severity="warning")


def _tables(opened: OpenedProject, check: str) -> list[TableKey]:
    if check == "series_join":
        return [(name, "series_join") for name in opened.studies]
    return [("audit", TABLES[check])] if check in TABLES else []


def _about(opened: OpenedProject, key: TableKey) -> list[str]:
    rows = opened.store.scan(key).select("about").unique().collect()
    return [about for about in rows.get_column("about") if about is not None]
