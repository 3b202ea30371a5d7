"""Every index, and every table that is no regression, as a call of R, from the modules of the kinds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nqpf_assets.replication.described_tables import DescribedTable, described_tables
from nqpf_assets.replication.index_numbers import IndexNumbers, indices_of
from nqpf_assets.replication.level_tables import LevelTable, level_tables
from nqpf_assets.replication.r.call import Call, NotInR
from nqpf_assets.replication.r.tables import described, differences, index_apart, maps, unit_roots
from nqpf_assets.replication.r.tables.growth import growth

if TYPE_CHECKING:
    from nqpf_assets.explanations.published import PublishedStudy

_MODULES = (described, unit_roots, differences, maps, index_apart)
CALLS: dict[str, Callable[[DescribedTable], Call | NotInR]] = {
    kind: call for module in _MODULES for kind, call in module.CALLS.items()
}
"""Every kind of table of the panel that the script has."""


@dataclass(frozen=True)
class TranslatedTable:
    """A table, and its call or why there is none."""

    table: DescribedTable | LevelTable
    call: Call | NotInR


@dataclass(frozen=True)
class TranslatedIndex:
    """The same of an index."""

    table: IndexNumbers
    call: Call | NotInR


Translation = TranslatedTable | TranslatedIndex


def translations(study: PublishedStudy) -> list[Translation]:
    """All that the script makes beside columns of regressions, in its order."""
    return [*translated_indices(study), *translated_tables(study)]


def translated_tables(study: PublishedStudy) -> list[TranslatedTable]:
    """All tables of the kinds that the script knows."""
    of_panel = [
        TranslatedTable(one, CALLS[one.kind](one))
        for one in described_tables(study)
        if one.kind in CALLS
    ]
    return [*of_panel, *(TranslatedTable(one, growth(one)) for one in level_tables(study))]


def translated_indices(study: PublishedStudy) -> list[TranslatedIndex]:
    """All indices, whose scores the columns and tables take as they are published."""
    return [TranslatedIndex(one, index_apart.index_scores(one)) for one in indices_of(study)]
