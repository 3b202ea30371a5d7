"""Covariance of the scores of a spatial likelihood, whose errors are unrelated between clusters only.

The score of ρ is a form e′Ae + b′e in the errors e. A cluster adds what its own rows make of it; but each
two clusters that A connects add the product of their errors as well, which is related to nothing else, and
whose square is therefore a part of its own (Kelejian and Prucha 2001). What errors are, and what is made of
the covariance, is said in `sandwich`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from nqpf_assets.estimators.linear.several_keys import signed_keys
from nqpf_assets.estimators.linear.within import Codes, Floats, group_sums


@dataclass(frozen=True)
class ScoreForms:
    """Q scores as sums over n = T·N rows, period by period, one of them with a quadratic form beside.

    Attributes:
        rows: (n, Q) what each row adds by itself.
        n_periods: T, between which the form connects nothing.
        place: of the score with the form; None where all are plain sums.
        products: of a period → (N, N) symmetric a_ij e_i e_j, the diagonal less its mean.
    """

    rows: Floats
    n_periods: int
    place: int | None
    products: Callable[[int], Floats]

    @property
    def by_row(self) -> Floats:
        """(n, Q) scores of single rows, with what the form has on its diagonal."""
        found = self.rows.copy()
        if self.place is not None:
            diagonals = [np.diagonal(self.products(t)) for t in range(self.n_periods)]
            found[:, self.place] += np.concatenate(diagonals)
        return found

    def covariance(self, clusters: Sequence[Codes]) -> Floats:
        """(Q, Q) sum of squares over clusters, and of the form's over pairs of clusters.

        Args:
            clusters: codes (n,) of one to three keys. Of several, rows are taken as related that share a
                cluster of any; the rows of a pair may be tied to those of another by different keys.
        """
        q, signed = self.rows.shape[1], list(signed_keys(clusters))
        found = np.zeros((q, q))
        for sign, codes in signed:
            sums = group_sums(self.rows, codes, int(codes.max()) + 1)
            if self.place is not None:
                own = self._within(codes)
                sums[:, self.place] += own
                found[self.place, self.place] -= sign * 2 * float(own @ own)
            found += sign * (sums.T @ sums)
        if self.place is None:
            return found
        for i, j in combinations_with_replacement(range(len(signed)), 2):
            (left, one), (right, other) = signed[i], signed[j]
            both = left * right * (1 if i == j else 2)  # of (i, j) and of (j, i), which are alike
            found[self.place, self.place] += 2 * both * self._squares(one, other)
        return found

    def _within(self, codes: Codes) -> Floats:
        """(G,) the form's products of rows of one cluster."""
        own = np.zeros(int(codes.max()) + 1)
        for t, each in enumerate(self._by_period(codes)):
            alike = each[:, None] == each
            of_rows = (self.products(t) * alike).sum(axis=1)
            own += np.bincount(each, weights=of_rows, minlength=len(own))
        return own

    def _squares(self, one: Codes, other: Codes) -> float:
        """Squares of the form's products, summed over each pair of a cluster of one and one of the other."""
        ours, theirs = self._by_period(one), self._by_period(other)
        # A pair of clusters meets in one period alone where either of them lies in one.
        meets_again = _spans_periods(ours) and _spans_periods(theirs)
        size = (int(one.max()) + 1, int(other.max()) + 1) if meets_again else (0, 0)
        whole, total = np.zeros(size), 0.0
        for t in range(self.n_periods):
            left, at_left = np.unique(ours[t], return_inverse=True)
            right, at_right = np.unique(theirs[t], return_inverse=True)
            block = _summed(_summed(self.products(t), at_left, len(left)).T, at_right, len(right)).T
            if meets_again:
                whole[np.ix_(left, right)] += block
            else:
                total += float((block**2).sum())
        return total + float((whole**2).sum())

    def _by_period(self, codes: Codes) -> NDArray[np.intp]:
        return codes.reshape(self.n_periods, -1)


def _spans_periods(maps: NDArray[np.intp]) -> bool:
    """Whether a cluster of (T, N) codes has rows in two periods."""
    n_clusters = int(maps.max()) + 1
    return bool(sum(len(np.unique(one)) for one in maps) > n_clusters)


def _summed(matrix: Floats, codes: Codes, n_groups: int) -> Floats:
    """(n_groups, N) sums of rows by group; the same in another order where each is a group."""
    if n_groups < len(matrix):
        return group_sums(matrix, codes, n_groups)
    found = np.empty_like(matrix)
    found[codes] = matrix
    return found
