"""The commands as their users meet them: exit status, words, nothing harmful, no traceback."""

from __future__ import annotations

import csv
import importlib
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from nqpf_assets import commands
from nqpf_assets.cli import Modules
from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.stages.mini import STUDY, write_mini

COMMANDS = tuple(Modules())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_paragraph_of_help(command: str) -> None:
    ran = nqpf(command, "--help")
    assert ran.status == 0
    assert f"nqpf {command}" in ran.out
    text = " ".join(ran.out.split("Options")[0].split())
    assert len(text) > 60
    assert text.count(".") >= 1


def test_help_lists_every_command() -> None:
    listed = nqpf("--help").out
    assert all(f"  {command} " in listed for command in COMMANDS)
    assert {"refresh", "status", "query", "show", "check", "new-study", "schema", "ui"} < {
        *COMMANDS
    }


@pytest.mark.parametrize("command", COMMANDS)
def test_a_module_of_commands_is_a_command(command: str) -> None:
    """Its name is that of the module, and what lists it is the first line of its help."""
    module = importlib.import_module(f"nqpf_assets.commands.{command.replace('-', '_')}")
    assert module.COMMAND.name == command
    assert Modules().summaries[command] == module.COMMAND.help.splitlines()[0]
    assert Modules()[command].name == command


def test_help_loads_no_command() -> None:
    code = (
        "import sys; from nqpf_assets.cli import app; app(['--help'], standalone_mode=False);"
        "print(*(one for one in sys.modules if one.startswith('nqpf_assets')), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "new-study" in done.stdout
    assert done.stderr.split() == ["nqpf_assets", "nqpf_assets.cli"]


def test_a_file_that_is_put_there_is_a_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "say_hello.py").write_text(
        '"""Say hello.\n\nAnd nothing else.\n"""\n\n'
        "import typer\nfrom nqpf_assets.commands.common.command import Command\n\n\n"
        "def run(name: str) -> int:\n    typer.echo(f'hello {name}')\n    return 3\n\n\n"
        'COMMAND = Command("say-hello", run)\n',
        "utf-8",
    )
    monkeypatch.setattr("nqpf_assets.cli.ROOM", tmp_path)
    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])
    assert "say-hello  Say hello." in nqpf("--help").out
    assert "And nothing else." in nqpf("say-hello", "--help").out
    ran = nqpf("say-hello", "you")
    assert (ran.status, ran.out) == (3, "hello you\n")


@pytest.mark.parametrize(
    "arguments",
    [(), ("nonsense",), ("refresh", "--nonsense"), ("query", "--exact"), ("show",), ("new-study",)],
)
def test_wrong_usage_is_told_with_status_2(arguments: tuple[str, ...]) -> None:
    ran = nqpf(*arguments)
    assert ran.status == 2
    assert ran.err + ran.out


