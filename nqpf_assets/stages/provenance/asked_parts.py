"""Parts of formulas that decide on rows or years of what variables read, and a read made for them alone.

Most studies have none: no factor of a formula is zero anywhere, and nothing is accumulated.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from nqpf_assets.expressions.compile import conditions
from nqpf_assets.steps.reads import Read
from nqpf_assets.warehouse.made_from import hashes_of_parts
from nqpf_assets.warehouse.store import Store

if TYPE_CHECKING:
    import polars as pl

WAYS = ("rests_on", "clipped_input", "weights_under")
"""Tables of a study that say what its variables read, and from where."""
PARTS = ("where_part", "at_part", "since_part", "pooled_by")
"""Their columns that name parts of formulas."""


def conditions_asked(ways: Iterable[pl.DataFrame]) -> list[str]:
    """The conditions, each of one part or of several, on which it depends which rows read."""
    return sorted({one for table in ways for one in table["where_part"].drop_nulls()})


def parts_asked(ways: Iterable[pl.DataFrame]) -> set[str]:
    """Each part of a formula by itself that any column of `PARTS` names."""
    told = {one for table in ways for name in PARTS for one in table[name].drop_nulls()}
    # Rows of a year are a pool, and no part.
    return {part for one in told - {"period"} for part, _ in conditions(one)}


def read_for_conditions(study: str, table: str, formulas: Mapping[str, str]) -> Read:
    """A read of a table that is looked at, and told, only where a condition is asked for.

    Args:
        study: whose table it is.
        table: its cells.
        formulas: variable → what the study says of it, which is told with them.
    """
    ways = {(study, one): ("where_part",) for one in WAYS}

    def is_asked(store: Store) -> Mapping[str, str]:
        names = conditions_asked(store.scan(key).select("where_part").collect() for key in ways)
        return {"conditions": "some" if names else "none"}

    def told(store: Store) -> Mapping[str, str]:
        asked = hashes_of_parts(f"conditions.{study}", store, ways, lambda: is_asked(store))
        if asked.get("conditions") == "none":
            return {}
        said = {
            f"formula of {name}": hashlib.sha256(text.encode()).hexdigest()
            for name, text in formulas.items()
        }
        return {**Read((study, table)).hashes(store), **said}

    return Read((study, table), hash=told)
