"""The name of a series as a study file writes it: as printed, with its unit or without, in either width."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from nqpf_assets.catalog.printed_series import printed_series


def as_kept(written: str) -> str:
    """The name under which a series is kept, however it is written."""
    return printed_series(written)[0]


SeriesName = Annotated[str, AfterValidator(as_kept)]
"""A text that becomes the name under which the series is kept."""
