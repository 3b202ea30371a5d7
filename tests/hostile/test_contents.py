"""Whatever lies in raw/, a command ends soon, in words, and what was published stays."""

from __future__ import annotations

import os
import resource
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from nqpf_assets.formats import limits
from nqpf_assets.formats.recognise import read
from tests.conftest import CHECKOUT
from tests.formats.conftest import build_xls
from tests.hostile.contents import CONTENTS, NO_NUMBERS, NUMBERS, page_with
from tests.hostile.project import CARD, PAGE, Place

pytestmark = pytest.mark.slow

MEMORY = 8 * 1024**3
"""Address space of a command, libraries and threads included; most of it is never touched."""
HOSTILE_NAMES = (
    "'; DROP TABLE x; --", "<script>alert(1)</script>", "$(touch pwned)", "`touch pwned`",
    "=cmd|' /C calc'!A0", "@SUM(1)", "../../etc/passwd", "\x1b[31mred\x1b]0;x\x07", "\u202e市京北",
    "北京\u2066市", "{{7*7}}", "%s%n", "甲" * 10_000, "北京市\u00ad", "x" * 10_000,
)  # fmt: skip


def limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


@pytest.mark.parametrize("name", CONTENTS)
def test_a_content_is_refused_in_words(name: str, place: Place) -> None:
    content, card, told = CONTENTS[name]
    path = place.put("hostile.bin", content(), card)
    ran = place.run("check", path)
    assert ran.status == 2
    said = " ".join(ran.err.split())
    assert [words for words in told if words not in said] == []
    assert ran.err.startswith("raw/bureau/2020/hostile.bin")
    assert len(ran.err) < 50_000


def test_all_contents_at_once_in_bounded_memory(place: Place) -> None:
    """The whole command, in a process of its own, as a user runs it: every file told, none fatal."""
    # Fifty problems of one file would push the others out of what is shown.
    contents = [one for name, one in CONTENTS.items() if name != "JSON of empty answers"]
    for number, (content, card, _) in enumerate(contents):
        place.put(f"h{number:02}.bin", content(), card)
    with (place.new / "line.csv").open("wb") as file:
        file.truncate(limits.FILE_BYTES + 1)
    command = [sys.executable, "-m", "nqpf_assets.cli", "refresh", "--project", str(place.root)]
    ran = subprocess.run(
        command, capture_output=True, encoding="utf-8", timeout=300, preexec_fn=limited, check=False,
        env=os.environ | {"POLARS_MAX_THREADS": "2", "OPENBLAS_NUM_THREADS": "1"}, cwd=CHECKOUT,
    )  # fmt: skip
    assert ran.returncode == 2, ran.stderr[-2000:]
    assert "Traceback" not in ran.stderr
    for number in range(len(contents)):
        assert f"h{number:02}.bin" in ran.stderr
    assert f"at most {limits.FILE_BYTES} bytes" in ran.stderr
    assert "nothing was published" in " ".join(ran.stderr.split())
    assert place.run("query", "SELECT count(*) FROM source.observation").status == 0


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_number_is_told(text: str) -> None:
    reading = read(page_with(text), file="f")
    problem = next(p for p in reading.problems if p.severity == "error")
    assert (problem.where, problem.code) in {
        ("line 5, column 2", code) for code in ("not_a_number", "not_finite", "gigantic", "formula")
    }
    assert len(str(problem)) < 1_000


@pytest.mark.parametrize("text", NUMBERS)
def test_what_is_a_number_is_read(text: str) -> None:
    reading = read(page_with(text), file="f")
    assert reading.problems == ()
    assert reading.cells["value"][0] == NUMBERS[text]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_region_with_a_hostile_name_is_unknown(name: str, place: Place) -> None:
    path = place.put("a.csv", page_with(name.replace('"', '""'), "北京市"))
    ran = place.run("check", path)
    assert ran.status == 2
    assert "a region of the catalogue" in ran.err
    assert is_harmless(ran.err)
    assert len(ran.err) < 5_000


def test_blanks_of_no_width_in_a_name_do_not_count() -> None:
    """Publishers' pages have them; see `labels.BLANKS`."""
    from nqpf_assets.catalog.names import key_of

    assert key_of("北\u200b京\ufeff市") == key_of("北京市")
    assert key_of("北京市\u202e") != key_of("北京市")


def test_indicators_with_hostile_names_are_text_all_the_way(place: Place) -> None:
    """Names that no catalogue knows are series of their own: stored, queried and shown as they are."""
    names = [name for name in HOSTILE_NAMES if not set("(),") & set(name)]
    for number, name in enumerate(names):
        page = page_with(name, "能源消费总量")
        place.put(
            f"{number}.csv",
            page,
            CARD.replace("series: energy_consumption\n", f"vintage: v{number}\n"),
        )
    ran = place.run("check")
    assert ran.status == 0, ran.err
    told = [name for name in names if len(name) > limits.NAME_CHARACTERS or not name.isprintable()]
    assert ran.err.count("all of them visible") == len(told)
    assert is_harmless(ran.err)
    assert not list(place.root.rglob("pwned")) + list(Path.cwd().glob("pwned"))


