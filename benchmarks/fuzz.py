"""Fuzzing of everything that reads what strangers wrote, for a given number of seconds.

Run from the checkout: ``pip install --group fuzz``, then ``python benchmarks/fuzz.py --seconds 3600``.
Atheris (libFuzzer) mutates the small files that the tests build, guided by the lines of the package
that they reach, and calls the doors of ``tests/hostile/entry_points.py``. An exception is noted and
the fuzzer goes on; what ends or stalls the process (a crash in a library, more memory or time than
the limits below) is kept by libFuzzer, and a new process goes on from the corpus. Each finding is a
file in ``build/fuzz/findings`` beside a traceback in ``.txt``, one per place in the code; turn it into
a case of ``tests/hostile``. Prints executions, seconds and findings; asserts nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
import traceback
from pathlib import Path

SLOW_SECONDS = 30
"""One input; a file of 100 kB that takes longer hangs, as far as its user can tell."""
MEMORY_MB = 3000
LONGEST = 100_000
CHILD = "NQPF_FUZZ_CHILD"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=int, default=60)
    arguments.add_argument("--folder", type=Path, default=Path("build/fuzz"))
    arguments.add_argument("--only", help="one entry point; default: all in turn")
    chosen = arguments.parse_args()
    sys.path.insert(0, str(Path(__file__).parents[1]))
    if os.environ.get(CHILD):
        _fuzz(chosen.folder, chosen.only)
        return
    names = _write_corpus(chosen.folder, chosen.only)
    started = time.monotonic()
    executions, turn = 0, 0
    while (left := chosen.seconds - (time.monotonic() - started)) > 1:
        name = names[turn % len(names)]
        executions += _turn(
            chosen.folder, name, min(left, max(20, chosen.seconds / len(names) / 3))
        )
        turn += 1
        _tell(chosen.folder, executions, time.monotonic() - started)


def _write_corpus(folder: Path, only: str | None) -> list[str]:
    from tests.hostile.seeds import seeds

    for name, contents in seeds().items():
        place = folder / "corpus" / name
        place.mkdir(parents=True, exist_ok=True)
        for content in contents:
            (place / hashlib.sha1(content).hexdigest()).write_bytes(content)
    (folder / "findings").mkdir(exist_ok=True)
    return [name for name in seeds() if only in (None, name)]


def _turn(folder: Path, name: str, seconds: float) -> int:
    """One process on one entry point; the executions it managed."""
    command = [sys.executable, __file__, "--folder", str(folder), "--only", name]
    count = folder / "count"
    count.unlink(missing_ok=True)
    with (folder / f"{name}.log").open("wb") as log:
        own = os.environ | {CHILD: str(int(seconds) + 1), "RUST_BACKTRACE": "0"}
        limit = seconds + 120
        ended = subprocess.run(command, env=own, stdout=log, stderr=log, check=False, timeout=limit)
    if ended.returncode:
        (folder / "findings" / f"{name}-ended-{ended.returncode}.txt").write_bytes(
            (folder / f"{name}.log").read_bytes()[-6000:]
        )
    return json.loads(count.read_text()) if count.exists() else 0


def _fuzz(folder: Path, name: str) -> None:
    import atheris

    with atheris.instrument_imports(include=["nqpf_assets"]):
        from tests.hostile.entry_points import ENTRY_POINTS
    door = ENTRY_POINTS[name]
    executions, told = 0, time.monotonic()

    def one(content: bytes) -> None:
        nonlocal executions, told
        executions += 1
        if time.monotonic() - told > 1:
            told = time.monotonic()
            (folder / "count").write_text(json.dumps(executions))
        try:
            door(content)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic in Rust code is no Exception
            _keep(folder, name, content, error)

    options = [
        sys.argv[0], str(folder / "corpus" / name), f"-max_total_time={os.environ[CHILD]}",
        f"-timeout={SLOW_SECONDS}", f"-rss_limit_mb={MEMORY_MB}", f"-max_len={LONGEST}",
        f"-artifact_prefix={folder}/findings/{name}-", "-print_final_stats=1", "-verbosity=0",
        "-close_fd_mask=1",
    ]  # fmt: skip
    atheris.Setup(options, one)
    atheris.Fuzz()


def _keep(folder: Path, name: str, content: bytes, error: BaseException) -> None:
    """The first input for each place in the code that raised, the smallest of those that follow."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "nqpf_assets" in f.filename or "tests/hostile" in f.filename]
    where = "-".join(f"{Path(f.filename).stem}.{f.name}" for f in ours[-2:])
    place = folder / "findings" / f"{name}-{type(error).__name__}-{where}"
    if not place.exists() or len(content) < place.stat().st_size:
        place.write_bytes(content)
        words = "".join(traceback.format_exception(error))[-4000:]
        place.with_name(f"{place.name}.txt").write_text(words, "utf-8", "backslashreplace")


def _tell(folder: Path, executions: int, seconds: float) -> None:
    kept = [p for p in (folder / "findings").iterdir() if p.suffix != ".txt"]
    print(f"{executions} executions, {seconds:.0f} s, {len(kept)} findings", flush=True)


if __name__ == "__main__":
    main()
