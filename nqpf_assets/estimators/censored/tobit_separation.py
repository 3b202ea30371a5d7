"""Whether a Tobit's likelihood has a finite maximum at all.

It has none if some combination of regressors and effects is zero in all uncensored rows and
tells censored rows apart, as a dummy for rows that are all censored does; nor if the
uncensored rows are fitted exactly. Nothing can be dropped quietly then: it is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nqpf_assets.estimators.censored.tobit_rows import Rows
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.within import Codes, Floats, group_sums

# Columns are near unit length and the direction is bounded by one, so that these tell
# something from rounding in the linear program (1e-7).
GAIN = 1e-5
PART = 1e-6


def refuse_separation(
    rows: Rows, x: Floats, groups: Codes, names: Sequence[str], what_else: str
) -> None:
    """Refuse data without a finite maximum, and name the regressors that cause it.

    Args:
        rows: the censored outcome, brought near mean 0 and spread 1.
        x: (n, K + D) columns of about unit length.
        groups: (n,) codes of the intercepts.
        names: the first K columns.
        what_else: word for the other columns and the intercepts.

    Source: Silvapulle and Burridge (1986), JRSS B 48(1), on existence of the maximum.
    """
    if _is_safe(rows, x, groups):
        return
    direction = _direction(rows, x, groups)
    if direction is None:
        return
    if direction[-1] > PART:
        raise EstimationError("regressors and effects reproduce the uncensored rows exactly")
    told = [name for name, d in zip(names, direction, strict=False) if abs(d) > PART]
    raise EstimationError(
        f"{', '.join(told or [what_else])}: censored rows are told apart without error, so that "
        "no finite estimate exists; leave the variable out, or the rows that it marks"
    )


def _is_safe(rows: Rows, x: Floats, groups: Codes) -> bool:
    """Whether the uncensored rows alone determine all parameters, which is enough."""
    observed = rows.side == 0
    n_groups = int(groups.max()) + 1
    counts = np.bincount(groups[observed], minlength=n_groups)
    if not counts.all() or observed.sum() <= x.shape[1] + n_groups:
        return False
    columns = np.column_stack([x, rows.point])[observed]
    means = group_sums(columns, groups[observed], n_groups) / counts[:, None]
    values = np.linalg.svd(columns - means[groups[observed]], compute_uv=False)
    return bool(values[-1] > 1e-7 * values[0])


def _direction(rows: Rows, x: Floats, groups: Codes) -> Floats | None:
    """A direction (slopes, theta) along which no row's density ever falls, or None."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_array, diags_array, hstack

    n, n_groups = len(x), int(groups.max()) + 1
    intercepts = csr_array((np.ones(n), (np.arange(n), groups)), shape=(n, n_groups))
    distance = hstack([-intercepts, csr_array(np.column_stack([-x, rows.point]))])
    # Left-censored rows want theta * limit - index to rise, right-censored ones to fall, and
    # uncensored ones to stay.
    signs = np.where(rows.side > 0, -1.0, 1.0)
    wanted = csr_array(diags_array(signs) @ distance)
    cost = -np.asarray(wanted[rows.side != 0].sum(axis=0), dtype=np.float64).ravel()
    cost[-1] -= 1.0
    most = np.where(rows.side == 0, 0.0, np.inf)
    least = np.append(-np.ones(len(cost) - 1), 0.0)
    # A linear program: milp is SciPy's typed door to HiGHS, and no variable is an integer.
    found = milp(
        cost,
        constraints=LinearConstraint(wanted, np.zeros(n), most),
        bounds=Bounds(least, np.ones(len(cost))),
    )
    if found.x is None or float(cost @ found.x) > -GAIN:
        return None
    return np.asarray(found.x[n_groups:], dtype=np.float64)
