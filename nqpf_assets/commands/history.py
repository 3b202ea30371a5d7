"""List the publications that are kept, or the coefficients of one table over them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from nqpf_assets.commands.common.arguments import ProjectOption, TextFormat, TextFormatOption
from nqpf_assets.commands.common.command import Command
from nqpf_assets.exports.terminal import err, out, plain, write_data
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.problems import did_you_mean
from nqpf_assets.publications.estimates import estimates_over_time
from nqpf_assets.publications.manifest import Manifest, manifests
from nqpf_assets.user_input.project import Project

if TYPE_CHECKING:
    import polars as pl


def run(
    table: Annotated[
        str | None,
        typer.Argument(metavar="[STUDY.TABLE]", help="E.g. province.table_1; default: list all."),
    ] = None,
    project: ProjectOption = None,
    format: TextFormatOption = TextFormat.text,
) -> int:
    """Print the history; the exit status."""
    opened = Project.at(project)
    kept = manifests(opened)
    if not kept:
        err().print(
            plain(f"nothing was published in {opened.warehouse} yet: run `nqpf refresh`"),
            soft_wrap=True,
        )
        return 2
    if table is None:
        return _publications(kept, format)
    study, _, name = table.partition(".")
    rows = estimates_over_time(opened, kept, study, name)
    if rows.is_empty():
        err().print(
            plain(
                f"no publication has coefficients of {table}: "
                + (
                    did_you_mean(table, kept[-1].tables)
                    or "name a table of regressions, STUDY.TABLE"
                )
            ),
            soft_wrap=True,
        )
        return 2
    if format == "json":
        write_data(json.dumps(rows.to_dicts(), indent=1, ensure_ascii=False) + "\n")
        return 0
    console = out()
    for line in _table(table, rows):
        console.print(plain(line), soft_wrap=True)
    return 0


def _publications(kept: list[Manifest], format: str) -> int:
    if format == "json":
        facts = ("number", "published_at", "fingerprint")
        content = [
            {fact: getattr(one, fact) for fact in facts}
            | {"n_tables": len(one.tables), "n_rows": one.n_rows, "versions": one.versions}
            for one in kept
        ]
        write_data(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
        return 0
    console = out()
    for before, one in zip([None, *kept[:-1]], kept, strict=True):
        changed = sum(
            before is None or before.tables.get(name) != table for name, table in one.tables.items()
        )
        found = f", {counted(len(one.findings), 'findings')}" if one.findings else ""
        console.print(
            plain(
                f"{one.number:>4}  {one.published_at}  {counted(len(one.tables), 'tables')}, "
                f"{changed} of them "
                f"new or changed, {counted(one.n_rows, 'rows', ',')}{found}"
            )
        )
    console.print("next: nqpf diff, or nqpf query --publication N")
    return 0


def _table(name: str, rows: pl.DataFrame) -> Iterator[str]:
    """Each coefficient with one line per publication in which it is another one."""
    for (label, term), part in rows.group_by("column_label", "term", maintain_order=True):
        yield f"{name} {label} {term}"
        seen: tuple[float, float | None, int] | None = None
        for row in part.iter_rows(named=True):
            now = (row["estimate"], row["std_error"], row["n_obs"])
            if now == seen:
                continue
            synthetic = "  SYNTHETIC" if row["data_status"] == "synthetic" else ""
            error, p_value = row["std_error"], row["p_value"]
            inference = (
                "(no standard error)" if error is None else f"({error:.4g})  p {p_value:.4f}"
            )
            yield (
                f"{row['publication']:>4}  {row['published_at']}  {row['estimate']:>10.4g} "
                f"{inference}  n {row['n_obs']}{synthetic}"
            )
            seen = now


COMMAND = Command("history", run)
