"""What any estimator must give back before it becomes rows: of the right kinds, about the rows it was given.

Whether its numbers are right is for its own tests; what it holds to on any data, for `testing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from nqpf_assets.estimation.result_rows import Estimate, Fitted, ModelRow, Test
from nqpf_assets.messages.counted import counted
from nqpf_assets.studies.estimator_registry import ESTIMATORS

if TYPE_CHECKING:
    from nqpf_assets.estimation.design import Design


def require_fitted(design: Design, fitted: object) -> None:
    """Refuse what is not an estimate of this design.

    Raises:
        ValueError: what is wrong with it; a mistake of the estimator, not of the study.
    """
    if not isinstance(fitted, Fitted):
        raise ValueError(f"a Fitted is expected, {type(fitted).__name__} was returned")
    wrong = list(_wrong(design, fitted))
    if wrong:
        raise ValueError("; ".join(wrong))


def _wrong(design: Design, fitted: Fitted) -> Iterator[str]:
    if not isinstance(fitted.model, ModelRow):
        yield "model is no ModelRow"
        return
    yield from _plain("model", fitted.model)
    used, n = fitted.is_in_sample, len(design.rows)
    if not isinstance(used, np.ndarray) or used.dtype != np.bool_ or used.shape != (n,):
        yield f"is_in_sample is no array of {counted(n, 'truth values')}, one for each row"
    elif ESTIMATORS[design.column.estimator].of_differences:
        if not fitted.model.n_obs < used.sum() <= 2 * fitted.model.n_obs:
            yield f"n_obs is {fitted.model.n_obs}, which cannot be of {counted(used.sum(), 'rows')}"
    elif design.column.weights is not None and design.column.weights.type == "frequency":
        if fitted.model.n_obs < used.sum():
            yield f"n_obs is {fitted.model.n_obs}, fewer than the rows that are counted"
    elif used.sum() != fitted.model.n_obs:
        yield (
            f"is_in_sample counts {counted(used.sum(), 'rows')}, n_obs is {fitted.model.n_obs}, and the "
            "estimator does not say `of_differences`"
        )
    for name, kind in (("terms", Estimate), ("effects", Estimate), ("tests", Test)):
        given = getattr(fitted, name)
        if not isinstance(given, tuple) or not all(isinstance(one, kind) for one in given):
            yield f"{name} is no tuple of {kind.__name__}"
            return
        for one in given:
            yield from _plain(name, one)
    if any(one.effect for one in fitted.terms) or not all(one.effect for one in fitted.effects):
        yield "terms have no name in `effect`, and effects have one"
    for name, keys in (
        ("terms", [one.term for one in fitted.terms]),
        ("effects", [(one.effect, one.term) for one in fitted.effects]),
        ("tests", [one.test for one in fitted.tests]),
    ):
        if len(set(keys)) < len(keys):
            yield f"{name} twice of the same name"
    for name in ("dropped", "notes"):
        words = getattr(fitted, name)
        if not isinstance(words, tuple) or not all(isinstance(one, str) for one in words):
            yield f"{name} is no tuple of texts"


def _plain(name: str, row: Estimate | ModelRow | Test) -> Iterator[str]:
    """Fields that are no plain numbers or texts, as a table holds them."""
    for field in fields(row):
        value = getattr(row, field.name)
        if value is not None and not isinstance(value, int | float | str):
            yield f"{name}.{field.name} is a {type(value).__name__}, and no plain number or text"