def is_harmless(text: str) -> bool:
    """Whether a terminal shows the text and does nothing else."""
    return not any(c in text for c in "\x1b\x07\x9b\u202e\u2066\u200b\u00ad")


def test_a_name_of_a_file_can_be_anything(place: Place) -> None:
    for name in (
        "$(touch pwned).csv",
        "a;b.csv",
        "<b>.csv",
        "=1+1.csv",
        "\u202evsc.csv",
        "a\nb.csv",
        "-rf.csv",
    ):
        place.put(
            name, PAGE + f"注：{len(name)}{ord(name[0])}\n", CARD + f"vintage: v{ord(name[0])}\n"
        )
    long = "x" * 240 + ".csv"
    (place.new / long).write_text(PAGE + "注：long\n")
    ran = place.run("check")
    assert ran.status == 2
    assert "an origin card" in ran.err
    assert is_harmless(ran.err)
    assert not list(place.root.rglob("pwned"))


def test_yaml_runs_nothing_and_ends(place: Place) -> None:
    texts = {
        "a: !!python/object/apply:os.system ['touch pwned']": "remove the tag",
        "a: !!python/name:os.system": "remove the tag",
        "a: &a [x,x,x,x,x,x,x,x]\n" + "".join(
            f"{chr(98 + n)}: &{chr(98 + n)} [{','.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(8)
        ): "aliases",
        "a: &a [*a]": "aliases",
        "a: " + "[" * 100_000: "at most 40 levels",
        "- " * 100_000: "keys or `- ` items",
        "a: " + "{a: " * 5_000: "at most 40 levels",
        "<<: {a: b}": "the merge key",
        'a: "\\ud800"': "half a character",
        "a: 1\x1b[31m": "readable YAML",
        "layout: {title: '(?=a)', columns: {a: b}}": "not a regular expression",
    }  # fmt: skip
    for number, text in enumerate(texts):
        place.put(f"{number}.csv", PAGE + f"注：{number}\n", CARD + text)
        (place.root / f"studies/s{number}.yaml").write_text(f"study: s{number}\n{text}", "utf-8")
    ran = place.run("check")
    assert ran.status == 2
    blocks = {
        block.split("\n")[0].split(":")[0]: block for block in ran.err.split("\nraw/bureau/2020/")
    }
    for number, words in enumerate(texts.values()):
        told = next(
            block for head, block in blocks.items() if head.endswith(f"{number}.csv.card.yaml")
        )
        assert words in told
    assert is_harmless(ran.err)
    assert not list(place.root.rglob("pwned")) + list(Path.cwd().glob("pwned"))
    assert place.run("query", "SELECT 1").status == 0


def test_a_layout_with_a_costly_pattern_ends() -> None:
    from nqpf_assets.formats.patterns import has_pattern

    assert not has_pattern("a" * 10_000 + "!", "(a+)+$")
    assert has_pattern("各区县人口（2017）", r"人口.*\d{4}")


def test_the_page_about_limits_is_right() -> None:
    page = (CHECKOUT / "docs/hostile_input.md").read_text("utf-8")
    for name in vars(limits):
        if name.isupper():
            number = getattr(limits, name)
            shown = (
                f"{number // 1024**2} MiB" if name.endswith(("BYTES", "FROM")) else f"{number:,}"
            )
            row = f"| `{name}` | {shown} |"
            assert row in page, row


def test_the_texts_of_an_old_workbook_are_measured_over_all_their_records() -> None:
    from collections import Counter

    from nqpf_assets.formats import biff_texts, ole

    texts = [sign * length for sign in "a甲" for length in (1, 90, 4_000, 8_224, 9_001, 30_000)]
    stream = ole.Container(build_xls([[text] for text in texts])).read("Workbook")
    start = stream.index(struct.pack("<H", 0xFC), 100)
    records, at = [], start
    while not records or struct.unpack_from("<H", stream, at)[0] == 0x3C:
        size = struct.unpack_from("<H", stream, at + 2)[0]
        records.append(stream[at + 4 : at + 4 + size])
        at += 4 + size
    shown = Counter({number: number + 1 for number in range(len(texts))})
    in_all = sum(len(text) * (number + 1) for number, text in enumerate(texts))
    assert len(records) > 10
    assert biff_texts.shown_characters(records, shown, 1_000) == in_all
    assert biff_texts.shown_characters(records, shown, 10**9) >= in_all
    with pytest.raises(ole.DamagedFileError):
        biff_texts.shown_characters(records[:2], shown, 1_000)