def test_the_module_is_the_command(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nqpf_assets.cli", "query", "SELECT 1", "--project", str(tmp_path)],
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "nqpf refresh" in done.stderr
    assert "Traceback" not in done.stderr


# --- before anything is there -------------------------------------------------------------------


def test_before_the_first_refresh(tmp_path: Path) -> None:
    project = write_mini(tmp_path).root
    ran = nqpf("status", project=project)
    assert ran.status == 0
    assert "nothing yet" in ran.out
    assert "not built yet" in ran.out
    assert "nqpf refresh" in ran.out
    for command in (("query", "SELECT 1"), ("show", "mini.table_1")):
        ran = nqpf(*command, project=project)
        assert ran.status == 2
        assert "run `nqpf refresh` first" in ran.err
    ran = nqpf("refresh", "--plan", project=project)
    assert ran.status == 0
    assert "mini.table_1" in ran.out
    assert not (project / "warehouse").exists()


@pytest.mark.parametrize("command", ["refresh", "check"])
def test_a_folder_without_raw_files(command: str, tmp_path: Path) -> None:
    ran = nqpf(command, project=tmp_path / "nowhere")
    assert ran.status == 2
    assert "raw" in ran.err


def test_a_first_study_from_nothing(tmp_path: Path) -> None:
    ran = nqpf("new-study", "mine", project=tmp_path)
    assert ran.status == 0
    assert (tmp_path / "studies" / "mine.yaml").is_file()
    assert "nqpf check" in ran.out
    before = (tmp_path / "studies" / "mine.yaml").read_bytes()
    again = nqpf("new-study", "mine", project=tmp_path)
    assert again.status == 2
    assert (tmp_path / "studies" / "mine.yaml").read_bytes() == before
    assert nqpf("new-study", "Not A Name", project=tmp_path).status == 2


def test_a_new_study_beside_files_says_to_look_at_them(tmp_path: Path) -> None:
    """Only who has no file is told to bring some."""
    folder = tmp_path / "raw" / "nbs" / "2026"
    folder.mkdir(parents=True)
    (folder / "card.yaml").write_text("publisher: 国家统计局\n", encoding="utf-8")
    assert "next: put files" in nqpf("new-study", "first", project=tmp_path).out
    (folder / "gdp.csv").write_text("地区,2020年\n", encoding="utf-8")
    said = nqpf("new-study", "second", project=tmp_path).out
    assert "put files" not in said
    assert "next: `nqpf check`" in said


def test_the_schema_is_json() -> None:
    ran = nqpf("schema")
    assert ran.status == 0
    assert json.loads(ran.out)["title"] == "Study"


# --- a built warehouse --------------------------------------------------------------------------


@pytest.mark.slow
def test_status_after_a_refresh(built_small: Project) -> None:
    ran = nqpf("status", project=built_small.root)
    assert ran.status == 0
    assert "tables" in ran.out
    assert "stale:     nothing" in ran.out


@pytest.mark.slow
def test_formats_hold_the_same_rows(built_small: Project, tmp_path: Path) -> None:
    sql = (
        "SELECT region_code, period, value FROM source.observation WHERE period = 2015 ORDER BY ALL"
    )
    ran = nqpf("query", sql, "--format", "csv", project=built_small.root)
    assert ran.status == 0
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert len(rows) == 4 * 31
    as_json = json.loads(nqpf("query", sql, "-f", "json", project=built_small.root).out)
    assert [(r["region_code"], int(r["period"]), float(r["value"])) for r in rows] == [
        (r["region_code"], r["period"], r["value"]) for r in as_json
    ]
    target = tmp_path / "rows.parquet"
    ran = nqpf("query", sql, "-f", "parquet", "-o", target, project=built_small.root)
    assert (ran.status, ran.out) == (0, "")
    assert pl.read_parquet(target).to_dicts() == as_json
    target = tmp_path / "rows.csv"
    assert nqpf("query", sql, "-f", "csv", "-o", target, project=built_small.root).status == 0
    assert len(target.read_text("utf-8").splitlines()) == 4 * 31 + 1
    table = nqpf("query", sql, project=built_small.root).out
    assert "124 rows" in table
    assert as_json[0]["region_code"] in table


@pytest.mark.slow
def test_long_answers_say_how_much_is_not_shown(built_small: Project) -> None:
    ran = nqpf("query", "FROM range(500)", project=built_small.root)
    assert "500 rows" in ran.out
    assert "300 more rows" in ran.out


@pytest.mark.slow
def test_types_that_are_no_numbers(built_small: Project) -> None:
    sql = (
        "SELECT sum(n_obs) AS total, 1.5::DECIMAL(5, 2) AS d, INTERVAL 1 DAY AS i, [1, 2] AS l,"
        " {'a': 1} AS s, 'x'::BLOB AS b, MAP {'k': 1} AS m, DATE '2020-01-02' AS day, NULL AS n,"
        " 1 AS total FROM result.model"
    )
    for format in ("table", "csv", "json"):
        ran = nqpf("query", sql, "-f", format, project=built_small.root)
        assert (ran.status, ran.err) == (0, ""), format
    row = json.loads(ran.out)[0]
    assert isinstance(row["total"], int)
    assert (row["d"], row["l"], row["day"], row["n"], row["total_2"]) == (
        1.5, [1, 2], "2020-01-02", None, 1,
    )  # fmt: skip


REFUSED = [
    "INSERT INTO source.file SELECT * FROM source.file",
    "DELETE FROM result.estimate",
    "UPDATE result.estimate SET estimate = 0",
    "DROP TABLE result.estimate",
    "CREATE TABLE t AS SELECT 1",
    "CREATE SCHEMA s",
    "COPY (SELECT 1) TO '{folder}/out.csv'",
    "COPY result.estimate TO '{folder}/out.parquet'",
    "EXPORT DATABASE '{folder}/out'",
    "ATTACH '{folder}/other.duckdb'",
    "FROM read_csv('{folder}/secret.csv')",
    "FROM read_text('{folder}/secret.csv')",
    "FROM '{folder}/secret.csv'",
    "FROM glob('{folder}/*')",
    "FROM read_csv('/etc/passwd')",
    "INSTALL httpfs",
    "LOAD httpfs",
    "SET enable_external_access = true",
    "SET lock_configuration = false",
    "RESET enable_external_access",
    "SELECT getenv('HOME')",
    "SELECT 1; SELECT 2",
    "",
    "-- nothing but a remark",
    "SELECT FROM",
    "SELECT * FROM no_such_table",
]


@pytest.mark.slow
@pytest.mark.parametrize("sql", REFUSED)
def test_a_query_reads_the_warehouse_and_nothing_else(
    sql: str, built_small: Project, tmp_path: Path
) -> None:
    (tmp_path / "secret.csv").write_text("hidden\nword\n")
    before = built_small.database.read_bytes()
    ran = nqpf("query", sql.format(folder=tmp_path), project=built_small.root)
    assert ran.status == 2
    assert ran.err.strip()
    assert ran.out == ""
    assert "word" not in ran.err
    assert built_small.database.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} == {"secret.csv"}


