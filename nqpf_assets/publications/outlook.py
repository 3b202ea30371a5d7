"""One look at a project: what is there, what is out of date, and whether the publication is.

`nqpf refresh`, its `--plan`, `nqpf status`, the sensor and the schedule all look through here, and so
come to the same plan. Nothing is built.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from nqpf_assets.projects.opened import OpenedProject
from nqpf_assets.publications.publish import Publication, current, publication_fingerprint
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.steps.fingerprint import own_parts
from nqpf_assets.steps.plan import Planned
from nqpf_assets.warehouse.store import Store


@dataclass(frozen=True)
class Outlook:
    """What was seen.

    Attributes:
        raw: the raw files by content; those that are still arriving are named there.
        tables: the tables as they stood.
        planned: steps to look at, in order.
        publication: what is published now.
        is_published: that is what the tables, as they stand, would be published as.
    """

    opened: OpenedProject
    raw: RawState
    tables: Store
    planned: list[Planned]
    publication: Publication | None
    is_published: bool

    @property
    def is_news(self) -> bool:
        """Whether a refresh would do anything."""
        return bool(self.planned) or not self.is_published

    @property
    def n_certain(self) -> int:
        return sum(one.is_certain for one in self.planned)

    @property
    def content(self) -> str:
        """Hash of what a run would start from: raw files, code, parameters, and what is published."""
        published = self.publication.fingerprint if self.publication else "nothing"
        parts = [self.raw.fingerprint, published]
        parts += [repr(own_parts(step)) for step in self.opened.graph.steps]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def outlook_of(opened: OpenedProject, only: Collection[str] = ()) -> Outlook:
    """Look at everything a refresh depends on.

    Args:
        only: plan these studies and what serves all.
    """
    raw = RawState.of(opened.project)
    done = current(opened.project)
    tables = opened.store.at_a_glance()
    mark = publication_fingerprint(tables, opened.descriptions)
    is_published = done is not None and done.fingerprint == mark
    return Outlook(opened, raw, tables, opened.plan(raw, only, tables), done, is_published)
