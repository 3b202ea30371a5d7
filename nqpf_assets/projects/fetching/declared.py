"""What `sources.yaml` may say: files by their links, queries of the bureau's public data interface.

Nothing is fetched here. What a file does not say about itself may stand beside its link, as `nqpf add` takes
it; everything else goes into the file's card.
"""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from pydantic import Field, model_validator

from nqpf_assets.messages.problems import Refusal, Refused
from nqpf_assets.projects.added_files import is_vintage
from nqpf_assets.sources.raw_files import holds_data
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import project_document, read_project_yaml
from nqpf_assets.user_input.strict import Strict

NAME = "sources.yaml"
OLD_ADDRESS = "https://data.stats.gov.cn/easyquery.htm"
NEW_ADDRESS = "https://data.stats.gov.cn/dg/website/publicrelease/web/external/stream/esData"
Year = Annotated[int, Field(ge=1949, le=2100)]
Text = Annotated[str, Field(min_length=1)]
Address = Annotated[str, Field(pattern=r"^https?://[^\s/?#]+[^\s]*$")]


class FileSource(Strict):
    """A file by its link."""

    url: Address = Field(description="link to the file itself")
    publisher: Text | None = Field(None, description="who publishes it, where it does not say so")
    name: Text | None = Field(None, description="name of the file; default: the link's last part")
    series: Text | None = Field(None, description="what it measures, where it does not say so")
    unit: Text | None = Field(None, description="unit of numbers without")
    region: Text | None = Field(None, description="region of a file that names none")
    year: Year | None = Field(None, description="year of a table without")

    @model_validator(mode="after")
    def _has_a_name(self) -> FileSource:
        try:
            name = self.file_name
        except ValueError as error:  # [ without ]
            raise Refused([Refusal(("url",), "a link", str(error), "correct it")]) from None
        # The same letters that a folder may have, and no name that is passed over in raw/.
        if not is_vintage(name) or not holds_data(name):
            place = ("name",) if self.name else ("url",)
            expected = "a file name of at most 61 letters, digits, points and strokes"
            if is_vintage(name):
                expected = "the name of a file with numbers"
            found = f"`{name}`" if name else "a link that ends with none"
            raise Refused([Refusal(place, expected, found, "write `name: table.xls`")])
        return self

    @property
    def file_name(self) -> str:
        """The name of the file below `raw/`."""
        return self.name or unquote(urlsplit(self.url).path).rpartition("/")[2]


class BureauQuery(Strict):
    """A query of the bureau's public data interface, kept as one file of answers."""

    name: Annotated[str, Field(pattern=r"^\w[\w-]{0,50}$")] = Field(description="name of the file")
    interface: Literal["old", "new"] = Field(description="old (easyquery) or new (esData)")
    address: Address | None = Field(None, description="default: where the bureau has it")
    database: Literal["fsnd", "csnd", "hgnd"] | None = Field(
        None, description="old: provinces, cities or the nation, each by calendar year"
    )
    catalog: Text | None = Field(None, description="new: `cid` of the indicators")
    root: Text | None = Field(None, description="new: `rootId`")
    indicators: tuple[Text, ...] = Field(min_length=1, description="codes of the interface")
    regions: tuple[Text, ...] = Field(
        (),
        description="names or codes; default: all provinces; of cities needed, of the nation none",
    )
    first: Year = Field(description="first year")
    last: Year = Field(description="last year")

    @model_validator(mode="after")
    def _fits_together(self) -> BureauQuery:
        needed = {"old": ("database",), "new": ("catalog", "root")}[self.interface]
        other = {"new": ("database",), "old": ("catalog", "root")}[self.interface]
        refusals = [
            Refusal((), f"`{key}` of a query of the {self.interface} interface", "none", "add it")
            for key in needed
            if getattr(self, key) is None
        ]
        refusals += [
            Refusal((key,), f"no `{key}`: the {self.interface} interface has none",
                    f"`{key}: {getattr(self, key)}`", "remove it")
            for key in other
            if getattr(self, key) is not None
        ]  # fmt: skip
        if self.database == "hgnd" and self.regions:
            expected, found = "no `regions`: the database is national", "some"
            refusals.append(Refusal(("regions",), expected, found, "remove them"))
        if self.database == "csnd" and not self.regions:
            expected = "`regions`: the cities whose numbers are wanted"
            refusals.append(Refusal((), expected, "none", "list them"))
        if self.first > self.last:
            expected, found = f"a year up to {self.last}", f"`first: {self.first}`"
            refusals.append(Refusal(("first",), expected, found, "exchange the two"))
        if refusals:
            raise Refused(refusals)
        return self


class Sources(Strict):
    """Everything that `sources.yaml` may say."""

    pause: float = Field(2, ge=0.5, le=600, description="seconds between two requests")
    patience: float = Field(60, ge=1, le=600, description="seconds that a server may be silent")
    tries: int = Field(4, ge=1, le=10, description="so often is asked before a source is given up")
    files: tuple[FileSource, ...] = Field((), description="files by their links")
    bureau: tuple[BureauQuery, ...] = Field((), description="queries of the bureau's interface")

    @model_validator(mode="after")
    def _names_differ(self) -> Sources:
        seen: set[str] = set()
        for key, names in (("files", [one.url for one in self.files]),
                           ("bureau", [one.name for one in self.bureau])):  # fmt: skip
            for place, name in enumerate(names):
                if name in seen:
                    expected = "each source once"
                    raise Refused(
                        [Refusal((key, place), expected, f"`{name}` again", "remove one")]
                    )
                seen.add(name)
        return self


def load_sources(project: Project) -> Sources | None:
    """The sources of a project; None where it has no `sources.yaml`.

    Raises:
        InputError: every mistake in the file, with its line.
    """
    return read_project_yaml(project, NAME, Sources)


def line_of(project: Project, *place: str | int) -> str:
    """Where a source stands in the file."""
    document = project_document(project, NAME)
    return document.problem(place, "", "", "").where if document is not None else ""
