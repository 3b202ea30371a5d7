"""The outcome equation of a mediation as a column, with the indirect effect and its tests."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import cluster_counts, linear_dropped, linear_model, linear_terms
from nqpf_assets.estimation.mediated_rows import (
    bootstrap_test,
    drawn_effects,
    kind_words,
    normal_effect,
    too_few,
)
from nqpf_assets.estimation.progress import progress_of
from nqpf_assets.estimation.result_rows import Estimate, Fitted, Test
from nqpf_assets.messages.printed_numbers import printed
from nqpf_assets.studies.estimators.mediation import MediationOptions
from nqpf_assets.studies.mediation_options import drawn_whole

if TYPE_CHECKING:
    from nqpf_assets.estimators.mediation.result import MediatedPath, Mediation


def fit_mediation(design: Design) -> Fitted:
    """The outcome on treatment, controls and mediator; the first regressor is the treatment."""
    from nqpf_assets.estimators.mediation.mediation import mediation

    column, options = design.column, design.column.options(MediationOptions)
    treatment, *further = design.names
    block = drawn_whole(column)
    result = mediation(
        design.outcome,
        design.values([treatment])[:, 0],
        design.values([options.mediator]),
        design.values(further) if further else None,
        design.units,
        design.periods,
        treatment_name=treatment,
        mediator_names=[options.mediator],
        control_names=further,
        effects=column.effects,
        draws=options.draws,
        resample=None if block == "unit" else design.labels(block),
        seed=design.generator("mediation"),
        progress=progress_of(design, "bootstrap draws"),
        **design.least_squares,
    )
    path = result.paths[0]
    return Fitted(
        model=linear_model(column, path.outcome_equation),
        terms=linear_terms(path.outcome_equation),
        effects=tuple(_effects(path, treatment)),
        tests=(*_tests(result, path, block), *cluster_counts(column, path.outcome_equation)),
        is_in_sample=result.is_in_sample,
        dropped=linear_dropped(path.outcome_equation),
        notes=(
            _words(path, treatment),
            *too_few(result.n_draws, path.n_failed_draws, result.n_blocks, block),
            result.note,
        ),
    )


def _effects(path: MediatedPath, treatment: str) -> Iterator[Estimate]:
    """Indirect, direct, total effect and share, with bootstrap inference where there are draws."""
    yield from drawn_effects(path.bootstrap, treatment)
    if not path.bootstrap:
        yield normal_effect("indirect", treatment, path.indirect, path.tests.sobel)


def _tests(result: Mediation, path: MediatedPath, block: str) -> Iterator[Test]:
    for name in ("sobel", "aroian", "goodman"):
        test = getattr(path.tests, name)
        yield Test(name, test.z_stat, None, test.p_value, std_error=test.std_error)
    yield Test("mediation", path.share, None, None, path.kind)
    yield from bootstrap_test(result.n_draws, path.n_failed_draws, result.n_blocks, block)


def _words(path: MediatedPath, treatment: str) -> str:
    """What was found, for the note under the table."""
    is_drawn = bool(path.bootstrap) and isnan(path.bootstrap[0].p_value)
    found = kind_words(path.kind, is_drawn=is_drawn)
    share = f", {path.share:.1%} of the total" if path.kind in ("partial", "full") else ""
    z = path.tests.sobel.z_stat
    sobel = "" if isnan(z) else f"; Sobel z = {z:.2f}"
    effect = f"{printed(path.indirect)}{share}{sobel}"
    return f"Indirect effect of {treatment} through {path.mediator}: {effect}; {found}"
