"""What is built again after a change: what depends on it, and nothing else."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from nqpf_assets.projects.opened import OpenedProject, open_project
from nqpf_assets.sources.raw_state import RawState
from nqpf_assets.steps.graph import Graph
from nqpf_assets.steps.plan import plan
from nqpf_assets.user_input import project as project_module
from nqpf_assets.warehouse import code_hash as source_code
from nqpf_assets.warehouse.store import TableKey, write_frame
from tests.stages.mini import STUDY, Walk, page, people, walk, walked

pytestmark = pytest.mark.slow  # each test builds a project of its own


@pytest.fixture
def mini(tmp_path: Path) -> Walk:
    return walked(tmp_path)


def behind(graph: Graph, *tables: str) -> set[str]:
    """Steps that make these tables, and all that read from them, by a search of its own."""
    stale = {graph.maker[tuple(table.split("."))].name for table in tables}
    while True:
        more = {
            step.name
            for step in graph.steps
            if any(graph.maker[key].name in stale for key in step.inputs)
        }
        if more <= stale:
            return stale
        stale |= more


def certain(walked: Walk) -> set[str]:
    """Steps that are stale for a reason of their own."""
    opened = walked.opened
    now = plan(opened.graph, opened.store, RawState.of(walked.project))
    return {one.step.name for one in now if one.is_certain}


def test_the_first_walk_builds_everything(mini: Walk) -> None:
    assert len(mini.rebuilt) == len(mini.opened.graph.tables) > 30


def test_nothing_new_nothing_to_do(mini: Walk) -> None:
    again = walk(mini.project)
    assert again.planned == []
    card = mini.project.root / "raw/survey/2019/people.csv.card.yaml"
    card.touch()  # another time of change is no change
    (mini.project.root / "raw/survey/2019/.DS_Store").write_text("x")
    assert walk(mini.project).planned == []


def test_a_changed_raw_file_makes_stale_what_rests_on_it(mini: Walk) -> None:
    changed = page("people", people).replace(f"北京市,2016,{people(0, 2016)}", "北京市,2016,1")
    (mini.project.root / "raw/survey/2019/people.csv").write_text(changed, encoding="utf-8")
    again = walk(mini.project)
    assert set(again.planned) == behind(again.opened.graph, "source.observation")
    assert {"mini.reported_cell", "mini.model", "mini.table_1", "panel.cell"} <= again.rebuilt
    # What depends on the units of measurement alone is found as it was, and stops the wave.
    before = {one.key: one.record.sha256 for one in mini.made}
    same = {one.key for one in again.made if one.record.sha256 == before[one.key]}
    assert {("catalog", "unit_measure"), ("mini", "series"), ("panel", "rests_on")} <= same
    assert not {"panel.rests_on", "catalog.region"} & again.rebuilt
    # It is told by unit, edition and kind of numbers, which a value among others leaves as they were.
    assert not {"mini.series", "mini.unit_conversion", "catalog.unit_measure"} & again.rebuilt


def test_another_kind_of_numbers_is_another_fact_of_a_series(mini: Walk) -> None:
    changed = page("people", people).replace(f"北京市,2016,{people(0, 2016)}", "北京市,2016,1000.5")
    (mini.project.root / "raw/survey/2019/people.csv").write_text(changed, encoding="utf-8")
    assert {"mini.series", "mini.unit"} <= walk(mini.project).rebuilt
    card = mini.project.root / "raw/survey/2019/people.csv.card.yaml"
    card.write_text(card.read_text("utf-8").replace("unit: 万人", "unit: 千人"), "utf-8")
    rebuilt = walk(mini.project).rebuilt
    assert {"mini.series", "mini.unit_conversion", "catalog.unit_measure"} <= rebuilt


def test_a_remark_on_a_card_stops_at_the_file(mini: Walk) -> None:
    card = mini.project.root / "raw/survey/2019/people.csv.card.yaml"
    card.write_text(card.read_text("utf-8") + "notes: a remark\n", "utf-8")
    again = walk(mini.project)
    assert "source.file" in again.rebuilt
    assert not {"mini.filled_cell", "mini.panel", "index.score", "mini.table_1"} & again.rebuilt


@pytest.mark.parametrize(
    ("change", "stale", "rebuilt", "kept"),
    [
        (("Output and people", "Another title"), ["mini.table_1"], set(), {"mini.model"}),
        (("effects: [unit]", "effects: [unit, period]"), ["mini.model", "mini.table_1"],
         {"mini.model", "result.estimate", "mini.table_1"}, {"mini.panel", "mini.index_score"}),
        (("direction: negative", "direction: positive"), ["mini.unit", "mini.index_weight"],
         {"mini.index_weight", "mini.panel", "mini.model"}, {"mini.derived_cell", "mini.filled_cell"}),
        (("ends: nearest", "ends: trend"), ["mini.unit"],
         {"mini.series", "mini.filled_cell", "mini.derived_cell"},
         {"source.observation", "panel.rests_on"}),
    ],
    ids=["title", "effects", "direction", "filling"],
)  # fmt: skip
def test_a_changed_parameter(
    mini: Walk, change: tuple[str, str], stale: list[str], rebuilt: set[str], kept: set[str]
) -> None:
    study = mini.project.root / "studies/mini.yaml"
    assert change[0] in STUDY
    study.write_text(STUDY.replace(*change), "utf-8")
    again = walk(mini.project)
    assert set(again.planned) <= behind(again.opened.graph, *stale)
    assert {again.opened.graph.maker[tuple(one.split("."))].name for one in stale} <= set(
        again.planned
    )
    assert rebuilt <= again.rebuilt
    assert not kept & again.rebuilt


def test_a_changed_query_makes_stale_its_table_and_what_follows(
    mini: Walk, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = tmp_path_factory.mktemp("sql") / "sql"
    shutil.copytree(project_module.sql_root(), copied)
    monkeypatch.setattr("nqpf_assets.stages.sql.sql_root", lambda: copied)
    assert walk(mini.project).planned == []
    file = copied / "study" / "variable_cell.sql"
    file.write_text(
        "-- study.variable_cell\n-- Another remark.\n" + file.read_text("utf-8"), "utf-8"
    )
    assert walk(mini.project).planned == []  # a remark is no change
    file.write_text(file.read_text("utf-8").replace("d.reason\n", "lower(d.reason) AS reason\n"))
    again = walk(mini.project)
    lineage = "catalog.column_lineage"
    assert set(again.planned) == behind(again.opened.graph, "mini.variable_cell", lineage)
    # With the same rows, so that nothing follows but what is said of its columns.
    assert again.rebuilt == {"mini.variable_cell", lineage}


@pytest.mark.parametrize(
    ("module", "stale"),
    [
        ("formats/readers/eps.py", {"source__file"}),
        ("indices/entropy.py", {"mini__index_weight"}),
        ("estimators/linear/covariance.py", {"mini__model"}),
        ("stages/interpolation.py", {"mini__filled_cell"}),
        ("sources/raw_files.py", {"source__file"}),
        ("estimators/linear/two_way_fe.py", {"mini__model"}),
        ("estimators/censored/tobit.py", set()),  # no column of the study is a Tobit
        ("estimators/spatial/model.py", set()),
        ("indices/principal_components.py", set()),
        ("commands/show.py", set()),
        ("defs/assets.py", set()),
    ],
)
def test_changed_code_makes_stale_what_it_computes(
    module: str, stale: set[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "code" / "nqpf_assets"
    shutil.copytree(source_code.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(source_code, "PACKAGE", package)
    try:
        forget_source_code()
        built = walked(tmp_path / "mini")
        forget_source_code()
        assert walk(built.project).planned == []
        path = package / module
        path.write_text(path.read_text("utf-8") + "\nCHANGED = 1\n", "utf-8")
        forget_source_code()
        opened = open_project(built.project)
        now = plan(opened.graph, opened.store, RawState.of(built.project))
        found = {one.step.name for one in now if one.is_certain}
        assert stale <= found
        assert bool(stale) == bool(found)
        before = {"source__file", "mini__filled_cell", "mini__derived_cell", "mini__index_weight",
                  "mini__model", "catalog__region"}  # fmt: skip
        assert found & before == stale  # what stands beside or before it is not touched
    finally:
        forget_source_code()


@pytest.mark.parametrize(
    ("path", "check", "held"),
    [
        ("checks/table_rules.py", "every table", None),
        ("checks/registered/weights.py", "weights", {"mini__index_weight"}),
        ("checks/registered/flagged.py", "flagged", {"mini__filled_cell", "mini__variable_cell"}),
        (
            "checks/study_rules.py",
            "of the study",
            {"mini__filled_cell", "mini__variable_cell", "mini__unit"},
        ),
    ],
)
def test_a_changed_rule_looks_again_at_what_it_holds(
    path: str, check: str, held: set[str] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "code" / "nqpf_assets"
    shutil.copytree(source_code.PACKAGE, package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(source_code, "PACKAGE", package)
    try:
        forget_source_code()
        built = walked(tmp_path / "mini")
        text = (package / path).read_text("utf-8")
        (package / path).write_text(f"{text}\nCHANGED = 1\n", "utf-8")
        forget_source_code()
        causes = {
            step: reason.split(";")[0]
            for step, reason in stale(built).items()
            if not reason.startswith("follows")
        }
        assert set(causes.values()) == {f"check: {check} changed"}
        assert set(causes) == (held or {step.name for step in built.opened.graph.steps})
    finally:
        forget_source_code()


def forget_source_code() -> None:
    for cached in (
        source_code.source_of,
        source_code._mentioned,
        source_code._file,
        source_code._hash_of_file,
    ):
        cached.cache_clear()


def test_a_table_changed_by_hand_is_made_again(mini: Walk) -> None:
    path = mini.opened.store.path(("mini", "unit"))
    path.write_bytes(path.read_bytes() + b"x")
    assert "mini__unit" in certain(mini)
    assert "mini.unit" in walk(mini.project).rebuilt
    assert walk(mini.project).planned == []


def as_of_an_earlier_release(opened: OpenedProject, key: TableKey, *, without: str) -> None:
    """Write a table as a release did that did not know a column, and had another program."""
    store, record = opened.store, opened.store.record(key)
    assert record is not None
    frame = store.scan(key).collect().drop(without)
    sha256 = store.write(key, lambda path: write_frame(frame, path))
    size = store.path(key).stat().st_size
    store.write_record(key, replace(record, sha256=sha256, size=size, fingerprint="earlier"))


def test_tables_of_an_earlier_release_are_planned_and_made_again(mini: Walk) -> None:
    """Whichever column of whichever table it did not know: a plan never stops at one."""
    opened, raw = mini.opened, RawState.of(mini.project)
    by_parts = {
        ("source", "file"),
        ("source", "observation"),
    }  # of others one column speaks for all
    tried = 0
    for key in opened.graph.tables:
        record = opened.store.record(key)
        assert record is not None
        rows = opened.store.scan(key).collect()
        for column in rows.columns if key in by_parts else rows.columns[:1]:
            as_of_an_earlier_release(opened, key, without=column)
            planned = {one.step.name for one in plan(opened.graph, opened.store, raw)}
            assert opened.graph.maker[key].name in planned, (key, column)
            tried += 1
            sha256 = opened.store.write(key, lambda path, rows=rows: write_frame(rows, path))
            size = opened.store.path(key).stat().st_size
            opened.store.write_record(key, replace(record, sha256=sha256, size=size))
    assert tried > 80
    as_of_an_earlier_release(opened, ("source", "file"), without="vintage_order")
    assert "source.file" in walk(mini.project).rebuilt
    assert walk(mini.project).planned == []


def test_a_table_whose_record_was_never_written_is_made_again(mini: Walk) -> None:
    """As a process leaves it that was killed between the table and its record."""
    mini.opened.store.record_path(("mini", "panel")).unlink()
    again = walk(mini.project)
    assert again.rebuilt == {"mini.panel"}
    assert walk(mini.project).planned == []


def stale(walked: Walk) -> dict[str, str]:
    """Steps that are stale for a reason of their own, with the reason."""
    opened = open_project(walked.project)
    now = plan(opened.graph, opened.store, RawState.of(walked.project))
    return {one.step.name: one.reason for one in now if one.is_certain}


OTHER = STUDY.replace("study: mini", "study: other").replace("table_1", "table_9")


def test_a_remark_in_a_study_file_is_no_change(mini: Walk) -> None:
    study = mini.project.root / "studies/mini.yaml"
    study.write_text(
        "# A remark.\n\n" + STUDY.replace("sources:\n", "sources:   # which\n"), "utf-8"
    )
    assert stale(mini) == {}


def test_the_title_of_a_study_is_of_no_table(mini: Walk) -> None:
    study = mini.project.root / "studies/mini.yaml"
    study.write_text(STUDY.replace("A study of four provinces", "Another title"), "utf-8")
    assert walk(mini.project).rebuilt <= {"catalog.study"}


@pytest.mark.parametrize(
    ("change", "reasons", "certain", "untouched"),
    [
        (("sample: {first: 2017, exclude: [山西]}", "sample: {first: 2017, exclude: [河北]}"),
         {"mini__model": "study file: column (3) of table_1 changed"},
         {"mini__model", "mini__influence", "mini__table_1"}, {"mini.panel", "mini.index_score"}),
        (("title: Output}", "title: Output, winsorize: {share: 0.1}}"),
         {"mini__unit": "study file: variables.output changed",
          "mini__variable_cell": "study file: winsorize of output new"},
         {"mini__unit", "mini__winsor_bound", "mini__variable_cell", "mini__influence",
          "mini__clipped_cell", "catalog__column_lineage", "mini__table_1"},
         {"mini.derived_cell", "mini.filled_cell", "mini.reported_cell"}),
        (("minimum: 1,", "minimum: 2,"),
         {"mini__variable_cell": "study file: bounds of output_per_person changed"},
         {"mini__unit", "mini__variable_cell"}, {"mini.derived_cell", "mini.index_score", "mini.model"}),
        (("expression: gdp / population, unit: 元/人", "expression: 2 * gdp / population, unit: 元/人"),
         {"mini__derived_cell": "study file: output_per_person changed"},
         {"mini__unit", "mini__derived_cell", "mini__influence"}, {"mini.filled_cell", "mini.reported_cell"}),
    ],
    ids=["column", "winsorizing", "bounds", "formula"],
)  # fmt: skip
def test_a_changed_entry_is_named_and_its_descendants_alone_are_built(
    tmp_path: Path,
    change: tuple[str, str],
    reasons: dict[str, str],
    certain: set[str],
    untouched: set[str],
) -> None:
    """Two studies; what the other one has is not even looked at, but for what puts both together."""
    built = walked(tmp_path, files={"studies/other.yaml": OTHER})
    assert change[0] in STUDY
    (tmp_path / "studies/mini.yaml").write_text(STUDY.replace(*change), "utf-8")
    found = stale(built)
    assert set(found) == certain
    for step, reason in reasons.items():
        assert found[step].split("; follows")[0] == reason
    again = walk(built.project)
    assert not {name for name in again.planned if name.startswith("other__")}
    assert not untouched & again.rebuilt
    assert again.rebuilt
    assert stale(built) == {}


def test_a_file_of_a_series_that_no_study_reads_builds_no_table_of_a_study(mini: Walk) -> None:
    folder = mini.project.raw / "survey" / "2020"
    folder.mkdir()
    (folder / "area.csv").write_text(page("area", people), "utf-8")
    card = (mini.project.raw / "survey/2019/people.csv.card.yaml").read_text("utf-8")
    card = card.replace("people", "area").replace("population", "local_area")
    (folder / "area.csv.card.yaml").write_text(card, "utf-8")
    assert stale(mini) == {
        "source__file": "raw files: raw/survey/2020/area.csv new; "
        "raw files: raw/survey/2020/area.csv.card.yaml new"
    }
    again = walk(mini.project)
    assert {"source.file", "source.observation"} <= again.rebuilt
    assert not [
        name for name in again.rebuilt if name.split(".")[0] not in ("source", "catalog", "audit")
    ]
    assert stale(mini) == {}


def test_a_newer_vintage_is_read_by_those_who_read_its_series(tmp_path: Path) -> None:
    other = OTHER.replace("output_per_person: {expression: gdp / population, unit: 元/人, minimum: 1, "
                          "maximum: 1e9}", "more: {series: gdp, title: More}")  # fmt: skip
    built = walked(tmp_path, files={"studies/other.yaml": other})
    folder = tmp_path / "raw" / "survey" / "2020"
    folder.mkdir()
    text = page("people", people).replace(f"北京市,2016,{people(0, 2016)}", "北京市,2016,1001")
    (folder / "people.csv").write_text(text, "utf-8")
    card = (tmp_path / "raw/survey/2019/people.csv.card.yaml").read_text("utf-8")
    (folder / "people.csv.card.yaml").write_text(card, "utf-8")
    again = walk(built.project)
    assert "mini.reported_cell" in again.rebuilt
    cells = again.opened.store.scan(("mini", "reported_cell")).collect()
    taken = cells.filter((cells["unit"] == "110000") & (cells["period"] == 2016))
    assert dict(taken.select("variable", "value").iter_rows())["population"] == 1001


def test_without_memory_of_what_tables_were_made_from_the_plan_is_the_same(mini: Walk) -> None:
    study = mini.project.root / "studies/mini.yaml"
    study.write_text(STUDY.replace("minimum: 1,", "minimum: 2,"), "utf-8")
    before = set(stale(mini))
    shutil.rmtree(mini.project.warehouse / "cache" / "made_from")
    assert set(stale(mini)) == before
    words = {reason.split("; follows")[0] for reason in stale(mini).values()}
    assert words == {"its query, parameters or code changed"}


def test_code_of_the_estimators_that_columns_ask_for_is_hashed_and_no_other() -> None:
    from nqpf_assets.studies.estimator_registry import ESTIMATORS, code_of
    from nqpf_assets.warehouse.code_hash import files_behind, source_of

    fits = {
        name: set(
            files_behind(source_of("nqpf_assets.stages.estimated_columns", *code_of([name]))) or ()
        )
        for name in ESTIMATORS
    }
    none = set(files_behind(source_of("nqpf_assets.stages.estimated_columns")) or ())
    assert "nqpf_assets/estimators/thresholds/threshold.py" in fits["threshold"]
    assert "nqpf_assets/estimation/group_difference.py" in fits["group_difference"]
    assert not {one for one in none if one.startswith("nqpf_assets/studies/estimators/")}
    assert all(files > none for files in fits.values())


def test_a_file_that_gives_a_study_no_cell_estimates_nothing_again(mini: Walk) -> None:
    """A series that the study reads, for a region that it does not."""
    folder = mini.project.raw / "survey" / "2020"
    folder.mkdir()
    (folder / "people.csv").write_text("地区,年份,people\n上海市,2016,2400\n", "utf-8")
    card = (mini.project.raw / "survey/2019/people.csv.card.yaml").read_text("utf-8")
    (folder / "people.csv.card.yaml").write_text(card.replace("synthetic", "official"), "utf-8")
    again = walk(mini.project)
    assert "mini.reported_cell" in again.rebuilt, "looked at anew, and the same"
    assert not {"mini.filled_cell", "mini.panel", "mini.model", "mini.table_1"} & again.rebuilt
    card_of_output = mini.project.raw / "bureau/2019/output.csv.card.yaml"
    text = card_of_output.read_text("utf-8").replace("status: official", "status: survey")
    card_of_output.write_text(text, "utf-8")
    assert "mini.model" in walk(mini.project).rebuilt, "what it rests on is another status"
