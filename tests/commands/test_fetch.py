"""`nqpf fetch` against a server that replays and misbehaves: whole files only, nothing twice, all told."""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.projects.fetching import answers, polite
from nqpf_assets.sources.collector import collect
from tests.command import Ran, nqpf
from tests.commands.replaying_server import Place, Server, replaying

GDP = (
    "数据库：分省年度数据\n指标：地区生产总值(亿元)\n时间：最近2年\n地区,2020年,2019年\n北京市,{},1\n天津市,4,3\n"
    "数据来源：国家统计局\n"
)
BEGINNING = "pause: 0.5\npatience: 1\ntries: 3\n"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(polite, "wait", WAITED.append)
    monkeypatch.setattr(answers, "PIECE", 16)
    WAITED.clear()
    with replaying() as one:
        yield one


WAITED: list[float] = []


def fetched(project: Path, server: Server, text: str) -> Ran:
    (project / "sources.yaml").write_text(BEGINNING + text.replace("HOST", server.address), "utf-8")
    return nqpf("fetch", project=project)


def in_raw(project: Path) -> list[str]:
    found = (project / "raw").rglob("*")
    return sorted(p.relative_to(project / "raw").as_posix() for p in found if p.is_file())


def values(project: Path) -> list[tuple[Any, ...]]:
    found = collect(project / "raw", load_catalogue(None))
    assert not [one for one in found.problems if one.severity == "error"]
    rows = found.observations.drop_nulls("value")
    return sorted(rows.select("series_id", "region_code", "period", "value").rows())


FILE = "files:\n- url: HOST/gdp.csv\n"


@pytest.mark.slow
def test_only_what_changed_is_a_new_vintage(tmp_path: Path, server: Server) -> None:
    place = server.places["/gdp.csv"] = Place(GDP.format(2).encode())
    first = fetched(tmp_path, server, FILE)
    assert (first.status, first.err) == (0, "")
    assert first.out.endswith("1 file new, 0 unchanged, 0 not had\n")
    assert len(in_raw(tmp_path)) == 2
    assert values(tmp_path)[0] == ("gdp", "110000", 2019, 1.0)
    card = next((tmp_path / "raw").rglob("*.card.yaml"))
    assert f"url: '{server.address}/gdp.csv'" in card.read_text()
    again = fetched(tmp_path, server, FILE)
    assert again.out.endswith("0 files new, 1 unchanged, 0 not had\n")
    assert "If-None-Match" in server.asked[-1][2]  # 304, nothing was sent
    card.write_text(f"{card.read_text()}notes: looked over\n")
    place.content = GDP.format(7).encode()
    changed = fetched(tmp_path, server, FILE)
    assert changed.out.endswith("1 file new, 0 unchanged, 0 not had\n")
    both = in_raw(tmp_path)
    assert len(both) == 4
    assert len({name.split("/")[1] for name in both}) == 2
    newest = (tmp_path / "raw" / both[-1]).read_text()
    assert "notes: looked over" in newest  # the card goes on
    assert ("gdp", "110000", 2020, 7.0) in values(tmp_path)
    assert len(server.connections) == 3  # one connection for each run


def test_without_marks_the_content_decides(tmp_path: Path, server: Server) -> None:
    server.places["/gdp.csv"] = Place(GDP.format(2).encode(), etag=False)
    assert fetched(tmp_path, server, FILE).status == 0
    again = fetched(tmp_path, server, FILE)
    assert again.out.endswith("0 files new, 1 unchanged, 0 not had\n")
    assert len(in_raw(tmp_path)) == 2


def test_a_file_that_was_removed_from_raw_is_fetched_again(tmp_path: Path, server: Server) -> None:
    server.places["/gdp.csv"] = Place(GDP.format(2).encode())
    fetched(tmp_path, server, FILE)
    for name in in_raw(tmp_path):
        (tmp_path / "raw" / name).unlink()
    assert fetched(tmp_path, server, FILE).out.endswith("1 file new, 0 unchanged, 0 not had\n")
    assert len(in_raw(tmp_path)) == 2


