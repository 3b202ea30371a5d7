"""Who is named in `alerts` is told what happened; who cannot be told is a warning and stops nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nqpf_assets.messages.problems import Problem
from nqpf_assets.operations.alerts import outcome
from nqpf_assets.publications.held_back import failure, hold_back
from nqpf_assets.user_input.project import Project
from tests.command import nqpf
from tests.operations.listening import http_server, smtp_server
from tests.stages.mini import write_mini

WRITTEN = "alerts:\n  - {{on: [{on}], {to}}}\n"


def _write(
    root: Path, to: str, on: str = "published, held_back, failed, overdue, not_sent"
) -> None:
    (root / "nqpf.yaml").write_text(WRITTEN.format(on=on, to=to), encoding="utf-8")


def test_a_test_is_sent_by_mail_and_by_request(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with smtp_server() as post, http_server() as web:
        monkeypatch.setenv("NQPF_SMTP", f"smtp://127.0.0.1:{post.port}?from=panel@example.org")
        monkeypatch.setenv("DESK", f"http://127.0.0.1:{web.port}/hook?secret=1")
        _write(tmp_path, "mail: [a@example.org, b@example.org], webhook: DESK", on="failed")
        ran = nqpf("alert", "test", project=tmp_path)
    assert ran.status == 0, ran.err
    assert post.recipients == ["a@example.org", "b@example.org"]
    assert post.mails[0]["From"] == "panel@example.org"
    assert post.mails[0]["Subject"] == f"[{tmp_path.name}] a test of alerts"
    assert "nothing happened" in str(post.mails[0])
    assert web.requests[0]["project"] == tmp_path.name
    assert "secret" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("to", "variables", "said"),
    [
        ("mail: [a@example.org]", {}, "NQPF_SMTP, the variable with the mail server, is not set"),
        ("mail: [a@example.org]", {"NQPF_SMTP": "mail.example"}, "is not of the form smtp://"),
        ("mail: [a@example.org]", {"NQPF_SMTP": "smtp://h:99999999"}, "is not of the form smtp://"),
        ("mail: [a@example.org]", {"NQPF_SMTP": "smtp://127.0.0.1:9"}, "Connection refused"),
        ("webhook: DESK", {}, "DESK is not set"),
        ("webhook: DESK", {"DESK": "file:///etc/passwd"}, "DESK is no address of http or https"),
        ("webhook: DESK", {"DESK": "http://127.0.0.1:9/s3cret"}, "127.0.0.1 (DESK)"),
    ],
)
def test_who_cannot_be_told_is_named_without_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, to: str, variables: dict[str, str], said: str
) -> None:
    for name in ("NQPF_SMTP", "DESK"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    _write(tmp_path, to)
    ran = nqpf("alert", "test", project=tmp_path)
    assert ran.status == 1
    assert said in ran.err
    assert "s3cret" not in ran.out + ran.err


def test_an_answer_that_refuses_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with http_server(status=500) as web:
        monkeypatch.setenv("DESK", f"http://127.0.0.1:{web.port}")
        _write(tmp_path, "webhook: DESK")
        ran = nqpf("alert", "test", project=tmp_path)
    assert ran.status == 1
    assert "answered 500" in ran.err


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("alerts:\n  - on: [failed]\n", "line 2, column 5\n  expected: who is told"),
        ("alerts:\n  - {on: [broken], mail: [a@example.org]}\n", "one of published, held_back"),
        ("alerts:\n  - {mail: [nobody]}\n", "an address such as desk@example.org"),
        ("alerts:\n  - {webhook: https://example.org/x}\n", "the name of an environment variable"),
        ("history: postgresql://example.org/x\n", "`file`, or the name of an environment variable"),
    ],
)
def test_an_entry_that_tells_nobody_is_refused(tmp_path: Path, entry: str, said: str) -> None:
    (tmp_path / "nqpf.yaml").write_text(entry, encoding="utf-8")
    ran = nqpf("alert", "test", project=tmp_path)
    assert ran.status == 2
    assert said in ran.err
    assert "1 problem in the input" in ran.err


def _mistake() -> list[Problem]:
    return [Problem(file="x", where="", expected="a", found="b", remedy="c", code="magnitude")]


@pytest.mark.parametrize(
    ("reasons", "event"),
    [
        (_mistake, "held_back"),
        (lambda: [*_mistake(), failure("province__panel", MemoryError())], "failed"),
    ],
)
def test_what_stopped_a_refresh_is_told_as_what_it_is(
    tmp_path: Path, reasons: Callable[[], list[Problem]], event: str
) -> None:
    project = Project(tmp_path)
    assert outcome(project, None) is None
    hold_back(project, reasons())
    alert = outcome(project, None)
    assert alert is not None
    assert alert.event == event
    assert "nothing is published yet" in alert.subject


@pytest.mark.slow
def test_a_refresh_tells_what_it_published_and_what_stopped_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write_mini(tmp_path / "mini").root
    with http_server() as web:
        monkeypatch.setenv("DESK", f"http://127.0.0.1:{web.port}")
        _write(root, "webhook: DESK", on="published, held_back, not_sent")
        assert nqpf("refresh", project=root).status == 0
        assert nqpf("refresh", project=root).status == 0  # nothing new: nobody is told
        study = next((root / "studies").glob("*.yaml"))
        text = study.read_text("utf-8")
        study.write_text(text + "nonsense: 1\n", "utf-8")
        assert nqpf("refresh", project=root).status == 2
        _write(root, "webhook: DESK", on="failed")
        assert nqpf("refresh", project=root).status == 2  # not what was asked for
        study.write_text(text, "utf-8")
        _write(root, "webhook: DESK")
        with (root / "nqpf.yaml").open("a", encoding="utf-8") as settings:
            settings.write("storage: s3://bucket/mini\n")
        monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
        monkeypatch.delenv("AWS_SKIP_SIGNATURE", raising=False)
        assert nqpf("refresh", project=root).status == 0
    told = [(one["event"], one["publication"]) for one in web.requests]
    assert told == [("published", 1), ("held_back", 1), ("not_sent", 1)]
    assert web.requests[2]["subject"] == "not sent: s3://bucket/mini lacks 1 publication"
    assert "AWS_ACCESS_KEY_ID" in web.requests[2]["reasons"][0]
    assert "nonsense" in json.dumps(web.requests[1]["reasons"])
    monkeypatch.delenv("DESK")
    shutil.rmtree(root / "warehouse")
    _write(root, "webhook: DESK")
    ran = nqpf("refresh", project=root)  # nobody can be told, and it is published all the same
    assert ran.status == 0
    assert "DESK is not set" in ran.err
