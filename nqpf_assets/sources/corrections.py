"""A project's `corrections.yaml`: single published values that are known to be wrong, with what is right.

Here the file is read. Which values it applies to is found in `stages.matched_corrections`;
`stages.corrections` makes `source.correction` of it. Nothing is changed in `source.observation`, which
stays as printed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from nqpf_assets.catalog.vintages import spelled
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.model_messages import validate
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import project_document
from nqpf_assets.user_input.strict import Strict

FILE = "corrections.yaml"


class Correction(Strict):
    """One cell whose published value is wrong."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="name of the correction, once")
    series: str = Field(min_length=1, description="id or printed name of the series")
    region: str = Field(min_length=1, description="name or code of the region")
    period: int = Field(ge=1000, le=9999, description="calendar year")
    vintage: Annotated[str, AfterValidator(spelled)] | None = Field(
        None, description="only this vintage; all where it is left out"
    )
    publisher: str | None = Field(None, description="only this publisher")
    expect: float = Field(
        allow_inf_nan=False, description="the value as printed, in the unit of the file"
    )
    value: float = Field(allow_inf_nan=False, description="the right value, in the same unit")
    reason: str = Field(min_length=1, description="why the printed value is wrong")
    source: str = Field(min_length=1, description="where the right value is from")
    date: dt.date = Field(description="day of the decision")

    @model_validator(mode="after")
    def _changes_something(self) -> Correction:
        if self.expect == self.value:
            raise ValueError("`value` is the same as `expect`")
        return self


class CorrectionFile(Strict):
    """Everything that `corrections.yaml` may say."""

    corrections: tuple[Correction, ...] = Field(description="list of corrections")


@dataclass(frozen=True)
class Corrections:
    """The corrections of a project, each with its place in the file."""

    entries: tuple[Correction, ...] = ()
    places: tuple[str, ...] = ()


def load_corrections(project: Project) -> Corrections:
    """The corrections of a project; none where it has no `corrections.yaml`.

    Raises:
        InputError: every mistake in the file, with its line.
    """
    document = project_document(project, FILE)
    if document is None:
        return Corrections()
    found, problems = validate(CorrectionFile, document)
    if problems or found is None:
        raise InputError(problems)
    places = tuple(
        str(document.place(("corrections", place))) for place in range(len(found.corrections))
    )
    first: dict[str, str] = {}
    twice = []
    for one, place in zip(found.corrections, places, strict=True):
        if first.setdefault(one.name, place) != place:
            twice.append(
                Problem(
                    file=FILE,
                    where=place,
                    expected="a name of its own",
                    found=f"`{one.name}`, as in {first[one.name]}",
                    remedy="give one of the two another name",
                    code="correction",
                )
            )
    if twice:
        raise InputError(twice)
    return Corrections(found.corrections, places)