def test_a_file_that_breaks_off_is_taken_up(tmp_path: Path, server: Server) -> None:
    server.places["/gdp.csv"] = Place(GDP.format(2).encode(), ["cut"])
    ran = fetched(tmp_path, server, FILE)
    assert ran.status == 0
    assert server.asked[1][2]["Range"].startswith("bytes=")
    assert [row[3] for row in values(tmp_path)] == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.slow
def test_an_interrupted_run_is_taken_up_by_the_next(tmp_path: Path, server: Server) -> None:
    place = server.places["/gdp.csv"] = Place(GDP.format(2).encode(), ["cut", 503, 503])
    ran = fetched(tmp_path, server, FILE)
    assert ran.status == 2
    assert not (tmp_path / "raw").exists()
    assert fetched(tmp_path, server, FILE).status == 0
    assert "Range" in server.asked[-1][2]
    assert [row[3] for row in values(tmp_path)] == [1.0, 2.0, 3.0, 4.0]
    for name in in_raw(tmp_path):
        (tmp_path / "raw" / name).unlink()
    place.misbehaves = ["cut", 503, 503]
    fetched(tmp_path, server, FILE)
    place.content = GDP.format(9).encode()  # another by now: the halves do not belong together
    assert fetched(tmp_path, server, FILE).status == 0
    assert [row[3] for row in values(tmp_path)] == [1.0, 9.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ([403], "HTTP 403 Forbidden"),
        ([503, 503, 503], "HTTP 503 Service Unavailable; asked 3 times"),
        (["silent"] * 3, "no answer in time; asked 3 times"),
    ],
)
def test_what_cannot_be_had_is_told_and_stops_no_other(
    tmp_path: Path, server: Server, wrong: list[Any], told: str
) -> None:
    server.places["/a.csv"] = Place(GDP.format(3).encode(), [*wrong])
    server.places["/gdp.csv"] = Place(GDP.format(2).encode())
    ran = fetched(tmp_path, server, "files:\n- url: HOST/a.csv\n- url: HOST/gdp.csv\n")
    assert ran.status == 2
    assert "sources.yaml: line 5" in ran.err
    assert told in ran.err
    assert ran.out.endswith("1 file new, 0 unchanged, 1 not had\n")
    n = sum(path == "/a.csv" for _, path, _, _ in server.asked)
    assert n == len(wrong)
    if len(wrong) > 1:
        assert sorted(WAITED)[-2:] == [1.0, 2.0]


@pytest.mark.parametrize(
    "page", [b"<html><body>Please log in</body></html>", b"", b"\x00\x01" * 90]
)
def test_a_page_in_place_of_a_file_is_not_taken(
    tmp_path: Path, server: Server, page: bytes
) -> None:
    server.places["/gdp.xls"] = Place(page)
    ran = fetched(tmp_path, server, "files:\n- url: HOST/gdp.xls\n")
    assert ran.status == 2
    assert "sources.yaml: line 5" in ran.err
    assert not (tmp_path / "raw").exists()
    assert ran.out.endswith("0 files new, 0 unchanged, 1 not had\n")


def test_a_piece_of_the_rest_does_not_make_a_file_whole(tmp_path: Path, server: Server) -> None:
    server.places["/gdp.csv"] = Place(GDP.format(2).encode(), ["cut", "short"])
    ran = fetched(tmp_path, server, FILE)
    assert ran.status == 0
    assert [row[3] for row in values(tmp_path)] == [1.0, 2.0, 3.0, 4.0]


def test_a_server_that_drips_is_given_up(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "PIECE", 1 << 14)
    monkeypatch.setattr(polite, "_SLOWEST", 0.2)
    server.places["/gdp.csv"] = Place(GDP.format(2).encode(), ["drips"] * 3)
    ran = fetched(tmp_path, server, FILE)
    assert ran.status == 2
    assert " in 0.2 s; asked 3 times" in ran.err


