"""One wrong column, card or file has one message: nothing is told that only follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.projects.inspection import everything_wrong
from tests.command import nqpf
from tests.stages.mini import CARD_OF_OUTPUT, STUDY, write_mini

TABLE, ITS_CARD = "raw/bureau/2019/output.csv", "raw/bureau/2019/output.csv.card.yaml"


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        (ITS_CARD, CARD_OF_OUTPUT.replace("region: 地区", "region: 省份"), "the columns 省份"),
        (ITS_CARD, CARD_OF_OUTPUT.replace("period: 年份", "period: 年度"), "the columns 年度"),
        (ITS_CARD, CARD_OF_OUTPUT.replace("[output]", "[outputs]"), "the columns outputs"),
        (ITS_CARD, CARD_OF_OUTPUT.replace("{output:", "{outputs:"), "a label that raw/"),
        (ITS_CARD, CARD_OF_OUTPUT.replace("official", "offical"), "one of official"),
        (ITS_CARD, CARD_OF_OUTPUT.replace("unit: 亿元", "unit: [亿元"), "`, ` between the entries"),
        (ITS_CARD, CARD_OF_OUTPUT + "unitt: x\n", "one of publisher"),
        (TABLE, "\x00\x01", "text in UTF-8"),
        (TABLE, "地区,年份,output\n", "rows under the header"),
        (TABLE, "", "a file with data"),
    ],
)
def test_one_cause_has_one_message(tmp_path: Path, file: str, content: str, expected: str) -> None:
    (problem,) = everything_wrong(write_mini(tmp_path, STUDY, {file: content})).problems
    assert problem.expected.startswith(expected)
    assert problem.file in (TABLE, file)
    assert "['" not in f"{problem}"


def test_commands_that_publish_nothing_do_not_say_so(tmp_path: Path) -> None:
    write_mini(tmp_path, STUDY.replace("method: entropy", "method: entropie"))
    asked = nqpf("status", project=tmp_path)
    assert asked.status == 2
    assert asked.err.rstrip().endswith("1 problem in the input.")
    assert "nothing was published" in " ".join(nqpf("refresh", project=tmp_path).err.split())


def test_a_new_project_is_told_to_put_files(tmp_path: Path) -> None:
    assert nqpf("new-study", "first", project=tmp_path).status == 0
    lines = nqpf("status", project=tmp_path).out.splitlines()
    assert "stale:     everything: nothing was built yet" in lines
    assert lines[-1] == "next:      put files and their cards under raw/, then nqpf check"


def test_an_unknown_format_names_those_that_there_are(tmp_path: Path) -> None:
    ran = nqpf("query", "-f", "excel", "SELECT 1", project=tmp_path)
    assert ran.status == 2
    assert ran.err.startswith(
        "--format is one of csv, dta, json, parquet, rds, table, xlsx, not `excel`; a spreadsheet"
    )
