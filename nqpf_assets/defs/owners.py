"""Who answers for an asset: whom `nqpf.yaml` names, else the study, the publisher, or the project as a team.

Dagster takes an address or the name of a team, and its pages can be asked for either.
"""

from __future__ import annotations

import re

from nqpf_assets.projects.opened import OpenedProject

PROJECT = "team:project"
"""Who answers for what serves all studies, where nobody is named."""


def owners(opened: OpenedProject, study: str | None = None) -> list[str]:
    """Owners of a table, of one study or of all."""
    named = list(opened.settings.owners)
    return named or [f"team:{study}" if study else PROJECT]


def owners_of_folder(folder: tuple[str, ...]) -> list[str]:
    """The publisher, by the name of the folder; whoever downloaded its files does not answer for them."""
    publisher = folder[0]
    return [f"team:{publisher}"] if re.fullmatch(r"[\w.-]+", publisher) else []