def test_an_answer_that_comes_folded_unasked_is_unfolded(tmp_path: Path, server: Server) -> None:
    server.places["/gdp.csv"] = Place(GDP.format(2).encode(), ["folded"])
    assert fetched(tmp_path, server, FILE).status == 0
    assert [row[3] for row in values(tmp_path)] == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    "address", ["file:///etc/hostname", "http://a..b/x", "http://[::1/x", "HOST/gdp.csv"]
)
def test_a_link_that_leads_to_no_file_is_told_and_not_asked_again(
    tmp_path: Path, server: Server, address: str
) -> None:
    there = address.replace("HOST", server.address)
    server.places["/gdp.csv"] = Place(GDP.format(2).encode(), [there] * 6)
    ran = fetched(tmp_path, server, FILE)
    assert ran.status == 2
    assert "it leads to no file" in ran.err
    assert not WAITED
    assert not (tmp_path / "raw").exists()


def test_tries_and_pauses_are_as_asked(tmp_path: Path, server: Server) -> None:
    place = server.places["/gdp.csv"] = Place(GDP.format(2).encode(), [503] * 9)
    (tmp_path / "sources.yaml").write_text(
        f"pause: 2\ntries: 10\nfiles:\n- url: {server.address}/gdp.csv\n", "utf-8"
    )
    assert nqpf("fetch", project=tmp_path).status == 0
    assert WAITED == [4, 8, 16, 32, 64, 128, 256, 300, 300]
    WAITED.clear()
    place.misbehaves, place.asks_to_wait = [503], "0"
    assert nqpf("fetch", project=tmp_path).status == 0
    assert WAITED == [2]  # never less than the pause
    WAITED.clear()
    place.misbehaves, place.asks_to_wait = [503], "301"
    assert nqpf("fetch", project=tmp_path).status == 2
    assert not WAITED


@pytest.mark.slow
@pytest.mark.parametrize("page", [b"<html><body>Please log in</body></html>", b""])
def test_a_page_in_place_of_the_next_vintage_is_not_taken(
    tmp_path: Path, server: Server, page: bytes
) -> None:
    place = server.places["/gdp.csv"] = Place(GDP.format(2).encode())
    assert fetched(tmp_path, server, FILE).status == 0
    place.content = page
    ran = fetched(tmp_path, server, FILE)
    assert ran.status == 2
    assert "sources.yaml: line 5" in ran.err
    assert len(in_raw(tmp_path)) == 2


def test_another_form_than_the_card_describes_is_not_taken(tmp_path: Path, server: Server) -> None:
    place = server.places["/own.csv"] = Place("province,year,gdp\n北京,2020,1\n".encode())
    said = "files:\n- {url: HOST/own.csv, publisher: own, unit: 亿元}\n"
    assert fetched(tmp_path, server, said).status == 0
    assert [row[1:] for row in values(tmp_path)] == [("110000", 2020, 1.0)]
    place.content = "province,year,gdp_new\n北京,2020,1\n".encode()
    ran = fetched(tmp_path, server, said)
    assert ran.status == 2
    assert "sources.yaml: line 5" in ran.err
    assert "gdp" in ran.err
    assert len(in_raw(tmp_path)) == 2


def test_a_card_that_is_still_to_be_filled_in_goes_on(tmp_path: Path, server: Server) -> None:
    place = server.places["/own.csv"] = Place("地区,2020年\n北京市,1\n".encode())
    said = "files:\n- {url: HOST/own.csv, series: gdp}\n"
    assert "  open: unit" in fetched(tmp_path, server, said).out
    place.content = "地区,2020年\n北京市,2\n".encode()
    assert fetched(tmp_path, server, said).out.endswith("1 file new, 0 unchanged, 0 not had\n")


