"""The regions of which a study's units consist, where it takes series from a lower level: `study.member`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from nqpf_assets.catalog.region_members import members

if TYPE_CHECKING:
    from nqpf_assets.catalog.catalogue import Catalogue
    from nqpf_assets.expressions.compile import Sign
    from nqpf_assets.stages.compiled_study import CompiledStudy
    from nqpf_assets.stages.dependencies import Reads


def rows_of_members(
    compiled: CompiledStudy, catalogue: Catalogue, below: Mapping[str, Reads]
) -> Iterator[dict[str, Any]]:
    """What units, and regions that formulas name, consist of at the levels from which series are taken.

    Args:
        below: variable → the series under it, each with where it is read.
    """
    levels = {one.level for one in map(compiled.from_level, compiled.series) if one is not None}
    if not levels:
        return
    reaches = (one for read in below.values() for found in read.values() for one in found)
    regions = {one.region for one in reaches if one.region is not None}
    units = {unit.code for unit in compiled.units} | regions
    for level in sorted(levels):
        for one in members(catalogue.regions, level, units, compiled.study.units.borders):
            yield {
                "level": level,
                "unit": one.unit,
                "member": one.member,
                "first_period": one.first,
                "last_period": one.last,
                "is_of_level": one.is_of_level,
            }


def signs_of_wholes(compiled: CompiledStudy, signs: Mapping[str, Sign]) -> dict[str, Sign]:
    """Signs of series as the study has them: numbers of which none is zero can add up to one that is."""

    def sign(series: str, of_members: Sign) -> Sign:
        is_whole = of_members == "nonzero" and compiled.from_level(series) is not None
        return "any" if is_whole else of_members

    return {series: sign(series, one) for series, one in signs.items()}
