"""Tests of an indirect effect from its two coefficients, and the name of what was found.

The bootstrap has a module of its own; the regressions are `two_way_fe`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from nqpf_assets.estimators.linear.distributions import normal_sf

if TYPE_CHECKING:
    from nqpf_assets.estimators.linear.two_way_fe_result import TwoWayFE
    from nqpf_assets.estimators.mediation.bootstrap import BootstrapEffect

Kind = Literal["none", "partial", "full", "suppression"]


@dataclass(frozen=True)
class ProductTest:
    """A normal test that a product of two coefficients is zero.

    Attributes:
        std_error: of the product; NaN where the formula's variance is not positive.
        z_stat, p_value: the product over its standard error, two-sided.
    """

    std_error: float
    z_stat: float
    p_value: float


@dataclass(frozen=True)
class ProductTests:
    """The three first- and second-order approximations to the variance of a product."""

    sobel: ProductTest
    aroian: ProductTest
    goodman: ProductTest


def product_tests(a: float, a_std_error: float, b: float, b_std_error: float) -> ProductTests:
    """Sobel's, Aroian's and Goodman's test that ab is zero.

    The variance is b^2 s_a^2 + a^2 s_b^2 (Sobel), plus s_a^2 s_b^2 (Aroian), minus s_a^2 s_b^2
    (Goodman, the unbiased form, which can turn out negative). The covariance of a and b is
    taken to be zero, as all three do.

    Source: Sobel (1982), Sociological Methodology 13; Aroian (1947), Annals of Mathematical
    Statistics 18(2); Goodman (1960), JASA 55(292).
    """
    first = b**2 * a_std_error**2 + a**2 * b_std_error**2
    second = a_std_error**2 * b_std_error**2
    return ProductTests(
        normal_test(a * b, first),
        normal_test(a * b, first + second),
        normal_test(a * b, first - second),
    )


def kind_of_mediation(
    indirect: float,
    direct: float,
    total: float,
    *,
    is_indirect_significant: bool,
    is_direct_significant: bool,
) -> Kind:
    """Name what was found.

    - ``"none"``: the indirect effect is not significant.
    - ``"suppression"``: indirect and direct effect have opposite signs, and the direct effect is
      significant or outweighs the indirect one (then total and indirect effect have opposite
      signs too). The mediator hides part of the effect instead of carrying it.
    - ``"full"``: the direct effect is not significant.
    - ``"partial"``: both are significant and of one sign.

    Source: Wen and Ye (2014), Advances in Psychological Science 22(5); MacKinnon, Krull and
    Lockwood (2000), Prevention Science 1(4).
    """
    if not is_indirect_significant:
        return "none"
    if indirect * direct < 0 and (is_direct_significant or indirect * total < 0):
        return "suppression"
    return "partial" if is_direct_significant else "full"


def found_kind(
    indirect: float,
    total: float,
    of_outcome: TwoWayFE,
    test: ProductTest,
    drawn: BootstrapEffect | None,
) -> tuple[Kind | None, bool]:
    """What was found, nothing where a test it rests on is missing; whether the effect is significant.

    Args:
        of_outcome: the equation in which the treatment's coefficient, the first, is the direct effect.
        test: of the indirect effect, by which it is judged where nothing is drawn.
        drawn: the same of the bootstrap, whose percentile interval decides.
    """
    level = 1 - of_outcome.confidence_level
    direct_p = float(of_outcome.p_values[0])
    is_significant = test.p_value < level
    if drawn is not None:
        low, high = drawn.percentile
        is_significant = low > 0 or high < 0
    # A two-way clustered variance can be negative; what has no test gets no name.
    if np.isnan(direct_p + (test.p_value if drawn is None else drawn.p_value)):
        return None, is_significant
    kind = kind_of_mediation(
        indirect,
        float(of_outcome.params[0]),
        total,
        is_indirect_significant=is_significant,
        is_direct_significant=direct_p < level,
    )
    return kind, is_significant


def normal_test(product: float, variance: float) -> ProductTest:
    """A two-sided normal test with this variance; NaN where it is not positive."""
    if not variance > 0:
        return ProductTest(float("nan"), float("nan"), float("nan"))
    std_error = float(np.sqrt(variance))
    z_stat = product / std_error
    return ProductTest(std_error, z_stat, float(2 * normal_sf(abs(z_stat))))
