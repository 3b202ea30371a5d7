"""Which labels are names or codes of regions, as far as the shipped catalogue knows them.

For telling rows from headers and tables from each other; what a cell is of is decided by `sources`, by the
project's own catalogue too.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from nqpf_assets.catalog.names import key_of
from nqpf_assets.catalog.region_files import load_regions
from nqpf_assets.catalog.two_languages import parts_of_place
from nqpf_assets.formats import labels


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, frozenset[str]]:
    """Names and codes, as `key_of` gives them, to the regions that bear them, under all their later names."""
    regions = load_regions()[0]
    found: dict[str, frozenset[str]] = {}
    for code, key in regions.spellings.select("region_code", "key").iter_rows():
        found[key] = found.get(key, frozenset()) | {regions.unit_codes.get(code, code)}
    return found


def regions_named(key: str) -> frozenset[str]:
    """The regions that bear a name or code in any year."""
    return _shipped().get(key_of(key), frozenset())


def is_region(label: str) -> bool:
    """Whether a row label names a region, with marks, indents and signs of "of which", in two languages."""
    name = labels.split_mark(labels.region_of(label)[0])[0]
    return any(map(regions_named, (name, *(parts_of_place(name) or ()))))
