"""Go through the list of `sources.yaml`: ask, gather, and take what is new.

One source that cannot be had is told and stops no other. What an interrupted run gathered stays in
`warehouse/fetch/`, and the next one goes on from there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.catalog.names import near_names
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import Problem
from nqpf_assets.projects.fetching.answers import NotHad
from nqpf_assets.projects.fetching.arrived import Arrival, take
from nqpf_assets.projects.fetching.begun import Mark
from nqpf_assets.projects.fetching.bureau import (
    Request,
    answer_of,
    requests_of,
    unknown_regions,
)
from nqpf_assets.projects.fetching.declared import (
    NAME,
    BureauQuery,
    FileSource,
    Sources,
    line_of,
)
from nqpf_assets.projects.fetching.polite import Guest
from nqpf_assets.projects.fetching.remembered import Notes, Remembered, said_of
from nqpf_assets.sources.card_draft import BUREAU
from nqpf_assets.sources.said import Said
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse import lock

_FOUND_CHANGED = "look whether it moved, or its form changed; nothing of it was taken"


@dataclass(frozen=True)
class Fetched:
    """What became of one source: its name, and the file or the problems."""

    name: str
    arrival: Arrival


@dataclass
class Fetching:
    """One run.

    Attributes:
        told: is given what an author should know, in words.
        doing: is given what is asked for next.
        advance: is called after each request.
    """

    project: Project
    sources: Sources
    catalogue: Catalogue
    told: Callable[[str], None]
    doing: Callable[[str], None]
    advance: Callable[[], None]

    def __post_init__(self) -> None:
        sources = self.sources
        self.guest = Guest(sources.pause, sources.patience, sources.tries, self.told)
        self.today = dt.datetime.now(dt.UTC).date()

    @property
    def n_requests(self) -> int:
        """How many requests there will be, if each is answered."""
        queries = (requests_of(one, self.catalogue.regions) for one in self.sources.bureau)
        return len(self.sources.files) + sum(map(len, queries))

    def run(self) -> Iterator[Fetched]:
        """Each source with what became of it.

        Raises:
            WarehouseBusy: another process fetches; the two would gather the same files.
        """
        lock.hold(self.project, lock.FETCH)
        try:
            self.notes = Notes(self.project)
            yield from self._each()
        finally:
            lock.release(self.project, lock.FETCH)

    def _each(self) -> Iterator[Fetched]:
        for place, file in enumerate(self.sources.files):
            yield self._held(file.url, ("files", place, "url"), partial(self._file, file))
        for place, query in enumerate(self.sources.bureau):
            unknown = unknown_regions(query, self.catalogue.regions)
            if unknown:
                problems = tuple(self._no_region(query, place, n) for n in unknown)
                yield Fetched(query.name, Arrival(problems=problems))
            else:
                at = ("bureau", place, "name")
                yield self._held(query.name, at, partial(self._query, query))

    def _held(self, name: str, place: tuple[Any, ...], work: Callable[[], Arrival]) -> Fetched:
        """What a source gives, its failure told at its line."""
        where = line_of(self.project, *place)
        try:
            arrival = work()
        except NotHad as error:
            problem = Problem(NAME, where, name, str(error), _FOUND_CHANGED, code="fetch")
            return Fetched(name, Arrival(problems=(problem,)))
        except OSError as error:
            remedy = "look at space and permissions of raw/ and warehouse/"
            found = error.strerror or str(error)
            return Fetched(
                name,
                Arrival(problems=(Problem(NAME, where, name, found, remedy, code="fetch"),)),
            )
        told = (
            replace(one, file=NAME, where=where, found=f"{one.found} ({name})", code="fetch")
            for one in arrival.problems
        )
        return Fetched(name, replace(arrival, problems=tuple(told)))

    def _file(self, one: FileSource) -> Arrival:
        folder = self._gathered(one.url)
        last = self.notes.of.get(one.url)
        standing = self.notes.standing(one.url)
        known = Mark(standing.etag, standing.modified) if standing else None
        gathered = folder / one.file_name
        self.doing(one.url)
        mark = self.guest.download(one.url, gathered, known)
        self.advance()
        if mark is None and standing is not None:
            return Arrival(standing.path, sha256=standing.sha256)
        said = Said(
            one.publisher or "",
            one.series or "",
            one.unit or "",
            one.region or "",
            one.year,
            self.today,
        )
        return self._taken(one.url, gathered, said, one.url, last, mark or Mark())

    def _query(self, query: BureauQuery) -> Arrival:
        key = f"{query.name} {hashlib.sha256(query.model_dump_json().encode()).hexdigest()[:16]}"
        folder = self._gathered(f"{key} {self.today}")
        requests = requests_of(query, self.catalogue.regions)
        answers, without = [], 0
        for number, request in enumerate(requests):
            answer = self._answer(query, request, folder / f"{number}.answer")
            self.advance()
            if answer is None:
                without += 1
            else:
                answers.append({"request_body": request.body, "response": answer})
        if not answers:
            raise NotHad(f"no data for any of {counted(len(requests), 'requests')}")
        if without:
            self.told(
                f"{query.name}: no data for {without} of {counted(len(requests), 'requests')}"
            )
        gathered = folder / f"{query.name}.json"
        gathered.write_text(json.dumps(answers, ensure_ascii=False, indent=1), "utf-8")
        said = Said(BUREAU, accessed=self.today, region="全国" if query.database == "hgnd" else "")
        last = self.notes.of.get(key)
        return self._taken(key, gathered, said, requests[0].address, last, Mark())

    def _answer(self, query: BureauQuery, request: Request, kept: Path) -> Any | None:
        """An answer, taken from what an interrupted run of today had gathered if it is there."""
        with suppress(OSError, ValueError):
            return json.loads(kept.read_text("utf-8"))
        self.doing(f"{query.name}: {request.about}")
        try:
            answer = answer_of(self.guest.ask(request.address, **request.sent), query)
        except NotHad as error:
            raise NotHad(f"{request.about}: {error}") from None
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(".part")
        beside.write_text(json.dumps(answer, ensure_ascii=False), "utf-8")
        beside.replace(kept)
        return answer

    def _taken(
        self, key: str, path: Path, said: Said, url: str, last: Remembered | None, mark: Mark
    ) -> Arrival:
        arrival = take(self.project, path, said, url, last, self.catalogue)
        if arrival.note:
            self.told(f"{arrival.shown}: {arrival.note}")
        if not arrival.problems:
            own = said_of(said) if arrival.is_new or last is None else last.said
            found = Remembered(arrival.shown, arrival.sha256, mark.etag, mark.modified, own)
            self.notes.keep(key, found)
        shutil.rmtree(path.parent, ignore_errors=True)
        return arrival

    def _gathered(self, key: str) -> Path:
        """The folder in which a source is gathered."""
        name = hashlib.sha256(key.encode()).hexdigest()[:16]
        return self.project.warehouse / "fetch" / name

    def _no_region(self, query: BureauQuery, place: int, n: int) -> Problem:
        name = query.regions[n]
        near = ", ".join(near_names(name, self.catalogue.regions.unit_codes))
        remedy = f"near it: {near}" if near else "write its code or name: `nqpf help catalog`"
        where = line_of(self.project, "bureau", place, "regions", n)
        return Problem(NAME, where, "a region with a code of GB/T 2260", f"`{name}`", remedy)