def test_a_file_that_only_its_card_explains_goes_on_with_it(tmp_path: Path, server: Server) -> None:
    pairs = "from,to,w\n110000,120000,{}\n120000,110000,1\n"
    place = server.places["/gdp.csv"] = Place(pairs.format(2).encode())
    folder = tmp_path / "raw" / "own" / "2026"
    folder.mkdir(parents=True)
    (folder / "gdp.csv").write_text(pairs.format(2))
    (folder / "gdp.csv.card.yaml").write_text(
        "publisher: own\ntitle: own\nstatus: official\n"
        f"sha256: {hashlib.sha256(pairs.format(2).encode()).hexdigest()}\n"
        "weights: {name: trade, unit: from, neighbour: to, weight: w}\n"
    )
    assert fetched(tmp_path, server, FILE).out.endswith("0 files new, 1 unchanged, 0 not had\n")
    place.content = pairs.format(7).encode()
    assert fetched(tmp_path, server, FILE).out.endswith("1 file new, 0 unchanged, 0 not had\n")
    assert sorted(name.split("/")[0] for name in in_raw(tmp_path)) == ["own"] * 4


def test_a_vintage_that_comes_back_is_told(tmp_path: Path, server: Server) -> None:
    place = server.places["/gdp.csv"] = Place(GDP.format(2).encode())
    fetched(tmp_path, server, FILE)
    place.content = GDP.format(7).encode()
    fetched(tmp_path, server, FILE)
    place.content = GDP.format(2).encode()
    ran = fetched(tmp_path, server, FILE)
    assert ran.out.endswith("0 files new, 1 unchanged, 0 not had\n")
    assert "came again after raw/nbs/" in ran.err
    assert fetched(tmp_path, server, FILE).err == ""


def test_what_sources_say_anew_holds_for_the_next_vintage(tmp_path: Path, server: Server) -> None:
    table = "地区,2020年\n北京市,{}\n"
    place = server.places["/own.csv"] = Place(table.format(1).encode())
    said = "files:\n- url: HOST/own.csv\n  series: gdp\n  unit: 元\n"
    fetched(tmp_path, server, said)
    place.content = table.format(2).encode()
    ran = fetched(tmp_path, server, said.replace("元", "亿元"))
    assert "sources.yaml says another thing of it" in ran.err
    cards = sorted((tmp_path / "raw").rglob("*.card.yaml"), key=lambda one: one.parent.name)
    assert ["unit: 亿元" in one.read_text("utf-8") for one in cards] == [False, True]


def test_a_file_loose_in_raw_is_no_folder_of_a_publisher(tmp_path: Path, server: Server) -> None:
    place = server.places["/gdp.csv"] = Place(GDP.format(2).encode())
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "gdp.csv").write_bytes(place.content)
    fetched(tmp_path, server, FILE)
    place.content = GDP.format(7).encode()
    assert fetched(tmp_path, server, FILE).out.endswith("1 file new, 0 unchanged, 0 not had\n")


OLD = """bureau:
- name: gdp
  interface: old
  address: HOST/easyquery.htm
  database: fsnd
  indicators: [A020101]
  regions: [北京, "120000"]
  first: 2022
  last: 2023
"""


def old_answer(form: dict[str, str]) -> bytes:
    """What the old interface answers, in the form that was recorded."""
    region = json.loads(form["wds"])[0]["valuecode"]
    indicator, years = (one["valuecode"] for one in json.loads(form["dfwds"]))
    first, last = map(int, years.split("-"))
    nodes = [
        {
            "data": {"data": y / 10, "hasdata": True, "strdata": f"{y / 10}"},
            "wds": [
                {"wdcode": "zb", "valuecode": indicator},
                {"wdcode": "reg", "valuecode": region},
                {"wdcode": "sj", "valuecode": str(y)},
            ],
        }
        for y in range(first, last + 1)
    ]
    about = {"code": indicator, "cname": "地区生产总值", "unit": "亿元", "memo": ""}
    place = {"code": region, "cname": {"110000": "北京市", "120000": "天津市"}[region]}
    wdnodes = [{"wdcode": "zb", "nodes": [about]}, {"wdcode": "reg", "nodes": [place]}]
    answer = {"returncode": 200, "returndata": {"datanodes": nodes, "wdnodes": wdnodes}}
    return json.dumps(answer).encode()


