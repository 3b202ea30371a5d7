"""Entries of variables and indices that are prepared otherwise, as a study would write them by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from nqpf_assets.expressions.tree import quoted
from nqpf_assets.studies.index_method import DimensionIndex, IndexOptions
from nqpf_assets.studies.indices import Index
from nqpf_assets.studies.prepared_names import Renamed
from nqpf_assets.studies.prepared_words import words
from nqpf_assets.studies.variables import Variable
from nqpf_assets.user_input.strict import Name, Strict

Data = dict[str, Any]
OF_ANY_METHOD = frozenset(DimensionIndex.model_fields)
"""Keys of an index that it keeps under another method; options are of one method."""
OF_DIMENSIONS = frozenset({"dimension_comparisons"})
"""Options that name dimensions, which are called as before; the names of others are indicators."""


class Entries(Strict):
    """Variables and indices beside those of a study."""

    variables: dict[Name, Variable] = Field(default_factory=dict, description="name → variable")
    indices: dict[Name, Index] = Field(default_factory=dict, description="name → index")


def entries(of: Renamed) -> Data:
    """All that is made anew, as data of `Entries`; a grouping of which formulas read groups as its values."""
    study = of.made.study
    found: Data = {"variables": {}, "indices": {}}
    for name, new in of.names.items():
        if name in study.indices:
            found["indices"][new] = _index(of, name, study.indices[name])
        elif name in study.variables:
            data = study.variables[name].model_dump(exclude_unset=True)
            made = _variable(of, name, data)
            found["variables"][new] = made | {"title": _title(of, name, made.get("title"))}
        elif name in study.computed_groups:
            made = {"expression": of.text(name, study.computed_groups[name].expression)}
            found["variables"][new] = made | {"title": _title(of, name, None)}
    return found


def over(entry: Data, change: Mapping[str, Any]) -> Data:
    """An entry with the keys of a change, key by key and also inside blocks."""
    found = dict(entry)
    if "expression" in change:
        found = {key: value for key, value in found.items() if key not in ("series", "per")}
    elif "series" in change:
        found = {key: value for key, value in found.items() if key not in ("expression", "per")}
    if change.get("method", entry.get("method")) != entry.get("method"):
        found = {key: value for key, value in found.items() if key in OF_ANY_METHOD}
    for key, value in change.items():
        below = found.get(key)
        is_block = isinstance(value, Mapping) and isinstance(below, Mapping)
        found[key] = over(dict(below), value) if is_block and below else value
    return found


def changes_nothing(entry: Strict, change: Mapping[str, Any]) -> bool:
    """Whether an entry says all of a change but its title already."""
    said = {key: value for key, value in change.items() if key != "title"}
    whole = entry.model_dump()
    return all(key in whole for key in said) and over(whole, said) == whole


def _variable(of: Renamed, name: str, data: Data) -> Data:
    """A variable or an indicator: its own change, and what it reads under the new names."""
    changed = over(data, of.changes.get(name, {}))
    said = [changed[key] for key in ("expression", "series", "per") if changed.get(key) is not None]
    if not all(isinstance(one, str) for one in said):  # told where it is read
        return changed
    read = [changed[key] for key in ("series", "per") if changed.get(key) is not None]
    written = changed.get("expression") or " / ".join(map(quoted, read))
    text = of.text(name, written)
    if text == written:
        return changed
    rest = {key: value for key, value in changed.items() if key not in ("series", "per")}
    return rest | {"expression": text}


def _index(of: Renamed, name: str, index: IndexOptions) -> Data:
    """An index with members of its own, named anew wherever its options name them."""
    data = over(index.model_dump(exclude_unset=True), of.changes.get(name, {}))
    members = {key: of.names[key] for key, one in of.made.formulas.items() if one.index == name}
    found = {
        key: value if key in OF_ANY_METHOD or key in OF_DIMENSIONS else _called(value, members)
        for key, value in data.items()
    }
    found["title"] = _title(of, name, data.get("title"))
    if "dimensions" in data:
        found["dimensions"] = {
            dimension: [_indicator(of, one, members) for one in several]
            for dimension, several in data["dimensions"].items()
        }
    if "levels" in data:
        found["levels"] = [one | {"share": of.text("", one["share"])} for one in data["levels"]]
    return found


def _indicator(of: Renamed, data: Data, members: Mapping[str, str]) -> Data:
    name = data["indicator"]
    return _variable(of, name, data) | {"indicator": members[name]}


def _called(value: Any, new: Mapping[str, str]) -> Any:
    """Options with the new names of members, as keys or as values."""
    if isinstance(value, Mapping):
        return {new.get(key, key): _called(one, new) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_called(one, new) for one in value]
    return new.get(value, value) if isinstance(value, str) else value


def _title(of: Renamed, name: str, title: str | None) -> str:
    """Its title with what is other in it; what its own change says stands for itself."""
    if "title" in of.changes.get(name, {}):
        return str(title)
    said = (
        words(of.changes[one]) if one == name else f"{one.rstrip(':')} {words(of.changes[one])}"
        for one in of.causes[name]
    )
    return f"{title or name} ({', '.join(said)})"
