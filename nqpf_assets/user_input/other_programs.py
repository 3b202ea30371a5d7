"""How what Stata, R and Python call something is written in a study file: keys, choices, names in lists.

Only what is refused is looked up. A hint is given where what it names may stand: a key only where the
block has the one that is meant. Choices that are registered, as estimators are, say themselves what others
call them (`Elsewhere`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Elsewhere:
    """Metadata of a field: words of other programs, in small letters, each with the choice that it means."""

    choices: tuple[tuple[str, str], ...]


_KEYS = {
    "outcome": ("y", "depvar", "dep_var", "dependent", "dependent_variable", "lhs", "explained"),
    "regressors": (
        "x", "indepvars", "indepvar", "independent", "independents", "independent_variables", "rhs",
        "explanatory", "covariates", "exog", "features",
    ),
    "controls": ("control", "ctrl", "control_variables", "z"),
    "effects": (
        "fe", "absorb", "fixed_effects", "fixed_effect", "a", "entity_effects", "time_effects", "twoway",
        "dummies", "dummy", "individual_effects",
    ),
    "vcov": (
        "vce", "cluster", "clusters", "robust", "se", "cov_type", "std_errors", "standard_errors",
        "cluster_by",
    ),
    "sample": ("if", "in", "subsample", "subset", "keep", "drop", "condition", "years"),
    "winsorize": ("winsor", "winsor2", "trim", "clip", "cuts"),
    "standardize": ("beta", "standardise", "standardized"),
    "estimator": ("method", "command", "model", "reg", "regression", "estimation"),
    "iv": ("instruments", "instrument", "endogenous", "endog", "ivreg", "ivreg2"),
    "share": ("cuts", "cut", "lower", "upper", "p", "level", "limits", "tails"),
    "by": ("cluster", "clusters", "groups", "group", "cluster_by"),
    "first": ("years", "year", "from", "start", "begin", "since"),
    "expression": ("formula", "gen", "generate", "calc", "equation", "eq"),
}  # fmt: skip
"""Our key → what others call it."""
_KEY_EXAMPLES = {
    "effects": "`effects: [unit, period]`, or a part of it",
    "vcov": "`vcov: {type: clustered, by: [unit]}`, as xtreg, vce(robust) does too, or {type: robust}",
    "sample": "`sample:` with `first` and `last` year, or with `only`, `exclude` or `within`",
    "winsorize": "`winsorize: {share: 0.01}`",
    "iv": "`estimator: fe_2sls` with `iv: {endogenous: [x], instruments: [z]}`",
    "share": "`share: 0.01`, which clips 1 % on each side",
    "first": "`first:` and `last:`, a year each",
    "by": "`by: [unit]`",
}

_CHOICES = {
    "effects": {
        **dict.fromkeys(
            ("year", "years", "time", "t", "yr", "date", "wave", "annual", "年份", "年", "时间"), "period"
        ),
        **dict.fromkeys(
            ("id", "i", "individual", "entity", "firm", "province", "city", "county", "region", "code",
             "panel", "country", "prov", "地区", "省份", "个体"), "unit"
        ),
    },
    "statistics": {
        **dict.fromkeys(("n", "count", "obs", "observations"), "n_obs"),
        **dict.fromkeys(("average", "avg"), "mean"),
        **dict.fromkeys(("std", "stdev", "stddev", "std_dev"), "sd"),
        **dict.fromkeys(("p50", "med", "q2"), "median"),
        "min": "minimum", "max": "maximum", "q1": "p25", "q3": "p75",
        "between": "sd_between", "within": "sd_within", "t_bar": "periods_per_unit",
    },
    "type": {
        **dict.fromkeys(("cluster", "cl", "cr1", "crv1", "cluster_robust"), "clustered"),
        **dict.fromkeys(
            ("boottest", "wild", "wildbootstrap", "wildboottest", "fwildclusterboot", "wcr"),
            "wild_bootstrap",
        ),
        **dict.fromkeys(("hc0", "hc1", "white", "hetero", "r"), "robust"),
        **dict.fromkeys(("dk", "xtscc", "scc"), "driscoll_kraay"),
        **dict.fromkeys(("nw", "newey", "newey2", "hac", "vcovnw"), "newey_west"),
        **dict.fromkeys(("ols", "iid", "nonrobust", "conventional", "none", "classical"), "unadjusted"),
    },
}  # fmt: skip
"""Key → choice of others → ours."""
_CHOICES["by"] = _CHOICES["effects"]
_NOT_THERE = frozenset((
    "logit", "probit", "xtlogit", "xtprobit", "gmm", "xtabond", "xtabond2", "xtdpdsys", "did", "csdid", "psm",
    "psmatch2", "rdd", "rdrobust", "qreg", "xtqreg", "var", "pvar", "xtgls", "xtpcse",
    "heckman", "synth", "gtwr", "gwr", "lasso",
))  # fmt: skip
"""Estimators of others that there are none of here; the nearest spelling would be another model."""
_BLOCKS = {
    "vcov": "write {type: clustered, by: [unit]}, as xtreg, vce(robust) does too, or {type: robust}",
    "winsorize": "write {share: 0.01}",
    "sample": "write {first: …, last: …}; `only`, `exclude` and `within` choose units, `where` rows",
}
_EFFECTS = {
    **dict.fromkeys(
        ("both", "twoway", "two_way", "two-way", "fe", "true", "yes"), "[unit, period]"
    ),
    **dict.fromkeys(("none", "no", "false", "null"), "[]"),
}

_FORMULA = re.compile(r"[-+*/^#()=<>]|\b[LFDSlfds]\d*\.|\b(?:ib?\d*|c)\.")
_DUMMIES = re.compile(r"i(?:b\d+)?\.\w+")
_SHIFTED = re.compile(r"([LFD])(\d*)\.([a-z]\w*)", re.IGNORECASE)
_SUFFIXES = {"L": ("before", "lag"), "F": ("ahead", "lead"), "D": ("change", "diff")}


def key_elsewhere(key: str, known: Collection[str]) -> str | None:
    """What another program's key is called in a block that has these; None of an unknown one."""
    for ours, names in _KEYS.items():
        if ours in known and key.lower() in names:
            return f"write {_KEY_EXAMPLES.get(ours, f'`{ours}:`')}"
    return None


