"""How one cell of a regression table is written: numbers, stars, and yes or no.

Which cells there are is told in `regression_rows`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from nqpf_assets.messages.counted import counted
from nqpf_assets.messages.printed_numbers import fixed
from nqpf_assets.messages.stars import stars
from nqpf_assets.studies.equation import OWN_KEYS
from nqpf_assets.studies.printing import Style


def statistic(test: Mapping[str, Any], style: Style) -> str:
    """A number of `test` as printed: two decimals with the stars of its p-value, if in no other style."""
    value = test["statistic"]
    if style == "count":
        return f"{value:.0f}"
    if style == "three_digits":
        return f"{value:.3g}"
    return f"{fixed(value, 2)}{stars(test['p_value'])}" if math.isfinite(value) else "-"


def has_effect(effect: str, effects: str) -> str:
    """Yes, No, or Random, from the effects as `model` names them: ``random unit, period``."""
    named = effects.split(", ")
    return "Yes" if effect in named else "Random" if f"random {effect}" in named else "No"


def clusters(model: Mapping[str, Any], by_key: Mapping[str, int]) -> str:
    """How many clusters, or periods where these take their place; of two-way clusters both numbers."""
    if by_key:
        return ", ".join(
            counted(number, f"{key}s") if key in OWN_KEYS else f"{number} {key}"
            for key, number in by_key.items()
        )
    number = model["n_clusters"]
    if not number:
        return "-"
    return (
        f"{counted(number, 'periods')}"
        if model["vcov"].startswith("driscoll_kraay")
        else str(number)
    )
