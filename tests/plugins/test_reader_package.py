"""The reader of the example package: installed, held to the contract and used for a file of a project."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.formats.reader import Reader
from nqpf_assets.testing import Example, check_reader
from tests.conftest import CHECKOUT
from tests.plugins.test_packages import run

pytestmark = pytest.mark.slow  # whole builds and publications

MONITOR = (CHECKOUT / "docs/plugin_example/nqpf_example/reader.py").read_text("utf-8")
FILE = "%MONITOR\n地区生产总值;亿元;北京市;2020;36102.6\n地区生产总值;亿元;天津市;2020;\n"


def install(folder: Path, text: str = MONITOR, release: str = "1.2") -> Path:
    """The package of the page as an installer leaves it."""
    about = folder / "institute-1.2.dist-info"
    for made in (folder / "institute", about):
        made.mkdir(parents=True, exist_ok=True)
    (folder / "institute" / "__init__.py").touch()
    (folder / "institute" / "monitor.py").write_text(text, "utf-8")
    (about / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: institute\nVersion: {release}\n", "utf-8"
    )
    points = "[nqpf.readers]\nmonitor = institute.monitor:READER\n"
    (about / "entry_points.txt").write_text(points, "utf-8")
    return folder


def project(folder: Path) -> Path:
    raw = folder / "raw" / "institute" / "2024"
    raw.mkdir(parents=True)
    (raw / "monitor.txt").write_text(FILE, "utf-8")
    card = "publisher: institute\ntitle: monitor\nstatus: official\n"
    (raw / "card.yaml").write_text(card, "utf-8")
    return folder


COLLECTED = """
from pathlib import Path
from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.messages.problems import InputError
from nqpf_assets.sources.cache import reader_version
from nqpf_assets.sources.collector import collect
from nqpf_assets.stages.sources import source_step
try:
    found = collect(Path({raw!r}), load_catalogue())
except InputError as error:
    print(error)
else:
    print(found.files["format"].to_list(), [str(one) for one in found.problems])
    print(found.observations.select("series_id", "region_code", "period", "value").rows())
    print(source_step().parameters["package"])
    print(reader_version())
"""


def collected(site: Path, folder: Path) -> list[str]:
    return run(site, COLLECTED.format(raw=str(folder / "raw"))).splitlines()


def test_a_file_of_a_project_is_read_by_it(tmp_path: Path) -> None:
    site, mine = install(tmp_path / "site"), project(tmp_path / "mine")
    read = collected(site, mine)
    assert read[0] == "['monitor_text'] []"
    assert read[1] == "[('gdp', '110000', 2020, 36102.6), ('gdp', '120000', 2020, None)]"
    assert read[2].startswith("{'institute': '1.2 ")
    install(tmp_path / "site", MONITOR + "\n# mended\n")
    again = collected(site, mine)
    assert again[:2] == read[:2]
    assert again[2] != read[2], "the content of a package is part of what the source is made from"
    assert again[3] != read[3], "and of what was read once"


def test_without_it_nobody_knows_the_file(tmp_path: Path) -> None:
    (told, *_) = collected(tmp_path, project(tmp_path / "mine"))
    assert told.startswith("[] ")
    assert "%MONITOR" in told
    assert "files of the institute's monitor" not in told


@pytest.mark.parametrize(
    ("said", "changed", "found"),
    [
        ('raw.text.startswith("%MONITOR\\n")', "1 / 0", "ZeroDivisionError: division by zero"),
        ("if raw.text", 'if True or raw.text', "it saw 'monitor_text'"),
        ("return Reading(", "return dict(", "TypeError"),
        ("cells, (*problems", "cells.drop('text'), (*problems", "cells with the columns"),
        ('formats=("monitor_text",)', 'formats=("eps_workbook",)', "found:    eps_workbook"),
        ('formats=("monitor_text",)', "formats=()", "names of formats in small letters"),
        ("sees=sees", "sees=None", "a function `sees`"),
        ('holds="files of the institute\'s monitor"', 'holds=""', "`holds`"),
        ("read=read,", 'read=read,\n    by="columns",', "by='columns'"),
        ("INTERFACE = 1", "INTERFACE = 99", "INTERFACE = 99"),
    ],
)  # fmt: skip
def test_one_that_is_broken_is_named(tmp_path: Path, said: str, changed: str, found: str) -> None:
    text = MONITOR.replace(said, changed)
    if found.startswith("it saw"):
        text = text.replace('formats=("monitor_text",)', 'formats=("other_text",)')
    assert text != MONITOR
    told = "\n".join(collected(install(tmp_path / "site", text), project(tmp_path / "mine")))
    assert "institute 1.2" in told
    assert found in told


@pytest.mark.parametrize(
    ("said", "changed", "found"),
    [
        ("ledger.see_rows(lines, place)", "pass", "reads every number"),
        ("ledger.ignore(place(number, 3), LABELS)", "pass", "reads every number"),
        ("rows.append(", "number % 2 or rows.append(", "reads every number"),
        ("len(fields) == 5", "fields[3:]", "never raises"),
        ("parse_year(fields[3]) if len(fields) == 5 else None", "int(fields[3])", "never raises"),
        ("raw.text.startswith(", 'raw.file.endswith("f") and raw.text.startswith(', "a file's name"),
        ('documentation="README.md#A reader",', "", "is documented"),
        ("place(number, 4), series", '"somewhere", series', "two cells at one place"),
        ("enumerate(lines[1:], start=1)", "set(map(tuple, []))", "an example without a cell"),
        ('raw.text.startswith("%MONITOR\\n")', "raw.content is not None", "leaves contents alone"),
    ],
)  # fmt: skip
def test_the_contract_finds_what_is_wrong(said: str, changed: str, found: str) -> None:
    text = MONITOR.replace(said, changed)
    assert text != MONITOR
    made: dict[str, Reader] = {}
    exec(text, made)  # type: ignore[arg-type]
    with pytest.raises(AssertionError, match=found):
        check_reader(made["READER"], [Example(FILE.encode().replace(b"2020;\n", b"2020;7\n"), 4)])
