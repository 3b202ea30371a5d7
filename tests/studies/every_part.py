"""Every option that a study file has outside of regression columns, and what may be written for it.

Options are found by walking the models of the study file; values of those that choose from a list are found
too, and for the others they stand here. A test fails where an option has none. `*` in a path is whatever
stands there: a name that the study gives, or a place in a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel

from nqpf_assets.studies.columns import Model
from nqpf_assets.studies.indices import INDEX_METHODS
from nqpf_assets.studies.spec import Study
from nqpf_assets.studies.tables import TABLE_KINDS
from nqpf_assets.studies.variables import Variable
from tests.leaves import block_in

Path = tuple[str, ...]
Block = dict[str, Any]

UNITS = [
    "北京",
    "天津",
    "河北",
    "山西",
    "内蒙古",
    "辽宁",
    "湖北",
    "黑龙江",
    "山东",
    "河南",
    "陕西",
    "甘肃",
]
AREA = {"north": UNITS[:6], "south": UNITS[6:]}
SIDE = {"left": UNITS[::2], "right": UNITS[1::2]}

STUDY: Block = {
    "units": {"level": "province", "only": UNITS},
    "periods": {"first": 2012, "last": 2018},
    "variables": {
        "out": {"series": "gdp"},
        "people": {"series": "population"},
        "ratio": {"expression": "income / population"},
        "rate": {"series": "share"},
        "level": {"series": "level"},
    },
    "indices": {
        "apart": {
            "method": "entropy",
            "title": "A",
            "dimensions": {
                "economy": [{"indicator": "apart_a", "expression": "income / population"}],
                "people": [
                    {"indicator": "apart_b", "series": "share", "direction": "negative"},
                    {"indicator": "apart_c", "series": "level"},
                ],
            },
        },
        "other": {
            "method": "equal_weights",
            "title": "O",
            "dimensions": {
                "economy": [{"indicator": "other_a", "series": "rough"}],
                "people": [{"indicator": "other_b", "series": "share"}],
            },
        },
    },
    "groups": {
        "grown": {"expression": "level > median(level)", "names": ["lower", "higher"]},
        "area": AREA,
        "side": SIDE,
    },
    "tables": {
        "columns": {
            "title": "T",
            "columns": [{"label": "(1)", "outcome": "rate", "regressors": ["out"]}],
        }
    },
}
"""What options of a whole study are written into; parts are put beside its own."""

INDICATORS: Block = {
    "economy": [
        {"indicator": "@_a", "expression": "income / population"},
        {"indicator": "@_b", "series": "share", "direction": "negative"},
    ],
    "people": [
        {"indicator": "@_c", "series": "level"},
        {"indicator": "@_d", "series": "rough"},
    ],
}
PARTS: dict[str, Block] = {
    "variables.expression": {"expression": "income / population"},
    "variables.series": {"series": "income"},
    "indices.entropy": {"method": "entropy", "title": "I", "dimensions": INDICATORS},
    "indices.principal_components": {
        "method": "principal_components",
        "title": "I",
        "dimensions": INDICATORS,
    },
    "indices.critic": {"method": "critic", "title": "I", "dimensions": INDICATORS},
    "indices.coefficient_of_variation": {
        "method": "coefficient_of_variation",
        "title": "I",
        "dimensions": INDICATORS,
    },
    "indices.equal_weights": {
        "method": "equal_weights",
        "title": "I",
        "dimensions": {**INDICATORS, "people": INDICATORS["people"][:1]},
    },
    "indices.given_weights": {
        "method": "given_weights",
        "title": "I",
        "weights": {"@_a": 0.1, "@_b": 0.2, "@_c": 0.3, "@_d": 0.4},
        "dimensions": INDICATORS,
    },
    "indices.combined_weights": {
        "method": "combined_weights",
        "title": "I",
        "of": ["critic", "coefficient_of_variation"],
        "dimensions": INDICATORS,
    },
    "indices.ahp": {
        "method": "ahp",
        "title": "I",
        "comparisons": {
            "@_a": {"@_b": 2, "@_c": 4, "@_d": 5},
            "@_b": {"@_c": 3, "@_d": 3},
            "@_d": {"@_c": "1/2"},
        },
        "dimensions": INDICATORS,
    },
    "indices.education_gini": {
        "method": "education_gini",
        "title": "I",
        "levels": [
            {"level": "low", "share": "s1", "years": 6},
            {"level": "middle", "share": "s2", "years": 9},
            {"level": "high", "share": "s3", "years": 16},
        ],
    },
    "tables.regression": {
        "title": "T",
        "columns": [
            {
                "label": "(1)",
                "outcome": "rate",
                "regressors": ["ratio"],
                "controls": ["level"],
                "published": {"ratio": {"estimate": 0.5, "statistic": 2.0}},
                "expect": {"n": 84},
            }
        ],
    },
    "tables.growth": {
        "kind": "growth",
        "title": "T",
        "region": "山东",
        "first": 2013,
        "last": 2016,
        "rows": [{"series": "population", "title": "People", "published": {2013: 1.0}}],
    },
    "tables.regional_differences": {
        "kind": "regional_differences",
        "title": "T",
        "variable": "ratio",
        "grouping": "area",
    },
    "tables.trend": {"kind": "trend", "title": "T", "x": "ratio", "y": "rate", "grouping": "area"},
    "tables.correlation": {
        "kind": "correlation",
        "title": "T",
        "correlate": ["ratio", "rate", "level"],
    },
    "tables.group_means": {
        "kind": "group_means",
        "title": "T",
        "compare": ["ratio", "rate"],
        "grouping": "area",
        "groups": ["north", "south"],
    },
    "tables.obstacle_degree": {
        "kind": "obstacle_degree",
        "title": "T",
        "index": "apart",
    },
    "tables.rank_stability": {"kind": "rank_stability", "title": "T", "index": "apart"},
    "tables.shapley": {
        "kind": "shapley",
        "title": "T",
        "outcome": "rate",
        "regressors": ["ratio", "level"],
    },
    "tables.unit_roots": {"kind": "unit_roots", "title": "T", "examine": ["ratio", "rate"]},
    "tables.descriptive": {"kind": "descriptive", "title": "T", "describe": ["ratio", "rate"]},
    "tables.spatial_autocorrelation": {
        "kind": "spatial_autocorrelation",
        "title": "T",
        "variable": "rate",
        "permutations": 99,
    },
}  # fmt: skip
"""Part of a study → the least that it says; @ in a name is replaced by that of the part."""

WORDS = ["Words of its own"]
VALUES: dict[str, list[Any]] = {
    # Weights under raw/, and those that stay as printed, are tried in tests/stages/test_own_weights.py.
    "tables.*.space.weights": ["contiguity", "inverse_distance", "economic", "nested"],
    "tables.*.space.standardize": ["row", "spectral"],
    "title": WORDS,
    "citation": WORDS,
    "notes": [WORDS],
    "units.level": ["county", "provinces"],
    "units.parent": ["440000"],
    "units.only": [UNITS[:9], [*UNITS, "Beijin"]],
    "units.exclude": [UNITS[-2:], ["广州"]],
    "units.borders": [1990],
    "units.expect": [11],
    "periods.first": [2013],
    "periods.last": [2017],
    "sources.as_of": ["2019-12-31", "1990-01-01"],
    "sources.publishers": [["Survey"], ["Surveys"]],
    "sources.series.*.vintage": ["2019", "2031"],
    "sources.series.*.publishers": [["Survey"], ["Surveys"]],
    "sources.series.*.breaks": [{2016: "another census"}],
    "sources.series.*.rescaled": [[2015]],
    "sources.series.*.from_level.level": ["county", "provinces"],
    "sources.series.*.from_level.weight": ["income", "populace"],
    "sources.series.*.from_level.least_share": [0.5, 1.5],
    "groups": [
        {"area": {"north": UNITS[:5], "south": UNITS[5:]}, "side": SIDE},
        {"area": "three_regions", "side": SIDE},
    ],
    "groups.*.expression": ["level > mean(level)", "level + 1"],
    "groups.*.names": [["lower", "upper"], ["lower", "lower"]],
    "groups.*.values": [[1, 0], [0, 1, 2]],
    "variables.*.expression": ["income / level", "income + population"],
    "variables.*.series": ["population", "populace"],
    "variables.*.per": ["population"],
    "variables.*.unit": ["元/人", "公里"],
    "variables.*.title": WORDS,
    "variables.*.source_note": WORDS,
    "variables.*.minimum": [1500.0],
    "variables.*.maximum": [0.2],
    "variables.*.winsorize.share": [0.2],
    "indices.*.title": WORDS,
    "indices.*.winsorize.share": [0.2],
    "indices.*.shift": [0.1, -1.0],
    "indices.*.base_year": [2014, 2030],
    "indices.*.weights": ["by_period", {"@_a": 0.4, "@_b": 0.2, "@_c": 0.3, "@_d": 0.1}],
    "indices.*.of": [["critic", "equal_weights"], ["equal_weights", "given_weights"]],
    "indices.*.shares": [[0.3, 0.7]],
    "indices.*.comparisons": [
        {"@_a": {"@_b": 2, "@_c": 4, "@_d": 6}, "@_b": {"@_c": 3, "@_d": 3}, "@_d": {"@_c": "1/2"}},
        {"@_a": {"@_b": 2}},
    ],
    "indices.*.dimension_comparisons": [{"economy": {"people": 3}}],
    "indices.*.most_inconsistent": [0.0],
    "indices.*.retain": [0.9],
    "indices.*.anchor": ["@_b", "@_c", "@_e"],
    "indices.*.tolerance": [0.000001, -1.0],
    "indices.*.levels.*.level": ["lowest"],
    "indices.*.levels.*.share": ["s1 * 1.001"],
    "indices.*.levels.*.years": [3, 40],
    "indices.*.levels.*.title": WORDS,
    "indices.*.dimensions.*.*.indicator": ["@_z"],
    "tables.*.title": WORDS,
    "tables.*.note": WORDS,
    "tables.*.first": [2014],
    "tables.*.last": [2015],
    "tables.*.hide": [["level"], ["nothing"]],
    "tables.*.digits": [6],
    "tables.*.columns.*.label": ["(2)"],
    "tables.*.columns.*.note": WORDS,
    "tables.*.columns.*.published.*.estimate": [0.75],
    "tables.*.columns.*.published.*.statistic": [3.0],
    "tables.*.columns.*.published.*.std_error": [0.1],
    "tables.*.columns.*.published.*.stars": ["**"],
    "tables.*.columns.*.expect.n": [83],
    "tables.*.columns.*.expect.reason": WORDS,
    "tables.*.region": ["河南", "Shandon"],
    "tables.*.rows.*.series": ["income", "gpd"],
    "tables.*.rows.*.title": WORDS,
    "tables.*.rows.*.published": [{2014: 2.0}, {2020: 2.0}],
    "tables.*.rows.*.published_growth": [4.5],
    "tables.*.variable": ["level", "levels"],
    "tables.*.grouping": ["side", "sides"],
    "tables.*.describe": [["level"], ["levels"]],
    "tables.*.examine": [["rate", "level"], ["rates"]],
    "tables.*.tests": [["fisher", "cross_section_dependence"], ["hadri"]],
    "tables.*.lags": [0, 5],
    "tables.*.compare": [["rate", "level"], ["rates"]],
    "tables.*.groups": [["south", "north"], ["north", "sud"]],
    "tables.*.correlate": [["rate", "level"], ["rate", "levels"]],
    "tables.*.vif": [["ratio", "rate"], ["rough", "level"]],
    "tables.*.statistics": [["median", "sd_within"], ["mode"]],
    "tables.*.outcome": ["people", "rates"],
    "tables.*.regressors": [["ratio", "people"], ["ratio", "levels"]],
    "tables.*.effects": [["unit"], ["area"]],
    "tables.*.index": ["other", "others"],
    "tables.*.x": ["level"],
    "tables.*.y": ["level"],
    "tables.*.space.power": [2.0],
    "tables.*.space.cutoff_km": [900.0],
    "tables.*.space.economic_variable": ["level"],
    "tables.*.space.join": [[["北京", "甘肃"]], [["北京", "广州"]]],
    "tables.*.permutations": [999],
    "tables.*.false_discovery_rate": [0.9],
}  # fmt: skip
"""Option → values that are not those of the part; an indicator's are those of a variable."""

