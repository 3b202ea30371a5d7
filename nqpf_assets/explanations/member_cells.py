"""A region of which units consist, asked for itself: a county of a study of prefectures.

It has cells of the series that are put together, and of those that weigh them, and no others: whoever asks
for more is told which unit it is in.
"""

from __future__ import annotations

from dataclasses import replace

from nqpf_assets.explanations.cells import Cells
from nqpf_assets.explanations.named import period_of, plain_name, refused
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.walk import Stop
from nqpf_assets.messages.problems import InputError
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.studies.refilled_series import published

_CALLED = """
    SELECT DISTINCT r.unit_code, r.region_code, r.name, r.short_name, r.name_en, r.names
    FROM {study}.member AS m INNER JOIN catalog.region AS r ON r.unit_code = m.member
    WHERE m.member <> m.unit"""
_TAKEN = """
    SELECT DISTINCT unit, variable FROM {study}.filled_from
    WHERE made_as = 'aggregated_from' AND from_series = ? AND from_unit = ? AND from_period = ?
    ORDER BY ALL"""
_WITHIN = """
    SELECT DISTINCT unit, first_period, last_period FROM {study}.member WHERE member = ?
    ORDER BY first_period"""


def member_called(study: PublishedStudy, asked: str) -> str | None:
    """The region that a code or a name means among those of which units consist; None where it is none.

    Raises:
        InputError: several bear the name.
    """
    if not study.has("member", "member"):
        return None
    wanted = plain_name(asked)
    found = {row["unit_code"] for row in study.rows(_CALLED) if wanted in _names(row)}
    if len(found) > 1:
        what = f"a region of which the units of {study.name} consist, by a name that only one bears"
        named = sorted(_words(study, one) for one in found)
        raise refused(what, what, f"{asked}: {listed(named)}", "write its code")
    return next(iter(found), None)


def member_walk(study: PublishedStudy, series: str, member: str, asked: str) -> Stop:
    """The published cell of a series in a region of which units consist, and which units take it.

    Raises:
        InputError: it is no series that is put together or weighs, or no year of it.
    """
    if study.variables[series]["role"] != "series":
        raise _only_of_series(study, series, member)
    cells = study.rows(
        "SELECT DISTINCT period FROM {study}.reported_cell WHERE variable = ? AND unit = ?",
        [series, member],
    )
    if not cells:
        raise _only_of_series(study, series, member)
    years = {*study.periods.years, *(row["period"] for row in cells)}
    period = period_of(study, asked, years)
    stop = Cells(study, [series], {member}).of_member((series, member, period))
    words = "no value was published"
    if stop.value is not None:
        taken = study.rows(_TAKEN, [series, member, period])
        into = [f"{row['variable']} of {_words(study, row['unit'])}" for row in taken]
        words = f"enters {listed(into) or 'no value of a unit'}"
    return replace(stop, text=f"{study.series[series]['title']}: {words}")


def _only_of_series(study: PublishedStudy, name: str, member: str) -> InputError:
    """That only series have cells of a region in a unit, with where to ask."""
    within = study.rows(_WITHIN, [member])
    years = [
        _words(study, row["unit"])
        + (f" until {row['last_period']}" if row["last_period"] < study.periods.last else "")
        for row in within
    ]
    own = study.rows(
        "SELECT DISTINCT variable FROM {study}.reported_cell WHERE unit = ? ORDER BY 1", [member]
    )
    names = dict.fromkeys(published(row["variable"]) for row in own)
    series = listed([f"`{name}`" for name in names]) or "none"
    return refused(
        f"{study.name}.{name}",
        f"a unit of the study {study.name}",
        f"{_words(study, member)}, which is in {listed(years)}",
        f"ask that unit; of itself it has the published cells of {series}",
    )


def _names(row: Row) -> set[str]:
    names = (row["region_code"], row["name"], row["short_name"], row["name_en"])
    return {plain_name(name) for name in (*names, *(row["names"] or "").split("|")) if name}


def _words(study: PublishedStudy, unit: str) -> str:
    """A region as it is told: its name and code."""
    return f"{study.unit_names.get(unit, unit)} {unit}"
