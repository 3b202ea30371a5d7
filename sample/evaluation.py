"""A study's variables and indices on complete arrays, without files and without SQL.

The fast path for planting and for trials over many seeds: the study's own expressions, on
(units, periods) arrays of series in catalogue units; (units, 1) for a series of one calendar
year, (1, periods) for one of a single region. Gaps, vintages and winsorising do not
occur here; the pipeline does those.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nqpf_assets.expressions.compile import CompiledExpression, compile_definitions
from nqpf_assets.expressions.tree import Binary, Call, Name, Negative, Node, Number, Scaled
from nqpf_assets.indices.education_gini import education_gini
from nqpf_assets.indices.entropy import entropy_index
from nqpf_assets.indices.principal_components import principal_components
from nqpf_assets.studies.formulas import formulas_by_name
from nqpf_assets.studies.index_method import DimensionIndex
from nqpf_assets.studies.index_methods.education_gini import EducationGini
from nqpf_assets.studies.index_methods.entropy import EntropyIndex
from nqpf_assets.studies.index_methods.principal_components import ComponentIndex
from nqpf_assets.studies.index_rounds import units_of_names
from nqpf_assets.studies.spec import Study
from sample.paths import Floats

Series = Mapping[str, Floats]


@dataclass(frozen=True)
class CompiledStudy:
    """A study with its expressions compiled.

    Attributes:
        study: as read from its file.
        expressions: by name of variable, indicator or schooling level, in computing order.
    """

    study: Study
    expressions: Mapping[str, CompiledExpression]


@lru_cache(maxsize=2)
def compiled(name: str) -> CompiledStudy:
    """The shipped study of this name."""
    from nqpf_assets.catalog.series_files import load_series
    from nqpf_assets.studies.reader import read_study
    from nqpf_assets.user_input.project import SHIPPED_STUDIES

    study = read_study(SHIPPED_STUDIES / f"{name}.yaml")
    definitions = {key: one.definition for key, one in formulas_by_name(study).items()}
    catalogue, _ = load_series()
    units = units_of_names(
        {key: series.unit for key, series in catalogue.series.items()}, study.indices
    )
    expressions, wrong = compile_definitions(definitions, series_units=units)
    if wrong:
        raise ValueError("; ".join(f"{key}: {error}" for key, error in wrong.items()))
    return CompiledStudy(study, expressions)


def variable(name: str, study: CompiledStudy, values: Series) -> Floats:
    """A variable, indicator or schooling share from series and from variables before it."""
    expression = study.expressions.get(name)
    if expression is None:
        return values[name]
    needed = {
        # An indicator may bear the name of the series that it reads.
        other: variable(other, study, values)
        if other != name and other in study.study.variables
        else values[other]
        for other in expression.inputs
    }
    return _value(expression.tree, needed)


def index(name: str, study: CompiledStudy, values: Series) -> Floats:
    """An index of the study over all units and periods."""
    spec = study.study.indices[name]
    if isinstance(spec, EducationGini):
        shares = [variable(share.name, study, values) for share in spec.formulas(name)]
        result = education_gini(
            np.column_stack([share.ravel() for share in shares]),
            [level.years for level in spec.levels],
            tolerance=spec.tolerance,
        )
        score = result.equity if spec.measure == "equity" else result.gini
        return score.reshape(shares[0].shape)
    assert isinstance(spec, DimensionIndex)
    members = [one for indicators in spec.dimensions.values() for one in indicators]
    arrays = [variable(one.indicator, study, values) for one in members]
    stacked = np.column_stack([array.ravel() for array in arrays])
    names = [one.indicator for one in members]
    directions = [1 if one.direction == "positive" else -1 for one in members]
    if isinstance(spec, ComponentIndex):
        score = principal_components(
            stacked,
            names=names,
            directions=directions,
            retention=spec.retain,
            component_scale=spec.component_scale,
            rescale=spec.rescale,
        ).scores
    else:
        assert isinstance(spec, EntropyIndex)
        score = entropy_index(stacked, directions, names=names, shift=spec.shift).scores
    return score.reshape(arrays[0].shape)


def study_values(study: CompiledStudy, series: Series) -> dict[str, Floats]:
    """All indices of a study, and its variables but those made of scores: nothing is planted in them."""
    values = {
        name: variable(name, study, series)
        for name in study.study.variables
        if not _reads_score(name, study)
    }
    return values | {name: index(name, study, series) for name in study.study.indices}


def _reads_score(name: str, study: CompiledStudy) -> bool:
    expression = study.expressions.get(name)
    inputs = set(expression.inputs) - {name} if expression else set()
    return bool(inputs & study.study.indices.keys()) or any(
        _reads_score(other, study) for other in inputs & study.study.variables.keys()
    )


def _value(node: Node, values: Series) -> Floats:
    if isinstance(node, Number):
        return np.asarray(node.value)
    if isinstance(node, Name):
        return values[node.name]
    if isinstance(node, Negative):
        return -_value(node.operand, values)
    if isinstance(node, Scaled):
        return _value(node.operand, values) * float(node.factor)
    if isinstance(node, Binary):
        left, right = _value(node.left, values), _value(node.right, values)
        operations = {"+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide}
        return np.asarray(operations[node.operator](left, right))
    if isinstance(node, Call) and node.function == "log":
        return np.asarray(np.log(_value(node.arguments[0], values)))
    if isinstance(node, Call) and node.function in ("at", "of_region"):
        return _carried(node, _value(node.arguments[0], values))
    raise NotImplementedError(f"`{node}` does not occur in the shipped studies")


def _carried(node: Call, value: Floats) -> Floats:
    """One year (units, 1) or one region (1, periods) as it is: NumPy carries it to the others."""
    if value.shape[1 if node.function == "at" else 0] != 1:
        raise NotImplementedError(f"`{node}` reads a series that has more than that")
    return value
