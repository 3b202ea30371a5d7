"""Weights from how far apart units are, on the globe or in an economic variable.

Distances, the weights that fall with them, and combinations of two weights. Checks and
standardising are in `weights`.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nqpf_assets.estimators.counted import counted
from nqpf_assets.estimators.linear.errors import EstimationError
from nqpf_assets.estimators.spatial.weights import (
    SpatialWeights,
    Standardization,
    restrict_weights,
    weights_from_matrix,
)

Floats = NDArray[np.float64]
Earth = Literal["sphere", "ellipsoid"]
RADIUS_KM = 6371.0
EQUATOR_KM, FLATTENING = 6378.137, 1 / 298.257223563  # WGS 84


def great_circle_km(
    longitudes: ArrayLike, latitudes: ArrayLike, *, earth: Earth = "sphere"
) -> Floats:
    """Distances between N places, (N, N), in kilometres.

    Args:
        longitudes, latitudes: (N,) in degrees, east and north positive.
        earth: ``"sphere"``: haversine, radius 6371 km; ``"ellipsoid"``: WGS 84 by Andoyer's
            formula, as R's ``sp::spDists(longlat = TRUE)``; the two differ by up to 0.5 %.

    Source: Meeus (1998), Astronomical Algorithms, 2nd ed., ch. 11.
    """
    lon, lat = np.asarray(longitudes, np.float64), np.asarray(latitudes, np.float64)
    if lon.ndim != 1 or lon.shape != lat.shape:
        raise EstimationError(f"{lon.shape} longitudes and {lat.shape} latitudes")
    if not (np.isfinite(lon).all() and np.isfinite(lat).all()):
        raise EstimationError("longitudes or latitudes are missing")
    if np.abs(lat).max() > 90 or np.abs(lon).max() > 180:
        raise EstimationError(
            "latitudes lie within 90 and longitudes within 180 degrees; are the two exchanged?"
        )
    if earth not in ("sphere", "ellipsoid"):
        raise EstimationError(f"earth is 'sphere' or 'ellipsoid'; found {earth!r}")
    lon, lat = np.radians(lon), np.radians(lat)
    sin_g2 = np.sin((lat[:, None] - lat) / 2) ** 2
    sin_l2 = np.sin((lon[:, None] - lon) / 2) ** 2
    if earth == "sphere":
        half = np.clip(sin_g2 + np.outer(np.cos(lat), np.cos(lat)) * sin_l2, 0, 1)
        return np.asarray(2 * RADIUS_KM * np.arcsin(np.sqrt(half)))
    sin_f2 = np.sin((lat[:, None] + lat) / 2) ** 2
    s = sin_g2 * (1 - sin_l2) + (1 - sin_f2) * sin_l2
    c = (1 - sin_g2) * (1 - sin_l2) + sin_f2 * sin_l2
    with np.errstate(divide="ignore", invalid="ignore"):
        angle = np.arctan2(np.sqrt(s), np.sqrt(c))
        r = np.sqrt(s * c) / angle
        flat = (3 * r - 1) / (2 * c) * sin_f2 * (1 - sin_g2)
        flat -= (3 * r + 1) / (2 * s) * (1 - sin_f2) * sin_g2
        distance = 2 * angle * EQUATOR_KM * (1 + FLATTENING * flat)
    return np.where(s == 0, 0.0, distance)


def inverse_distance_weights(
    units: Sequence[Hashable],
    longitudes: ArrayLike,
    latitudes: ArrayLike,
    *,
    power: float = 1.0,
    cutoff_km: float | None = None,
    earth: Earth = "sphere",
    standardization: Standardization = "row",
) -> SpatialWeights:
    """Weights d^-power, zero beyond the cut-off.

    Args:
        units: N labels.
        longitudes, latitudes: (N,) in degrees.
        power: above zero; one and two are usual.
        cutoff_km: distance above which two units are no neighbours; None for no limit.
        earth: see `great_circle_km`.
        standardization: see `SpatialWeights`.

    Raises:
        EstimationError: two units at one place, or no neighbour within the cut-off.
    """
    if not power > 0:
        raise EstimationError(f"the power of the distance is above zero; found {power}")
    if cutoff_km is not None and not cutoff_km > 0:
        raise EstimationError(f"cutoff_km is above zero; found {cutoff_km}")
    distances = great_circle_km(longitudes, latitudes, earth=earth)
    matrix = _inverse(units, distances, power, "lie at the same place")
    kind = "inverse distance" if power == 1 else f"inverse distance, power {power:g}"
    if cutoff_km is not None:
        matrix[distances > cutoff_km] = 0.0
        kind += f", up to {cutoff_km:g} km"
    return weights_from_matrix(matrix, units, kind=kind, standardization=standardization)


def economic_weights(
    units: Sequence[Hashable], values: ArrayLike, *, standardization: Standardization = "row"
) -> SpatialWeights:
    """Weights 1/|gap| in one variable, such as mean income per head.

    Args:
        units: N labels.
        values: (N,), one per unit; usually a mean over the periods.
        standardization: see `SpatialWeights`.

    Raises:
        EstimationError: two units with the same value, by name: their weight would be infinite.
    """
    v = np.asarray(values, np.float64)
    if v.ndim != 1 or not np.isfinite(v).all():
        raise EstimationError("economic weights need one number per unit, none missing")
    gaps = np.abs(v[:, None] - v)
    matrix = _inverse(units, gaps, 1.0, "have the same value, so their weight would be infinite")
    return weights_from_matrix(
        matrix, units, kind="economic distance", standardization=standardization
    )


def nested_weights(
    weights: SpatialWeights,
    units: Sequence[Hashable],
    values: ArrayLike,
    *,
    standardization: Standardization = "row",
) -> SpatialWeights:
    """W·diag(v/mean v): neighbours count by their size in an economic variable.

    The nested matrix of geographic and economic distance of Chinese studies (Lin, Long and Wu
    2005): a rich neighbour weighs more than a poor one at the same distance.

    Args:
        weights: usually inverse distance.
        units, values: (N,) a positive number per unit, such as mean income per head; the units
            in any order.
        standardization: see `SpatialWeights`.

    Raises:
        EstimationError: values missing, not positive, or of other units than the weights.
    """
    v = np.asarray(values, np.float64)
    if v.shape != (len(units),) or not np.isfinite(v).all() or not (v > 0).all():
        raise EstimationError("nested weights need one positive number per unit, none missing")
    given = dict(zip(units, v, strict=True))
    _check_same_units(weights.units, tuple(given))
    share = np.array([given[unit] for unit in weights.units]) / v.mean()
    return weights_from_matrix(
        weights.matrix * share[None, :],
        weights.units,
        kind=f"{weights.kind}, neighbours by size",
        standardization=standardization,
    )


def product_weights(
    first: SpatialWeights, second: SpatialWeights, *, standardization: Standardization = "row"
) -> SpatialWeights:
    """Products of two weights, element by element: near in both senses.

    With rows standardised afterwards it does not matter whether the first matrix's rows were
    standardised, but it matters for ``"spectral"`` and ``"none"``.

    Raises:
        EstimationError: the two are not about the same units.
    """
    other = _same_units(first, second)
    return weights_from_matrix(
        first.matrix.multiply(other.matrix),
        first.units,
        kind=f"{first.kind} × {second.kind}",
        standardization=standardization,
    )


def mixed_weights(
    first: SpatialWeights, second: SpatialWeights, *, share: float = 0.5
) -> SpatialWeights:
    """``share`` times the first plus the rest of the second, both as they are standardised.

    Raises:
        EstimationError: other units, another standardisation, or a share outside 0 to 1.
    """
    if not 0 <= share <= 1:
        raise EstimationError(f"the share of the first weights lies in 0 to 1; found {share}")
    if first.standardization != second.standardization:
        raise EstimationError(
            f"weights to be mixed are standardised alike; found {first.standardization!r} "
            f"and {second.standardization!r}"
        )
    other = _same_units(first, second)
    return weights_from_matrix(
        share * first.matrix + (1 - share) * other.matrix,
        first.units,
        kind=f"{share:g} {first.kind} + {1 - share:g} {second.kind}",
        # Rows of the mixture add up to one by themselves, except where one part has an island.
        standardization=first.standardization,
    )


def _inverse(units: Sequence[Hashable], distances: Floats, power: float, tie: str) -> Floats:
    if len(units) != len(distances):
        raise EstimationError(
            f"{counted(len(units), 'units')} for {counted(len(distances), 'places')} or values"
        )
    tied = np.argwhere(np.triu(distances == 0, 1))
    if len(tied):
        listed = ", ".join(f"{units[a]} and {units[b]}" for a, b in tied[:5])
        more = f" and {counted(len(tied) - 5, 'more pairs')}" if len(tied) > 5 else ""
        raise EstimationError(f"{listed}{more} {tie}", units=units)
    apart = distances + np.eye(len(distances))
    matrix = apart**-power
    np.fill_diagonal(matrix, 0.0)
    return np.asarray(matrix, dtype=np.float64)


def _same_units(first: SpatialWeights, second: SpatialWeights) -> SpatialWeights:
    _check_same_units(first.units, second.units)
    return restrict_weights(second, first.units)


def _check_same_units(first: Sequence[Hashable], second: Sequence[Hashable]) -> None:
    only = sorted(str(unit) for unit in set(first) ^ set(second))
    if only:
        listed = ", ".join(only[:10]) + (f" and {len(only) - 10} more" if len(only) > 10 else "")
        raise EstimationError(
            f"the two are not about the same units; in one of them only: {listed}"
        )