PUT_TOGETHER: Block = {"level": "prefecture", "rule": "mean", "members": "published"}
WEIGHED: Block = PUT_TOGETHER | {"rule": "weighted_mean", "weight": "population"}


def from_prefectures(rule: Block) -> Block:
    """A study of provinces that puts a series together from the prefectures that are published."""
    return {
        "units": {"level": "province", "only": ["北京", "天津", "湖北", "陕西", "广东"]},
        "sources": {"series": {"gdp": {"from_level": rule}}},
        "groups": {
            "grown": STUDY["groups"]["grown"],
            "area": {"north": ["北京", "天津", "陕西"], "south": ["湖北", "广东"]},
            "side": {"left": ["北京", "湖北"], "right": ["天津", "陕西", "广东"]},
        },
    }


DISTANCES = {"space": {"weights": "inverse_distance"}}
BESIDE: dict[str, Block] = {
    "units.level": {"units": {"level": "prefecture"}},
    "units.parent": {"units": {"level": "prefecture"}},
    "sources.as_of": {"sources": {"vintage": "as_of", "as_of": "2020-12-31"}},
    "sources.series.*.interpolate": {"interpolation": {"method": "linear", "ends": "nearest"}},
    "sources.series.*.rescaled": {
        "interpolation": {"method": "linear"},
        "sources": {"series": {"gdp": {"breaks": {2015: "another unit"}}}},
    },
    **{
        f"sources.series.*.from_level.{key}": from_prefectures(PUT_TOGETHER)
        for key in ("level", "rule", "least_share")
    },
    # 湖北 has 17 regions at this level, of which one is published.
    "sources.series.*.from_level.members": from_prefectures(
        {"level": "prefecture", "rule": "mean", "least_share": 0.08}
    ),
    "sources.series.*.from_level.weight": from_prefectures(WEIGHED),
    "sources.series.*.from_level.share_of": from_prefectures(WEIGHED | {"least_share": 0.5}),
    "tables.*.islands": {"space": {"weights": "inverse_distance", "cutoff_km": 350.0}},
    "tables.*.false_discovery_rate": {"local": True},
    "tables.*.space.power": DISTANCES,
    "tables.*.space.cutoff_km": DISTANCES,
    "tables.*.space.economic_variable": {
        "space": {"weights": "economic", "economic_variable": "ratio"}
    },
    "tables.*.space.weights": {"space": {"economic_variable": "level", "weights": "economic"}},
}
"""Option → what stands beside it for it to have anything to say; it is tried alone as well."""

