"""A dataset with its labels as a .dta file; of a panel, units and groups as numbers with value labels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nqpf_assets.exports.stata.file import LONGEST_LABEL, StataFile, dta

if TYPE_CHECKING:
    import polars as pl

    from nqpf_assets.exports.document import Dataset

UNIT, NAME, PERIOD = "unit", "unit_name", "period"
CODE = "unit_code"
"""The unit as published, where it is no number that Stata keeps whole."""


def dataset_as_dta(dataset: Dataset) -> bytes:
    """The file."""
    about, rows = dataset.about, dataset.rows
    labels = dict(dataset.labels)
    is_panel = {UNIT, NAME, PERIOD} <= {*rows.columns} and not rows.select(
        UNIT, PERIOD
    ).is_duplicated().any()
    coded: dict[str, dict[int, str]] = {}
    if is_panel:
        rows, coded = with_codes(rows)
        labels |= {CODE: labels.get(UNIT, "")} if CODE in rows.columns else {}
        rows = rows.sort(UNIT, PERIOD)
    synthetic = "SYNTHETIC DATA: " if about.is_synthetic else ""
    told = [f"{synthetic}{dataset.title}", about.words, f"Table {dataset.name}.", *dataset.notes]
    return dta(
        rows,
        StataFile(
            label=f"{synthetic}{dataset.name}, publication {about.publication} {about.fingerprint[:12]}",
            labels=labels,
            notes=told,
            variable_notes={
                name: [
                    *([text] if len(text) > LONGEST_LABEL else []),
                    *dataset.details.get(name, ()),
                ]
                for name, text in labels.items()
            },
            coded=coded,
            panel=(UNIT, PERIOD) if is_panel else None,
            moment=about.published_at.replace(tzinfo=None),
        ),
    )


def with_codes(rows: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, dict[int, str]]]:
    """Units and groups as numbers, with what each number stands for."""
    import polars as pl

    pairs = rows.select(UNIT, NAME).unique(subset=UNIT).sort(UNIT)
    units = pairs[UNIT].to_list()
    are_numbers = all(str(one).isdecimal() and str(int(one)) == one for one in units)
    are_numbers = are_numbers and all(int(one) < 2_000_000_000 for one in units)
    codes = {one: int(one) if are_numbers else place for place, one in enumerate(units, 1)}
    coded = {UNIT: {codes[one]: str(name) for one, name in pairs.iter_rows()}}
    if not are_numbers:
        rows = rows.insert_column(1, rows[UNIT].alias(CODE))
    rows = rows.with_columns(pl.col(UNIT).replace_strict(codes, return_dtype=pl.Int64))
    for column in rows:
        if column.dtype == pl.String and column.name not in (NAME, CODE):
            groups = sorted(set(column.drop_nulls().to_list()))
            numbers = {group: place for place, group in enumerate(groups, 1)}
            coded[column.name] = {place: group for group, place in numbers.items()}
            rows = rows.with_columns(
                pl.col(column.name).replace_strict(numbers, default=None, return_dtype=pl.Int64)
            )
    return rows, coded
