"""How a study takes a series from the regions of a lower level: counties put together to prefectures, say.

Which regions are put together follows from the region catalogue (`catalog.region_members`), what becomes of
their cells is `stages.aggregation`'s.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from nqpf_assets.studies.series_name import SeriesName
from nqpf_assets.user_input.strict import Strict

Rule = Literal["sum", "mean", "weighted_mean"]


class FromLevel(Strict):
    """A series of a lower level, put together to the study's units; what these publish is not taken."""

    level: str = Field(
        description="level that the series is published for, below that of `units`: county, …"
    )
    rule: Rule = Field(
        description="sum, of what can be added up; mean, every region alike; weighted_mean, by `weight`"
    )
    weight: SeriesName | None = Field(
        None,
        description="series of the same regions that `weighted_mean` weighs by, e.g. population",
    )
    members: Literal["known", "published"] = Field(
        "known",
        description="which regions a whole consists of: known, all of the year in the region catalogue; "
        "published, those among them for which the series is published in any year",
    )
    least_share: float = Field(
        1.0,
        gt=0,
        le=1,
        description="share of the members that must have a value; with less the year is missing",
    )
    share_of: Literal["members", "weight"] = Field(
        "members", description="what the share is of: the number of members, or their `weight`"
    )

    @model_validator(mode="after")
    def _weight_is_used(self) -> FromLevel:
        if (self.rule == "weighted_mean") != (self.weight is not None):
            raise ValueError("`rule: weighted_mean` and a series in `weight` go together")
        if self.share_of == "weight" and self.weight is None:
            raise ValueError("`share_of: weight` asks for `rule: weighted_mean` and its `weight`")
        return self
