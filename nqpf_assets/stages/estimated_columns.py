"""The regression columns of a study: from the analysis panel to models, estimates and samples.

A column is estimated in `nqpf_assets.estimation`; here its result becomes rows, with everything that was
decided stated beside them. Columns that ask for the same model are estimated once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from nqpf_assets.catalog.columns import STUDY_SCHEMA
from nqpf_assets.catalog.table_frames import frame_of, rows_of
from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.stages.growth_cells import TABLE as GROWTH_CELLS
from nqpf_assets.stages.isolated_units import isolated_units, said_of_isolated
from nqpf_assets.stages.lineage.regressions import lineage_of_results
from nqpf_assets.stages.places import geography_of, reads_of_places
from nqpf_assets.stages.requested_columns import variables_of, weights_of, written
from nqpf_assets.stages.series_views import FILE, files_of_cells, reads_of_series
from nqpf_assets.stages.spans import spans_of
from nqpf_assets.stages.sql import file_step
from nqpf_assets.stages.sums_of_panel import Elsewhere, Summing, summing
from nqpf_assets.stages.table_parts import cells_under, columns_of_panel
from nqpf_assets.stages.underlying_cells import UnderlyingCells
from nqpf_assets.steps.reads import whole
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.estimator_registry import code_of, packages_of
from nqpf_assets.studies.groupings_read import groupings_of
from nqpf_assets.studies.spec import Column, CompleteColumn, Study
from nqpf_assets.warehouse.code_hash import source_of

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.estimation.column import FittedColumn
    from nqpf_assets.estimation.result_rows import Estimate
    from nqpf_assets.estimation.sample_rows import Isolated
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.stages.requested_columns import Request
    from nqpf_assets.user_input.settings import Settings

ROW_TABLES = ("model", "estimate", "effect", "test", "model_variable", "model_definition")
"""Tables of some rows per column; those of samples grow with the observations and are frames throughout."""
TABLES = (*ROW_TABLES, "model_sample", "model_span", "bound_row", "threshold_ratio")


def result_step(compiled: CompiledStudy, elsewhere: Elsewhere | None = None) -> Step:
    """All columns of one study in one step, so that no model is fitted twice.

    Args:
        elsewhere: another engine that sums the products of large panels.
    """
    study, name = compiled.study, compiled.name
    wanted = compiled.requests
    used = {one.column.estimator for one in wanted}
    variables = [name for one in wanted for name in variables_of(one.column)]
    groups = [name for one in wanted for name in groupings_of(one.column)]
    weights = [weights_of(one.column) for one in wanted]
    isolated = isolated_units(compiled, dict.fromkeys(variables))

    def run(inputs: Inputs) -> Output:
        # Not above: estimators bring numpy, which a look at what is out of date does not need.
        from nqpf_assets.estimation.column import check_expected, fit_column

        @cache
        def panel() -> pl.DataFrame:
            return inputs.read(name, "panel")

        geography = geography_of(inputs.read, weights)
        rows: dict[str, list[dict[str, Any]]] = {table: [] for table in ROW_TABLES}
        samples: dict[str, pl.DataFrame] = {}
        bounds: list[pl.DataFrame] = []
        ratios: list[pl.DataFrame] = []
        under = UnderlyingCells.read(inputs, name)
        problems: list[Problem] = []
        fits: dict[str, FittedColumn] = {}
        with summing(inputs, (name, "panel"), elsewhere) as sums:
            for request in wanted:
                try:
                    # Draws of a model that stands in several columns are seeded by the first.
                    fit = fits.get(request.model) or _from_sums(study, request, sums, isolated)
                    fit = fit or fit_column(
                        study, request.table, request.column, panel(), geography, isolated
                    )
                    fits[request.model] = fit
                    check_expected(study, request.table, request.column, fit)
                    _add_column(rows, request, fit, under)
                    samples.setdefault(fit.sample_id, _sample(fit))
                    bounds.append(_bounds(request, fit))
                    ratios += _ratios(request, fit)
                except CheckFailed as failed:
                    problems += failed.problems
        if problems:
            raise CheckFailed(problems)
        made = {(name, table): rows_of(table, rows[table]) for table in ROW_TABLES}
        spans = [spans_of(sample, "sample_id", "unit") for sample in samples.values()]
        return made | {
            (name, "model_sample"): frame_of("model_sample", samples.values()),
            (name, "model_span"): frame_of("model_span", spans),
            (name, "bound_row"): frame_of("bound_row", bounds),
            (name, "threshold_ratio"): frame_of("threshold_ratio", ratios),
        }

    return Step(
        "result",
        tuple((name, table) for table in TABLES),
        (
            columns_of_panel((name, "panel"), [*variables, *groups]),
            *cells_under(compiled, variables),
            *reads_of_places(weights),
            files_of_cells((name, "reported_cell"), compiled.under(variables)),
        ),
        run,
        code=source_of(__name__, *code_of(used), *(elsewhere.modules if elsewhere else ())),
        parameters={
            "study file": _said(study, wanted) | said_of_isolated(isolated),
            "package": packages_of(used),
        },
        study=name,
        lineage={(name, table): said for table, said in lineage_of_results(wanted).items()},
    )


def _from_sums(
    study: Study, request: Request, sums: Summing | None, isolated: Isolated
) -> FittedColumn | None:
    """The column from sums of products; None where its rows are needed, or memory holds them."""
    from nqpf_assets.estimation.linear_from_sums import fit_from_sums, is_from_sums

    if sums is None or not is_from_sums(request.column, isolated):
        return None
    return fit_from_sums(study, request.column, sums.panel, sums.ask, sums.note)


def _said(study: Study, wanted: tuple[Request, ...]) -> dict[str, str]:
    """What the models take from the study file: columns in their order, years and groupings."""
    order = [[one.table, one.column.label] for one in wanted]
    columns = {f"column {one.column.label} of {one.table}": one.column for one in wanted}
    return {
        **{name: written(column) for name, column in columns.items()},
        "order of columns": json.dumps(order),
        "periods": study.periods.model_dump_json(),
    }


def join_step(compiled: CompiledStudy, settings: Settings) -> Step:
    """`series_join`: years in which the study passes to a vintage that is a power of ten apart."""
    key, cells = (STUDY_SCHEMA, "series_join"), (compiled.name, "reported_cell")
    step = file_step("panel", key, studies=(), study=compiled.name, settings=settings)
    others = (one for one in step.inputs if one != FILE)
    files = files_of_cells(cells, compiled.series, "path", beside=(compiled.name, GROWTH_CELLS))
    files = replace(files, parts=compiled.named_series)
    return replace(step, reads=(*whole(*others), files))


def caution_step(compiled: CompiledStudy) -> Step:
    """`series_caution`: which series under a column break inside its sample or mix vintages.

    It has a step of its own so that another vintage of a series changes what is told of a column and
    does not estimate it again.
    """
    key = (STUDY_SCHEMA, "series_caution")
    step = file_step("result", key, studies=(), study=compiled.name)
    return replace(step, reads=reads_of_series(step.inputs, compiled.series))


def _sample(fit: FittedColumn) -> pl.DataFrame:
    import polars as pl

    return fit.sample.with_columns(sample_id=pl.lit(fit.sample_id))


def _bounds(request: Request, fit: FittedColumn) -> pl.DataFrame:
    """Rows on which bounds of the column's own winsorising rest, with its key."""
    import polars as pl

    key = {"table_name": request.table, "column_label": request.column.label}
    rows = fit.bound_rows.unique(maintain_order=True)
    return rows.with_columns(**{name: pl.lit(label) for name, label in key.items()})


