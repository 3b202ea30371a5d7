"""Mediation on High School and Beyond against R (lm, bda, lavaan, boot) and a printed page.

Tolerances come with the oracle. Those of the bootstrap hold its Monte Carlo error: with 5,000
draws about 0.001 of the standard error and 0.003 of each end of an interval.
"""

from __future__ import annotations

from typing import Any

from nqpf_assets.estimators.mediation.mediation import mediation
from tests.oracles import oracle


def test_hsb2() -> None:
    data = oracle("hsb2_mediation")
    n = len(data.rows)

    def fit(small_sample: str) -> Any:
        return mediation(
            data.column("science"),
            data.column("math"),
            data.column("read"),
            None,
            [row["id"] for row in data.rows],
            ["once"] * n,
            treatment_name="math",
            mediator_names=["read"],
            effects=(),
            vcov="unadjusted",
            small_sample=small_sample,
            seed=20,
        )

    result = fit("xtreg")
    (path,) = result.paths
    tests = path.tests
    assert path.kind == "partial"
    drawn = {effect.effect: effect for effect in path.bootstrap}["indirect"]
    total_error = float(result.total.std_errors[0])
    # lavaan divides by n and takes a and b as independent.
    by_n = fit("none").paths[0].tests.sobel.std_error
    data.check(
        {
            "ucla.c": result.total_effect,
            "ucla.se_c": total_error,
            "ucla.a": path.a,
            "ucla.se_a": path.a_std_error,
            "ucla.rss_full": path.outcome_equation.rss,
            "c": result.total_effect,
            "a": path.a,
            "se_a": path.a_std_error,
            "b": path.b,
            "se_b": path.b_std_error,
            "c_prime": path.direct,
            "se_c_prime": float(path.outcome_equation.std_errors[0]),
            "se_c": total_error,
            "indirect": path.indirect,
            "sobel_se": tests.sobel.std_error,
            "sobel_z": tests.sobel.z_stat,
            "sobel_p": tests.sobel.p_value,
            "aroian_z": tests.aroian.z_stat,
            "goodman_z": tests.goodman.z_stat,
            "prop_mediated": path.share,
            "bda.sobel_z": tests.sobel.z_stat,
            "bda.sobel_p": tests.sobel.p_value,
            "bda.aroian_z": tests.aroian.z_stat,
            "bda.goodman_z": tests.goodman.z_stat,
            "lavaan.indirect": path.indirect,
            "lavaan.indirect_se": by_n,
            "boot5000.se": drawn.std_error,
            "boot5000.pct_lo": drawn.percentile[0],
            "boot5000.pct_hi": drawn.percentile[1],
            "boot5000.bc_lo": drawn.bias_corrected[0],
            "boot5000.bc_hi": drawn.bias_corrected[1],
        },
        not_tested={},
    )
