"""`absorbed_cell` of one study: a step of its own, which is run whatever the study says of influence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.catalog.table_frames import frame_of
from nqpf_assets.stages.influence.absorbed_cells import (
    absorbed,
    are_read_elsewhere,
    looked_at,
    tables_of,
    taken_out,
)
from nqpf_assets.stages.influence.lineage import lineage_of_absorbed
from nqpf_assets.stages.influence.said import (
    OF_WALK,
    gradients_of,
    neighbours_of_walk,
    packages_of_walk,
    said_of_columns,
    said_of_walk,
)
from nqpf_assets.stages.influence.through_weights import NeighboursOfColumn
from nqpf_assets.stages.places import geography_of, reads_of_places
from nqpf_assets.stages.requested_columns import weights_of
from nqpf_assets.steps.reads import whole
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.estimator_registry import packages_of
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.stages.requested_columns import Request

TABLE = "absorbed_cell"
READ = (*OF_WALK, "rests_on", "model", "model_sample", "estimate", "test")


def absorbed_step(compiled: CompiledStudy, catalogue: Catalogue) -> Step:
    """The table of one study; nothing is read where no column can have such cells."""
    name = compiled.name
    asked = [one for one in compiled.requests if looked_at(one.column)]
    read = (*READ, *(["index_score"] if compiled.scores_read else [])) if asked else ()
    used = {one.column.estimator for one in asked}
    spatial = [weights_of(one.column) for one in asked]

    def run(inputs: Inputs) -> Output:
        found = _Looking(inputs, compiled, catalogue).cells(asked) if asked else []
        return {(name, TABLE): frame_of(TABLE, found)}

    # What is in no such column moves none of its variables, whatever else the walk goes through.
    below = compiled.under({name for one in asked for name in looked_at(one.column)})
    regions = catalogue.regions.fingerprint
    said = {**said_of_columns(asked), **said_of_walk(compiled, below)} if asked else {}
    return Step(
        "result",
        ((name, TABLE),),
        (
            *whole(*((name, table) for table in read)),
            *(reads_of_places(spatial) if any(spatial) else ()),
        ),
        run,
        code=source_of(__name__, *sorted(gradients_of(compiled) if asked else ())),
        parameters={
            "study file": said,
            **(neighbours_of_walk(compiled, below, regions) if asked else {}),
            "package": packages_of(used) | packages_of_walk(compiled) if asked else {},
        },
        study=name,
        lineage={(name, TABLE): lineage_of_absorbed(asked, read)},
    )


class _Looking:
    """The tables of a study in which absorbed cells are found."""

    def __init__(self, inputs: Inputs, compiled: CompiledStudy, catalogue: Catalogue) -> None:
        self.inputs, self.compiled, self.catalogue = inputs, compiled, catalogue

    def _read(self, table: str) -> pl.DataFrame:
        return self.inputs.read(self.compiled.name, table)

    def _told(self) -> dict[tuple[str, str], set[str]]:
        """Columns, by table and label → the terms and tests that they report."""
        found: dict[tuple[str, str], set[str]] = {}
        for table, name in (("estimate", "term"), ("test", "test")):
            for of_table, label, one in (
                self._read(table).select("table_name", "column_label", name).iter_rows()
            ):
                found.setdefault((of_table, label), set()).add(one)
        return found

    def cells(self, asked: list[Request]) -> list[pl.DataFrame]:
        """Of every column that reads some cells in more than one of its rows and reports no level.

        What an index under it does not tell stays listed as what it is.
        """
        from nqpf_assets.stages.influence.stations import stations

        told, rests_on = self._told(), self._read("rests_on")
        columns = {(one.table, one.column.label): one.column for one in asked}
        kept = {
            key: (column, effects)
            for key, column in columns.items()
            if (effects := taken_out(column, told.get(key, ())))
            and are_read_elsewhere(looked_at(column), rests_on)
        }
        if not kept:
            return []
        whole_panel = self._read("panel").sort("unit", "period").with_row_index("place")
        panel = whole_panel.select("unit", "period")
        models = self._read("model").select("table_name", "column_label", "sample_id")
        samples = {(table, label): sample for table, label, sample in models.iter_rows()}
        sample = self._read("model_sample")
        codes = self.catalogue.regions.unit_codes
        walk = stations(self.inputs, self.compiled, codes, panel)
        untold = {*self.compiled.study.indices} - {*walk.indices}
        spatial = [weights_of(column) for column, _ in kept.values()]
        geography = geography_of(self.inputs.read, spatial) if any(spatial) else None
        found = {}
        for key, (column, effects) in kept.items():
            if key not in samples:
                continue
            of_column = sample.filter(sample["sample_id"] == samples[key])
            rows = whole_panel.join(of_column, on=["unit", "period"], how="semi")
            neighbours = NeighboursOfColumn(column, rows, geography)
            of_variables = {
                one: neighbours.leave(one, effects)
                for one in looked_at(column)
                if untold.isdisjoint(self.compiled.under([one]))
            }
            found[key] = absorbed(column, of_variables, rows, len(panel), walk)
        return tables_of(found)
