"""What spatial weights are made from, as tables that a step reads: the geography, and weights of raw files.

Weights themselves are made in `estimation.weights`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TYPE_CHECKING

from nqpf_assets.stages.requested_columns import requests, weights_of
from nqpf_assets.stages.table_parts import rows_with
from nqpf_assets.steps.reads import Read, whole

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.geography import Geography
    from nqpf_assets.studies.spatial_weights import WeightOptions
    from nqpf_assets.studies.spec import Study
    from nqpf_assets.warehouse.store import TableKey

PLACES: tuple[TableKey, ...] = (("catalog", "neighbour"), ("catalog", "coordinate"))
LINKS: tuple[TableKey, ...] = (("source", "weight"), ("source", "weight_unit"))


def reads_of_places(
    weights: Iterable[WeightOptions | None], of_formulas: Collection[str] = ()
) -> tuple[Read, ...]:
    """The geography, and of weights of raw files those that are asked for.

    Args:
        of_formulas: names of weights of raw files beside those of columns.
    """
    names = sorted({*_own(weights), *of_formulas})
    own = (rows_with(key, "weights_name", names) for key in LINKS) if names else ()
    return (*whole(*PLACES), *own)


def geography_of(
    read: Callable[[str, str], pl.DataFrame],
    weights: Iterable[WeightOptions | None],
    of_formulas: Collection[str] = (),
) -> Geography:
    """The tables of `reads_of_places`, put together."""
    from nqpf_assets.catalog.geography import Geography

    is_own = bool(_own(weights) or of_formulas)
    return Geography(*(read(*key) for key in (*PLACES, *(LINKS if is_own else ()))))


def own_weights_of(study: Study) -> list[str]:
    """Weights of raw files that some column or table of a study asks for, by name."""
    of_tables = (one for table in study.tables.values() for one in table.neighbours().values())
    return _own([*of_tables, *(weights_of(one.column) for one in requests(study))])


def _own(weights: Iterable[WeightOptions | None]) -> list[str]:
    return sorted({one.weights for one in weights if one is not None and one.is_own})
