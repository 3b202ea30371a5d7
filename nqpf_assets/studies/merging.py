"""A column with the defaults of its table under it: key by key, also inside blocks.

What the column writes wins. Where the column chooses something else, keys of the table that belong to
the table's choice are left behind: options of another estimator, clusters of a covariance that now
has none. Nothing that the column itself writes is ever left behind.
"""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from nqpf_assets.studies.equation import DEFAULT
from nqpf_assets.studies.estimator import Inherited
from nqpf_assets.studies.estimator_registry import ESTIMATORS, OWNERS, block_of, covariance_of
from nqpf_assets.studies.vcov import DRAWN

Data = dict[str, Any]

WHOLE = ("published",)
"""Mappings whose entries are taken whole: a printed number is not put together from two."""


def merged(model: BaseModel, column: BaseModel) -> Data:
    """What a table's `model` and a column say together."""
    return laid_over(model.model_dump(exclude_unset=True), column.model_dump(exclude_unset=True))


def laid_over(under: Data, given: Data) -> Data:
    """The same of what is written as data; `under` is used up."""
    estimator = str(given.get("estimator", under.get("estimator", DEFAULT)))
    for block, estimators in OWNERS.items():
        if block not in given and estimator not in estimators:
            under.pop(block, None)
    _leave_errors(under, given, estimator)
    _leave_options(under, given, estimator)
    return _over(under, given)


def _over(under: Data, given: Data) -> Data:
    """`given` over `under`; an empty mapping empties."""
    whole = dict(under)
    for key, value in given.items():
        below = under.get(key)
        if key in WHOLE and isinstance(below, dict):
            whole[key] = below | value
        elif isinstance(value, dict) and value and isinstance(below, dict):
            whole[key] = _over(below, value)
        else:
            whole[key] = value
    return whole


def _leave_errors(under: Data, given: Data, estimator: str) -> None:
    """Keys of the table's covariance that the column's does not have, or the reverse."""
    ours, theirs = _of(given, "vcov"), _of(under, "vcov")
    if "type" not in ours:
        of_table = ESTIMATORS[estimator].covariances.get(str(theirs.get("type", "clustered")))
        if "by" in ours and of_table is not None and not of_table.most_keys:
            for key in ("type", "lags", "small_sample", "large_sample", *DRAWN):
                theirs.pop(key, None)
        return
    errors = covariance_of(estimator, str(ours["type"]))
    if errors is not None and not errors.has_large_sample:
        theirs.pop("large_sample", None)
    if errors is not None and not errors.is_drawn:
        for key in DRAWN:
            theirs.pop(key, None)
    if errors is None or ours["type"] == theirs.get("type"):
        return
    if not errors.most_keys:
        theirs.pop("by", None)
    if not errors.has_lags:
        theirs.pop("lags", None)
    if theirs.get("small_sample") not in errors.corrections:
        theirs.pop("small_sample", None)


def _leave_options(under: Data, given: Data, estimator: str) -> None:
    """Keys of the table's options that do not go with what the column chooses."""
    options = block_of(estimator)
    if options is None:
        return
    table, own = _of(under, options.key), _of(given, options.key)
    for key in options.left_behind(Inherited(estimator, "estimator" in given, table, own)):
        table.pop(key, None)


def _of(data: Data, block: str) -> Data:
    """A block of the data that can be changed; an empty one where there is none."""
    found = data.get(block)
    return found if isinstance(found, dict) else {}
