"""The outcome equation of a mediation as a column, with the indirect effect and its tests."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.few_draws import LEVEL
from nqpf_assets.estimation.mediated_rows import (
    drawn_effects,
    given_to,
    kind_words,
    mediated_column,
    normal_effect,
)
from nqpf_assets.estimation.result_rows import Estimate, Fitted, Test
from nqpf_assets.messages.printed_numbers import printed
from nqpf_assets.studies.estimators.mediation import MediationOptions

if TYPE_CHECKING:
    from nqpf_assets.estimators.mediation.result import MediatedPath


def fit_mediation(design: Design) -> Fitted:
    """The outcome on treatment, controls and mediator; the first regressor is the treatment."""
    from nqpf_assets.estimators.mediation.mediation import mediation

    options = design.column.options(MediationOptions)
    result = mediation(
        mediators=design.values([options.mediator]),
        mediator_names=[options.mediator],
        **given_to(design, "mediation"),
    )
    (path,) = result.paths
    return mediated_column(
        design,
        result,
        path.outcome_equation,
        path.n_failed_draws,
        effects=_effects(path, result.treatment),
        tests=_tests(path),
        words=[_words(path, result.treatment)],
    )


def _effects(path: MediatedPath, treatment: str) -> Iterator[Estimate]:
    """Indirect, direct, total effect and share, with bootstrap inference where there are draws."""
    yield from drawn_effects(path.bootstrap, treatment)
    if not path.bootstrap:
        yield normal_effect("indirect", treatment, path.indirect, path.tests.sobel)


def _tests(path: MediatedPath) -> Iterator[Test]:
    for name in ("sobel", "aroian", "goodman"):
        test = getattr(path.tests, name)
        yield Test(name, test.z_stat, None, test.p_value, std_error=test.std_error)
    yield Test("mediation", path.share, None, None, path.kind)


def _words(path: MediatedPath, treatment: str) -> str:
    """What was found, for the note under the table."""
    is_drawn = bool(path.bootstrap) and isnan(path.bootstrap[0].p_value)
    found = kind_words(path.kind, is_drawn=is_drawn)
    share = f", {path.share:.1%} of the total" if path.kind in ("partial", "full") else ""
    test = path.tests.sobel
    sobel = "" if isnan(test.z_stat) else f"; Sobel z = {test.z_stat:.2f}"
    if sobel and path.bootstrap and path.kind and (test.p_value < LEVEL) == (path.kind == "none"):
        found += " by the draws, otherwise than by Sobel's test"
    effect = f"{printed(path.indirect)}{share}{sobel}"
    return f"Indirect effect of {treatment} through {path.mediator}: {effect}; {found}"