ANYWAY: dict[str, tuple[list[Any], list[Any]]] = {
    "sources.series.*.interpolate": ([False], [True]),
    "sources.series.*.ends": (["none"], []),
    "tables.*.islands": (["not_counted"], []),
}
"""Option → values which say what is done without them, alone and with what stands beside."""

BY_DATA: dict[str, list[Any]] = {
    "units.level": ["county"],
    "sources.as_of": ["1990-01-01"],
    "sources.publishers": [["Surveys"]],
    "sources.series.*.vintage": ["2031"],
    "sources.series.*.publishers": [["Surveys"]],
    "sources.series.*.from_level.level": ["county"],
    "variables.*.minimum": [1500.0],
    "variables.*.maximum": [0.2],
    "indices.*.dimensions.*.*.minimum": [1500.0],
    "indices.*.dimensions.*.*.maximum": [0.2],
    "indices.*.tolerance": [0.000001],
    "tables.*.columns.*.expect.n": [83],
}
"""Option → values that the study file alone does not show to be wrong, and that stop a refresh."""

IN_COMMENTS = {"tables.*.title"}
"""Titles that stand beside tables; no row holds them."""
OF_STUDIES = {"title", "citation", "notes"}
"""Words of the study, in a table of all studies."""
SHARED = {"sources.series.*.breaks"}
"""Options whose words stand in a table of all studies."""
NAMED = {"study", "indices.*.method", "tables.*.kind"}
"""What the test goes through itself."""


