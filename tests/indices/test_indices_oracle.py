"""Indices against values computed in R, or known in closed form.

Tolerances come with the oracles: the rounding of printed digits, 1e-7 to 1e-15.
"""

from __future__ import annotations

import numpy as np

from nqpf_assets.indices.education_gini import education_gini
from nqpf_assets.indices.entropy import entropy_index
from nqpf_assets.indices.principal_components import principal_components
from tests.oracles import oracle


def test_entropy_weights_of_attitudes() -> None:
    data = oracle("attitude_entropy")
    names = ("rating", "complaints", "privileges", "learning", "raises", "critical", "advance")
    directions = [-1 if name == "critical" else 1 for name in names]
    computed: dict[str, float] = {}
    for label, shift in (("0", "limit"), ("0.0001", 1e-4), ("0.01", 0.01)):
        index = entropy_index(data.columns(*names), directions, names=names, shift=shift)  # type: ignore[arg-type]
        for j, name in enumerate(names):
            computed[f"shift_add_{label}.entropy.{name}"] = index.entropy[j]
            computed[f"shift_add_{label}.weight.{name}"] = index.weights[j]
        for i in range(3):
            computed[f"shift_add_{label}.score_first3.{i + 1}"] = index.scores[i]
    data.check(computed, not_tested={})


def test_components_of_arrests() -> None:
    data = oracle("usarrests_pca")
    names = ("Murder", "Assault", "UrbanPop", "Rape")
    values = data.columns(*names)
    index = principal_components(values, names=names, retention=0.8, sign="largest")
    spss = principal_components(
        values, names=names, retention=0.8, sign="largest", component_scale="unit"
    )
    computed: dict[str, float] = {
        "kmo": index.adequacy.kmo,
        "bartlett_chi2": index.adequacy.bartlett_chi2,
        "bartlett_df": index.adequacy.bartlett_df,
        "bartlett_p": index.adequacy.bartlett_p,
        "n_kaiser": principal_components(values, names=names).n_components,
        "n_cum80": index.n_components,
    }
    for j, name in enumerate(names):
        computed[f"eigenvalue.{j + 1}"] = index.eigenvalues[j]
        computed[f"explained.{j + 1}"] = index.shares[j]
        computed[f"msa.{name}"] = index.adequacy.kmo_per_indicator[j]
        for k in range(4):
            computed[f"absloading.PC{k + 1}.{name}"] = abs(index.loadings[j, k])
    for i, row in enumerate(data.rows[:5]):
        computed[f"composite_k2_first5.{row['state']}"] = index.scores[i]
        computed[f"composite_k2_spss_first5.{row['state']}"] = spss.scores[i]
    data.check(computed, not_tested={})


def test_education_gini_of_six_countries() -> None:
    data = oracle("barrolee_edu_gini")
    none, primary, secondary, tertiary = (data.column(c) for c in ("lu", "lp", "ls", "lh"))
    done = {c: data.column(c) for c in ("lpc", "lsc", "lhc")}
    shares = np.column_stack(
        [
            none,
            primary - done["lpc"],
            done["lpc"],
            secondary - done["lsc"],
            done["lsc"],
            tertiary - done["lhc"],
            done["lhc"],
        ]
    )
    result = education_gini(shares, [0, 3, 6, 9, 12, 14, 16], renormalize=True)
    computed: dict[str, float] = {}
    for i, row in enumerate(data.rows):
        key = f"{row['WBcode']}.{row['year']}"
        computed[f"gini.{key}"] = result.gini[i]
        computed[f"mean_years.{key}"] = result.mean_years[i]
        computed[f"sd_years.{key}"] = result.sd_years[i]
    computed["published.KOR.1990"] = computed["gini.KOR.1990"]
    edge = education_gini([[0.5, 0.5], [0.0, 1.0], [1.0, 0.0]], [0, 9])
    computed["edge.two_level_half"] = edge.gini[0]
    computed["edge.all_equal"] = edge.gini[1]
    computed["edge.all_illiterate_is_nan"] = -1.0 if np.isnan(edge.gini[2]) else edge.gini[2]
    data.check(
        computed,
        not_tested={
            "published.IND.1990": "0.69 stems from an older edition of Barro and Lee; the data at "
            "hand give 0.605, which gini.IND.1990 pins, outside its band of 0.06",
        },
    )
