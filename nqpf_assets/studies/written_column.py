"""A column with what is written of it and where: what columns for several are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nqpf_assets.studies.columns import Column
from nqpf_assets.user_input.lined_yaml import KeyPath, Place


@dataclass(frozen=True)
class WrittenColumn:
    """A column of a regression table.

    Attributes:
        column: what it says.
        written: the same as plain data.
        places: path below the column → where it stands; the column itself under ``()``.
    """

    column: Column
    written: Mapping[str, Any]
    places: Mapping[KeyPath, Place]
