"""`catalog.column_lineage`: which columns of which tables every column of every table is made from.

How it is read from queries and declarations is `steps.lineage`'s; here the lineage of all steps is put
together, with that of views and of what a publication says of itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from nqpf_assets.catalog.columns import STUDY_SCHEMA, registry, table_info
from nqpf_assets.stages.sql import sql_files
from nqpf_assets.steps.lineage import column_lineage, declared
from nqpf_assets.steps.query_lineage import Lineage, query_lineage
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.warehouse.code_hash import source_of
from nqpf_assets.warehouse.store import TableKey

KEY = ("catalog", "column_lineage")


def lineage_step(steps: Iterable[Step]) -> Step:
    """The step of the table; a changed query or declaration makes it stale, and no number does."""
    steps = tuple(steps)
    own = {KEY: {"others": "identity program, study file"}}

    def run(inputs: Inputs) -> Output:
        from nqpf_assets.catalog.table_frames import rows_of

        return {KEY: rows_of("column_lineage", _rows([*steps, step]), "catalog")}

    step = Step(
        "catalog",
        (KEY,),
        (),
        run,
        code=source_of(__name__),
        parameters={
            "columns of tables": {
                one.name: repr((sorted(one.sql.items()), sorted(map(repr, one.lineage.items()))))
                for one in steps
            },
            "columns": {"registry": repr(registry())},
        },
        lineage=own,
    )
    return step


def lineage_of(step: Step, key: TableKey) -> Lineage:
    """For each column of one table of a step, and for its rows, what it is made from."""
    return column_lineage(step, key, {one: _columns_of(one) for one in (*step.inputs, key)})


def lineage_of_all(steps: Iterable[Step]) -> Iterator[tuple[TableKey, Lineage]]:
    """Every table of a project: those of its steps, views, and what a publication says of itself."""
    made = {key: lineage_of(step, key) for step in steps for key in step.outputs}
    yield from made.items()
    files = list(sql_files())
    for file in files:
        if file.is_view and ("result", "model") in made:
            yield file.key, query_lineage(file.text, _shared_columns())
    for key, info in registry().items():
        by_step = key in made or info.collects or key in {file.key for file in files}
        if key[0] != STUDY_SCHEMA and not by_step:
            yield key, declared((("others", "identity publications"),), None, info.names)


def _rows(steps: Iterable[Step]) -> Iterator[dict[str, Any]]:
    for (schema, table), found in lineage_of_all(steps):
        for column, entries in found.items():
            for one in entries:
                yield {
                    "schema_name": schema,
                    "table_name": table,
                    "column_name": column,
                    "from_schema": one.schema or None,
                    "from_table": one.table,
                    "from_column": one.column or None,
                    "kind": "direct" if one.is_direct else "indirect",
                    "how": one.how,
                }


def _columns_of(key: TableKey) -> tuple[str, ...]:
    """Columns of a table as they are registered; none of one whose columns a study makes up."""
    info = table_info(*key)
    return info.names if info and not info.is_open else ()


def _shared_columns() -> tuple[tuple[TableKey, tuple[str, ...]], ...]:
    return tuple((key, info.names) for key, info in registry().items() if key[0] != STUDY_SCHEMA)
