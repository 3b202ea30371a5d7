"""How a study says that gaps are filled: the rules for years between reported ones, and beyond them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from nqpf_assets.user_input.strict import Strict

GapRule = Literal["linear", "none"]
EndRule = Literal["none", "nearest", "trend", "growth"]


class Interpolation(Strict):
    """How gaps within a unit's series are filled; nothing is invented unless this says so."""

    method: GapRule = Field(
        "none",
        description="linear fills gaps between two reported years of a unit, but for series of whole "
        "numbers, which are filled where `sources.series` says `interpolate: true`; none leaves them",
    )
    ends: EndRule = Field(
        "none",
        description="how years before the first and after the last reported one are filled: none "
        "leaves them, nearest repeats the end, trend continues a straight line, growth "
        "the average growth",
    )
