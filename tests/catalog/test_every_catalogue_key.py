"""Every key and column of a project's catalogue: it changes what is published, or is refused at its line."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
import yaml

from nqpf_assets.catalog.catalogue import FILES, Catalogue, load_catalogue
from nqpf_assets.catalog.geography import COORDINATE_SCHEMA, NEIGHBOUR_SCHEMA
from nqpf_assets.catalog.region_groups import COLUMNS as GROUP_COLUMNS
from nqpf_assets.catalog.region_match import find_region
from nqpf_assets.catalog.regions import REGION_SCHEMA
from nqpf_assets.catalog.series import Series
from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.stages.catalog import catalog_step
from tests.leaves import leaves

pytestmark = pytest.mark.slow

Tables = dict[str, list[dict[str, Any]]]
SERIES = {
    "tea": {"names": ["茶叶"], "unit": "万吨", "kind": "flow", "english": "Tea", "parts": []},
    "green": {"names": ["绿茶"], "unit": "万吨", "kind": "flow", "english": "Green", "breaks": {2018: "x"}},
}  # fmt: skip
REGION = {
    "region_code": "v1",
    "name": "甲村",
    "level": "village",
    "parent": "500000",
    "valid_from": "2000",
}
OTHER = {
    "region_code": "v2",
    "name": "乙村",
    "level": "village",
    "parent": "500000",
    "valid_from": "2000",
}
BASE: Tables = {
    "regions.csv": [REGION, OTHER],
    "region_groups.csv": [{"scheme": "s", "group": "g", "label": "G", "region_code": "v1"}],
    "neighbours.csv": [{"region_code": "v1", "neighbour_code": "v2"}],
    "coordinates.csv": [{"region_code": "v1", "longitude": "106.5", "latitude": "29.5"}],
}
OF_REGIONS = {column: column for column in ("region_code", "parent", "successor")}
VALUES: dict[str, dict[str, list[Any]]] = {
    "regions.csv": {
        "region_code": ["v3", "v2", ""],
        "gb_code": ["500999"],
        "name": ["丙村", ""],
        "short": ["甲"],
        "english": ["A"],
        "level": ["town", ""],
        "parent": ["510000", "v9", "v1"],
        "valid_from": ["2001", "then", ""],
        "valid_to": ["2010", "1990", "now"],
        "successor": ["v2", "v9", "v1"],
        "spellings": ["甲庄|甲"],
    },
    "region_groups.csv": {
        "scheme": ["t", "S!", ""],
        "group": ["h", "H!", ""],
        "label": ["H"],
        "region_code": ["v2", "v9", ""],
    },
    "neighbours.csv": {
        "region_code": ["500000", "v9", "v2", ""],
        "neighbour_code": ["500000", "v9", "v1", ""],
    },
    "coordinates.csv": {
        "region_code": ["v2", "v9", ""],
        "longitude": ["106", "200", "east", ""],
        "latitude": ["30", "116.4", "north", ""],
    },
    "series.yaml": {
        "names": [["茶"], ["绿茶"], []],
        "unit": ["吨", "qq"],
        "kind": ["stock", "many"],
        "english": ["Leaves"],
        "note": ["Words"],
        "breaks": [{2018: "x"}, {"then": "x"}],
        "rescaled": [[2018], [2030]],
        "parts": [["green"], ["tea"], ["coffee"]],
    },
}  # fmt: skip
BESIDE = {"rescaled": {"breaks": {2018: "x"}}}
COLUMNS = {
    "regions.csv": [*REGION_SCHEMA],
    "region_groups.csv": [*GROUP_COLUMNS],
    "neighbours.csv": [*NEIGHBOUR_SCHEMA],
    "coordinates.csv": [*COORDINATE_SCHEMA],
    "series.yaml": [path[0] for path, _ in leaves(Series)],
}


def test_every_file_and_column_has_values() -> None:
    assert {*COLUMNS} == {*FILES}
    assert {name: [*values] for name, values in VALUES.items()} == COLUMNS


def load(folder: Path, tables: Tables, series: dict[str, Any]) -> Catalogue | tuple[Problem, ...]:
    """The catalogue of these files, or what is wrong in them."""
    for name, rows in tables.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS[name], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        (folder / name).write_text(text.getvalue(), "utf-8")
    text = yaml.safe_dump(series, allow_unicode=True, sort_keys=False)
    (folder / "series.yaml").write_text(text, "utf-8")
    try:
        return load_catalogue(folder)
    except InputError as error:
        return error.problems


def published(catalogue: Catalogue) -> Any:
    """Rows of the tables of the catalogue, and which labels find the two regions."""
    made = catalog_step(catalogue).run(None)  # type: ignore[arg-type]
    rows = {key: frame.rows() for key, frame in made.items() if key[1] != "column"}
    found = [
        find_region(label, catalogue.regions, 2005)
        for label in ("甲村", "甲庄", "甲", "A", "500999")
    ]
    return rows, found


@pytest.mark.parametrize("file", FILES)
def test_every_column_is_used_or_refused_at_its_line(tmp_path: Path, file: str) -> None:
    bare = load(tmp_path, BASE, SERIES)
    assert isinstance(bare, Catalogue), bare
    wrong = []
    for column, values in VALUES[file].items():
        refused = []
        for value in values:
            tables, series = {name: [*map(dict, rows)] for name, rows in BASE.items()}, {**SERIES}
            if file == "series.yaml":
                series["tea"] = SERIES["tea"] | BESIDE.get(column, {}) | {column: value}
                base = load(
                    tmp_path, BASE, SERIES | {"tea": SERIES["tea"] | BESIDE.get(column, {})}
                )
            else:
                tables[file][0][column] = value
                base = bare
            if file == "regions.csv" and column == "region_code":
                tables |= {name: [] for name in BASE if name != file}
                base = load(tmp_path, BASE | {name: [] for name in BASE if name != file}, SERIES)
            found = load(tmp_path, tables, series)
            said = f"{file}: {column}: {value}"
            if isinstance(found, Catalogue):
                assert isinstance(base, Catalogue)
                if published(found) == published(base):
                    wrong.append(f"{said} changes nothing")
            else:
                refused.append(value)
                wrong += [f"{said}: {one}" for one in found if not is_placed(one, file)]
        if len(refused) == len(values):
            wrong.append(f"{file}: {column} is always refused")
    assert not wrong, "\n".join(wrong)


def is_placed(problem: Problem, file: str) -> bool:
    """Whether a problem names the file and the line of the first entry, or of what stands beside it."""
    line = problem.where.partition(",")[0]
    return problem.file.endswith(f"/{file}") and line.startswith("line ") and bool(problem.remedy)
