"""What all mediations are told alike: what their bootstrap draws whole, and what a mediator cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from nqpf_assets.messages.problems import Refusal
from nqpf_assets.studies.draws import Draws
from nqpf_assets.studies.equation import OWN_KEYS, Equation
from nqpf_assets.studies.least_squares_covariances import LEAST_SQUARES
from nqpf_assets.studies.refused_variables import is_outcome
from nqpf_assets.user_input.strict import Name, Strict

if TYPE_CHECKING:
    from nqpf_assets.studies.relations import Relations

Path = tuple[str | int, ...]


class DrawnPaths(Strict):
    """How the effects of paths are drawn."""

    draws: Draws = Field(5000, description="bootstrap draws of whole units; 0 for none")
    resample: Name | None = Field(
        None,
        description="what is drawn whole: `unit` or a grouping; where left out what standard "
        "errors are clustered by, and otherwise the unit",
    )


def drawn_whole(column: Equation) -> str:
    """What the bootstrap draws whole: ``unit`` or a grouping."""
    asked, groupings = column.options(DrawnPaths).resample, groupings_of(column)
    if asked is not None:
        return asked
    return groupings[0] if len(groupings) == 1 else "unit"


def groupings_of(column: Equation) -> list[str]:
    """Groupings that standard errors are clustered by."""
    return [key for key in column.vcov.by if key not in OWN_KEYS]


def resampled(column: Equation) -> str | None:
    """What is drawn whole, of a column that draws."""
    return drawn_whole(column) if column.options(DrawnPaths).draws else None


def refused_draws(column: Equation, block: str) -> Iterator[Refusal]:
    """What a column cannot say of its draws.

    Args:
        block: the key of its options.
    """
    options = column.options(DrawnPaths)
    if options.resample is not None and not options.draws:
        yield Refusal(
            (block, "resample"),
            "draws",
            "`resample` with `draws: 0`, which draws nothing",
            "remove it, or ask for draws",
        )
    if options.resample == "period":
        yield Refusal(
            (block, "resample"),
            "`unit` or a grouping",
            "`period`",
            "units are drawn with all their years",
        )
    errors = LEAST_SQUARES.get(column.vcov.type)  # others are refused
    is_clustered = errors is not None and errors.most_keys
    by = column.vcov.by if is_clustered else ("unit",)
    is_open = by == ("period",) or len(groupings_of(column)) > 1
    if options.draws and options.resample is None and is_open:
        yield Refusal(
            ("vcov", "by"),
            f"`{block}: {{resample: …}}` beside these clusters",
            f"`by: [{', '.join(by)}]`, which does not say what the bootstrap draws whole",
            f"write `resample: unit` or a grouping into `{block}`, or `draws: 0`",
        )


def refused_name(column: Equation, at: Path, name: str, what: str) -> Iterator[Refusal]:
    """A mediator or moderator that stands in the equation already, or is its outcome.

    Args:
        what: ``mediator``.
    """
    if name in (*column.regressors, *column.controls):
        yield Refusal(
            at,
            "a variable outside of the equation",
            f"the {what} {name} is added to the equation by itself",
            "remove it from regressors and controls",
        )
    if name == column.outcome:
        yield is_outcome(at, name)


def mediated(of: Relations, mediators: dict[Path, str]) -> Iterator[Refusal]:
    """Something is left of treatment and mediators, which are made of nothing in the equation.

    Args:
        mediators: place → name, in their order: each is held against those before it as well.
    """
    if of.column.regressors:
        yield from of.nothing_left(("regressors", 0), of.column.regressors[0], "a treatment")
    what, others = "a mediator", [*of.terms]
    for at, name in mediators.items():
        if name in (of.outcome, *others):
            return  # told where the column is held against itself
        told = [
            *of.nothing_left(at, name, what),
            *of.made_of(at, name, [of.outcome], what),
            *of.repeats(at, name, others, what),
            *of.repeats(at, name, [of.outcome, *others], what, as_read=True),
        ]
        yield from told[:1]
        others.append(name)
