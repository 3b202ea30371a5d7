"""Runs the console blocks of a page as they stand, and holds what comes out against what is shown."""

from __future__ import annotations

import fnmatch
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.command import nqpf
from tests.docs.markdown import CHECKOUT, blocks, session

NOT_RUN = {"git": "downloads", "make": "looked up", "source": "the shell's", "nqpf ui": "a server"}


def run_page(text: str, folder: Path, scratch: Path) -> None:
    """Run every command of a page in order, from this folder on; `cd` holds for those after it."""
    programs = scratch / "bin"
    programs.mkdir()
    _write_program(programs / "nqpf")
    here = os.environ | {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    here |= {"COLUMNS": "100", "PYTHONPATH": str(CHECKOUT)}
    for block in blocks(text, "console"):
        for command, shown in session(block):
            if _is_not_run(command):
                continue
            where = scratch / "where"
            script = f"{command}\npwd > {shlex.quote(str(where))}"
            done = subprocess.run(
                ["bash", "-ec", script],
                cwd=folder,
                env=here,
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            assert is_shown(done.stdout, shown), f"{command}\n{done.stdout}"
            folder = Path(where.read_text("utf-8").strip())


def run_page_here(text: str, folder: Path, scratch: Path) -> None:
    """The same in this process, for pages on which `nqpf` stands alone on its line: ten times as fast."""
    where, before = scratch / "where", Path.cwd()
    try:
        for block in blocks(text, "console"):
            for command, shown in session(block):
                os.chdir(folder)
                words = shlex.split(command, comments=True)
                if words[0] == "nqpf":
                    ran = nqpf(*words[1:], project=folder)
                    status, told, err = ran.status, ran.out, ran.err
                else:
                    script = f"{command}\npwd > {shlex.quote(str(where))}"
                    done = subprocess.run(
                        ["bash", "-ec", script], capture_output=True, encoding="utf-8", check=False
                    )
                    status, told, err = done.returncode, done.stdout, done.stderr
                    folder = Path(where.read_text("utf-8").strip()) if not status else folder
                assert status == 0, f"{command}\n{told}{err}"
                assert is_shown(told, shown), f"{command}\n{told}"
    finally:
        os.chdir(before)


def is_shown(output: str, shown: list[str]) -> bool:
    """Whether the output is as shown; `…` stands for anything, spaces for any number of them."""
    if not shown:
        return True
    found = "\n".join(" ".join(line.split()) for line in output.strip().splitlines())
    wanted = "\n".join(" ".join(line.split()) for line in shown).strip()
    pattern = re.sub(r"([\[\]?*])", r"[\1]", wanted).replace("…", "*")
    return fnmatch.fnmatchcase(found, pattern)


def _is_not_run(command: str) -> bool:
    return any(command == name or command.startswith(f"{name} ") for name in NOT_RUN)


def _write_program(path: Path) -> None:
    path.write_text(f'#!/bin/sh\nexec {sys.executable} -m nqpf_assets.cli "$@"\n', "utf-8")
    path.chmod(0o755)
