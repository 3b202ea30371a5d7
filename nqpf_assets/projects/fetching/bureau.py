"""What the bureau's public data interface is asked, and whether an answer is one.

Two forms: the old one (`easyquery.htm`) is asked for one indicator and region at a time, the new one
(`esData`) for all at once. Answers are kept as they came, each beside what was asked, and read by
the bureau's reader; here it is only seen that an answer is one, since a page that says "busy" would
else be taken for a source.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from nqpf_assets.catalog.regions import Regions
from nqpf_assets.messages.counted import counted
from nqpf_assets.projects.fetching.answers import NotHad
from nqpf_assets.projects.fetching.declared import NEW_ADDRESS, OLD_ADDRESS, BureauQuery

NOTHING_FOUND = 501
"""The old interface's `returncode` where a query has no data."""


@dataclass(frozen=True)
class Request:
    """One request.

    Attributes:
        about: in words, for messages and progress.
        body: as the answer is kept beside it; without what differs from day to day.
        sent: what the request library is given.
    """

    about: str
    address: str
    body: str
    sent: Mapping[str, Any]


def unknown_regions(query: BureauQuery, regions: Regions) -> list[int]:
    """Places of regions of a query that the catalogue does not know by a code of GB/T 2260."""
    return [n for n, name in enumerate(query.regions) if _coded(name, regions) is None]


def requests_of(query: BureauQuery, regions: Regions) -> list[Request]:
    """All requests of a query, in order; its regions are known."""
    if query.interface == "new":
        return [_new(query, _regions(query, regions))]
    return list(_old(query, _regions(query, regions)))


def _regions(query: BureauQuery, regions: Regions) -> list[tuple[str, str]]:
    """Codes of six digits and names."""
    if query.database == "hgnd":
        return []
    if query.regions:
        return [found for name in query.regions if (found := _coded(name, regions)) is not None]
    frame = regions.frame
    is_one = (frame["level"] == "province") & frame["valid_to"].is_null()
    return [
        (code, name) for code, name in frame.filter(is_one).select("gb_code", "name").iter_rows()
    ]


def _coded(name: str, regions: Regions) -> tuple[str, str] | None:
    code = regions.unit_codes.get(name)
    if code is None:
        return None
    frame = regions.frame
    gb_code, own = frame.filter(frame["region_code"] == code).select("gb_code", "name").row(0)
    return (gb_code, own) if gb_code else None


def _old(query: BureauQuery, regions: list[tuple[str, str]]) -> Iterator[Request]:
    years = str(query.first) if query.first == query.last else f"{query.first}-{query.last}"
    for indicator in query.indicators:
        for code, name in regions or [("", "")]:
            wds = [{"wdcode": "reg", "valuecode": code}] if code else []
            dfwds = [
                {"wdcode": "zb", "valuecode": indicator},
                {"wdcode": "sj", "valuecode": years},
            ]
            form = {
                "m": "QueryData",
                "dbcode": query.database,
                "rowcode": "zb",
                "colcode": "sj",
                "wds": json.dumps(wds),
                "dfwds": json.dumps(dfwds),
            }
            moment = str(time.time_ns() // 1_000_000)  # without it an older answer may come
            yield Request(
                f"{indicator} {name} {years}".replace("  ", " "),
                query.address or OLD_ADDRESS,
                urlencode(form),
                {"data": form | {"k1": moment}},
            )


def _new(query: BureauQuery, regions: list[tuple[str, str]]) -> Request:
    asked = {
        "cid": query.catalog,
        "indicatorIds": list(query.indicators),
        "daCatalogId": "",  # anything else, and `das` is ignored
        "das": [{"text": name, "value": f"{code:0<12}"} for code, name in regions],
        "dts": [f"{query.first}YY-{query.last}YY"],
        "showType": "1",
        "rootId": query.root,
    }
    about = f"{counted(len(query.indicators), 'indicators')}, {counted(len(regions), 'regions')}"
    body = json.dumps(asked, ensure_ascii=False)
    return Request(about, query.address or NEW_ADDRESS, body, {"json": asked})


def answer_of(content: bytes, query: BureauQuery) -> Any | None:
    """The answer as JSON; None where the interface says that it has no such data.

    Raises:
        NotHad: it is no answer of this interface.
    """
    text = content.decode("utf-8", "replace").lstrip("\ufeff \r\n\t")
    if text.startswith("<"):
        raise NotHad(
            "a web page came in place of data; the site may be closed, or ask for a browser"
        )
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        raise NotHad(f"no JSON came, but `{text[:60]}`") from None
    if not isinstance(answer, Mapping):
        raise NotHad(f"the interface has another form: no object came, but `{text[:60]}`")
    if query.interface == "old":
        return _old_answer(answer)
    return _new_answer(answer)


def _old_answer(answer: Mapping[str, Any]) -> Any | None:
    if "returncode" not in answer:
        raise NotHad(f"the interface has another form: no `returncode` in {_keys(answer)}")
    if answer["returncode"] == NOTHING_FOUND:
        return None
    data = answer.get("returndata")
    if answer["returncode"] != 200:
        raise NotHad(f"the interface refused: returncode {answer['returncode']}, {str(data)[:100]}")
    parts = ("datanodes", "wdnodes")
    if not isinstance(data, Mapping) or not all(isinstance(data.get(one), list) for one in parts):
        raise NotHad("the interface has another form: no lists `datanodes` and `wdnodes`")
    return answer if data["datanodes"] else None


def _new_answer(answer: Mapping[str, Any]) -> Any | None:
    if "success" not in answer or "data" not in answer:
        raise NotHad(f"the interface has another form: no `success` and `data` in {_keys(answer)}")
    if answer["success"] is not True:
        raise NotHad(f"the interface refused: {str(answer.get('message'))[:100]}")
    periods = answer["data"]
    if not isinstance(periods, list) or not all(
        isinstance(one, Mapping) and isinstance(one.get("values"), list) and "code" in one
        for one in periods
    ):
        raise NotHad("the interface has another form: `data` is no list of periods with `values`")
    return answer if any(one["values"] for one in periods) else None


def _keys(answer: Mapping[str, Any]) -> str:
    return ", ".join(map(str, answer))[:60] or "an empty object"
