"""Spatial weights, keyed by unit: who is whose neighbour, and how much each counts.

Here a matrix gets its units, is checked, standardised, and cut to the units of a sample.
Weights made from distances are in `distance`. A matrix without keys is refused: read
in another order than it was written, it gives plausible and wrong numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.counted import counted, verb
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.linear.option_checks import require_one_of
from nqpf_assets.estimators.spatial.logdet import is_acyclic
from nqpf_assets.estimators.spatial.period_matrices import row_sums

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Standardization = Literal["row", "spectral", "none"]
Pair = tuple[Hashable, Hashable]


@dataclass(frozen=True, eq=False)
class SpatialWeights:
    """Weights among N units; row i holds the weights of the neighbours of unit i.

    Attributes:
        units: the N labels, in the order of rows and columns.
        matrix: (N, N) compressed sparse rows, not negative, zero on the diagonal.
        kind: how it was made, in words: ``"contiguity"``, ``"inverse distance"``, …
        standardization: ``"row"``: rows add up to one; ``"spectral"``: divided by the largest
            eigenvalue, which keeps symmetry; ``"none"``.
        islands: units without a neighbour; their spatial lags are zero.
        joins: pairs that were declared neighbours though they do not touch.
    """

    units: tuple[Any, ...]
    matrix: csr_array[np.float64]
    kind: str
    standardization: Standardization
    islands: tuple[Any, ...]
    joins: tuple[Pair, ...] = ()

    @property
    def has_unit_row_sums(self) -> bool:
        """Whether every row adds up to one, so that a constant is its own spatial lag."""
        return bool(np.abs(row_sums(self.matrix) - 1).max() < 1e-10)


def weights_from_matrix(
    matrix: Any,
    units: Sequence[Hashable] | None,
    *,
    kind: str = "matrix",
    standardization: Standardization = "row",
) -> SpatialWeights:
    """Give a matrix its units, check it, and standardise it.

    Args:
        matrix: (N, N), dense or of scipy.sparse; a libpysal ``W`` gives ``w.sparse``.
        units: label of each row and column, in the matrix's own order (``w.id_order``). None
            is refused, with the reason.
        kind: in words.
        standardization: see `SpatialWeights`; ``"none"`` takes the matrix as it is.

    Raises:
        EstimationError: unknown order, wrong shape, repeated units, negative or missing weights,
            weights on the diagonal, or no neighbours at all.
    """
    from scipy.sparse import csr_array

    require_one_of("standardization", standardization, get_args(Standardization))
    w = csr_array(matrix, dtype=np.float64)
    if units is None:
        raise EstimationError(
            f"a weights matrix of shape {w.shape} has no keys: declare which unit each row "
            "belongs to, in the order in which the matrix was written"
        )
    labels = tuple(units)
    if w.shape != (len(labels), len(labels)):
        raise EstimationError(
            f"{counted(len(labels), 'units')} for a weights matrix of shape {w.shape}"
        )
    repeated = sorted(str(label) for label, count in Counter(labels).items() if count > 1)
    if repeated:
        raise EstimationError(f"units occur more than once in the weights: {_listed(repeated)}")
    w.sum_duplicates()
    w.eliminate_zeros()
    if not np.isfinite(w.data).all():
        raise EstimationError("the weights contain missing or infinite values")
    rows = np.repeat(np.arange(len(labels)), np.diff(w.indptr))
    if (w.data < 0).any():
        raise EstimationError(f"negative weights of {_named(labels, rows[w.data < 0])}")
    if (w.diagonal() != 0).any():
        own = np.flatnonzero(w.diagonal())
        raise EstimationError(
            f"units are their own neighbours (weights on the diagonal): {_named(labels, own)}"
        )
    if not w.nnz:
        raise EstimationError(
            f"no unit has a neighbour: all {counted(len(labels), 'units')} {verb(len(labels), 'are')} islands"
        )
    islands = tuple(labels[i] for i in np.flatnonzero(np.diff(w.indptr) == 0))
    return SpatialWeights(labels, _standardized(w, standardization), kind, standardization, islands)


def contiguity_weights(
    units: Sequence[Hashable],
    pairs: Sequence[Pair],
    *,
    joins: Sequence[Pair] = (),
    standardization: Standardization = "row",
) -> SpatialWeights:
    """Weights of units that touch: one for each pair, in both directions.

    Args:
        units: all N units, islands included.
        pairs: neighbours; each pair once or in both directions.
        joins: further pairs that a study declares neighbours, such as Hainan and Guangdong.
        standardization: see `SpatialWeights`.

    Raises:
        EstimationError: a pair with a unit that is not among `units`, or with itself.
    """
    from scipy.sparse import coo_array

    place = {label: k for k, label in enumerate(units)}
    both = [*pairs, *joins]
    unknown = sorted({str(unit) for pair in both for unit in pair if unit not in place})
    if unknown:
        raise EstimationError(
            f"pairs of neighbours name units that are not there: {_listed(unknown)}"
        )
    selves = sorted({str(a) for a, b in both if a == b})
    if selves:
        raise EstimationError(f"a unit cannot be its own neighbour: {_listed(selves)}")
    links = sorted(
        {(place[a], place[b]) for a, b in both} | {(place[b], place[a]) for a, b in both}
    )
    rows, columns = np.array(links, dtype=np.intp).reshape(-1, 2).T
    matrix = coo_array((np.ones(len(links)), (rows, columns)), shape=(len(place), len(place)))
    made = weights_from_matrix(matrix, units, kind="contiguity", standardization=standardization)
    return replace(made, joins=tuple(joins))


def restrict_weights(weights: SpatialWeights, units: Sequence[Hashable]) -> SpatialWeights:
    """Weights among these units alone, in this order, standardised again.

    Standardising again gives the same as cutting the raw matrix first. A mixture of standardised
    matrices (`mixed_weights`) is the exception: cut its parts and mix them again.

    Raises:
        EstimationError: units that the weights do not know, by name.
    """
    place = {label: k for k, label in enumerate(weights.units)}
    absent = [label for label in units if label not in place]
    if absent:
        texts = {str(label) for label in weights.units}
        hint = ""
        if all(str(label) in texts for label in absent):
            kinds = type(absent[0]).__name__, type(weights.units[0]).__name__
            hint = f" (they are {kinds[0]} in the sample and {kinds[1]} in the weights)"
        raise EstimationError(
            f"the weights do not cover the sample: {len(absent)} of {counted(len(units), 'units')} "
            f"{verb(len(absent), 'are')} missing: {_listed([str(label) for label in absent])}{hint}"
        )
    order = [place[label] for label in units]
    if order == list(range(len(weights.units))):
        return weights
    cut = weights_from_matrix(
        weights.matrix[order][:, order],
        units,
        kind=weights.kind,
        # A permutation needs no standardising, and repeating it would only add rounding.
        standardization="none" if len(order) == len(weights.units) else weights.standardization,
    )
    return replace(cut, standardization=weights.standardization, joins=weights.joins)


def _standardized(w: csr_array[np.float64], how: str) -> csr_array[np.float64]:
    from scipy.sparse import csr_array

    if how == "none":
        return w
    if how == "row":
        sums = row_sums(w)
        counts = np.diff(w.indptr)
        data = w.data / np.repeat(np.where(sums > 0, sums, 1.0), counts)
        return csr_array((data, w.indices, w.indptr), shape=w.shape)
    if is_acyclic(w):
        raise EstimationError(
            "the largest eigenvalue of the weights is zero, because no chain of neighbours leads "
            "back to where it began; standardise by rows"
        )
    return csr_array((w.data / _spectral_radius(w), w.indices, w.indptr), shape=w.shape)


def _spectral_radius(w: csr_array[np.float64]) -> float:
    """The largest eigenvalue, real because the weights are not negative (Perron, Frobenius)."""
    from scipy.sparse.linalg import eigs

    if w.shape[0] <= 1000:
        return float(np.abs(np.linalg.eigvals(w.toarray())).max())
    start = np.ones(w.shape[0])
    return float(eigs(w, k=1, which="LR", v0=start, return_eigenvectors=False)[0].real)


def _named(labels: tuple[Any, ...], positions: NDArray[np.intp]) -> str:
    return _listed([str(labels[k]) for k in np.unique(positions)])


def _listed(names: Sequence[str], most: int = 10) -> str:
    rest = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + rest
