"""Columns that explain an outcome by its own past and take unit effects: biased by an order that T gives.

The within estimator of such a model is biased by about -(1 + ρ) / (T - 1), however many units there are
(Nickell 1981, eq. 18), and the other coefficients with it. It is told under the table; nothing corrects it.
How large it is follows from the estimate where that is ρ itself: not one in standard deviations, a
difference between groups, or the coefficient of a past in another unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nqpf_assets.expressions.linear_forms import LinearForms
from nqpf_assets.expressions.tree import Call, Name
from nqpf_assets.messages.counted import counted
from nqpf_assets.studies.estimator_registry import ESTIMATORS, block_of, compared_of
from nqpf_assets.studies.spec import CompleteColumn

if TYPE_CHECKING:
    from nqpf_assets.stages.compiled_study import CompiledStudy

MOST_LAGS = 5
"""Years back to which the past of an outcome is looked for."""


@dataclass(frozen=True)
class Past:
    """A regressor that is the outcome of years before.

    Attributes:
        years: how many years before.
        is_rho: whether its coefficient is ρ, and not ρ times a factor or something else.
    """

    years: int
    is_rho: bool = True


def lagged_outcomes(
    compiled: CompiledStudy, columns: Iterable[CompleteColumn]
) -> dict[str, dict[str, Past]]:
    """Column label → regressors that are the outcome of years before, where units have effects."""
    formulas = compiled.formulas
    clipped = frozenset(name for name, one in formulas.items() if one.winsorize is not None)
    forms = LinearForms({name: one.definition.tree for name, one in formulas.items()}, clipped)
    found = {}
    for column in columns:
        if "unit" not in column.effects or not ESTIMATORS[column.estimator].has_effects:
            continue
        is_plain = not column.standardize and compared_of(column) is None
        lagged = {
            name: Past(years, is_plain and _is_in_its_unit(compiled, str(column.outcome), name))
            for name, years in _lagged(column, forms)
        }
        if lagged:
            found[column.label] = lagged
    return found


def _lagged(column: CompleteColumn, forms: LinearForms) -> Iterator[tuple[str, int]]:
    outcome = str(column.outcome)
    past = {_shape(forms, outcome, lag): lag for lag in range(MOST_LAGS, 0, -1)}
    for name in (*column.regressors, *column.controls):
        shape = _shape(forms, name, 0)
        if shape is not None and shape in past and name not in _instrumented(column):
            yield name, past[shape]


def _is_in_its_unit(compiled: CompiledStudy, outcome: str, name: str) -> bool:
    """Whether a past is written as the lag of the outcome, or of its formula, and in its unit."""
    formulas = compiled.formulas
    if outcome not in formulas:
        return False
    past, now = formulas[name].definition, formulas[outcome].definition
    if not (isinstance(past.tree, Call) and past.tree.function == "lag"):
        return False
    of = past.tree.arguments[0]
    return (of == Name(outcome) and past.unit in (None, now.unit)) or (
        of == now.tree and past.unit == now.unit
    )


def _shape(forms: LinearForms, name: str, shift: int) -> object:
    """A sum without its factor and constant; None where nothing varies in it."""
    of = forms.of(name, shift=shift)
    return of.times(1 / of.lead).key[0] if of.terms else None


def _instrumented(column: CompleteColumn) -> tuple[str, ...]:
    block = block_of(column.estimator)
    return tuple(getattr(getattr(column, block.key), "endogenous", None) or ()) if block else ()


def lagged_outcome_words(
    lagged: Mapping[str, Past], model: Mapping[str, Any], estimates: Sequence[Mapping[str, Any]]
) -> str | None:
    """The note of one column; None where it has no lagged outcome."""
    if not lagged or not model["n_units"]:
        return None
    name, past = next(iter(lagged.items()))
    years = past.years
    periods = model["n_obs"] / model["n_units"]
    rho = next((one["estimate"] for one in estimates if one["term"] == name), None)
    size = ""
    if past.is_rho and rho is not None and abs(rho) < 1 and periods > 1:
        size = f", here about {-(1 + rho) / (periods - 1):.2f}"
    before = "the year" if years == 1 else f"{counted(years, 'years')}"
    return (
        f"{name} is the outcome of {before} before: with unit effects over {periods:.4g} years its "
        f"coefficient is biased by the order of −(1 + ρ) / (T − 1){size} (Nickell 1981), and others with "
        "it; instead: differences with a deeper lag as the instrument, or a longer panel"
    )
