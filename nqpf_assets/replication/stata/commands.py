"""A column as commands of Stata, or why it is not in the do-file.

Only what Stata's own manuals, or the help of reghdfe and xthreg, say that a command does. Where its
correction for few observations is another than the column's, the column is left out rather than estimated
otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from nqpf_assets.replication.r.call import NotInR
from nqpf_assets.replication.stata.names import StataNames
from nqpf_assets.studies.effects import further_effects
from nqpf_assets.studies.estimators.chain_mediation import ChainOptions
from nqpf_assets.studies.estimators.fe_2sls import InstrumentOptions
from nqpf_assets.studies.estimators.fractional import FractionalOptions
from nqpf_assets.studies.estimators.group_difference import DifferenceOptions
from nqpf_assets.studies.estimators.mediation import MediationOptions
from nqpf_assets.studies.estimators.moderated_mediation import ModeratedOptions
from nqpf_assets.studies.estimators.random_effects import RandomOptions
from nqpf_assets.studies.estimators.threshold import ThresholdOptions
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.tobit_options import TobitOptions
from nqpf_assets.studies.year_terms import tested_terms

UNIT, PERIOD = "unit", "period"
NotInStata = NotInR
Commands = Sequence[str] | NotInStata
_KINDS = {"analytic": "aw", "population": "pw", "frequency": "fw"}
"""Kinds of weights of observations, as Stata calls them."""
_SIX = ("ystar", "e", "pr")
"""Predictions of `tobit`: of the outcome, of the outcome where it is not censored, of not being censored."""


def commands_of(column: CompleteColumn, names: StataNames) -> Commands:
    """The commands that estimate a column, from its rows."""
    if column.winsorize is not None:
        return NotInStata("`winsorize`, whose quantiles no command of Stata takes so")
    if column.standardize:
        return NotInStata("`standardize`: coefficients with effects have no beta there")
    made = CALLS.get(column.estimator)
    return made(column, names) if made else NotInStata(f"`{column.estimator}`")


def _outcome(column: CompleteColumn, names: StataNames) -> str:
    assert column.outcome is not None, "the column is complete"
    return names.names[column.outcome]


def _terms(column: CompleteColumn) -> tuple[str, ...]:
    return (*column.regressors, *column.controls)


def _refused(column: CompleteColumn) -> NotInStata | None:
    """Covariances that Stata does not have so."""
    vcov = column.vcov
    if further_effects(column.effects):
        return NotInStata("effects beside those of units and periods")
    if vcov.type not in ("clustered", "robust", "unadjusted"):
        return NotInStata(f"vcov `{vcov.type}`")
    if vcov.large_sample and (column.estimator != "fe_2sls" or vcov.type == "clustered"):
        return NotInStata("`large_sample`, which only `ivregress` has")
    if vcov.small_sample not in (None, "xtreg", "stata"):
        return NotInStata(f"`small_sample: {vcov.small_sample}`")
    return None


def fit(column: CompleteColumn, names: StataNames, outcome: str, terms: str) -> str:
    """Least squares with the column's effects and covariance."""
    effects, vcov = set(column.effects), column.vcov
    dummies = " i.period" if PERIOD in effects else ""
    by = names.of(vcov.by) if vcov.type == "clustered" else ""
    error = {"clustered": f"vce(cluster {by})", "robust": "vce(robust)", "unadjusted": ""}[
        vcov.type
    ]
    comma = f", {error}" if error else ""
    weights = ""
    if column.weights is not None:
        weights = f" [{_KINDS[column.weights.type]}={names.names[column.weights.variable]}]"
    # `xtreg, fe` takes weights only where they are constant within units.
    is_elsewhere = vcov.type == "clustered" and (
        len(vcov.by) > 1 or (effects and vcov.by != (UNIT,))
    )
    if is_elsewhere or (weights and effects):
        absorbed = f"absorb({' '.join(column.effects)})" if effects else "noabsorb"
        return f"reghdfe {outcome} {terms}{weights}, {absorbed} {error}".rstrip()
    if not effects:
        return f"regress {outcome} {terms}{weights}{comma}"
    if effects == {PERIOD}:
        return f"areg {outcome} {terms}, absorb(period) {error}".rstrip()
    if vcov.type == "robust":  # of xtreg it would be clustered
        return f"areg {outcome} {terms}{dummies}, absorb(unit) {error}"
    return f"xtreg {outcome} {terms}{dummies}, fe {error}".rstrip()


