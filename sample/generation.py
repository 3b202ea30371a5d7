"""From a seed to the folder ``raw/``."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from sample.files import RawFile, card_text

DEFAULT_SEED = 2


def generate(out_dir: Path, seed: int = DEFAULT_SEED) -> tuple[Path, ...]:
    """Write the sample's raw files and their cards; the same bytes for the same seed.

    Args:
        out_dir: the folder that becomes ``raw/``; files of the same name are replaced.
        seed: of both studies.

    Returns:
        The paths written, cards included.
    """
    from sample import chongqing, chongqing_files, province, province_files, province_folders

    files = [
        *province_files.province_files(province.draw(seed)),
        *chongqing_files.chongqing_files(chongqing.draw(seed)),
    ]
    by_folder: dict[str, list[RawFile]] = defaultdict(list)
    for file in files:
        by_folder[file.folder].append(file)
    written = []
    for folder in (*province_folders.folders(), *chongqing_files.FOLDERS):
        place = out_dir / folder.path
        place.mkdir(parents=True, exist_ok=True)
        for file in by_folder[folder.path]:
            written.append(place / file.name)
            written[-1].write_bytes(file.content)
        written.append(place / "card.yaml")
        written[-1].write_bytes(card_text(folder, by_folder[folder.path]))
    return tuple(written)
