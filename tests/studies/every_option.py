"""Every option that a column of a regression table can have, and what may be written for it.

Options are found by walking the schema, and so are the values of those that choose from a list; for the
others, values stand here. A test fails where an option of the schema has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from nqpf_assets.studies.spec import Column

Path = tuple[str, ...]

OF_THE_PRINT = {"label", "note", "published", "expect"}
"""Blocks that say what is printed or relied on; nothing of theirs enters an estimator."""
CHOSEN = {
    *(("estimator",), ("outcome",), ("vcov", "type")),
    *(("within_each",), ("variants",), ("prepare",)),
    *(("interpolation", "method"), ("interpolation", "ends")),
}
"""What the test goes through itself, and what makes several columns of one, or further variables
(`test_columns_of_groups`, `test_columns_of_variants`, `test_prepared_columns`)."""

VALUES: dict[Path, list[Any]] = {
    ("regressors",): [["x", "w"]],
    ("controls",): [["z", "w"]],
    ("effects",): [
        ["unit", "period"],
        ["unit"],
        ["period"],
        [],
        ["unit", "area * period"],
        ["unit", "period", "unit * trend"],
        ["unit", "part"],
    ],
    ("vcov", "by"): [
        ["area"],
        ["period"],
        ["unit", "period"],
        ["unit", "area"],
        ["part"],
        ["unit", "area", "period"],
    ],
    ("vcov", "lags"): [2, 8],
    ("vcov", "draws"): [199],
    ("vcov", "seed"): [7],
    ("sample", "first"): [2013],
    ("sample", "last"): [2018],
    ("sample", "only"): [["北京", "河北", "山西", "吉林", "黑龙江", "山东", "河南"]],
    ("sample", "exclude"): [["甘肃"]],
    ("sample", "within"): [{"area": "north"}],
    ("sample", "where"): ["year >= 2013"],
    ("replace",): [{"x": "w"}, {"q": "w"}, {"x": "ww"}, {"x": "z"}],
    ("lag",): [1],
    ("weights", "variable"): ["people", "y"],
    ("by_year", "of"): ["x"],
    ("by_year", "base"): [2014, 1999],
    ("winsorize", "share"): [0.1],
    ("tobit", "lower"): [-0.5],
    ("tobit", "upper"): [1.5],
    ("tobit", "nodes"): [8],
    ("random", "components"): ["baltagi_chang"],
    ("iv", "endogenous"): [["z"]],
    ("iv", "instruments"): [["i2"], ["y"], ["i1", "z"]],
    ("mediation", "mediator"): ["w", "y", "z"],
    ("mediation", "draws"): [0, 30, 1],
    ("mediation", "resample"): ["area", "unit", "period"],
    ("chain", "mediators"): [
        ["w", "m"],
        ["m", "y"],
        ["z", "m"],
        ["m", "m"],
        ["m"],
        ["m", "q", "i1"],
    ],
    ("chain", "draws"): [0, 30, 1],
    ("chain", "resample"): ["area", "unit", "period"],
    ("moderated", "mediator"): ["w2", "y", "z", "q"],
    ("moderated", "moderator"): ["w2", "y", "z", "m"],
    ("moderated", "moderates"): [
        ["second"],
        ["first", "second"],
        ["direct"],
        ["first", "first"],
        [],
    ],
    ("moderated", "draws"): [0, 30, 1],
    ("moderated", "resample"): ["area", "unit", "period"],
    ("difference", "grouping"): ["side"],
    ("difference", "groups"): [["south", "north"], ["north", "wst"], ["north", "north"]],
    ("difference", "draws"): [0, 30, 1],
    ("threshold", "variable"): ["w", "y"],
    ("threshold", "regime"): [["x", "z"], ["y"]],
    ("threshold", "count"): [2],
    ("threshold", "trim"): [0.2],
    ("threshold", "draws"): [0, 30, 1],
    ("threshold", "grid"): [10],
    ("space", "weights"): ["contiguity", "inverse_distance", "economic", "nested"],
    ("space", "durbin"): [["z"], ["w"], ["x", "x"]],
    ("space", "power"): [2.0],
    ("space", "cutoff_km"): [900.0],
    ("space", "economic_variable"): ["gdp"],
    ("space", "join"): [[["北京", "山东"]]],
    ("space", "draws"): [150],
}
"""Option → values that are not those of the base column."""

BESIDE: dict[Path, dict[str, Any]] = {
    ("weights", "type"): {"weights": {"variable": "people"}},
    ("by_year", "of"): {"by_year": {"of": "z", "base": 2015}},
    ("by_year", "base"): {"by_year": {"of": "x", "base": 2015}},
    ("winsorize", "quantile"): {"winsorize": {"share": 0.1}},
    ("winsorize", "by"): {"winsorize": {"share": 0.1}},
    ("threshold", "grid_of"): {"threshold": {"grid": 10, "variable": "rough"}},
    ("threshold", "demeaned_periods"): {"effects": ["unit"]},
    ("space", "power"): {"space": {"weights": "inverse_distance"}},
    ("space", "cutoff_km"): {"space": {"weights": "inverse_distance"}},
    ("space", "economic_variable"): {"space": {"weights": "economic", "economic_variable": "w2"}},
    ("space", "by_period"): {
        "space": {"weights": "economic", "economic_variable": "w2", "lee_yu": "none"}
    },
    ("space", "standardize"): {"space": {"lee_yu": "bias_correction"}},
}
"""Option → what stands beside it for it to have anything to say; it is tried alone as well."""

BLOCKS: dict[str, dict[str, Any]] = {
    "first_difference": {"effects": ["period"]},
    "fe_poisson": {"outcome": "gdp"},
    "fractional": {"outcome": "portion", "effects": ["period"], "fractional": {}},
    "tobit": {"tobit": {"lower": 0}, "outcome": "scores"},
    "random_effects": {"random": {}, "effects": ["period"]},
    "re_tobit": {"tobit": {"lower": 0}, "outcome": "scores", "effects": ["period"]},
    "fe_2sls": {"iv": {"endogenous": ["x"], "instruments": ["i1"]}},
    "mediation": {"mediation": {"mediator": "m", "draws": 20}},
    "chain_mediation": {"chain": {"mediators": ["m", "i2"], "draws": 20}},
    "moderated_mediation": {
        "moderated": {"mediator": "m", "moderator": "i2", "moderates": ["first"], "draws": 20}
    },
    "group_difference": {
        "difference": {"grouping": "area", "groups": ["north", "south"], "draws": 20}
    },
    "threshold": {"threshold": {"variable": "q", "regime": ["x"], "draws": 20}},
    **{
        f"spatial_{name}": {"space": {"weights": "contiguity"} | more}
        for name, more in (
            ("durbin", {"draws": 100}),
            ("lag", {"draws": 100}),
            ("error", {}),
            ("slx", {}),
        )
    },
    **{
        f"re_spatial_{name}": {
            "space": {"weights": "contiguity", "draws": 100},
            "effects": ["period"],
        }
        for name in ("durbin", "lag")
    },
}
"""Estimator → the least that its column says."""


def base(estimator: str, vcov: str) -> dict[str, Any]:
    """A column that estimates, apart from its covariance."""
    own = {"outcome": "y", "regressors": ["x"], "controls": ["z"]} | BLOCKS.get(estimator, {})
    drawn = {"draws": 99} if vcov == "wild_bootstrap" else {}
    return {"label": "(1)", "estimator": estimator, **own, "vcov": {"type": vcov} | drawn}


def options() -> Iterator[tuple[Path, list[Any]]]:
    """Every option of a column, with the values that are tried."""
    for path, hint, default in _leaves(Column, ()):
        if path[0] in OF_THE_PRINT or path in CHOSEN or path[:1] in CHOSEN:
            continue
        yield path, VALUES[path] if path in VALUES else _values(hint, default)


def _leaves(model: type[BaseModel], at: Path) -> Iterator[tuple[Path, Any, Any]]:
    """Keys that hold no block, each with its type and default."""
    for name, info in model.model_fields.items():
        blocks = [one for one in (info.annotation, *get_args(info.annotation)) if _is_block(one)]
        if blocks:
            yield from _leaves(blocks[0], (*at, name))
        else:
            yield (*at, name), info.annotation, info.default


def _is_block(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, BaseModel)


def _values(hint: Any, default: Any) -> list[Any]:
    """All that a list of words offers, or the other truth value."""
    hints = (hint, *get_args(hint))
    truths = [not default] if bool in hints else []
    return truths + [word for one in hints if get_origin(one) is Literal for word in get_args(one)]
