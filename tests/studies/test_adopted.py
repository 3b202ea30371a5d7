"""A study begun as another: its name and its promises are others, nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from nqpf_assets.messages.problems import InputError
from nqpf_assets.studies.adopted import PROMISES, adopt
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.studies.template import new_study, study_like, template_text
from nqpf_assets.user_input.project import SHIPPED_STUDIES, Project
from tests.command import nqpf
from tests.small_project import write_raw_files


def _without(data, dropped):
    if isinstance(data, dict):
        return {key: _without(one, dropped) for key, one in data.items() if key not in dropped}
    return [_without(one, dropped) for one in data] if isinstance(data, list) else data


@pytest.mark.parametrize("shipped", ["province", "chongqing"])
def test_a_copy_says_the_same_without_promises_and_keeps_every_line(shipped):
    source = SHIPPED_STUDIES / f"{shipped}.yaml"
    old, made = source.read_text("utf-8"), adopt(source, "mine")
    before, after = yaml.safe_load(old), yaml.safe_load(made.text)
    assert after.pop("study") == "mine"
    assert before.pop("study") == shipped
    # Promises that stand inside of lines with other things are told.
    dropped = set(PROMISES)
    assert _without(after, dropped) == _without(before, dropped)
    assert len(made.kept) == len(re.findall(r"(?m)^ *- \{label: .*expect: ", old)) > 0
    for place in made.kept:
        number = int(place.split()[1])
        assert "expect" in made.text.splitlines()[number - 1]
    body = made.text.splitlines()[3:]
    for was, now in zip(old.splitlines(), body, strict=True):
        assert was.strip() in now or was.startswith("study:")
    assert "published" not in {
        key for table in after["tables"].values() for col in table.get("columns", ()) for key in col
    }


def test_promises_that_are_all_a_mapping_holds_are_left_and_told(tmp_path):
    text = template_text("old").replace(
        "units:\n", "units: {level: province, expect: 3}\n#units:\n"
    )
    text = text.replace("\n  level: province", "\n#  level: province")
    (tmp_path / "old.yaml").write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    made = adopt(tmp_path / "old.yaml", "new")
    place = read_study_file("new.yaml", made.text).place("units", "expect")
    assert f"line {place.line} (`expect`)" in made.kept


@pytest.mark.parametrize("name", ["a\nb", "Mine", "source", "taken"])
def test_a_name_that_cannot_be_is_refused_before_anything_is_copied(tmp_path, name):
    (tmp_path / "studies").mkdir()
    (tmp_path / "studies" / "taken.yaml").write_text(template_text("taken"), "utf-8")
    with pytest.raises(InputError, match="a name"):
        study_like(name, "province", Project.at(tmp_path))


def test_a_study_that_is_not_there_is_told_with_those_that_are(tmp_path):
    new_study("own", tmp_path)
    with pytest.raises(InputError) as caught:
        study_like("mine", "provinc", Project.at(tmp_path))
    (problem,) = caught.value.problems
    assert problem.expected == "the name of a study: chongqing, own, province"
    assert problem.remedy == "did you mean `province`?"


@pytest.mark.slow
def test_a_copy_passes_check_and_gives_the_numbers_of_the_old_study(tmp_path: Path) -> None:
    write_raw_files(tmp_path)
    assert nqpf("new-study", "first", project=tmp_path).status == 0
    assert nqpf("new-study", "third", "--like", "first", project=tmp_path).status == 0
    checked = nqpf("check", project=tmp_path)
    assert checked.status == 0, checked.err
    assert nqpf("refresh", project=tmp_path).status == 0
    table = next(
        iter(yaml.safe_load((tmp_path / "studies/third.yaml").read_text("utf-8"))["tables"])
    )
    shown = [nqpf("show", f"{name}.{table}", project=tmp_path).out for name in ("first", "third")]
    assert shown[0]
    assert shown[0].replace("first.", "third.") == shown[1]
