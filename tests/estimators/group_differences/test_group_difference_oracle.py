"""Differences between groups on NLSW 1988 against Stata output, statsmodels and NumPy.

Tolerances come with the oracle. Those of the permutation p-values hold the Monte Carlo error
of both sides, 0.01 with 4,000 draws each.
"""

from __future__ import annotations

import numpy as np
import pytest

from nqpf_assets.estimators.group_differences.group_difference import group_difference
from nqpf_assets.estimators.group_differences.permutation import permutation_test
from tests.oracles import oracle

NAMES = ("ttl_exp", "married", "south", "hours", "tenure", "age", "agesq")
INDUSTRIES = tuple(range(2, 13))
TESTED = ("ttl_exp", "married")


@pytest.mark.slow
def test_nlsw88() -> None:
    data = oracle("nlsw88_group_diff")
    n = len(data.rows)
    industry = data.column("industry")[:, None] == np.array(INDUSTRIES)
    panel = (
        data.column("wage"),
        np.column_stack([data.columns(*NAMES), industry]),
        np.arange(n),
        np.zeros(n),
        data.column("black"),
    )
    names = (*NAMES, *(f"industry {k}" for k in INDUSTRIES))
    test = group_difference(*panel, names=names, tested=TESTED, effects=(), vcov="unadjusted")
    computed: dict[str, float] = {}
    for label, group in zip(("white", "black"), test.groups, strict=True):
        model = group.model
        computed[f"stata.{label}.n"] = model.n_obs
        for name in (*TESTED, "tenure"):
            k = model.names.index(name)
            computed[f"{label}.{name}"] = float(model.params[k])
            computed[f"{label}.{name}.se"] = float(model.std_errors[k])
            if name in TESTED:
                computed[f"stata.{label}.{name}"] = float(model.params[k])
                computed[f"stata.{label}.{name}.t"] = float(model.t_stats[k])

    # The printed regression interacts with the dummy of the black group: it comes first here.
    turned = group_difference(
        *panel, names=names, compare=(1.0, 0.0), tested=TESTED, effects=(), vcov="unadjusted"
    )
    interaction, model = turned.partial, turned.partial_models[0]
    computed |= {
        "stata.interaction.ttl_x_black": float(interaction.differences[0]),
        "stata.interaction.se": float(interaction.std_errors[0]),
        "stata.interaction.t": float(interaction.t_stats[0]),
        "stata.interaction.p": float(interaction.p_values[0]),
        "stata.interaction.black": float(model.params[model.names.index("group 1.0")]),
        "partial_interaction.tx": float(interaction.differences[0]),
        "partial_interaction.p": float(interaction.p_values[0]),
    }
    assert test.chow.df_resid is not None
    computed |= {
        "chow.F": test.chow.statistic,
        "chow.df1": test.chow.df,
        "chow.df2": test.chow.df_resid,
        "chow.p": test.chow.p_value,
    }
    permuted = permutation_test(*panel, names=names, tested=TESTED, effects=(), draws=4000, seed=7)
    for j, name in enumerate(TESTED):
        assert np.isclose(permuted.differences[j], test.differences[j], rtol=1e-9)
        smaller = min(permuted.p_greater[j], permuted.p_less[j])
        computed |= {
            f"diff.{name}": float(test.differences[j]),
            f"suest.{name}.chi2": float(test.seemingly_unrelated.chi2[j]),
            f"suest.{name}.p": float(test.seemingly_unrelated.p_values[j]),
            f"fisher.{name}.p_one_sided_bdiff": float(smaller),
            f"fisher.{name}.p_two_sided": float(permuted.p_two_sided[j]),
        }
    data.check(computed, not_tested={})