def two_way_fe(column: CompleteColumn, names: StataNames) -> Commands:
    if refused := _refused(column):
        return refused
    weights = column.weights
    if weights is not None and weights.type == "frequency" and column.effects:
        return NotInStata("frequency weights with effects, whose single rows leave another way")
    joint = [f"test {names.of(terms)}" for terms in tested_terms(column).values()]
    made = fit(column, names, _outcome(column, names), names.of(_terms(column)))
    return [made, *joint]


def ols(column: CompleteColumn, names: StataNames) -> Commands:
    return two_way_fe(column.model_copy(update={"effects": ()}), names)


def fe_2sls(column: CompleteColumn, names: StataNames) -> Commands:
    options, vcov = column.options(InstrumentOptions), column.vcov
    if refused := _refused(column):
        return refused
    exogenous = names.of(one for one in _terms(column) if one not in options.endogenous)
    effects = "".join(f" i.{one}" for one in column.effects if one != UNIT)
    two = f"({names.of(options.endogenous)} = {names.of(options.instruments)})"
    middle = " ".join(part for part in (f"{exogenous}{effects}".strip(), two) if part)
    outcome = _outcome(column, names)
    if UNIT in column.effects and vcov.type == "clustered" and vcov.by == (UNIT,):
        return [f"xtivreg {outcome} {middle}, fe vce(cluster unit)"]
    if UNIT in column.effects or vcov.type == "clustered":
        return NotInStata("two-stage least squares with these effects and this covariance")
    error = ["vce(robust)"] if vcov.type == "robust" else []
    options_of = " ".join([*error, *([] if vcov.large_sample else ["small"])])
    return [f"ivregress 2sls {outcome} {middle}" + (f", {options_of}" if options_of else "")]


def tobit(column: CompleteColumn, names: StataNames) -> Commands:
    options, vcov = column.options(TobitOptions), column.vcov
    if refused := _refused(column):
        return refused
    terms, error = names.of(_terms(column)), ""
    if vcov.type != "unadjusted":
        error = " vce(robust)" if vcov.type == "robust" else f" vce(cluster {names.of(vcov.by)})"
    effects = "".join(f" i.{one}" for one in column.effects)
    low, high = ("." if one is None else repr(one) for one in (options.lower, options.upper))
    made = [f"tobit {_outcome(column, names)} {terms}{effects},{_limits(options)}{error}"]
    for one in _SIX:
        made.append(f"margins, dydx({terms}) predict({one}({low},{high}))")
        made.append(f"margins, dydx({terms}) predict({one}({low},{high})) atmeans")
    return made


def re_tobit(column: CompleteColumn, names: StataNames) -> Commands:
    options = column.options(TobitOptions)
    if column.vcov.type != "unadjusted":
        return NotInStata(f"random effects with vcov `{column.vcov.type}`")
    effects = "".join(f" i.{one}" for one in column.effects if one != UNIT)
    outcome, terms = _outcome(column, names), names.of(_terms(column))
    return [f"xttobit {outcome} {terms}{effects},{_limits(options)}"]


def _limits(options: TobitOptions) -> str:
    low = "" if options.lower is None else f" ll({options.lower!r})"
    return low + ("" if options.upper is None else f" ul({options.upper!r})")


def random_effects(column: CompleteColumn, names: StataNames) -> Commands:
    options, vcov = column.options(RandomOptions), column.vcov
    if options.mundlak:
        return NotInStata(
            "random effects with unit means: what repeats is left out in another order"
        )
    if vcov.type == "clustered":
        return NotInStata(
            "random effects with clustered errors, whose correction the manual does not say"
        )
    effects = " i.period" if PERIOD in column.effects else ""
    sa = " sa" if options.components == "baltagi_chang" else ""
    outcome, terms = _outcome(column, names), names.of(_terms(column))
    return [f"xtreg {outcome} {terms}{effects}, re{sa} theta"]


def between(column: CompleteColumn, names: StataNames) -> Commands:
    if column.vcov.type != "unadjusted" or column.vcov.small_sample == "none":
        return NotInStata("unit means with errors that `xtreg, be` does not have")
    return [f"xtreg {_outcome(column, names)} {names.of(_terms(column))}, be"]


