"""Which publisher's format a file has, told by its content, and the door to all readers.

The name of a file says nothing: the statistics bureau calls every download 分省年度数据.csv,
and browsers append numbers. So the bytes decide; the name appears in messages only.
"""

from __future__ import annotations

from typing import Literal

from nqpf_assets.sources.layout import TidyColumns, YearbookLayout
from nqpf_assets.sources.reading import Reading

Format = Literal[
    "nbs_csv_old",
    "nbs_csv_new",
    "nbs_workbook",
    "eps_workbook",
    "yearbook",
    "nbs_api_long",
    "nbs_api_json",
    "tidy_csv",
    "tidy_workbook",
    "tidy_parquet",
    "tidy_stata",
    "unknown",
]


def recognise(content: bytes, name: str = "") -> Format:
    """The format of a file by its content; ``unknown`` where nothing fits."""
    raise NotImplementedError


def read(
    content: bytes,
    *,
    file: str,
    layout: YearbookLayout | None = None,
    columns: TidyColumns | None = None,
) -> Reading:
    """Read the cells of one file; what is wrong with it is in `Reading.problems`."""
    raise NotImplementedError
