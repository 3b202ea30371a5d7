"""The end of every way: a series in a year, and the published cells that it was chosen or made from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.told_places import parts_of
from nqpf_assets.explanations.walk import Place, Stop, held
from nqpf_assets.messages.counted import counted
from nqpf_assets.studies.refilled_series import published

Key = tuple[str, str, int]
"""Series, unit and year."""

OBSERVATIONS = """
    SELECT n.series_id, r.unit_code AS unit, o.period, o.value, o.unit_measure, o.reported_text,
        o.region_label, o.footnote, o.vintage, o.file_id, o.locator, f.path, f.publisher, f.vintage_order,
        c.numerator, c.denominator,
        k.name AS correction, k.value AS corrected_value, k.reason, k.source, k.date
    FROM (SELECT unnest(?) AS series_id, unnest(?) AS published) AS n
    INNER JOIN source.observation AS o ON o.series_id = n.published
    INNER JOIN catalog.region AS r ON r.region_code = o.region_code
    INNER JOIN source.file AS f ON f.file_id = o.file_id
    LEFT JOIN {study}.unit_conversion AS c
        ON c.series_id = n.series_id AND c.from_unit_measure = o.unit_measure
    LEFT JOIN source.correction AS k
        ON k.series_id = o.series_id AND k.region_code = o.region_code AND k.period = o.period
        AND k.vintage = o.vintage AND k.file_id = o.file_id
    WHERE o.value IS NOT NULL AND list_contains(?, r.unit_code)
    ORDER BY f.vintage_order DESC, f.publisher, o.locator"""


@dataclass
class Cells:
    """Series of some units, read once.

    Attributes:
        study: where they were published.
        series, units: that may be asked for.
    """

    study: PublishedStudy
    series: list[str]
    units: set[str] = field(default_factory=set)

    @cached_property
    def filled(self) -> dict[Key, Row]:
        """Every series cell after filling."""
        rows = self.study.rows(
            "FROM {study}.filled_cell WHERE list_contains(?, variable) AND list_contains(?, unit)",
            [self.series, sorted(self.units)],
        )
        return {_key(row): row for row in rows}

    @cached_property
    def _chosen(self) -> dict[Key, Row]:
        rows = self.study.rows(
            "FROM {study}.reported_cell WHERE list_contains(?, variable) AND list_contains(?, unit)",
            [self.series, sorted(self.units)],
        )
        return {_key(row): row for row in rows}

    @cached_property
    def _observed(self) -> dict[Key, list[Row]]:
        found: dict[Key, list[Row]] = {}
        behind = [published(one) for one in self.series]
        for row in self.study.rows(OBSERVATIONS, [self.series, behind, sorted(self.units)]):
            found.setdefault((row["series_id"], row["unit"], row["period"]), []).append(row)
        return found

    @cached_property
    def _sources(self) -> dict[Key, list[Row]]:
        found: dict[Key, list[Row]] = {}
        rows = self.study.rows(
            "FROM {study}.filled_from WHERE list_contains(?, variable) AND list_contains(?, unit)"
            " ORDER BY ALL",
            [self.series, sorted(self.units)],
        )
        for row in rows:
            found.setdefault(_key(row), []).append(row)
        return found

    @cached_property
    def _members(self) -> Cells:
        """Cells of a lower level that are put together, and of what weighs them."""
        rows = [row for rows in self._sources.values() for row in rows]
        series, units = ({row[one] for row in rows} for one in ("from_series", "from_unit"))
        return Cells(self.study, sorted(series), units)

    @cached_property
    def _inputs(self) -> frozenset[str]:
        return frozenset(row["path"] for row in self.study.rows("FROM audit.publication_input"))

    def years(self, series: str, unit: str) -> list[int]:
        """Years in which a series has a value."""
        return sorted(
            year
            for (name, of, year), row in self.filled.items()
            if name == series and of == unit and row["value"] is not None
        )

    def value(self, key: Key) -> float | None:
        """The value that formulas read."""
        row = self.filled.get(key)
        return None if row is None else row["value"]

    def stop(self, key: Key) -> Stop:
        """A series in a year, with the cells under it."""
        series, unit, period = key
        known, row = self.study.series[series], self.filled.get(key)
        of = Stop(
            "series", series, unit, period, unit_measure=known["unit_measure"], text=known["title"]
        )
        if row is None:
            return replace(
                of, status="missing", text="no cell of this unit and year is read by the study"
            )
        of = replace(of, value=row["value"], status=row["status"], source="published")
        if row["status"] in ("interpolated", "extrapolated", "aggregated"):
            return self._from_others(of, known)
        chosen = self._chosen.get(key)
        if chosen is None:
            return replace(of, text=f"{known['title']}: no value was published")
        return held(of, chosen["value"], "the chosen cell").over(*self._published(key, chosen))

    def of_member(self, key: Key) -> Stop:
        """The published cell of a region that units are put together from."""
        chosen, measure = self._chosen.get(key), self.study.series[key[0]]["unit_measure"]
        if chosen is None:
            return Stop("series", *key, unit_measure=measure, status="missing")
        status = "reported" if chosen["correction"] is None else "corrected"
        of = Stop("series", *key, chosen["value"], measure, status=status, source="published")
        return of.over(*self._published(key, chosen))

    def _from_others(self, of: Stop, known: Row) -> Stop:
        """A cell that was filled or put together, and the published ones that it is made from."""
        assert of.unit is not None
        assert of.period is not None
        below, total = [], 0.0
        for row in self._sources.get((of.name, of.unit, of.period), []):
            series = row["from_series"]
            key = (series, row["from_unit"], row["from_period"])
            chosen = self._members._chosen.get(key)
            value = status = None
            if chosen is not None:
                value = chosen["value"]
                status = "reported" if chosen["correction"] is None else "corrected"
            # What weighs a mean moves it, and is no part of it.
            total += row["weight_in_fill"] * (value or 0.0) if series == of.name else 0.0
            stop = Stop(
                row["made_as"],
                *key,
                value,
                self.study.series[series]["unit_measure"],
                row["weight_in_fill"],
                status,
                "published",
            )
            below.append(stop.over(*(self._members._published(key, chosen) if chosen else ())))
        return held(self._with_rule(of, known), total, "the cells that it is made from").over(
            *below
        )

    def _with_rule(self, of: Stop, known: Row) -> Stop:
        """The stop with the words of the rule that made its value."""
        told = (
            self.study.rows(
                "FROM {study}.aggregated_cell WHERE variable = ? AND unit = ? AND period = ?",
                [of.name, of.unit, of.period],
            )
            if known.get("from_level")
            else []
        )
        if of.status != "aggregated":
            rule = (
                known["interpolation"] if of.status == "interpolated" else f"ends: {known['ends']}"
            )
            left = f"not put together: {_of_members(told[0])}" if told else "not published"
            return replace(of, text=f"{of.text}: {left}, filled by `{rule}`")
        found = told[0]
        by = f" by {known['weight_series']}" if known["weight_series"] else ""
        words = f"{found['aggregation']}{by} of {_of_members(found)}"
        return replace(of, text=f"{of.text}: {words}")

    def _published(self, key: Key, chosen: Row) -> Iterator[Stop]:
        """The chosen cell, its correction, and the others of the same series, unit and year."""
        observed = self._observed.get(key, [])
        place = (chosen["file_id"], chosen["locator"])
        taken = [one for one in observed if (one["file_id"], one["locator"]) == place]
        for one in taken[:1]:
            yield self._cell(key, one, chosen)
            if chosen["correction"] is not None:
                yield self._corrected(key, one, chosen)
        for one in observed:
            if one not in taken[:1]:
                yield self._passed_over(key, one, taken[0] if taken else None)

    def _cell(self, key: Key, one: Row, chosen: Row) -> Stop:
        converted = _converted(one["value"], one)
        of = Stop(
            "cell",
            *key,
            chosen["reported_value"],
            self.study.series[key[0]]["unit_measure"],
            source="published",
            role="value",
            text=one["footnote"],
            place=self._place(one),
        )
        return held(
            of, converted, f"{one['value']!r} {one['unit_measure']} of the file, converted,"
        )

    def _corrected(self, key: Key, one: Row, chosen: Row) -> Stop:
        words = f"{one['correction']}: {one['reason']} (source: {one['source']}, {one['date']})"
        value = _converted(one["corrected_value"], one)
        of = Stop(
            "correction",
            *key,
            value,
            self.study.series[key[0]]["unit_measure"],
            source="published",
            text=words,
        )
        return held(of, chosen["value"], "the cell as it is used")

    def _passed_over(self, key: Key, one: Row, taken: Row | None) -> Stop:
        rule = self.study.series[key[0]]
        is_newer = taken is not None and (one["vintage_order"] or "") > (
            taken["vintage_order"] or ""
        )
        words = "not taken: an older or equal vintage"
        if is_newer or taken is None:
            limits = [
                rule["vintage_policy"],
                rule["as_of"],
                rule["only_vintage"],
                rule["only_publishers"],
            ]
            words = f"not taken: the study takes {', '.join(str(part) for part in limits if part)}"
        converted = None if one["numerator"] is None else _converted(one["value"], one)
        return Stop(
            "passed_over",
            *key,
            converted,
            rule["unit_measure"],
            source="published",
            text=words,
            place=self._place(one),
        )

    def _place(self, one: Row) -> Place:
        factor = None if one["numerator"] is None else one["numerator"] / one["denominator"]
        return Place(
            one["path"],
            *parts_of(one["locator"]),
            one["locator"],
            one["reported_text"],
            one["unit_measure"],
            factor,
            one["publisher"],
            one["vintage"],
            self._card(one["path"]),
        )

    def _card(self, path: str) -> str | None:
        folder = path.rpartition("/")[0]
        known = (f"{path}.card.yaml", f"{folder}/card.yaml")
        return next((card for card in known if card in self._inputs), None)


def _of_members(found: Row) -> str:
    """``6 of 7 regions of the level county, without 340421``."""
    words = (
        f"{found['n_present']} of {counted(found['n_members'], 'regions')} of the level "
        f"{found['from_level']}"
    )
    without = found["members_absent"]
    return f"{words}, without {without}" if without else words


def _converted(value: float, one: dict[str, Any]) -> float:
    """A printed number in the unit of the study, as `reported_cell` computes it."""
    if one["numerator"] == one["denominator"]:
        return value
    return float(value * one["numerator"] / one["denominator"])


def _key(row: Row) -> Key:
    return row["variable"], row["unit"], row["period"]
