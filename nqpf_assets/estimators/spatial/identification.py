"""How well a spatial parameter can be known from the weights alone, before any data.

Dense weights make of every neighbourhood nearly the mean of all units, and period effects take that mean
out: ρ and λ are then weakly identified, whatever the outcome. The information of the parameter with
σ² and coefficients partialled out is least where the regressors say nothing of it; what remains is a number
of W, of the effects and of T.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.estimators.spatial.information import counted_traces
from nqpf_assets.estimators.spatial.likelihood import Counts

if TYPE_CHECKING:
    from nqpf_assets.estimators.spatial.period_matrices import Matrix


def weights_std_error(matrix: Matrix, counts: Counts, parameter: float) -> float:
    """Standard error of ρ or λ from the weights alone.

    With m counted maps of n rows in all it is {m[tr(GG) + tr(G′G)] − 2(m tr G)²/n}^−½ with
    G = W(I − ρW)⁻¹; after Lee and Yu's transformation m = T − 1, n = (N − 1)(T − 1) and G is that of F′WF.

    Args:
        matrix: (N, N) weights, or those of every period.
        counts: of the likelihood.
        parameter: where; zero, unless something better is known.
    """
    t = counted_traces(matrix, parameter, counts)
    information = counts.n_maps * (t.gg + t.g_g) - 2 * (counts.n_maps * t.g) ** 2 / counts.n_rows
    # Weights that make a complete graph leave nothing: F′WF is then a multiple of the identity.
    return float(information**-0.5) if information > 1e-9 * counts.n_maps else float("inf")
