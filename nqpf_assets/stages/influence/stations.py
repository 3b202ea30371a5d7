"""The stations of a study's walk from cells to panel, read from its tables."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from nqpf_assets.expressions.frozen import frozen
from nqpf_assets.stages.derivation import compiled_formulas
from nqpf_assets.stages.indicator_matrix import indicator_matrix
from nqpf_assets.stages.influence.cell_derivatives import KEYS, STEP, Formulas, Values
from nqpf_assets.stages.influence.lagged_formulas import added_cells, lagged_formulas, with_steps
from nqpf_assets.stages.influence.pools import Grid, Pools, with_pools
from nqpf_assets.stages.influence.walk import Walk
from nqpf_assets.stages.scores_read import no_scores
from nqpf_assets.studies.indices import INDEX_METHODS

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    from nqpf_assets.indices.method import Indicators
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.steps.step import Inputs

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

FROM = ("from_series", "from_unit", "from_period")
PUBLISHED = ("reported", "corrected")
SCORE = "score"
"""Status of a score here: no cell that was published."""


def stations(
    inputs: Inputs,
    compiled: CompiledStudy,
    codes: Mapping[str, str],
    panel: pl.DataFrame,
    *,
    of_weights: bool = False,
) -> Walk:
    """All stations of a study.

    Args:
        inputs: with its tables of cells.
        codes: regions by code and name, for their codes.
        panel: unit and period, sorted.
        of_weights: whether weights of raw files in formulas are followed as well.
    """
    import numpy as np
    import polars as pl

    name = compiled.name
    units = dict(inputs.read(name, "series").select("series_id", "unit_measure").iter_rows())
    rules = {key: one.winsorize for key, one in compiled.formulas.items() if one.winsorize}
    years = (compiled.study.periods.first, compiled.study.periods.last)
    held = frozen(
        compiled_formulas(compiled, units, codes),
        rules.keys() & compiled.formulas_read,
        range(years[0], years[1] + 1),
        of_weights=of_weights,
    )
    columns = (*KEYS, "value", "status")
    filled_cells = inputs.scan(name, "filled_cell").select(columns).collect()
    cells = _cells(filled_cells, _scores(inputs, compiled))
    del filled_cells
    if held.weighed:
        cells = _cells(cells, added_cells(held.weighed, cells, years))
    # Formulas read none of these; what they are put together to, they do.
    every = pl.concat([cells, _cells(inputs.read(name, "member_cell"), no_scores())])
    own = [unit.code for unit in compiled.units]
    with inputs.connect() as connection:
        is_rewritten = bool(held.pooled or held.weighed)
        formulas = Formulas(
            connection, held.variables, years, compiled.members, own, everywhere=is_rewritten
        )
        if is_rewritten:
            base, pools, given = with_pools(held, formulas, cells, rules)
        else:
            base, given = _stored(inputs.read(name, "derived_cell")), cells
            nobody = Grid(np.empty(0, dtype=object), np.empty(0, dtype=np.int32))
            pools = Pools((), (), nobody, ())
        lags = tuple(lagged_formulas(held.weighed, base, cells))
        given = with_steps(given, lags)
        derivatives = formulas.derivatives(given, base)
    made = inputs.read(name, "filled_from")
    filled, source = (_places_of(made, every, keys) for keys in (KEYS, FROM))
    rows = pl.DataFrame({"unit": base.units, "period": base.periods}).with_row_index("place")
    of_panel = panel.join(rows, on=("unit", "period"), how="left", maintain_order="left")
    return Walk(
        every.select(*KEYS, "value", is_published=pl.col("status").is_in(PUBLISHED)),
        base,
        derivatives,
        of_panel.get_column("place").to_numpy().astype(np.intp),
        _indices(inputs, compiled, panel),
        rules,
        pools,
        filled,
        source,
        made.get_column("weight_in_fill").to_numpy(),
        _places_of_scores(compiled, cells, panel),
        len(cells),
        lags,
    )


def _cells(filled: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """The series cells and scores that formulas read, each with by how much it is moved.

    A zero that is published stays one at 1 %.
    """
    import polars as pl

    columns = (*KEYS, "value", "status")
    is_filled = ~pl.col("status").is_in((*PUBLISHED, "missing"))
    size = pl.when((pl.col("value") == 0) & is_filled).then(1.0).otherwise(pl.col("value").abs())
    found = pl.concat([filled.select(columns), scores.select(columns)], how="vertical_relaxed")
    return _in_order(found).select(*columns, step=(STEP * size).fill_null(0.0))


def _in_order(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells by series, unit and year; the frame itself, and no copy, where they stand so, as tables do."""
    import polars as pl

    is_behind = pl.lit(value=True)
    for one in map(pl.col, reversed(KEYS)):
        is_behind = (one > one.shift()) | ((one == one.shift()) & is_behind)
    is_in_order = cells.select(is_behind.slice(1).all()).item()
    return cells if is_in_order else cells.sort(KEYS)


