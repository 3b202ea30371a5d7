"""Raw files without a study: one word about what is missing, not all that the shipped studies need."""

from __future__ import annotations

from pathlib import Path

import pytest

from nqpf_assets.defs.refresh import refresh
from nqpf_assets.messages.problems import InputError
from nqpf_assets.user_input.project import Project

PAGE = "指标：国内专利申请受理量(项)\n地区,2019年\n北京市,1\n数据来源：国家统计局\n"
CARD = "publisher: 国家统计局\ntitle: t\nstatus: official\naccessed: 2026-05-03\n"


@pytest.mark.slow
def test_raw_files_without_a_study_ask_for_one(tmp_path: Path) -> None:
    place = tmp_path / "raw" / "nbs" / "2026-05"
    place.mkdir(parents=True)
    (place / "a.csv").write_text(PAGE, encoding="utf-8")
    (place / "a.csv.card.yaml").write_text(CARD, encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        refresh(Project(tmp_path))
    (problem,) = stopped.value.problems
    assert (problem.code, problem.file) == ("no_study", "studies/")
    assert "write a study" in problem.remedy
