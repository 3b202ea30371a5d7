"""The outcome equation of a mediation as a column, with the indirect effect and its tests."""

from __future__ import annotations

from collections.abc import Iterator
from math import isnan
from typing import TYPE_CHECKING

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.few_draws import FEW_BLOCKS, bootstrapped
from nqpf_assets.estimation.linear import cluster_counts, linear_dropped, linear_model, linear_terms
from nqpf_assets.estimation.progress import progress_of
from nqpf_assets.estimation.result_rows import Estimate, Fitted, Test
from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.printed_numbers import printed
from nqpf_assets.studies.estimators.mediation import MediationOptions, drawn_whole

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
            *_too_few(path, result, block),
            result.note,
        ),
    )


def _effects(path: MediatedPath, treatment: str) -> Iterator[Estimate]:
    """Indirect, direct, total effect and share, with bootstrap inference where there are draws."""
    nan = float("nan")
    for one in path.bootstrap:
        is_sound = not isnan(one.p_value)
        statistic = one.estimate / one.std_error if is_sound and one.std_error > 0 else nan
        yield Estimate(
            treatment,
            one.estimate,
            one.std_error,
            statistic,
            one.p_value,
            *one.percentile,
            effect=one.effect,
        )
        yield Estimate(
            treatment,
            one.estimate,
            one.std_error,
            statistic,
            nan,
            *one.bias_corrected,
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


def _too_few(path: MediatedPath, result: Mediation, block: str) -> Iterator[str]:
    """Draws, or blocks to draw from, that cannot tell anything from zero at 5 %, or only badly."""
    if not result.n_draws:
        return
    what = "units" if block == "unit" else f"groups of {block}"
    drawn = bootstrapped(
        result.n_draws - path.n_failed_draws,
        result.n_blocks,
        what,
        tails=2,
        loses="p-value and no interval",
        instead="draw units, or a grouping of more groups",
    )
    yield from drawn.words()
    if drawn.has_samples and result.n_blocks < FEW_BLOCKS:
        yield (
            f"{drawn.how} has few to draw from: its intervals are too narrow, and its p-values too "
            "small"
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
            f"{counted(result.n_draws, 'draws')} of {result.n_blocks} {what}, {path.n_failed_draws} failed",
        )


def _words(path: MediatedPath, treatment: str) -> str:
    """What was found, for the note under the table."""
    kinds = {
        "none": "no indirect effect is found",
        "partial": "partial mediation",
        "full": "full mediation",
        "suppression": "suppression, not mediation: indirect and direct effect have opposite signs",
    }
    is_drawn = bool(path.bootstrap) and isnan(path.bootstrap[0].p_value)
    untested = "its bootstrap tests nothing" if is_drawn else "its tests have no standard error"
    found = kinds[path.kind] if path.kind else untested
    share = f", {path.share:.1%} of the total" if path.kind in ("partial", "full") else ""
    z = path.tests.sobel.z_stat
    sobel = "" if isnan(z) else f"; Sobel z = {z:.2f}"
    effect = f"{printed(path.indirect)}{share}{sobel}"
    return f"Indirect effect of {treatment} through {path.mediator}: {effect}; {found}"
