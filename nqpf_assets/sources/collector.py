"""Walk ``raw/`` and collect every observation, each with the file and the place it stands at.

Names are matched and units recognised here, values are left as printed. All that is wrong in
any file is collected in one run. Where a card says something else than its file is checked
in `agreement`, what a cell resolves to in `observations`, and finished files are remembered
in `cache`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import polars as pl

from nqpf_assets.catalog.catalogue import Catalogue
from nqpf_assets.catalog.table_frames import shape_of
from nqpf_assets.catalog.vintages import spelled
from nqpf_assets.formats.recognise import read
from nqpf_assets.messages.problems import Problem
from nqpf_assets.sources.accepted import labels_alone, unneeded
from nqpf_assets.sources.cache import FileContent, ReadCache, key_of_reading
from nqpf_assets.sources.card import OriginCard
from nqpf_assets.sources.card_files import (
    FolderCards,
    LoadedCard,
    is_card,
    load_cards,
)
from nqpf_assets.sources.collected_rows import CollectedRows
from nqpf_assets.sources.collected_weights import CollectedWeights
from nqpf_assets.sources.collection import FILE, OBSERVATION, Collection
from nqpf_assets.sources.file_rows import file_id, file_row
from nqpf_assets.sources.hashed_content import Content, ContentsRead, Moved, Refused
from nqpf_assets.sources.one_file import read_file, series_named
from nqpf_assets.sources.raw_files import RawFile, files_at, walk
from nqpf_assets.sources.raw_state import RawState, finished_names
from nqpf_assets.sources.read_ahead import ReadAhead, read_into, unread
from nqpf_assets.sources.unit_weights import read_weights_file
from nqpf_assets.sources.unreadable_files import (
    missing_card,
    no_vintage,
    same_meaning,
    wrong_content,
)


def collect(
    raw: Path,
    catalogue: Catalogue,
    *,
    cache: Path | None = None,
    state: RawState | None = None,
    ahead: ReadAhead | None = None,
) -> Collection:
    """Everything that the files under `raw` say.

    Args:
        raw: the folder ``raw/`` of a project.
        catalogue: the regions and series of the project.
        cache: folder for what was read, so that an unchanged file is not read again.
        state: the files by content as a plan saw them; what is no longer that is left out.
        ahead: lets others read files before their turn, with a cache and a state; None reads all here.
    """
    if not raw.is_dir():
        missing = Problem(
            file=raw.name,
            where="",
            expected="a folder with raw files",
            found="no such folder",
            remedy="put files under raw/<publisher>/<vintage>/, each with its card",
            code="no_raw",
        )
        return _Collector(catalogue, ReadCache(None), [missing], state).finish()
    files, problems = walk(raw, raw.name)
    kept = ReadCache(cache)
    collection = _Collector(catalogue, kept, problems, state, ahead).add(files).finish()
    kept.prune()
    return collection


def check_paths(paths: Iterable[Path], catalogue: Catalogue, *, root: Path) -> Collection:
    """What `collect` would say about these files and folders alone; nothing is kept.

    Args:
        paths: raw files, cards, or folders of them.
        catalogue: the regions and series of the project.
        root: the project's folder; paths inside it are shown relative to it.
    """
    files, problems = files_at(paths, root)
    return _Collector(catalogue, ReadCache(None), problems).add(files).finish()


class _Collector:
    """Files and observations as they come in, and everything that is wrong with them."""

    def __init__(
        self,
        catalogue: Catalogue,
        cache: ReadCache,
        problems: list[Problem],
        state: RawState | None = None,
        ahead: ReadAhead | None = None,
    ) -> None:
        self.catalogue, self.cache, self.problems = catalogue, cache, list(problems)
        self.ahead = ahead
        self.state, self.read = state, ContentsRead(state)
        self.cards: dict[Path, FolderCards] = {}
        self.first: dict[str, tuple[RawFile, OriginCard | None]] = {}
        self.also_at: dict[str, list[str]] = {}
        self.rows: list[dict[str, object]] = []
        self.observations = CollectedRows()
        self.n_read = 0
        self.refused: set[str] = set()
        self.contents: list[tuple[LoadedCard, FileContent]] = []
        self.weights = CollectedWeights()

    def add(self, files: list[RawFile]) -> _Collector:
        """Read the files, which come sorted by path."""
        names: dict[Path, list[RawFile]] = {}
        for file in files:
            names.setdefault(file.path.parent, []).append(file)
        for folder, inside in names.items():
            shown = inside[0].shown.rpartition("/")[0] or "."
            present = [path.name for path in folder.iterdir() if not is_card(path.name)]
            waiting = self.state.waiting if self.state else frozenset()
            self.cards[folder] = load_cards(folder, shown, finished_names(present), waiting)
            self.problems += self.cards[folder].problems
            self.refused.update(map(self.catalogue.series.id_for, self.cards[folder].words))
        if self.ahead is not None and self.cache.folder is not None:
            self._read_ahead(self.ahead, self.cache.folder, files)
        for file in files:
            try:
                self._add(file)
            except Refused as refused:
                self.read.refuse(file)
                self.problems.append(refused.problem)
        return self

    def _read_ahead(self, ahead: ReadAhead, folder: Path, files: list[RawFile]) -> None:
        """Let others read what is new; what they do not read is read in its turn."""
        hashes = self.state.hashes if self.state is not None else {}
        loaded = (self.cards[file.path.parent].cards.get(file.path.name) for file in files)
        found = unread(zip(files, loaded, strict=True), hashes, self.cache, self.catalogue)
        if found:
            ahead(partial(read_into, folder, self.catalogue), [*found.values()])
            self.n_read += sum(map(self.cache.has, found))

    def _add(self, file: RawFile) -> None:
        """Read a file as it was seen; if it is another by now, as it was last built, or not at all."""
        for content in self.read.contents(file):
            try:
                self._add_content(file, content)
            except Moved:
                self.first.pop(content.sha256, None)
            else:
                self.read.keep(file, content)
                return
        self.problems += self.read.leave_out(file)

    def _add_content(self, file: RawFile, content: Content) -> None:
        sha256 = content.sha256
        folder = self.cards[file.path.parent]
        loaded = folder.cards.get(file.path.name)
        if sha256 in self.first:
            self._add_again(file, loaded, sha256)
            return
        self.first[sha256] = (file, loaded.card if loaded else None)
        if loaded is None:
            reading = read(content.read(), file=file.shown)
            self.refused.update(series_named(reading, None, self.catalogue))
            if file.path.name not in folder.described:
                self.problems += missing_card(file, reading, sha256)
            return
        problem = wrong_content(loaded, sha256, file) or no_vintage(loaded, file)
        if problem is not None:
            self.problems.append(problem)
            card = loaded.card
            reading = read(
                content.read(),
                file=file.shown,
                layout=card.layout,
                columns=card.columns,
                years=card.years,
            )
            self.refused.update(series_named(reading, card, self.catalogue))
            return
        found = self._found(file, content, loaded)
        self.problems += found.problems
        self.contents.append((loaded, labels_alone(loaded, found)))
        self.refused.update(found.refused)
        if any(problem.severity == "error" for problem in found.problems):
            return
        vintage = spelled(loaded.card.vintage or file.vintage or "")
        self.rows.append(file_row(file, sha256, loaded.card, vintage, found))
        # One value throughout each, which takes no room until frames are put together.
        same = {"vintage": pl.lit(vintage), "file_id": pl.lit(file_id(sha256))}
        names = shape_of(OBSERVATION).names()
        columns = [same[name].alias(name) if name in same else pl.col(name) for name in names]
        for part in found.each():
            self.observations.add(part.select(columns), is_large=found.aside is not None)

    def _found(self, file: RawFile, content: Content, loaded: LoadedCard) -> FileContent:
        """What the file says; weights, which are small beside observations, are read every time."""
        if loaded.card.weights is not None:
            found, weights = read_weights_file(content.read(), loaded, self.catalogue, file.shown)
            if weights is not None:
                self.weights.add(file.shown, content.sha256, loaded, weights)
            return found
        key = key_of_reading(content.sha256, file.shown, loaded, self.catalogue)
        kept = self.cache.get(key)
        if kept is None:
            kept = read_file([content.handed_over()], loaded, self.catalogue, file.shown)
            self.n_read += 1
            self.cache.put(key, kept)
        return kept

    def _add_again(self, file: RawFile, loaded: LoadedCard | None, sha256: str) -> None:
        """The same content at another place: one file, unless the cards differ."""
        first, card = self.first[sha256]
        self.also_at.setdefault(sha256, []).append(file.shown)
        same = loaded is None or card is None or same_meaning(loaded.card, card)
        self.problems.append(
            Problem(
                file=file.shown,
                where="",
                expected="a content that stands once in raw/",
                found=f"the same bytes as {first.shown}" + ("" if same else ", under another card"),
                remedy="remove one of the two"
                + (" when convenient; it is read once" if same else ""),
                severity="warning" if same else "error",
                code="same_content",
            )
        )

    def finish(self) -> Collection:
        """Put the files together, each cell once."""
        for row in self.rows:
            row["also_at"] = "; ".join(self.also_at.get(str(row["sha256"]), ())) or None
        files = pl.DataFrame(self.rows, schema=shape_of(FILE))
        empty = pl.DataFrame(schema=shape_of(OBSERVATION))
        paths = dict(files.select("file_id", "path").iter_rows())
        told = {*self.problems, *unneeded(self.contents), *self.weights.problems()}
        observations, conflicts = self.observations.settled(empty, paths, self.catalogue.series)
        told.update(conflicts)
        return Collection(
            files,
            observations,
            tuple(sorted(told)),
            self.n_read,
            self.read.state(),
            frozenset(self.refused),
            self.weights.links(),
            self.weights.units(),
        )
