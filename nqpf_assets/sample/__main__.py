"""Write the sample's raw files: ``python -m nqpf_assets.sample OUT_DIR [--seed N]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from nqpf_assets.sample.generation import DEFAULT_SEED, generate


def main() -> None:
    """Read the command line and write the files."""
    parser = argparse.ArgumentParser(prog="python -m nqpf_assets.sample", description=__doc__)
    parser.add_argument("out_dir", type=Path, help="the folder that becomes raw/")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED)
    arguments = parser.parse_args()
    written = generate(arguments.out_dir, arguments.seed)
    print(f"{len(written)} files in {arguments.out_dir}")


if __name__ == "__main__":
    main()
