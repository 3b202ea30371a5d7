"""Composite indices of a study: from the cells of its indicators to weights, scores and tests.

The numbers happen in `nqpf_assets.indices`; here cells become matrices and results become rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.indices.errors import IndicatorError
from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.stages.index_tests import component_tests, education_tests
from nqpf_assets.stages.indicator_matrix import indicator_matrix, level_names
from nqpf_assets.steps.step import Inputs, Output, Step
from nqpf_assets.studies.spec import ComponentIndex, EducationGini, EntropyIndex, Indicator, Study
from nqpf_assets.warehouse.code_hash import source_of
from nqpf_assets.warehouse.registered_frames import frame_of

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

METHODS = {
    EntropyIndex: "nqpf_assets.indices.entropy",
    ComponentIndex: "nqpf_assets.indices.principal_components",
    EducationGini: "nqpf_assets.indices.education_gini",
}
"""Kind of index → the module that computes it."""

TABLES = ("index_weight", "index_score", "index_dimension_score", "index_component", "index_test")


def index_step(study: Study) -> Step:
    """All indices of one study in one step: they read the same cells once."""
    name = study.study

    def run(inputs: Inputs) -> Output:
        rows: dict[str, list[pl.DataFrame]] = {table: [] for table in TABLES}
        problems: list[Problem] = []
        for index_name in study.indices:
            try:
                built = build_index(study, index_name, inputs.scan(name, "variable_cell"))
            except CheckFailed as failed:
                problems += failed.problems
                continue
            for table, frame in built.items():
                rows[table].append(frame)
        if problems:
            raise CheckFailed(problems)
        return {(name, table): frame_of(table, frames) for table, frames in rows.items()}

    return Step(
        "index",
        tuple((name, table) for table in TABLES),
        ((name, "variable_cell"),),
        run,
        code=source_of(__name__, cut=_unused(study)),
        parameters={
            "study file": {
                f"indices.{key}": index.model_dump_json() for key, index in study.indices.items()
            }
        },
        study=name,
    )


def _unused(study: Study) -> tuple[tuple[str, str], ...]:
    """Modules of methods that no index of the study asks for: a change of theirs changes nothing here."""
    used = {METHODS[type(index)] for index in study.indices.values()}
    return tuple(
        (reader, module)
        for module in METHODS.values()
        for reader in (__name__, "nqpf_assets.stages.index_tests")
        if module not in used
    )


def build_index(study: Study, index_name: str, cells: pl.LazyFrame) -> dict[str, pl.DataFrame]:
    """Rows of one index for each index table.

    Raises:
        CheckFailed: the cells do not carry the index, with the indicator at fault.
    """
    try:
        return _built(study, index_name, cells)
    except IndicatorError as error:
        raise CheckFailed(
            [
                Problem(
                    file=f"study {study.study}",
                    where=f"index {index_name}",
                    expected="indicators from which the index can be computed",
                    found=str(error),
                    remedy="correct or leave out the indicator, or change units and periods of the study",
                    code="index",
                )
            ]
        ) from error


def _built(study: Study, index_name: str, cells: pl.LazyFrame) -> dict[str, pl.DataFrame]:
    index = study.indices[index_name]
    if isinstance(index, EducationGini):
        return _education(
            index_name,
            index,
            *indicator_matrix(study, index_name, level_names(index_name, index), cells),
        )
    indicators = [one for group in index.dimensions.values() for one in group]
    keys, values = indicator_matrix(study, index_name, [one.indicator for one in indicators], cells)
    if isinstance(index, EntropyIndex):
        return _entropy(index_name, index, indicators, keys, values)
    return _components(index_name, index, indicators, keys, values)


def _scores(index_name: str, keys: pl.DataFrame, scores: np.ndarray) -> pl.DataFrame:
    import polars as pl

    return keys.select(
        pl.lit(index_name).alias("index_name"), "unit", "period", pl.Series("score", scores)
    )


def _weights(
    index_name: str, index: EntropyIndex | ComponentIndex, indicators: list[Indicator]
) -> pl.DataFrame:
    """Names, dimensions and directions of the indicators; methods add their numbers."""
    import polars as pl

    dimensions = [name for name, group in index.dimensions.items() for _ in group]
    return pl.DataFrame(
        {
            "index_name": [index_name] * len(indicators),
            "dimension": dimensions,
            "indicator": [one.indicator for one in indicators],
            "direction": [one.direction for one in indicators],
        }
    )


def _directions(indicators: list[Indicator]) -> list[int]:
    return [1 if one.direction == "positive" else -1 for one in indicators]


def _entropy(
    index_name: str,
    index: EntropyIndex,
    indicators: list[Indicator],
    keys: pl.DataFrame,
    values: np.ndarray,
) -> dict[str, pl.DataFrame]:
    import numpy as np
    import polars as pl

    from nqpf_assets.indices.dimensions import dimension_scores
    from nqpf_assets.indices.entropy import entropy_index

    by_period = index.weights == "by_period"
    result = entropy_index(
        values,
        _directions(indicators),
        names=[one.indicator for one in indicators],
        shift=index.shift,
        groups=keys.get_column("period").to_numpy() if by_period else None,
    )
    frame = _weights(index_name, index, indicators)
    years = list(result.groups) if by_period else [None]
    weights = pl.concat(
        frame.with_columns(
            entropy=pl.Series(entropy),
            divergence=pl.Series(divergence),
            weight=pl.Series(weight),
            weight_period=pl.lit(year, pl.Int32),
        )
        for year, entropy, divergence, weight in zip(
            years,
            np.atleast_2d(result.entropy),
            np.atleast_2d(result.divergence),
            np.atleast_2d(result.weights),
            strict=True,
        )
    )
    parts = dimension_scores(result, frame.get_column("dimension").to_list())
    dimension_rows = [
        _scores(index_name, keys, parts.scores[:, place]).with_columns(dimension=pl.lit(dimension))
        for place, dimension in enumerate(parts.dimensions)
    ]
    return {
        "index_weight": weights,
        "index_score": _scores(index_name, keys, result.scores),
        "index_dimension_score": pl.concat(dimension_rows),
    }


def _components(
    index_name: str,
    index: ComponentIndex,
    indicators: list[Indicator],
    keys: pl.DataFrame,
    values: np.ndarray,
) -> dict[str, pl.DataFrame]:
    import numpy as np
    import polars as pl

    from nqpf_assets.indices.principal_components import principal_components

    names = [one.indicator for one in indicators]
    result = principal_components(
        values,
        names=names,
        directions=_directions(indicators),
        retention=index.retain,
        component_scale=index.component_scale,
        rescale=index.rescale,
        sign="steady",
        anchor=index.anchor,
        identities=[one.formula for one in indicators],
    )
    n_kept = result.n_components
    components = pl.DataFrame(
        {
            "index_name": index_name,
            "component": np.repeat(np.arange(1, len(names) + 1, dtype=np.int32), len(names)),
            "indicator": names * len(names),
            "loading": result.loadings.T.ravel(),
            "eigenvalue": np.repeat(result.eigenvalues, len(names)),
            "share": np.repeat(result.shares, len(names)),
            "is_retained": np.repeat(np.arange(len(names)) < n_kept, len(names)),
        }
    )
    tests = component_tests(result, indicators, is_anchored=index.anchor is not None)
    return {
        "index_weight": _weights(index_name, index, indicators).with_columns(
            weight=pl.Series(result.weights)
        ),
        "index_score": _scores(index_name, keys, result.scores),
        "index_component": components,
        "index_test": tests.with_columns(index_name=pl.lit(index_name)),
    }


def _education(
    index_name: str, index: EducationGini, keys: pl.DataFrame, shares: np.ndarray
) -> dict[str, pl.DataFrame]:
    import polars as pl

    from nqpf_assets.indices.education_gini import education_gini

    result = education_gini(shares, [one.years for one in index.levels], tolerance=index.tolerance)
    return {
        "index_score": _scores(
            index_name, keys, result.equity if index.measure == "equity" else result.gini
        ),
        "index_test": education_tests(result).with_columns(index_name=pl.lit(index_name)),
    }
