"""Which column of a table holds its regions: the narrowest names, or the codes of counties beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from nqpf_assets.formats.known_regions import regions_named
from nqpf_assets.formats.values import printed

CODE = re.compile(r"code|代码|编码|序号|编号|区划|邮编|^[a-z]*id$|_id$|cd$|^no\.?$", re.I)
"""Heads of columns of codes."""
_COUNTY = re.compile(r"[1-9]\d{3}(?!00)\d\d")
"""A code of GB/T 2260 that is none of a province or prefecture."""
_NARROW = (
    re.compile(r"县|county|^area$|region", re.I),
    re.compile(r"市|州|city|prefecture|^pref", re.I),
    re.compile(r"省|地区|prov|地方", re.I),
)
"""Heads of columns of regions, the narrowest first: beside it a wider one says in which it lies."""


def narrowest(names: Sequence[str]) -> str:
    """The column of the narrowest regions, by its head."""
    for level in _NARROW:
        if (found := next((name for name in names if level.search(name)), None)) is not None:
            return found
    return names[0]


def codes_of_counties(found: Mapping[str, Sequence[object]], regions: Sequence[str]) -> str | None:
    """The column of codes to take where counties stand without their city: several bear the name 朝阳区."""
    others = [name for name in regions if name != narrowest(regions)]
    if any(level.search(name) for name in others for level in _NARROW[1:]):
        return None
    codes = (name for name in found if CODE.search(name))
    return next((name for name in codes if all(map(_is_code_of_county, found[name]))), None)


def _is_code_of_county(cell: object) -> bool:
    code = printed(cell).strip()
    return _COUNTY.fullmatch(code) is not None and bool(regions_named(code))
