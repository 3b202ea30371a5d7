"""Maps by area: drawn where a project has boundaries of all units, with whose they are and their licence."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch, Rectangle

from nqpf_assets.commands.plot import run
from nqpf_assets.figures import draw, find_figure
from nqpf_assets.figures.boundaries import Boundaries, BoundariesFile, boundaries_of
from nqpf_assets.messages.problems import InputError
from nqpf_assets.publications.publish import current
from nqpf_assets.site.keep import keep_site
from nqpf_assets.user_input.project import Project
from nqpf_assets.warehouse.connection import Connection

AREAS_ALIKE = 2e-3  # of a rectangle whose sides are chains of 200 straight lines
SAID = "file: maps/own.geojson\ncode: adcode\nsource: Office of Surveys 2024\nlicence: CC BY 4.0\n"


def square(west: float, south: float, side: float = 2.0) -> list[list[float]]:
    east, north = west + side, south + side
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code: Any, *rings: list[list[float]]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"adcode": code},
        "geometry": {"type": "Polygon", "coordinates": list(rings)},
    }


def written(root: Path, features: list[Any], said: str = SAID) -> Project:
    (root / "maps").mkdir(parents=True, exist_ok=True)
    told = {"type": "FeatureCollection", "features": features}
    (root / "maps" / "own.geojson").write_text(json.dumps(told), "utf-8")
    (root / "boundaries.yaml").write_text(said, "utf-8")
    return Project.at(root)


def of_units(tables: Connection, *more: Any) -> list[Any]:
    units = [row[0] for row in tables.execute("FROM mini.unit SELECT unit ORDER BY 1").fetchall()]
    return [*(feature(int(unit), square(100 + 3 * at, 30)) for at, unit in enumerate(units)), *more]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_unit_is_its_area_in_its_colour_and_the_licence_is_told(
    tables: Connection, tmp_path: Path, language: Any
) -> None:
    outside = feature("710000", square(118, 22))
    project = written(tmp_path, of_units(tables, outside), f"{SAID}approved_as: GS(2024)1\n")
    boundaries = boundaries_of(project)
    request = find_figure(tables, "mini", "wealth.map", language=language, boundaries=boundaries)
    for part in ("Office of Surveys 2024", "CC BY 4.0", "GS(2024)1"):
        assert part in request.caption
    assert (
        "Hatched: not in the study" if language == "en" else "斜线：不在研究之内"
    ) in request.caption
    figure = draw(tables, request, language=language, boundaries=boundaries)
    areas = {
        patch.get_gid(): patch for patch in figure.picture.findobj(PathPatch) if patch.get_gid()
    }
    scores = dict(
        tables.execute(
            "SELECT unit, score FROM mini.index_score WHERE index_name = 'wealth'"
            " AND period = (SELECT max(period) FROM mini.index_score)"
        ).fetchall()
    )
    assert areas.keys() == scores.keys() | {"710000"}
    light = {unit: sum(areas[unit].get_facecolor()[:3]) for unit in scores}
    assert sorted(light, key=light.__getitem__, reverse=True) == sorted(
        scores, key=scores.__getitem__
    ), "the fuller, the higher"
    assert to_hex(areas["710000"].get_facecolor()) == figure.theme.empty
    assert "Office of Surveys 2024" in figure.svg()


@pytest.mark.slow
def test_without_an_area_for_each_unit_tiles_are_drawn(tables: Connection, tmp_path: Path) -> None:
    boundaries = boundaries_of(written(tmp_path, of_units(tables)[1:]))
    request = find_figure(tables, "mini", "wealth.map", boundaries=boundaries)
    assert "one tile" in request.caption
    assert "CC BY" not in request.caption
    figure = draw(tables, request, boundaries=boundaries)
    assert len([one for one in figure.picture.findobj(Rectangle) if one.get_gid()]) > 3


def area(ring: Any) -> float:
    x, y = ring.T
    return abs(float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))) / 2


def test_areas_are_as_on_the_earth() -> None:
    """Between two meridians and two parallels, wherever it lies, against the area on a sphere."""

    def rectangle(west: float, south: float) -> Any:
        side = np.linspace(0, 5, 200)
        zero = np.zeros_like(side)
        return np.concatenate(
            [
                np.column_stack([west + side, south + zero]),
                np.column_stack([west + 5 + zero, south + side]),
                np.column_stack([west + 5 - side, south + 5 + zero]),
                np.column_stack([west + zero, south + 5 - side]),
            ]
        )

    places = {"far south": (108, 18), "west": (75, 37), "north": (120, 47)}
    boundaries = Boundaries(
        BoundariesFile(file="x", source="x", licence="x"),
        {name: [rectangle(*at)] for name, at in places.items()},
        "",
    )
    for name, (ring,) in boundaries.shapes(places).items():
        south = math.radians(places[name][1])
        north = math.radians(places[name][1] + 5)
        on_sphere = math.radians(5) * (math.sin(north) - math.sin(south))
        assert area(ring) == pytest.approx(on_sphere, rel=AREAS_ALIKE), name


@pytest.mark.parametrize(
    ("features", "said", "told"),
    [
        ([], SAID.replace("licence: CC BY 4.0\n", ""), "licence"),
        ([feature(1, square(1, 1))], SAID.replace("adcode", "code"), "has `adcode`"),
        ([feature(1, square(1, 1)[:2])], SAID, "fewer than four points"),
        ([feature(1, square(500_000, 3_000_000))], SAID, "not in degrees"),
        ([{"properties": {"adcode": 1}}], SAID, "other JSON"),
        ([feature(None, square(1, 1))], SAID, "none with it"),
        ([feature(1, square(1, 1))], SAID.replace("own", "other"), "maps/other.geojson"),
        ([feature(1, square(1, 1))], SAID.replace("maps/own", "../own"), "own.geojson"),
    ],
)
def test_what_is_no_map_is_told(tmp_path: Path, features: list[Any], said: str, told: str) -> None:
    project = written(tmp_path, features, said)
    with pytest.raises(InputError) as refused:
        boundaries_of(project)
    (problem,) = refused.value.problems
    assert told in f"{problem.file} {problem.expected} {problem.found} {problem.remedy}"


def test_no_json_is_told(tmp_path: Path) -> None:
    project = written(tmp_path, [])
    (tmp_path / "maps" / "own.geojson").write_text("{", "utf-8")
    with pytest.raises(InputError, match="GeoJSON"):
        boundaries_of(project)


@pytest.mark.slow
def test_the_command_draws_them_and_pages_do_without_where_they_are_wrong(
    mini: Project, tmp_path: Path, tables: Connection
) -> None:
    written(mini.root, of_units(tables))
    try:
        assert run("mini.wealth.map", project=mini.root, output=tmp_path / "map.svg") == 0
        assert "Office of Surveys 2024" in (tmp_path / "map.svg").read_text("utf-8")
        (mini.root / "maps" / "own.geojson").write_text("{", "utf-8")
        (told,) = keep_site(mini, current(mini))
        assert told.severity == "warning"
        assert (mini.site / "index.html").is_file()
    finally:
        (mini.root / "boundaries.yaml").unlink()
