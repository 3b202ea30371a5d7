"""The pages of `docs/` that are made from the code: commands from their help, tables, checks, the index.

``python -m tests.docs.generated`` writes them; a test fails while they are not current.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from nqpf_assets.catalog.columns import STUDY_SCHEMA, TableInfo, registry
from nqpf_assets.catalog.schema_version import SCHEMA_VERSION
from nqpf_assets.checks.check import TableCheck
from nqpf_assets.checks.registry import CHECKS
from nqpf_assets.exports.registry import EXPORTS
from nqpf_assets.figures.registry import kinds_in_order
from nqpf_assets.formats.registry import in_order
from nqpf_assets.questions.ready import ready_queries
from nqpf_assets.studies import schema as of_studies
from tests.command import nqpf
from tests.docs import refusals

CHECKOUT = Path(__file__).parents[2]
MADE = "<!-- made by `make docs`; edit the code it is made from -->"

SCHEMAS = {
    "source": "What the files say: every file and every published value, nothing merged or chosen.",
    "catalog": "What things are: regions, series, units, and the columns of this page.",
    "panel": "The cells of all studies, with what was decided about each.",
    "index": "Composite indices of all studies.",
    "result": "Results of all studies: regressions, regional differences, fitted trends, clusters.",
    "audit": "What a careful reader should know before believing a number.",
    STUDY_SCHEMA: "Each study has a schema of its own name with these tables, and its finished tables "
    "under the names that its file gives them. The tables above put those of all studies together.",
}
"""Schemas in the order of the walk, with what they hold."""


def help_of(*command: str) -> str:
    """What ``nqpf … --help`` prints, at a width that a page can hold."""
    with mock.patch.dict(os.environ, {"COLUMNS": "92", "NO_COLOR": "1", "TERM": "dumb"}):
        ran = nqpf(*command, "--help")
    assert ran.status == 0, ran.err
    return "\n".join(line.rstrip() for line in ran.out.strip().splitlines())


def command_names() -> list[str]:
    """Names of the commands, in the order of the help."""
    _, _, listed = help_of().partition("Commands:")
    return re.findall(r"^  ([a-z][a-z-]*)", listed, re.MULTILINE)


def commands_page() -> str:
    """`docs/commands.md`."""
    parts = [
        "# Commands",
        MADE,
        "Each command works on a *project*: a folder with `raw/`, `studies/` and `warehouse/`. It is the "
        "current folder, or the one that `NQPF_PROJECT` or `--project` names.",
        "The same files, versions and studies give the same tables to the last digit, whatever the number "
        "of threads; models of a panel that memory does not hold, which say so in their note, to the tenth "
        "([spark.md](spark.md#linear-models)). `NQPF_THREADS` and `POLARS_MAX_THREADS` say how many DuckDB "
        "and Polars may use, on a machine that others share; linear algebra always has one. "
        "`NQPF_MEMORY` (`4GB`) is the most "
        "that DuckDB may hold in memory, four fifths of the machine's without it; what is more goes to "
        "the system's folder for temporary files (`TMPDIR`), at most `NQPF_DISK` of it. Parts of tables "
        "of more than half a million rows lie there, too, while they are put together: these tables, once or "
        "twice. Where that is not enough, a refresh says so, and what is published stays.",
        "| exit status | means |\n|---|---|\n"
        "| 0 | published, or answered |\n"
        "| 1 | a check stopped it, or another refresh is at work; the published warehouse is as it was |\n"
        "| 2 | the input is wrong: every problem is printed with its place and what to do |",
    ]
    for name in command_names():
        parts += [f"## nqpf {name}", f"```text\n{help_of(name)}\n```"]
    return "\n\n".join(parts) + "\n"


def tables_page() -> str:
    """`docs/tables.md`."""
    tables = registry()
    parts = [
        "# Tables",
        MADE,
        "What stands in `warehouse/nqpf.duckdb`. The same words are comments of the tables and columns "
        "in the file, and rows of `catalog.column`. One row per *grain*: no two rows agree in all of "
        "these columns, and a check stops the publication if they do.",
        f"This is version {SCHEMA_VERSION} of the layout, which the file states in `schema_version` of "
        "`audit.publication`. It rises when a name goes or means something else; what is added leaves it. "
        "The names alone, for a program: [schema.txt](schema.txt).",
    ]
    for schema, words in SCHEMAS.items():
        own = {key: info for key, info in tables.items() if key[0] == schema}
        title = "A study's own schema" if schema == STUDY_SCHEMA else schema
        parts += [f"## {title}", words]
        parts += [_table(*key, info) for key, info in own.items()]
    return "\n\n".join(parts) + "\n"


def checks_page() -> str:
    """`docs/checks.md`."""
    rows = [
        f"| `{rule.name}` | {_held(check)} | {rule.expected} | {'told' if rule.is_warning else 'stops'} |"
        for check in CHECKS.own.values()
        for rule in check.rules
    ]
    parts = [
        "# Checks",
        MADE,
        "What tables are held to right after they are written. A check that *stops* publishes nothing: exit "
        "status 1, and what was published stays as it was. One that is *told* is a warning at the end of the "
        "refresh and a row of `audit.check_finding`.",
        "Before these, every table is held to its registered columns and its grain (`grain`), and one whose "
        "columns a study makes up to having a row (`not_empty`). What a study says itself is held too: "
        "`minimum` and `maximum` of its variables (`ranges`), gaps that its rule can fill "
        "(`whole_numbers`), regions that it puts together (`members`, `not_put_together`), variables that "
        "`winsorize` leaves something of (`clipped_to_one_value`, "
        "`nothing_to_clip`), units that a project's own groups leave out (`left_out_of_groups`), values of "
        "groupings by an expression for which no group stands (`values_without_a_group`).",
        "`*` before the name of a table stands for the schema of any study. Packages bring further checks: "
        "[Packages of your own](plugins.md).",
        "\n".join(["| check | tables | expected | |", "|---|---|---|---|", *rows]),
    ]
    return "\n\n".join(parts) + "\n"


def _held(check: TableCheck) -> str:
    """Which tables are held to a check, in words."""
    if check.tables == ("*",):
        return "every table"
    named = ", ".join(f"`{one}`" for one in check.tables)
    having = ", ".join(f"`{one}`" for one in check.columns)
    but = f" but not {', '.join(f'`{one}`' for one in check.unless)}" if check.unless else ""
    return " and ".join(filter(None, (named, having and f"every table with {having}{but}")))


SCHEMA = CHECKOUT / "docs" / "schema.txt"


def schema_names() -> str:
    """`docs/schema.txt`: tables with their grain and columns with their types, and the version of it all.

    Raises:
        ValueError: a line went since it was written, and the version did not rise.
    """
    lines = [
        line
        for (schema, table), info in sorted(registry().items())
        for line in (
            f"{schema}.{table} ({', '.join(info.grain)})",
            *(f"{schema}.{table}.{one.name} {one.type}" for one in info.columns),
        )
    ]
    first, *before = SCHEMA.read_text("utf-8").splitlines() if SCHEMA.exists() else ["0"]
    gone = sorted(set(before) - set(lines))
    if gone and int(first.split()[-1]) >= SCHEMA_VERSION:
        raise ValueError(
            "names of the published file are gone or changed: raise SCHEMA_VERSION in "
            f"nqpf_assets/catalog/schema_version.py, then `make docs`: {'; '.join(gone)}"
        )
    return "\n".join([f"schema_version {SCHEMA_VERSION}", *lines]) + "\n"


def _table(schema: str, table: str, info: TableInfo) -> str:
    name = f"*study*.{table}" if schema == STUDY_SCHEMA else f"{schema}.{table}"
    lines = [f"### {name}", "", info.description, ""]
    lines += [f"Grain: {', '.join(f'`{column}`' for column in info.grain)}.", ""]
    lines += ["| column | type | |", "|---|---|---|"]
    lines += [
        f"| `{column.name}` | {column.type} | {column.description.replace('|', chr(92) + '|')} |"
        for column in info.columns
    ]
    if info.is_open:
        lines += ["", "Further columns are the study's own."]
    return "\n".join(lines)


def index_page() -> str:
    """`docs/index.md`, with its list of methods brought up to date."""
    done = subprocess.run(
        ["git", "ls-files", "docs/methods/*.md"],
        cwd=CHECKOUT,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    titles = {}
    for name in done.stdout.splitlines():
        first = (CHECKOUT / name).read_text("utf-8").splitlines()[0]
        titles[name.removeprefix("docs/")] = first.lstrip("# ")
    made = "\n".join(f"- [{title}]({name})" for name, title in titles.items())
    page = (CHECKOUT / "docs" / "index.md").read_text("utf-8")
    return re.sub(
        r"(<!-- methods: [^\n]* -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}{made}\n{found[2]}",
        page,
        flags=re.DOTALL,
    )


def formats_page() -> str:
    """`docs/formats.md`, with its table of formats brought up to date."""
    lines = [
        "| format | recognised by | series and unit | region and year | the card supplies |",
        "|---|---|---|---|---|",
    ]
    for reader in in_order():
        for one in reader.words:
            names = ", ".join(f"`{name}`" for name in one.formats)
            lines.append(f"| {names} | {one.known_by} | {one.series} | {one.region} | {one.card} |")
    page = (CHECKOUT / "docs" / "formats.md").read_text("utf-8")
    made = "\n".join(lines)
    return re.sub(
        r"(<!-- readers: [^\n]* -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}{made}\n{found[2]}",
        page,
        flags=re.DOTALL,
    )


def figures_page() -> str:
    """`docs/figures.md`, with its table of kinds brought up to date."""
    rows = [f"| `{one.name}` | {one.title} | {one.description} |" for one in kinds_in_order()]
    made = "\n".join(["| kind | shows | |", "|---|---|---|", *rows])
    page = (CHECKOUT / "docs" / "figures.md").read_text("utf-8")
    return re.sub(
        r"(<!-- kinds: [^\n]* -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}{made}\n{found[2]}",
        page,
        flags=re.DOTALL,
    )


def results_page() -> str:
    """`docs/results.md`, with its table of formats brought up to date."""
    lines = [
        "| `--to` | printed tables | rows | a study in one file | for |",
        "|---|---|---|---|---|",
    ]
    for name, one in sorted(
        EXPORTS.own.items(), key=lambda item: list(item[1].writers) != ["tables"]
    ):
        if not one.is_drawn:
            has = " | ".join(
                "yes" if what in one.writers else "" for what in ("tables", "rows", "study")
            )
            lines.append(f"| `{name}` | {has} | {one.purpose} |")
    page = (CHECKOUT / "docs" / "results.md").read_text("utf-8")
    made = "\n".join(lines)
    return re.sub(
        r"(<!-- exports: [^\n]* -->\n).*?(<!-- end -->)",
        lambda found: f"{found[1]}{made}\n{found[2]}",
        page,
        flags=re.DOTALL,
    )


def queries_page() -> str:
    """`docs/queries.md`."""
    known = ready_queries().values()
    parts = [
        "# Ready queries",
        MADE,
        "Questions that come up in every project, each one query over the tables of all studies. "
        "`nqpf query --list` names them, `nqpf query --ready NAME` runs one, with `--format` and "
        "`--output` as of any query. They are plain SQL: copy one, and add `WHERE study = '…'`. More of "
        "asking: [Ask the warehouse](asking.md).",
        "\n".join(f"- [{one.title}](#{one.name})" for one in known),
    ]
    for one in known:
        parts += [f"## {one.name}", f"{one.title} {one.words}", f"```sql\n{one.sql}\n```"]
    return "\n\n".join(parts) + "\n"


def with_keys(name: str) -> Callable[[], str]:
    """A page of `docs/` whose tables of keys are made from the schema of study files."""
    page = CHECKOUT / "docs" / name
    return lambda: of_studies.with_reference(page.read_text(encoding="utf-8"))


PAGES: dict[Path, Callable[[], str]] = {
    CHECKOUT / "docs" / "index.md": index_page,
    CHECKOUT / "docs" / "commands.md": commands_page,
    CHECKOUT / "docs" / "formats.md": formats_page,
    CHECKOUT / "docs" / "figures.md": figures_page,
    CHECKOUT / "docs" / "tables.md": tables_page,
    CHECKOUT / "docs" / "queries.md": queries_page,
    CHECKOUT / "docs" / "results.md": results_page,
    CHECKOUT / "docs" / "checks.md": checks_page,
    CHECKOUT / "docs" / "refusals.md": refusals.page,
    SCHEMA: schema_names,
    CHECKOUT / "docs" / "studies.md": with_keys("studies.md"),
    CHECKOUT / "docs" / "estimators.md": with_keys("estimators.md"),
    of_studies.COMMITTED: of_studies.schema_text,
}


def main() -> None:
    """Write every page."""
    for path, page in PAGES.items():
        path.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