def options() -> Iterator[tuple[str, str, list[Any], Any]]:
    """Every option, the part that it is written into ("" for the study), values to try, and its default."""
    for path, hint, default in _leaves(Study, (), {"variables", "indices", "tables"}):
        yield path, "", _values(path, hint), default
    for part in ("variables.expression", "variables.series"):
        yield from _of(part, Variable)
    for method in INDEX_METHODS.own.values():
        yield from _of(f"indices.{method.name}", method.options)
    for kind in TABLE_KINDS.own.values():
        yield from _of(f"tables.{kind.name}", kind.model)


def _of(part: str, model: type[BaseModel]) -> Iterator[tuple[str, str, list[Any], Any]]:
    whole, _, kind = part.partition(".")
    # An indicator is written alike for all methods; weights and comparisons name it once more.
    named_again = ("principal_components", "given_weights", "ahp")
    without = {"model", "dimensions"} if kind in named_again else {"model"}
    for path, hint, default in _leaves(model, (whole, "*"), without):
        yield path, part, _values(path, hint), default


def _leaves(model: type[BaseModel], at: Path, without: set[str]) -> Iterator[tuple[str, Any, Any]]:
    """Keys that hold no block, each with its type and default; of a column what no model is made from."""
    shown = {"label", "note", "published", "expect"} if issubclass(model, Model) else None
    for name, info in model.model_fields.items():
        path = (*at, name)
        if name in without or ".".join(path) in NAMED or (shown and name not in shown):
            continue
        block, depth = block_in(info.annotation)
        # A grouping is written as words, as lists of units or as a block.
        if block is None or path == ("groups",):
            yield ".".join(path), info.annotation, info.default
        if block is None:
            continue
        yield from _leaves(block, (*path, *"*" * depth), set())


def _values(path: str, hint: Any) -> list[Any]:
    """Those that stand here, or else all that a list of words offers, or the other truth value."""
    known = VALUES.get(path.replace("indices.*.dimensions.*.*", "variables.*"))
    if (known := VALUES.get(path, known)) is not None:
        return known
    hints = [hint, *get_args(hint)]
    truths = [True, False] if bool in hints else []
    return truths + [word for one in hints if get_origin(one) is Literal for word in get_args(one)]
