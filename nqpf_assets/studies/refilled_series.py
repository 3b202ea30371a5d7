"""Series whose gaps are filled by another rule than the study's: further versions, under names of their own.

`gdp@linear/nearest` is the published series `gdp` with gaps on a line and ends repeated, whatever the study
says of gaps. Columns with an `interpolation` read such series (`prepared_names`); a name says all of it, so
that formulas, cells and provenance need nothing beside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import get_args

from nqpf_assets.studies.gap_filling import EndRule, GapRule, Interpolation
from nqpf_assets.studies.spec import Study

VERSION = rf"@({'|'.join(get_args(GapRule))})/({'|'.join(get_args(EndRule))})$"
"""The end of such a name, as a pattern; SQL files have it in words."""
_NAME = re.compile(rf"(.+){VERSION}")


def refilled(series: str, rule: Interpolation) -> str:
    """The name of a series that is filled by this rule."""
    return f"{series}@{rule.method}/{rule.ends}"


def published(series: str) -> str:
    """The published series behind a name; that itself where it is none of another rule."""
    found = _NAME.fullmatch(series)
    return series if found is None else found[1]


def rule_of(series: str) -> Interpolation | None:
    """The rule that a name says; None of a series that is filled as the study says."""
    found = _NAME.fullmatch(series)
    return (
        None
        if found is None
        else Interpolation.model_validate({"method": found[2], "ends": found[3]})
    )


def is_filled_otherwise(study: Study, series: str, rule: Interpolation) -> bool:
    """Whether a rule in place of the study's fills a series otherwise; what is said of it by name stays."""
    own, other = study.sources.series.get(series), study.interpolation
    is_named = own is not None and own.interpolate is not None
    gaps = not is_named and rule.method != other.method
    ends_named = own is not None and (own.ends is not None or own.interpolate is False)
    return gaps or (not ends_named and rule.ends != other.ends)


def versions(series: Iterable[str]) -> dict[str, str]:
    """Names that stand for another rule → the published series behind each."""
    return {one: behind for one in series if (behind := published(one)) != one}