def first_difference(column: CompleteColumn, names: StataNames) -> Commands:
    if refused := _refused(column):
        return refused
    if "period" in column.effects:
        return NotInStata("first differences with effects of periods")
    changes = " ".join(f"D.{one}" for one in names.of(_terms(column)).split())
    plain = column.model_copy(update={"effects": ()})
    return [fit(plain, names, f"D.{_outcome(column, names)}", changes)]


SEPARATION = (
    "* xtpoisson drops units whose outcome is zero throughout, but does not look for separated rows. Where",
    "* the table names such rows, ppmlhdfe drops them as it does (ssc install ppmlhdfe).",
)


def fe_poisson(column: CompleteColumn, names: StataNames) -> Commands:
    vcov = column.vcov
    dummies = " i.period" if PERIOD in column.effects else ""
    error = " vce(robust)" if vcov.type == "clustered" else ""
    if vcov.type == "robust" or vcov.small_sample == "none" or (error and vcov.by != (UNIT,)):
        return NotInStata("a Poisson regression with errors that `xtpoisson, fe` does not have")
    fit = f"xtpoisson {_outcome(column, names)} {names.of(_terms(column))}{dummies}, fe{error}"
    return [*SEPARATION, fit]


def fractional(column: CompleteColumn, names: StataNames) -> Commands:
    options, vcov = column.options(FractionalOptions), column.vcov
    if options.mundlak:
        return NotInStata("unit means: what repeats is left out in another order")
    if vcov.small_sample == "none":
        return NotInStata("`small_sample: none`, which `fracreg` does not have")
    if options.link == "probit":
        return NotInStata("`fracreg probit`, whose errors rest on another information matrix")
    terms = names.of(_terms(column))
    error = "vce(robust)" if vcov.type == "robust" else f"vce(cluster {names.of(vcov.by)})"
    dummies = " i.period" if PERIOD in column.effects else ""
    fit = f"fracreg logit {_outcome(column, names)} {terms}{dummies}, {error}"
    return [fit, f"margins, dydx({terms})", f"margins, dydx({terms}) atmeans"]


def mediation(column: CompleteColumn, names: StataNames) -> Commands:
    options = column.options(MediationOptions)
    if refused := _refused(column):
        return refused
    terms, outcome = names.of(_terms(column)), _outcome(column, names)
    treated, between = names.names[_terms(column)[0]], names.names[options.mediator]
    return [
        fit(column, names, outcome, terms),
        f"scalar nqpf_total = _b[{treated}]",
        fit(column, names, between, terms),
        f"scalar nqpf_a = _b[{treated}]",
        f"scalar nqpf_a_error = _se[{treated}]",
        fit(column, names, outcome, f"{terms} {between}"),
        f"scalar nqpf_b = _b[{between}]",
        f"scalar nqpf_b_error = _se[{between}]",
        'display "indirect " nqpf_a * nqpf_b " total " nqpf_total',
        'display "Sobel error " sqrt(nqpf_a^2 * nqpf_b_error^2 + nqpf_b^2 * nqpf_a_error^2)',
    ]


def chain_mediation(column: CompleteColumn, names: StataNames) -> Commands:
    options = column.options(ChainOptions)
    if refused := _refused(column):
        return refused
    terms, outcome = names.of(_terms(column)), _outcome(column, names)
    treated = names.names[_terms(column)[0]]
    first, second = (names.names[one] for one in options.mediators)
    return [
        fit(column, names, outcome, terms),
        f"scalar nqpf_total = _b[{treated}]",
        fit(column, names, first, terms),
        f"scalar nqpf_a1 = _b[{treated}]",
        fit(column, names, second, f"{terms} {first}"),
        f"scalar nqpf_a2 = _b[{treated}]",
        f"scalar nqpf_d = _b[{first}]",
        fit(column, names, outcome, f"{terms} {first} {second}"),
        f"scalar nqpf_b1 = _b[{first}]",
        f"scalar nqpf_b2 = _b[{second}]",
        'display "first mediator " nqpf_a1 * nqpf_b1 " second mediator " nqpf_a2 * nqpf_b2',
        'display "chain " nqpf_a1 * nqpf_d * nqpf_b2 " total " nqpf_total',
    ]


