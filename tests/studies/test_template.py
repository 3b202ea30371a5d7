"""The template of a study, the schema for editors, and the reference that is made of both."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.messages.problems import InputError
from nqpf_assets.studies import schema
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.studies.spec import Study
from nqpf_assets.studies.template import new_study, template_text
from nqpf_assets.studies.validation import study_problems

REFERENCE = Path(__file__).parents[2] / "docs" / "studies.md"


def series():
    return {key: one.unit for key, one in load_catalogue().series.series.items()}


def test_the_template_is_a_study_as_it_stands():
    file = read_study_file("demo.yaml", template_text("demo"))
    assert file.study.study == "demo"
    assert study_problems(file, series=series()) == ()


def all_options():
    return re.sub(r"(?m)^( *)#(?=\S)", r"\1", template_text("demo"))


def test_the_template_is_a_study_with_every_option_taken():
    assert study_problems(read_study_file("demo.yaml", all_options()), series=series()) == ()


def test_the_template_shows_every_key_there_is():
    definitions = schema.study_schema()
    keys = {
        key
        for block in (definitions, *definitions["$defs"].values())
        for key in block.get("properties", ())
    }
    text = all_options()
    shown = {key for key in keys if re.search(rf"(?m)(^|[\s{{,-]){key}:", text)}
    assert keys - shown == {"as_of"}, "as_of excludes `vintage: latest`"


def test_a_new_study_has_its_folders_and_is_never_overwritten(tmp_path):
    written = new_study("my_study", tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in written} == {
        "raw", "studies", "catalog", "studies/my_study.yaml", "studies/study.schema.json",
    }  # fmt: skip
    path = tmp_path / "studies" / "my_study.yaml"
    assert read_study_file(path).study.study == "my_study"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="a study of this name"):
        new_study("my_study", tmp_path)
    assert path.read_text(encoding="utf-8") == "mine"
    assert new_study("second", tmp_path) == [tmp_path / "studies" / "second.yaml"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("My Study", "nqpf new-study my_study"),
        ("2024_growth", "nqpf new-study growth"),
        ("乡村振兴", "nqpf new-study my_study"),
        ("../outside", "nqpf new-study outside"),
        ("", "nqpf new-study my_study"),
        ("a" * 80, "beginning with a letter"),
        ("panel", "choose another name"),
        ("x.yaml", "nqpf new-study x"),
    ],
)
def test_names_that_cannot_be_are_refused_with_one_that_can(name, said, tmp_path):
    with pytest.raises(InputError, match=said):
        new_study(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_committed_schema_is_current():
    committed = schema.COMMITTED.read_text(encoding="utf-8")
    assert json.loads(committed) == schema.study_schema(), (
        "write it anew: python -c 'from nqpf_assets.studies import schema; "
        'schema.COMMITTED.write_text(schema.schema_text(), encoding="utf-8")\''
    )


def test_every_field_is_described():
    definitions = schema.study_schema()
    for name, block in {"Study": definitions, **definitions["$defs"]}.items():
        for key, info in block.get("properties", {}).items():
            assert info.get("description"), f"{name}.{key}"
    assert Study.model_fields


@pytest.mark.parametrize("part", [schema.field_tables, schema.function_table])
def test_the_reference_is_current(part):
    assert part() in REFERENCE.read_text(encoding="utf-8"), (
        "write it anew: python -m nqpf_assets.studies.schema docs/studies.md"
    )
