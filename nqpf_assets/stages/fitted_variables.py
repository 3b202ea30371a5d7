"""What stands under a regression table of variables that are residuals or fitted values of another one.

Its error is not in the standard errors of the columns (Pagan 1984, Int. Econ. Rev. 25). A residual in place
of the outcome is moreover right only with the regressors of the first step beside those of the second, where
the two are correlated (Chen, Hribar and Melessa 2018, J. Acc. Res. 56).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from nqpf_assets.expressions.least_squares import FITTED
from nqpf_assets.expressions.tree import Call, nodes
from nqpf_assets.messages.shown_text import listed
from nqpf_assets.stages.requested_columns import variables_of

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.studies.spec import CompleteColumn


def fitted_words(compiled: CompiledStudy, columns: Sequence[CompleteColumn]) -> Iterator[str]:
    """The notes of a table of these columns; none where nothing under them is fitted."""
    outcomes = {column.outcome for column in columns if column.outcome}
    others = {one for column in columns for one in variables_of(column) if one != column.outcome}
    found = _fitted(compiled, others, FITTED)
    if found:
        yield (
            f"Estimated by a regression of their own: {listed(found)}. "
            "Standard errors here do not count its error."
        )
    residuals = _fitted(compiled, outcomes, ("residual",))
    if residuals:
        yield (
            f"Outcomes that are residuals: {listed(residuals)}. Coefficients here are biased where "
            "regressors are correlated with those of that regression, unless these stand beside them."
        )


def _fitted(compiled: CompiledStudy, names: Iterable[str], functions: Sequence[str]) -> list[str]:
    """Titles of variables under these whose own formula holds such a function."""
    found = []
    for name in compiled.under(names):
        formula = compiled.formulas.get(name)
        if formula is not None and any(
            isinstance(one, Call) and one.function in functions
            for one in nodes(formula.definition.tree)
        ):
            found.append(formula.title or name)
    return found