def test_parquet_needs_a_file_that_can_be_written(built_small: Project, tmp_path: Path) -> None:
    assert nqpf("query", "SELECT 1", "-f", "parquet", project=built_small.root).status == 2
    lost = tmp_path / "no" / "such" / "folder.csv"
    ran = nqpf("query", "SELECT 1", "-f", "csv", "-o", lost, project=built_small.root)
    assert ran.status == 2
    assert "cannot be written" in " ".join(ran.err.split())
    assert nqpf("query", "SELECT 1", "-f", "xml", project=built_small.root).status == 2


def test_show_prints_a_table_and_lists_those_there_are(built_small: Project) -> None:
    ran = nqpf("show", "first.table_1", project=built_small.root)
    assert ran.status == 0
    assert "Observations" in ran.out
    assert "synthetic data" in ran.out.lower()
    assert "Standard errors in parentheses" in " ".join(ran.out.split())
    for name in ("first.nonsense", "nonsense", "first.panel", 'x".y', "'; DROP TABLE x; --"):
        ran = nqpf("show", name, project=built_small.root)
        assert ran.status == 2
        assert "first.table_1" in ran.err


def test_show_knows_a_slip_of_the_keys(built_small: Project) -> None:
    ran = nqpf("show", "first.tabel_1", project=built_small.root)
    assert "there is no table first.tabel_1; did you mean `first.table_1`?" in ran.err


def test_a_published_file_that_is_damaged(tmp_path: Path) -> None:
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "nqpf.duckdb").write_bytes(b"not a database" * 1000)
    for command in (("query", "SELECT 1"), ("show", "a.b")):
        ran = nqpf(*command, project=tmp_path)
        assert ran.status == 2
        assert "nqpf.duckdb is damaged" in ran.err
        assert "to do: remove it and run `nqpf refresh`" in ran.err


# --- what stands in cells is never obeyed -------------------------------------------------------

HOSTILE = {
    "ansi": "\x1b[31mred\x1b[2J\x1b]0;title\x07",
    "bidi": "abc\u202egnp.exe\u2066",
    "control": "a\x00b\x08\x08c\rover",
    "markup": "[red]not red[/red] :smile: <script>alert(1)</script>",
    "formula": '=HYPERLINK("http://x")',
    "lines": "one\ntwo",
    "wide": "宽" * 50,
    "long": "x" * 10_000,
}


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    (tmp_path / "warehouse").mkdir()
    with duckdb.connect(str(tmp_path / "warehouse" / "nqpf.duckdb")) as connection:
        connection.execute("CREATE SCHEMA s")
        connection.execute(
            'CREATE TABLE s.t (row_position INT, row_label TEXT, row_kind TEXT, "(1)" TEXT)'
        )
        connection.execute("COMMENT ON TABLE s.t IS 'a \x1b[31m title [bold]x[/bold]'")
        for place, text in enumerate(HOSTILE.values()):
            text = text.replace("\x00", "")
            connection.execute("INSERT INTO s.t VALUES (?, ?, 'estimate', ?)", [place, text, text])
        connection.execute("INSERT INTO s.t VALUES (99, ?, 'note', NULL)", [HOSTILE["ansi"]])
    return tmp_path


def is_harmless(text: str) -> bool:
    return not any(
        (ord(character) < 32 and character != "\n") or character in "\x7f\u202e\u2066\u202d\x9b"
        for character in text
    )


