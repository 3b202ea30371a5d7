"""`nqpf refresh --plan`: what would be built and why, to the file and the entry of a study file."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from nqpf_assets.exports.terminal import out, plain
from nqpf_assets.exports.told_problems import tell_problems
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    from nqpf_assets.projects.opened import OpenedProject
    from nqpf_assets.publications.outlook import Outlook
    from nqpf_assets.steps.fingerprint import Change

MOST_READ, MOST_BYTES = 20, 20_000_000
"""So many new files are read to say which studies they concern; more would take as long as building."""


def show_plan(project: Project, only: Collection[str]) -> int:
    """What a refresh would build, and why."""
    from nqpf_assets.projects.opened import open_project
    from nqpf_assets.publications.outlook import outlook_of

    seen = outlook_of(open_project(project, only), only)
    tell_problems(seen.raw.warnings)
    console = out()
    for line in plan_lines(seen):
        console.print(plain(line), soft_wrap=True)
    return 0


def plan_lines(seen: Outlook) -> Iterable[str]:
    """The plan in words: each step with its causes, raw files with the studies that read them."""
    if not seen.is_news:
        yield "nothing to build: everything is as its sources would make it"
        return
    for one in seen.planned:
        tables = ", ".join(".".join(key) for key in one.step.outputs)
        yield f"{'build' if one.is_certain else 'look at'}  {tables}"
        yield f"       {one.reason}"
        # A first build has every file as a change, which says nothing.
        is_first = seen.opened.store.record(one.step.outputs[0]) is None
        for line in [] if is_first else _details(seen.opened, one.changes):
            yield f"         {line}"
    behind = len(seen.planned) - seen.n_certain
    if seen.planned:
        certain = f"{seen.n_certain} {'step is' if seen.n_certain == 1 else 'steps are'} certain"
        yield f"{certain}; {behind} behind, built only if what they read has changed by then"
    else:
        yield "publish: all tables stand, and the published warehouse is not made of them"


def _details(opened: OpenedProject, changes: Collection[Change]) -> Iterable[str]:
    """Every raw file that changed; other changes where a reason had no room for all."""
    from nqpf_assets.steps.plan import MOST_CHANGES
    from nqpf_assets.warehouse.made_from import OUTSIDE

    files = [one for one in changes if one.kind == OUTSIDE]
    told = _concerned(opened, [one.what for one in files if one.how in ("new", "changed")])
    for one in files:
        yield f"{one}{told.get(one.what, '')}"
    if len(changes) > MOST_CHANGES:
        yield from (f"{one.kind}: {one}" for one in changes if one.kind != OUTSIDE)


def _concerned(opened: OpenedProject, shown: Collection[str]) -> dict[str, str]:
    """For new and changed raw files that are few and small, their series and the studies that read them."""
    from nqpf_assets.sources.collection import check_paths
    from nqpf_assets.sources.raw_state import is_small

    root = opened.project.root
    paths = [root / name for name in shown if not is_small(name, opened.project)]
    paths = [path for path in paths if path.is_file()]
    if len(paths) > MOST_READ or sum(path.stat().st_size for path in paths) > MOST_BYTES:
        return {}
    reads = {name: one.named_series for name, one in opened.compiled.items()}
    found = check_paths(paths, opened.catalogue, root=root)
    wrong = {one.file for one in found.problems if one.severity == "error"}
    told = {name: ": has mistakes, see `nqpf check`" for name in shown if name in wrong}
    series = found.observations.select("file_id", "series_id").unique().sort("series_id")
    for file_id, name in found.files.select("file_id", "path").iter_rows():
        names = series.filter(series["file_id"] == file_id)["series_id"].to_list()
        studies = [study for study, read in reads.items() if read & set(names)]
        first = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
        told[name] = f": {first}; read by {', '.join(studies) or 'no study'}"
    return told
