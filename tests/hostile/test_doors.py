"""Arbitrary bytes, and sound files of every format with some bytes changed, at every door.

What an hour of ``benchmarks/fuzz.py`` found stands in `FOUND`, as small as it could be made.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.formats.conftest import build_xlsx
from tests.hostile.contents import (
    xls_that_claims_65536_columns,
    xls_that_claims_a_size_of_another_length,
)
from tests.hostile.entry_points import ENTRY_POINTS
from tests.hostile.project import alarm
from tests.hostile.seeds import seeds

SECONDS = 20
"""Of processor time for one small input; the slowest takes a tenth of one."""
quick = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
N_THOROUGH = 1_500
N_OF_DEAR = 400
DEAR = ("own_catalogue", "whole", "part")
"""Doors behind which an input costs five times and more what it does elsewhere; each of the five kinds of
change is tried a hundred times and more. `benchmarks/fuzz.py` tries others for as long as it is let.
"""

FOUND = {
    "a long table with a header and nothing under it": ("plain", "指标名称,地区,年份,数值,单位\n".encode()),
    "a card whose key is a number": ("card", b"0:\n"),
    "a card with an empty name of a file": ("card", b"files:\n ? ''\n :\n"),
    "a column of the catalogue without a name": ("own_catalogue", b"region_code,\nx,\n"),
    "a card nested too deep for the C parser": ("card", b"a: " + b"[" * 100_000),
    "a study nested too deep for the C parser": ("study", b"a: " + b"[" * 100_000),
    "an answer with half a character": ("plain", b'{"success":true,"data":[{"code":"2023YY",'
                                        b'"values":[{"i_showname":"\\ud800","value":"1"}]}]}'),
    "a part in an encoding that nobody knows": (
        "part", b'\x01<?xml version="1.0" encoding="TF-8"?>\n<workbook/>'
    ),
    "an .xls of 65,536 columns": ("yearbook", xls_that_claims_65536_columns()),
    "an .xls whose size is a record of another length": (
        "yearbook", xls_that_claims_a_size_of_another_length()
    ),
    "a first column of long labels": ("yearbook", build_xlsx([["甲" * 30_000, 1]] * 12)),
}  # fmt: skip


def knock(door: str, content: bytes) -> None:
    with alarm(SECONDS):
        ENTRY_POINTS[door](content)


@pytest.mark.parametrize("name", FOUND)
def test_what_the_fuzzer_found_stays_mended(name: str) -> None:
    knock(*FOUND[name])


@pytest.mark.parametrize("door", ENTRY_POINTS)
def test_sound_files_pass_every_door(door: str) -> None:
    for content in seeds()[door]:
        knock(door, content)


@st.composite
def changed(draw: st.DrawFn, door: str) -> bytes:
    """A sound file with some bytes set, cut out, repeated, or taken from another."""
    content = bytearray(draw(st.sampled_from(seeds()[door])))
    for _ in range(draw(st.integers(1, 5))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        length = draw(st.integers(0, 16))
        kind = draw(st.sampled_from(["set", "cut", "repeat", "insert", "splice"]))
        if kind == "set":
            content[at : at + length] = draw(st.binary(min_size=length, max_size=length))
        elif kind == "cut":
            del content[at : at + length]
        elif kind == "repeat":
            content[at:at] = content[at : at + length] * draw(st.integers(1, 50))
        elif kind == "insert":
            content[at:at] = draw(st.sampled_from(TOKENS))
        else:
            other = draw(st.sampled_from(seeds()[door]))
            content[at : at + length] = other[at : at + 4 * length]
    return bytes(content)


TOKENS = [
    b"\xff\xff\xff\xff", b"\0" * 8, b"\x7f\xff\xff\xff", b'"', b",", b"\r", b"\n",
    b"\xef\xbb\xbf", b"\\ud800",
    b"1e999", b"nan", "\u202e\u200b".encode(), b"<!DOCTYPE", b"&lt;", b"&#0;", b"]]>", b"{", b"[", b"!!",
    b"*a",
    b"&a ", b"- ", b"? ", b"**", b"((", b"`", "−（".encode(), b"PK\3\4", b"PAR1",
]  # fmt: skip


@pytest.mark.parametrize("door", ENTRY_POINTS)
def test_changed_files_give_problems_or_cells(door: str) -> None:
    @quick
    @given(changed(door) | st.binary(max_size=300))
    def try_one(content: bytes) -> None:
        knock(door, content)

    try_one()


@pytest.mark.slow
@pytest.mark.parametrize("door", ENTRY_POINTS)
def test_many_changed_files_give_problems_or_cells(door: str) -> None:
    @settings(quick, max_examples=N_OF_DEAR if door in DEAR else N_THOROUGH)
    @given(changed(door) | st.binary(max_size=300))
    def try_one(content: bytes) -> None:
        knock(door, content)

    try_one()
