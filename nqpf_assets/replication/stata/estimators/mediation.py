"""Mediation: the equations of mediators and outcome, and what is put together from their coefficients."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nqpf_assets.replication.stata.command import Commands
from nqpf_assets.replication.stata.estimators.least_squares import fit
from nqpf_assets.replication.stata.estimators.parts import refused, sides_of
from nqpf_assets.replication.stata.names import StataNames
from nqpf_assets.studies.estimators.chain_mediation import ChainOptions
from nqpf_assets.studies.estimators.mediation import MediationOptions
from nqpf_assets.studies.estimators.moderated_mediation import ModeratedOptions
from nqpf_assets.studies.spec import CompleteColumn


@dataclass(frozen=True)
class Equations:
    """The equations of a column."""

    column: CompleteColumn
    names: StataNames

    @property
    def outcome(self) -> str:
        return sides_of(self.column, self.names)[0]

    @property
    def terms(self) -> str:
        return sides_of(self.column, self.names)[1]

    @property
    def treated(self) -> str:
        """The first term."""
        return self.terms.split()[0]

    def estimated(self, outcome: str, *terms: str, **kept: str) -> list[str]:
        """One equation, and the scalars that are kept of it.

        Args:
            terms: those beside the column's own.
            kept: scalar → term whose coefficient it is.
        """
        made = fit(self.column, self.names, outcome, " ".join([self.terms, *terms]))
        return [made, *(f"scalar nqpf_{name} = _b[{term}]" for name, term in kept.items())]


def mediation(of: Equations) -> list[str]:
    treated = of.treated
    mediator = of.names.names[of.column.options(MediationOptions).mediator]
    return [
        *of.estimated(of.outcome, total=treated),
        *of.estimated(mediator, a=treated),
        f"scalar nqpf_a_error = _se[{treated}]",
        *of.estimated(of.outcome, mediator, b=mediator),
        f"scalar nqpf_b_error = _se[{mediator}]",
        'display "indirect " nqpf_a * nqpf_b " total " nqpf_total',
        'display "Sobel error " sqrt(nqpf_a^2 * nqpf_b_error^2 + nqpf_b^2 * nqpf_a_error^2)',
    ]


def chain_mediation(of: Equations) -> list[str]:
    treated = of.treated
    first, second = (of.names.names[one] for one in of.column.options(ChainOptions).mediators)
    return [
        *of.estimated(of.outcome, total=treated),
        *of.estimated(first, a1=treated),
        *of.estimated(second, first, a2=treated, d=first),
        *of.estimated(of.outcome, first, second, b1=first, b2=second),
        'display "first mediator " nqpf_a1 * nqpf_b1 " second mediator " nqpf_a2 * nqpf_b2',
        'display "chain " nqpf_a1 * nqpf_d * nqpf_b2 " total " nqpf_total',
    ]


def moderated_mediation(of: Equations) -> list[str]:
    """Of a path that is moderated, the coefficient of the product with the moderator is kept."""
    options, treated = of.column.options(ModeratedOptions), of.treated
    mediator, level = of.names.names[options.mediator], of.names.names[options.moderator]
    by_path = {"first": "nqpf_treated", "direct": "nqpf_treated", "second": "nqpf_mediator"}
    products = {path: [name] for path, name in by_path.items() if path in options.moderates}
    first, direct, second = (products.get(one, []) for one in ("first", "direct", "second"))
    both = bool(first and second)
    what = "product of both moderations" if both else "index of moderated mediation"
    return [
        f"generate double nqpf_treated = {treated} * {level}",
        f"generate double nqpf_mediator = {mediator} * {level}",
        *of.estimated(mediator, level, *first, first=[treated, *first][-1]),
        *of.estimated(
            of.outcome, level, *direct, mediator, *second, second=[mediator, *second][-1]
        ),
        f'display "{what} " nqpf_first * nqpf_second',
    ]


def _commands(
    made: Callable[[Equations], list[str]],
) -> Callable[[CompleteColumn, StataNames], Commands]:
    return lambda column, names: refused(column) or made(Equations(column, names))


CALLS = {
    "mediation": _commands(mediation),
    "chain_mediation": _commands(chain_mediation),
    "moderated_mediation": _commands(moderated_mediation),
}
