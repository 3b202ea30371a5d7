"""What an audit or a difference tells hangs on no order of rows, where several cells are equally far off."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from nqpf_assets.stages.sql import bind
from nqpf_assets.user_input.project import sql_root
from tests.stages.relations import Rows, run_file

YEARS = range(2008, 2026)
REGIONS = tuple(f"{code}0000" for code in (11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34))
AUDITS = ("magnitude", "total", "series_break", "vintage_tie", "vintage_break", "remarkable_cell")


def level(region: str, period: int) -> float:
    """A jump for good in three regions, and a spike in two; sums in another order have other last digits."""
    jump = 8.0 if region < "14" and period >= 2016 else 1.0
    return (
        1024.0 / int(region[:2]) * jump * (64.0 if "15" < region < "23" and period == 2020 else 1.0)
    )


def observed(publisher: str, vintage: str, revised: float) -> Iterator[dict[str, Any]]:
    """All regions alike, and the country as their sum but for two years."""
    for series in ("gdp", "population"):
        for period in YEARS:
            values = {region: revised * level(region, period) for region in REGIONS}
            values["000000"] = sum(values.values()) * (2.0 if period in (2012, 2022) else 1.0)
            for region, value in values.items():
                yield {
                    "series_id": series, "region_code": region, "period": period, "value": value,
                    "region_level": "country" if region == "000000" else "province",
                    "unit_measure": "u", "vintage": vintage, "file_id": f"{publisher} {vintage}",
                    "locator": f"{region} {period}", "reported_text": str(value),
                }  # fmt: skip


def tables() -> dict[str, Rows]:
    """Files of three vintages, two of them of one day; every cell of a later one is revised alike."""
    given = [("A", "2024", 1.0), ("A", "2025", 2.0), ("B", "2025-12-31", 16.0)]
    return {
        "source.observation": [row for one in given for row in observed(*one)],
        "source.file": [
            {"file_id": f"{who} {vintage}", "publisher": who, "vintage": vintage, "path": f"raw/{who}",
             "n_series": 2}
            for who, vintage, _ in given
        ],
        "catalog.unit_measure": [{"unit_measure": "u", "factor": 1.0, "dimension_symbol": "d"}],
        "catalog.region": [
            {"region_code": "000000", "name": "China", "level": "country", "valid_from": 1949},
            *({"region_code": code, "name": code, "level": "province", "parent_code": "000000",
               "valid_from": 1949} for code in REGIONS),
        ],
        "catalog.series": [
            {"series_id": one, "name_en": one, "kind": "stock", "unit_measure": "u"}
            for one in ("gdp", "population")
        ],
    }  # fmt: skip


def shuffled(given: Mapping[str, Rows], seed: int) -> dict[str, Rows]:
    draw = random.Random(seed)
    return {name: draw.sample(rows, len(rows)) for name, rows in given.items()}


@pytest.mark.parametrize("audit", AUDITS)
def test_rows_are_those_of_any_order(audit: str) -> None:
    text = (sql_root() / "audit" / f"{audit}.sql").read_text("utf-8")
    _, reads = bind(text, study=None, studies=())
    given = {name: rows for name, rows in tables().items() if tuple(name.split(".")) in reads}
    expected = run_file("audit", audit, given)
    assert expected.height
    for seed in range(4):
        assert run_file("audit", audit, shuffled(given, seed)).equals(expected)
