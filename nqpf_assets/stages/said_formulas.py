"""Who says what a formula is: the study file its text, catalogue and weights files who is whose neighbour.

A step that computes formulas is out of date when either changes, and says by whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from nqpf_assets.expressions.neighbours import CONTIGUITY

if TYPE_CHECKING:
    from nqpf_assets.studies.formula import Formula

WEIGHTS_FILES = "weights of raw files"
"""Who says them, among the parameters of a step."""


def formulas_said(formulas: Mapping[str, Formula]) -> dict[str, str]:
    """Variable → what the study file says of it."""
    return {key: repr(replace(one.definition, links=())) for key, one in formulas.items()}


def neighbours_said(
    formulas: Mapping[str, Formula], catalogue: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    """What else lies under formulas with spatial lags, by who says it: of which units a cell is read, too.

    Args:
        catalogue: what a step says of it besides.
    """
    by_borders: dict[str, str] = {}
    by_files: dict[str, str] = {}
    for key, one in formulas.items():
        for links in one.definition.links:
            said = by_borders if links.asked_as == CONTIGUITY else by_files
            said[f"neighbours of {key} by {links.name}"] = repr(links)
    found = {"catalogue": {**catalogue, **by_borders}}
    return {**found, WEIGHTS_FILES: by_files} if by_files else found