def moderated_mediation(column: CompleteColumn, names: StataNames) -> Commands:
    options = column.options(ModeratedOptions)
    if refused := _refused(column):
        return refused
    treated, between = names.names[_terms(column)[0]], names.names[options.mediator]
    level = names.names[options.moderator]
    terms = f"{names.of(_terms(column))} {level}"
    made = [
        f"generate double nqpf_treated = {treated} * {level}",
        f"generate double nqpf_mediator = {between} * {level}",
    ]
    asked = {*options.moderates}
    first = " nqpf_treated" if "first" in asked else ""
    direct = " nqpf_treated" if "direct" in asked else ""
    second = " nqpf_mediator" if "second" in asked else ""
    made.append(fit(column, names, between, terms + first))
    made.append(f"scalar nqpf_first = _b[{'nqpf_treated' if first else treated}]")
    made.append(fit(column, names, _outcome(column, names), f"{terms}{direct} {between}{second}"))
    made.append(f"scalar nqpf_second = _b[{'nqpf_mediator' if second else between}]")
    what = "product of both moderations" if first and second else "index of moderated mediation"
    return [*made, f'display "{what} " nqpf_first * nqpf_second']


def group_difference(column: CompleteColumn, names: StataNames) -> Commands:
    options, vcov = column.options(DifferenceOptions), column.vcov
    if refused := _refused(column):
        return refused
    if vcov.type == "clustered" and vcov.by != (UNIT,):
        return NotInStata("groups with clusters that are no units")
    group = names.names[options.grouping]
    both = [names.numbers(options.grouping, [one]) for one in options.groups]
    if not all(both):
        return NotInStata("a group that no unit is in")
    terms = f"i.nqpf_first##c.({names.of(_terms(column))})"
    dummies = " i.nqpf_first#i.period" if PERIOD in column.effects else ""
    error = {"clustered": "vce(cluster unit)", "robust": "vce(robust)", "unadjusted": ""}[vcov.type]
    outcome = _outcome(column, names)
    if UNIT not in column.effects:
        last = f"regress {outcome} {terms}{dummies}" + (f", {error}" if error else "")
    elif vcov.type == "robust":
        last = f"areg {outcome} {terms}{dummies}, absorb(unit) {error}"
    else:
        last = f"xtreg {outcome} {terms}{dummies}, fe {error}".rstrip()
    made = [f"keep if inlist({group}, {both[0]}, {both[1]})"]
    made.append(f"generate byte nqpf_first = {group} == {both[0]}")
    if PERIOD in column.effects:
        made.append("egen long nqpf_own_period = group(nqpf_first period)")
        made.append("nqpf_alone nqpf_own_period" + (" unit" if UNIT in column.effects else ""))
    return [*made, last]


def threshold(column: CompleteColumn, names: StataNames) -> Commands:
    options = column.options(ThresholdOptions)
    if refused := _refused(column):
        return refused
    if column.effects != (UNIT,) or column.vcov.type == "robust":
        return NotInStata("thresholds with other effects or covariances than xthreg has")
    if options.grid is None or options.grid_of != "rows":
        return NotInStata("thresholds whose candidates xthreg does not try")
    steady = names.of(one for one in _terms(column) if one not in options.regime)
    many = " ".join([repr(options.trim)] * options.count)
    draws = " ".join(["0"] * options.count)
    error = f" vce(cluster {names.of(column.vcov.by)})" if column.vcov.type == "clustered" else ""
    return [
        f"xthreg {_outcome(column, names)} {steady}".rstrip()
        + f", rx({names.of(options.regime)}) qx({names.names[options.variable]})"
        f" thnum({options.count}) grid({options.grid}) trim({many}) bs({draws}){error}"
    ]


def _spatial(_column: CompleteColumn, _names: StataNames) -> Commands:
    return NotInStata("spatial models: the script in R reads their weights")


CALLS: dict[str, Callable[[CompleteColumn, StataNames], Commands]] = {
    "two_way_fe": two_way_fe,
    "ols": ols,
    "fe_2sls": fe_2sls,
    "tobit": tobit,
    "re_tobit": re_tobit,
    "random_effects": random_effects,
    "between_units": between,
    "first_difference": first_difference,
    "fe_poisson": fe_poisson,
    "fractional": fractional,
    "mediation": mediation,
    "chain_mediation": chain_mediation,
    "moderated_mediation": moderated_mediation,
    "group_difference": group_difference,
    "threshold": threshold,
    **dict.fromkeys(("spatial_durbin", "spatial_lag", "spatial_error", "spatial_slx"), _spatial),
}
"""Every estimator, in Stata."""
