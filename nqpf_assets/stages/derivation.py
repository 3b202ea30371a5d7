"""From series to variables: `derived_cell` of one study, all formulas in one query.

Formulas are compiled by `nqpf_assets.studies.expressions`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.engine import Query, quoted
from nqpf_assets.problems import CheckFailed, Problem
from nqpf_assets.stages.source_code import source_of
from nqpf_assets.stages.step import Inputs, Output, Step
from nqpf_assets.stages.study import members, study_units
from nqpf_assets.studies.formulas import formulas_by_name
from nqpf_assets.studies.spec import Study

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue


def derivation_step(study: Study, catalogue: Catalogue) -> Step:
    """`derived_cell`: all variables, indicators and schooling levels, in one query."""
    name = study.study
    groups = members(study, catalogue.regions)
    codes = catalogue.regions.unit_codes
    own = [unit.code for unit in study_units(study, catalogue.regions)]

    def run(inputs: Inputs) -> Output:
        from nqpf_assets.studies.expressions import compile_definitions, derived_cells_sql

        units = dict(inputs.read(name, "series").select("series_id", "measured_in").iter_rows())
        definitions = {key: formula.definition for key, formula in formulas_by_name(study).items()}
        compiled, wrong = compile_definitions(
            definitions, series_units=units, groups=groups, codes=codes
        )
        if wrong:
            raise CheckFailed(
                Problem(f"study {name}", f"variable {key}", "an expression that can be computed",
                        str(error), error.remedy or "correct the expression", code="expression")
                for key, error in wrong.items()
            )  # fmt: skip
        query = derived_cells_sql(
            compiled,
            cells=f"{quoted(name)}.filled_cell",
            first=study.periods.first,
            last=study.periods.last,
            groups=groups,
            units=own,
        )
        return {
            (name, "derived_cell"): Query(
                f"SELECT * FROM ({query}) ORDER BY variable, unit, period"
            )
        }

    return Step(
        "panel",
        ((name, "derived_cell"),),
        ((name, "filled_cell"), (name, "series")),
        run,
        code=source_of(__name__),
        parameters={
            "study file": {
                **{key: repr(one.definition) for key, one in formulas_by_name(study).items()},
                "periods": repr(study.periods),
                "groups": repr(groups),
                "units": repr(own),
            },
            "catalogue": {"regions": catalogue.regions.fingerprint},
        },
        study=name,
        # The query is long and says no more than this about its columns.
        lineage={
            (name, "derived_cell"): {
                column: (((name, "filled_cell"), column),)
                for column in ("unit", "period", "value", "status")
            }
        },
    )
