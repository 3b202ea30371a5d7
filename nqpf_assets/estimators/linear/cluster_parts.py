"""What clusters add to bias-reduced errors, for errors and tests of combinations of terms.

A difference of two coefficients has other degrees of freedom than either, and a joint test others again. How
the parts are made is in `cr2`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nqpf_assets.estimators.linear.distributions import f_sf
from nqpf_assets.estimators.linear.joint_test import SINGULAR, JointTest, without_value
from nqpf_assets.estimators.linear.within import Floats


@dataclass(frozen=True, eq=False)
class ClusterParts:
    """Of P terms and G clusters, on K columns of the design.

    Attributes:
        added: (G, P) what each cluster adds to each term's error.
        own: (G, P, P) products of the adjusted weights of its rows.
        projected: (G, P, K) the same weights on the design; inverse: (K, K) of its products.
    """

    added: Floats
    own: Floats
    projected: Floats
    inverse: Floats

    def combined(self, contrasts: Floats) -> ClusterParts:
        """Of combinations (C, P) of the terms."""
        return ClusterParts(
            self.added @ contrasts.T,
            contrasts @ self.own @ contrasts.T,
            contrasts @ self.projected,
            self.inverse,
        )

    @property
    def matrix(self) -> Floats:
        """(P, P) covariance."""
        return np.asarray(self.added.T @ self.added)

    @property
    def df(self) -> Floats:
        """(P,) degrees of freedom of each term, after Satterthwaite."""
        found = np.empty(self.added.shape[1])
        for term in range(len(found)):
            products = self._products(term, term)
            size = float((products**2).sum())
            found[term] = np.trace(products) ** 2 / size if size > 0 else np.nan
        return found

    def joint(self, values: Floats) -> JointTest:
        """F test that all P terms, of these values, are zero; of one term t² with its degrees of freedom.

        Hotelling's T² with the degrees of freedom η at which a Wishart matrix varies as the covariance does:
        F = (η − P + 1)/(ηP)·Q on P and η − P + 1 degrees of freedom; NaN where there are none.

        Source: Pustejovsky and Tipton (2018), JBES 36(4), equations 12 to 14 (AHT; clubSandwich's HTZ).
        """
        p = len(values)
        none = without_value(p)
        terms = range(p)
        expected = np.array([[np.trace(self._products(s, t)) for t in terms] for s in terms])
        scale = 1 / np.sqrt(np.where(np.diag(expected) > 0, np.diag(expected), np.nan))
        alike = [one * np.outer(scale, scale) for one in (expected, self.matrix)]
        if not all(np.isfinite(one).all() for one in alike):
            return none
        if min(float(np.linalg.eigvalsh(one)[0]) for one in alike) < SINGULAR:
            return none
        sizes, vectors = np.linalg.eigh(alike[0])
        root = (vectors / np.sqrt(sizes)) @ vectors.T * scale
        told = self.combined(root)
        products = [[told._products(s, t) for t in terms] for s in terms]
        spread = sum(
            float(
                (products[s][s] * products[t][t]).sum() + (products[s][t] * products[s][t].T).sum()
            )
            for s in terms
            for t in terms
        )
        eta = p * (p + 1) / spread
        df_resid = eta - p + 1
        if df_resid <= 0:
            return none
        scaled = values * scale
        wald = float(scaled @ np.linalg.solve(alike[1], scaled))
        statistic = df_resid / (eta * p) * wald
        return JointTest(statistic, p, df_resid, float(f_sf(statistic, p, df_resid)))

    def _products(self, one: int, other: int) -> Floats:
        """(G, G) covariances of what clusters add to one term and to another, errors alike and unrelated."""
        shared = self.projected[:, one] @ self.inverse @ self.projected[:, other].T
        return np.asarray(np.diag(self.own[:, one, other]) - shared)