def _ratios(request: Request, fit: FittedColumn) -> Iterator[pl.DataFrame]:
    """The likelihood ratios of each threshold of the column, with its key."""
    import polars as pl

    for curve in fit.fitted.curves:
        key = {
            "table_name": request.table,
            "column_label": request.column.label,
            "effect": curve.effect,
            "term": curve.term,
            "critical_value": curve.critical_value,
        }
        tried = pl.DataFrame({"threshold_value": curve.values, "likelihood_ratio": curve.ratios})
        yield tried.with_columns(
            **{name: pl.lit(value) for name, value in key.items()},
            is_in_set=pl.col("likelihood_ratio") <= curve.critical_value,
        )


def _add_column(
    rows: dict[str, list[dict[str, Any]]],
    request: Request,
    fit: FittedColumn,
    under: UnderlyingCells,
) -> None:
    """Add what one column gave to every result table."""
    column, fitted = request.column, fit.fitted
    key = {"table_name": request.table, "column_label": column.label}
    roles, further = fit.roles, fit.further_roles
    facts = {
        "column_position": request.position,
        "estimator": column.estimator,
        "outcome": column.outcome,
        "sample": fit.sample_words,
        "sample_id": fit.sample_id,
        "n_missing_rows": fit.n_missing_rows,
        "n_expected": column.expect.n,
        "dropped": "; ".join(fitted.dropped) or None,
        "note": _joined(*fitted.notes, column.note, column.expect.reason),
    }
    rows["model"].append(key | facts | asdict(fitted.model) | under.of(tuple(roles), fit.sample))
    rows["estimate"] += [key | _numbers(one) | _published(column, one) for one in fitted.terms]
    rows["effect"] += [key | _numbers(one) | {"effect": one.effect} for one in fitted.effects]
    rows["test"] += [key | asdict(test) for test in fitted.tests]
    rows["model_variable"] += [
        key | {"variable": name, "role": role, "further_role": further.get(name)}
        for name, role in roles.items()
    ]
    rows["model_definition"].append(
        key | {"definition": column.model_dump_json(exclude_unset=True)} | _own_weights(column)
    )


def _own_weights(column: CompleteColumn) -> dict[str, str]:
    """The weights of a raw file that a model takes, and how it scales them."""
    said = weights_of(column)
    if said is None or not said.is_own:
        return {}
    return {"weights_name": said.weights, "standardize": said.standardize}


def _joined(*notes: str | None) -> str | None:
    """Notes one after the other, each ending in a full stop."""
    return " ".join(f"{' '.join(note.split()).rstrip('.')}." for note in notes if note) or None


def _numbers(one: Estimate) -> dict[str, Any]:
    numbers = asdict(one)
    del numbers["effect"]
    return numbers


def _published(column: Column, one: Estimate) -> dict[str, Any]:
    """The numbers that the paper prints for this term."""
    published = column.published.get(one.term)
    return {
        "published_estimate": published.estimate if published else None,
        "published_statistic": published.statistic if published else None,
        "published_std_error": published.std_error if published else None,
        "published_stars": published.stars if published else None,
    }
