"""Mediation: the equations of outcome and mediators; draws of the bootstrap are not drawn again."""

from __future__ import annotations

from collections.abc import Iterable

from nqpf_assets.replication.r.call import COEFFICIENTS, Call, Value
from nqpf_assets.replication.r.estimators.parts import inference, lacks, sides_of
from nqpf_assets.studies.estimators.chain_mediation import ChainOptions
from nqpf_assets.studies.estimators.mediation import MediationOptions
from nqpf_assets.studies.estimators.moderated_mediation import LEVELS, ModeratedOptions
from nqpf_assets.studies.spec import CompleteColumn

DRAWN = "it comes from draws, and R draws other ones"
OF_ALL = ("indirect", "direct", "total", "share")


def mediation(column: CompleteColumn) -> Call:
    options = column.options(MediationOptions)
    said: dict[str, Value] = {"mediator": options.mediator}
    return _call("mediation", column, said, options.draws, OF_ALL)


def chain_mediation(column: CompleteColumn) -> Call:
    options = column.options(ChainOptions)
    said: dict[str, Value] = {"mediators": options.mediators}
    ways = [f"indirect, {way}" for way in ("first mediator", "second mediator", "chain")]
    return _call("chain_mediation", column, said, options.draws, [*ways, *OF_ALL])


def moderated_mediation(column: CompleteColumn) -> Call:
    options = column.options(ModeratedOptions)
    said: dict[str, Value] = {
        "mediator": options.mediator,
        "moderator": options.moderator,
        "moderates": options.moderates,
    }
    effects = [f"{one}, {level} moderator" for one in ("indirect", "direct") for level in LEVELS]
    effects += ["direct", "index of moderated mediation", "indirect, high less low moderator"]
    return _call("moderated_mediation", column, said, options.draws, effects)


def _call(
    function: str,
    column: CompleteColumn,
    said: dict[str, Value],
    draws: int,
    effects: Iterable[str],
) -> Call:
    """A function of the library; errors of effects are left out where they are drawn or have no formula."""
    without = dict(lacks(column))
    if why := DRAWN if draws else without.get(COEFFICIENTS):
        without |= dict.fromkeys(effects, why)
    return Call(function, sides_of(column) | said | inference(column, "xtreg"), without)


CALLS = {
    "mediation": mediation,
    "chain_mediation": chain_mediation,
    "moderated_mediation": moderated_mediation,
}
