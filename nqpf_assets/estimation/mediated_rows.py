"""What columns of all mediations report alike: effects with their draws, and what few draws cannot bear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan
from typing import TYPE_CHECKING

from nqpf_assets.estimation.few_draws import FEW_BLOCKS, bootstrapped
from nqpf_assets.estimation.result_rows import Estimate, Test
from nqpf_assets.messages.counted import counted

if TYPE_CHECKING:
    from nqpf_assets.estimators.mediation.bootstrap import BootstrapEffect
    from nqpf_assets.estimators.mediation.tests import ProductTest

Z = 1.959963984540054
"""Of a normal interval at 95 %."""


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


def too_few(n_draws: int, n_failed: int, n_blocks: int, block: str) -> Iterator[str]:
    """Draws, or blocks to draw from, that cannot tell anything from zero at 5 %, or only badly."""
    if not n_draws:
        return
    what = "units" if block == "unit" else f"groups of {block}"
    drawn = bootstrapped(
        n_draws - n_failed,
        n_blocks,
        what,
        tails=2,
        loses="p-value and no interval",
        instead="draw units, or a grouping of more groups",
    )
    yield from drawn.words()
    if drawn.has_samples and n_blocks < FEW_BLOCKS:
        yield (
            f"{drawn.how} has few to draw from: its intervals are too narrow, and its p-values too "
            "small"
        )


def bootstrap_test(n_draws: int, n_failed: int, n_blocks: int, block: str) -> Iterator[Test]:
    """How many draws there were, of what."""
    if n_draws:
        what = "whole units" if block == "unit" else f"whole groups of {block}"
        detail = f"{counted(n_draws, 'draws')} of {n_blocks} {what}, {n_failed} failed"
        yield Test("bootstrap", None, float(n_draws), None, detail)


KINDS = {
    "none": "no indirect effect is found",
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
