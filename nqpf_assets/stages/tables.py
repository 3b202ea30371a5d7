"""Finished tables under the names that the paper's readers expect, one table per table.

A regression table is the text of its cells, row by row; the numbers behind them stay in `model` and
`estimate`. Tables of levels and growth are `growth`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from nqpf_assets.fits.result import CONSTANT
from nqpf_assets.stages.growth import growth_step
from nqpf_assets.stages.results import requests
from nqpf_assets.stages.source_code import source_of
from nqpf_assets.stages.step import Inputs, Output, Step
from nqpf_assets.stages.study import formulas
from nqpf_assets.studies.spec import Column, GrowthTable, RegressionTable, Study

if TYPE_CHECKING:
    import polars as pl

STARS = ((0.01, "***"), (0.05, "**"), (0.1, "*"))
LEGEND = "*** p < 0.01, ** p < 0.05, * p < 0.1"


def table_steps(study: Study) -> list[Step]:
    """One step per table of the study."""
    return [
        growth_step(study, name, table)
        if isinstance(table, GrowthTable)
        else regression_step(study, name, table)
        for name, table in study.tables.items()
    ]


def regression_step(study: Study, table_name: str, table: RegressionTable) -> Step:
    """A table of regression columns as text, with its notes as its last rows."""
    name, key = study.study, (study.study, table_name)
    columns = [one.column for one in requests(study) if one.table == table_name]
    titles = {key: formula.title for key, formula in formulas(study).items()}
    titles |= {key: index.title for key, index in study.indices.items()}

    def run(inputs: Inputs) -> Output:
        import polars as pl

        mine = pl.col("table_name") == table_name
        models = {row["column_label"]: row for row in _rows(inputs, name, "model", mine)}
        estimates = {
            (row["column_label"], row["term"]): row for row in _rows(inputs, name, "estimate", mine)
        }
        rows = list(_body(table, columns, models, estimates, titles)) + list(_notes(table, models))
        labels = [column.label for column in columns]
        schema = {"row_position": pl.Int32, "row_label": pl.String, "row_kind": pl.String}
        frame = pl.DataFrame(
            [{"row_position": place, **row} for place, row in enumerate(rows, start=1)],
            schema=schema | dict.fromkeys(labels, pl.String),
        )
        return {key: frame}

    return Step(
        "result",
        (key,),
        ((name, "model"), (name, "estimate")),
        run,
        code=table.model_dump_json() + repr(titles) + source_of(__name__),
        study=name,
    )


def _rows(inputs: Inputs, study: str, table: str, where: pl.Expr) -> Iterator[dict[str, Any]]:
    return inputs.scan(study, table).filter(where).collect().iter_rows(named=True)


def _body(
    table: RegressionTable,
    columns: Sequence[Column],
    models: dict[str, dict[str, Any]],
    estimates: dict[tuple[str, str], dict[str, Any]],
    titles: dict[str, str | None],
) -> Iterator[dict[str, str]]:
    """Coefficients with what stands in parentheses below, then the facts of each column."""

    def row(label: str, kind: str, cells: dict[str, str]) -> dict[str, str]:
        return {"row_label": label, "row_kind": kind, **cells}

    yield row(
        "Outcome",
        "heading",
        {one.label: titles.get(str(one.outcome)) or str(one.outcome) for one in columns},
    )
    terms = list(
        dict.fromkeys(
            [
                *(t for one in columns for t in one.regressors),
                *(t for one in columns for t in one.controls),
            ]
        )
    )
    for term in [*(term for term in terms if term not in table.hide), CONSTANT]:
        shown = {
            one.label: estimates[one.label, term]
            for one in columns
            if (one.label, term) in estimates
        }
        if not shown:
            continue
        label = "Constant" if term == CONSTANT else titles.get(term) or term
        yield row(
            label,
            "estimate",
            {key: f"{e['estimate']:.3f}{stars(e['p_value'])}" for key, e in shown.items()},
        )
        below = "statistic" if table.parentheses == "t" else "std_error"
        digits = 2 if table.parentheses == "t" else 3
        yield row("", "parentheses", {key: f"({e[below]:.{digits}f})" for key, e in shown.items()})
    if any(term in table.hide for term in terms):
        yield row(
            "Control variables",
            "fact",
            {one.label: "Yes" if one.controls else "No" for one in columns},
        )
    for effect in ("unit", "period"):
        has = {one.label: effect in models[one.label]["effects"] for one in columns}
        yield row(
            f"{effect.capitalize()} fixed effects",
            "fact",
            {label: "Yes" if there else "No" for label, there in has.items()},
        )
    yield row(
        "Observations", "fact", {one.label: str(models[one.label]["n_obs"]) for one in columns}
    )
    for label, fact in (("R²", "r2"), ("R² within", "r2_within")):
        values = {one.label: models[one.label][fact] for one in columns}
        shown = {key: "-" if value is None else f"{value:.3f}" for key, value in values.items()}
        yield row(label, "fact", shown)


def _notes(table: RegressionTable, models: dict[str, dict[str, Any]]) -> Iterator[dict[str, str]]:
    """What was decided, in words; data that are not official say so first."""
    notes = [
        f"{label}: {status} data" for status in ("synthetic", "survey")
        if (label := ", ".join(key for key, m in models.items() if m["data_status"] == status))
    ]  # fmt: skip
    what = "t statistics" if table.parentheses == "t" else "Standard errors"
    errors = {f"{m['vcov']}, correction {m['small_sample']}" for m in models.values()}
    notes.append(f"{what} in parentheses, {' / '.join(sorted(errors))}. {LEGEND}.")
    imputed = {key: m["n_imputed_cells"] for key, m in models.items() if m["n_imputed_cells"]}
    if imputed:
        notes.append("Interpolated or extrapolated cells underneath: "
                     + ", ".join(f"{key} {n}" for key, n in imputed.items()) + ".")  # fmt: skip
    for key, model in models.items():
        said = (model[what] for what in ("dropped", "note"))
        notes += [f"{key}: {text.rstrip('.')}." for text in said if text]
    if table.note:
        notes.append(" ".join(table.note.split()))
    for note in notes:
        yield {"row_label": note, "row_kind": "note"}


def stars(p_value: float) -> str:
    """Stars of a p-value by the legend."""
    return next((mark for bound, mark in STARS if p_value < bound), "")
