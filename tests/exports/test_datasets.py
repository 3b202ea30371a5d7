"""Rows leave with the words that explain them: Stata, CSV for Excel, Parquet; read back by other programs."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import struct
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pyreadstat
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nqpf_assets.commands.common.published import open_published
from nqpf_assets.exports.document import Dataset
from nqpf_assets.exports.leaving import rows_as
from nqpf_assets.exports.published_tables import known_tables
from nqpf_assets.exports.registry import EXPORTS, content_of, dataset_of
from nqpf_assets.exports.stata.names import names_in_stata
from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.examples import examples
from tests.exports.test_documents import ABOUT, HOSTILE
from tests.stages.mini import walk, write_mini

pytestmark = pytest.mark.slow  # whole builds and publications

DTA = EXPORTS.own["dta"]


def asked(project: Project, name: str, export: str) -> str | bytes:
    connection = open_published(project)
    assert connection is not None
    with connection:
        titles = known_tables(connection)
        content = rows_as(connection, EXPORTS.own[export], name, titles)
        assert content == rows_as(connection, EXPORTS.own[export], name, titles), "the same bytes"
        return content


def characteristics(content: bytes) -> dict[tuple[str, str], str]:
    """Owner and name → text, read by the description of the format; offsets of the map are held too."""
    (*_, at, data, _, _, last, end) = struct.unpack_from(
        "<14Q", content, content.index(b"<map>") + 5
    )
    assert content[at:].startswith(b"<characteristics>")
    assert content[data:].startswith(b"<data>")
    assert content[last:] == b"</stata_dta>"
    assert end == len(content)
    found, place = {}, at + len(b"<characteristics>")
    while content[place:].startswith(b"<ch>"):
        (length,) = struct.unpack_from("<I", content, place + 4)
        inside = content[place + 8 : place + 8 + length]
        owner, name = (inside[first : first + 129].split(b"\0")[0].decode() for first in (0, 129))
        assert inside.endswith(b"\0")
        found[owner, name] = inside[258:-1].decode("utf-8")
        place += 8 + length
        assert content[place:].startswith(b"</ch>")
        place += len(b"</ch>")
    assert content[place:].startswith(b"</characteristics>")
    return found


@pytest.mark.parametrize("study", ["province", "chongqing"])
def test_a_panel_in_stata_is_the_published_one(
    built_sample: Project, tmp_path: Path, study: str
) -> None:
    content = asked(built_sample, f"{study}.panel", "dta")
    assert isinstance(content, bytes)
    path = tmp_path / "panel.dta"
    path.write_bytes(content)
    connection = open_published(built_sample)
    assert connection is not None
    with connection:
        panel = connection.execute(f"FROM {study}.panel ORDER BY unit, period")
        names = [column[0] for column in panel.description]
        rows = panel.fetchall()
    frame, meta = pyreadstat.read_dta(str(path), output_format="polars")
    again = pd.read_stata(path)
    assert frame.columns == names == list(again.columns)
    assert frame.height == len(again) == len(rows)
    codes = {name: {text: int(code) for code, text in of.items()}
             for name, of in meta.variable_value_labels.items()}  # fmt: skip
    for place, name in enumerate(names):
        column = [row[place] for row in rows]
        found = frame[name].to_list()
        if name == "unit":
            assert [int(one) for one in column] == found
            assert {meta.variable_value_labels["unit"][one] for one in found} == {
                row[1] for row in rows
            }
        elif name in codes:
            assert [codes[name].get(one) for one in column] == found
            assert again[name].astype(object).where(again[name].notna(), None).tolist() == column
        else:
            assert found == column, name
            values = again[name].astype(object).where(again[name].notna(), None).tolist()
            assert values == column, name
    assert meta.number_rows == len(rows)
    assert meta.column_names_to_labels["nqpf"] == "New quality productive forces"
    assert any("SYNTHETIC" in note for note in meta.notes)
    assert any(re.search("[0-9a-f]{64}", note) for note in meta.notes)
    assert "SYNTHETIC" in meta.file_label


def test_stata_finds_a_panel_that_is_set(built_sample: Project) -> None:
    content = asked(built_sample, "province.panel", "dta")
    assert isinstance(content, bytes)
    found = characteristics(content)
    assert {name: text for (owner, name), text in found.items()
            if owner == "_dta" and not name.startswith("note")} == {
        "_TStvar": "period", "_TSpanel": "unit", "_TSdelta": "+1.0000000000000X+000", "_TSitrvl": "1",
        "tis": "period", "iis": "unit",
    }  # fmt: skip
    number = int(found["_dta", "note0"])
    assert all(("_dta", f"note{n}") in found for n in range(1, number + 1))
    assert any("件" in found.get(("patents", f"note{n}"), "") for n in range(1, 9))
    first = content.index(b"<sortlist>") + len(b"<sortlist>")
    assert struct.unpack_from("<3H", content, first) == (1, 3, 0), "by unit and period"


def test_names_that_stata_does_not_take_are_told(tmp_path: Path) -> None:
    project = write_mini(tmp_path / "mini")
    walk(project).publish()
    output = tmp_path / "table_1.dta"
    ran = nqpf("export", "mini.table_1", "-o", output, project=project.root)
    assert ran.status == 0
    assert "(1) is named _1_" in ran.err
    assert "_1_" in pd.read_stata(output).columns
    assert any("(1) is named _1_" in text for text in characteristics(output.read_bytes()).values())


@given(st.lists(st.text(max_size=40), unique=True, max_size=8))
def test_names_in_stata_are_valid_and_different(columns: list[str]) -> None:
    names = names_in_stata(columns)
    assert [*names] == columns
    assert len({*names.values()}) == len(columns)
    assert all(re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,31}", name) for name in names.values())
    assert names_in_stata(["if", "str5", "_n"]) == {"if": "if_", "str5": "str5_", "_n": "_n_"}


@given(text=st.sampled_from(HOSTILE) | st.text(max_size=30))
@settings(max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_texts_of_strangers_are_read_again_from_stata(text: str) -> None:
    plain = text.encode("utf-8", "ignore").decode()
    rows = pl.DataFrame(
        {"unit": ["x1", "x1", plain], "unit_name": ["a", "a", plain], "period": [1, 2, 1],
         "v": [1.5, None, -2.0]}
    )  # fmt: skip
    labels = {"unit": plain, "unit_name": "n" * 100, "period": "p", "v": "值" * 100}
    dataset = Dataset("s.panel", plain, rows, labels, ABOUT, notes=(plain,))
    content = dataset_of(DTA, dataset)
    assert isinstance(content, bytes)
    frame = pd.read_stata(io.BytesIO(content), convert_categoricals=False)
    by_key = {(row.unit_code, row.period): row for row in frame.itertuples()}
    if plain != "x1":
        found = by_key[plain.replace("\0", "\\u0000"), 1]
        assert found.v == -2.0
        assert found.unit_name == plain.replace("\0", "\\u0000")
    assert characteristics(content)["_dta", "_TSpanel"] == "unit"


def test_what_stata_has_no_type_for(tmp_path: Path) -> None:
    rows = pl.DataFrame(
        {
            "big": [2**40, 1], "small": [-1, 2], "gap": [1, None], "inf": [float("inf"), 1.0],
            "day": [dt.date(2020, 1, 2), None], "yes": [True, None], "long": ["字" * 3000, ""],
        }
    )  # fmt: skip
    content = content_of(DTA, rows)
    assert isinstance(content, bytes)
    found = pd.read_stata(io.BytesIO(content))
    assert found["big"].tolist() == [2**40, 1]
    assert found["small"].tolist() == [-1, 2]
    assert found["gap"].isna().tolist() == [False, True]
    assert found["inf"].isna().tolist() == [True, False]
    assert found["day"].tolist() == ["2020-01-02", ""]
    assert found["long_"].tolist() == ["字" * 3000, ""]
    assert found["yes"].tolist()[0] == 1


def test_csv_opens_in_excel_with_chinese_and_without_negative_brackets(
    built_sample: Project,
) -> None:
    content = asked(built_sample, "province.panel", "csv")
    assert isinstance(content, str)
    assert content.encode("utf-8").startswith(b"\xef\xbb\xbf")
    assert "北京市" in content
    table = asked(built_sample, "province.table_1", "csv")
    assert isinstance(table, str)
    assert "'(7.40)" in table
    assert "'(1),'(2)" in table
    assert not re.search(r"(^|,)\"?\([\d.]+\)\"?(,|$)", table, re.MULTILINE)
    assert "0.440***" in table


def test_parquet_says_what_its_columns_hold(built_sample: Project) -> None:
    content = asked(built_sample, "province.panel", "parquet")
    assert isinstance(content, bytes)
    schema = pq.read_schema(io.BytesIO(content))
    about = json.loads(schema.metadata[b"nqpf"])
    assert about["publication"] == 1
    assert about["data"] == "synthetic"
    assert re.fullmatch("[0-9a-f]{64}", about["content"])
    assert about["columns"]["nqpf"] == "New quality productive forces"
    described = schema.field("patents").metadata[b"description"].decode()
    assert "件" in described
    assert "source: " in described
    assert pl.read_parquet(io.BytesIO(content)).height == 341
