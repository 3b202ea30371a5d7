"""A project's settings, `nqpf.yaml` beside `raw/`: what is kept, which limits hold, what was accepted.

Every key has a default, and so the file need not exist. What a study computes does not belong here.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, Field, model_validator

from nqpf_assets.messages.problems import InputError, Problem, Refusal, Refused
from nqpf_assets.user_input.lined_yaml import LinedYaml, read_yaml
from nqpf_assets.user_input.model_messages import validate
from nqpf_assets.user_input.own_files import read_own
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.strict import Strict

Model = TypeVar("Model", bound=BaseModel)
CheckName = Literal[
    "magnitude",
    "totals",
    "series_break",
    "series_join",
    "remarkable_cell",
    "vintage_tie",
    "coverage",
    "rescaled",
    "weights",
    "results",
    "editions",
]
"""Checks whose findings can be accepted one by one."""


class Keep(Strict):
    """How much of the past stays readable; the newest publication always does."""

    publications: int | None = Field(
        24, ge=1, description="so many of the newest publications; null keeps all"
    )
    days: int | None = Field(
        None, ge=1, description="also all publications of so many days, whatever their number"
    )

    @model_validator(mode="after")
    def _days_are_beside_a_number(self) -> Keep:
        if self.publications is None and self.days is not None:
            expected, found = "`days` beside a number of publications", f"`days: {self.days}`"
            remedy = "remove it: without a number all are kept; or write `publications: 1`"
            raise Refused([Refusal(("days",), expected, found, remedy)])
        return self


class Limits(Strict):
    """Beyond these, what is new is not published before somebody has looked at it."""

    magnitude: float = Field(
        1.5,
        gt=1,
        description="a series that a vintage multiplies or divides by more than this in the median cell",
    )
    revision: float = Field(
        0.5, gt=0, description="warn of single cells revised by more than this share"
    )
    totals: float = Field(
        0.02, gt=0, description="warn where parts differ from their published total by this share"
    )
    totals_stop: float = Field(
        0.2, gt=0, description="stop where parts differ from their published total by this share"
    )
    coverage_loss: float = Field(
        0.05, ge=0, le=1, description="share of a study's published cells that may go missing"
    )
    weight_shift: float = Field(
        0.4,
        gt=0,
        le=1,
        description="change of an indicator's weight since the last publication, as a share of the larger of "
        "the two weights, or of an equal share among the indicators where that is larger",
    )

    @model_validator(mode="after")
    def _warns_before_it_stops(self) -> Limits:
        if self.totals > self.totals_stop:
            expected = f"a share of at most {self.totals_stop:g}, at which a refresh stops"
            found, remedy = f"`totals: {self.totals:g}`", "correct `totals` or `totals_stop`"
            at = "totals" if "totals" in self.model_fields_set else "totals_stop"
            raise Refused([Refusal((at,), expected, found, remedy)])
        return self


class Accepted(Strict):
    """A finding that somebody has looked at: it is told as a warning from then on."""

    check: CheckName = Field(description="name of the check, as the message gives it")
    about: str = Field(
        min_length=1, description="what it is about, as the message gives it; * stands for any text"
    )
    reason: str = Field(min_length=1, description="why it is right")
    date: dt.date = Field(description="day of the decision")

    @property
    def pattern(self) -> str:
        """`about` as a regular expression; nothing in it but * is more than it says."""
        return f"^{'.*'.join(map(re.escape, self.about.split('*')))}$"


Owner = Annotated[
    str, Field(pattern=r"^(team:[A-Za-z0-9_.-]+|[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,7})$")
]
MailAddress = Annotated[str, Field(pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+$")]


Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
"""Name of an environment variable; what it holds may be a secret, and so does not stand in a file."""

STORAGE = r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_][A-Za-z0-9_.=-]*)*/?$"
"""A place in object storage: no server, no key, nothing that another tool would read otherwise."""

Event = Literal["published", "held_back", "failed", "overdue", "not_sent"]
"""What somebody may want to be told."""


class AlertTarget(Strict):
    """Who is told what, by mail or by a request to an address."""

    on: tuple[Event, ...] = Field(
        ("held_back", "failed", "overdue", "not_sent"), min_length=1, description="what is told"
    )
    mail: tuple[MailAddress, ...] = Field(
        (), description="addresses; the server is named in the environment variable NQPF_SMTP"
    )
    webhook: Variable | None = Field(
        None, description="environment variable with the address that is sent JSON by POST"
    )

    @model_validator(mode="after")
    def _goes_somewhere(self) -> AlertTarget:
        if not self.mail and self.webhook is None:
            raise Refused(
                [
                    Refusal(
                        (),
                        "who is told: `mail: [address]`, or `webhook: NAME_OF_VARIABLE`",
                        "neither",
                        "add one of them, or remove the entry",
                    )
                ]
            )
        return self


class Settings(Strict):
    """Everything that `nqpf.yaml` may say."""

    keep: Keep = Field(Keep(), description="how many publications stay readable")
    limits: Limits = Field(Limits(), description="beyond which a refresh is held back")
    accept: tuple[Accepted, ...] = Field((), description="findings that somebody has looked at")
    owners: tuple[Owner, ...] = Field(
        (),
        description="who answers for the tables, in Dagster's pages: addresses, or `team:` and a name",
    )

    alerts: tuple[AlertTarget, ...] = Field(
        (), description="who is told of publications and of what went wrong"
    )
    history: str = Field(
        "file",
        pattern=r"^(file|[A-Z][A-Z0-9_]*)$",
        description="where Dagster keeps the runs: in a file of the project, or in the PostgreSQL database "
        "whose address is in the environment variable that is named here",
    )
    engine: Literal["embedded", "spark"] = Field(
        "embedded",
        description="what runs the queries from published cells to panels: `embedded`, this process, or "
        "Apache Spark",
    )
    site: bool | Literal["figures"] = Field(
        True,
        description="whether every publication writes its pages into warehouse/site/; `figures` draws "
        "figures as well",
    )

    storage: str | None = Field(
        None,
        pattern=STORAGE,
        description="bucket and prefix, as `s3://bucket/prefix`, to which every publication is copied as "
        "Parquet; the server and what opens it are in the environment",
    )

    def acceptance(self, check: str, about: str) -> Accepted | None:
        """The entry that accepts a finding, or None."""
        mine = (one for one in self.accept if one.check == check)
        return next((one for one in mine if re.search(one.pattern, about)), None)


def load_settings(project: Project) -> Settings:
    """The settings of a project; the defaults where it has no `nqpf.yaml`.

    Raises:
        InputError: every mistake in the file, with its line.
    """
    return read_project_yaml(project, "nqpf.yaml", Settings) or Settings()


def storage_problem(project: Project, expected: str, found: str, remedy: str) -> Problem:
    """A warning of what has not come to the storage that `nqpf.yaml` names, at its line."""
    try:
        document = project_document(project, "nqpf.yaml")
    except InputError:  # written anew meanwhile
        document = None
    where = str(document.place(("storage",))) if document is not None else "storage"
    return Problem("nqpf.yaml", where, expected, found, remedy, "warning", "storage")


def engine_problem(project: Project, found: str, remedy: str) -> Problem:
    """What keeps the engine that `nqpf.yaml` names from running, at its line."""
    expected = "Apache Spark, to run queries"
    document = project_document(project, "nqpf.yaml")
    if document is None:  # the file went away meanwhile
        return Problem("nqpf.yaml", "engine", expected, found, remedy, code="engine")
    return document.problem(("engine",), expected, found, remedy, "engine")


def read_project_yaml(project: Project, name: str, model: type[Model]) -> Model | None:
    """One YAML file at the root of a project; None where it is not there or empty.

    Raises:
        InputError: every mistake in the file, with its line.
    """
    document = project_document(project, name)
    if document is None:
        return None
    found, problems = validate(model, document)
    if problems or found is None:
        raise InputError(problems)
    return found


def project_document(project: Project, name: str) -> LinedYaml | None:
    """One YAML file at the root of a project with its lines; None where it is not there or empty.

    Raises:
        InputError: it cannot be read.
    """
    path = project.root / name
    if not (path.exists() or path.is_symlink()):
        return None
    content, wrong = read_own(path, name, within=project.root)
    if wrong is not None:
        raise InputError([wrong])
    try:
        document = read_yaml(content.decode("utf-8-sig"), name)
    except UnicodeDecodeError as error:
        raise InputError(
            [
                Problem(
                    file=name,
                    where="",
                    expected="text in UTF-8",
                    found=str(error),
                    remedy="save it as UTF-8",
                )
            ]
        ) from None
    if document.problems:
        raise InputError(document.problems)
    return None if document.data is None else document
