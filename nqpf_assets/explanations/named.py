"""What was asked for by name, found among what is published, or refused with what is near."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from nqpf_assets.explanations.published import PublishedStudy
from nqpf_assets.messages.problems import InputError, Problem, did_you_mean
from nqpf_assets.messages.shown_text import listed

T = TypeVar("T")
BRACKETS = "()（）[]【】〔〕 \u3000"


def refused(where: str, expected: str, found: str, remedy: str) -> InputError:
    """A name that means nothing here."""
    return InputError(
        [
            Problem(
                file="nqpf explain",
                where=where,
                expected=expected,
                found=found,
                remedy=remedy,
                code="explain",
            )
        ]
    )


def read_again(what: str, read: Callable[[], T]) -> T:
    """Options as they were published, read by this release.

    Raises:
        InputError: it cannot: they are of another release, or of a package that is gone.
    """
    from pydantic import ValidationError

    from nqpf_assets.indices.errors import IndicatorError

    try:
        return read()
    except (ValidationError, IndicatorError) as error:
        words = str(error).splitlines()
        raise refused(
            what,
            "options and cells from which this release can compute it again",
            "; ".join(words[:3]),
            "install the package that brings its method or estimator, or take the release that published it",
        ) from error


def plain_name(text: str) -> str:
    """A name without the differences that do not count: width, case, brackets and blanks around it."""
    return unicodedata.normalize("NFKC", text).casefold().strip(BRACKETS)


def found(asked: str, known: Mapping[str, T], what: str) -> T:
    """What a name stands for.

    Args:
        asked: as it was typed.
        known: name → what it stands for; several names may stand for one.
        what: in words, as ``a column of province.table_1``.

    Raises:
        InputError: nothing of the name, or several.
    """
    if asked in known:
        return known[asked]
    wanted = plain_name(asked)
    near = {name: one for name, one in known.items() if plain_name(name) == wanted}
    meant = [*near.values()]
    if meant and all(one == meant[0] for one in meant):
        return meant[0]
    if meant:
        raise refused(
            what,
            f"{what}, by one name",
            f"{asked}: {listed(sorted(near))}",
            "write it as it stands in the table",
        )
    remedy = did_you_mean(asked, known) or f"there are: {listed(list(known), 20) or 'none'}"
    raise refused(what, what, asked, remedy)


def units_of(study: PublishedStudy, asked: str) -> set[str]:
    """The units of a study that an id or a name may mean; none where it is no unit's."""
    wanted, known = plain_name(asked), study.units_called
    near = (units for name, units in known.items() if plain_name(name) == wanted)
    return known.get(asked) or set().union(*near)


def unit_of(study: PublishedStudy, asked: str) -> str:
    """The unit of a study that an id or a name in Chinese or English means.

    Raises:
        InputError: none, or several.
    """
    units, what = units_of(study, asked), f"a unit of the study {study.name}"
    if len(units) == 1:
        return next(iter(units))
    if units:
        raise refused(
            what,
            f"{what}, by a name that only one bears",
            f"{asked}: {listed(sorted(units))}",
            "write its id",
        )
    names = [row["unit_name"] or key for key, row in study.units.items()]
    raise refused(
        what,
        what,
        asked,
        did_you_mean(asked, study.units_called) or f"there are: {listed(names, 12)}",
    )


def period_of(study: PublishedStudy, asked: str, years: Iterable[int]) -> int:
    """A year that has rows.

    Raises:
        InputError: no year, or one without rows.
    """
    known = sorted(set(years))
    said = unicodedata.normalize("NFKC", asked).strip().removesuffix("年")
    year = int(said) if said.isdecimal() and len(said) < 6 else None
    if year in known:
        return int(said)
    there = f"{known[0]}–{known[-1]}" if known else "none"
    raise refused(
        f"a year of the study {study.name}", f"a year: {there}", asked, "name one of these years"
    )
