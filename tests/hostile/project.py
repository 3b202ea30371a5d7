"""A published project, hostile things put into it, and what must hold whatever they are.

Beside the project lies a folder with canaries: nothing in it is read aloud, and nothing is written.
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import FrameType

from tests.command import Ran, nqpf

NEW = "raw/bureau/2020"
SECRET = "canary-7f3a"
CARD = """\
publisher: 国家统计局
title: 分省年度数据
status: official
published: 2020-10
series: energy_consumption
"""
PAGE = """\
数据库：分省年度数据
指标：能源消费总量(万吨标准煤)
时间：最近5年
地区,2018年,2017年
北京市,7269.8,7132.8
天津市,8016.1,7831.7
数据来源：国家统计局
"""
SECONDS = 60
"""Of processor time; the slowest command below takes three."""


@dataclass(frozen=True)
class Place:
    """A project to do harm to, and the folder outside of it that must not be touched."""

    root: Path
    outside: Path

    @property
    def new(self) -> Path:
        """The folder of raw files that arrived last."""
        return self.root / NEW

    def put(self, name: str, content: bytes | str, card: str | None = CARD) -> Path:
        """A raw file with its card."""
        path = self.new / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        if card is not None:
            path.with_name(f"{name}.card.yaml").write_text(card, "utf-8")
        return path

    def run(self, *arguments: object) -> Ran:
        """A command in this process; what is outside and what was published stay as they were."""
        before = self._state()
        with alarm(SECONDS):
            ran = nqpf(*arguments, project=self.root)
        assert self._state() == before
        assert SECRET not in ran.out + ran.err
        return ran

    def _state(self) -> dict[str, str]:
        paths = [*self.outside.rglob("*"), self.root / "warehouse/nqpf.duckdb"]
        return {
            str(path): sha256(path.read_bytes()).hexdigest() for path in paths if path.is_file()
        }


def place_in(published: Path, folder: Path) -> Place:
    """A copy of a published project, and its surroundings."""
    root = Path(shutil.copytree(published, folder / "project", symlinks=True))
    outside = folder / "outside"
    outside.mkdir()
    (outside / "page.csv").write_text(PAGE, "utf-8")
    (outside / "secret.yaml").write_text(f"{SECRET}: [word\n", "utf-8")
    (outside / "secret.csv").write_text(f"{SECRET},b\n1,2\n", "utf-8")
    (root / NEW).mkdir()
    (root / "catalog").mkdir(exist_ok=True)
    return Place(root, outside)


@contextmanager
def alarm(seconds: int) -> Iterator[None]:
    """Fail after so many seconds of processor time, or where nothing happens for far longer.

    Others who use the machine cost no processor time, so that a busy one fails no test.
    """

    def ring(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"no answer within {seconds} s of processor time")

    before = {one: signal.signal(one, ring) for one in (signal.SIGPROF, signal.SIGALRM)}
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, 20 * seconds)
    try:
        yield
    finally:
        for timer in (signal.ITIMER_PROF, signal.ITIMER_REAL):
            signal.setitimer(timer, 0)
        for one, handler in before.items():
            signal.signal(one, handler)
