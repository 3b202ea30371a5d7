"""A series that a study names as it is printed, where the catalogue keeps it under an id."""

from __future__ import annotations

import re
from dataclasses import replace

from nqpf_assets.catalog.series import SeriesCatalogue
from nqpf_assets.messages.problems import Problem

_UNKNOWN_NAME = re.compile(r"`([^`]+)`(?: is neither a series nor a variable|$)")
_OF_SERIES = ("expression", "unknown_series")


def with_id(problem: Problem, series: SeriesCatalogue) -> Problem:
    """The problem of an unknown name, with the id under which the catalogue has that printed name."""
    unknown = _UNKNOWN_NAME.match(problem.found) if problem.code in _OF_SERIES else None
    known = series.find(unknown[1]) if unknown else None
    if unknown is None or known is None or known == unknown[1]:
        return problem
    return replace(problem, remedy=f"write `{known}`, under which the catalogue has {unknown[1]}")
