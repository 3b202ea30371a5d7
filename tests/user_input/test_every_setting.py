"""Every key of `nqpf.yaml`: a test sees that it is used, and what it cannot be is refused at its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from nqpf_assets.messages.problems import InputError
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import Settings, load_settings
from tests.leaves import leaves

TESTS = Path(__file__).parents[1]
KEPT = (
    "publications/test_archive.py",
    "test_what_is_not_kept_leaves_nothing",
)
DAYS = (
    "publications/test_archive.py",
    "test_recent_days_are_kept_whatever_their_number",
)
MAGNITUDE = (
    "stages/test_magnitude.py",
    "test_limits_and_acceptance_come_from_the_settings",
)
TOTALS = (
    "stages/test_totals.py",
    "test_limits_and_acceptance_come_from_the_settings",
)
LOST = (
    "publications/test_against_last.py",
    "test_cells_that_went_missing_hold_back",
)
MOVED = (
    "publications/test_against_last.py",
    "test_weights_that_move_beyond_the_limit_hold_back",
)
NOWHERE = (
    "publications/test_unneeded_acceptances.py",
    "test_an_accepted_finding_that_is_nowhere_is_told",
)
ACCEPTED = (
    "publications/test_against_last.py",
    "test_what_was_accepted_is_published_and_told",
)
OWNED = (
    "defs/test_owners_and_history.py",
    "test_owners_of_the_settings_stand_at_every_table",
)
TOLD = (
    "operations/test_alerts.py",
    "test_a_refresh_tells_what_it_published_and_what_stopped_it",
)
SENT = (
    "operations/test_alerts.py",
    "test_a_test_is_sent_by_mail_and_by_request",
)
HISTORY = (
    "defs/test_owners_and_history.py",
    "test_the_history_is_where_the_variable_says",
)
ENGINE = (
    "stages/test_engine.py",
    "test_queries_are_spark_s_and_rest_on_its_release",
)
SITE = (
    "site/test_keeping.py",
    "test_pages_follow_what_is_published",
)
STORED = (
    "publications/test_storage.py",
    "test_a_refresh_brings_what_is_published_and_then_only_what_is_new",
)
KEYS: dict[str, tuple[Any, Any, tuple[str, str]]] = {
    "keep.publications": (3, 0, KEPT),
    "keep.days": (30, 0, DAYS),
    "limits.magnitude": (2.0, 1, MAGNITUDE),
    "limits.revision": (0.1, 0, MAGNITUDE),
    "limits.totals": (0.1, 0.3, TOTALS),
    "limits.totals_stop": (0.5, 0.01, TOTALS),
    "limits.coverage_loss": (0.5, 2, LOST),
    "limits.weight_shift": (1.0, 2, MOVED),
    "accept.*.check": ("totals", "total", TOTALS),
    "accept.*.about": ("x", "", NOWHERE),
    "accept.*.reason": ("y", "", ACCEPTED),
    "accept.*.date": ("2026-01-02", "soon", ACCEPTED),
    "owners": (["team:desk"], ["desk"], OWNED),
    "alerts.*.on": (["published"], ["told"], TOLD),
    "alerts.*.mail": (["a@example.org"], ["desk"], SENT),
    "alerts.*.webhook": ("HOOK", "https://x", SENT),
    "history": ("HISTORY", "postgresql://x", HISTORY),
    "engine": ("spark", "duckdb", ENGINE),
    "site": (False, "all", SITE),
    "storage": ("s3://bucket/prefix", "https://x", STORED),
}  # fmt: skip
"""Key → a value, one that is refused, and the test that sees what becomes of it."""
ENTRIES = {
    "accept": {"check": "magnitude", "about": "*", "reason": "r", "date": "2026-01-01"},
    "alerts": {"mail": ["desk@example.org"]},
}


def test_every_key_is_listed() -> None:
    assert [".".join(path) for path, _ in leaves(Settings)] == [*KEYS]


@pytest.mark.parametrize("key", KEYS)
def test_a_test_sees_what_becomes_of_it(key: str) -> None:
    file, name = KEYS[key][2]
    text = (TESTS / file).read_text("utf-8")
    assert f"\ndef {name}(" in text, f"{key}: no such test"


def written(root: Path, key: str, value: Any) -> tuple[Path, int, int]:
    """`nqpf.yaml` with one key, and the lines of the block in which it stands."""
    first, *rest = key.split(".")
    block: Any = value
    if rest[:1] == ["*"]:
        block = [ENTRIES[first] | {rest[1]: value}]
    elif rest:
        block = {rest[0]: value}
    text = yaml.safe_dump({"site": True} | {first: block}, allow_unicode=True, sort_keys=False)
    (root / "nqpf.yaml").write_text(text, "utf-8")
    return root, 1 + (first != "site"), len(text.splitlines())


@pytest.mark.parametrize("key", KEYS)
def test_it_is_read_or_refused_at_its_line(tmp_path: Path, key: str) -> None:
    good, bad, _ = KEYS[key]
    root, *_ = written(tmp_path, key, good)
    assert load_settings(Project(root)) != Settings()
    root, first, last = written(tmp_path, key, bad)
    with pytest.raises(InputError) as caught:
        load_settings(Project(root))
    for one in caught.value.problems:
        assert first <= int(one.where.partition(",")[0].removeprefix("line ")) <= last, str(one)
        assert one.remedy


def test_days_without_a_number_keep_nothing_more(tmp_path: Path) -> None:
    (tmp_path / "nqpf.yaml").write_text("keep:\n  publications: null\n  days: 3\n", "utf-8")
    with pytest.raises(InputError, match="without a number all are kept") as caught:
        load_settings(Project(tmp_path))
    assert caught.value.problems[0].where.startswith("line 3")
