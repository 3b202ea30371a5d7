"""The outcome equation of a mediation as a column, with the indirect effect and its tests."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.linear import linear_dropped, linear_facts, linear_terms
from nqpf_assets.estimation.progress import progress_of
from nqpf_assets.estimation.result import Estimate, Fitted, Test
from nqpf_assets.estimators.linear.drawn_inference import has_interval, least_p_value
from nqpf_assets.messages.printed_numbers import printed
from nqpf_assets.studies.column_rules import resampled

if TYPE_CHECKING:
    from nqpf_assets.estimators.mediation.result import MediatedPath, Mediation


LEVEL = 0.05
"""One minus the confidence level of the intervals."""


def fit_mediation(design: Design) -> Fitted:
    """The outcome on treatment, controls and mediator; the first regressor is the treatment."""
    from nqpf_assets.estimators.mediation.mediation import mediation

    column, options = design.column, design.column.mediation
    assert options is not None, "the schema asks for the options of the estimator"
    treatment, *further = design.names
    block = resampled(column)
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
        facts=linear_facts(column, path.outcome_equation),
        terms=linear_terms(path.outcome_equation),
        effects=tuple(_effects(path, treatment, result.n_draws)),
        tests=tuple(_tests(result, path, block)),
        is_in_sample=result.is_in_sample,
        dropped=linear_dropped(path.outcome_equation),
        notes=(
            _words(path, treatment, result.n_draws),
            *_too_few(path, result.n_draws),
            result.note,
        ),
    )


def _effects(path: MediatedPath, treatment: str, n_draws: int) -> Iterator[Estimate]:
    """Indirect, direct, total effect and share, with bootstrap inference where there are draws."""
    nan = float("nan")
    can_reject = has_interval(n_draws - path.n_failed_draws, 1 - LEVEL)
    for one in path.bootstrap:
        statistic = one.estimate / one.std_error if one.std_error > 0 else nan
        yield Estimate(
            treatment,
            one.estimate,
            one.std_error,
            statistic,
            one.p_value,
            *(one.percentile if can_reject else (nan, nan)),
            effect=one.effect,
        )
        yield Estimate(
            treatment,
            one.estimate,
            one.std_error,
            statistic,
            nan,
            *(one.bias_corrected if can_reject else (nan, nan)),
            effect=f"{one.effect} (bias-corrected)",
        )
    if not path.bootstrap:
        sobel = path.tests.sobel
        margin = 1.959963984540054 * sobel.std_error
        yield Estimate(
            treatment,
            path.indirect,
            sobel.std_error,
            sobel.z_stat,
            sobel.p_value,
            path.indirect - margin,
            path.indirect + margin,
            effect="indirect",
        )


def _too_few(path: MediatedPath, n_draws: int) -> Iterator[str]:
    """Draws that cannot tell anything from zero at 5 %."""
    left = n_draws - path.n_failed_draws
    if n_draws and not has_interval(left, 1 - LEVEL):
        yield (
            f"{left} draws cannot bear a 95 % interval: the smallest p-value that they can give is "
            f"{least_p_value(left):.2g}; ask for 1,000 or more"
        )


def _tests(result: Mediation, path: MediatedPath, block: str) -> Iterator[Test]:
    for name in ("sobel", "aroian", "goodman"):
        test = getattr(path.tests, name)
        yield Test(name, test.z_stat, None, test.p_value, std_error=test.std_error)
    yield Test("mediation", path.share, None, None, path.kind)
    if result.n_draws:
        what = "whole units" if block == "unit" else f"whole groups of {block}"
        yield Test(
            "bootstrap",
            None,
            float(result.n_draws),
            None,
            f"{result.n_draws} draws of {result.n_blocks} {what}, {path.n_failed_draws} failed",
        )


def _words(path: MediatedPath, treatment: str, n_draws: int) -> str:
    """What was found, for the note under the table."""
    kinds = {
        "none": "no indirect effect is found",
        "partial": "partial mediation",
        "full": "full mediation",
        "suppression": "suppression, not mediation: indirect and direct effect have opposite signs",
    }
    found = kinds[path.kind] if path.kind else "its tests have no standard error"
    share = f", {path.share:.1%} of the total" if path.kind in ("partial", "full") else ""
    z = path.tests.sobel.z_stat
    sobel = "" if isnan(z) else f"; Sobel z = {z:.2f}"
    effect = f"{printed(path.indirect)}{share}{sobel}"
    return f"Indirect effect of {treatment} through {path.mediator}: {effect}; {found}"
