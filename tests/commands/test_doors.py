"""At the doors of the command: files held elsewhere, names, encodings, destinations, one cause once."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from rich.table import Table

from nqpf_assets.exports import terminal
from nqpf_assets.messages.problems import Problem, one_per_cause
from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.stages.mini import CARD, STUDY, first_walk, page, people, write_mini

HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = write_mini(tmp_path_factory.mktemp("doors"))
    first_walk(project, is_published=True)
    return project


@pytest.fixture
def mini(built: Project, tmp_path: Path) -> Project:
    return Project.at(shutil.copytree(built.root, tmp_path / "mini"))


@pytest.mark.slow
def test_a_warehouse_that_is_held_for_writing_is_answered_from_its_tables(mini: Project) -> None:
    asked = ("query", "-f", "csv", "SELECT count(*) AS n FROM panel.cell")
    before = nqpf(*asked, project=mini.root).out
    held = subprocess.Popen([sys.executable, "-c", HOLD, str(mini.database)],
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # fmt: skip
    try:
        assert held.stdout is not None
        held.stdout.readline()
        ran = nqpf(*asked, project=mini.root)
        assert (ran.status, ran.out) == (0, before)
        assert f"process {held.pid}" in ran.err
        assert "remove" not in ran.err
        shown = nqpf("show", "mini.table_1", project=mini.root)
        assert shown.status == 0
        assert "Output and people" in shown.out
        told = nqpf("status", project=mini.root).out
        assert "publication 1" in told
        assert "nothing yet" not in told
    finally:
        held.communicate()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_warehouse_that_may_not_be_read_says_so(mini: Project) -> None:
    mini.database.chmod(0)
    ran = nqpf("query", "SELECT 1", project=mini.root)
    assert ran.status == 0
    assert "may not be read by you" in ran.err


@pytest.mark.slow
def test_a_file_that_others_have_written_into_is_still_a_publication(mini: Project) -> None:
    with duckdb.connect(str(mini.database)) as connection:
        connection.execute("CREATE TABLE mine AS FROM range(100000)")
    told = nqpf("status", project=mini.root).out
    assert "publication 1" in told
    assert "another program has written into its file" in told


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["warehouse/nqpf.duckdb", "warehouse/mine.csv", "warehouse/tables/panel/cell.parquet",
     "raw/bureau/2019/output.csv", "raw/new.csv", "studies/mini.json", "nqpf.lock", "link.csv"],
)  # fmt: skip
def test_output_never_overwrites_the_project(mini: Project, name: str) -> None:
    (mini.root / "link.csv").symlink_to(mini.raw / "bureau/2019/output.csv")
    path = mini.root / name
    before = path.read_bytes() if path.exists() else None
    for command in (("query", "SELECT 1 AS one"), ("recall", "1")):
        ran = nqpf(*command, "-o", path, project=mini.root)
        assert ran.status == 2
        assert "outside of the project's own" in ran.err
        assert (path.read_bytes() if path.exists() else None) == before


@pytest.mark.slow
def test_the_suffix_says_the_format_or_is_refused(mini: Project, tmp_path: Path) -> None:
    for suffix, begins in (
        (".csv", b"one"),
        (".json", b"["),
        (".parquet", b"PAR1"),
        (".txt", "┌".encode()),
    ):
        target = tmp_path / f"rows{suffix}"
        assert nqpf("query", "SELECT 1 AS one", "-o", target, project=mini.root).status == 0
        assert target.read_bytes().startswith(begins)
    for name, more in (
        ("rows.sav", ()),
        ("rows.xlsx", ("-f", "csv")),
        ("rows.json", ("-f", "csv")),
    ):
        ran = nqpf("query", "SELECT 1", "-o", tmp_path / name, *more, project=mini.root)
        assert ran.status == 2
        assert "a suffix that says the format" in ran.err
    assert not (tmp_path / "rows.sav").exists()
    assert (
        nqpf(
            "query", "SELECT 1 AS one", "-o", tmp_path / "rows", "-f", "csv", project=mini.root
        ).status
        == 0
    )
    assert nqpf("recall", "1", "-o", tmp_path / "old.csv", project=mini.root).status == 2
    assert nqpf("recall", "1", "-o", tmp_path / "old.duckdb", project=mini.root).status == 0


@pytest.mark.slow
@pytest.mark.parametrize("format", ["json", "csv", "table"])
def test_bytes_anywhere_are_written(mini: Project, format: str) -> None:
    sql = r"SELECT '\xFF'::BLOB AS b, ['\xAA'::BLOB] AS l, {'x': '\xBB'::BLOB} AS s, INTERVAL 1 DAY AS i"
    ran = nqpf("query", "-f", format, sql, project=mini.root)
    assert ran.status == 0
    if format == "json":
        assert set(json.loads(ran.out)[0]) == {"b", "l", "s", "i"}


@pytest.mark.slow
def test_query_tables_keep_all_digits(mini: Project) -> None:
    ran = nqpf(
        "query",
        "SELECT 1234567.8912345 AS x, 0.000123456789 AS y, range(40) AS r",
        project=mini.root,
    )
    assert "1234567.8912345" in ran.out
    assert "0.000123456789" in ran.out
    assert ", 39]" in ran.out


def test_a_wide_table_keeps_every_digit_and_star_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table()
    for _ in range(40):
        table.add_column("column")
    table.add_row(*(f"-0.1234567{place:02}***" for place in range(40)))
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    terminal.print_whole(table)
    assert all(f"-0.1234567{place:02}***" in stream.getvalue() for place in range(40))


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("width", [20, 40, 60, 80, 250])
def test_no_number_stands_in_two_lines_of_a_narrow_terminal(
    monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """`-0.0083` over `6` is read as another number."""
    numbers = ["-0.00836***", "(73.812)", "331.454**", "1,234,567.891", "4.88e-07*", "12.5%"]
    table = Table()
    table.add_column("a name of several words")
    for place, _ in enumerate(numbers):
        table.add_column(f"({place})")
    table.add_row("New quality productive forces, lagged by a year", *numbers)
    screen = Screen()
    monkeypatch.setattr(sys, "stdout", screen)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("TERM", "xterm")
    terminal.print_whole(table)
    assert all(number in screen.getvalue() for number in numbers)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gbk", "cp1252", "ascii", "latin-1"])
def test_output_in_any_encoding_is_the_table(mini: Project, encoding: str) -> None:
    def run(*arguments: str) -> bytes:
        done = subprocess.run(
            [sys.executable, "-m", "nqpf_assets.cli", *arguments, "-p", str(mini.root)],
            capture_output=True, check=False, env=os.environ | {"PYTHONIOENCODING": encoding},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr
        return done.stdout

    table = run("show", "mini.table_1").decode(encoding)
    assert "Output and people" in table
    assert "***" in table or "(" in table
    data = run("query", "-f", "csv", "SELECT '北京²—' AS name")
    assert "北京²—" in data.decode("utf-8")
    drawn = run("query", "SELECT '北京' AS name").decode(encoding)
    assert "name" in drawn


@pytest.mark.slow
def test_a_locale_of_ascii_alone_asks_for_the_same(mini: Project) -> None:
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for arguments, told in (
        (["query", "-f", "csv", "SELECT '北京²' AS name"], "北京²"),
        (["explain", "mini.table_1", "(1)", "系数"], "found:    ??"),
        (["explain", "mini.wealth", "北京", "2016"], "110000"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "nqpf_assets.cli", *arguments, "-p", str(mini.root)],
            capture_output=True, check=False, env=os.environ | bare,
        )  # fmt: skip
        assert told in (done.stdout + done.stderr).decode("utf-8"), done
        assert b"Traceback" not in done.stderr
        assert b"udc" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [["query", "SELECT '{}'"], ["show", "{}.table_1"], ["explain", "mini.table_1", "(1)", "{}"],
     ["history", "{}"], ["diff", "{}", "2"], ["export", "{}"], ["refresh", "--study", "{}"]],
)  # fmt: skip
def test_words_that_are_no_text_are_refused(tmp_path: Path, arguments: list[str]) -> None:
    word = os.fsdecode(b"\xe5\xff")
    ran = nqpf(*(one.format(word) for one in arguments), project=tmp_path)
    assert ran.status == 2
    assert "text in UTF-8" in ran.err


@pytest.mark.slow
def test_names_that_are_no_text_and_endless_folders_are_told(mini: Project) -> None:
    folder = mini.raw / "bureau" / "2019"
    odd = folder / os.fsdecode(b"a\xff.csv")
    (folder / "output.csv").rename(odd)
    for command in ("check", "refresh"):
        ran = nqpf(command, project=mini.root)
        assert ran.status == 2
        assert "a name in UTF-8" in ran.err
    assert nqpf("status", project=mini.root).status == 0
    odd.unlink()
    home = Path.cwd()
    try:
        os.chdir(folder)
        for _ in range(1200):
            Path("d").mkdir()
            os.chdir("d")
    finally:
        os.chdir(home)
    try:
        for command in ("check", "refresh"):
            ran = nqpf(command, project=mini.root)
            assert ran.status == 2
            assert "folders within each other" in ran.err
        assert nqpf("status", project=mini.root).status == 0
    finally:
        subprocess.run(["rm", "-rf", str(folder / "d")], check=True)


@pytest.mark.slow
def test_raw_files_without_a_study_are_one_message(tmp_path: Path) -> None:
    project = write_mini(tmp_path)
    shutil.rmtree(project.root / "studies")
    checked = nqpf("check", project=tmp_path)
    assert (checked.status, checked.err.count("to do:")) == (0, 1)
    assert "write a study" in checked.err
    ran = nqpf("refresh", project=tmp_path)
    assert (ran.status, ran.err.count("to do:")) == (2, 1)
    assert "write a study" in ran.err


def test_one_cause_is_one_message_with_its_places() -> None:
    def at(line: int, found: str = "`x` is neither") -> Problem:
        return Problem("s.yaml", f"line {line}", "a name", found, "declare it")

    (one,) = one_per_cause(at(line) for line in range(1, 24))
    assert one.where == "line 1"
    assert one.found == "`x` is neither; also at line 2; line 3; line 4; line 5; line 6 and 17 more"
    assert len(one_per_cause([at(1), at(2, "another")])) == 2
    assert one_per_cause([at(1), at(1)]) == [at(1)]


def test_a_name_that_is_not_read_is_told_once(tmp_path: Path) -> None:
    uses = "".join(f"  v{n}: {{expression: nonesuch * {n}}}\n" for n in range(2, 12))
    project = write_mini(tmp_path, STUDY.replace("indices:\n", f"{uses}indices:\n", 1))
    told = nqpf("check", project=project.root).err
    assert told.count("expected:") == told.count("`nonesuch` is neither") == 1


@pytest.mark.slow
def test_an_unknown_region_is_told_where_it_stands_with_a_row_to_paste(tmp_path: Path) -> None:
    card = CARD.format(publisher="Survey", status="survey", published="2019-11", unit="万人",
                       series="population", label="people")  # fmt: skip
    files = {"raw/survey/2019/people.csv": page("people", people).replace("北京市", "zz"),
             "raw/survey/2019/people.csv.card.yaml": card}  # fmt: skip
    root = write_mini(tmp_path, files=files).root
    told = nqpf("check", project=root).err
    assert "people.csv: line 2, column 1" in told
    assert "region_code,gb_code,name" in told
    assert "    zz,,zz,,,LEVEL,,2014,,," in told
    lines = [line.strip() for line in told.splitlines() if line.count(",") == 10]
    (root / "catalog").mkdir(exist_ok=True)
    pasted = "\n".join(lines).replace("LEVEL", "province") + "\n"
    (root / "catalog" / "regions.csv").write_text(pasted, "utf-8")
    after = nqpf("check", project=root).err
    assert "zz" not in after
    assert "regions.csv" not in after


def test_a_port_that_is_taken_is_told_before_a_second_server_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        ran = nqpf("ui", "--port", str(port), project=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert f"found:    {port}, in use" in ran.err
    assert "nqpf ui --port" in ran.err
    assert not (tmp_path / ".dagster").exists()


def test_ctrl_c_during_a_query_ends_in_words(
    mini: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")

    monkeypatch.setattr("nqpf_assets.publications.recall.assemble", interrupted)
    ran = nqpf("recall", "1", "-o", mini.root.parent / "x.duckdb", project=mini.root)
    assert ran.status == 130
    assert "stopped" in ran.err


def test_a_study_that_is_checked_alone_is_not_said_to_have_its_data(tmp_path: Path) -> None:
    text = STUDY.replace("{series: gdp, title", "{expression: gdp + 0 * primary_value_added, title")
    project = write_mini(tmp_path, text)
    alone = nqpf("check", project.root / "studies" / "mini.yaml", project=project.root)
    assert (alone.status, alone.out.splitlines()[-1]) == (
        0,
        "read without the data files (`nqpf check` holds it against them), 0 problems, 0 warnings",
    )
    assert nqpf("check", project=project.root).status == 2