def choice_elsewhere(
    key: str, word: str, choices: Collection[str], said: Mapping[str, str] | None = None
) -> str | None:
    """What another program's word is called among the choices of a key; None of an unknown one.

    Args:
        said: what the choices say themselves that others call them.
    """
    if key == "estimator" and word.lower() in _NOT_THERE:
        return (
            "there is none of that kind; `nqpf help estimators` says what each of these estimates"
        )
    ours = {**_CHOICES.get(key, {}), **(said or {})}.get(word.lower())
    return f"write `{ours}`" if ours in choices else None


def shape_elsewhere(key: str, word: str) -> str | None:
    """How a key is written whose value stands there in one word, as an option of Stata does."""
    if key == "effects":
        one = _CHOICES["effects"].get(word.lower(), word.lower())
        if word.lower() in _EFFECTS or one in ("unit", "period"):
            return f"write {_EFFECTS.get(word.lower(), f'[{one}]')}"
    return _BLOCKS.get(key)


def name_elsewhere(word: str) -> str | None:
    """What to do with a formula in the place of a name, or with several names in one; None of others."""
    if _DUMMIES.fullmatch(word):
        return "leave it out: dummies of years and units are `effects: [unit, period]`"
    if shifted := _SHIFTED.fullmatch(word):
        letter, digits, name = shifted[1].upper(), shifted[2], shifted[3]
        suffix, function = _SUFFIXES[letter]
        more = f", {digits}" if digits not in ("", "1") and letter != "D" else ""
        return (
            f'declare it under `variables`, `{name}_{suffix}: {{expression: "{function}({name}{more})"}}`, '
            "and name it here"
        )
    if _FORMULA.search(word):
        return "declare it under `variables`, `name: {expression: …}`, and write its name here"
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", word) and word != word.lower():
        return f"names have small letters: `{word.lower()}`"
    parts = re.split(r"[\s,，、;；]+", word.strip())
    if len(parts) > 1 and all(re.fullmatch(r"[a-z][a-z0-9_]*", one) for one in parts):
        return f"write them apart: {', '.join(parts)}"
    return None
