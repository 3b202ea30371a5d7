"""Two-stage least squares and its tests against Stata's ivreg2.

Tolerances come with the oracles: 2e-6, because the data were exported in single precision.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nqpf_assets.estimators.instruments.fe_2sls import fe_2sls
from tests.oracles import oracle

OPTIONS: dict[str, dict[str, Any]] = {
    "iid": {"vcov": "unadjusted", "small_sample": "ivreg2"},
    "hc1": {"vcov": "robust", "small_sample": "ivreg2"},
    "cl": {"vcov": "clustered", "small_sample": "ivreg2"},
    "cl_small": {"vcov": "clustered", "small_sample": "ivreg2_small"},
}


def fit(data: Any, y: str, endo: list[str], exo: list[str], inst: list[str], **options: Any) -> Any:
    n = len(data.rows)
    return fe_2sls(
        data.column(y), data.columns(*endo), data.columns(*inst), np.arange(n), np.zeros(n),
        endogenous_names=endo, instrument_names=inst, exogenous=data.columns(*exo),
        exogenous_names=exo, effects=(), **options,
    )  # fmt: skip


def keys(model: Any, prefix: str) -> dict[str, float]:
    """The model under the names of the oracles."""
    robust = model.kleibergen_paap_f
    found = {
        "AR_F": model.anderson_rubin_f.statistic,
        "AR_F_p": model.anderson_rubin_f.p_value,
        "AR_chi2": model.anderson_rubin_chi2.statistic,
        "AR_chi2_p": model.anderson_rubin_chi2.p_value,
        "cragg_donald_F": model.cragg_donald_f,
        "weakid_F(KP rk if robust/cluster, CD if iid)": (
            model.cragg_donald_f if robust is None else robust
        ),
        "underid_LM": model.underidentification.statistic,
        "underid_p": model.underidentification.p_value,
        "hansen_J_or_sargan": model.overidentification.statistic,
        "J_df": model.overidentification.df[0],
        "stock_wright_S": model.stock_wright.statistic,
        "stock_wright_p": model.stock_wright.p_value,
        "endog_C": model.endogeneity.statistic,
        "endog_p": model.endogeneity.p_value,
        "rss": model.rss,
        "rmse": model.sigma,
        "model_F": model.model_f.statistic,
        "N": model.n_obs,
        "coef._cons": model.constant.estimate,
        "se._cons": model.constant.std_error,
    }
    if model.overidentification.df[0]:
        found["J_p"] = model.overidentification.p_value
    if model.n_clusters:
        found["N_clust"] = model.n_clusters[0]
    found |= {f"coef.{t}": v for t, v in zip(model.names, model.params, strict=True)}
    found |= {f"se.{t}": v for t, v in zip(model.names, model.std_errors, strict=True)}
    return {f"{prefix}.{key}": float(value) for key, value in found.items()}


def test_card() -> None:
    data = oracle("iv_card")
    exogenous = ["exper", "expersq", "black", "south"]
    computed: dict[str, float] = {}
    for case, instruments in (("overid", ["nearc2", "nearc4"]), ("just_id", ["nearc4"])):
        for vcov in ("iid", "hc1"):
            model = fit(data, "lwage", ["educ"], exogenous, instruments, **OPTIONS[vcov])
            computed |= keys(model, f"{case}.{vcov}")
    data.check(computed, not_tested={})


def test_clustered() -> None:
    data = oracle("iv_sim_cluster")
    computed: dict[str, float] = {}
    for name, options in OPTIONS.items():
        clusters = {"cluster": data.column("cluster_id")} if name.startswith("cl") else {}
        model = fit(data, "y", ["endo1"], ["x1"], ["z1", "z2"], **options, **clusters)
        computed |= keys(model, name)
    data.check(computed, not_tested={})


@pytest.mark.parametrize("small_sample", ["xtreg", "ivreg2_small"])
def test_without_effects_xtreg_and_ivreg2_correct_alike(small_sample: Any) -> None:
    data = oracle("iv_sim_cluster")
    model = fit(
        data, "y", ["endo1"], ["x1"], ["z1", "z2"],
        vcov="clustered", cluster=data.column("cluster_id"), small_sample=small_sample,
    )  # fmt: skip
    assert model.std_errors[0] == pytest.approx(data.expected["cl_small.se.endo1"]["value"], 2e-6)


def test_several_endogenous() -> None:
    data = oracle("iv_sim_multi_endo")
    computed: dict[str, float] = {}
    for name in ("iid", "hc1"):
        model = fit(
            data, "y", ["endo1", "endo2"], ["x1", "x2"], ["z1", "z2", "z3", "z4"], **OPTIONS[name]
        )
        computed |= keys(model, name)
    data.check(computed, not_tested={})
