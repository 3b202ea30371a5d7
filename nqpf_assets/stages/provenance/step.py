"""Bounds, extremes and parts of formulas of one study: what only values say of what rests on which cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.catalog.table_frames import frame_of
from nqpf_assets.expressions.compile import parts
from nqpf_assets.stages.dependencies import rows_with_score
from nqpf_assets.stages.derivation import values_everywhere
from nqpf_assets.stages.lineage.bounds import lineage_of_bounds
from nqpf_assets.stages.provenance.asked_parts import WAYS, parts_asked, read_for_conditions
from nqpf_assets.stages.provenance.cells_under import (
    cells_and_weights,
    cells_under_bounds,
    cells_under_extremes,
    rows_of_scores,
    scales_of,
)
from nqpf_assets.stages.provenance.clipped_rows import clipped_rows
from nqpf_assets.stages.provenance.part_spans import part_spans
from nqpf_assets.stages.said_formulas import formulas_said, neighbours_said
from nqpf_assets.stages.scores_read import (
    modules_of_scores,
    packages_of_scores,
    said_of_scores,
)
from nqpf_assets.steps.reads import Read, whole
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.indices import INDEX_METHODS
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.expressions.tree import Node
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.studies.variables import Winsorize

TABLES = ("clipped_cell", "bound_cell", "extreme_cell", "part_span")


def bound_step(compiled: CompiledStudy, catalogue: Catalogue) -> Step:
    """What provenance needs to know of values: bounds, extremes, and the years of parts of formulas."""
    asked, name = _Asked(compiled), compiled.name

    def run(inputs: Inputs) -> Output:
        return _tables(asked, catalogue.regions.unit_codes, inputs)

    return Step(
        "panel",
        tuple((name, table) for table in TABLES),
        asked.reads,
        run,
        code=source_of(__name__, *(modules_of_scores(compiled) if asked.may_have_parts else ())),
        parameters={
            "study file": asked.said,
            **asked.neighbours(catalogue.regions.fingerprint),
            **(packages_of_scores(compiled) if asked.may_have_parts else {}),
        },
        study=name,
        lineage={
            (name, table): said
            for table, said in lineage_of_bounds([one.key[1] for one in asked.reads]).items()
        },
    )


@dataclass(frozen=True)
class _Asked:
    """What of a study is known by its values alone, as far as its file tells."""

    compiled: CompiledStudy

    @cached_property
    def rules(self) -> Mapping[str, Winsorize]:
        """Variables that are clipped."""
        computed = self.compiled.formulas.items()
        return {key: one.winsorize for key, one in computed if one.winsorize}

    def _indices(self, *pools: str) -> list[str]:
        """Indices whose numbers are of such pools of rows."""
        indices = self.compiled.study.indices.items()
        methods = INDEX_METHODS.all
        return [key for key, one in indices if methods[one.method].pool(one) in pools]

    @cached_property
    def bounded(self) -> list[str]:
        """Indices that extremes scale."""
        return self._indices("period", "extremes")

    @cached_property
    def scaled(self) -> list[str]:
        """Indices that all rows with a score scale."""
        return self._indices("panel", "period")

    @property
    def reads_clipped(self) -> bool:
        """Whether a formula reads a value that is clipped."""
        return bool(self.rules.keys() & self.compiled.formulas_read)

    @cached_property
    def trees(self) -> dict[str, Node]:
        return {key: one.definition.tree for key, one in self.compiled.formulas.items()}

    @cached_property
    def is_read(self) -> bool:
        """Whether values of formulas are looked at, whatever they are."""
        has_parts = any(True for one in self.trees.values() for _ in parts(one))
        return has_parts or self.reads_clipped

    @cached_property
    def may_have_parts(self) -> bool:
        """Whether they are looked at if series have zeros: which have is known where these are read."""
        zeros = self.compiled.zeros(self.trees, {})
        found = (True for key, one in self.trees.items() for _ in parts(one, zeros.of(key).decides))
        return self.is_read or any(found)

    @cached_property
    def reads(self) -> tuple[Read, ...]:
        name = self.compiled.name
        read = [*WAYS, "pool"]
        read += ["series", "winsorizing"] if self.may_have_parts else []
        read += ["filled_cell"] if self.is_read else []
        read += ["derived_cell"] if self.rules else []
        read += ["variable_cell", "dependency"] if self.bounded else []
        read += ["index_read"] if self.scaled else []
        found = whole(*((name, table) for table in read))
        if self.may_have_parts and not self.is_read:
            found += (read_for_conditions(name, "filled_cell", self._formulas),)
        return found

    @property
    def _formulas(self) -> dict[str, str]:
        return {key: repr(one.definition) for key, one in self.compiled.formulas.items()}

    @property
    def said(self) -> dict[str, str]:
        """What the study file says of it."""
        compiled = self.compiled
        indices = compiled.study.indices
        return {
            **(formulas_said(compiled.formulas) if self.is_read else {}),
            **{f"winsorize of {key}": repr(rule) for key, rule in self.rules.items()},
            **(said_of_scores(compiled) if self.may_have_parts else {}),
            "indices": repr(self.scaled),
            "extremes": repr({one: scales_of(indices[one]) for one in self.bounded}),
            "periods": repr(compiled.study.periods),
            "groups": repr({one: compiled.members[one] for one in compiled.groupings_read}),
        }

    def neighbours(self, regions: str) -> dict[str, dict[str, str]]:
        """The catalogue, and who is whose neighbour in formulas that are computed again."""
        return neighbours_said(self.compiled.formulas if self.is_read else {}, {"regions": regions})


def _tables(asked: _Asked, codes: Mapping[str, str], inputs: Inputs) -> Output:
    import polars as pl

    compiled, name = asked.compiled, asked.compiled.name
    ways = [inputs.read(name, one) for one in WAYS]
    rests_on, reads, of_weights = ways
    units = inputs.read(name, "pool").select("unit")
    named = parts_asked(ways) - {rows_with_score(one) for one in compiled.study.indices}
    outside, by_name = (
        values_everywhere(inputs, compiled, codes, named)
        if asked.reads_clipped or named
        else (inputs.read(name, "pool"), {})
    )
    found = part_spans(compiled, outside, by_name, ways)
    found += [rows_of_scores(inputs, name, asked.scaled, units)] if asked.scaled else []
    spans = frame_of("part_span", found).unique(maintain_order=True)
    clipped, bounds = frame_of("clipped_cell", ()), frame_of("bound_cell", ())
    under = cells_and_weights(rests_on, of_weights)
    if asked.rules:
        values = inputs.read(name, "derived_cell").filter(pl.col("variable").is_in([*asked.rules]))
        values = values.select("variable", "unit", "period", "value").drop_nulls()
        clipped, rows = clipped_rows(compiled, values, outside if asked.reads_clipped else values)
        bounds = cells_under_bounds(rows, clipped, under, reads, spans, units)
    extremes = (
        cells_under_extremes(inputs, compiled, asked.bounded, under, bounds, spans, units)
        if asked.bounded
        else []
    )
    return {
        (name, "clipped_cell"): frame_of("clipped_cell", [clipped]),
        (name, "bound_cell"): frame_of("bound_cell", [bounds]),
        (name, "extreme_cell"): frame_of("extreme_cell", extremes),
        (name, "part_span"): spans,
    }
