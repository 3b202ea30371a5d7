"""Questions to the published file, answered in the reader's browser: DuckDB-Wasm, beside a copy of the file.

The engine is not shipped. It comes from a folder into which npm has put its packages, and is kept from site
to site; releases other than those that are tested are refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.questions.ready import ready_queries
from nqpf_assets.site.addresses import ASK
from nqpf_assets.site.page import Page, drawn

PACKAGES = {"@duckdb/duckdb-wasm": "1.32.0", "apache-arrow": "17.0.0"}
"""Package → its release that is tested; the second carries answers from the engine to the page."""
LICENCES = {"@duckdb/duckdb-wasm": "MIT", "apache-arrow": "Apache-2.0"}
INSTALL = f"npm install --ignore-scripts @duckdb/duckdb-wasm@{PACKAGES['@duckdb/duckdb-wasm']}"
MOST_BYTES = 500_000_000
"""A larger published file is none for a browser, which fetches and holds all of it."""
ENGINE = "ask/engine"
DATABASE = "ask/nqpf.duckdb"
_RECORD = "engine.json"
_MODULE = "@duckdb/duckdb-wasm/dist/duckdb-browser.mjs"
_FILES = {
    "duckdb.wasm": "@duckdb/duckdb-wasm/dist/duckdb-eh.wasm",
    "duckdb.worker.js": "@duckdb/duckdb-wasm/dist/duckdb-browser-eh.worker.js",
    "arrow.js": "apache-arrow/Arrow.es2015.min.js",
    "arrow.LICENSE.txt": "apache-arrow/LICENSE.txt",
    "arrow.NOTICE.txt": "apache-arrow/NOTICE.txt",
}
"""File of the engine → where npm puts it."""
_IMPORT = re.compile(r'import ?\* ?as (\w+) ?from ?"apache-arrow"')
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


@dataclass(frozen=True)
class Engine:
    """The files that answer in a browser, as pages of a site."""

    files: tuple[Page, ...]

    @classmethod
    def of_packages(cls, folder: Path) -> Engine:
        """From a folder `node_modules`, or the one in which it lies.

        Raises:
            InputError: a package is missing, or of another release.
        """
        modules = folder / "node_modules" if (folder / "node_modules").is_dir() else folder
        for name, wanted in PACKAGES.items():
            found = _release(modules / name / "package.json")
            if found != wanted:
                raise InputError([_no_engine(folder, name, wanted, found)])
        try:
            text = (modules / _MODULE).read_text("utf-8")
            missing = [path for path in _FILES.values() if not (modules / path).is_file()]
        except (OSError, ValueError):
            text, missing = "", [_MODULE]
        # No page may ask for a module by a bare name without an inline script, which pages do not have.
        own, n_imports = _IMPORT.subn(r"const \1 = globalThis.Arrow", _SOURCE_MAP.sub("", text))
        if missing or not n_imports:
            name, wanted = next(iter(PACKAGES.items()))
            raise InputError([_no_engine(folder, name, wanted, f"it without {missing or _MODULE}")])
        return cls(
            (
                Page(f"{ENGINE}/duckdb.js", own.encode("utf-8")),
                *(Page(f"{ENGINE}/{name}", source=modules / path) for name, path in _FILES.items()),
                Page(f"{ENGINE}/{_RECORD}", json.dumps(PACKAGES).encode()),
            )
        )

    @classmethod
    def of_site(cls, site: Path) -> Engine | None:
        """That of a site; None where it has none, or one of other releases."""
        folder = site / ENGINE
        try:
            if json.loads((folder / _RECORD).read_text("utf-8")) != PACKAGES:
                return None
        except (OSError, ValueError):
            return None
        names = ("duckdb.js", *_FILES, _RECORD)
        if not all((folder / name).is_file() for name in names):
            return None
        return cls(tuple(Page(f"{ENGINE}/{name}", source=folder / name) for name in names))


@dataclass(frozen=True)
class Asking:
    """What the page of questions needs.

    Attributes:
        engine: its files.
        database: the published file, of which the site has a copy.
    """

    engine: Engine
    database: Path

    def pages(self, about: dict[str, Any]) -> Iterator[Page]:
        """The page, the engine, and the copy."""
        engine = [(name, release, LICENCES[name]) for name, release in PACKAGES.items()]
        queries = list(ready_queries().values())
        yield drawn("ask.html", ASK, queries=queries, engine=engine, **about)
        yield from self.engine.files
        yield Page(DATABASE, source=self.database)


def asking(database: Path, site: Path, packages: Path | None = None) -> Asking | None:
    """What answers on a site: of the packages that are named, else what the former site has.

    Args:
        database: the published file.
        site: the former one.
        packages: folder in which npm has put the engine.

    Raises:
        InputError: the packages are not there, or the published file is too large.
    """
    engine = Engine.of_site(site) if packages is None else Engine.of_packages(packages)
    if engine is None:
        return None
    n_bytes = database.stat().st_size
    if n_bytes <= MOST_BYTES:
        return Asking(engine, database)
    raise InputError(
        [
            Problem(
                file=str(database),
                where="",
                expected=f"a file of at most {MOST_BYTES // 10**6} MB, which a browser fetches whole",
                found=f"{n_bytes // 10**6} MB",
                remedy=f"ask with `nqpf query`; a site without questions: remove {site / 'ask'}",
                code="site",
            )
        ]
    )


def _release(path: Path) -> str | None:
    try:
        return str(json.loads(path.read_text("utf-8"))["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _no_engine(folder: Path, name: str, wanted: str, found: str | None) -> Problem:
    return Problem(
        file=str(folder),
        where="",
        expected=f"the npm package {name} {wanted}",
        found=f"{found or 'none'}",
        remedy=f"in a folder of your own: `{INSTALL}`, then name that folder with --ask",
        code="site",
    )