def test_the_old_interface_is_asked_region_by_region(tmp_path: Path, server: Server) -> None:
    server.places["/easyquery.htm"] = Place(old_answer)
    ran = fetched(tmp_path, server, OLD)
    assert ran.status == 0
    assert values(tmp_path) == [
        ("gdp", "110000", 2022, 202.2), ("gdp", "110000", 2023, 202.3),
        ("gdp", "120000", 2022, 202.2), ("gdp", "120000", 2023, 202.3),
    ]  # fmt: skip
    assert WAITED == [0.5]
    assert fetched(tmp_path, server, OLD).out.endswith("0 files new, 1 unchanged, 0 not had\n")
    assert len(in_raw(tmp_path)) == 2


def test_a_query_that_broke_off_goes_on_where_it_was(tmp_path: Path, server: Server) -> None:
    place = server.places["/easyquery.htm"] = Place(old_answer)

    def answers(form: dict[str, str]) -> bytes:
        return old_answer(form) if "110000" in form["wds"] else b"<html>busy</html>"

    place.content = answers
    ran = fetched(tmp_path, server, OLD)
    assert "a web page came in place of data" in ran.err
    assert "sources.yaml: line 5" in ran.err
    assert not (tmp_path / "raw").exists()
    place.content = old_answer
    n = len(server.asked)
    assert fetched(tmp_path, server, OLD).status == 0
    assert len(server.asked) == n + 1  # the answer for 北京 was kept
    assert len(values(tmp_path)) == 4


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"<html>busy</html>", "a web page came in place of data"),
        (b"busy", "no JSON came, but `busy`"),
        (b"[]", "the interface has another form"),
        (b'{"data": []}', "no `returncode` in data"),
        (b'{"returncode": 500, "returndata": "no"}', "returncode 500, no"),
        (b'{"returncode": 200, "returndata": {"nodes": []}}', "no lists `datanodes` and `wdnodes`"),
    ],
)
def test_what_is_no_answer_is_not_taken(
    tmp_path: Path, server: Server, answer: bytes, told: str
) -> None:
    server.places["/easyquery.htm"] = Place(lambda _: answer)
    ran = fetched(tmp_path, server, OLD)
    assert ran.status == 2
    assert told in ran.err
    assert not (tmp_path / "raw").exists()


NEW = """bureau:
- name: irrigated
  interface: new
  address: HOST/stream/esData
  catalog: c1
  root: r1
  indicators: [i1]
  regions: [北京]
  first: 2023
  last: 2024
"""


def new_answer(asked: dict[str, Any]) -> bytes:
    """What the new interface answers, in the form that `docs/formats.md` describes."""
    assert asked["dts"] == ["2023YY-2024YY"]
    assert asked["das"] == [{"text": "北京市", "value": "110000000000"}]
    assert (asked["cid"], asked["rootId"], asked["daCatalogId"]) == ("c1", "r1", "")
    data = [
        {"code": f"{year}YY", "values": [{"i_showname": "有效灌溉面积 (千公顷) ", "value": value,
         "du_name": "千公顷", "da_name": "北京市"}]}
        for year, value in ((2024, "120.61"), (2023, ""))
    ]  # fmt: skip
    return json.dumps({"success": True, "state": 20000, "data": data}).encode()


def test_the_new_interface_is_asked_at_once(tmp_path: Path, server: Server) -> None:
    server.places["/stream/esData"] = Place(new_answer)
    assert fetched(tmp_path, server, NEW).status == 0
    assert [row[1:] for row in values(tmp_path)] == [("110000", 2024, 120.61)]
    server.places["/stream/esData"] = Place(lambda _: b'{"success": true, "rows": []}')
    changed = fetched(tmp_path, server, NEW)
    assert "no `success` and `data` in success, rows" in changed.err
    assert len(in_raw(tmp_path)) == 2


