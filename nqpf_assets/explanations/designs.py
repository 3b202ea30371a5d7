"""The rows of a regression column as they were estimated, put together again from the published panel."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from nqpf_assets.estimation.column import sample_id_of
from nqpf_assets.estimation.design import Design, design_of
from nqpf_assets.estimation.roles import needed
from nqpf_assets.estimation.sample_rows import asked_rows, complete_rows
from nqpf_assets.explanations.bounds import Rows, bound_stops, effect_of
from nqpf_assets.explanations.named import read_again
from nqpf_assets.explanations.published import PublishedStudy, Row
from nqpf_assets.explanations.walk import Stop, held, is_same
from nqpf_assets.messages.counted import counted, verb
from nqpf_assets.stages.places import geography_of
from nqpf_assets.stages.requested_columns import weights_of
from nqpf_assets.studies.equation import Sample
from nqpf_assets.studies.sample_conditions import told_name
from nqpf_assets.studies.spec import CompleteColumn

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.catalog.geography import Geography


@dataclass
class PublishedColumn:
    """One column of a regression table.

    Attributes:
        model: its row of `result.model`.
    """

    study: PublishedStudy
    model: Row

    @property
    def key(self) -> list[str]:
        return [self.model["table_name"], self.model["column_label"]]

    def rows(self, table: str, more: str = "") -> list[Row]:
        """Its rows of a table of the study."""
        return self.study.rows(
            f"FROM {{study}}.{table} WHERE table_name = ? AND column_label = ? {more}", self.key
        )

    @cached_property
    def roles(self) -> dict[str, str]:
        """Variable → its role, the outcome first, then regressors, then others by name."""
        order = ("outcome", "regressor", "endogenous")
        rows = self.rows("model_variable", "ORDER BY variable")
        found = {row["variable"]: row["role"] for row in rows}
        ranked = sorted(
            found, key=lambda one: order.index(found[one]) if found[one] in order else 9
        )
        return {name: found[name] for name in ranked}

    @cached_property
    def sample(self) -> pl.DataFrame:
        """Units and years that were used."""
        return self.study.frame(
            "SELECT unit, period FROM {study}.model_sample WHERE sample_id = ? ORDER BY unit, period",
            [self.model["sample_id"]],
        )

    @cached_property
    def asked(self) -> CompleteColumn | None:
        """What the study asks of the column; None in publications that do not say it."""
        if not self.study.has("model_definition", "definition"):
            return None
        rows = self.rows("model_definition")
        if not rows:
            return None
        said = rows[0]["definition"]
        return read_again(" ".join(self.key), lambda: CompleteColumn.model_validate_json(said))

    @cached_property
    def panel(self) -> pl.DataFrame:
        return self.study.frame("FROM {study}.panel ORDER BY unit, period")

    @cached_property
    def geography(self) -> Geography:
        """Which units touch, where they lie, and the weights of raw files that the column asks for."""
        weights = [] if self.asked is None else [weights_of(self.asked)]
        return geography_of(
            lambda schema, table: self.study.frame(f"FROM {schema}.{table}"), weights
        )

    @cached_property
    def design(self) -> Design | None:
        """The rows without missing values, clipped as the column asks."""

        if self.asked is None:
            return None
        complete = complete_rows(self.study.spec, self.asked, self.panel)
        marked = self.sample.with_columns(is_taken=True)
        used = complete.select("unit", "period").join(
            marked, on=["unit", "period"], how="left", maintain_order="left"
        )
        taken = used.get_column("is_taken").fill_null(value=False).to_numpy()
        place = " ".join(self.key)
        return design_of(self.study.spec, place, self.asked, self.panel, self.geography, taken)

    def design_error(self) -> str | None:
        """How the rows put together again differ from those that were estimated."""
        design = self.design
        if design is None:
            return None
        rows = design.rows.select("unit", "period").filter(design.taken)
        if sample_id_of(rows) != self.model["sample_id"]:
            return (
                f"{counted(len(rows), 'rows')} {verb(len(rows), 'are')} put together, and other "
                f"{self.model['n_obs']} {verb(self.model['n_obs'], 'were')} estimated"
            )
        tests = {row["test"]: row["statistic"] for row in self.rows("test")}
        for cut in design.clip.cuts:
            of = cut.variable if cut.period is None else f"{cut.variable} {cut.period}"
            for side, bound in (("low", cut.low), ("high", cut.high)):
                published = tests.get(f"winsor_{side}: {of}")
                if not is_same(bound, published):
                    return f"the {side} bound of {of} is {bound!r}, and {published!r} is published"
        return None

    def left_out(self) -> Iterator[Stop]:
        """Rows of the study that are not in the sample, by reason, with their number."""
        import polars as pl

        if self.asked is None:
            return
        asked, said = asked_rows(self.study.spec, self.asked, self.panel), self.asked.sample
        within = asked_rows(self.study.spec, _unweighted(self.asked), self.panel)
        outside = len(self.panel) - len(within)
        if outside:
            yield Stop(
                "left_out",
                "outside of the column's sample",
                count=outside,
                text=f"the column asks for {self.model['sample']}",
            )
        if weightless := len(within) - len(asked):
            yield Stop("left_out", "of weight zero", count=weightless)
        missing = dict(
            asked.select(
                absent=pl.concat_str(
                    [
                        pl.when(_is_absent(asked, name)).then(pl.lit(told_name(said, name)))
                        for name in needed(self.asked)
                    ],
                    separator=", ",
                    ignore_nulls=True,
                )
            )
            .filter(pl.col("absent") != "")
            .group_by("absent")
            .len()
            .iter_rows()
        )
        for words, n in sorted(missing.items(), key=lambda one: (-one[1], one[0])):
            yield Stop("left_out", f"no value of {words}", count=n)
        dropped = len(asked) - sum(missing.values()) - len(self.sample)
        if dropped:
            yield Stop(
                "left_out", "dropped by the estimator", count=dropped, text=self.model["dropped"]
            )
        n_missing = self.model["n_missing_rows"]
        if sum(missing.values()) != n_missing:
            yield Stop(
                "left_out",
                error=f"{counted(sum(missing.values()), 'rows')} without a value, and {n_missing} "
                f"{verb(n_missing, 'are')} published",
            )

    def why_not(self, unit: str, period: int) -> Stop | None:
        """Why a row of the study is not in the sample; None where it is."""
        if len(self.sample.filter(unit=unit, period=period)):
            return None
        of = Stop("left_out", "this row is not in the sample", unit, period)
        if self.asked is None:
            return replace(of, text="this publication does not tell why")
        return replace(of, text="; ".join(self._reasons(self.asked, unit, period)))

    def _reasons(self, asked: CompleteColumn, unit: str, period: int) -> Iterator[str]:
        import polars as pl

        row = self.panel.filter((pl.col("unit") == unit) & (pl.col("period") == period))
        is_out = asked.weights is not None and row.get_column(asked.weights.variable)[0] == 0
        if asked.weights is not None and is_out:
            yield f"its weight, {asked.weights.variable}, is zero"
        for key, value in asked.sample.model_dump(exclude_defaults=True).items():
            alone = _unweighted(asked).model_copy(
                update={"sample": Sample.model_validate({key: value})}
            )
            if asked_rows(self.study.spec, alone, row).is_empty():
                is_out = True
                shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
                yield f"`sample` of the column says {key}: {shown}"
        if is_out:
            return
        absent = [name for name in needed(asked) if row.get_column(name)[0] is None]
        for name in absent:
            reasons = self.study.rows(
                "SELECT reason FROM panel.cell WHERE study = ? AND variable = ? AND unit = ? AND period = ?",
                [self.study.name, name, unit, period],
            )
            why = next((one["reason"] for one in reasons if one["reason"]), None)
            yield f"{told_name(asked.sample, name)} has no value" + (f" ({why})" if why else "")
        if not absent:
            yield f"dropped by the estimator: {self.model['dropped'] or 'it says no more'}"

    def panel_value(self, name: str, unit: str, period: int) -> float | None:
        """The value of a variable in a row of the analysis panel."""
        import polars as pl

        here = (pl.col("unit") == unit) & (pl.col("period") == period)
        row = self.panel.filter(here)
        return row.get_column(name)[0] if name in row.columns and len(row) else None

    def design_stop(self, name: str, unit: str, period: int) -> Stop | None:
        """The value of a variable in a row as estimation saw it, and what clipped it."""
        import polars as pl

        design = self.design
        if design is None or name not in design.rows.columns:
            return None
        here = (pl.col("unit") == unit) & (pl.col("period") == period)
        row, published = design.rows.filter(here), self.panel_value(name, unit, period)
        if row.is_empty():
            return None
        value = row.get_column(name)[0]
        of = Stop(
            "design", name, unit, period, value, source="recomputed", role=self.roles.get(name)
        )
        cuts = [
            one for one in design.clip.cuts if one.variable == name and one.period in (None, period)
        ]
        if not cuts:
            return held(of, published, "the panel")
        cut = cuts[0]
        effect = effect_of(published, cut.low, cut.high)
        words = f"bounds {cut.low:.10g} and {cut.high:.10g} of the column; {effect}"
        own = design.taken if cut.period is None else design.taken & (design.periods == cut.period)
        keys = design.rows.filter(own).select("unit", "period")
        values = keys.join(
            self.panel.select("unit", "period", name), on=["unit", "period"], how="left"
        )
        clip = Stop("clip", name, unit, period, published, source="published", text=words)
        clip = clip.over(*bound_stops(name, Rows.of(values), cut.low, cut.high))
        clipped = None if published is None else min(max(published, cut.low), cut.high)
        return held(of, clipped, "the panel, clipped,").over(clip)


def _is_absent(rows: pl.DataFrame, name: str) -> pl.Expr:
    """Whether there is no value; a number that is none (NaN) is no value either."""
    import polars as pl

    value = pl.col(name)
    is_number = rows.schema[name].is_float()
    return value.is_null() | value.is_nan() if is_number else value.is_null()


def _unweighted(column: CompleteColumn) -> CompleteColumn:
    """The column as if all rows counted alike: which rows its sample asks for."""
    return column.model_copy(update={"weights": None})