def test_hostile_text_in_tables(hostile: Path) -> None:
    ran = nqpf("query", "FROM s.t ORDER BY 1", project=hostile)
    assert ran.status == 0
    assert is_harmless(ran.out)
    assert "\\u001b[31mred" in ran.out
    assert "[red]not red[/red] :smile: <script>" in ran.out
    assert "one\\ntwo" in ran.out
    assert len(ran.out.splitlines()) == 3 + 9 + 2, "a cell cannot begin a row of its own"
    ran = nqpf("show", "s.t", project=hostile)
    assert ran.status == 0
    assert is_harmless(ran.out)
    assert "[bold]x[/bold]" in ran.out


def test_hostile_text_in_data_formats_is_kept_where_it_is_asked_for(hostile: Path) -> None:
    """json is data; csv is, too, where `--exact` says that no spreadsheet will open it."""
    sql = "SELECT row_label FROM s.t ORDER BY row_position"
    ran = nqpf("query", sql, "-f", "csv", "--exact", project=hostile)
    texts = [row["row_label"] for row in csv.DictReader(io.StringIO(ran.out, newline=""))]
    kept = [text.replace("\x00", "") for text in HOSTILE.values()]
    assert texts == [*kept, HOSTILE["ansi"]]
    ran = nqpf(
        "query", "SELECT row_label FROM s.t ORDER BY row_position", "-f", "json", project=hostile
    )
    assert [row["row_label"] for row in json.loads(ran.out)] == texts
    help_text = nqpf("query", "--help").out
    assert "spreadsheet" in help_text
    assert "--exact" in help_text


def test_hostile_names_and_errors(hostile: Path) -> None:
    ran = nqpf("query", 'SELECT 1 AS "a\x1b[31m\n"', project=hostile)
    assert ran.status == 0
    assert is_harmless(ran.out)
    ran = nqpf("query", 'SELECT * FROM "a\x1b[31mb"', project=hostile)
    assert ran.status == 2
    assert is_harmless(ran.err)
    ran = nqpf("show", "a\x1b[31mb", project=hostile)
    assert is_harmless(ran.err)


# --- exit status of a refresh -------------------------------------------------------------------


@pytest.mark.slow
def test_0_published_and_nothing_new(built_small: Project, tmp_path: Path) -> None:
    project = Path(shutil.copytree(built_small.root, tmp_path / "p"))
    ran = nqpf("refresh", project=project)
    assert ran.status == 0
    assert "nothing new" in ran.out
    (project / "studies/first.yaml").write_text(
        (project / "studies/first.yaml")
        .read_text("utf-8")
        .replace("Development and income", "Renamed")
    )
    ran = nqpf("refresh", project=project)
    assert ran.status == 0
    assert "SYNTHETIC" in ran.out
    assert "next: nqpf show first.table_1" in ran.out
    assert "Renamed" in nqpf("show", "first.table_1", project=project).out


@pytest.mark.slow
def test_1_a_check_stops_it_and_2_the_input_is_wrong(tmp_path: Path) -> None:
    project = write_mini(tmp_path, STUDY.replace("n: 16", "n: 15")).root
    ran = nqpf("refresh", project=project)
    assert ran.status == 1
    assert "n = 15" in ran.err
    assert "n = 16" in ran.err
    assert not (project / "warehouse/nqpf.duckdb").exists()
    (project / "studies/mini.yaml").write_text(STUDY.replace("title:", "titel:", 1), "utf-8")
    ran = nqpf("refresh", project=project)
    assert ran.status == 2
    assert "titel" in ran.err
    assert "studies/mini.yaml" in ran.err


def test_an_unknown_study_is_told_with_those_there_are(built_small: Project) -> None:
    ran = nqpf("refresh", "--study", "secnod", project=built_small.root)
    assert ran.status == 2
    assert "first" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are others there")
def test_a_warehouse_that_cannot_be_written(tmp_path: Path) -> None:
    project = write_mini(tmp_path).root
    (project / "warehouse").write_text("a file where the folder should be")
    ran = nqpf("refresh", project=project)
    assert ran.status == 1
    assert "warehouse" in ran.err


def test_project_from_the_environment(
    built_small: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NQPF_PROJECT", str(built_small.root))
    assert "stale:     nothing" in nqpf("status").out
    monkeypatch.delenv("NQPF_PROJECT")
    monkeypatch.chdir(built_small.root)
    assert "stale:     nothing" in nqpf("status").out
