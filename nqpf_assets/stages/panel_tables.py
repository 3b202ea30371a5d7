"""Tables that describe the panel: one step per study, from panel to long and printed form.

What is measured is told by the kinds of tables; here the rows that they measure are chosen, and what lies
under them is told.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from nqpf_assets.catalog.table_frames import frame_of
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.regional_differences.errors import DifferenceError
from nqpf_assets.expressions.standard_scores import one_standard_score
from nqpf_assets.expressions.tree import Name
from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.stages.clipped_variables import clipped_words
from nqpf_assets.stages.index_apart import IndexApart, index_apart
from nqpf_assets.stages.lineage.panel_tables import lineage_of_panel_tables
from nqpf_assets.stages.places import geography_of, reads_of_places
from nqpf_assets.stages.printed_panel_table import Described, PanelRows, printed_frame
from nqpf_assets.stages.provenance.table_reads import read_rows, span_rows
from nqpf_assets.stages.remarkable_cells import remarkable_in_use, remarks
from nqpf_assets.stages.series_views import files_of_cells
from nqpf_assets.stages.table_parts import (
    REMARKABLE,
    cells_under,
    columns_of_panel,
    rows_with,
)
from nqpf_assets.stages.underlying_cells import UnderlyingCells, share_words
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.indices import INDEX_METHODS
from nqpf_assets.studies.spec import Study
from nqpf_assets.studies.table_kind import PanelTable
from nqpf_assets.studies.tables import TABLE_KINDS, kind_of
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.stages.compiled_study import CompiledStudy

FIRST = "inequality"
"""The step is called after it: a further kind of table, whatever its name, is no other step."""
TABLES = (
    FIRST,
    *(table for kind in TABLE_KINDS.all.values() for table in kind.long if table != FIRST),
    "table_read",
    "table_span",
    "table_definition",
)
"""Long forms and what they rest on, which every study has; they are empty where it asks for none."""


def panel_table_step(compiled: CompiledStudy) -> Step:
    """All tables of one study that describe its panel, in long form and as printed."""
    study, name = compiled.study, compiled.name
    wanted = {key: one for key, one in study.tables.items() if isinstance(one, PanelTable)}
    if not wanted:
        return _none_asked(name)
    maps = any(one.reads_geography for one in wanted.values())
    weights = [options for one in wanted.values() for options in one.neighbours().values()]
    trees = {key: one.definition.tree for key, one in compiled.formulas.items()}
    under_tables = {key: _under(study, one) for key, one in wanted.items()}
    described_variables = {key for one in wanted.values() for key in one.variables()}
    scores = sorted(
        key for key in described_variables & trees.keys() if one_standard_score(Name(key), trees)
    )
    clipped = {
        key: words
        for key, one in wanted.items()
        if (words := clipped_words(compiled, one.variables()))
    }
    titles = {
        name: compiled.titles.get(name, name)
        for one in wanted.values()
        if one.prints_titles
        for name in one.variables()
    }

    def run(inputs: Inputs) -> Output:
        import polars as pl

        panel, under = inputs.read(name, "panel"), UnderlyingCells.read(inputs, name)
        remarkable = remarkable_in_use(inputs, name)
        geography = geography_of(inputs.read, weights) if maps else None
        long: dict[str, list[pl.DataFrame]] = {table: [] for table in TABLES}
        finished: dict[tuple[str, str], pl.DataFrame] = {}
        problems: list[Problem] = []
        for table_name, table in wanted.items():
            try:
                rows = _rows_of(study, table, panel)
                index = _taken_apart(study, table, inputs)
                given = PanelRows(f"{name}.{table_name}", rows, geography, titles, index)
                described, notes = _described(study, table_name, table, given, under)
                notes += [clipped[table_name]] if table_name in clipped else []
                notes += remarks(under_tables[table_name], described.sample, remarkable, under)
            except CheckFailed as failed:
                problems += failed.problems
                continue
            computed = study.computed_groups
            long["table_read"].append(read_rows(table_name, table, described, scores, computed))
            long["table_span"].append(span_rows(table_name, table, described, rows))
            long["table_definition"].append(_definition(table_name, table))
            for made, frame in described.long.items():
                long[made].append(frame.with_columns(table_name=pl.lit(table_name)))
            finished[name, table_name] = printed_frame(described, notes)
        if problems:
            raise CheckFailed(problems)
        return {(name, made): frame_of(made, frames) for made, frames in long.items()} | finished

    variables = [key for one in under_tables.values() for key in one]
    apart = sorted({index for one in wanted.values() for index in one.indices()})
    indicators = [one.name for key in apart for one in study.indices[key].formulas(key)]
    methods = sorted({study.indices[key].method for key in apart})
    groups = [key for one in wanted.values() for key in one.groupings()]
    return Step(
        "result",
        tuple((name, table) for table in (*TABLES, *wanted)),
        (
            columns_of_panel((name, "panel"), [*variables, *groups]),
            *cells_under(compiled, variables),
            rows_with(REMARKABLE, "series_id", compiled.under(variables)),
            *(reads_of_places(weights) if maps else ()),
            files_of_cells((name, "reported_cell"), compiled.under(variables)),
            *((rows_with((name, "variable_cell"), "variable", indicators),) if apart else ()),
        ),
        run,
        code=source_of(
            __name__,
            *sorted({kind_of(one).module for one in wanted.values()}),
            *(INDEX_METHODS.own[one].module for one in methods if one in INDEX_METHODS.own),
        ),
        parameters={
            "study file": {
                **{key: json.dumps(one.model_dump(mode="json")) for key, one in wanted.items()},
                "order of tables": json.dumps(list(wanted)),
                "periods": study.periods.model_dump_json(),
                **({"winsorized": json.dumps(clipped)} if clipped else {}),
                **({"titles": json.dumps(titles)} if titles else {}),
                **({"standard scores": json.dumps(scores)} if scores else {}),
                **{f"indices.{key}": study.indices[key].model_dump_json() for key in apart},
            },
            **({"package": INDEX_METHODS.behind(methods)} if apart else {}),
        },
        study=name,
        lineage={(name, table): said for table, said in lineage_of_panel_tables(wanted).items()},
    )


def _none_asked(name: str) -> Step:
    """The long forms of a study that has no such table: nothing is read, and nothing makes them stale."""

    def run(_inputs: Inputs) -> Output:
        return {(name, table): frame_of(table, ()) for table in TABLES}

    return Step(
        "result",
        tuple((name, table) for table in TABLES),
        (),
        run,
        code=source_of(__name__),
        study=name,
        lineage={(name, table): said for table, said in lineage_of_panel_tables({}).items()},
    )


def _definition(name: str, table: PanelTable) -> pl.DataFrame:
    """What is asked of a table, its kind among it, whether the study file names it or not."""
    import polars as pl

    said = json.dumps(
        {"kind": kind_of(table).name, **table.model_dump(mode="json", exclude_unset=True)}
    )
    return pl.DataFrame({"table_name": [name], "definition": [said]})


def _taken_apart(study: Study, table: PanelTable, inputs: Inputs) -> IndexApart | None:
    """The index that a table looks into, where it does."""
    names = table.indices()
    cells = (inputs.scan(study.study, "variable_cell") for _ in names)
    made = (index_apart(study, name, one) for name, one in zip(names, cells, strict=True))
    return next(made, None)


def _under(study: Study, table: PanelTable) -> tuple[str, ...]:
    """Variables under a table: those that it is made from, and what decides the groups of its rows."""
    computed = (one for one in table.groupings() if one in study.computed_groups)
    return (*table.variables(), *computed)


def _rows_of(study: Study, table: PanelTable, panel: pl.DataFrame) -> pl.DataFrame:
    """Rows of the panel in the years of a table, by unit and year."""
    import polars as pl

    first, last = table.first or study.periods.first, table.last or study.periods.last
    return panel.filter(pl.col("period").is_between(first, last)).sort("unit", "period")


def _described(
    study: Study,
    name: str,
    table: PanelTable,
    given: PanelRows,
    under: UnderlyingCells,
) -> tuple[Described, list[str]]:
    """One table, and its notes: what kind of data it rests on before anything else.

    Raises:
        CheckFailed: the rows do not carry what is asked.
    """
    import polars as pl

    try:
        described: Described = kind_of(table).make(table, given)
    except (DifferenceError, EstimationError) as error:
        raise CheckFailed(
            [
                Problem(
                    file=f"study {study.study}",
                    where=name,
                    expected="values from which the table can be made",
                    found=str(error),
                    remedy="correct the variables, the grouping, the neighbours or the years of the table",
                    code="panel_table",
                    asked_at=("tables", name),
                )
            ]
        ) from error
    facts = under.of(_under(study, table), described.sample)
    if "local_moran" in described.long:
        # Its rows are read one by one, as a map; each says what it rests on.
        status = pl.lit(facts["data_status"]).alias("data_status")
        own = described.long["local_moran"].with_columns(status)
        described = replace(described, long={**described.long, "local_moran": own})
    notes = list(described.notes)
    if facts["data_status"] in ("synthetic", "survey"):
        notes.insert(0, f"{str(facts['data_status']).upper()} data.")
    if facts["n_imputed_cells"]:
        share = share_words(facts["n_imputed_cells"], facts["n_series_cells"])
        notes.append(f"Interpolated or extrapolated cells underneath: {share}.")
    if facts["n_corrected_cells"]:
        notes.append(f"Corrected cells underneath: {facts['n_corrected_cells']}.")
    if table.note:
        notes.append(" ".join(table.note.split()))
    return described, notes
