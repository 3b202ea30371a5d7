"""What an asset shows in Dagster's pages, taken from the registry, the record and the table."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import dagster as dg

from nqpf_assets.catalog.columns import described_columns, table_info
from nqpf_assets.messages.problems import Problem
from nqpf_assets.messages.shown_text import code_on_page, on_page
from nqpf_assets.projects.opened import OpenedProject
from nqpf_assets.publications.publish import Publication
from nqpf_assets.stages.lineage.column_lineage import lineage_of
from nqpf_assets.steps.execute import Made
from nqpf_assets.steps.query_lineage import ROWS, Lineage
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.store import TableKey

PREVIEW_ROWS = 8
MOST_FIGURES, LARGEST_FIGURE = 4, 60_000
"""Figures of a study in the record of a publication, and bytes of one: the record is kept for ever."""


def declared_metadata(key: TableKey, opened: OpenedProject) -> Mapping[str, Any]:
    """The columns that are known before a table is made: the registered ones, and a study's variables."""
    info = table_info(*key)
    if info is None:
        return {}
    columns = [(one.name, one.type, one.description) for one in info.columns]
    if info.is_open:
        study = opened.compiled[key[0]]
        for name, one in study.formulas.items():
            words, unit = one.title or one.definition.expression, one.definition.unit
            if one.role == "grouping":
                columns.append((name, "VARCHAR", f"group of the row, {words}"))
            else:
                columns.append((name, "DOUBLE", f"{words} ({unit})" if unit else words))
        columns += [(name, "DOUBLE", one.title) for name, one in study.study.indices.items()]
        columns += [(name, "VARCHAR", _of_grouping(name)) for name in study.study.unit_groups]
    described = [dg.TableColumn(n, kind, description=on_page(words)) for n, kind, words in columns]
    return {"dagster/column_schema": dg.TableSchema(described)}


def made_metadata(made: Made, opened: OpenedProject) -> Mapping[str, Any]:
    """Rows, columns, lineage of columns and a preview of one table."""
    metadata: dict[str, Any] = {
        "dagster/row_count": made.record.n_rows,
        "dagster/column_schema": _schema(made.key, opened),
        "preview": dg.MetadataValue.md(_preview(made.key, opened)),
        "rebuilt": made.is_rebuilt,
        "file": dg.MetadataValue.path(str(opened.store.path(made.key))),
    }
    sql = opened.graph.maker[made.key].sql.get(made.key)
    if sql:
        metadata["query"] = dg.MetadataValue.md(code_on_page(sql, "sql"))
    if found := _lineage(lineage_of(opened.graph.maker[made.key], made.key)):
        metadata["dagster/column_lineage"] = found
    return metadata


def published_metadata(
    done: Publication, opened: OpenedProject, left_out: Iterable[Problem] = ()
) -> Mapping[str, Any]:
    """How much was published, where it lies, and what of it is nowhere else yet: pages, or its storage."""
    told = "\n".join(f"{one.expected}: {one.found}; {one.remedy}" for one in left_out)
    return {
        "tables": done.n_tables,
        "dagster/row_count": done.n_rows,
        "bytes": done.size,
        "file": dg.MetadataValue.path(str(opened.project.database)),
        **({"left_out": told} if told else {}),
        **figure_previews(opened.project, sorted(opened.studies)),
    }


def figure_previews(project: Project, studies: Iterable[str]) -> Mapping[str, Any]:
    """The first figures of each study, as the pages of the publication have them; none without these.

    Pictures in the text itself, since Dagster's pages show no file of the machine; large ones are left out.
    """
    from nqpf_assets.site.addresses import figures_page
    from nqpf_assets.site.page import slug

    found = {}
    for study in studies:
        shown: list[str] = []
        for path in sorted((project.site / slug(study) / "figures").glob("*.en.*.svg")):
            content = path.read_bytes()
            if len(content) <= LARGEST_FIGURE and len(shown) < MOST_FIGURES:
                picture = base64.b64encode(content).decode("ascii")
                shown.append(f"![{on_page(path.name)}](data:image/svg+xml;base64,{picture})")
        if shown:
            pages = on_page(project.site / figures_page(study))
            words = f"All figures of the study: {pages}"
            found[f"figures_{study}"] = dg.MetadataValue.md("\n\n".join([*shown, words]))
    return found


def _schema(key: TableKey, opened: OpenedProject) -> dg.TableSchema:
    described = _described(key, opened)
    types = opened.store.scan(key).collect_schema()
    return dg.TableSchema(
        [
            dg.TableColumn(
                name,
                str(kind),
                description=on_page(described.get(name, "")) or None,
            )
            for name, kind in types.items()
        ]
    )


def _described(key: TableKey, opened: OpenedProject) -> dict[str, str]:
    """Columns in words: the registry's, and of an open table the study's variables, indices and groupings."""
    import polars as pl

    info, described = table_info(*key), described_columns()
    if info is None:
        return described | _printed_columns(key, opened)
    if info.is_open:
        study = opened.studies[key[0]]
        described |= {name: _of_grouping(name) for name in study.unit_groups}
        computed = study.computed_groups
        described |= {
            name: f"group of the row, {title}"
            if name in computed
            else (f"{title} ({unit})" if unit else title)
            for name, title, unit in opened.store.scan((key[0], "variable"))
            .select("variable", pl.coalesce("title", "expression", "variable"), "unit_measure")
            .collect()
            .iter_rows()
        }
    return described | {column.name: column.description for column in info.columns}


def _of_grouping(name: str) -> str:
    return f"group of the unit in the grouping {name}"


def _printed_columns(key: TableKey, opened: OpenedProject) -> dict[str, str]:
    """Columns of a printed table by what the study says of them: a model, or the values of a year."""
    study = opened.compiled[key[0]]
    table = study.study.tables[key[1]]
    if words := table.columns_in_words():
        return words
    found = {}
    for one in (request.column for request in study.requests if request.table == key[1]):
        terms = ", ".join((*one.regressors, *one.controls)) or "its own terms"
        found[one.label] = f"{one.estimator} of {one.outcome or 'no outcome'} on {terms}"
    return found


def _preview(key: TableKey, opened: OpenedProject) -> str:
    """The first rows as a Markdown table, in which names and texts are nothing but text."""
    head = opened.store.scan(key).head(PREVIEW_ROWS).collect()
    names = map(on_page, head.columns)
    lines = [names, ["---"] * head.width, *(map(_cell, row) for row in head.iter_rows())]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.6g}"
    return "" if value is None else on_page(value)


def _lineage(found: Lineage) -> dg.TableColumnLineage | None:
    """Columns with those of other assets from which their values are made."""
    made = {
        name: [
            dg.TableColumnDep(dg.AssetKey([one.schema, one.table]), one.column)
            for one in dict.fromkeys(replace(one, how="") for one in entries if one.is_direct)
            if one.schema
        ]
        for name, entries in found.items()
        if name != ROWS
    }
    return dg.TableColumnLineage(made) if any(made.values()) else None
