"""Tobit with effects as dummies, or with random effects."""

from __future__ import annotations

from nqpf_assets.replication.stata.command import Commands, NotInStata
from nqpf_assets.replication.stata.estimators.parts import UNIT, errors_of, refused, sides_of
from nqpf_assets.replication.stata.names import StataNames
from nqpf_assets.studies.spec import CompleteColumn
from nqpf_assets.studies.tobit_options import TobitOptions

_PREDICTED = ("ystar", "e", "pr")
"""Predictions of `tobit`: of the outcome, of the outcome where it is not censored, of not being censored."""


def tobit(column: CompleteColumn, names: StataNames) -> Commands:
    options = column.options(TobitOptions)
    if why := refused(column):
        return why
    if column.vcov.type == "clustered" and len(column.vcov.by) > 1:
        return NotInStata("a Tobit with clusters of several keys")
    outcome, terms = sides_of(column, names)
    effects = "".join(f" i.{one}" for one in column.effects)
    error = f" {errors_of(column, names)}".rstrip()
    low, high = ("." if one is None else repr(one) for one in (options.lower, options.upper))
    made = [f"tobit {outcome} {terms}{effects},{_limits(options)}{error}"]
    for one in _PREDICTED:
        made.append(f"margins, dydx({terms}) predict({one}({low},{high}))")
        made.append(f"margins, dydx({terms}) predict({one}({low},{high})) atmeans")
    return made


def re_tobit(column: CompleteColumn, names: StataNames) -> Commands:
    options = column.options(TobitOptions)
    if column.vcov.type != "unadjusted":
        return NotInStata(f"random effects with vcov `{column.vcov.type}`")
    effects = "".join(f" i.{one}" for one in column.effects if one != UNIT)
    outcome, terms = sides_of(column, names)
    return [f"xttobit {outcome} {terms}{effects},{_limits(options)}"]


def _limits(options: TobitOptions) -> str:
    low = "" if options.lower is None else f" ll({options.lower!r})"
    return low + ("" if options.upper is None else f" ul({options.upper!r})")


CALLS = {"tobit": tobit, "re_tobit": re_tobit}
