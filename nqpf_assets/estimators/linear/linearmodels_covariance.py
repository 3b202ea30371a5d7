"""The clustered standard errors that linearmodels prints, by running linearmodels.

For readers who must reproduce a table made with that package. Its count of parameters and
its degrees of freedom differ from Stata's; see docs/methods/two_way_fe.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nqpf_assets.estimators.linear.covariance import Covariance
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats


def linearmodels_clustered(
    outcome: Floats, regressors: Floats, fe: FixedEffects, clusters: Sequence[Codes]
) -> Covariance:
    """Covariance of the K regressors and the constant by PanelOLS.

    Args:
        outcome: (n,).
        regressors: (n, K), independent of each other and of the effects.
        fe: the effects.
        clusters: one or two arrays (n,) of codes.
    """
    import pandas as pd
    from linearmodels.panel import PanelOLS

    if fe.n_components > 1:
        raise EstimationError("vcov 'linearmodels' needs a connected panel; use 'clustered'")
    index = pd.MultiIndex.from_arrays([fe.unit_codes, fe.period_codes], names=["unit", "period"])
    terms = [f"x{k}" for k in range(regressors.shape[1])]
    frame = pd.DataFrame(regressors, index=index, columns=terms).assign(constant=1.0)
    keys = pd.DataFrame({f"c{k}": codes for k, codes in enumerate(clusters)}, index=index)
    fitted = PanelOLS(
        pd.Series(outcome, index=index, name="outcome"),
        frame,
        entity_effects="unit" in fe.effects,
        time_effects="period" in fe.effects,
    ).fit(cov_type="clustered", clusters=keys)
    order = [*terms, "constant"]
    matrix = fitted.cov.loc[order, order].to_numpy(dtype=np.float64)
    df = int(fitted.df_resid)
    n_clusters = tuple(int(codes.max()) + 1 for codes in clusters)
    k = len(outcome) - df
    return Covariance(matrix, np.full(len(matrix), float(df)), float("nan"), k, n_clusters)
