"""A project's own schemes of groups."""

from __future__ import annotations

import pytest

from nqpf_assets.catalog.catalogue import load_catalogue
from nqpf_assets.messages.problems import InputError

HEAD = "scheme,group,label,region_code\n"


def loaded(folder, text):
    (folder / "region_groups.csv").write_text(text, encoding="utf-8")
    return load_catalogue(folder).regions


def test_own_schemes_are_added_and_replace_as_a_whole(tmp_path):
    regions = loaded(
        tmp_path, HEAD + "belts,a,A,110000\nbelts,b,,120000\nmunicipality,mine,M,110000\n"
    )
    assert regions.group("belts") == {"110000": "a", "120000": "b"}
    assert regions.group("municipality") == {"110000": "mine"}
    assert len(regions.group("four_regions")) == 31
    assert regions.fingerprint != load_catalogue().regions.fingerprint


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        (HEAD + "belts,a,A,999999\n", "line 2", "999999"),
        (HEAD + "belts,East Side,A,110000\n", "line 2", "East Side"),
        (HEAD + "belts,a,A,110000\nbelts,b,B,110000\n", "line 3", "of line 2"),
        ("scheme,group,region\nbelts,a,110000\n", "line 1", "region"),
    ],
)
def test_mistakes_are_named_with_their_line(text, where, said, tmp_path):
    with pytest.raises(InputError) as caught:
        loaded(tmp_path, text)
    (problem,) = caught.value.problems
    assert (problem.file.endswith("/region_groups.csv"), problem.where) == (True, where)
    assert said in problem.found


def test_a_table_that_nobody_reads_is_refused(tmp_path):
    (tmp_path / "region_group.csv").write_text(HEAD, encoding="utf-8")
    (tmp_path / "notes.md").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match=r"did you mean `region_groups.csv`"):
        load_catalogue(tmp_path)
