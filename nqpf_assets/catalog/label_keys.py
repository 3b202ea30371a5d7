"""What a printed label is compared as: as it stands, in simplified characters, or as a longer code.

A label that some region bears as printed is left alone. Traditional characters are compared folded on both
sides, so that 乾縣 is 乾县 though 乾 is also 干. Of 北京 Beijing the Chinese part counts, where the other is
a name of the same region or nearly one. Codes of two and four digits are those of provinces and
prefectures where all labels of such digits in the column are; one that is not makes them a numbering.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher

import polars as pl

from nqpf_assets.catalog.names import key_of, simplified
from nqpf_assets.catalog.regions import Regions
from nqpf_assets.catalog.two_languages import parts_of_place

WHOLES = {"全市": "市", "全省": "省", "全区": "区", "全县": "县", "全州": "州"}
"""Rows that name the region they are the total of, with the last letter of its name."""
SUMS = frozenset(("总计", "合计", "共计", "总数", "全部", "total"))
"""Rows that sum those above or below them, which need not be all of any region."""
_NEARLY = 0.8
"""Likeness from which a Latin name is taken for one that was spelled otherwise."""
_FOREIGN_RANKS = re.compile(
    r"(?:zhuang|hui|uyghur|uygur|uigur)?(?:autonomousregion|a\.?r\.?)$"
    r"|(?:municipality|specialadministrativeregion|s\.?a\.?r\.?|county|city|district|province)$"
)
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
            keys = by_folded.get(simplified(key)) or _keys_of_chinese(label, regions) or (whole,)
            found += [(label, one) for one in keys]
    return pl.DataFrame(found, schema={"label": pl.String, "key": pl.String}, orient="row")


def _keys_of_chinese(label: str, regions: Regions) -> tuple[str, ...]:
    """The keys of a label's Chinese part, where the Latin one says the same; none where it does not."""
    if (parts := parts_of_place(label)) is None:
        return ()
    chinese, latin = map(key_of, parts)
    if chinese in {*WHOLES, *SUMS}:
        return (chinese,) if "total" in latin else ()
    keys = (chinese,) if chinese in regions.keys else regions.folded.get(simplified(chinese), ())
    codes = _codes(keys, regions)
    meant = _meant(latin, regions)
    if meant.keys() & codes.keys():
        return keys
    names = {key_of(english) for english in codes.values() if english}
    is_like = any(SequenceMatcher(None, latin, name).ratio() >= _NEARLY for name in names)
    return keys if is_like and not meant else ()


def said_in_two_languages(labels: Iterable[str], regions: Regions) -> dict[str, str]:
    """Labels whose two parts do not name one region, with what each of them names."""
    found = {}
    for label in labels:
        if (parts := parts_of_place(label)) is None or _keys_of_chinese(label, regions):
            continue
        named = [_meant(key_of(part), regions) for part in parts]
        if any(named):
            found[label] = "; ".join(
                f"`{part}` is {_told(codes, regions) or 'none that is known'}"
                for part, codes in zip(parts, named, strict=True)
            )
    return found


def _meant(key: str, regions: Regions) -> Mapping[str, str | None]:
    """The regions that one part names, whatever rank or second name stands behind the Latin one."""
    forms = (key, _FOREIGN_RANKS.sub("", key), re.sub(r"\(.*\)$", "", key))
    return next(filter(None, (_codes((form,), regions) for form in forms)), {})


def _told(codes: Iterable[str], regions: Regions) -> str:
    """Regions by their names and codes."""
    return ", ".join(f"{regions.name_of[code]} ({code})" for code in sorted(codes))


def _codes(keys: Iterable[str], regions: Regions) -> Mapping[str, str | None]:
    """The regions that bear one of some keys, with their English names."""
    codes = (code for key in keys for code in regions.bearers.get(key, ()))
    return {code: regions.english[code] for code in codes}


def _are_codes(unknown: set[str], known: frozenset[str]) -> bool:
    """Whether all labels of two or four digits are codes of provinces and prefectures."""
    short = [key for key in unknown if _SHORT_CODE.match(key)]
    return all(key.ljust(6, "0") in known for key in short)
