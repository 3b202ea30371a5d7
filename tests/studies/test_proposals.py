"""What a message proposes can be written: no key that is there already, no unit that is named already."""

from __future__ import annotations

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.messages.problems import InputError
from nqpf_assets.projects.inspection import study_problems
from nqpf_assets.studies.reader import read_study_file
from nqpf_assets.studies.template import template_text


def _problem(text: str):
    with pytest.raises(InputError) as caught:
        read_study_file("demo.yaml", text)
    (problem,) = caught.value.problems
    return problem


def test_a_key_that_is_there_already_is_not_proposed():
    text = template_text("demo")
    twice = _problem(text.replace("title: demo\n", "title: demo\ntitel: other\n"))
    assert "titel" in twice.found
    assert "title" not in twice.remedy
    instead = _problem(text.replace("title: demo\n", "titel: other\n"))
    assert instead.remedy == "did you mean `title`?"


@pytest.mark.parametrize(
    "excluded", ["exclude: [北京, 北京币]", "only: [北京, 天津]\n  exclude: [北京币]"]
)
def test_a_unit_that_is_named_already_is_not_proposed(excluded):
    text = template_text("demo").replace("  level: province", f"  level: province\n  {excluded}")
    file = read_study_file("demo.yaml", text)
    found = study_problems(file, load_catalogue(), None)
    about = [problem for problem in found if "北京币" in problem.found]
    assert about
    assert all("`北京`" not in problem.remedy for problem in about)