def test_the_recorded_question_is_asked_and_its_answer_read(
    tmp_path: Path, server: Server, shared: Path
) -> None:
    recorded = json.loads(
        (shared / "real" / "nbs_api" / "test_stats_with_reg_annual.json").read_text("utf-8")
    )[0]
    question = dict(parse_qsl(recorded["request_body"]))

    def replay(form: dict[str, str]) -> bytes:
        for key in ("m", "dbcode", "rowcode", "colcode"):
            assert form[key] == question[key]
        for key in ("wds", "dfwds"):
            assert json.loads(form[key]) == json.loads(question[key])
        assert form["k1"].isdecimal()
        answer = json.loads(json.dumps(recorded["response"]))
        node = answer["returndata"]["datanodes"][0]["data"]  # the recorded cell is empty
        node |= {"hasdata": True, "strdata": "16", "data": 16.0}
        return json.dumps(answer).encode()

    server.places["/easyquery.htm"] = Place(replay)
    text = OLD.replace("A020101", "A010101").replace('[北京, "120000"]', "[北京]")
    assert fetched(tmp_path, server, text.replace("2022", "2023")).status == 0
    assert [row[1:] for row in values(tmp_path)] == [("110000", 2023, 16.0)]
    refused = json.loads(
        (shared / "real" / "nbs_api" / "test_invalid_query.json").read_text("utf-8")
    )[0]["response"]
    server.places["/easyquery.htm"] = Place(lambda _: json.dumps(refused).encode())
    ran = fetched(tmp_path, server, OLD)
    assert "no data for any of 2 requests" in ran.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("files:\n- url: ftp://example.org/a.csv\n", "a link that begins with https://"),
        ("files:\n- url: https://example.org/\n", "a file name of at most 61 letters"),
        ("files:\n- publisher: 测试\n", "entry 1 of `files` without it"),
        ("files:\n- {url: https://example.org/a.csv, name: ../../x}\n", "a file name of at most 61"),
        ("files:\n- url: https://example.org/a.csv\n- url: https://example.org/a.csv\n", "each source once"),
        (OLD.replace("  database: fsnd\n", ""), "`database` of a query of the old interface"),
        (OLD.replace("first: 2022", "first: 2024"), "a year up to 2023"),
        (OLD.replace("name: gdp", "name: a/b"), "a name of at most 51 letters"),
        (OLD.replace("fsnd", "hgnd"), "the database is national"),
        (OLD.replace("北京", "北惊"), "北京"),
        ("files:\n- url: https://[::1/a.csv\n", "Invalid IPv6 URL"),
        ("files:\n- {url: https://example.org/a.csv, name: card.yaml}\n", "a file with numbers"),
        (OLD.replace("fsnd", "csnd").replace('  regions: [北京, "120000"]\n', ""), "the cities whose"),
        (NEW.replace("catalog: c1", "database: fsnd"), "no `database`: the new interface has none"),
    ],
)  # fmt: skip
def test_what_sources_cannot_say_is_told_with_its_line(
    tmp_path: Path, server: Server, text: str, told: str
) -> None:
    ran = fetched(tmp_path, server, text)
    assert ran.status == 2
    assert "sources.yaml: line" in ran.err
    assert told in ran.err
    assert not server.asked


def test_nothing_is_listed(tmp_path: Path) -> None:
    ran = nqpf("fetch", project=tmp_path)
    assert ran.status == 2
    assert "list it in sources.yaml" in ran.err


def test_two_do_not_gather_the_same_files(tmp_path: Path, server: Server) -> None:
    server.places["/gdp.csv"] = Place(GDP.format(2).encode())
    held = tmp_path / "warehouse" / "fetch" / ".lock"
    held.parent.mkdir(parents=True)
    with held.open("w") as other:  # another process has it: a lock belongs to an opened file
        other.write("process 7")
        other.flush()
        fcntl.flock(other, fcntl.LOCK_EX)
        ran = fetched(tmp_path, server, FILE)
    assert ran.status == 1
    assert "is being fetched for by process 7; try again when it is done" in " ".join(
        ran.err.split()
    )
    assert not server.asked
    assert fetched(tmp_path, server, FILE).status == 0
