"""The code behind a step as a hash, so that a corrected function makes again what it had made.

Found in the text of the modules, without importing them: looking must stay quick.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from nqpf_assets.project import PACKAGE

_IMPORT = re.compile(
    r"^[ \t]*(?:from (nqpf_assets[\w.]*) import (\([^)]*\)|[^\n]*)|import (nqpf_assets[\w.]*))",
    re.MULTILINE,
)
_FOR_TYPES_ONLY = re.compile(r"^if TYPE_CHECKING:\n(?:[ \t]+[^\n]*\n|\n)+", re.MULTILINE)
_DATA_FILE = re.compile(r'"([\w.-]+\.(?:csv|yaml))"')

_files: dict[str, Mapping[str, str]] = {}


@cache
def source_of(*modules: str, cut: tuple[tuple[str, str], ...] = ()) -> str:
    """Hash of these modules, of all modules of the package they import, and of their data files.

    Imports inside functions count, those for type hints alone do not. A data file counts where a
    module names one that lies beside it.

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
    return whole


def files_behind(code: str) -> Mapping[str, str] | None:
    """The files, each with its hash, that a hash of `source_of` is made of; None for another text."""
    return _files.get(code)


@cache
def _hash_of_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


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
