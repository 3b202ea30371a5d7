"""Tests of unit roots; the moments that their papers tabulate are handed over."""

from __future__ import annotations

from typing import Any

from nqpf_assets.replication.described_tables import DescribedTable
from nqpf_assets.replication.r.call import Call
from nqpf_assets.replication.r.tables.parts import variables_of


def unit_roots(table: DescribedTable) -> Call:
    from nqpf_assets.estimators.descriptive.unit_root_moments import of_ips, of_levin_lin_chu

    asked: Any = table.asked
    terms = "trend" if asked.trend else "intercept"
    years = table.number_of_years()
    said = {"tests": asked.tests, "lags": asked.lags, "trend": asked.trend}
    moments = {
        "llc": of_levin_lin_chu(years, terms),
        "ips": of_ips(years - asked.lags - 1, asked.lags, terms),
    }
    return Call("unit_roots", variables_of(table) | said | moments)


CALLS = {"unit_roots": unit_roots}
