"""An estimator as studies know it: one object that says everything about it but its numbers.

The keys of study files, their refusals, the JSON schema, the reference, the roles of variables and the
rows of printed tables follow from these objects. Those of this package are in `studies.estimators`, one
module each; `estimator_registry` finds them, and those of installed packages. What estimates is named and not
imported, so that a study can be read without the libraries that compute.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal

from nqpf_assets.messages.problems import Refusal
from nqpf_assets.studies.equation import Equation
from nqpf_assets.studies.printing import Printing
from nqpf_assets.user_input.strict import Strict


@dataclass(frozen=True)
class Covariance:
    """What one covariance of one estimator can be told.

    Attributes:
        most_keys: by how many keys it clusters; 0 for a covariance without clusters.
        keys: ``"unit"`` alone, ``"units"`` and groups of them, or ``"any"``: periods too.
        corrections: values of `small_sample`, the default first; none where it cannot be chosen.
        has_lags: whether it has a bandwidth.
        has_large_sample: whether it can do without a correction, its tests normal.
        is_drawn: whether p-values and intervals are from draws; `can_be_unrestricted`: whether these may obey
            the estimate in place of the hypothesis.
        has_own_df: whether every coefficient has degrees of freedom of its own, which few clusters leave
            small; under effects of units clusters cannot divide units then.
    """

    most_keys: int = 0
    keys: Literal["unit", "units", "any"] = "any"
    corrections: tuple[str, ...] = ()
    has_lags: bool = False
    has_large_sample: bool = False
    is_drawn: bool = False
    can_be_unrestricted: bool = False
    has_own_df: bool = False


@dataclass(frozen=True)
class Role:
    """What a variable is in a column.

    Attributes:
        name: as `model_variable` names it.
        is_term: whether it is the outcome or has a coefficient, so that `winsorize` clips it.
        is_yielding: a variable that has a role already keeps that one.
    """

    name: str
    is_term: bool = False
    is_yielding: bool = False


OUTCOME = Role("outcome", is_term=True)
REGRESSOR = Role("regressor", is_term=True)
CONTROL = Role("control", is_term=True)
WEIGHTS = Role("weights", is_yielding=True)
SLOPES = (REGRESSOR.name, CONTROL.name)
EQUATION = (OUTCOME.name, *SLOPES)
"""Roles of what has a slope, and of all that an equation is made of."""


@dataclass(frozen=True)
class Compared:
    """Two groups that an estimator compares: rows of other groups are not used."""

    grouping: str
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Inherited:
    """A block of a table's `model` under that of a column.

    Attributes:
        estimator: of the column, and whether it is the column itself that names it.
        table: what the table writes of the block; `column`: what the column does.
    """

    estimator: str
    is_named: bool
    table: Mapping[str, Any]
    column: Mapping[str, Any]


def _no_refusals(_of: Any) -> Iterator[Refusal]:
    return iter(())


def _keeps_all(_block: Inherited) -> Collection[str]:
    return ()


def _two(_column: Equation) -> int:
    return 2


def _none(_column: Equation) -> int:
    return 0


def _nothing(_column: Equation) -> None:
    return None


@dataclass(frozen=True)
class OptionBlock:
    """A block of options that belongs to one estimator, or to some alike.

    Attributes:
        key: under which a column writes it.
        model: its keys.
        variables: keys that name variables → what these are in the column.
        terms: keys that name some of the column's regressors and controls, which they are already.
        groupings: keys that name groupings of the study.
        unit_pairs: keys that hold pairs of units.
        refusals: what a complete column with this block cannot say.
        relations: what its variables cannot be to each other, asked of a `relations.Relations`.
        left_behind: keys of a table's block that do not go with what the column chooses.
        least_clusters: fewer clusters cannot bear the column's errors.
        more_parameters: how many more rows it needs than one for each effect, regressor and control.
        compared: the groups that the column compares.
        is_optional: whether a column may leave the block out, which then is as its defaults say.
        resampled: the grouping, or ``unit``, whose members a bootstrap draws whole; None for no draws.
    """

    key: str
    model: type[Strict]
    variables: Mapping[str, Role] = field(default_factory=dict)
    terms: tuple[str, ...] = ()
    groupings: tuple[str, ...] = ()
    unit_pairs: tuple[str, ...] = ()
    refusals: Callable[[Any], Iterator[Refusal]] = _no_refusals
    relations: Callable[[Any], Iterator[Refusal]] = _no_refusals
    left_behind: Callable[[Inherited], Collection[str]] = _keeps_all
    least_clusters: Callable[[Any], int] = _two
    more_parameters: Callable[[Any], int] = _none
    compared: Callable[[Any], Compared | None] = _nothing
    resampled: Callable[[Any], str | None] = _nothing
    is_optional: bool = False


ALONE = frozenset({"drop_singletons"})
"""The switch of estimators that leave out rows which stand alone in an effect."""
ANY_EFFECTS = frozenset({(), ("unit",), ("period",), ("period", "unit")})


@dataclass(frozen=True)
class Estimator:
    """One estimator.

    Attributes:
        name: in study files.
        purpose: what it is for, in a few words.
        documentation: where it is described: a page and its heading, ``page.md#Heading``, or an address.
        covariances: type → what it can be told.
        function: ``module:function`` from an `estimation.design.Design` to an
            `estimation.result_rows.Fitted`.
        order: its place where estimators are listed; those of packages come last.
        elsewhere: commands and names of other programs that mean it, in small letters, for who writes one.
        options: its own block; None where it has none.
        effects: the fixed effects it can have, sorted by name.
        takes_further_effects: whether it takes effects of groupings, of products, and trends beside these.
        effects_words: what a column with other effects is told.
        takes_weights: whether it takes `weights` of observations.
        takes_years: whether it takes `by_year`, whose terms it tests together.
        switches: which keys of `Equation` that turn something on or off it knows.
        needs_regressors: whether it is about `regressors`, so that controls alone are no model.
        of_unit_means: whether a row is the mean of a unit over its years.
        of_differences: whether a row is the change of a unit from the year before.
        fits_within: whether it also fits the column with fixed effects of units, which needs their rows.
        takes_one_unit: whether the years of a single unit are enough, without effects of years.
        reports_exact: whether it reports a column whose regressors give the outcome exactly, and says so.
        within: roles of variables (outcome, regressor, control) of which it takes no more than what effects
            leave, of differences those of units among them; a constant and Hausman's tests aside.
        has_base_period: whether its constant, beside effects of periods, is the level of the first one alone.
        has_own_terms: whether it reports terms that are no regressors or controls.
        with_few_clusters: the covariance without clusters that a column with few of them may take.
        printing: what a printed table shows of it.
        example: columns as a new study shows them, in YAML over the variables of its template.
        linear_model: ``module:function`` from a design to the `estimators.influence.linear_model.LinearModel`
            whose coefficients the column's terms are, or to None where they are of none on its rows; empty
            where they are of no such model at all.
        influence: ``module:function`` from a design to an `estimators.influence.moving.Moving`, to several
            where numbers are told in several ways, or to the words that say why there is none: for numbers
            that are no coefficients of one linear model.
    """

    name: str
    purpose: str
    documentation: str
    covariances: Mapping[str, Covariance]
    function: str
    order: int = 1000
    elsewhere: tuple[str, ...] = ()
    options: OptionBlock | None = None
    effects: frozenset[tuple[str, ...]] = ANY_EFFECTS
    takes_further_effects: bool = False
    effects_words: str = ""
    takes_weights: bool = False
    takes_years: bool = False
    switches: frozenset[str] = frozenset()
    needs_regressors: bool = False
    of_unit_means: bool = False
    of_differences: bool = False
    fits_within: bool = False
    takes_one_unit: bool = False
    reports_exact: bool = False
    within: tuple[str, ...] = ()
    has_base_period: bool = False
    has_own_terms: bool = True
    with_few_clusters: Literal["robust", "unadjusted"] = "robust"
    printing: Printing = field(default_factory=Printing)
    example: str = ""
    linear_model: str = ""
    influence: str = ""

    @property
    def module(self) -> str:
        """The module that estimates, from which its code is hashed."""
        return self.function.partition(":")[0]

    @property
    def fit(self) -> Callable[[Any], Any]:
        """The function, imported now."""
        return _imported(self.function)

    @property
    def linearize(self) -> Callable[[Any], Any] | None:
        """The function behind `linear_model`, imported now."""
        return _imported(self.linear_model) if self.linear_model else None

    @property
    def tell_influence(self) -> Callable[[Any], Any] | None:
        """The function behind `influence`, imported now."""
        return _imported(self.influence) if self.influence else None

    @property
    def keys(self) -> frozenset[str]:
        """Keys of `Equation` that not every estimator takes, as this one does."""
        asked = {"by_year": self.takes_years, "weights": self.takes_weights}
        return self.switches | {key for key, is_taken in asked.items() if is_taken}

    @property
    def has_effects(self) -> bool:
        """Whether it can have fixed effects at all."""
        return self.effects != frozenset({()})


def _imported(path: str) -> Callable[[Any], Any]:
    module, _, name = path.partition(":")
    function: Callable[[Any], Any] = getattr(import_module(module), name)
    return function
