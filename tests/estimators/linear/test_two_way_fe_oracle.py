"""Two-way fixed effects on Grunfeld's data against R: plm, fixest, clubSandwich.

Tolerances come with the oracle: 1e-8 where R printed all digits.
"""

from __future__ import annotations

from typing import Any

from nqpf_assets.estimators.linear.hausman import hausman
from nqpf_assets.estimators.linear.two_way_fe import two_way_fe
from tests.oracles import oracle

NAMES = ("value", "capital")


def test_grunfeld() -> None:
    data = oracle("grunfeld_twfe")
    panel = (
        data.column("inv"),
        data.columns(*NAMES),
        [row["firm"] for row in data.rows],
        [int(row["year"]) for row in data.rows],
    )

    def fit(**options: Any) -> Any:
        return two_way_fe(*panel, names=NAMES, **options)

    main = fit()
    arrays = {
        "twfe.coef": main.params,
        "twfe.se_classic": fit(vcov="unadjusted").std_errors,
        "twfe.se_arellano_HC0": fit(small_sample="none").std_errors,
        "twfe.se_arellano_sss": fit(small_sample="plm").std_errors,
        "twfe.se_driscoll_kraay": fit(vcov="driscoll_kraay", small_sample="none").std_errors,
        "oneway.coef": fit(effects=("unit",)).params,
        "fixest.se_iid": fit(vcov="unadjusted").std_errors,
        "fixest.se_hetero": fit(vcov="robust").std_errors,
        "fixest.se_cluster_firm": main.std_errors,
        "fixest.p_cluster_firm": main.p_values,
        "fixest.se_cluster_firm_ssc_nested_reghdfe": main.std_errors,
        "fixest.se_twoway_cluster": fit(cluster=("unit", "period")).std_errors,
        "fixest.se_DK1": fit(vcov="driscoll_kraay", lags=1).std_errors,
        "CR2.se": fit(vcov="cr2").std_errors,
        "CR2.df_satt": fit(vcov="cr2").df_inference,
        "CR2.p_satt": fit(vcov="cr2").p_values,
    }
    computed = {
        f"{key}.{name}": float(array[k])
        for key, array in arrays.items()
        for k, name in enumerate(NAMES)
    }
    test = hausman(*panel, names=NAMES)
    assert main.unit_effects is not None
    computed |= {
        "twfe.rss": main.rss,
        "twfe.df_resid": main.df_resid,
        "twfe.r2_within": main.r2_within,
        "hausman.chi2": test.statistic,
        "hausman.p": test.p_value,
        "fixest.r2_within": main.r2_within,
        "fixest.r2": main.r2,
        "fixest.adj_r2": main.r2_adjusted,
        "nobs": main.n_obs,
        "loglik_lsdv": main.log_likelihood,
        "fe_sum_check.firm_demeaned_sd": main.unit_effects.sd,
    }
    data.check(computed, not_tested={})
