"""What columns of all mediations are given, and what they report alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isnan
from typing import TYPE_CHECKING, Any, Protocol

from nqpf_assets.estimation.design import Design
from nqpf_assets.estimation.few_draws import FEW_BLOCKS, Drawn, bootstrapped
from nqpf_assets.estimation.linear import cluster_counts, linear_dropped, linear_model, linear_terms
from nqpf_assets.estimation.progress import progress_of
from nqpf_assets.estimation.result_rows import Estimate, Fitted, Test
from nqpf_assets.messages.counted import counted
from nqpf_assets.studies.mediation_options import DrawnPaths, drawn_whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
    from nqpf_assets.estimators.mediation.bootstrap import BootstrapEffect
    from nqpf_assets.estimators.mediation.tests import ProductTest

Z = 1.959963984540054
"""Of a normal interval at 95 %."""


class Result(Protocol):
    """What the results of all mediations have in common."""

    @property
    def is_in_sample(self) -> NDArray[Any]: ...
    @property
    def n_draws(self) -> int: ...
    @property
    def n_blocks(self) -> int: ...
    @property
    def note(self) -> str: ...


def given_to(design: Design, seed: str) -> dict[str, Any]:
    """What every mediation is given; the first regressor is the treatment.

    Args:
        seed: what the draws of this estimator are seeded by.
    """
    column, (treatment, *further) = design.column, design.names
    block = drawn_whole(column)
    return {
        "outcome": design.outcome,
        "treatment": design.values([treatment])[:, 0],
        "controls": design.values(further) if further else None,
        "units": design.units,
        "periods": design.periods,
        "treatment_name": treatment,
        "control_names": further,
        "effects": column.effects,
        "draws": column.options(DrawnPaths).draws,
        "resample": None if block == "unit" else design.labels(block),
        "seed": design.generator(seed),
        "progress": progress_of(design, "bootstrap draws"),
        **design.least_squares,
    }


def mediated_column(
    design: Design,
    result: Result,
    of_outcome: TwoWayFE,
    n_failed: int,
    *,
    effects: Iterable[Estimate],
    tests: Iterable[Test],
    words: Iterable[str],
) -> Fitted:
    """The equation of the outcome as a column, with the effects of a mediation and how they were drawn."""
    column = design.column
    counts = (result.n_draws, n_failed, result.n_blocks, drawn_whole(column))
    return Fitted(
        model=linear_model(column, of_outcome),
        terms=linear_terms(of_outcome),
        effects=tuple(effects),
        tests=(*tests, *bootstrap_test(*counts), *cluster_counts(column, of_outcome)),
        is_in_sample=result.is_in_sample,
        dropped=linear_dropped(of_outcome),
        notes=(*words, how_inferred(*counts), *too_few(*counts), result.note),
    )


def effects_by_delta(
    treatment: str,
    estimates: Mapping[str, float],
    delta: Mapping[str, ProductTest],
    drawn: Sequence[BootstrapEffect],
) -> Iterator[Estimate]:
    """Effects with the inference of their draws, or with that of the delta method where nothing is drawn."""
    if drawn:
        yield from drawn_effects(drawn, treatment)
        return
    for effect, test in delta.items():
        yield normal_effect(effect, treatment, estimates[effect], test)


def delta_tests(delta: Mapping[str, ProductTest]) -> Iterator[Test]:
    """The delta method's test of each effect."""
    for effect, test in delta.items():
        yield Test(f"delta: {effect}", test.z_stat, None, test.p_value, std_error=test.std_error)


def drawn_effects(drawn: Sequence[BootstrapEffect], treatment: str) -> Iterator[Estimate]:
    """Effects with percentile and with bias-corrected intervals, on the row of the treatment."""
    nan = float("nan")
    for one in drawn:
        is_sound = not isnan(one.p_value)
        statistic = one.estimate / one.std_error if is_sound and one.std_error > 0 else nan
        of_draws = (one.estimate, one.std_error, statistic)
        yield Estimate(treatment, *of_draws, one.p_value, *one.percentile, effect=one.effect)
        yield Estimate(
            treatment, *of_draws, nan, *one.bias_corrected, effect=f"{one.effect} (bias-corrected)"
        )


def normal_effect(effect: str, treatment: str, estimate: float, test: ProductTest) -> Estimate:
    """An effect with the normal test of its product."""
    margin = Z * test.std_error
    return Estimate(
        treatment,
        estimate,
        test.std_error,
        test.z_stat,
        test.p_value,
        estimate - margin,
        estimate + margin,
        effect=effect,
    )


def how_inferred(n_draws: int, n_failed: int, n_blocks: int, block: str) -> str:
    """Whence errors and stars of effects come: not from what the coefficients above them have."""
    if not n_draws:
        return "Errors, p-values and stars of effects by the delta method, as Sobel's test has them"
    what = "whole units" if block == "unit" else f"whole groups of {block}"
    draws = f"{counted(n_draws - n_failed, 'draws', ',')} of {n_blocks} {what}"
    if not _drawn(n_draws, n_failed, n_blocks, block).tells:
        return f"Errors of effects from {draws}"
    return f"Errors, p-values and stars of effects from {draws}: a percentile bootstrap"


def too_few(n_draws: int, n_failed: int, n_blocks: int, block: str) -> Iterator[str]:
    """Draws, or blocks to draw from, that cannot tell anything from zero at 5 %, or only badly."""
    if not n_draws:
        return
    drawn = _drawn(n_draws, n_failed, n_blocks, block)
    yield from drawn.words()
    if drawn.has_samples and n_blocks < FEW_BLOCKS:
        yield (
            f"{drawn.how} has few to draw from: its intervals are too narrow, and its p-values too "
            "small"
        )


def _drawn(n_draws: int, n_failed: int, n_blocks: int, block: str) -> Drawn:
    """What the draws that identify the effects can bear."""
    return bootstrapped(
        n_draws - n_failed,
        n_blocks,
        "units" if block == "unit" else f"groups of {block}",
        tails=2,
        loses="p-value and no interval",
        instead="draw units, or a grouping of more groups",
    )


def bootstrap_test(n_draws: int, n_failed: int, n_blocks: int, block: str) -> Iterator[Test]:
    """How many draws there were, of what."""
    if n_draws:
        what = "whole units" if block == "unit" else f"whole groups of {block}"
        detail = f"{counted(n_draws, 'draws')} of {n_blocks} {what}, {n_failed} failed"
        yield Test("bootstrap", None, float(n_draws), None, detail)


KINDS = {
    "none": "the indirect effect is not significant at 5 %",
    "partial": "partial mediation",
    "full": "full mediation",
    "suppression": "suppression, not mediation: indirect and direct effect have opposite signs",
}
"""What was found, in words."""


def kind_words(kind: str | None, *, is_drawn: bool) -> str:
    """What was found, or why it has no name."""
    if kind is not None:
        return KINDS[kind]
    return "its bootstrap tests nothing" if is_drawn else "its tests have no standard error"
