"""A linear model with its effects removed: what its coefficients do when an entry of its data moves.

Least squares and two-stage least squares are one model here: of the former every regressor is its own
instrument. With X̂ what the instruments Z explain of the regressors X, u the residuals and B = (X̂'X̂)⁻¹,

    dβ = B [ Π' dZ'u + (X − X̂)' dZ g + (dX − dZ Π)' Z g + X̂' (dy − dX β) ],

where Π = (Z'Z)⁻¹Z'X and g = (Z'Z)⁻¹Z'u. All columns are free of effects, so that it does not matter
whether the changes are. For least squares it is dβ = (X'X)⁻¹ [dX'u + X'(dy − dX β)].

With weights all columns are multiplied by their roots, and so are the changes. A weight w_i takes part in all
columns of its row, dummies included: dβ = B [X̂_i u_i + (X − X̂)_i Z_i g] dw_i / w_i.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from nqpf_assets.estimators.influence.row_weights import RowWeights
from nqpf_assets.estimators.instruments.sample import IvSample
from nqpf_assets.estimators.linear.absorbed import Absorbed
from nqpf_assets.estimators.linear.sample import panel_sample
from nqpf_assets.estimators.linear.within import Codes, FixedEffects, Floats
from nqpf_assets.estimators.linear.within_fit import panel_effects, within_fit


@dataclass(frozen=True)
class LinearModel:
    """n rows, effects removed; K1 endogenous, K2 exogenous regressors, L1 instruments.

    Columns without effects are multiplied by the roots of the rows' weights, where these have some.

    Attributes:
        y: (n,) outcome.
        endogenous, exogenous, instruments: (n, K1), (n, K2), (n, L1); no column repeats others.
        terms: names of the K1 + K2 regressors, endogenous first.
        variables: names of all columns: outcome, regressors, instruments, weights.
        levels: (n, 1 + K1 + K2 + L1) the same columns as given.
        fe: the effects.
        is_in_sample: (rows given,) which of them are the n.
        estimated: (n,) 1 for the rows over which squares are least, 0 for those that only the means of units
            see; the columns are zero there. None for all.
        weights: of the n rows; None where all weigh alike.
    """

    y: Floats
    endogenous: Floats
    exogenous: Floats
    instruments: Floats
    terms: tuple[str, ...]
    variables: tuple[str, ...]
    levels: Floats
    fe: FixedEffects
    is_in_sample: np.ndarray[tuple[int], np.dtype[np.bool_]]
    estimated: Floats | None = None
    weights: RowWeights | None = None

    @property
    def shares(self) -> Floats:
        """(n,) of the rows in means."""
        of_rows = np.ones(len(self.y)) if self.weights is None else self.weights.given
        return np.asarray(of_rows / of_rows.sum())

    @property
    def unit_codes(self) -> Codes:
        return self.fe.unit_codes

    @property
    def period_codes(self) -> Codes:
        return self.fe.period_codes

    @cached_property
    def regressors(self) -> Floats:
        return np.column_stack([self.endogenous, self.exogenous])

    @cached_property
    def first_stage(self) -> Floats:
        """(n, L) excluded instruments, then exogenous regressors."""
        return np.column_stack([self.instruments, self.exogenous])

    @cached_property
    def projection(self) -> Floats:
        """Π (L, K): coefficients of the regressors on the first stage."""
        return np.asarray(np.linalg.lstsq(self.first_stage, self.regressors, rcond=None)[0])

    @cached_property
    def fitted(self) -> Floats:
        """X̂ (n, K); exogenous regressors are themselves."""
        k1 = self.endogenous.shape[1]
        explained = self.first_stage @ self.projection[:, :k1]
        return np.column_stack([explained, self.exogenous])

    @cached_property
    def bread(self) -> Floats:
        """B (K, K), of columns brought to one length."""
        length = np.linalg.norm(self.fitted, axis=0)
        r = np.linalg.qr(self.fitted / length, mode="r")
        inverse = np.linalg.inv(r) / length[:, None]
        return np.asarray(inverse @ inverse.T)

    @cached_property
    def params(self) -> Floats:
        """(K,) coefficients."""
        return np.asarray(self.bread @ (self.fitted.T @ self.y))

    @cached_property
    def residuals(self) -> Floats:
        return np.asarray(self.y - self.regressors @ self.params)

    def derivatives(self, weights: Floats) -> Floats:
        """(n, V) change of a sum of coefficients per change of each entry, columns as `variables`.

        Args:
            weights: (K,) of the coefficients in the sum.
        """
        b, u = self.bread @ weights, self.residuals
        k1, n_excluded = self.endogenous.shape[1], self.instruments.shape[1]
        slope = self.fitted @ b
        g = (
            np.linalg.lstsq(self.first_stage, u, rcond=None)[0]
            if k1
            else np.zeros(len(self.projection))
        )
        q = self.first_stage @ g
        of_regressors = np.outer(q, b) - np.outer(slope, self.params)
        through = self.projection @ b
        unexplained = (self.regressors - self.fitted) @ b
        of_first = np.outer(u - q, through) + np.outer(unexplained, g)
        # An exogenous regressor stands in both stages.
        of_regressors[:, k1:] += of_first[:, n_excluded:]
        found = np.column_stack([slope, of_regressors, of_first[:, :n_excluded]])
        if self.weights is not None and self.fe.weights is not None:
            of_weights = (slope * u + unexplained * q) / self.weights.given
            return np.column_stack([found * np.sqrt(self.fe.weights)[:, None], of_weights])
        # What only the means see moves what is left of the other rows.
        return found if self.estimated is None else self.fe.demean(found)


def least_squares_model(
    outcome: Floats,
    regressors: Floats,
    units: np.ndarray[tuple[int], np.dtype[np.str_]],
    periods: np.ndarray[tuple[int], np.dtype[np.int32]],
    *,
    names: Sequence[str],
    outcome_name: str,
    effects: Sequence[str],
    drop_singletons: bool,
    demeaned_periods: str = "all",
    absorbed: Sequence[Absorbed] = (),
    weights: RowWeights | None = None,
) -> LinearModel:
    """The model that `two_way_fe` fits to the same arguments.

    Raises:
        EstimationError: nothing can be estimated.
    """
    sample = panel_sample(
        outcome,
        regressors,
        units,
        periods,
        names=names,
        drop_singletons_of=effects if drop_singletons else (),
        further=[one.codes for one in absorbed if one.slope is None] if drop_singletons else (),
        weights=None if weights is None else weights.checked,
    )
    fe = panel_effects(effects, sample, absorbed)
    fit = within_fit(sample, fe, names, demeaned_periods, is_exact_allowed=True)
    return LinearModel(
        y=fit.demeaned[:, 0],
        endogenous=np.empty((len(sample.outcome), 0)),
        exogenous=fit.x_within,
        instruments=np.empty((len(sample.outcome), 0)),
        terms=fit.names,
        variables=(outcome_name, *fit.names, *_named(weights)),
        levels=np.column_stack([sample.outcome, fit.x]),
        fe=fe,
        is_in_sample=sample.is_in_sample,
        estimated=fit.estimated,
        weights=None if weights is None else weights.of_rows(sample.is_in_sample),
    )


def two_stage_model(
    sample: IvSample,
    *,
    outcome_name: str,
    endogenous: Sequence[str],
    instruments: Sequence[str],
    weights: RowWeights | None = None,
) -> LinearModel:
    """The model that `fe_2sls` fits to a sample.

    Args:
        weights: of the rows that the sample was taken from.
    """
    terms = (*endogenous, *sample.exogenous)
    n_instruments = sample.z.shape[1]
    given = sample.panel.regressors
    return LinearModel(
        y=sample.y,
        endogenous=sample.x,
        exogenous=sample.w,
        instruments=sample.z,
        terms=terms,
        variables=(outcome_name, *terms, *instruments, *_named(weights)),
        levels=np.column_stack(
            [sample.panel.outcome, sample.levels, given[:, given.shape[1] - n_instruments :]]
        ),
        fe=sample.fe,
        is_in_sample=sample.panel.is_in_sample,
        weights=None if weights is None else weights.of_rows(sample.panel.is_in_sample),
    )


def _named(weights: RowWeights | None) -> tuple[str, ...]:
    return () if weights is None else (weights.variable,)
