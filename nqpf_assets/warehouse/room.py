"""How much memory and disk the engine may take, where it puts what memory cannot hold, and what is told
once neither is enough.

DuckDB takes four fifths of the machine's memory and writes what is more to a folder of its own, for which
the system's folder for temporary files stands here (`TMPDIR`): its default lies in the folder in which
somebody happens to type. Python and Polars are not counted.
"""

from __future__ import annotations

import re
import secrets
import tempfile
from pathlib import Path

from nqpf_assets.messages.problems import CheckFailed, Problem
from nqpf_assets.warehouse.environment import refusal, said

MEMORY, DISK = "NQPF_MEMORY", "NQPF_DISK"
"""Environment variables: the most that the engine may hold in memory, and write beside it, as `4GB`."""
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMGT]i?B)", re.IGNORECASE | re.ASCII)
_LEAST = 16e6
"""Bytes with which the engine can begin."""
_BYTES = {"K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


def bytes_of(size: str) -> float:
    """A size as the engine writes it: ``4.0 GiB``.

    Raises:
        ValueError: it is none.
    """
    found = _SIZE.fullmatch(size)
    if found is None:
        raise ValueError(f"no size: {size}")
    letter, is_binary = found[2][0].upper(), "i" in found[2]
    return float(found[1]) * (1024 ** ("KMGT".index(letter) + 1) if is_binary else _BYTES[letter])


def of_memory() -> dict[str, str]:
    """DuckDB's setting of the most memory; empty where the user asks for none.

    Raises:
        InputError: the environment variable holds no size.
    """
    size = _asked(MEMORY)
    return {"memory_limit": size} if size else {}


def of_engine() -> dict[str, str]:
    """DuckDB's settings of memory, of the folder for what it cannot hold, and of that folder's size.

    The folder is made once it is needed, under a name that nobody can guess, and goes with the database.

    Raises:
        InputError: an environment variable holds no size.
    """
    folder = Path(tempfile.gettempdir()) / f"nqpf-{secrets.token_hex(8)}"
    size = _asked(DISK)
    most = {"max_temp_directory_size": size} if size else {}
    return {**of_memory(), "temp_directory": str(folder), **most}


def _asked(variable: str) -> str:
    asked = said(variable)
    if not asked:
        return ""
    found = _SIZE.fullmatch(asked)
    if found is None or float(found[1]) * _BYTES[found[2][0].upper()] < _LEAST:
        raise refusal(variable, "a size from 16MB, as 4GB or 500MB")
    return found[1] + found[2]


def is_lack(error: BaseException) -> bool:
    """Whether the engine ran out of memory or of disk; known by name, without loading the engine."""
    return type(error).__name__ == "OutOfMemoryException"


def told_of_lack(error: BaseException) -> CheckFailed | None:
    """What to tell where the engine ran out of memory or of disk; None of other errors."""
    if not is_lack(error):
        return None
    limits = [f"{name} is {said(name)}" for name in (MEMORY, DISK) if said(name)]
    allowed = " and ".join(limits) or "four fifths of the machine's memory"
    problem = Problem(
        file="DuckDB",
        where="",
        expected=f"a query within its room ({allowed}, temporary files in {tempfile.gettempdir()})",
        found=str(error).split("\n", 1)[0],
        remedy=f"set {MEMORY} and {DISK} higher or unset them, NQPF_THREADS lower, or TMPDIR to a disk with "
        "more room; what is published is as it was",
        code="out_of_memory",
    )
    return CheckFailed([problem])
