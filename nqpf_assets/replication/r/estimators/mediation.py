"""Mediation: the equations of outcome and mediators; draws of the bootstrap are not drawn again."""

from __future__ import annotations

from nqpf_assets.replication.r.call import COEFFICIENTS, Call
from nqpf_assets.replication.r.estimators.least_squares import inference, lacks
from nqpf_assets.studies.estimators.chain_mediation import ChainOptions
from nqpf_assets.studies.estimators.mediation import MediationOptions
from nqpf_assets.studies.estimators.moderated_mediation import LEVELS, ModeratedOptions
from nqpf_assets.studies.spec import CompleteColumn

DRAWN = "it comes from draws, and R draws other ones"


def mediation(column: CompleteColumn) -> Call:
    options = column.options(MediationOptions)
    said = {
        "outcome": column.outcome,
        "terms": (*column.regressors, *column.controls),
        "mediator": options.mediator,
    }
    without = dict(lacks(column))
    if why := DRAWN if options.draws else without.get(COEFFICIENTS):
        without |= dict.fromkeys(("indirect", "direct", "total", "share"), why)
    return Call("mediation", said | inference(column, "xtreg"), without)


def chain_mediation(column: CompleteColumn) -> Call:
    options = column.options(ChainOptions)
    said = {
        "outcome": column.outcome,
        "terms": (*column.regressors, *column.controls),
        "mediators": options.mediators,
    }
    without = dict(lacks(column))
    if why := DRAWN if options.draws else without.get(COEFFICIENTS):
        ways = ("first mediator", "second mediator", "chain")
        effects = [*(f"indirect, {way}" for way in ways), "indirect", "direct", "total", "share"]
        without |= dict.fromkeys(effects, why)
    return Call("chain_mediation", said | inference(column, "xtreg"), without)


def moderated_mediation(column: CompleteColumn) -> Call:
    options = column.options(ModeratedOptions)
    said = {
        "outcome": column.outcome,
        "terms": (*column.regressors, *column.controls),
        "mediator": options.mediator,
        "moderator": options.moderator,
        "moderates": options.moderates,
    }
    without = dict(lacks(column))
    if why := DRAWN if options.draws else without.get(COEFFICIENTS):
        at = [f"{one}, {level} moderator" for one in ("indirect", "direct") for level in LEVELS]
        effects = [
            *at,
            "direct",
            "index of moderated mediation",
            "indirect, high less low moderator",
        ]
        without |= dict.fromkeys(effects, why)
    return Call("moderated_mediation", said | inference(column, "xtreg"), without)


CALLS = {
    "mediation": mediation,
    "chain_mediation": chain_mediation,
    "moderated_mediation": moderated_mediation,
}
