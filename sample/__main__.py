"""The command line of the generator; what it writes is said in `generation`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from sample.generation import DEFAULT_SEED, generate
from sample.workbooks import absent_writers

DESCRIPTION = """\
Write the raw files of the sample: yearbook pages and downloads of both example studies, with made-up
numbers that carry the papers' effects (docs/sample_data.md), and an origin card in every folder."""
EPILOG = (
    "The same seed gives the same bytes. Writing .xls and .xlsx needs what `make sample` installs."
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and write the files; exit status 2 where that is not possible."""
    parser = argparse.ArgumentParser(
        prog="python -m sample", description=DESCRIPTION, epilog=EPILOG
    )
    parser.add_argument(
        "out_dir", type=Path, metavar="OUT_DIR", help="the folder that becomes raw/"
    )
    parser.add_argument(
        "--seed", type=int, default=DEFAULT_SEED, help="another draw (default: %(default)s)"
    )
    given = parser.parse_args(arguments)
    if absent := " and ".join(absent_writers()):
        parser.exit(2, f"writing workbooks needs {absent}: `make sample` installs it\n")
    if given.seed < 0:
        parser.error(f"--seed is a whole number from 0 on, not {given.seed}")
    try:
        written = generate(given.out_dir, given.seed)
    except OSError as error:
        parser.exit(2, f"{error.filename or given.out_dir}: {error.strerror}\n")
    print(f"{len(written)} files in {given.out_dir}")


if __name__ == "__main__":
    main()
