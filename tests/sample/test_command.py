"""The generator's command line: help, another seed, and what stops it in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from sample.__main__ import main


def stopped(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert isinstance(stop.value.code, int)
    printed = capsys.readouterr()
    return stop.value.code, printed.out + printed.err


def test_help_says_what_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = stopped("--help", capsys=capsys)
    assert code == 0
    assert all(word in said for word in ("OUT_DIR", "--seed", "default: 2", "made-up"))


@pytest.mark.parametrize("package", ["xlwt", "xlsxwriter"])
def test_without_its_extra_it_says_what_to_install(
    package: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = "sample.workbooks.find_spec"
    monkeypatch.setattr(found, lambda name: None if name == package else object())
    code, said = stopped(str(tmp_path / "raw"), capsys=capsys)
    assert code == 2
    assert said == f"writing workbooks needs {package}: `make sample` installs it\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_what_cannot_be_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert stopped(str(tmp_path), "--seed", "-1", capsys=capsys)[0] == 2
    assert stopped(str(tmp_path), "--seed", "two", capsys=capsys)[0] == 2
    (tmp_path / "raw").write_text("a file", encoding="utf-8")
    code, said = stopped(str(tmp_path / "raw"), capsys=capsys)
    assert code == 2
    assert str(tmp_path / "raw") in said


@pytest.mark.slow
def test_another_seed_writes_as_many_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main([str(tmp_path), "--seed", "5"])
    written = sum(path.is_file() for path in tmp_path.rglob("*"))
    assert capsys.readouterr().out == f"{written} files in {tmp_path}\n"
