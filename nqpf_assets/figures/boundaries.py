"""A project's own boundaries of regions: GeoJSON, and `boundaries.yaml` with whose it is and its licence.

None are shipped: of the boundaries of China that packages hold, none names rights that are clear. With them
maps are drawn by area, without them by tiles.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import Field

from nqpf_assets.messages.problems import InputError, Problem
from nqpf_assets.user_input.own_files import read_own
from nqpf_assets.user_input.project import Project
from nqpf_assets.user_input.settings import read_project_yaml
from nqpf_assets.user_input.strict import Strict

FILE = "boundaries.yaml"
LARGEST = 60_000_000
"""Bytes of a file of boundaries."""
_GRID = 1200
"""Places across a map to which points are moved, so that neighbours keep one line and figures stay small."""


class BoundariesFile(Strict):
    """What `boundaries.yaml` says."""

    file: str = Field(
        min_length=1, description="the GeoJSON, in the project: degrees east and north"
    )
    code: str = Field("region_code", min_length=1, description="property with the code of a region")
    source: str = Field(min_length=1, description="whose boundaries they are; printed on every map")
    licence: str = Field(
        min_length=1, description="under which they may be shown; printed on every map"
    )
    approved_as: str | None = Field(
        None, min_length=1, description="number of the review (审图号), printed where it is given"
    )


@dataclass(frozen=True)
class Boundaries:
    """Areas of regions.

    Attributes:
        said: whose they are.
        rings: code of a region → its rings, points × (degrees east, degrees north); holes among them.
        digest: of both files.
    """

    said: BoundariesFile
    rings: Mapping[str, list[Any]]
    digest: str

    def has(self, units: Iterable[str]) -> bool:
        """Whether there is an area for each of these units, and they are enough for a map."""
        asked = set(units)
        return len(asked) > 1 and asked <= self.rings.keys()

    @cached_property
    def words(self) -> tuple[str, str]:
        """Source and licence in English and Chinese."""
        one = self.said
        more = (
            (f", {one.approved_as}", f"，审图号 {one.approved_as}") if one.approved_as else ("", "")
        )
        return (
            f"Boundaries: {one.source}, {one.licence}{more[0]}.",
            f"边界：{one.source}，{one.licence}{more[1]}。",
        )

    def of(self, codes: Iterable[str]) -> list[str]:
        """Those of the codes that there is an area for."""
        return [code for code in codes if code in self.rings]

    def shapes(self, units: Iterable[str]) -> dict[str, list[Any]]:
        """Unit → its rings in a plane where areas are as on the earth, on a grid as fine as one can see.

        Albers' equal-area conic projection (Snyder 1987, pp. 98–103) of a sphere, with standard parallels a
        sixth from the southern and northern ends of what is shown.
        """
        import numpy as np

        asked = list(units)
        every = np.concatenate([ring for unit in asked for ring in self.rings[unit]])
        (west, south), (east, north) = every.min(axis=0), every.max(axis=0)
        plane = {
            unit: [_albers(ring, (west + east) / 2, south, north) for ring in self.rings[unit]]
            for unit in asked
        }
        points = np.concatenate([ring for rings in plane.values() for ring in rings])
        step = max(float(np.ptp(points, axis=0).max()) / _GRID, 1e-12)
        return {
            unit: [kept for ring in rings if len(kept := _on_grid(ring, step)) > 3] or rings[:1]
            for unit, rings in plane.items()
        }


def boundaries_of(project: Project) -> Boundaries | None:
    """Those of a project; None where it has no `boundaries.yaml`.

    Raises:
        InputError: what is wrong with either file.
    """
    said = read_project_yaml(project, FILE, BoundariesFile)
    if said is None:
        return None
    content, wrong = read_own(
        project.root / said.file, said.file, most=LARGEST, within=project.root
    )
    if wrong is not None:
        raise InputError([wrong])
    try:
        features = json.loads(content.decode("utf-8-sig"))["features"]
        found: dict[str, list[Any]] = {}
        for feature in features:
            code = (feature.get("properties") or {}).get(said.code)
            if code is not None:
                found.setdefault(str(code), []).extend(_rings(feature["geometry"]))
    except json.JSONDecodeError as error:
        found_instead = f"no JSON: {error.msg} in line {error.lineno}"
        raise InputError([_not_geojson(said.file, found_instead)]) from None
    except ValueError as error:
        raise InputError([_not_geojson(said.file, str(error))]) from None
    except (KeyError, TypeError, AttributeError, IndexError):
        raise InputError([_not_geojson(said.file, "other JSON")]) from None
    if not found:
        raise InputError(
            [
                Problem(
                    file=said.file,
                    where="",
                    expected=f"features with the property `{said.code}`, a code of a region",
                    found=f"none with it; the first has {_properties(features)}",
                    remedy=f"name the property with the codes in {FILE}: `code: …`",
                    code="boundaries",
                )
            ]
        )
    digest = hashlib.sha256(content + repr(said).encode()).hexdigest()
    return Boundaries(said, {code: rings for code, rings in found.items() if rings}, digest)


def _rings(geometry: Any) -> Iterator[Any]:
    """The rings of a polygon or of several; other geometries have none.

    Raises:
        ValueError: a point is no place on the earth.
    """
    import numpy as np

    if geometry is None or geometry["type"] not in ("Polygon", "MultiPolygon"):
        return
    several = geometry["coordinates"]
    for polygon in [several] if geometry["type"] == "Polygon" else several:
        for ring in polygon:
            points = np.array([point[:2] for point in ring], dtype=float)
            if len(points) < 4 or not np.isfinite(points).all():
                raise ValueError("a ring of fewer than four points, or with one that is no number")
            if (np.abs(points) > (180, 90)).any():
                raise ValueError(f"the point {ring[0]}, which is not in degrees east and north")
            yield points


def _albers(ring: Any, middle: float, south: float, north: float) -> Any:
    """Points in a plane, in radii of the earth."""
    import numpy as np

    sixth = (north - south) / 6
    first, second, origin = map(math.radians, (south + sixth, north - sixth, (south + north) / 2))
    n = (math.sin(first) + math.sin(second)) / 2
    n = n if abs(n) > 1e-6 else 1e-6  # about the equator the cone is a cylinder
    c = math.cos(first) ** 2 + 2 * n * math.sin(first)

    def radius(latitude: Any) -> Any:
        return np.sqrt(np.maximum(c - 2 * n * np.sin(latitude), 0)) / n

    angle = n * np.radians(ring[:, 0] - middle)
    distance = radius(np.radians(ring[:, 1]))
    return np.column_stack([distance * np.sin(angle), radius(origin) - distance * np.cos(angle)])


def _on_grid(ring: Any, step: float) -> Any:
    """The points on the grid, each run of equal ones once."""
    import numpy as np

    points = np.round(ring / step) * step
    is_other = np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]
    return points[is_other]


def _properties(features: Any) -> str:
    names = [f"`{name}`" for name in (features[0].get("properties") or {})] if features else []
    return ", ".join(names) or "no properties"


def _not_geojson(file: str, found: str) -> Problem:
    return Problem(
        file=file,
        where="",
        expected="GeoJSON: `features` of polygons, in degrees east and north (RFC 7946)",
        found=found,
        remedy="export it as GeoJSON in WGS 84, e.g. with QGIS or ogr2ogr",
        code="boundaries",
    )
