"""What a study writes of an index by comparisons of pairs (AHP)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, ValidationInfo, field_validator

from nqpf_assets.studies.index_method import IndexMethod, imported
from nqpf_assets.studies.weighted_index import WeightedIndex, pool_of_said

Times = (
    Annotated[float, Field(gt=0, allow_inf_nan=False)] | Annotated[str, Field(pattern="^1/[1-9]$")]
)
Pairs = dict[str, dict[str, Times]]
"""One → other → how many times as important the one is as the other; each pair once."""

MOST_CONTRADICTION = 0.1
"""Saaty's bound of the consistency ratio."""


class AhpIndex(WeightedIndex):
    """Composite index by the analytic hierarchy process: weights from comparisons of every pair."""

    method: Literal["ahp"] = Field(description="which method")
    most_inconsistent: float = Field(
        MOST_CONTRADICTION,
        ge=0,
        le=1,
        description="consistency ratio above which comparisons are refused",
    )
    dimension_comparisons: Pairs | None = Field(
        None,
        description="dimension → other → times as important; `comparisons` are then within dimensions",
    )
    comparisons: Pairs = Field(
        description="indicator → other → how many times as important, a number or 1/2 to 1/9; each pair once"
    )

    @field_validator("dimension_comparisons")
    @classmethod
    def _of_dimensions(cls, value: Pairs | None, info: ValidationInfo) -> Pairs | None:
        groups = info.data.get("dimensions")
        if value is not None and groups is not None:
            _require_whole(value, [tuple(groups)], info)
        return value

    @field_validator("comparisons")
    @classmethod
    def _of_indicators(cls, value: Pairs, info: ValidationInfo) -> Pairs:
        groups = info.data.get("dimensions")
        if groups is None or "dimension_comparisons" not in info.data:
            return value  # told by itself
        members = [tuple(one.indicator for one in group) for group in groups.values()]
        if info.data["dimension_comparisons"] is None:
            members = [tuple(name for group in members for name in group)]
        _require_whole(value, members, info)
        return value

    def arguments(self) -> dict[str, Any]:
        """Without the bound, which is asked of the study."""
        found = super().arguments()
        del found["most_inconsistent"]
        return found


def _require_whole(pairs: Pairs, groups: list[tuple[str, ...]], info: ValidationInfo) -> None:
    """Each pair inside a group once, no others, and little contradiction.

    Raises:
        ValueError: what is wrong.
    """
    asked = {frozenset((a, b)) for group in groups for a in group for b in group if a != b}
    said = [(one, other) for one, row in pairs.items() for other in row]
    for one, other in said:
        if one == other:
            raise ValueError(f"{one} is compared with itself")
        if frozenset((one, other)) not in asked:
            raise ValueError(f"{one} and {other} are no pair that is compared here")
    given = {frozenset(pair) for pair in said}
    if len(given) < len(said):
        twice = next(pair for pair in said if (pair[1], pair[0]) in said)
        raise ValueError(f"{twice[0]} and {twice[1]} are compared twice: one way is enough")
    lacking = sorted(" and ".join(sorted(pair)) for pair in asked - given)
    if lacking:
        raise ValueError(f"every pair is compared; not {', '.join(lacking[:5])}")
    most = info.data.get("most_inconsistent", MOST_CONTRADICTION)
    for group in groups:
        ratio = imported("nqpf_assets.indices.pairwise:consistency_ratio")(pairs, group)
        if ratio > most:
            raise ValueError(
                f"comparisons of {', '.join(group)} contradict each other: consistency ratio {ratio:.3f}, "
                f"above {most:g}; compare again, or say `most_inconsistent`"
            )


METHOD = IndexMethod(
    "ahp",
    AhpIndex,
    "nqpf_assets.indices.methods.ahp:index",
    documentation="docs/methods/indices.md#Comparisons of pairs",
    pool=pool_of_said,
    gradient="nqpf_assets.indices.gradients.ahp:gradient",
)
