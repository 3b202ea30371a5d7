"""R: rows as a data frame, each column with its label, the whole with a comment; read by `readRDS` alone.

The package rdata writes the file. Labels stand where R's own packages look for them, `attr(x, "label")`, and
what the file says of itself in `comment(frame)`. Missing numbers are `NA`, and not the `NaN` of a
computation; a whole number that R's integers do not hold is a double.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nqpf_assets.exports.cells import as_number, as_text, flat
from nqpf_assets.exports.export import Export

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from nqpf_assets.exports.document import Dataset

_INTEGERS = range(-(2**31) + 1, 2**31)
"""Whole numbers of R; the least of 32 bits is its `NA`."""


def _write(rows: pl.DataFrame) -> bytes:
    return _rds(rows, {}, ())


def _write_dataset(dataset: Dataset) -> bytes:
    about = dataset.about
    synthetic = "SYNTHETIC DATA: " if about.is_synthetic else ""
    told = [f"{synthetic}{dataset.title}", about.words, f"Table {dataset.name}.", *dataset.notes]
    labels = {
        name: "; ".join([text, *dataset.details.get(name, ())])
        for name, text in dataset.labels.items()
    }
    return _rds(dataset.rows, labels, told)


def _rds(rows: pl.DataFrame, labels: Mapping[str, str], comment: Sequence[str]) -> bytes:
    """The file, the same bytes for the same rows."""
    from rdata.conversion import ConverterFromPythonToR
    from rdata.unparser import unparse_data

    plain = flat(rows.with_columns(as_number(column) for column in rows))
    columns = tuple(_Column(_values(one), labels.get(one.name, "")) for one in plain)
    frame = _Frame(tuple(plain.columns), columns, plain.height, tuple(comment))
    converter = ConverterFromPythonToR(
        constructor_dict={_Frame: _frame_in_r, _Column: _column_in_r}
    )
    data = converter.convert_to_r_data(frame)
    return gzip.compress(unparse_data(data, file_format="xdr", file_type="rds"), mtime=0)


@dataclass(frozen=True)
class _Column:
    """Values as numpy has them, those that are missing masked, and what they are."""

    values: NDArray[Any]
    label: str


@dataclass(frozen=True)
class _Frame:
    """A data frame of so many rows, which may have no column."""

    names: tuple[str, ...]
    columns: tuple[_Column, ...]
    n_rows: int
    comment: tuple[str, ...]


def _frame_in_r(frame: _Frame, converter: Any) -> Any:
    """Columns before what is said of the frame: R counts the names of attributes as they come in the file."""
    import numpy as np
    from rdata.conversion.to_r import build_r_object
    from rdata.missing import R_INT_NA
    from rdata.parser import RObjectType

    columns = [converter.convert_to_r_object(one) for one in frame.columns]
    numbers = np.ma.array([R_INT_NA, -frame.n_rows], mask=[True, False], fill_value=R_INT_NA)
    said = {"names": _texts(frame.names), "class": "data.frame", "row.names": numbers}
    said |= {"comment": _texts(frame.comment)} if frame.comment else {}
    attributes = converter.convert_to_r_attributes(said)
    return build_r_object(RObjectType.VEC, value=columns, is_object=True, attributes=attributes)


def _column_in_r(column: _Column, converter: Any) -> Any:
    made = converter.convert_to_r_object(column.values)
    if column.label:
        made.attributes = converter.convert_to_r_attributes({"label": column.label})
        made.info.attributes = True
    return made


def _texts(texts: Sequence[str]) -> NDArray[Any]:
    import numpy as np

    return np.array(texts, dtype=np.dtype("U"))


def _values(column: pl.Series) -> NDArray[Any]:
    """A column in a type of numpy that R has one for."""
    import numpy as np
    import polars as pl
    from rdata.missing import R_FLOAT_NA, R_INT_NA

    dtype = column.dtype
    missing = column.is_null().to_numpy()
    low, high = (column.min(), column.max()) if dtype.is_integer() else (None, None)
    if dtype == pl.Boolean:
        return np.ma.array(column.fill_null(True).to_numpy(), mask=missing, fill_value=True)
    if dtype.is_integer() and (low is None or (low in _INTEGERS and high in _INTEGERS)):
        numbers = column.fill_null(int(R_INT_NA)).cast(pl.Int32).to_numpy()
        return np.ma.array(numbers, mask=missing, fill_value=R_INT_NA)
    if dtype.is_numeric():
        numbers = column.cast(pl.Float64).fill_null(0.0).to_numpy().copy()
        numbers[missing] = R_FLOAT_NA
        return numbers
    texts = as_text(column).str.replace_all("\0", "\\u0000", literal=True).to_list()
    return np.array(texts, dtype=object) if texts else _texts(())


EXPORT = Export(
    "rds",
    ".rds",
    _write,
    is_text=False,
    write_dataset=_write_dataset,
    needs=("rdata",),
    purpose="R: `readRDS`, with labels, nothing to install",
)
