"""Tobit on Fair's affairs and on late budgets against R and against brute force.

Tolerances come with the oracles: 1e-6 where R stopped iterating, 1e-3 to 1e-2 relative where a
12-node quadrature was meant to pass. Ours passes at the accuracy of the integral itself.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nqpf_assets.estimators.censored.re_tobit import re_tobit
from nqpf_assets.estimators.censored.tobit import tobit
from tests.oracles import oracle

AFFAIRS = ("age", "yearsmarried", "religiousness", "occupation", "rating")
BUDGETS = ("unemprise", "unempfall", "divgov", "elecyear", "pop", "endbalance")


def test_affairs() -> None:
    data = oracle("affairs_tobit")
    n = len(data.rows)

    def fit(upper: float | None, **options: Any) -> Any:
        return tobit(
            data.column("affairs"), data.columns(*AFFAIRS), np.arange(n), np.zeros(n),
            names=AFFAIRS, lower=0.0, upper=upper, effects=(), **options,
        )  # fmt: skip

    computed: dict[str, float] = {}
    for prefix, upper in (("left0", None), ("left0_right4", 4.0)):
        model = fit(upper, vcov="unadjusted")
        terms = ("(Intercept)", *AFFAIRS)
        estimates = [model.constant.estimate, *model.params]
        errors = [model.constant.std_error, *model.std_errors]
        computed |= {f"{prefix}.coef.{t}": float(v) for t, v in zip(terms, estimates, strict=True)}
        computed |= {f"{prefix}.se.{t}": float(v) for t, v in zip(terms, errors, strict=True)}
        computed[f"{prefix}.se.Log(scale)"] = model.sigma_std_error / model.sigma
        computed[f"{prefix}.sigma"] = model.sigma
        computed[f"{prefix}.loglik"] = model.log_likelihood
        if upper is None:
            computed["left0.n_censored"] = model.n_left_censored
            at_means = model.margin("outcome", "means").estimates
            computed |= {
                f"left0.margEff_at_means_E_y.{t}": float(v)
                for t, v in zip(AFFAIRS, at_means, strict=True)
            }
            raw = fit(None, vcov="robust", small_sample="none")
            raw_errors = [raw.constant.std_error, *raw.std_errors]
            computed |= {
                f"left0.se_sandwich.{t}": float(v) for t, v in zip(terms, raw_errors, strict=True)
            }
            computed["left0.se_sandwich.Log(scale)"] = raw.sigma_std_error / raw.sigma
    data.check(computed, not_tested={})


def late_budgets() -> tuple[Any, tuple[Any, ...]]:
    data = oracle("latebudgets_re_tobit")
    states = [row["state"] for row in data.rows]
    return data, (data.column("y"), data.columns(*BUDGETS), states, data.column("year"))


def test_late_budgets() -> None:
    data, panel = late_budgets()
    model = re_tobit(*panel, names=BUDGETS)
    terms = ("const", *BUDGETS)
    estimates = [model.constant.estimate, *model.params]
    errors = [model.constant.std_error, *model.std_errors]
    computed = {f"re.coef.{t}": float(v) for t, v in zip(terms, estimates, strict=True)}
    computed |= {f"re.se.{t}": float(v) for t, v in zip(terms, errors, strict=True)}
    computed |= {
        "re.sigma_u": model.sigma_u.estimate,
        "re.sigma_e": model.sigma_e.estimate,
        "re.rho": model.rho.estimate,
        "re.loglik": model.log_likelihood,
        "pooled.loglik": model.log_likelihood_pooled,
        "re.LR_vs_pooled": model.lr_statistic,
    }
    data.check(computed, not_tested={})
    assert model.node_check.is_stable
    assert model.lr_p_value < 1e-50


def test_twelve_hermite_nodes_are_not_enough_for_late_budgets_and_say_so() -> None:
    data, panel = late_budgets()
    check = re_tobit(*panel, names=BUDGETS, nodes=12).node_check
    assert not check.is_stable
    assert 0.01 < check.largest_change < 0.1
    assert re_tobit(*panel, names=BUDGETS, nodes=24).node_check.is_stable
    assert len(data.rows) == 730
