"""The code behind a step as a hash, so that a corrected function makes again what it had made.

Found in the text of the modules, without importing them: looking must stay quick. What runs is hashed, not
what is written: comments, docstrings and layout are no part of it. That takes some milliseconds for each
module, so it is remembered by the module's bytes, in the project and beside the package.
"""

from __future__ import annotations

import ast
import hashlib
import platform
import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

from nqpf_assets.user_input.project import PACKAGE
from nqpf_assets.warehouse import kept_beside
from nqpf_assets.warehouse.sealed_json import unsealed, write_sealed

_IMPORT = re.compile(
    r"^[ \t]*(?:from (nqpf_assets[\w.]*) import (\([^)]*\)|[^\n]*)|import (nqpf_assets[\w.]*))",
    re.MULTILINE,
)
_FOR_TYPES_ONLY = re.compile(r"^if TYPE_CHECKING:\n(?:[ \t]+[^\n]*\n|\n)+", re.MULTILINE)
_ROOM = re.compile(r'\broom="(nqpf_assets[\w.]*)"')
"""A registry, which imports every module of this room by its name."""
_DATA_FILE = re.compile(r'"([\w.-]+\.(?:csv|yaml))"')

_LIBRARY = re.compile(r"^[ \t]*(?:from|import) (\w+)", re.MULTILINE)

_files: dict[str, Mapping[str, str]] = {}
_modules: dict[str, frozenset[str]] = {}
_running: dict[str, str] = {}
"""Hash of a module's bytes → hash of what runs of it."""
_asked: set[str] = set()
MEMORY = "running.json"


@cache
def source_of(*modules: str, cut: tuple[tuple[str, str], ...] = ()) -> str:
    """Hash of these modules, of all modules of the package they import, and of their data files.

    Imports inside functions count, those for type hints alone do not; of a registry all modules of its
    room. A data file counts where a module names one that lies beside it.

    Args:
        modules: where to begin.
        cut: imports that are not followed, as importing and imported module: those of methods that a
            step does not use. A module that is reached on another way counts nevertheless.

    Raises:
        ModuleNotFoundError: one of `modules` is not there.
    """
    not_followed = {(_file(importing), _file(imported)) for importing, imported in cut}
    found: dict[Path, None] = {}
    waiting = [_file(module) or _missing(module) for module in modules]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found[path] = None
            waiting += [one for one in _mentioned(path) if (path, one) not in not_followed]
    files = {
        path.relative_to(PACKAGE.parent).as_posix(): _hash_of_file(path) for path in sorted(found)
    }
    whole = hashlib.sha256(repr(files).encode()).hexdigest()
    _files[whole] = files
    _modules[whole] = frozenset().union(*map(_libraries, found))
    return whole


def files_behind(code: str) -> Mapping[str, str] | None:
    """The files, each with its hash, that a hash of `source_of` is made of; None for another text."""
    return _files.get(code)


def modules_behind(code: str) -> frozenset[str]:
    """Modules of other packages that the files behind such a hash import."""
    return _modules.get(code, frozenset())


def recall_running(folder: Path) -> None:
    """Take over what is remembered in a folder; without it what nothing remembers is parsed anew."""
    try:
        _running.update(unsealed((folder / MEMORY).read_text("utf-8"))["running"])
    except (OSError, ValueError, KeyError, TypeError):
        return


def remember_running(folder: Path) -> None:
    """Keep it, where there is such a folder and something new to keep."""
    now = {bytes_: _running[bytes_] for bytes_ in sorted(_asked & _running.keys())}
    try:
        kept = unsealed((folder / MEMORY).read_text("utf-8")).get("running")
    except (OSError, ValueError):
        kept = None
    if kept != now and folder.is_dir():
        with suppress(OSError):  # a warehouse that one may only read
            write_sealed(folder / MEMORY, {"running": now}, is_flushed=False)


@cache
def _hash_of_file(path: Path) -> str:
    content = path.read_bytes()
    of_bytes = hashlib.sha256(content).hexdigest()
    if path.suffix != ".py":
        return of_bytes
    _asked.add(of_bytes)
    if of_bytes not in _running:
        _running[of_bytes] = _running_hash(content, of_bytes)
    return _running[of_bytes]


def _running_hash(content: bytes, of_bytes: str) -> str:
    """Hash of what runs of a module, from beside the package where it was asked before."""
    how = (platform.python_version(), _own_bytes(), of_bytes)
    found = kept_beside.recall("running", *how)
    if not isinstance(found, str):
        found = hashlib.sha256(running_text(content).encode()).hexdigest()
        kept_beside.keep(found, "running", *how)
    return found


@cache
def _own_bytes() -> str:
    """Hash of this module: another one may say otherwise what runs."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()


def running_text(content: bytes) -> str:
    """A module without comments, layout, and texts that stand for themselves, which nothing reads."""
    tree = ast.parse(content)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not _is_said(one)]  # type: ignore[attr-defined]
    return ast.dump(tree)


def _is_said(statement: ast.AST) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


@cache
def _libraries(path: Path) -> frozenset[str]:
    if path.suffix != ".py":
        return frozenset()
    text = _FOR_TYPES_ONLY.sub("", path.read_text("utf-8"))
    return frozenset(_LIBRARY.findall(text))


@cache
def _mentioned(path: Path) -> tuple[Path, ...]:
    """Modules and data files that one module names."""
    if path.suffix != ".py":
        return ()
    text = _FOR_TYPES_ONLY.sub("", path.read_text("utf-8"))
    names: list[str] = []
    for module, imported, plain in _IMPORT.findall(text):
        names.append(module or plain)
        names += [f"{module}.{word}" for word in re.findall(r"\w+", imported)]
    for room in _ROOM.findall(text):
        folder = PACKAGE.parent.joinpath(*room.split("."))
        names += [f"{room}.{module.stem}" for module in sorted(folder.glob("*.py"))]
    data = (path.with_name(name) for name in _DATA_FILE.findall(text))
    modules = (_file(name) for name in names)
    return (*(one for one in modules if one), *(one for one in data if one.is_file()))


@cache
def _file(module: str) -> Path | None:
    """The file of a module of this package; None where the name is that of a function or class."""
    base = PACKAGE.parent.joinpath(*module.split("."))
    for path in (base.with_suffix(".py"), base / "__init__.py"):
        if path.is_file():
            return path
    return None


def _missing(module: str) -> Path:
    raise ModuleNotFoundError(module)
