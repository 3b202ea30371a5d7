"""The rule by which answers become series: a YAML file of its own, kept with the project.

Each series is a mean or a share of answers, or the score of a scale of several items.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from nqpf_assets.messages.problems import InputError, Problem, Refusal, Refused
from nqpf_assets.user_input.lined_yaml import LinedYaml, read_yaml
from nqpf_assets.user_input.model_messages import validate
from nqpf_assets.user_input.own_files import read_own
from nqpf_assets.user_input.strict import Strict

Text = Annotated[str, Field(min_length=1)]
Code = float | str
Year = Annotated[int, Field(ge=1949, le=2100)]
LEAST = 3
"""Respondents below which no rule may publish a cell."""


def _number_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class SurveySeries(Strict):
    """One series: `mean`, `share` with `of`, or `scale`."""

    mean: Text | None = Field(None, description="column whose answers are averaged")
    share: Text | None = Field(
        None, description="column of which the share of some answers is taken"
    )
    of: tuple[Code, ...] = Field((), description="with share: answers that count, codes or labels")
    scale: tuple[Text, ...] = Field((), description="columns of the items of a scale")
    reversed: tuple[Text, ...] = Field((), description="items that are worded the other way")
    range: tuple[float, float] | None = Field(
        None, description="lowest and highest answer; with scale needed"
    )
    score: Literal["mean", "sum"] = Field("mean", description="with scale: of the items")
    at_least: int | None = Field(
        None,
        ge=1,
        description="with scale: items that a respondent must have answered; default: all",
    )
    unit: Text = Field("无", description="unit of a mean or score; a share is in %")

    @model_validator(mode="after")
    def _is_one_thing(self) -> SurveySeries:
        kinds = [key for key in ("mean", "share", "scale") if getattr(self, key)]
        if len(kinds) != 1:
            found = " and ".join(f"`{key}`" for key in kinds) or "none of them"
            raise Refused([Refusal((), "one of `mean`, `share`, `scale`", found, "keep one")])
        kind, said = kinds[0], self.model_fields_set
        fitting = {
            "of": "share", "reversed": "scale", "score": "scale", "at_least": "scale",
        }  # fmt: skip
        wrong = [
            Refusal(
                (key,), f"no `{key}` of a {kind}", f"`{key}`", f"remove it: it goes with {other}"
            )
            for key, other in fitting.items()
            if key in said and kind != other
        ]
        if kind == "share":
            wrong += [
                Refusal((key,), f"no `{key}` of a share", f"`{key}`", "remove it")
                for key in ("unit", "range")
                if key in said
            ]
            if not self.of:
                wrong.append(Refusal(("share",), "`of`: the answers that count", "none", "add it"))
        if kind == "scale":
            wrong += self._wrong_scale()
        if self.range is not None and not self.range[0] < self.range[1]:
            wrong.append(
                Refusal(("range",), "the lowest answer first", f"{self.range}", "correct it")
            )
        if wrong:
            raise Refused(wrong)
        return self

    def _wrong_scale(self) -> list[Refusal]:
        wrong = []
        if len({*self.scale}) < 2 or len({*self.scale}) != len(self.scale):
            expected = "two items or more, each once"
            wrong.append(Refusal(("scale",), expected, ", ".join(self.scale), "correct them"))
        if self.range is None:
            expected = "`range`: the lowest and highest answer of an item"
            wrong.append(Refusal(("scale",), expected, "none", "add it, for instance [1, 5]"))
        for name in self.reversed:
            if name not in self.scale:
                wrong.append(
                    Refusal(("reversed",), "items of the scale", f"`{name}`", "correct it")
                )
        if self.at_least is not None and self.at_least > len(self.scale):
            expected = f"at most {len(self.scale)}, the items of the scale"
            wrong.append(Refusal(("at_least",), expected, f"{self.at_least}", "correct it"))
        return wrong


class Survey(Strict):
    """Everything that a rule says."""

    file: Annotated[str, Field(pattern=r"^[^\x00-\x1f]+$")] = Field(
        description="the file of respondents, relative to this one; outside of raw/"
    )
    publisher: Text = Field(description="who made the survey")
    title: Text = Field(description="what it is called")
    status: Literal["survey", "synthetic"] = Field("survey", description="survey or synthetic")
    sheet: Text | None = Field(None, description="of a workbook; default: the only one with cells")
    region: Text = Field(description="column with the region's name or code")
    year: Year | Text = Field(description="column with the year, or the year of all respondents")
    weight: Text | None = Field(None, description="column with the weight; default: all the same")
    strata: Text | None = Field(None, description="column with the stratum of the sample")
    clusters: Text | None = Field(
        None, description="column with the primary sampling unit; default: each respondent"
    )
    missing: tuple[Code, ...] = Field(
        (), description="answers that are none, codes or labels, in all columns of answers"
    )
    minimum: int = Field(
        10, ge=LEAST, description="respondents of a region and year below which nothing is written"
    )
    series: dict[Annotated[Text, BeforeValidator(_number_as_text)], SurveySeries] = Field(
        min_length=1, description="name of each series"
    )

    @model_validator(mode="after")
    def _names_are_their_own(self) -> Survey:
        taken = {f"{name}{end}": name for name in self.series for end in ("_se", "_n")}
        refusals = [
            Refusal(("series", name), "a name of its own",
                    f"`{name}`, which `{taken[name]}` gives rise to", "rename one of the two")
            for name in self.series
            if name in taken
        ]  # fmt: skip
        if refusals:
            raise Refused(refusals)
        return self


def load_survey(path: Path) -> tuple[Survey, LinedYaml]:
    """The rule in a file, with its lines.

    Raises:
        InputError: every mistake in it.
    """
    content, wrong = read_own(path, str(path))
    if wrong is not None:
        raise InputError([wrong])
    try:
        document = read_yaml(content.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        problem = Problem(str(path), "", "text in UTF-8", str(error), "save it as UTF-8")
        raise InputError([problem]) from None
    if document.problems:
        raise InputError(document.problems)
    found, problems = validate(Survey, document)
    if found is None or problems:
        raise InputError(problems)
    return found, document
