"""How well a spatial parameter is known, as rows and in words under the table.

The numbers are those of `nqpf_assets.estimators.spatial`: what the weights alone allow
(`identification`), the interval of the likelihood (`profile`), and what Lee and Yu's correction did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.estimation.result_rows import Estimate, Test
from nqpf_assets.estimators.spatial.limits import WEAK_ABOVE

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.profile import ProfileInterval
    from nqpf_assets.estimators.spatial.result import SpatialModel, SpatialParameter

SYMBOLS = {"rho": "ρ", "lambda": "λ"}
PROFILE = "profile likelihood"
"""Name of the effect whose row holds the interval of the likelihood."""


@dataclass(frozen=True)
class Identified:
    """A spatial model, and the same by the direct likelihood where a correction was made."""

    result: SpatialModel
    uncorrected: SpatialModel | None

    def tests(self) -> Iterator[Test]:
        """The error that the weights alone allow, and the parameter without Lee and Yu's correction."""
        parameter = self.result.parameter
        if parameter is None:
            return
        yield Test(
            "weights_std_error",
            parameter.weights_std_error,
            None,
            None,
            f"standard error that {parameter.name} can have from weights, effects and periods alone; "
            f"weak above {WEAK_ABOVE}",
        )
        direct = self._direct()
        if direct is not None:
            yield Test(
                f"{parameter.name}_uncorrected",
                direct.estimate,
                None,
                None,
                "maximum of the direct likelihood, without the correction of Lee and Yu",
            )

    def intervals(self) -> Iterator[Estimate]:
        """The profile-likelihood interval, which need not be symmetric; an end may be the bound itself."""
        parameter, found = self.result.parameter, self._interval()
        if parameter is None or found is None:
            return
        nan = float("nan")
        yield Estimate(
            parameter.name,
            parameter.estimate,
            nan,
            nan,
            found.p_value,
            found.low,
            found.high,
            effect=PROFILE,
        )

    def words(self) -> Iterator[str]:
        """What the reader of the table has to know about the parameter."""
        parameter = self.result.parameter
        if parameter is None:
            return
        symbol = SYMBOLS[parameter.name]
        can = parameter.weights_std_error
        if can <= WEAK_ABOVE:
            yield f"From these weights alone {symbol} can have a standard error of {can:.3f}"
        else:
            yield (
                f"WEAK: from these weights alone {symbol} can have a standard error of {can:.3f} (above "
                f"{WEAK_ABOVE}): they are so dense that {symbol} is hardly told from the effects. Take "
                "contiguity, a power of 2, a shorter cut-off, or spatial_slx, which needs no ρ"
            )
        interval = self._interval()
        if parameter.is_at_bound and self.result.lee_yu == "bias_correction":
            yield (
                f"The bias correction moves {symbol} beyond its bound {parameter.bound:.4g}, where it is "
                f"set: {symbol} has neither standard error nor p, and no value is excluded; use the "
                "transformation"
            )
        elif parameter.is_at_bound:
            yield (
                f"{symbol} is at its bound {parameter.bound:.4g}: the likelihood rises up to it, so {symbol} "
                "has no standard error; p and interval are of the likelihood ratio"
            )
        if interval is not None and (can > WEAK_ABOVE or parameter.is_at_bound):
            yield f"{symbol} by profile likelihood: 95 % interval {_printed(interval)}"
        yield from self._moved(parameter, symbol)

    def _moved(self, parameter: SpatialParameter, symbol: str) -> Iterator[str]:
        direct = self._direct()
        if direct is None:
            return
        error = direct.std_error if parameter.is_at_bound else parameter.std_error
        moves = abs(parameter.estimate - direct.estimate) / error
        if moves > 1:
            yield (
                f"Without Lee and Yu's correction {symbol} is {direct.estimate:.3f}: it moves by {moves:.1f} "
                "standard errors, so conclusions rest on the correction"
            )

    def _direct(self) -> SpatialParameter | None:
        return None if self.uncorrected is None else self.uncorrected.parameter

    def _interval(self) -> ProfileInterval | None:
        """None after a bias correction: the corrected estimate is no maximum of any likelihood."""
        parameter = self.result.parameter
        if parameter is None or self.result.lee_yu == "bias_correction":
            return None
        return parameter.profile.interval(parameter.estimate, self.result.confidence_level)


def _printed(interval: ProfileInterval) -> str:
    """An interval in brackets; round ones where it is open at a bound."""
    left = "(" if interval.is_open_below else "["
    right = ")" if interval.is_open_above else "]"
    ends = (f"{interval.low:.3f}", f"{interval.high:.3f}")
    is_open = interval.is_open_below or interval.is_open_above
    return f"{left}{', '.join(ends)}{right}{', open at the bound' if is_open else ''}"