def _places_of(made: pl.DataFrame, cells: pl.DataFrame, keys: tuple[str, ...]) -> Places:
    """Which of the cells each row names; cells are many, and only those that are named are looked up."""
    import numpy as np

    places = cells.lazy().select(*KEYS).with_row_index("place")
    named = places.join(made.lazy().select(keys), left_on=KEYS, right_on=keys, how="semi")
    rows = made.select(keys).join(
        named.collect(), left_on=keys, right_on=KEYS, how="left", maintain_order="left"
    )
    return rows.get_column("place").to_numpy().astype(np.intp)


def _scores(inputs: Inputs, compiled: CompiledStudy) -> pl.DataFrame:
    """Scores that formulas read, as cells of which none was published."""
    import polars as pl

    if not compiled.scores_read:
        return no_scores()
    read = pl.col("index_name").is_in(sorted(compiled.scores_read))
    return (
        inputs.read(compiled.name, "index_score")
        .filter(read)
        .select("unit", "period", variable="index_name", value="score", status=pl.lit(SCORE))
    )


def _places_of_scores(
    compiled: CompiledStudy, cells: pl.DataFrame, panel: pl.DataFrame
) -> dict[str, tuple[Any, Any]]:
    """Index whose score is read → places of its scores among the cells and in the panel; last made first."""
    import numpy as np
    import polars as pl

    rows = panel.with_row_index("of_panel").select("unit", "period", "of_panel")
    placed = cells.select(*KEYS).with_row_index("place").join(rows, on=["unit", "period"])
    order = [name for one in compiled.rounds for name in one.indices]
    found = {}
    for name in reversed(order):
        if name in compiled.scores_read:
            own = placed.filter(pl.col("variable") == name)
            found[name] = tuple(
                own.get_column(one).to_numpy().astype(np.intp) for one in ("place", "of_panel")
            )
    return found  # type: ignore[return-value]


def _stored(derived: pl.DataFrame) -> Values:
    """What the formulas gave when the panel was made."""
    ordered = _in_order(derived)
    names = tuple(ordered.get_column("variable").unique(maintain_order=True))
    n_rows = len(ordered) // len(names)
    rows = ordered.head(n_rows)
    values = ordered.get_column("value").fill_null(float("nan")).to_numpy()
    return Values(
        names,
        rows.get_column("unit").to_numpy(),
        rows.get_column("period").to_numpy(),
        values.reshape(len(names), n_rows),
    )


def _indices(
    inputs: Inputs, compiled: CompiledStudy, panel: pl.DataFrame
) -> dict[str, Callable[[Floats], Mapping[str, Floats]]]:
    """Of every index whose scores can be differentiated: from changes per score to those per indicator."""
    from nqpf_assets.indices.errors import IndicatorError
    from nqpf_assets.indices.gradients.recomputed import recomputed_gradient

    found: dict[str, Any] = {}
    for name, index in compiled.study.indices.items():
        cells = inputs.scan(compiled.name, "variable_cell")
        indicators, _ = indicator_matrix(compiled.study, name, cells)
        method, arguments = INDEX_METHODS.all[index.method], index.arguments()
        with (
            suppress(IndicatorError),
            INDEX_METHODS.answerable(method.name, told=(IndicatorError,)),
        ):
            gradient = (
                method.differentiate(indicators, **arguments)
                if method.differentiate
                else recomputed_gradient(method.compute, indicators, **arguments)
            )
            if gradient is not None:
                found[name] = _named(indicators, gradient, panel)
    return found


def _named(
    indicators: Indicators, gradient: Callable[[Floats], Floats], panel: pl.DataFrame
) -> Callable[[Floats], Mapping[str, Floats]]:
    """The gradient over the rows of the panel, of which those without a score move nothing."""
    import numpy as np
    import polars as pl

    rows = pl.DataFrame({"unit": indicators.units, "period": indicators.periods}).with_columns(
        pl.col("period").cast(panel.schema["period"])
    )
    places = rows.join(
        panel.with_row_index("place"), on=["unit", "period"], how="left", maintain_order="left"
    )
    at = places.get_column("place").to_numpy().astype(np.intp)

    def of_indicators(of_scores: Floats) -> Mapping[str, Floats]:
        found = np.zeros((len(of_scores), len(indicators.names)))
        found[at] = gradient(of_scores[at])
        return dict(zip(indicators.names, found.T, strict=True))

    return of_indicators
