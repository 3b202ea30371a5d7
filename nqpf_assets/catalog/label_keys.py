"""What a printed label is compared as: as it stands, in simplified characters, or as a longer code.

A label that some region bears as printed is left alone. Traditional characters are compared folded on both
sides, so that 乾縣 is 乾县 though 乾 is also 干. Codes of two and four digits are those of provinces and
prefectures where all labels of such digits in the column are; one that is not makes them a numbering.
"""

from __future__ import annotations

import re

import polars as pl

from nqpf_assets.catalog.names import key_of, simplified
from nqpf_assets.catalog.regions import Regions

_SHORT_CODE = re.compile(r"(?:\d{2}|\d{4})$")


def label_keys(labels: pl.Series, regions: Regions) -> pl.DataFrame:
    """Columns ``label, key``: one row for each label, several where folding leaves several.

    Args:
        labels: distinct labels, without nulls.
        regions: the catalogue's regions.
    """
    known = regions.keys
    found: list[tuple[str, str]] = []
    unknown: list[tuple[str, str]] = []
    for label in labels:
        key = key_of(label)
        (found if key in known else unknown).append((label, key))
    if unknown:
        by_folded = regions.folded
        is_code = _are_codes({key for _, key in unknown}, known)
        for label, key in unknown:
            whole = key.ljust(6, "0") if is_code and _SHORT_CODE.match(key) else key
            keys = by_folded.get(simplified(key), (whole,))
            found += [(label, one) for one in keys]
    return pl.DataFrame(found, schema={"label": pl.String, "key": pl.String}, orient="row")


def _are_codes(unknown: set[str], known: frozenset[str]) -> bool:
    """Whether all labels of two or four digits are codes of provinces and prefectures."""
    short = [key for key in unknown if _SHORT_CODE.match(key)]
    return all(key.ljust(6, "0") in known for key in short)
